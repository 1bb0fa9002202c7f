"""Writes the calls of the add-in that answer whole tables, and the names by which formulas read them."""

from xlsxwriter.utility import quote_sheetname, xl_range_abs

from promo_xl.sheetspec.formula.nodes import Columns, Node, walk
from promo_xl.sheetspec.formula.values import NAME
from promo_xl.sheetspec.model import Book, LiveCall
from promo_xl.workbook.layout import Placed
from promo_xl.workbook.references import CellReferences, answer_name, column_name
from promo_xl.workbook.sheet import Canvas
from promo_xl.workbook.xlsx import Workbook


class CallReferences(CellReferences):
    """References inside a call: columns by their short names, since Excel takes an array formula of 255 signs."""

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> str:
        """`t.start`."""
        block = self.book.tables[table][1]
        if first == last and block.short and not headers:
            return column_name(block, first)
        return super().columns(table, first, last, headers=headers)


def write_call(canvas: Canvas, placed: Placed) -> None:
    """The array formula of a call beneath the names of its columns; unanswered, until the add-in does."""
    call = placed.block
    assert isinstance(call, LiveCall)
    head, sheet = canvas.styles.of("band"), quote_sheetname(canvas.worksheet.name)
    for i, column in enumerate(call.columns):
        name, at = answer_name(call.call, column), placed.column + i
        canvas.worksheet.write_string(placed.head, at, name, head)
        area = xl_range_abs(placed.first, at, placed.last - 1, at)
        canvas.workbook.define_name(name, f"={sheet}!{area}")
    local = {"capacity": str(placed.rows)}
    formula = canvas.stored(call.formula, CallReferences(canvas.book, canvas.language, local=local))
    area = (placed.first, placed.column, placed.last, placed.column + placed.columns - 1)
    canvas.worksheet.write_call(area, formula, NAME.code)


def name_columns(workbook: Workbook, book: Book, language: str) -> None:
    """A short name for every column that a call reads, and one for each form that is read whole."""
    references = CellReferences(book, language)
    named = dict.fromkeys(pair for call in book.calls.values() for pair in _columns_of(call.formula.node))
    for table, field in named:
        block = book.tables[table][1]
        if block.short:
            whole = references.columns(table, field, field, headers=False)
            workbook.define_name(column_name(block, field), f"={whole}")


def _columns_of(node: Node) -> list[tuple[str, str]]:
    return [(part.table, part.first) for part in walk(node) if isinstance(part, Columns)]
