"""Where everything stands: blocks from top to bottom, each at a row and a column (from 0)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from promo_xl.sheetspec.model import Block, Book, Cards, Form, Grid, LiveCall, Sheet, Table, Timeline

TOP = 4  # title, intro, links, a gap
CARD_ROWS = 3  # label, value, note
CHART_ROW_PIXELS = 26


class Shape(Protocol):
    """All of a plan that decides where something stands: workbooks of one shape differ in values alone."""

    def capacity(self, table: str) -> int:
        """How many rows a table has, spare ones included."""

    def printed_rows(self, table: str) -> int:
        """How many of them are printed."""

    def printed_periods(self, timeline: Timeline) -> int:
        """How many periods of a timeline are printed."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place; `row` is that of its title if it has one, `head` that of its header."""

    sheet: Sheet
    block: Block
    row: int
    column: int
    head: int
    rows: int
    columns: int

    @property
    def first(self) -> int:
        """The first row of data."""
        return self.head + 1

    @property
    def last(self) -> int:
        """The last row of the block."""
        return self.head + self.rows


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of all blocks of a workbook."""

    placed: tuple[Placed, ...]

    def of(self, sheet: Sheet) -> Iterator[Placed]:
        """The blocks of one sheet, in order."""
        return (place for place in self.placed if place.sheet is sheet)

    def table(self, table: str) -> Placed:
        """The place of a table."""
        return next(p for p in self.placed if isinstance(p.block, Table) and p.block.table == table)

    def block(self, name: str) -> Placed:
        """The place of the block with this id."""
        return next(p for p in self.placed if block_id(p.block) == name)

    def single(self, field: str) -> tuple[Placed, int, int]:
        """Sheet, row and column of a single value's cell."""
        for placed in self.placed:
            if isinstance(placed.block, Form | Cards):
                for i, column in enumerate(placed.block.fields):
                    if column.field == field:
                        return placed, *cell_of(placed, i)
        raise KeyError(field)


def block_id(block: Block) -> str:
    """The id under which a block is declared."""
    match block:
        case Table(table=name) | Form(form=name) | Cards(cards=name) | Grid(grid=name):
            return name
        case Timeline(timeline=name) | LiveCall(call=name):
            return name


def cell_of(placed: Placed, index: int) -> tuple[int, int]:
    """Row and column of the value of the form's field, or of the card, number `index`."""
    block = placed.block
    assert isinstance(block, Form | Cards)
    line, place = divmod(index, block.across)
    column = placed.column + 2 * place
    if isinstance(block, Cards):
        return placed.first + line * (CARD_ROWS + 1) + 1, column
    return placed.first + line, column + 1


def lay_out(book: Book, shape: Shape) -> Layout:
    """The layout of `book` for as many rows as `shape` has."""
    placed: list[Placed] = []
    for sheet in book.sheets:
        beneath, above = TOP, None
        for block in sheet.blocks:
            place = _place(sheet, block, shape, beneath, above)
            placed.append(place)
            if not block.beside:
                above = place
            beneath = max(beneath, place.last + 2, _charts_end(sheet, place))
    return Layout(tuple(placed))


def _place(sheet: Sheet, block: Block, shape: Shape, beneath: int, above: Placed | None) -> Placed:
    row, column = beneath, max(block.column - 1, 0)
    if block.beside and above is not None:
        row, column = above.row, max(column, above.column + above.columns + 1)
    match block:
        case Table(columns=fields, table=name, title=title):
            head = row + bool(title)
            return Placed(sheet, block, row, column, head, shape.capacity(name), len(fields))
        case Form(fields=fields, across=across, title=title):
            head = row + bool(title) - 1
            return Placed(sheet, block, row, column, head, -(-len(fields) // across), 2 * across)
        case Cards(fields=fields, across=across, title=title):
            head = row + bool(title) - 1
            rows = -(-len(fields) // across) * (CARD_ROWS + 1) - 1
            return Placed(sheet, block, row, column, head, rows, 2 * across)
        case LiveCall(rows_of=table, columns=columns):
            return Placed(sheet, block, row, column, row, shape.capacity(table) + 1, len(columns))
        case Grid(rows=rows, columns=columns):
            head = (above.head if above and block.beside else row + 1) + 1
            return Placed(sheet, block, head - 1, column, head, len(rows), len(columns) + 1)
        case Timeline(beside_table=table, bands=bands, periods=periods):
            assert above is not None and isinstance(above.block, Table), table
            first = above.head - len(bands) + 1
            return Placed(sheet, block, first, column, above.head, above.rows, periods)


def _charts_end(sheet: Sheet, place: Placed) -> int:
    heights = [chart.size[1] for chart in sheet.charts if chart.beside_block == block_id(place.block)]
    return place.row + -(-max(heights) // CHART_ROW_PIXELS) + 1 if heights else 0


def column_index(table: Table, field: str) -> int:
    """The place of a column in its table."""
    return next(i for i, column in enumerate(table.columns) if column.field == field)
