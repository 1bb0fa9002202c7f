"""Slots: what stands in a traced workbook where another product has another value.

The builder runs once with slots instead of values. Where it puts one, there is a hole in the file, and for every
further product the holes are filled. XlsxWriter itself shows how a hole is filled: it draws the cell once with
each kind of value, and only the value is replaced from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellNumberTuple, CellStringTuple
from xlsxwriter.xmlwriter import XMLwriter

from promo_xl.sheetspec.formula.values import Value
from promo_xl.sheetspec.model import Band, Column, Grid, Timeline
from promo_xl.workbook.cells import Cells
from promo_xl.workbook.pieces import Piece
from promo_xl.workbook.sheet import Values
from promo_xl.workbook.texts import Texts
from promo_xl.workbook.xlsx import Drawn, StoredWorksheet

BEGIN, END = "\ufdd0", "\ufdd1"  # signs that Unicode keeps free of texts
AROUND = 30  # characters of a cell beside its formula and value
Drawing = tuple[str, str]
"""What stands before and behind a value."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of the builder: a method of the values and what it is given."""

    method: str
    given: tuple[Any, ...]

    def of(self, values: Values) -> Sequence[Value]:
        """The answer, one value or a column of them."""
        answer = getattr(values, self.method)(*self.given)
        if self.method == "cell_of":
            return answer[:1]  # type: ignore[no-any-return]
        return answer if self.method in {"column", "band"} else (answer,)


@dataclass(frozen=True, slots=True)
class Slot:
    """Value number `index` of the answer to ask number `ask`."""

    ask: int
    index: int


