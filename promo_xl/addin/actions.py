"""The actions on the open workbook: decided on a copy of it, then written where it is open, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from promo_xl.addin import open_book
from promo_xl.addin.growing import Longer
from promo_xl.addin.guards import guarded, opened_copy
from promo_xl.addin.own_copy import own_copy
from promo_xl.addin.tickets import Request
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.history import Entry, History
from promo_xl.refresh.revert import REVERT, taken_back
from promo_xl.refresh.same_cell import is_seen
from promo_xl.refresh.steps import CHECK, perform
from promo_xl.refresh.work import Performed
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.check import check_workbook
from promo_xl.workbook.mend import same
from promo_xl.workbook.read import Opened

WRITING = ("read_only", "signed", "date_1904", "newer", "missing")
REPAIRING = ("read_only", "structure", "sheets", "signed", "date_1904", "newer", "missing")
ONLY_TOLD = ("read_only", "structure", "signed", "date_1904")  # what keeps a check from writing, not from checking


@dataclass(frozen=True, slots=True)
class Acted:
    """What an action did; `unwritten` says why it only tells what it would have written."""

    performed: Performed
    unwritten: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """A change that was taken back: so many cells that a planner types into, and those that were kept."""

    entry: Entry
    changes: tuple[Written, ...]
    findings: tuple[Finding, ...]


def act(action: str, request: Request, book: Book, words: Wording, target: Any) -> Acted:
    """Carry out an action of refresh.steps on the open workbook `target`; raises RefusedError."""
    guards = REPAIRING if action == "repair" else WRITING
    with own_copy(request) as copy:
        before = copy.read_bytes()
        asked, found = opened_copy(request, copy, book)
        found += guarded(asked, guards)
        performed = _tried(action, copy, book, words, found)
    if found:
        raise RefusedError(once(found))
    assert performed is not None, "refused or performed"
    write(action, request, before, performed, target)
    return Acted(performed)


def check(request: Request, book: Book, words: Wording, target: Any) -> Acted:
    """Check the open workbook; where nothing may be written the findings are told all the same."""
    with own_copy(request) as copy:
        asked, found = opened_copy(request, copy, book)
        found += guarded(asked, ("newer",))
        if found:
            raise RefusedError(once(found))
        why = guarded(asked, ONLY_TOLD)
        try:
            performed = perform(CHECK, copy, book, words)
        except RefusedError as refusal:  # cells that must not be written
            why += refusal.findings
            performed = Performed(CHECK, findings=tuple(check_workbook(copy, book)))
    if why:
        return Acted(replace(performed, changes=(), shown="", printed={}), tuple(once(why)))
    # Not in the history: each check writes the findings anew, and a planner who schedules, checks and then presses
    # undo means the schedule.
    open_book.write_changes(target, performed.changes)
    _show(performed, target)
    return Acted(performed)


def undo(request: Request, book: Book, target: Any) -> Undone:
    """Take back the last change of the open workbook; cells that hold something else by now are kept.

    Only what went back counts as undone. A check is no change of the plan, also one of the command line.
    """
    history = History()
    with own_copy(request) as copy:
        before = copy.read_bytes()
        asked, found = opened_copy(request, copy, book)
        found += guarded(asked, WRITING)
        if found or asked.opened is None:
            raise RefusedError(once(found))
        entry = _last(request, history, asked.opened)
        back, findings = taken_back(copy, entry, book, history)
        if findings and not any(is_seen(asked.opened, one) for one in back):
            back = []  # what the planner saw is all edited by now; what was remembered of it alone means nothing
    if back:
        kept = history.record(request.key, request.book, REVERT, before, back, undone=True)
        _written(history, kept, target, back)
        history.undone(entry)
    return Undone(entry, tuple(back), tuple(findings))


def _last(request: Request, history: History, opened: Opened) -> Entry:
    """The newest change that is still there: one that was not saved, or was taken back by hand, is passed over."""
    for entry in reversed(history.entries(request.key)):
        if entry.undone or entry.action == CHECK:
            continue
        if not entry.changes:
            details = {"file": request.book, "action": entry.action, "when": f"{entry.when:%Y-%m-%d %H:%M}"}
            raise RefusedError([Finding("REVERT_EDITED", details=details, place=request.book)])
        if not all(one.result or _holds_what_was(opened, one) for one in entry.changes):
            return entry
        history.undone(entry)
    raise RefusedError([Finding("NOTHING_TO_REVERT", details={"file": request.book}, place=request.book)])


def _holds_what_was(opened: Opened, one: Written) -> bool:
    grid = opened.grids.get(one.sheet)
    return grid is not None and same(grid.cell(one.row, one.column).value, one.was)


def _tried(action: str, copy: Path, book: Book, words: Wording, found: list[Finding]) -> Performed | None:
    """What the action says; what refuses it joins what was found already."""
    try:
        return perform(action, copy, book, words)
    except RefusedError as refusal:
        found += refusal.findings
        return None


def write(
    action: str,
    request: Request,
    before: bytes,
    performed: Performed,
    target: Any,
    *,
    longer: Sequence[Longer] = (),
) -> None:
    """Write what an action did to a copy of the bytes `before` into the open workbook; they go into the history.

    Tables are made `longer` first. Raises RefusedError.
    """
    if any(not one.result for one in performed.changes):  # what formulas show, Excel shows already
        history = History()
        entry = history.record(request.key, request.book, action, before, performed.changes)
        _written(history, entry, target, performed.changes, longer)
    _show(performed, target)


def _show(performed: Performed, target: Any) -> None:
    for sheet in performed.in_sight:
        open_book.bring_into_sight(target, sheet)
    for sheet, area in performed.printed.items():
        open_book.print_only(target, sheet, area)
    if performed.shown:
        open_book.go_to(target, performed.shown)


def _written(
    history: History, entry: Entry, target: Any, changes: Sequence[Written], longer: Sequence[Longer] = ()
) -> None:
    try:
        open_book.write_changes(target, changes, longer)
    except BaseException as error:
        partly = isinstance(error, RefusedError) and any(f.code == "WRITTEN_PARTLY" for f in error.findings)
        if not partly:  # what is left half written is what the copy in the history is for
            history.forget(entry)
        raise


def once(found: Sequence[Finding]) -> list[Finding]:
    """Each finding once: the request and the copy may say the same."""
    return list({_identity(finding): finding for finding in found}.values())


def _identity(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.place, finding.field
