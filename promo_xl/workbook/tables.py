"""Writes a table: header, rows with their formulas, spare rows, drop-downs and colour rules."""

from typing import Any

from promo_xl.sheetspec.model import TEXT_TYPES, Column, Rule, Table
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.words import FALLBACK
from promo_xl.workbook.choices import list_name, suggestion_name
from promo_xl.workbook.layout import Placed, column_index
from promo_xl.workbook.references import CellReferences, RuleReferences
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
        for row, value in enumerate(canvas.workings.column(table.table, column.field), placed.first):
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
    references = RuleReferences(canvas.book, canvas.language, table, placed=placed, layout=canvas.layout)
    for rule in (*stale_rules(table), *table.rules):
        for field in rule.columns:
            at = placed.column + column_index(table, field)
            canvas.worksheet.conditional_format(
                placed.first,
                at,
                placed.last,
                at,
                {
                    "type": "formula",
                    "criteria": canvas.stored(rule.when, references),
                    "format": canvas.styles.rule(rule.style),
                },
            )


def stale_rules(table: Table) -> list[Rule]:
    """The colour rules of remembered columns, for when they say that they are stale."""
    from promo_xl.sheetspec.formula.parse import parse_formula

    rules = []
    for column in table.columns:
        if column.kind == "remembered":
            text = f"ISNUMBER(FIND(stale.stale,[{column.field}]))"
            rules.append(Rule(Formula(text, parse_formula(text)), "stale", (column.field,)))
    return rules


def _address(area: tuple[int, int, int, int]) -> str:
    from xlsxwriter.utility import xl_range

    return str(xl_range(*area))
