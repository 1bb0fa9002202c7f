"""Sentences in the planner's language, from the labels file of that language."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from promo_xl import assets
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.source import Loader
from promo_xl.sheetspec.words import FALLBACK

SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "▲", Severity.INFO: "·"}
PARTS = ("words", "findings", "marks", "reasons", "cli", "addin", "ribbon")


class _Formatter(string.Formatter):
    """Knows `{x:percent}` and prints exact decimals plainly; a detail that is missing shows as …"""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002
        return kwargs.get(str(key), "…")

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "percent" and isinstance(value, (int, float, Decimal)):
            return f"{(Decimal(str(value)) * 100).normalize():f}%"
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, tuple):
            return "、".join(str(part) for part in value)
        return str(value)


_FORMATTER = _Formatter()


@dataclass(frozen=True, slots=True)
class Wording:
    """The program's texts in one language."""

    language: str
    labels: Mapping[str, Any]

    def say(self, key: str, **details: object) -> str:
        """A text of the command line."""
        return _FORMATTER.vformat(str(self.labels["cli"].get(key, key)), (), details)

    def in_excel(self, key: str, **details: object) -> str:
        """A text that the add-in shows inside Excel."""
        return _FORMATTER.vformat(str(self.labels["addin"].get(key, key)), (), details)

    def word(self, key: str) -> str:
        """A single word such as the name of a severity."""
        return str(self.labels["words"].get(key, key))

    def sentence(self, finding: Finding) -> str:
        """What a finding says, without its place; a code without wording shows its facts."""
        template = self._of("findings", finding)
        if template is None:
            facts = ", ".join(f"{key}: {value}" for key, value in finding.details.items())
            return f"{finding.code}: {facts}"
        return self._filled(template, finding)

    def mark(self, finding: Finding) -> str:
        """What a finding says in a cell of its own row: a few words."""
        template = self._of("marks", finding)
        return finding.code if template is None else self._filled(template, finding)

    def _filled(self, template: str, finding: Finding) -> str:
        details = {**finding.details, "subject": finding.subject}
        if "reason" in details:
            said = str(self.labels["reasons"].get(details["reason"], details["reason"]))
            details["reason"] = _FORMATTER.vformat(said, (), details)
        return _FORMATTER.vformat(template, (), details)

    def _of(self, part: str, finding: Finding) -> str | None:
        """The text for a code; one for `CODE.reason` goes before the one for `CODE`."""
        texts = self.labels[part]
        found = texts.get(f"{finding.code}.{finding.details.get('reason')}", texts.get(finding.code))
        return None if found is None else str(found)


def languages(folder: Path | None = None) -> tuple[str, ...]:
    """The languages that a templates folder has labels for."""
    folder = folder or assets.workbook_templates()
    return tuple(sorted(path.name.split(".")[1] for path in folder.glob("labels.*.yml")))


@cache
def wording(language: str, folder: Path | None = None) -> Wording:
    """The texts of a language, from a planner's own templates if they have it; English where there is none."""
    places = [folder] if folder else []
    for place in (*places, assets.workbook_templates()):
        path = place / f"labels.{language}.yml"
        if path.is_file():
            return Wording(language, _labels(path))
    return Wording(FALLBACK, _labels(assets.workbook_templates() / f"labels.{FALLBACK}.yml"))


def _labels(path: Path) -> Mapping[str, Any]:
    try:
        labels = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        details = {"found": str(error).splitlines()[0], "expected": "YAML"}
        raise RefusedError([Finding("TEMPLATE", details=details, place=path.name)]) from None
    empty: dict[str, Any] = {part: {} for part in PARTS}
    return {**empty, **(labels if isinstance(labels, dict) else {})}
