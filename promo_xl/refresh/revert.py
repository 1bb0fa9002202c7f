"""Takes back the last change of a closed workbook: the whole file, or its cells where it was edited since."""

from dataclasses import dataclass
from pathlib import Path

from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.changing import replaced, whole_file
from promo_xl.refresh.history import Entry, History
from promo_xl.refresh.history_files import key_of, sha256
from promo_xl.refresh.same_cell import Cell, PresentCells, is_seen
from promo_xl.refresh.scratch import copied
from promo_xl.refresh.typed_since import typed_since
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.mend import same, typed
from promo_xl.workbook.obstacles import formula_cells, missing, obstacles
from promo_xl.workbook.patch import Change, column_name, patch_workbook
from promo_xl.workbook.read import Opened, as_changed, open_workbook
from promo_xl.workbook.template_version import newer

REVERT = "revert"


@dataclass(frozen=True, slots=True)
class Reverted:
    """What was taken back: `whole` if the file is again byte for byte what it was, else so many cells."""

    entry: Entry
    whole: bool
    cells: int = 0
    findings: tuple[Finding, ...] = ()


def revert(path: Path, book: Book, history: History | None = None) -> Reverted:
    """Take back the last change that was not taken back yet.

    A file that was edited since keeps the edits: only cells that still hold what was written there get back
    what they held before, wherever their row stands now. Raises RefusedError if there is nothing to take
    back or it cannot be done; then the file is as it was.
    """
    history = History() if history is None else history
    if not history.entries(key_of(path)):  # nothing to wait for, and no folder to make
        whole_file(path)
        raise _nothing(path)
    with history.alone(key_of(path), path.name):
        return _reverted(path, book, history)


def _reverted(path: Path, book: Book, history: History) -> Reverted:
    now = whole_file(path)
    entry = _entry(path, now, history)
    if entry.after and sha256(now) == entry.after:
        whole = history.snapshot(entry)
        if whole is not None:
            replaced(path, now, whole, history, action=REVERT, undone=True)
            history.undone(entry)
            return Reverted(entry, whole=True, cells=len(entry.changes))
    return _cellwise(path, now, entry, book, history)


def _entry(path: Path, now: bytes, history: History) -> Entry:
    """The newest change that really was made: a file that still is what it was before one never saw it."""
    found = sha256(now)
    for entry in reversed(history.entries(key_of(path))):
        if entry.undone:
            continue
        if entry.before != found or entry.after == found:
            return entry
        history.undone(entry)
    raise _nothing(path)


def _nothing(path: Path) -> RefusedError:
    return RefusedError([Finding("NOTHING_TO_REVERT", details={"file": str(path)}, place=path.name)])


def _cellwise(path: Path, now: bytes, entry: Entry, book: Book, history: History) -> Reverted:
    if not entry.changes:
        details = {"file": path.name, "action": entry.action, "when": f"{entry.when:%Y-%m-%d %H:%M}"}
        raise RefusedError([Finding("REVERT_EDITED", details=details, place=path.name)])
    with copied(path.name, now) as copy:
        back, findings = taken_back(copy, entry, book, history)
        after = copy.read_bytes()
    if after != now:
        replaced(path, now, after, history, action=REVERT, changes=back, undone=True)
    history.undone(entry)
    return Reverted(entry, whole=False, cells=len(back), findings=tuple(findings))


def taken_back(copy: Path, entry: Entry, book: Book, history: History) -> tuple[list[Written], list[Finding]]:
    """Take the cells of `entry` back in a copy of the workbook; what went back, and which cells were kept.

    The history is not told. Raises RefusedError, and the copy is as it was, if a cell must not be changed.
    """
    opened = open_workbook(copy, book)
    found = [*newer(opened, copy.name), *missing(opened.findings)]
    back, findings = _back(copy, opened, entry, book, history)
    if back:
        found += obstacles(copy, {one.sheet for one in back}, [(w.sheet, w.row, w.column) for w in back])
    if found:
        raise RefusedError(found)
    patch_workbook(copy, [Change(w.sheet, w.row, w.column, w.value, w.result) for w in back])
    return back, findings


def _back(
    copy: Path, opened: Opened, entry: Entry, book: Book, history: History
) -> tuple[list[Written], list[Finding]]:
    """What goes back where, and which cells hold something else by now."""
    left = _as_left(copy.name, entry, book, history)
    present = PresentCells(left, opened) if left else None
    targets = [(one, present.cell(one) if present else None) for one in entry.changes]
    formulas = formula_cells(copy, [at for _, at in targets if at is not None])
    back: list[Written] = []
    findings: list[Finding] = []
    gone: list[tuple[Written, Cell]] = []
    for one, at in targets:
        cell = opened.grids[at[0]].cell(at[1], at[2]) if at else None
        if at and cell and same(cell.value, one.value) and (at in formulas) == one.result:
            back.append(Written(*at, one.was, typed(cell.value), one.result))
            gone.append((one, at))
        elif left is None or is_seen(left, one):
            findings.append(_kept(one, cell.place if cell else "", copy.name, typed(cell.value) if cell else ""))
    return back, [*findings, *(typed_since(left, opened, gone) if left else ())]


def _kept(one: Written, place: str, file: str, found: object) -> Finding:
    where = place or f"{file} › {one.sheet}!{column_name(one.column)}{one.row}"
    details = {"found": "" if found is None else found, "written": "" if one.value is None else one.value}
    return Finding("REVERT_KEPT" if place else "REVERT_ROW_GONE", Severity.WARNING, details=details, place=where)


def _as_left(name: str, entry: Entry, book: Book, history: History) -> Opened | None:
    """The workbook as the change left it, from the copy of before; None if that is gone."""
    content = history.snapshot(entry)
    if content is None:
        return None
    values = {(one.sheet, one.row, one.column): one.value for one in entry.changes}
    with copied(name, content) as before:
        return as_changed(before, book, open_workbook(before, book), values)
