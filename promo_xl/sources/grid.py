"""A sheet as rows of typed values, each of which knows where a person finds it."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from promo_xl.sources.refusal import refused


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """What a cell shows when its formula failed, such as `#DIV/0!`."""

    text: str


NOT_CALCULATED = ErrorValue("#NOT_CALCULATED")
"""The value of a formula whose file was never calculated, so that nobody knows its result."""

Moment = datetime.date | datetime.time | datetime.timedelta
CellValue = None | str | bool | int | float | Moment | ErrorValue
"""What a cell holds; a date with a time of day is a datetime, which is a date too."""

GENERAL = "General"
OLD_XLS = "Excel 5.0/95 (.xls)"
UNKNOWN_FORMAT = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read before it is refused."""

    rows: int = 200_000
    cells: int = 10_000_000
    file_bytes: int = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Merged cells, counted from 1 and inclusive; only the top left one carries a value."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `number_format` is "" where the file does not tell, as in CSV and HTML."""

    value: CellValue
    number_format: str
    place: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet from A1 to its last filled row and column; every row of `values` is equally wide.

    `formats` holds a row per row of `values`, cut after the last cell that has a format of its own.
    Rows and columns are counted from 1, as Excel shows them; a block out of a sheet begins with row `first`.
    """

    name: str
    file: str
    values: tuple[tuple[CellValue, ...], ...]
    formats: tuple[tuple[str, ...], ...] = ()
    default_format: str = UNKNOWN_FORMAT
    merged: tuple[MergedRange, ...] = ()
    hidden: bool = False
    first: int = 1

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + len(self.values) - 1

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.values[0]) if self.values else 0

    def place(self, row: int, column: int) -> str:
        """Where a person finds a cell: `products.xlsx › Sheet1!C5`, in a text file `products.csv › C5`."""
        sheet = f"{self.name}!" if self.name else ""
        return f"{self.file} › {sheet}{column_letters(column)}{row}"

    def number_format(self, row: int, column: int) -> str:
        """The number format of a cell, such as `0.0%`."""
        row_formats = self.row_formats(row)
        return row_formats[column - 1] if column <= len(row_formats) else self.default_format

    def value(self, row: int, column: int) -> CellValue:
        """What a cell holds; outside the filled area it is empty."""
        values = self.row_values(row)
        return values[column - 1] if 1 <= column <= len(values) else None

    def row_values(self, row: int) -> tuple[CellValue, ...]:
        """What the cells of a row hold, up to the last column of the block."""
        return self.values[row - self.first] if self.first <= row <= self.last else ()

    def row_formats(self, row: int) -> tuple[str, ...]:
        """The number formats of a row, cut after the last that is its cell's own."""
        at = row - self.first
        return self.formats[at] if 0 <= at < len(self.formats) else ()

    def cell(self, row: int, column: int) -> Cell:
        """A cell; outside the filled area it is empty."""
        return Cell(self.value(row, column), self.number_format(row, column), self.place(row, column))

    def row(self, row: int) -> tuple[Cell, ...]:
        """The cells of one row."""
        return tuple(self.cell(row, column) for column in range(1, self.width + 1))

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The rows from the top, made one at a time so that a large sheet stays small in memory."""
        return (self.row(row) for row in range(self.first, self.last + 1))


def column_letters(column: int) -> str:
    """Column 1 is `A`, 26 is `Z`, 27 is `AA`."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(slots=True)
class GridBuilder:
    """Collects the filled rows of a sheet and refuses it as soon as it passes a limit."""

    name: str
    file: str
    limits: Limits
    default_format: str = UNKNOWN_FORMAT
    hidden: bool = False
    _last_row: int = 0
    _width: int = 0
    _values: dict[int, list[CellValue]] = field(default_factory=dict)
    _formats: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _pool: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def add(self, row: int, values: list[CellValue], formats: Sequence[str] = ()) -> None:
        """Take one row; a row without a value counts for nothing."""
        filled = len(values)
        while filled and values[filled - 1] is None:
            filled -= 1
        if not filled:
            return
        self._last_row = max(self._last_row, row)
        self._width = max(self._width, filled)
        self._check_limits()
        self._values[row] = values[:filled]
        if formats:
            row_formats = tuple(formats)
            self._formats[row] = self._pool.setdefault(row_formats, row_formats)

    def _check_limits(self) -> None:
        place = f"{self.file} › {self.name}" if self.name else self.file
        if self._last_row > self.limits.rows:
            raise refused("FILE_TOO_MANY_ROWS", place, rows=self._last_row, limit=self.limits.rows)
        if self._last_row * self._width > self.limits.cells:
            raise refused(
                "FILE_TOO_MANY_CELLS",
                place,
                rows=self._last_row,
                columns=self._width,
                last_column=column_letters(self._width),
                limit=self.limits.cells,
            )

    def build(self, merged: Sequence[MergedRange] = ()) -> Grid:
        """The finished sheet, rectangular and free of values hidden under merged cells."""
        cleared = 0
        for area in merged:
            cleared += self._clear_under(area)
            # Ranges that overlap again and again would keep a computer busy for ever.
            if cleared > self.limits.cells:
                raise refused("FILE_CORRUPT", self.file, reason="mergeCells", part=self.name)
        last_row = max((row for row, values in self._values.items() if _filled(values)), default=0)
        width = max((_filled(values) for values in self._values.values()), default=0)
        blank = (None,) * width
        return Grid(
            name=self.name,
            file=self.file,
            values=tuple(_fitted(self._values.get(row), width, blank) for row in range(1, last_row + 1)),
            formats=_rows_of(self._formats, last_row),
            default_format=self.default_format,
            merged=tuple(merged),
            hidden=self.hidden,
        )

    def _clear_under(self, area: MergedRange) -> int:
        """Empty a merged range but for its top left cell; says how many cells were looked at."""
        bottom, right = min(area.bottom, self._last_row), min(area.right, self._width)
        for row in range(area.top, bottom + 1):
            values = self._values.get(row, [])
            for column in range(area.left, min(right, len(values)) + 1):
                if (row, column) != (area.top, area.left):
                    values[column - 1] = None
        return max(bottom - area.top + 1, 0) * max(right - area.left + 1, 1) + 1


def _filled(values: Sequence[CellValue]) -> int:
    return next((n for n in range(len(values), 0, -1) if values[n - 1] is not None), 0)


def _fitted(values: list[CellValue] | None, width: int, blank: tuple[CellValue, ...]) -> tuple[CellValue, ...]:
    if values is None:
        return blank
    return (*values[:width], *blank[len(values) :])


def _rows_of(formats: Mapping[int, tuple[str, ...]], last_row: int) -> tuple[tuple[str, ...], ...]:
    if not formats:
        return ()
    return tuple(formats.get(row, ()) for row in range(1, last_row + 1))
