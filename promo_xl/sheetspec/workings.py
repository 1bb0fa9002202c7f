"""A workbook's values: what was typed, and what every formula makes of it, computed on demand."""

import math
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Protocol

from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.binding import rows_of, to_cell
from promo_xl.sheetspec.conclusions import Conclusions
from promo_xl.sheetspec.core import CORE
from promo_xl.sheetspec.formula.criteria import Matcher
from promo_xl.sheetspec.formula.evaluate import Run, compile_formula
from promo_xl.sheetspec.formula.nodes import Call, Cell, walk
from promo_xl.sheetspec.formula.operations import IN_A_ROW
from promo_xl.sheetspec.formula.parse import OWN
from promo_xl.sheetspec.formula.values import NAME, NUM, VALUE, Area, CellError, Result, Value, single
from promo_xl.sheetspec.model import Band, Book, Column, Grid, LiveCall, Timeline
from promo_xl.sheetspec.recalled import Input, Recalled
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.storable import storable
from promo_xl.sheetspec.wording import Wording

STEP = 5  # rows
SPARE_ON_PAPER = 3  # rows, at least
LONGEST_PROPERTY = 255  # characters that Excel takes in the title or the author of a file
Functions = Callable[[str, list[Result]], Result]
_COMPILED: dict[int, tuple[Formula, Run]] = {}
_CELLS: dict[int, tuple[Formula, tuple[str, ...] | None]] = {}


def compiled(formula: Formula) -> Run:
    """The formula as a function; each is compiled once per process."""
    known = _COMPILED.get(id(formula))
    if known is None or known[0] is not formula:
        known = _COMPILED[id(formula)] = (formula, compile_formula(formula.node))
    return known[1]


def cells_of(formula: Formula) -> tuple[str, ...] | None:
    """The cells of its row that a formula reads; None if it also asks where the row stands, or the add-in."""
    known = _CELLS.get(id(formula))
    if known is None or known[0] is not formula:
        parts = list(walk(formula.node))
        functions = {part.function for part in parts if isinstance(part, Call)}
        fields = tuple(sorted({part.field for part in parts if isinstance(part, Cell)}))
        alone = not functions & IN_A_ROW and not any(OWN in function for function in functions)
        known = _CELLS[id(formula)] = (formula, fields if alone else None)
    return known[1]


@dataclass(frozen=True, slots=True)
class View:
    """What a formula sees: its own table's rows, the other tables, single values, local names."""

    workings: "Workings"
    table: str = ""
    local: Mapping[str, Value] = field(default_factory=dict)
    band_of: Timeline | None = None
    seen: dict[str, list[Value]] = field(default_factory=dict)

    @property
    def matcher(self) -> Matcher:
        """The criteria finder that all formulas of a workbook share."""
        return self.workings.matcher

    def cell(self, field: str, row: int) -> Value:
        """Row `row` of a column of the formula's own table."""
        column = self.seen.get(field)
        if column is None:
            column = self.seen[field] = self.workings.column(self.table, field)
        return column[row]

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> Area:
        """Columns of any table."""
        return self.workings.area(table, first, last, headers=headers)

    def name(self, name: str, row: int) -> Result:
        """A local name, a band of the timeline, or a single value."""
        if name == "k" and self.band_of is not None:
            return row
        if name in self.local:
            return self.local[name]
        if form := self.workings.book.named_forms.get(name):
            return Area(([self.workings.single(column.field) for column in form.fields],))
        return self.workings.single(name)

    def choice(self, choices: str, code: str) -> str:
        """The label of a choice in the workbook's language."""
        return self.workings.book.label_of(choices, code, self.workings.language)

    def own(self, function: str, arguments: list[Result]) -> Result:
        """The answer of a function of the add-in, if the workings have one."""
        if self.workings.functions is None:
            raise NAME
        return self.workings.functions(function[function.index(OWN) :], arguments)


