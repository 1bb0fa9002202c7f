"""A finding is a conclusion about a plan or a file: never a sentence, always facts.

The wording of each code stands in workbook_templates/labels.*.yml under `findings`.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad it is; the order is the order in which findings are shown, worst last."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One conclusion.

    `code` names the kind, `subject` whom it is about (a product, a task id), `field` the column,
    `place` where a person finds it (`products.xlsx › Sheet1!C5`), and `details` fill the sentence.
    """

    code: str
    severity: Severity = Severity.ERROR
    subject: str = ""
    field: str = ""
    details: Mapping[str, object] = dataclasses.field(default_factory=dict)
    place: str = ""


class RefusedError(Exception):
    """Input that cannot be worked with at all; it carries every finding, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.place} {f.code} {dict(f.details)}".strip() for f in self.findings))


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with the worst first; equal ones keep their order."""
    return sorted(findings, key=lambda finding: -finding.severity)
