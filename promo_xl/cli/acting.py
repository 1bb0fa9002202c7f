"""Commands that carry out one action on many workbooks: what was done, what was refused, what is told."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from promo_xl.cli.check import all_workbooks
from promo_xl.cli.making import templates
from promo_xl.cli.output import CANNOT, DONE, FOUND, Console, as_data, progress
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.changing import changed_file, tried
from promo_xl.refresh.steps import perform
from promo_xl.refresh.work import Performed
from promo_xl.sheetspec.load import load_book


@dataclass(slots=True)
class Outcome:
    """What became of each workbook."""

    done: dict[Path, Performed] = field(default_factory=dict)
    refused: dict[Path, tuple[Finding, ...]] = field(default_factory=dict)

    @property
    def code(self) -> int:
        """The exit code: 2 if a workbook was refused, 1 if there is an error in one."""
        if self.refused:
            return CANNOT
        told = (finding for one in self.done.values() for finding in one.findings)
        return FOUND if any(finding.severity == Severity.ERROR for finding in told) else DONE


def carried_out(action: str, options: Namespace, console: Console, *, dry: bool = False) -> Outcome:
    """The action on every workbook; one that is refused does not keep it from the others."""
    book = load_book(templates(options))
    paths = all_workbooks(options.workbooks)
    outcome = Outcome()

    def work(copy: Path) -> Performed:
        return perform(action, copy, book, console.words)

    for path in progress(paths, len(paths), console):
        try:
            if dry:
                outcome.done[path] = tried(path, work)[0]
            else:
                outcome.done[path] = changed_file(path, action, work, lambda one: one.changes)
        except RefusedError as refusal:
            outcome.refused[path] = refusal.findings
    return outcome


def told(
    outcome: Outcome, console: Console, count: tuple[str, ...], say: Callable[[Path, Performed, int], None]
) -> None:
    """Say what was done: `say` heads each workbook; `count` are the codes of the findings it counts."""
    counted = {path: sum(f.code in count for f in one.findings) for path, one in outcome.done.items()}
    console.data(
        {
            "changed": {str(path): len(one.changes) for path, one in outcome.done.items()},
            "counted": {str(path): number for path, number in counted.items()},
            "findings": {
                str(path): [as_data(f, console.words) for f in one.findings] for path, one in outcome.done.items()
            },
            "refused": {
                str(path): [as_data(f, console.words) for f in found] for path, found in outcome.refused.items()
            },
        }
    )
    for path, one in outcome.done.items():
        say(path, one, counted[path])
        console.findings(one.findings, whole=True, indent="  ")
    for found in outcome.refused.values():
        console.findings(found, whole=True)
