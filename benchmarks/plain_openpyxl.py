"""The same workbook by a plain openpyxl script, as far as openpyxl can: no cached values, no charts here.

Everything that does not depend on the cells, such as styles, is made beforehand.
"""

from collections.abc import Callable, Mapping
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table, TableFormula
from xlsxwriter.utility import xl_range

from benchmarks.plain_xlsxwriter import Given, Script, Step

SIDES = ("left", "right", "top", "bottom")
LINES = {0: None, 1: "thin", 2: "medium", 5: "thick"}
CRITERIA = {">=": "greaterThanOrEqual", "between": "between", None: None}
Looks = Mapping[int, Mapping[str, Any]]


def written(script: Script, path: str) -> None:
    """Write the workbook of a script with openpyxl."""
    Writing(script).save(path)


class Writing:
    """One workbook on its way."""

    def __init__(self, script: Script) -> None:
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.looks = {c.makes: c.arguments[0] for c in script.calls if c.method == "add_format" and c.makes}
        self.sheets: dict[int, Any] = {}
        self.styles: dict[int, Any] = {}
        for call in script.calls:
            act = ACTS.get(call.method)
            if act is not None:
                act(self, self.sheets.get(call.of), call)

    def save(self, path: str) -> None:
        """Write the file."""
        self.book.save(path)

    def cell(self, sheet: Any, call: Step, value: Any, look: Any) -> Any:
        """A cell with its style, which is made once and then only pointed at."""
        cell = sheet.cell(call.arguments[0] + 1, call.arguments[1] + 1)
        if value is not None:
            cell.value = value
        if isinstance(look, Given):
            if look.number not in self.styles:
                dress(cell, self.looks[look.number])
                self.styles[look.number] = cell._style
            else:
                cell._style = self.styles[look.number]
        return cell


def dress(cell: Any, look: Mapping[str, Any]) -> None:
    """Give a cell the look of a format of XlsxWriter."""
    cell.font, cell.fill, cell.border = font(look), fill(look), border(look)
    cell.alignment = Alignment(
        horizontal=look.get("align"),
        vertical={"vcenter": "center"}.get(look.get("valign", ""), look.get("valign")),
        wrap_text=bool(look.get("text_wrap")),
        indent=look.get("indent", 0),
        text_rotation=look.get("rotation", 0),
    )
    cell.number_format = look.get("num_format", "General")


def font(look: Mapping[str, Any]) -> Font:
    """The font of a format."""
    return Font(
        name=look.get("font_name"),
        size=look.get("font_size"),
        bold=look.get("bold"),
        italic=look.get("italic"),
        strike=look.get("font_strikeout"),
        color=colour(look.get("font_color")),
    )


def fill(look: Mapping[str, Any]) -> PatternFill:
    """The background of a format."""
    if "bg_color" not in look:
        return PatternFill()
    return PatternFill("solid", fgColor=colour(look["bg_color"]), bgColor=colour(look["bg_color"]))


def border(look: Mapping[str, Any]) -> Border:
    """The lines around a format."""
    return Border(
        **{
            side: Side(
                LINES.get(look.get(side, look.get("border", 0))),
                colour(look.get(f"{side}_color", look.get("border_color"))),
            )
            for side in SIDES
        }
    )


def colour(text: Any) -> str | None:
    """#RRGGBB as openpyxl takes it."""
    return str(text).removeprefix("#") if text else None


def _sheet(w: Writing, _: Any, call: Step) -> None:
    assert call.makes is not None
    w.sheets[call.makes] = w.book.create_sheet(call.arguments[0])


def _text(w: Writing, sheet: Any, call: Step) -> None:
    _, _, text, *look = call.arguments
    w.cell(sheet, call, text, look[0] if look else None).data_type = "s"


def _value(w: Writing, sheet: Any, call: Step) -> None:
    w.cell(sheet, call, call.arguments[2], call.arguments[3])


def _array(_: Writing, sheet: Any, call: Step) -> None:
    *area, formula, _, _ = call.arguments
    sheet.cell(area[0] + 1, area[1] + 1).value = ArrayFormula(xl_range(*area), formula)


