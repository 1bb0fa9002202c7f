"""Writes a table: header, rows with their formulas, spare rows, drop-downs and colour rules."""

from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_range, xl_range_abs, xl_rowcol_to_cell

from promo_xl.sheetspec.model import TEXT_TYPES, Column, Table
from promo_xl.sheetspec.words import FALLBACK
from promo_xl.workbook.choices import list_name, suggestion_name
from promo_xl.workbook.layout import Placed, column_index
from promo_xl.workbook.references import CellReferences, RuleReferences, defined_name
from promo_xl.workbook.rules import FINDINGS, MARKS, has_marks, rules_of
from promo_xl.workbook.sheet import Canvas

HEADER_HEIGHT = 30
MESSAGE_TITLE, MESSAGE_TEXT = 32, 255  # characters that Excel takes
VALIDATIONS: dict[str, dict[str, Any]] = {
    "share": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
    "date": {"validate": "date", "criteria": ">=", "value": 1},
    "grade": {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 5},
}


def write_table(canvas: Canvas, placed: Placed) -> None:
    """The table of `placed`, its title, validation and rules."""
    table = placed.block
    assert isinstance(table, Table)
    if table.title:
        title = table.title.text(canvas.language)
        canvas.worksheet.write_string(placed.row, placed.column, title, canvas.styles.of("section"))
    references = CellReferences(canvas.book, canvas.language, table, head=placed.head + 1)
    formulas = {c.field: canvas.stored(c.formula, references) for c in table.columns if c.formula}
    _declare(canvas, placed, table, formulas)
    _rows(canvas, placed, table, formulas)
    for column in table.columns:
        _column(canvas, placed, table, column)
    _rules(canvas, placed, table)
    if table.table == FINDINGS and has_marks(canvas.book):
        at = placed.column + column_index(table, "mark")
        area = xl_range_abs(placed.first, at, placed.last, at)
        canvas.workbook.define_name(defined_name(MARKS), f"={quote_sheetname(canvas.worksheet.name)}!{area}")


def _declare(canvas: Canvas, placed: Placed, table: Table, formulas: dict[str, str]) -> None:
    columns = [
        {
            "header": column.label.text(canvas.language),
            "header_format": canvas.styles.of("header_computed" if column.computed else "header"),
            "format": _style(canvas, column),
            **({"formula": formulas[column.field]} if column.field in formulas else {}),
        }
        for column in table.columns
    ]
    options = {"name": table.name, "columns": columns, "style": None, "autofilter": table.filters}
    last = placed.column + placed.columns - 1
    canvas.worksheet.add_table(placed.head, placed.column, placed.last, last, options)
    canvas.worksheet.set_row(placed.head, HEADER_HEIGHT)


def _style(canvas: Canvas, column: Column) -> Any:
    return canvas.styles.cell("computed" if column.computed else "cell", column)


def _rows(canvas: Canvas, placed: Placed, table: Table, formulas: dict[str, str]) -> None:
    for i, column in enumerate(table.columns):
        style, at = _style(canvas, column), placed.column + i
        formula = formulas.get(column.field)
        for row, value in enumerate(canvas.values.column(table.table, column.field), placed.first):
            if formula is None:
                canvas.typed(row, at, value, style)
            else:
                canvas.computed(row, at, formula, value, style)
    height = table.row_height.get(canvas.language) or table.row_height.get(FALLBACK)
    for row in range(placed.first, placed.last + 1 if height else 0):
        canvas.worksheet.set_row(row, height)


def _column(canvas: Canvas, placed: Placed, table: Table, column: Column) -> None:
    at = placed.column + column_index(table, column.field)
    area = (placed.first, at, placed.last, at)
    if column.type in TEXT_TYPES and not column.computed:
        canvas.worksheet.ignore_errors({"number_stored_as_text": _address(area)})
    if not column.computed and not column.hidden:
        validation = validation_of(canvas, column)
        if validation:
            canvas.worksheet.data_validation(*area, validation)


def validation_of(canvas: Canvas, column: Column) -> dict[str, Any]:
    """The drop-down or check of a column with its input message; a warning, since a planner may know better."""
    options: dict[str, Any] = dict(VALIDATIONS.get(column.type, {}))
    if column.choices:
        options = {"validate": "list", "source": f"={list_name(column.choices)}"}
    elif column.suggest:
        options = {"validate": "list", "source": f"={suggestion_name(column.suggest)}", "show_error": False}
    if column.help:
        options.setdefault("validate", "any")
        options["input_title"] = column.label.text(canvas.language)[:MESSAGE_TITLE]
        options["input_message"] = column.help.text(canvas.language)[:MESSAGE_TEXT]
    if options and options["validate"] != "any":
        options["error_type"] = "warning"
    return options


def _rules(canvas: Canvas, placed: Placed, table: Table) -> None:
    for rule in rules_of(canvas.book, table):
        columns = [placed.column + column_index(table, field) for field in rule.columns]
        spans = [(min(columns), max(columns))] if rule.across else [(at, at) for at in columns]
        for left, right in spans:
            local = {
                "here": xl_rowcol_to_cell(placed.first, left),
                "head": xl_rowcol_to_cell(placed.head, left, row_abs=True),
            }
            references = RuleReferences(
                canvas.book, canvas.language, table, local, placed=placed, layout=canvas.layout
            )
            options = {
                "type": "formula",
                "criteria": canvas.stored(rule.when, references),
                "format": canvas.styles.rule(rule.style),
            }
            canvas.worksheet.conditional_format(placed.first, left, placed.last, right, options)


def _address(area: tuple[int, int, int, int]) -> str:
    return str(xl_range(*area))
