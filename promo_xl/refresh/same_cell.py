"""Where a cell stands by now: rows may have been inserted, deleted, moved or sorted since it was written."""

from collections.abc import Mapping

from promo_xl.refresh.written import Written
from promo_xl.sheetspec.model import Column
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.read import Opened

Cell = tuple[str, int, int]


def present_cell(left: Opened, now: Opened, written: Written) -> Cell | None:
    """Sheet, row and column in the workbook `now` of a cell that was written in the workbook `left`.

    A row of a table is known by its id, else by its place if all that is typed in it is the same; a single
    value by its name, any other cell by its place. None if nobody can tell.
    """
    at = (written.sheet, written.row, written.column)
    for name, table in left.tables.items():
        column = _column(table, at)
        if column is not None:
            return _in_table(table, now.tables.get(name), written.row, column.field)
    for single, cell in left.cells.items():
        if cell == at:
            return now.cells.get(single)
    return at if written.sheet in now.grids else None


def is_seen(left: Opened, written: Written) -> bool:
    """True if a planner sees the cell as one that can be typed into, not as the program's own memory."""
    at = (written.sheet, written.row, written.column)
    columns = (column for table in left.tables.values() if (column := _column(table, at)) is not None)
    return not written.result and not any(column.hidden or column.computed for column in columns)


def _column(table: ReadTable, at: Cell) -> Column | None:
    sheet, row, number = at
    if table.grid.name != sheet or not table.first <= row <= table.last:
        return None
    field = next((field for field, here in table.columns.items() if here == number), "")
    return table.table.column_of(field)


def _in_table(left: ReadTable, now: ReadTable | None, row: int, field: str) -> Cell | None:
    if now is None or field not in now.columns:
        return None
    found = _row(left, now, row)
    return None if found is None else (now.grid.name, found, now.columns[field])


def _row(left: ReadTable, now: ReadTable, row: int) -> int | None:
    if row not in left.numbers:  # a spare row
        return row if row not in now.numbers and now.first <= row <= now.last else None
    filled = left.rows[left.numbers.index(row)]
    ids = [str(other.get("id") or "") for other in now.rows]
    own = str(filled.get("id") or "")
    if own and ids.count(own) == 1:
        return now.numbers[ids.index(own)]
    if row not in now.numbers:
        return None
    return row if _typed(left, filled) == _typed(now, now.rows[now.numbers.index(row)]) else None


def _typed(table: ReadTable, row: Mapping[str, object]) -> dict[str, object]:
    fields = {column.field for column in table.table.columns if not column.computed}
    return {field: value for field, value in row.items() if field in fields}
