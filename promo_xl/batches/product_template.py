"""Writes the product list that a planner fills in: drop-downs, messages, an example, and a guide."""

import datetime as dt
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_range, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from promo_xl.batches.product_declaration import (
    Declaration,
    FurtherSheet,
    ListColumn,
    load_declaration,
    typed_columns,
)
from promo_xl.batches.product_guide import guide_rows
from promo_xl.sheetspec.model import TEXT_TYPES, Book, Column
from promo_xl.sheetspec.words import Words
from promo_xl.workbook.choices import list_name
from promo_xl.workbook.layout import TOP
from promo_xl.workbook.styles import Styles
from promo_xl.workbook.tables import HEADER_HEIGHT, MESSAGE_TEXT, MESSAGE_TITLE, VALIDATIONS
from promo_xl.workbook.write import PAPER_A4
from promo_xl.workbook.xlsx import Workbook

PRODUCT_NAMES = "promo_list_products"
LIST_TABLE, GUIDE_TABLE = "tblProducts", "tblGuide"
NEEDED = " *"
FURTHER_ROWS = 200
LEAST_WIDTH = 9.0
GUIDE_WIDTHS = (14, 18, 24, 62, 34, 50)
LINE_HEIGHT, LINE_GAP = 14, 4
AMOUNT = {"validate": "decimal", "criteria": ">=", "value": 0}