class Traced:
    """Values that are slots, with a record of what was asked and the answers."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.asks: list[Ask] = []
        self.answers: list[Sequence[Value]] = []
        self.said: list[Said] = []

    def capacity(self, table: str) -> int:
        """As it is."""
        return self.values.capacity(table)

    def printed_rows(self, table: str) -> int:
        """As it is."""
        return self.values.printed_rows(table)

    def printed_periods(self, timeline: Timeline) -> int:
        """As it is."""
        return self.values.printed_periods(timeline)

    def column(self, table: str, field: str) -> Any:
        """Slots."""
        return self._slots("column", table, field)

    def single(self, field: str) -> Any:
        """A slot."""
        return self._slots("single", field)[0]

    def note(self, column: Column) -> Any:
        """A slot."""
        return self._slots("note", column)[0]

    def band(self, timeline: Timeline, band: Band) -> Any:
        """Slots."""
        return self._slots("band", timeline, band)

    def cell_of(self, grid: Grid, row_head: int, column_head: int) -> tuple[Any, str]:
        """A slot and the style as it is."""
        _, style = self.values.cell_of(grid, row_head, column_head)
        return self._slots("cell_of", grid, row_head, column_head)[0], style

    def heading(self, name: str) -> Any:
        """A slot."""
        return self._slots("heading", name)[0]

    def title(self, words: str) -> str:
        """A mark for what no cell holds."""
        return self._mark("title", words)

    def author(self) -> str:
        """A mark for what no cell holds."""
        return self._mark("author")

    def _slots(self, method: str, *given: Any) -> list[Slot]:
        ask = Ask(method, given)
        self.asks.append(ask)
        self.answers.append(ask.of(self.values))
        number = len(self.asks) - 1
        return [Slot(number, index) for index in range(len(self.answers[number]))]

    def _mark(self, method: str, *given: Any) -> str:
        (slot,) = self._slots(method, *given)
        self.said.append(Said(slot))
        return f"{BEGIN}-{len(self.said)}{END}"


class Hole(Drawn):
    """The cell of a slot: where it is, and how XlsxWriter draws it with a value of each kind.

    `places` say where its filling stands in the trace; a hole that something else covers has none.
    """

    __slots__ = ("column", "formula", "known", "number", "places", "row", "slot", "style", "worksheet")

    def __init__(self, number: int, slot: Slot, style: Format, formula: str | None) -> None:
        self.number, self.slot, self.style, self.formula = number, slot, style, formula
        self.worksheet: Any = None
        self.row = self.column = -1
        self.known: dict[type, Drawing] = {}
        self.places: list[tuple[Piece, int]] = []

    @property
    def size(self) -> int:
        """How many characters it takes, about, whatever its value."""
        return AROUND + len(self.formula or "")

    @property
    def is_typed(self) -> bool:
        """True if the planner fills it."""
        return self.formula is None

    def draw(self, worksheet: StoredWorksheet, row: int, column: int) -> None:
        """Write the mark of the hole; XlsxWriter calls it for its place in the file."""
        self.worksheet, self.row, self.column = worksheet, row, column
        self.style._get_xf_index()  # XlsxWriter numbers styles in the order in which it draws their cells
        worksheet.fh.write(f"{BEGIN}{self.number}{END}")

    def cell(self, value: Value, cells: Cells) -> Any:
        """The cell of XlsxWriter that holds this value."""
        if self.formula is None:
            return cells.typed(value, self.style)
        return cells.computed(self.formula, value, self.style)

    def filled(self, cell: Any) -> str:
        """What the file says of the cell that this hole becomes."""
        kind = cell.__class__
        if kind is CellBlankTuple:
            return self._around(kind)[0]
        if kind is CellStringTuple:
            before, after = self._around(kind)
            return f"{before}{cell.string}{after}"
        if kind is CellNumberTuple:
            before, after = self._around(kind)
            return f"{before}{cell.number:.16G}{after}"
        if kind is CellFormulaTuple:
            value = cell.value
            if value.__class__ is float or value.__class__ is int:
                before, after = self._around(float)
                return f"{before}{value}{after}"
            if isinstance(value, str) and value[:1] != "#":
                before, after = self._around(str)
                return f"{before}{self.worksheet._escape_data(value)}{after}"
        return self._drawn(cell)

    def _around(self, kind: type) -> Drawing:
        around = self.known.get(kind)
        if around is None:
            before, _, after = self._drawn(self._example(kind)).partition(END)
            around = self.known[kind] = (before, after)
        return around

    def _example(self, kind: type) -> Any:
        if kind is CellBlankTuple:
            return CellBlankTuple(self.style)
        if kind is CellStringTuple:
            return CellStringTuple(END, self.style)
        if kind is CellNumberTuple:
            return CellNumberTuple(_Number(), self.style)
        assert self.formula is not None
        return CellFormulaTuple(self.formula.removeprefix("="), self.style, END if kind is str else _Number())

    def _drawn(self, cell: Any) -> str:
        self.worksheet.fh = StringIO()
        self.worksheet._write_cell(self.row, self.column, cell)
        return self.worksheet.fh.getvalue()  # type: ignore[no-any-return]


class Said:
    """The hole of what no cell holds: the title and the author of the file."""

    __slots__ = ("places", "slot")
    is_typed = False
    size = 0

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        self.places: list[tuple[Piece, int]] = []

    def cell(self, value: Value, _: Cells) -> str:
        """The text."""
        return str(value)

    def filled(self, text: str) -> str:
        """The text as XlsxWriter writes it into an element."""
        writer = XMLwriter()
        return str(writer._escape_control_characters(writer._escape_data(text)))


class _Number(float):
    """A number that prints as the sign where a value stands."""

    def __format__(self, _: str) -> str:
        return END


class Holes(Cells):
    """Makes a hole of every slot."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self.holes: list[Hole] = []

    def typed(self, value: Any, style: Format) -> Hole:
        """A hole that the planner fills."""
        return self._hole(value, style, None)

    def computed(self, formula: str, value: Any, style: Format) -> Hole:
        """A hole with a formula."""
        return self._hole(value, style, formula)

    def _hole(self, slot: Slot, style: Format, formula: str | None) -> Hole:
        hole = Hole(len(self.holes), slot, style, formula)
        self.holes.append(hole)
        return hole
