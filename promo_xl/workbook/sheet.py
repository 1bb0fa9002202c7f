"""One worksheet while it is written: cells by kind, never by guess."""

import re
from dataclasses import dataclass
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from promo_xl.sheetspec.formula.render import render
from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sheetspec.model import Book, Sheet
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.storable import storable
from promo_xl.sheetspec.workings import Workings
from promo_xl.workbook.layout import Layout
from promo_xl.workbook.references import CellReferences
from promo_xl.workbook.styles import Styles
from promo_xl.workbook.xlsx import EMPTY_TEXT, Workbook

ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # read as a character; XlsxWriter guards typed texts only


@dataclass(frozen=True, slots=True)
class Canvas:
    """Everything that the writers of blocks share for one sheet."""

    workbook: Workbook
    worksheet: Worksheet
    sheet: Sheet
    book: Book
    language: str
    workings: Workings
    layout: Layout
    styles: Styles

    def typed(self, row: int, column: int, value: Value, style: Format) -> None:
        """A cell that the planner fills: a text stays a text, whatever sign it begins with."""
        if value is None or value == "":
            self.worksheet.write_blank(row, column, None, style)
        elif isinstance(value, str):
            self.worksheet.write_string(row, column, storable(value), style)
        elif isinstance(value, bool):
            self.worksheet.write_boolean(row, column, value, style)
        elif isinstance(value, CellError):
            self.worksheet.write_string(row, column, value.code, style)
        else:
            self.worksheet.write_number(row, column, value, style)

    def computed(self, row: int, column: int, formula: str, value: Value, style: Format) -> None:
        """A formula with the value that it has now."""
        shown: Any = value.code if isinstance(value, CellError) else value
        if isinstance(shown, str):
            shown = ESCAPE.sub("_x005F_", storable(shown)) or EMPTY_TEXT
        self.worksheet.write_formula(row, column, formula, style, shown)

    def stored(self, formula: Formula, references: CellReferences) -> str:
        """The text of a formula as the file holds it."""
        return "=" + render(formula.node, references)

    def references(self) -> CellReferences:
        """References for single values."""
        return CellReferences(self.book, self.language)
