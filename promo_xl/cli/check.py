"""promo-xl check: what is wrong or doubtful in workbooks, and mending what needs no judgement."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from promo_xl.cli import options as shared
from promo_xl.cli.making import templates
from promo_xl.cli.output import CANNOT, DONE, FOUND, Console, as_data, progress
from promo_xl.cli.terminal import on_one_line
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.steps import perform
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import SIGNS, Wording
from promo_xl.workbook.check import check_workbook

MENDING = {(True, False): "fix_ids", (False, True): "recalculate", (True, True): "repair"}


@dataclass(frozen=True, slots=True)
class Checked:
    """One workbook's findings, the ids that were given, and how many cells were computed anew.

    `marked` is the sheet that the findings were written into.
    """

    path: Path
    findings: tuple[Finding, ...]
    given: tuple[Finding, ...] = ()
    computed: int | None = None
    readable: bool = True
    marked: str = ""

    @property
    def errors(self) -> bool:
        """True if there is an error."""
        return any(finding.severity == Severity.ERROR for finding in self.findings)


def all_workbooks(given: Sequence[str]) -> list[Path]:
    """The files that the arguments mean; RefusedError names all that mean none."""
    found: list[Path] = []
    refused: list[Finding] = []
    for argument in given:
        try:
            found += workbooks(argument)
        except RefusedError as refusal:
            refused += refusal.findings
    if refused:
        raise RefusedError(refused)
    return found


def workbooks(given: str) -> list[Path]:
    """The files that an argument means: itself, those of a folder, or those of a pattern."""
    try:
        found = _meant(given)
    except (OSError, ValueError):  # a folder that is not there, a name that no file can have
        found = []
    if not found:
        raise RefusedError([Finding("NO_WORKBOOKS", details={"found": given}, place=given)])
    return found


def _meant(given: str) -> list[Path]:
    path = Path(given)
    if not given or "\0" in given:
        return []
    if path.is_dir():
        found: Iterable[Path] = path.glob("*.xls[xm]")
    elif "*" in path.name and not path.exists():
        found = (file for file in path.parent.iterdir() if fnmatch(file.name, path.name))
    else:
        return [path]
    return sorted(file for file in found if not file.name.startswith(("~$", ".")))


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    shared.workbooks(parser, words)
    for name in ("fix_ids", "recalculate", "mark"):
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, action="store_true", help=words.say(f"arg_{name}"))
    shared.all_findings(parser, words)
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Print the findings of every workbook; 1 if there are errors, 2 if one could not be read."""
    book = load_book(templates(options))
    paths = all_workbooks(options.workbooks)
    checked = [_checked(path, book, options, console.words) for path in progress(paths, len(paths), console)]
    console.data({str(one.path): [as_data(f, console.words) for f in _told(one)] for one in checked})
    for one in checked:
        _say(one, options, console)
    if not all(one.readable for one in checked):
        return CANNOT
    return FOUND if any(one.errors for one in checked) else DONE


def _checked(path: Path, book: Book, options: Namespace, words: Wording) -> Checked:
    try:
        given, computed = _mended(path, book, options, words)
        if not options.mark:
            return Checked(path, tuple(check_workbook(path, book)), given, computed)
        return _marked(path, book, words, Checked(path, (), given, computed))
    except RefusedError as refusal:
        return Checked(path, refusal.findings, readable=False)


def _marked(path: Path, book: Book, words: Wording, mended: Checked) -> Checked:
    """Findings and marks written into the file; where they cannot be, the findings are told all the same."""
    try:
        done = changed_file(path, "check", lambda copy: perform("check", copy, book, words), lambda m: m.changes)
    except RefusedError as refusal:
        found = (*refusal.findings, *check_workbook(path, book))
        return replace(mended, findings=found, readable=False)
    return replace(mended, findings=done.findings, marked=done.shown.rpartition("!")[0])


def _mended(path: Path, book: Book, options: Namespace, words: Wording) -> tuple[tuple[Finding, ...], int | None]:
    """The ids that were given, and how many cells were computed anew; None where nobody asked for it."""
    action = MENDING.get((options.fix_ids, options.recalculate))
    if action is None:
        return (), None
    done = changed_file(path, action, lambda copy: perform(action, copy, book, words), lambda made: made.changes)
    given = tuple(finding for finding in done.findings if finding.code == "ID_GIVEN")
    return given, len(done.changes) - len(given) if given or options.recalculate else None


def _told(one: Checked) -> list[Finding]:
    return [*one.given, *one.findings]


def _say(one: Checked, options: Namespace, console: Console) -> None:
    console.line(on_one_line(one.path))
    shown = [replace(f, place=f.place.removeprefix(f"{one.path.name} › ")) for f in _told(one)]
    counts = Counter(finding.severity for finding in shown)
    for severity in sorted(counts, reverse=True):
        heading = console.words.word(severity.name.lower())
        console.line(f"  {SIGNS[severity]} {heading} ({counts[severity]})")
        group = [finding for finding in shown if finding.severity == severity]
        console.findings(group, whole=options.all, indent="    ")
    if one.given:
        console.say("ids_given", count=len(one.given))
    if one.computed is not None:
        console.say("recalculated", count=one.computed)
    if one.marked:
        console.say("findings_marked", sheet=one.marked)
    console.summary(one.findings)