def _link(w: Writing, sheet: Any, call: Step) -> None:
    cell = w.cell(sheet, call, call.arguments[4], call.arguments[3])
    cell.hyperlink = "#" + call.arguments[2].removeprefix("internal:")


def _column(_: Writing, sheet: Any, call: Step) -> None:
    first, last, width, *_more = call.arguments
    for at in range(first, last + 1):
        dimension = sheet.column_dimensions[get_column_letter(at + 1)]
        if width is not None:
            dimension.width = width
        dimension.hidden = any(isinstance(one, dict) and one.get("hidden") for one in call.arguments)


def _row(_: Writing, sheet: Any, call: Step) -> None:
    sheet.row_dimensions[call.arguments[0] + 1].height = call.arguments[1]


def _merge(_: Writing, sheet: Any, call: Step) -> None:
    sheet.merge_cells(xl_range(*call.arguments[:4]))


def _table(w: Writing, sheet: Any, call: Step) -> None:
    *area, options = call.arguments
    table = Table(displayName=options["name"], ref=xl_range(*area))
    for i, column in enumerate(options["columns"]):
        head = Step(call.of, "", (area[0], area[1] + i), {})
        w.cell(sheet, head, column["header"], column["header_format"])
    table._initialise_columns()
    for own, column in zip(table.tableColumns, options["columns"], strict=True):
        own.name = column["header"]
        if "formula" in column:
            own.calculatedColumnFormula = TableFormula(attr_text=column["formula"].removeprefix("="))
    sheet.add_table(table)


def _validation(_: Writing, sheet: Any, call: Step) -> None:
    *area, options = call.arguments
    if options["validate"] == "any":
        return
    one, two = options.get("value", options.get("minimum")), options.get("maximum")
    check = DataValidation(
        type=options["validate"],
        formula1=str(options.get("source", one)),
        formula2=None if two is None else str(two),
        operator=CRITERIA[options.get("criteria")],
        errorStyle="warning",
        promptTitle=options.get("input_title"),
        prompt=options.get("input_message"),
    )
    check.add(xl_range(*area))
    sheet.add_data_validation(check)


def _rule(w: Writing, sheet: Any, call: Step) -> None:
    *area, options = call.arguments
    if options["type"] == "formula":
        look = w.looks[options["format"].number]
        formula = [str(options["criteria"]).removeprefix("=")]
        rule = FormulaRule(formula=formula, font=font(look), fill=fill(look), border=border(look))
        sheet.conditional_formatting.add(xl_range(*area), rule)


def _name(w: Writing, _: Any, call: Step) -> None:
    name, place = call.arguments
    w.book.defined_names[name] = DefinedName(name, attr_text=place.removeprefix("="))


def _freeze(_: Writing, sheet: Any, call: Step) -> None:
    row, column = call.arguments
    sheet.freeze_panes = f"{get_column_letter(column + 1)}{row + 1}"


ACTS: dict[str, Callable[[Writing, Any, Step], None]] = {
    "add_worksheet": _sheet,
    "write_string": _text,
    "write_number": _value,
    "write_boolean": _value,
    "write_blank": _value,
    "write_formula": _value,
    "write_array_formula": _array,
    "write_url": _link,
    "set_column": _column,
    "set_row": _row,
    "merge_range": _merge,
    "add_table": _table,
    "data_validation": _validation,
    "conditional_format": _rule,
    "define_name": _name,
    "freeze_panes": _freeze,
}


def filled(template: str, script: Script, path: str) -> None:
    """Load a workbook with openpyxl and put the cells of a script into it that a planner fills."""
    book = load_workbook(template)
    sheets = names_of(script)
    for call in script.typed:
        row, column, value, *_ = call.arguments
        cell = book[sheets[call.of]].cell(row + 1, column + 1)
        if not isinstance(cell, MergedCell):
            cell.value = value
    book.save(path)


def names_of(script: Script) -> dict[int, str]:
    """The sheets of a script by their numbers."""
    return {c.makes: c.arguments[0] for c in script.calls if c.method == "add_worksheet" and c.makes is not None}
