"""How formulas call things in a finished workbook: structured references, defined names, labels."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_rowcol_to_cell

from promo_xl.sheetspec.model import Book, Table
from promo_xl.workbook.layout import Layout, Placed, column_index

PREFIX = "plan_"  # not that of the functions: Excel takes a name before a function of the same name


def defined_name(field: str) -> str:
    """The workbook's name for a single value: ASCII, the same in every language."""
    return PREFIX + field


def answer_name(call: str, column: str) -> str:
    """The workbook's name for a column of what a call of the add-in answered."""
    return f"{call}.{column}"


def column_name(table: Table, field: str) -> str:
    """The short name of a table's column, for calls that take many columns: `t.start`."""
    return f"{table.short}.{field}"


def escaped(label: str) -> str:
    """A column's label as structured references spell it."""
    return "".join(f"'{sign}" if sign in "[]#'" else sign for sign in label)


@dataclass(frozen=True, slots=True)
class CellReferences:
    """References as stored in cells; `local` gives addresses for names of a grid or a timeline."""

    book: Book
    language: str
    table: Table | None = None
    local: Mapping[str, str] = field(default_factory=dict)
    head: int = 0

    def cell(self, field: str) -> str:
        """`tblTasks[[#This Row],[开始时间]]`."""
        assert self.table is not None
        return f"{self.table.name}[[#This Row],[{self._label(self.table, field)}]]"

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> str:
        """`tblTasks[开始时间]`, `tblReadings[[花费]:[退款]]`, `tblReadings[[#Headers],[花费]:[退款]]`."""
        if table in self.book.calls:
            return answer_name(table, first)
        block = self.book.tables[table][1]
        one, other = self._label(block, first), self._label(block, last)
        span = one if first == last else f"[{one}]:[{other}]"
        if not headers:
            return f"{block.name}[{span}]"
        return f"{block.name}[[#Headers],{f'[{one}]' if first == last else span}]"

    def _label(self, table: Table, field: str) -> str:
        column = table.column_of(field)
        assert column is not None
        return escaped(column.label.text(self.language))

    def name(self, name: str) -> str:
        """`plan_as_of`, or the address of a local name."""
        return self.local.get(name) or defined_name(name)

    def choice(self, choices: str, code: str) -> str:
        """The label of a choice."""
        return self.book.label_of(choices, code, self.language)

    def position(self) -> str:
        """`ROW()-ROW($A$8)`: the rows below the table's head, which stands in row `head` (from 1)."""
        assert self.head, "no table around"
        return f"ROW()-ROW($A${self.head})"


@dataclass(frozen=True, slots=True)
class RuleReferences(CellReferences):
    """References as colour rules take them: plain addresses, since rules know no structured ones."""

    placed: Placed | None = None
    layout: Layout | None = None

    def cell(self, field: str) -> str:
        """`$G6`: the column fixed, the row that of the first row of the range."""
        assert self.placed is not None and isinstance(self.placed.block, Table)
        column = self.placed.column + column_index(self.placed.block, field)
        return str(xl_rowcol_to_cell(self.placed.first, column, col_abs=True))

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> str:
        """`'休息日'!$A$6:$A$105`."""
        assert self.layout is not None
        placed = self.layout.table(table)
        assert isinstance(placed.block, Table)
        left, right = (
            xl_col_to_name(placed.column + column_index(placed.block, f), col_abs=True) for f in (first, last)
        )
        top, bottom = (placed.head + 1,) * 2 if headers else (placed.first + 1, placed.last + 1)
        return f"{quote_sheetname(placed.sheet.name.text(self.language))}!{left}${top}:{right}${bottom}"
