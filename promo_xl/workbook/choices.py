"""Drop-down lists: each choice of the book in a column of the hidden sheet, under an ASCII name."""

from xlsxwriter.utility import quote_sheetname, xl_range_abs

from promo_xl.sheetspec.model import Book, Cards, Column, Form, Table
from promo_xl.workbook.layout import Layout, column_index
from promo_xl.workbook.sheet import Canvas

FIRST_COLUMN = 40  # right of everything else on the hidden sheet


def list_name(choices: str) -> str:
    """The defined name of a choice list."""
    return f"promo_list_{choices}"


def suggestion_name(suggest: str) -> str:
    """The defined name of a column that is suggested in another one."""
    return f"promo_list_{suggest.replace('.', '_')}"


def write_lists(canvas: Canvas) -> None:
    """Every list that a drop-down uses, and the names of the suggested columns."""
    columns = _typed_columns(canvas.book)
    used = [name for name in canvas.book.choices if any(c.choices == name for c in columns)]
    sheet = quote_sheetname(canvas.worksheet.name)
    for i, name in enumerate(used):
        at = FIRST_COLUMN + i
        labels = [option.label.text(canvas.language) for option in canvas.book.choices[name]]
        for row, label in enumerate(labels):
            canvas.worksheet.write_string(row, at, label)
        area = xl_range_abs(0, at, len(labels) - 1, at)
        canvas.workbook.define_name(list_name(name), f"={sheet}!{area}")
    for suggest in sorted({column.suggest for column in columns if column.suggest}):
        address = _suggested(canvas.layout, suggest, canvas.language)
        canvas.workbook.define_name(suggestion_name(suggest), f"={address}")


def _typed_columns(book: Book) -> list[Column]:
    blocks = [block for sheet in book.sheets for block in sheet.blocks]
    columns = [c for block in blocks if isinstance(block, Table) for c in block.columns]
    columns += [c for block in blocks if isinstance(block, Form | Cards) for c in block.fields]
    return [column for column in columns if not column.computed]


def _suggested(layout: Layout, suggest: str, language: str) -> str:
    table, field = suggest.split(".")
    placed = layout.table(table)
    assert isinstance(placed.block, Table)
    at = placed.column + column_index(placed.block, field)
    area = xl_range_abs(placed.first, at, placed.last, at)
    return f"{quote_sheetname(placed.sheet.name.text(language))}!{area}"
