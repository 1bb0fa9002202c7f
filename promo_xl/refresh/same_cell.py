"""Where a cell stands by now: rows may have been inserted, deleted, moved or sorted since it was written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from promo_xl.refresh.written import Written
from promo_xl.sheetspec.model import Column
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.read import Opened

Cell = tuple[str, int, int]


class PresentCells:
    """The cells of a workbook as it was `left`, found again in the workbook `now`."""

    def __init__(self, left: Opened, now: Opened) -> None:
        self._left, self._now = left, now
        self._tables = {name: _Rows(table, now.tables.get(name)) for name, table in left.tables.items()}
        self._singles = {cell: name for name, cell in left.cells.items()}

    def cell(self, written: Written) -> Cell | None:
        """Sheet, row and column in the workbook `now` of a cell that was written in the workbook `left`.

        A row of a table is known by its id or by what is remembered in it, else by its place if all that is typed
        in it is the same; a single value by its name, any other cell by its place. None if nobody can tell.
        """
        at = (written.sheet, written.row, written.column)
        for rows in self._tables.values():
            column = column_of(rows.left, at)
            if column is not None:
                return rows.cell(written.row, column.field)
        if at in self._singles:
            return self._now.cells.get(self._singles[at])
        return at if written.sheet in self._now.grids else None


class _Rows:
    """The rows of a table as it was left, and as it is now."""

    def __init__(self, left: ReadTable, now: ReadTable | None) -> None:
        self.left, self.now = left, now
        self._known: dict[int, int | None] = {}

    def cell(self, row: int, field: str) -> Cell | None:
        """The cell of a field in a row, where it stands now."""
        if self.now is None or field not in self.now.columns:
            return None
        if row not in self._known:
            self._known[row] = self._row(self.now, row)
        found = self._known[row]
        return None if found is None else (self.now.grid.name, found, self.now.columns[field])

    def _row(self, now: ReadTable, row: int) -> int | None:
        if (kept := memory(self.left, row)) and len(same := self._memories.get(kept, [])) == 1:
            return same[0]
        filled = self._filled.get(row)
        if filled is None:  # a spare row
            return row if row not in now.numbers and now.first <= row <= now.last else None
        own = str(filled.get("id") or "")
        if own and len(same := self._ids.get(own, [])) == 1:
            return same[0]
        there = self._there.get(row)
        return row if there is not None and _typed(self.left, filled) == _typed(now, there) else None

    @cached_property
    def _filled(self) -> Mapping[int, Mapping[str, object]]:
        return dict(zip(self.left.numbers, self.left.rows, strict=True))

    @cached_property
    def _there(self) -> Mapping[int, Mapping[str, object]]:
        return dict(zip(self.now.numbers, self.now.rows, strict=True)) if self.now else {}

    @cached_property
    def _ids(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, values in self._there.items():
            found[str(values.get("id") or "")].append(row)
        return found

    @cached_property
    def _memories(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row in range(self.now.first, self.now.last + 1) if self.now else ():
            if self.now and (kept := memory(self.now, row)):
                found[kept].append(row)
        return found


def is_seen(left: Opened, written: Written) -> bool:
    """True if a planner sees the cell as one that can be typed into, not as the program's own memory."""
    at = (written.sheet, written.row, written.column)
    columns = (column for table in left.tables.values() if (column := column_of(table, at)) is not None)
    return not written.result and not any(column.hidden or column.computed for column in columns)


def column_of(table: ReadTable, at: Cell) -> Column | None:
    """The column of a cell of the table; rows that it got meanwhile are known by what they remember."""
    sheet, row, number = at
    if table.grid.name != sheet or row < table.first or (row > table.last and not memory(table, row)):
        return None
    field = next((field for field, here in table.columns.items() if here == number), "")
    return table.table.column_of(field)


def memory(table: ReadTable, row: int) -> str:
    """What a row remembers of a source, which is not the same in two rows unless one was copied."""
    for field, at in table.columns.items():
        column = table.table.column_of(field)
        if column is not None and column.hidden and not column.computed:
            value = table.grid.value(row, at)
            if isinstance(value, str) and value.startswith("{"):
                return value
    return ""


def _typed(table: ReadTable, row: Mapping[str, object]) -> dict[str, object]:
    fields = {column.field for column in table.table.columns if not column.computed}
    return {field: value for field, value in row.items() if field in fields}
