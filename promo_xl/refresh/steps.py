"""What the add-in's buttons and the command line do to a plan in a file: one step for each declared action."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from promo_xl.plan.autoschedule import AUTO
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.plan.tasks import Task
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.check import check_opened, located_findings
from promo_xl.workbook.findings_sheet import findings_sheet
from promo_xl.workbook.mend import missing_ids, remembered, typed
from promo_xl.workbook.obstacles import formula_cells, missing, obstacles
from promo_xl.workbook.patch import Change, column_name, patch_workbook
from promo_xl.workbook.read import Opened, as_changed, open_workbook
from promo_xl.workbook.repair import Extension, Format, extensions_in, formats_in
from promo_xl.workbook.rules import FINDINGS
from promo_xl.workbook.scheduling import BEGUN, scheduled
from promo_xl.workbook.template_version import newer

CHECK = "check"
NETWORK = frozenset({"CYCLE", "SELF", "MISSING_PRED", "MISSING_DATE", "DUPLICATE_ID"})


@dataclass(frozen=True, slots=True)
class Performed:
    """What an action did to a file and what it has to say.

    `changes` are all cells that differ now, none if there was nothing to do. `shown` is the cell to go to
    (`sheet!A1`) or "". `printed` are the areas that sheets print from now on. `formats` and `extensions`
    are what only Excel itself can repair.
    """

    action: str
    changes: tuple[Written, ...] = ()
    findings: tuple[Finding, ...] = ()
    shown: str = ""
    formats: tuple[Format, ...] = ()
    extensions: tuple[Extension, ...] = ()
    printed: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Work:
    """A file while an action decides what to change in it; nothing is written before all is decided."""

    path: Path
    book: Book
    words: Wording
    opened: Opened
    changes: dict[tuple[str, int, int], Change] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    shown: str = ""
    in_sight: tuple[str, ...] = ()
    heights: Mapping[str, Mapping[int, float | None]] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)

    def change(self, changes: list[Change]) -> None:
        """Decide on changes; from now on the workbook counts as changed."""
        self.changes |= {(c.sheet, c.row, c.column): c for c in changes}
        values = {at: change.value for at, change in self.changes.items()}
        self.opened = as_changed(self.path, self.book, self.opened, values)

    def go_to(self, changes: list[Change]) -> None:
        """The first change is what the planner should see."""
        if changes:
            self.shown = f"{changes[0].sheet}!{column_name(changes[0].column)}{changes[0].row}"


def perform(action: str, path: Path, book: Book, words: Wording) -> Performed:
    """Carry out `action` on the file; raises RefusedError, and then the file is as it was.

    All that differs is written in one step, remembered values too, and a second run changes nothing. A plan
    that lacks a table or a column, or was made by a newer promo_xl, may only be checked, and the newer one
    not marked.
    """
    opened = open_workbook(path, book)
    work = _Work(path, book, words, opened)
    performed = replace(ACTIONS[action](work), action=action)
    changes = _possible(path, list(work.changes.values()))
    found = [] if action == CHECK else [*newer(opened, path.name), *missing(opened.findings)]
    if changes or work.in_sight:
        at = [(change.sheet, change.row, change.column) for change in changes]
        found += newer(opened, path.name) if action == CHECK else []
        found += obstacles(path, {cell[0] for cell in at}, at, work.in_sight)
    if found:
        raise RefusedError(found)
    patch_workbook(
        path, changes, work.in_sight, recalculate=not work.in_sight, heights=work.heights, printed=work.printed
    )
    written = tuple(_written(opened, change) for change in changes)
    return replace(
        performed, changes=written, findings=tuple(work.findings), shown=work.shown, printed=work.printed
    )


def _possible(path: Path, changes: list[Change]) -> list[Change]:
    """The changes that can be made: what a formula shows can be, where there is a formula."""
    results = formula_cells(path, [(c.sheet, c.row, c.column) for c in changes if c.result])
    return [c for c in changes if not c.result or (c.sheet, c.row, c.column) in results]


def _written(opened: Opened, change: Change) -> Written:
    grid = opened.grids.get(change.sheet)
    was = typed(grid.cell(change.row, change.column).value) if grid else None
    return Written(change.sheet, change.row, change.column, change.value, was, change.result)


def _schedule(work: _Work) -> Performed:
    found = scheduled(work.path, work.opened, work.book)
    changes = list(found.changes)
    work.change(changes)
    located = located_findings(work.opened)
    network = [f for f in located if f.code in NETWORK]
    work.findings += [*found.findings, *_staying(work.opened.promotion.tasks, located), *network]
    work.go_to(changes)
    return _recalculate(work)


def _staying(tasks: Sequence[Task], located: Sequence[Finding]) -> Iterator[Finding]:
    """Why an automatic task keeps dates that break a link: it has begun."""
    for finding in located:
        row = finding.details.get("row")
        if finding.code != "DEPENDENCY" or not isinstance(row, int):
            continue
        task = tasks[row]
        if task.mode == AUTO and (task.status in BEGUN or task.actual_start or task.actual_end):
            yield replace(finding, code="TASK_STAYS", severity=Severity.INFO)


def _recalculate(work: _Work) -> Performed:
    work.change(list(remembered(work.opened, work.book)))
    return Performed("")


def _ids(work: _Work) -> bool:
    changes, given = missing_ids(work.opened)
    own = formula_cells(work.path, [(c.sheet, c.row, c.column) for c in changes])
    kept = [(c, f) for c, f in zip(changes, given, strict=True) if (c.sheet, c.row, c.column) not in own]
    work.change([change for change, _ in kept])
    work.findings += [finding for _, finding in kept]
    work.go_to([change for change, _ in kept])
    return bool(kept)


def _fix_ids(work: _Work) -> Performed:
    return _recalculate(work) if _ids(work) else Performed("")


def _repair(work: _Work) -> Performed:
    _ids(work)
    _recalculate(work)
    return Performed(
        "",
        formats=formats_in(work.path, work.opened, work.book),
        extensions=extensions_in(work.path, work.opened, work.book),
    )


def _check(work: _Work) -> Performed:
    """Write what is found into its sheet, which is in sight from then on, and mark the cells."""
    found = check_opened(work.path, work.book, work.opened)
    work.findings += found
    sheet = findings_sheet(work.path, work.book, work.opened, found)
    if sheet is None:
        name = next((s.name.text(work.opened.language) for s in work.book.sheets if s.until_checked), FINDINGS)
        none = Finding("FINDINGS_SHEET_MISSING", Severity.INFO, details={"sheet": name}, place=work.path.name)
        work.findings.append(none)
        return Performed("")
    work.changes = {(c.sheet, c.row, c.column): c for c in sheet.changes}
    work.heights, work.printed = {sheet.sheet: sheet.heights}, {sheet.sheet: sheet.printed}
    work.in_sight, work.shown = (sheet.sheet,), f"{sheet.sheet}!A1"
    return Performed("")


ACTIONS: dict[str, Callable[[_Work], Performed]] = {
    "schedule": _schedule,
    "recalculate": _recalculate,
    "fix_ids": _fix_ids,
    "repair": _repair,
    CHECK: _check,
}
