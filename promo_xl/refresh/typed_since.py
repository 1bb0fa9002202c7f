"""Rows that a refresh made and into which a planner typed since: what is left in them after it is taken back."""

from collections.abc import Iterator, Sequence

from promo_xl.plan.findings import Finding, Severity
from promo_xl.refresh.same_cell import Cell, column_of, memory
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.formula.values import CellError, day_of
from promo_xl.sheetspec.model import Column
from promo_xl.sources.grid import CellValue
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.read import Opened

SHOWN = 2  # cells that tell which row it was, such as day and channel


def typed_since(left: Opened, now: Opened, gone: Sequence[tuple[Written, Cell]]) -> Iterator[Finding]:
    """Each row that would be blank now but for what was typed into it; `gone` are the cells that went back."""
    for name, table in left.tables.items():
        rows: dict[int, tuple[int, set[int]]] = {}
        for one, at in gone:
            if memory(table, one.row) and column_of(table, (one.sheet, one.row, one.column)) is not None:
                rows.setdefault(one.row, (at[1], set()))[1].add(one.column)
        here = now.tables.get(name)
        for row, (stands, columns) in rows.items() if here else ():
            visible = [
                (column, at) for column, at in _visible(table) if table.grid.value(row, at) not in (None, "")
            ]
            if here and all(at in columns for _, at in visible):
                yield from _typed(table, here, row, stands, visible)


def _typed(
    table: ReadTable, here: ReadTable, row: int, stands: int, was: Sequence[tuple[Column, int]]
) -> Iterator[Finding]:
    written = {column.field for column, _ in was}
    typed = [
        here.grid.cell(stands, at)
        for column, at in _visible(here)
        if column.field not in written and here.grid.value(stands, at) not in (None, "")
    ]
    if typed:
        known = " ".join(_said(column, table.grid.value(row, at)) for column, at in was[:SHOWN])
        details = {"written": known, "typed": "、".join(str(cell.value) for cell in typed)}
        yield Finding("REVERT_ROW_TYPED", Severity.WARNING, details=details, place=typed[0].place)


def _visible(table: ReadTable) -> Iterator[tuple[Column, int]]:
    for field, at in table.columns.items():
        column = table.table.column_of(field)
        if column is not None and not column.computed and not column.hidden:
            yield column, at


def _said(column: Column, value: CellValue) -> str:
    if column.type == "date" and isinstance(value, int | float):
        try:
            return f"{day_of(value)}"
        except CellError:
            return f"{value}"
    return f"{value}"