@dataclass(frozen=True, slots=True)
class Slot:
    """One column of a form: its heading, how its cells look and what may stand there."""

    heading: str
    column: Column
    example: str = ""
    validation: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One sheet to fill in."""

    name: str
    intro: str
    table: str
    tab: str
    slots: tuple[Slot, ...]
    rows: int


def write_product_list(target: str | Path | IO[bytes], book: Book, language: str) -> None:
    """Write an empty product list with one example row to a path or a binary file."""
    declaration = load_declaration(book)
    place = os.fspath(target) if isinstance(target, Path) else target
    workbook = Workbook(place, book.theme.fonts.get(language) or book.theme.fonts["en"])
    writing = _Writing(workbook, Styles(workbook, book, language), declaration, book, language)
    title = declaration.name.text(language)
    workbook.set_properties({"title": title, "author": "promo_xl", "comments": f"promo_xl {book.version}"})
    forms = [_list_form(declaration, language)]
    forms += [_further_form(sheet, declaration, book, language) for sheet in declaration.further if sheet.offered]
    sheets = [workbook.add_worksheet(form.name) for form in forms]
    guide = workbook.add_worksheet(declaration.guide.name.text(language))
    for form, worksheet in zip(forms, sheets, strict=True):
        writing.form(worksheet, form, forms)
    writing.guide(guide)
    writing.lists(forms)
    workbook.close()


def _list_form(declaration: Declaration, language: str) -> Form:
    slots = []
    for column in declaration.columns:
        heading = column.label.text(language) + (NEEDED if column.needed else "")
        look = Column(column.field, column.label, column.look, column.width, column.help)
        slots.append(Slot(heading, look, _example(column, declaration, language)))
    intro = declaration.intro.text(language)
    name = declaration.name.text(language)
    return Form(name, intro, LIST_TABLE, "accent", tuple(slots), declaration.prepared_rows + 1)


def _example(column: ListColumn, declaration: Declaration, language: str) -> str:
    example = column.example.text(language)
    if column.field == "product":
        return f"{declaration.example_mark.text(language)} {example}"
    return example


def _further_form(sheet: FurtherSheet, declaration: Declaration, book: Book, language: str) -> Form:
    of_book, table = book.tables[sheet.table]
    product = declaration.column("product")
    chosen = (("validate", "list"), ("source", f"={PRODUCT_NAMES}"), ("show_error", False))
    look = Column("product", product.label, "text", product.width, declaration.guide.product)
    slots = [Slot(product.label.text(language) + NEEDED, look, validation=chosen)]
    slots += [Slot(c.label.text(language), c) for c in typed_columns(book, sheet.table)]
    return Form(
        sheet.name.text(language), sheet.intro.text(language), table.name, of_book.tab, tuple(slots), FURTHER_ROWS
    )


@dataclass(frozen=True, slots=True)
class _Writing:
    workbook: Workbook
    styles: Styles
    declaration: Declaration
    book: Book
    language: str

    def form(self, worksheet: Worksheet, form: Form, forms: Sequence[Form]) -> None:
        """A sheet to fill in: title, links, table, messages and drop-downs."""
        first, last = TOP + 1, TOP + form.rows
        self._heading(worksheet, form.name, form.intro, form.tab)
        names = [other.name for other in forms if other is not form] if form is forms[0] else [forms[0].name]
        for i, name in enumerate([*names, self.declaration.guide.name.text(self.language)]):
            worksheet.write_url(2, i, f"internal:{quote_sheetname(name)}!A1", self.styles.of("nav"), f"→ {name}")
        self._table(worksheet, form.table, [slot.heading for slot in form.slots], last)
        for at, slot in enumerate(form.slots):
            self._slot(worksheet, at, slot, last)
        if any(slot.example for slot in form.slots):
            lines = max(lines_of(slot.example, slot.column.width) for slot in form.slots)
            worksheet.set_row(first, LINE_HEIGHT * lines + LINE_GAP)
        worksheet.freeze_panes(first, 1)
        self._print(worksheet)

    def _heading(self, worksheet: Worksheet, name: str, intro: str, tab: str) -> None:
        worksheet.hide_gridlines(2)
        if tab:
            worksheet.set_tab_color(self.styles.color(tab))
        worksheet.set_row(0, 28)
        worksheet.write_string(0, 0, name, self.styles.of("title"))
        worksheet.write_string(1, 0, intro, self.styles.of("intro"))

    def _table(self, worksheet: Worksheet, name: str, headings: Sequence[str], last: int) -> None:
        header = self.styles.of("header")
        columns = [{"header": heading, "header_format": header} for heading in headings]
        options = {"name": name, "columns": columns, "style": None, "autofilter": True}
        worksheet.add_table(TOP, 0, last, len(headings) - 1, options)
        worksheet.set_row(TOP, HEADER_HEIGHT)

    def _slot(self, worksheet: Worksheet, at: int, slot: Slot, last: int) -> None:
        column, first = slot.column, TOP + 1
        folded = {"level": 1, "hidden": True} if column.fold else {}
        worksheet.set_column(at, at, max(column.width, LEAST_WIDTH), None, folded)
        style = self.styles.cell("cell", column)
        for row in range(first, last + 1):
            worksheet.write_blank(row, at, None, style)
        if slot.example:
            self._write_example(worksheet, first, at, slot)
        if column.type in TEXT_TYPES:
            worksheet.ignore_errors({"number_stored_as_text": xl_range(first, at, last, at)})
        if validation := self._validation(slot):
            worksheet.data_validation(first, at, last, at, validation)

    def _write_example(self, worksheet: Worksheet, row: int, at: int, slot: Slot) -> None:
        style = self._example_style(slot.column)
        match slot.column.type:
            case "date":
                worksheet.write_datetime(row, at, dt.date.fromisoformat(slot.example), style)
            case "money" | "number" | "count" | "share":
                worksheet.write_number(row, at, float(slot.example), style)
            case _:
                worksheet.write_string(row, at, slot.example, style)

    def _example_style(self, column: Column) -> Format:
        theme = self.book.theme
        properties = {
            **self.styles.properties("cell"),
            "font_name": self.styles.font,
            "italic": True,
            "font_color": self.styles.color("quiet"),
            "num_format": theme.formats[column.type].text(self.language),
            "align": theme.align[column.type],
            "text_wrap": column.type == "long",
        }
        return self.workbook.add_format(properties)

    def _validation(self, slot: Slot) -> dict[str, Any]:
        """The drop-down or check of a column with its message; a warning, since a planner may know better."""
        column = slot.column
        options: dict[str, Any] = dict(slot.validation) or dict(VALIDATIONS.get(column.type, {}))
        if column.type == "money":
            options = dict(AMOUNT)
        elif column.choices:
            options = {"validate": "list", "source": f"={list_name(column.choices)}"}
        if help_text := column.help.text(self.language):
            options.setdefault("validate", "any")
            options["input_title"] = column.label.text(self.language)[:MESSAGE_TITLE]
            options["input_message"] = help_text[:MESSAGE_TEXT]
        if options and options["validate"] != "any":
            options["error_type"] = "warning"
        return options

    def guide(self, worksheet: Worksheet) -> None:
        """The sheet that explains every column."""
        words = self.declaration.guide
        self._heading(worksheet, words.name.text(self.language), words.intro.text(self.language), "rest")
        rows = guide_rows(self.declaration, self.book, self.language)
        heads = [words.sheet, words.column, words.needed, words.write, words.example, words.other]
        headings = [head.text(self.language) for head in heads]
        self._table(worksheet, GUIDE_TABLE, headings, TOP + len(rows))
        style = self.styles.cell("cell", Column("guide", Words(), "long"))
        for row, texts in enumerate(rows, TOP + 1):
            for at, text in enumerate(texts):
                if text:
                    worksheet.write_string(row, at, text, style)
                else:
                    worksheet.write_blank(row, at, None, style)
            lines = max(lines_of(text, width) for text, width in zip(texts, GUIDE_WIDTHS, strict=True))
            worksheet.set_row(row, LINE_HEIGHT * lines + LINE_GAP)
        for at, width in enumerate(GUIDE_WIDTHS):
            worksheet.set_column(at, at, width)
        worksheet.freeze_panes(TOP + 1, 2)
        self._print(worksheet)

    def _print(self, worksheet: Worksheet) -> None:
        worksheet.repeat_rows(TOP)
        worksheet.set_landscape()
        worksheet.set_paper(PAPER_A4)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.set_footer("&L&8&A&C&8&P / &N&R&8&D &T")

    def lists(self, forms: Sequence[Form]) -> None:
        """The lists behind the drop-downs, on a hidden sheet, and the name of the column of products."""
        hidden = next((sheet.name for sheet in self.book.sheets if sheet.hidden), None)
        worksheet = self.workbook.add_worksheet(hidden.text(self.language) if hidden else None)
        worksheet.hide()
        used = dict.fromkeys(slot.column.choices for form in forms for slot in form.slots if slot.column.choices)
        for at, choices in enumerate(used):
            labels = [option.label.text(self.language) for option in self.book.choices[choices]]
            for row, label in enumerate(labels):
                worksheet.write_string(row, at, label)
            self._name(list_name(choices), worksheet.name, xl_range_abs(0, at, len(labels) - 1, at))
        products = forms[0]
        at = next(i for i, slot in enumerate(products.slots) if slot.column.field == "product")
        area = xl_range_abs(TOP + 2, at, TOP + products.rows, at)  # the example stands above
        self._name(PRODUCT_NAMES, products.name, area)

    def _name(self, name: str, sheet: str, area: str) -> None:
        self.workbook.define_name(name, f"={quote_sheetname(sheet)}!{area}")


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width; a Chinese character is two wide."""
    needed = sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)
    return max(1, -(-needed // int(width * 0.95)))
