"""Takes back the last change of a closed workbook: the whole file, or its cells where it was edited since."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.changing import replaced
from promo_xl.refresh.history import Entry, History
from promo_xl.refresh.history_files import key_of, sha256
from promo_xl.refresh.same_cell import is_seen, present_cell
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.model import Book
from promo_xl.sources.archive import check_archive
from promo_xl.workbook.mend import same, typed
from promo_xl.workbook.obstacles import formula_cells, obstacles
from promo_xl.workbook.patch import Change, column_name, patch_workbook
from promo_xl.workbook.read import Opened, as_changed, open_workbook

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
    check_archive(path)
    now = path.read_bytes()
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
    raise RefusedError([Finding("NOTHING_TO_REVERT", details={"file": path.name}, place=path.name)])


def _cellwise(path: Path, now: bytes, entry: Entry, book: Book, history: History) -> Reverted:
    if not entry.changes:
        details = {"file": path.name, "action": entry.action, "when": f"{entry.when:%Y-%m-%d %H:%M}"}
        raise RefusedError([Finding("REVERT_EDITED", details=details, place=path.name)])
    with tempfile.TemporaryDirectory(prefix="promo_xl-") as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(now)
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
    with tempfile.TemporaryDirectory(prefix="promo_xl-") as folder:
        back, findings = _back(copy, Path(folder), entry, book, history)
    if back:
        found = obstacles(copy, {one.sheet for one in back})
        if found:
            raise RefusedError(found)
        patch_workbook(copy, [Change(w.sheet, w.row, w.column, w.value, w.result) for w in back])
    return back, findings


def _back(
    copy: Path, folder: Path, entry: Entry, book: Book, history: History
) -> tuple[list[Written], list[Finding]]:
    """What goes back where, and which cells hold something else by now."""
    opened = open_workbook(copy, book)
    left = _as_left(folder, copy.name, entry, book, history)
    targets = [(one, present_cell(left, opened, one) if left else None) for one in entry.changes]
    formulas = formula_cells(copy, [at for _, at in targets if at is not None])
    back: list[Written] = []
    findings: list[Finding] = []
    for one, at in targets:
        cell = opened.grids[at[0]].cell(at[1], at[2]) if at else None
        if at and cell and same(cell.value, one.value) and (at in formulas) == one.result:
            back.append(Written(*at, one.was, typed(cell.value), one.result))
        elif left is None or is_seen(left, one):
            findings.append(_kept(one, cell.place if cell else "", copy.name, typed(cell.value) if cell else ""))
    return back, findings


def _kept(one: Written, place: str, file: str, found: object) -> Finding:
    where = place or f"{file} › {one.sheet}!{column_name(one.column)}{one.row}"
    details = {"found": "" if found is None else found, "written": "" if one.value is None else one.value}
    return Finding("REVERT_KEPT" if place else "REVERT_ROW_GONE", Severity.WARNING, details=details, place=where)


def _as_left(folder: Path, name: str, entry: Entry, book: Book, history: History) -> Opened | None:
    """The workbook as the change left it, from the copy of before; None if that is gone."""
    content = history.snapshot(entry)
    if content is None:
        return None
    before = folder / "before"
    before.mkdir()
    (before / name).write_bytes(content)
    opened = open_workbook(before / name, book)
    values = {(one.sheet, one.row, one.column): one.value for one in entry.changes}
    return as_changed(before / name, book, opened, values)
