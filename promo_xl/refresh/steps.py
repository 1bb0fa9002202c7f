"""What the add-in's buttons and the command line do to a plan in a file: one step for each declared action."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from promo_xl.plan.autoschedule import AUTO
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.tasks import Task
from promo_xl.refresh.work import Performed, Work, carry_out
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.check import check_opened, located_findings
from promo_xl.workbook.findings_sheet import findings_sheet
from promo_xl.workbook.mend import missing_ids, remembered
from promo_xl.workbook.obstacles import formula_cells
from promo_xl.workbook.repair import extensions_in, formats_in
from promo_xl.workbook.rules import FINDINGS
from promo_xl.workbook.scheduling import BEGUN, scheduled

CHECK = "check"
NETWORK = frozenset({"CYCLE", "SELF", "MISSING_PRED", "MISSING_DATE", "DUPLICATE_ID"})


def perform(action: str, path: Path, book: Book, words: Wording) -> Performed:
    """Carry out `action` on the file; raises RefusedError, and then the file is as it was.

    All that differs is written in one step, remembered values too, and a second run changes nothing. A plan
    that lacks a table or a column, or was made by a newer promo_xl, may only be checked, and the newer one
    not marked.
    """
    done = carry_out(ACTIONS[action], path, book, words, only_marks=action == CHECK)
    return replace(done, action=action)


def _schedule(work: Work) -> Performed:
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


def _recalculate(work: Work) -> Performed:
    work.change(list(remembered(work.opened, work.book)))
    return Performed("")


def _ids(work: Work) -> bool:
    changes, given = missing_ids(work.opened)
    own = formula_cells(work.file, [(c.sheet, c.row, c.column) for c in changes])
    kept = [(c, f) for c, f in zip(changes, given, strict=True) if (c.sheet, c.row, c.column) not in own]
    work.change([change for change, _ in kept])
    work.findings += [finding for _, finding in kept]
    work.go_to([change for change, _ in kept])
    return bool(kept)


def _fix_ids(work: Work) -> Performed:
    return _recalculate(work) if _ids(work) else Performed("")


def _repair(work: Work) -> Performed:
    _ids(work)
    _recalculate(work)
    return Performed(
        "",
        formats=formats_in(work.path, work.opened, work.book),
        extensions=extensions_in(work.path, work.opened, work.book),
    )


def _check(work: Work) -> Performed:
    """Write what is found into its sheet, which is in sight from then on, and mark the cells."""
    found = check_opened(work.path, work.book, work.opened)
    work.findings += found
    sheet = findings_sheet(work.path, work.book, work.opened, found)
    if sheet is None:
        declared = work.book.tables.get(FINDINGS)
        name = declared[0].name.text(work.opened.language) if declared else FINDINGS
        none = Finding("FINDINGS_SHEET_MISSING", Severity.INFO, details={"sheet": name}, place=work.path.name)
        work.findings.append(none)
        return Performed("")
    work.changes = {(c.sheet, c.row, c.column): c for c in sheet.changes}
    work.heights, work.printed = {sheet.sheet: sheet.heights}, {sheet.sheet: sheet.printed}
    work.in_sight, work.shown = (sheet.sheet,), f"{sheet.sheet}!A1"
    work.recalculate = False
    return Performed("")


ACTIONS: dict[str, Callable[[Work], Performed]] = {
    "schedule": _schedule,
    "recalculate": _recalculate,
    "fix_ids": _fix_ids,
    "repair": _repair,
    CHECK: _check,
}
