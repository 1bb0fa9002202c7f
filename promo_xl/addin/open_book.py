"""Writes changes into a workbook that is open in Excel: all of them or none, in few steps."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from promo_xl.addin.growing import Longer, made_longer, table_to_grow
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sheetspec.storable import storable
from promo_xl.workbook.mend import same, typed
from promo_xl.workbook.patch import column_name

T = TypeVar("T")
BUSY = {-2147418111, -2146777998}  # Excel edits a cell or shows a dialog
PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.2
QUIET: tuple[tuple[str, bool | str], ...] = (
    ("screen_updating", False),
    ("enable_events", False),
    ("calculation", "manual"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "'")
SECOND = 1 / 86400
HIDDEN = (False, 2)  # 2: hidden even from the list of hidden sheets
CURRENCY = 0.00005  # Excel tells amounts in a currency with four decimals


@dataclass(frozen=True, slots=True)
class Run:
    """Changes to cells of one column, each right below the one before."""

    sheet: str
    row: int
    column: int
    changes: tuple[Written, ...]

    @property
    def last(self) -> int:
        """The row of the last cell."""
        return self.row + len(self.changes) - 1


def runs(changes: Sequence[Written]) -> list[Run]:
    """The changes as runs, sheet by sheet; what a formula shows is for Excel to calculate."""
    places = {(one.sheet, one.column, one.row): one for one in changes if not one.result}
    grouped: list[list[Written]] = []
    for sheet, column, row in sorted(places):
        above = grouped[-1][-1] if grouped else None
        if above is None or (above.sheet, above.column, above.row) != (sheet, column, row - 1):
            grouped.append([])
        grouped[-1].append(places[sheet, column, row])
    return [Run(one[0].sheet, one[0].row, one[0].column, tuple(one)) for one in grouped]


def write_changes(book: Any, changes: Sequence[Written], longer: Sequence[Longer] = ()) -> None:
    """Write the changes if every cell still holds what it held before; tables are made `longer` for them first.

    Raises RefusedError; then the workbook is as it was, unless a finding WRITTEN_PARTLY says otherwise.
    """
    wanted = runs(changes)
    names = {sheet.name for sheet in _patient(lambda: list(book.sheets))}
    missing = sorted({one.sheet for one in wanted} - names)
    if missing:
        raise RefusedError([_changed(book, sheet, "", "") for sheet in missing])
    different = [finding for run in wanted for finding in _differences(book, run)]
    if different:
        raise RefusedError(different)
    with _quiet(book.app), contextlib.ExitStack() as grown:
        for table in longer:  # all are looked at before one of them changes
            _patient(partial(table_to_grow, book, table))
        for table in longer:
            _patient(partial(made_longer, book, table))
            grown.enter_context(_longer_all_the_same(book, table))
        _write_all(book, wanted)


def go_to(book: Any, shown: str) -> None:
    """Bring the sheet of `sheet!A1` into sight and to the front; VBA then selects the cell.

    All is written by now and the message names the place, so what fails here is no failure.
    """
    with contextlib.suppress(Exception):
        name = shown.rpartition("!")[0]
        bring_into_sight(book, name)
        _patient(book.sheets[name].activate)


def bring_into_sight(book: Any, sheet: str) -> None:
    """Show a sheet that is hidden; where that fails nothing is lost."""
    with contextlib.suppress(Exception):
        if book.sheets[sheet].visible in HIDDEN:
            _set(book.sheets[sheet], "visible", True)


def print_only(book: Any, sheet: str, area: str) -> None:
    """Print only this area (`$A$1:$D$9`) of a sheet; without a printer Excel keeps the area of before."""
    with contextlib.suppress(Exception):
        _set(book.sheets[sheet].page_setup, "print_area", area)


def _write_all(book: Any, wanted: Sequence[Run]) -> None:
    begun: list[Run] = []
    try:
        for run in wanted:
            begun.append(run)
            _put(book, run, [change.value for change in run.changes])
    except BaseException as error:
        lost = [run for run in reversed(begun) if not _put_back(book, run)]
        if lost:
            raise RefusedError([_partly(book, run) for run in lost]) from error
        raise


@contextlib.contextmanager
def _longer_all_the_same(book: Any, longer: Longer) -> Iterator[None]:
    """What fails now leaves the table its new blank rows, and that is said."""
    try:
        yield
    except Exception as error:
        findings = error.findings if isinstance(error, RefusedError) else ()
        if any(finding.code == "WRITTEN_PARTLY" for finding in findings):
            raise  # that says what to do with the whole workbook
        details = {"table": longer.table, "rows": longer.rows, "problem": "" if findings else f"{error}"[:200]}
        kept = Finding("TABLE_KEEPS_ROWS", details=details, place=f"{book.name} › {longer.area.sheet}")
        raise RefusedError([*findings, kept]) from error


def _put_back(book: Any, run: Run) -> bool:
    """Put back what stood in the cells of a run; true if it stands there now, for whatever reason."""
    try:
        _put(book, run, [change.was for change in run.changes])
    except Exception:
        with contextlib.suppress(Exception):
            return not any(_differences(book, run))
        return False
    return True


def _range(book: Any, run: Run) -> Any:
    return book.sheets[run.sheet].range((run.row, run.column), (run.last, run.column))


def _put(book: Any, run: Run, values: Sequence[Value]) -> None:
    # A list of rows of one cell: Excel takes a whole column in one step.
    column = [[_for_excel(value)] for value in values]
    _set(_range(book, run), "value", column if len(column) > 1 else column[0][0])
    if len(column) > 1:  # where a filter hides rows, a whole column may pass them over
        found = _patient(lambda: _range(book, run).options(ndim=2, err_to_str=True).value)
        for at, (value, (held, *_)) in enumerate(zip(values, found, strict=True)):
            if not holds(held, value):
                _set(book.sheets[run.sheet].range((run.row + at, run.column)), "value", column[at][0])


def _for_excel(value: Value) -> Any:
    """A value as it is typed into Excel: a text that Excel would take for something else gets an apostrophe."""
    if isinstance(value, CellError):
        return value.code
    if not isinstance(value, str) or not value:
        return value
    text = storable(value)
    looks_alike = text.startswith((*FORMULA_STARTS, "#")) or text.casefold() in {"true", "false"}
    return f"'{text}" if looks_alike or any(character.isdigit() for character in text) else text


def _differences(book: Any, run: Run) -> Iterator[Finding]:
    found = _patient(lambda: _range(book, run).options(ndim=2, err_to_str=True).value)
    formulas = _column(_patient(lambda: _range(book, run).formula))
    for change, (value, *_), formula in zip(run.changes, found, formulas, strict=True):
        if _is_formula(formula, value):
            yield _changed(book, run.sheet, f"{column_name(run.column)}{change.row}", formula)
        elif not holds(value, change.was):
            yield _changed(book, run.sheet, f"{column_name(run.column)}{change.row}", value)


def holds(found: Any, was: Value) -> bool:
    """True if what Excel says of a cell is what the copy held; Excel rounds amounts and times of day."""
    if isinstance(was, CellError):
        return bool(found == was.code)
    if isinstance(found, Decimal):
        return isinstance(was, (int, float)) and abs(float(found) - was) <= CURRENCY
    if isinstance(found, datetime) and isinstance(was, (int, float)):
        number = typed(found)
        return isinstance(number, (int, float)) and abs(number - was) <= SECOND
    return same(found, was)


def _is_formula(formula: Any, value: Any) -> bool:
    return isinstance(formula, str) and formula.startswith("=") and formula != value


def _column(raw: Any) -> list[Any]:
    """The cells of a column, whether Excel answers with one value, a row of rows or a flat list."""
    if not isinstance(raw, (list, tuple)):
        return [raw]
    return [row[0] if isinstance(row, (list, tuple)) else row for row in raw]


def _changed(book: Any, sheet: str, cell: str, found: object) -> Finding:
    place = f"{book.name} › {sheet}!{cell}" if cell else f"{book.name} › {sheet}"
    details = {"found": "" if found is None else found, "sheet": sheet}
    code = "OPEN_CELL_CHANGED" if cell else "OPEN_SHEET_MISSING"
    return Finding(code, details=details, place=place)


def _partly(book: Any, run: Run) -> Finding:
    name = column_name(run.column)
    area = f"{name}{run.row}:{name}{run.last}"
    return Finding("WRITTEN_PARTLY", details={"file": book.name}, place=f"{book.name} › {run.sheet}!{area}")


def _set(target: Any, name: str, value: object) -> None:
    _patient(lambda: setattr(target, name, value))


@contextlib.contextmanager
def _quiet(app: Any) -> Iterator[None]:
    """No flicker, no calculation and no events while cells are written; afterwards all is as it was."""
    before: list[tuple[str, Any]] = []
    try:
        for name, value in QUIET:
            with contextlib.suppress(Exception):  # it flickers, or takes longer
                before.append((name, getattr(app, name)))
                _set(app, name, value)
        yield
    finally:
        for name, value in reversed(before):
            with contextlib.suppress(Exception):  # what cannot be set now, Excel sets when it is idle
                _set(app, name, value)


def _patient(work: Callable[[], T]) -> T:
    """What `work` gives; while Excel is busy it is tried again. Raises RefusedError if Excel stays busy."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except Exception as error:
            if not BUSY & set(_numbers(error)):
                raise
            if time.monotonic() >= until:
                raise RefusedError([Finding("EXCEL_BUSY")]) from error
            time.sleep(PAUSE_SECONDS)


def _numbers(error: BaseException) -> Iterator[int]:
    """The numbers of an error of Excel, also those inside its details."""
    for part in error.args:
        for number in part if isinstance(part, tuple) else (part,):
            if isinstance(number, int):
                yield number