class Typed(Protocol):
    """What was typed into the cells of a workbook that is there already, as it stands there."""

    def column(self, table: str, field: str) -> Sequence[Value] | None:
        """The cells of a typed column, a row each; None where the file has no such column."""

    def single(self, field: str) -> Value:
        """The cell of a single value."""


class Workings:
    """All values of one workbook.

    Blank spare rows share one computation: what a formula says of a blank row does not depend on its
    place. With `typed`, formulas read what a planner typed (`张三, 李四`) and not how the plan would
    write it (`张三、李四`).
    `functions` stands for the add-in; without it every call of one is #NAME?, as in Excel.
    `known` are the values of the same book with other cells typed: what reads none of those is taken from there.
    `recalled` holds what formulas made of the same inputs in other workbooks of the book.
    """

    def __init__(
        self,
        promotion: Promotion,
        book: Book,
        language: str,
        typed: Typed | None = None,
        functions: Functions | None = None,
        *,
        known: "Workings | None" = None,
        recalled: Recalled | None = None,
    ) -> None:
        self.promotion, self.book, self.language = promotion, book, language
        self.typed, self.functions = typed, functions
        self.known = known if known and known.book is book and known.language == language else None
        self.matcher: Matcher = self.known.matcher if self.known else Matcher()
        self.recalled = None if functions or typed else recalled
        self._held: dict[Input, Hashable] = {}
        self._reading: list[set[Input]] = []
        self._inputs: dict[tuple[str, str], Collection[Input]] = {}
        self._same: dict[Input, bool] = {}
        self.conclusions = Conclusions(promotion)
        self.tables = {name: table for name, (_, table) in book.tables.items()}
        self._rows: dict[str, Sequence[Mapping[str, object]]] = {}
        self._columns: dict[tuple[str, str], list[Value] | None] = {}
        self._areas: dict[tuple[str, str, str, bool], Area] = {}
        self._singles: dict[str, Value] = {}
        self._answers: dict[str, list[list[Value]]] = {}

    def rows(self, table: str) -> Sequence[Mapping[str, object]]:
        """The plan's rows of a table."""
        if table not in self._rows:
            self._rows[table] = rows_of(self.promotion, self.tables[table])
        return self._rows[table]

    def capacity(self, table: str) -> int:
        """How many rows the table has, spare ones included; in steps, so that batches share few shapes."""
        block, filled = self.tables[table], len(self.rows(table))
        if block.fixed:
            return filled
        wanted = filled + block.spare
        return block.least if wanted <= block.least else -(-wanted // STEP) * STEP

    def printed_rows(self, table: str) -> int:
        """How many rows of a table are printed: what is filled and a few to write on, in steps as above."""
        return min(self.capacity(table), -(-(len(self.rows(table)) + SPARE_ON_PAPER) // STEP) * STEP)

    def column(self, table: str, field: str) -> list[Value]:
        """All values of a column, spare rows included."""
        key = (table, field)
        if self._reading:
            self._reading[-1].add((table, field, field))
        if key not in self._columns:
            self._columns[key] = None
            self._columns[key] = self._computed(table, field)
        values = self._columns[key]
        if values is None:
            raise RecursionError(f"{table}[{field}] depends on itself")
        return values

    def _computed(self, table: str, field: str) -> list[Value]:
        column = self.tables[table].column_of(field)
        assert column is not None
        rows, spare = self.rows(table), self.capacity(table) - len(self.rows(table))
        formula = column.formula or column.as_written
        if formula is None:
            return [*self._stored(table, column), *[None] * spare]
        if (values := self._still(table, field)) is not None:
            return values
        count = len(rows) + (spare > 0)
        inputs, values = self._recalled((table, field, count), lambda: self._row_by_row(table, formula, count))
        self._inputs[table, field] = inputs
        if column.as_written:
            values = [None if value == "" else value for value in values]
        return [*values, *[values[-1]] * (spare - 1)] if spare else values

    def _recalled(
        self, formula: Hashable, computed: Callable[[], list[Value]]
    ) -> tuple[Collection[Input], list[Value]]:
        """What a formula reads and its values: those of another workbook in which it read the same."""
        self._reading.append(set())
        try:
            if self.recalled and (found := self.recalled.find(formula, self._holds)):
                return found
            self._reading[-1].clear()
            values = computed()
            inputs = frozenset(self._reading[-1])
            if self.recalled and not any(table in self.book.calls for table, _, _ in inputs):
                self.recalled.keep(formula, inputs, self._holds, values)
            return inputs, values
        finally:
            self._reading.pop()

    def _holds(self, read: Input) -> Hashable:
        """What an input holds, so that 1, 1.0 and TRUE are not the same."""
        held = self._held.get(read)
        if held is None:
            table, first, last = read
            if table:
                columns = [self.column(table, one) for one in self._between(table, first, last)]
                held = tuple([(*column, *map(type, column)) for column in columns])
            else:
                value = self.single(first)
                held = (value, type(value))
            self._held[read] = held
        return held

    def _row_by_row(self, table: str, formula: Formula, count: int) -> list[Value]:
        """The formula's value in each row; where only typed cells matter, rows with the same ones share it."""
        run, view, fields = compiled(formula), View(self, table), cells_of(formula)
        if fields is None or not all(self._is_typed(table, field) for field in fields):
            return [settled(run, view, i) for i in range(count)]
        columns = [self.column(table, field) for field in fields]
        values: list[Value] = []
        known: dict[tuple[object, ...], Value] = {}
        for i in range(count):
            key = tuple([(type(column[i]), column[i]) for column in columns])
            if key not in known:
                known[key] = settled(run, view, i)
            values.append(known[key])
        return values

    def _still(self, table: str, field: str) -> list[Value] | None:
        """A known column if all that its formula read is as it was."""
        known = self.known
        inputs = None if known is None else known._inputs.get((table, field))
        if known is None or inputs is None or len(known.rows(table)) != len(self.rows(table)):
            return None
        if not all(self._is_same(known, one) for one in inputs):
            return None
        self._inputs[table, field] = inputs
        return known.column(table, field)

    def _is_same(self, known: "Workings", read: Input) -> bool:
        if read not in self._same:
            table, first, last = read
            self._same[read] = table not in self.book.calls and (
                _alike([self.single(first)], [known.single(first)])
                if not table
                else all(
                    _alike(self.column(table, one), known.column(table, one))
                    for one in self._between(table, first, last)
                )
            )
        return self._same[read]

    def _is_typed(self, table: str, field: str) -> bool:
        column = self.tables[table].column_of(field)
        return column is not None and not column.computed

    def _stored(self, table: str, column: Column) -> Iterable[Value]:
        typed = None if column.compute or self.typed is None else self.typed.column(table, column.field)
        if typed is not None:
            return typed
        plain = self._remembered(column) if column.compute else [r.get(column.field) for r in self.rows(table)]
        return (to_cell(value, column, self.book, self.language) for value in plain)

    def _remembered(self, column: Column) -> Sequence[object]:
        words = Wording(self.language, self.book.labels[self.language])
        return CORE[column.compute](self.conclusions, words)

    def answers(self, call: str) -> list[list[Value]]:
        """What a call of the add-in answers, column by column; errors where there is no add-in."""
        if call not in self._answers:
            block = self.book.calls[call]
            height = self.capacity(block.rows_of) + 1
            try:
                self._answers[call] = self._called(block, height)
            except CellError as error:
                self._answers[call] = [[error] * height for _ in block.columns]
        return self._answers[call]

    def _called(self, call: LiveCall, capacity: int) -> list[list[Value]]:
        if self.functions is None:
            raise NAME
        found = compiled(call.formula)(View(self, local={"capacity": capacity}), 0)
        if not isinstance(found, Area) or len(found.columns) != len(call.columns):
            raise VALUE
        return list(found.columns)

    def area(self, table: str, first: str, last: str, *, headers: bool = False) -> Area:
        """Neighbouring columns of a table, or their headers."""
        key = (table, first, last, headers)
        if self._reading:
            self._reading[-1].add((table, first, last))
        if table in self.book.calls:
            return Area((self.answers(table)[self.book.calls[table].columns.index(first)][:-1],))
        if key not in self._areas:
            between = self._between(table, first, last)
            self._areas[key] = self._headers(table, between) if headers else self._cells(table, between)
        return self._areas[key]

    def _cells(self, table: str, fields: list[str]) -> Area:
        return Area(tuple([self.column(table, field) for field in fields]))

    def _headers(self, table: str, fields: list[str]) -> Area:
        labels = {column.field: column.label for column in self.tables[table].columns}
        return Area(tuple([[labels[field].text(self.language)] for field in fields]))

    def _between(self, table: str, first: str, last: str) -> list[str]:
        """The fields of neighbouring columns."""
        if first == last:
            return [first]
        fields = [column.field for column in self.tables[table].columns]
        return fields[fields.index(first) : fields.index(last) + 1]

    def single(self, field: str) -> Value:
        """The value of a form's field or a card."""
        if self._reading:
            self._reading[-1].add(("", field, field))
        if field not in self._singles:
            column = self.book.singles[field]
            formula = column.formula or column.as_written
            if formula is None and self.typed is not None:
                self._singles[field] = self.typed.single(field)
            elif formula is None:
                given = self.promotion.project.get(field)
                self._singles[field] = to_cell(given, column, self.book, self.language)
            else:
                self._singles[field] = settled(compiled(formula), View(self), 0)
        return self._singles[field]

    def note(self, column: Column) -> Value:
        """What stands beneath a card's value."""
        return settled(compiled(column.note), View(self), 0) if column.note else None

    def heading(self, name: str) -> str:
        """What stands above a sheet of this name."""
        return f"{self.single('product') or ''} · {name}"

    def title(self, words: str) -> str:
        """The title of the file."""
        return storable(f"{self.promotion.product} {words}".strip())[:LONGEST_PROPERTY]

    def author(self) -> str:
        """Who the file says has made it."""
        return storable(str(self.promotion.project.get("owner") or "promo_xl"))[:LONGEST_PROPERTY]

    def band(self, timeline: Timeline, band: Band) -> list[Value]:
        """One row of a timeline's head."""
        run, view = compiled(band.formula), View(self, band_of=timeline)
        formula = (timeline.timeline, band.field, timeline.periods)
        return self._recalled(formula, lambda: [settled(run, view, k) for k in range(timeline.periods)])[1]

    def printed_periods(self, timeline: Timeline) -> int:
        """How many periods of a timeline are printed: the first ones that say so, at least one."""
        if timeline.printed is None:
            return timeline.periods
        run, view = compiled(timeline.printed), View(self, band_of=timeline)

        def computed() -> list[Value]:
            return list(takewhile(lambda value: value is True, (settled(run, view, k) for k in periods)))

        periods = range(timeline.periods)
        _, printed = self._recalled((timeline.timeline, "", timeline.periods), computed)
        return max(1, len(printed))

    def cell_of(self, grid: Grid, row_head: int, column_head: int) -> tuple[Value, str]:
        """A grid's value and the style of its shade."""
        view = View(self, local={"row_head": row_head, "column_head": column_head})
        return settled(compiled(grid.formula), view, 0), str(settled(compiled(grid.shade), view, 0))


def _alike(values: list[Value], others: list[Value]) -> bool:
    """True if the values are the same and of the same kinds: 1 is neither TRUE nor 1.0 in a text."""
    if values is others:
        return True
    return values == others and list(map(type, values)) == list(map(type, others))


def settled(run: Run, view: View, row: int) -> Value:
    """The value that a cell shows: errors are values, a reference to a blank shows 0."""
    try:
        value: Result = single(run(view, row))
    except CellError as error:
        return error.with_traceback(None)  # which would keep all of the workings in memory
    except OverflowError:
        return NUM
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else NUM  # a cell knows no -0.0
    return 0 if value is None else value  # type: ignore[return-value]
