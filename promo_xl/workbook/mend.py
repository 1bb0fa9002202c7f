"""Mends in a closed workbook what needs no judgement: missing and double ids, remembered values."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.ids import new_ids
from promo_xl.sheetspec.formula.values import CellError, Value, serial
from promo_xl.sheetspec.model import Book, Column
from promo_xl.sheetspec.workings import Workings
from promo_xl.sources.grid import CellValue, ErrorValue
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import Opened, open_workbook

LEAP_DAY_1900 = 60  # the day that Excel counts and 1900 did not have
WITH_IDS = ("targets", "tasks", "members", "risks")


def fix_ids(path: Path, book: Book) -> list[Finding]:
    """Give every row an id of its own; what was given is said with its cell."""
    changes, given = missing_ids(open_workbook(path, book))
    if changes:
        patch_workbook(path, changes)
    return given


def missing_ids(opened: Opened) -> tuple[list[Change], list[Finding]]:
    """Ids for the rows that have none or a double one, and what is said of each with its cell."""
    given: list[Finding] = []
    changes: list[Change] = []
    for name in WITH_IDS:
        table = opened.tables.get(name)
        if table is None or "id" not in table.columns:
            continue
        ids = [str(row.get("id") or "") for row in table.rows]
        for row, fresh in new_ids(ids).items():
            changes.append(Change(table.grid.name, table.numbers[row], table.columns["id"], fresh))
            details = {"found": ids[row], "id": fresh}
            place = table.place(row, "id")
            given.append(Finding("ID_GIVEN", Severity.INFO, fresh, "id", details, place))
    return changes, given


def recalculate(path: Path, book: Book) -> int:
    """Compute every remembered value anew from what stands in the workbook; how many cells differ now."""
    opened = open_workbook(path, book)
    return patch_workbook(path, remembered(opened, book))


def remembered(opened: Opened, book: Book) -> Iterator[Change]:
    """The remembered values that differ from what the workbook would remember now."""
    workings = Workings(opened.promotion, book, opened.language, InFile(opened))
    for name, table in opened.tables.items():
        columns = [c for c in table.table.columns if _is_remembered(c) and c.field in table.columns]
        for column in columns:
            values = dict(zip(table.numbers, workings.column(name, column.field), strict=False))
            for row in range(table.first, table.last + 1):
                at, wanted = table.columns[column.field], values.get(row)
                if not same(table.grid.value(row, at), wanted):
                    yield Change(table.grid.name, row, at, wanted, result=column.formula is not None)
    for field, (sheet, row, at) in opened.cells.items():
        wanted = workings.single(field) if book.singles[field].as_written else None
        if book.singles[field].as_written and not same(opened.grids[sheet].value(row, at), wanted):
            yield Change(sheet, row, at, wanted)


@dataclass(frozen=True, slots=True)
class InFile:
    """The typed cells of an opened workbook."""

    opened: Opened

    def column(self, table: str, field: str) -> list[Value] | None:
        """The cells of a column, a row of the plan each."""
        read = self.opened.tables.get(table)
        if read is None or field not in read.columns:
            return None
        at = read.columns[field] - 1
        return [typed(read.grid.values[row - 1][at]) for row in read.numbers]

    def single(self, field: str) -> Value:
        """The cell of a single value; None where the file does not have it."""
        if field not in self.opened.cells:
            return None
        sheet, row, column = self.opened.cells[field]
        return typed(self.opened.grids[sheet].value(row, column))


def typed(value: CellValue) -> Value:
    """What a cell holds, as formulas see it: a date is its serial number."""
    if value is None or type(value) is float:
        return value
    if isinstance(value, ErrorValue):
        return CellError(value.text)
    if isinstance(value, date):
        number = serial(value)
        return number if number > LEAP_DAY_1900 else number - 1
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return value or None if isinstance(value, str) else value


def same(cell: CellValue, wanted: Value) -> bool:
    """True if a cell holds this value already."""
    found = typed(cell)
    if isinstance(found, (int, float)) and isinstance(wanted, (int, float)):
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)
    blank = (None, "")
    return found == wanted or (found in blank and wanted in blank)  # 0 is no blank


def _is_remembered(column: Column) -> bool:
    """True for what the core computed, the copy of what it came from, and the cell that shows it."""
    return bool(column.compute) or column.as_written is not None
