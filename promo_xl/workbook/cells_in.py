"""From the cells of a file to plan values; what a column cannot hold is noted and left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sheetspec.binding import NUMBERS, fits, from_cell
from promo_xl.sheetspec.model import Book, Column, Table
from promo_xl.sources.grid import NOT_CALCULATED, Cell, ErrorValue, Grid
from promo_xl.workbook.tables_in_file import Area

_KIND = {"date": "DATE", "datetime": "DATE", "month_day": "DATE", "grade": "GRADE"}
_KIND |= dict.fromkeys(NUMBERS, "NUMBER")
BLANK = (None, "")
PLAIN_NUMBERS = frozenset({int, float})


@dataclass(frozen=True, slots=True)
class ReadTable:
    """One table of a file: the plan values of its filled rows, and where each stands.

    `first` and `last` are the rows that the table spans on its sheet, blank ones included; `findings` is what is
    odd about it.
    """

    table: Table
    grid: Grid
    columns: Mapping[str, int]
    rows: tuple[Mapping[str, object], ...]
    numbers: tuple[int, ...]
    first: int
    last: int
    findings: tuple[Finding, ...] = ()

    def place(self, row: int, field: str) -> str:
        """Where a person finds a field of the row with this index."""
        return self.grid.place(self.numbers[row], self.columns.get(field, min(self.columns.values())))


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads cells of one workbook in one language."""

    book: Book
    language: str
    findings: list[Finding] = field(default_factory=list)

    def table(self, table: Table, grid: Grid, area: Area) -> ReadTable:
        """The filled rows of `table`, which stands in `area` of `grid`."""
        reader = CellReader(self.book, self.language)
        columns = dict(_columns(table, grid, area))
        for column in table.columns:
            if column.field not in columns and not column.hidden:
                details = {"column": column.label.text(self.language), "sheet": grid.name}
                reader.findings.append(
                    Finding("COLUMN_MISSING", details=details, place=f"{grid.file} › {grid.name}")
                )
        here = [(column, columns[column.field] - 1) for column in table.columns if column.field in columns]
        typed = [at for column, at in here if not column.computed and not column.hidden]
        rows, numbers = [], []
        first, last = area.top + 1, min(area.bottom, len(grid.values))
        for number in range(first, last + 1):
            cells = grid.values[number - 1]
            if not any(cells[at] not in BLANK for at in typed):
                continue
            rows.append(
                {
                    column.field: None if cells[at] is None else reader.value(grid, number, at + 1, column)
                    for column, at in here
                }
            )
            numbers.append(number)
        found = tuple(reader.findings)
        return ReadTable(table, grid, columns, tuple(rows), tuple(numbers), first, last, found)

    def value(self, grid: Grid, row: int, at: int, column: Column) -> object:
        """The plan value of a cell, or None where the column cannot hold what stands there."""
        shown = grid.value(row, at)
        if type(shown) in PLAIN_NUMBERS and column.type in NUMBERS:
            return shown
        if isinstance(shown, ErrorValue):
            self._failed(grid.cell(row, at), column)
            return None
        value = from_cell(shown, column, self.book)
        if column.computed or column.hidden:
            stale = self.book.label_of("stale", "stale", self.language)
            if not column.hidden and str(shown).startswith(stale):
                self._note_stale(grid.cell(row, at), column)
            return value if fits(value, column) else None
        if not fits(value, column):
            self._note(f"NOT_A_{_KIND[column.type]}", grid.cell(row, at), column)
            return None
        if column.choices and isinstance(shown, str) and shown.strip():
            self._check_choice(grid.cell(row, at), shown, column)
        return value

    def _failed(self, cell: Cell, column: Column) -> None:
        if cell.value == NOT_CALCULATED:
            if not any(finding.code == "NOT_CALCULATED" for finding in self.findings):
                self.findings.append(Finding("NOT_CALCULATED", place=cell.place.split(" › ")[0]))
        elif isinstance(cell.value, ErrorValue) and not column.hidden:
            self._note("CELL_ERROR", cell, column, found=cell.value.text)

    def _check_choice(self, cell: Cell, shown: str, column: Column) -> None:
        """The workbook's formulas compare the very words of its drop-downs, not those of another language."""
        options = [option.label.text(self.language) for option in self.book.choices.get(column.choices, ())]
        if options and shown.casefold() not in map(str.casefold, options):
            self._note("CHOICE_UNKNOWN", cell, column, Severity.WARNING, options="、".join(options))

    def _note_stale(self, cell: Cell, column: Column) -> None:
        """Once for a column: what makes one row stale makes the others stale too."""
        if not any(f.code == "STALE" and f.field == column.field for f in self.findings):
            self._note("STALE", cell, column, Severity.INFO)

    def _note(
        self, code: str, cell: Cell, column: Column, severity: Severity = Severity.ERROR, **more: object
    ) -> None:
        details = {"column": column.label.text(self.language), "found": str(cell.value), **more}
        self.findings.append(Finding(code, severity, field=column.field, details=details, place=cell.place))


def _columns(table: Table, grid: Grid, area: Area) -> Iterator[tuple[str, int]]:
    headers = grid.values[area.top - 1] if area.top <= len(grid.values) else ()
    by_label = {t.casefold(): column for column in table.columns for t in column.label.by_language.values()}
    for at in range(area.left, min(area.right, len(headers)) + 1):
        column = by_label.get(str(headers[at - 1] or "").strip().casefold())
        if column is not None:
            yield column.field, at
