"""Where formulas stand in a workbook, besides cells too."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from tests.proof.book import Book, Sheet
from tests.proof.package import MAIN

XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"


@dataclass(frozen=True, slots=True)
class FormulaPlace:
    """A formula with its place; `kind` is cell, column, name, conditional, validation or sparkline."""

    part: str
    where: str
    kind: str
    text: str
    sheet: Sheet | None
    row: int = 0
    column: int = 0


def formula_places(book: Book) -> Iterator[FormulaPlace]:
    """Every formula of the workbook; charts apart."""
    for name in book.names:
        sheet = next((sheet for sheet in book.sheets if sheet.position == name.scope), None)
        yield FormulaPlace(book.part, name.name, "name", name.text, sheet)
    for sheet in book.sheets:
        for cell in sheet.cells:
            if cell.formula is not None:
                where = f"{sheet.name}!{cell.address}"
                yield FormulaPlace(sheet.part, where, "cell", cell.formula, sheet, cell.row, cell.column)
        for table in sheet.tables:
            for column in table.columns:
                where = f"{table.name}[{column.name}]"
                for text in (column.formula, column.totals_formula):
                    if text is not None:
                        place = (table.data.top, table.area.left)
                        yield FormulaPlace(table.part, where, "column", text, sheet, *place)
        yield from _rules(sheet)


def _rules(sheet: Sheet) -> Iterator[FormulaPlace]:
    where = f"{sheet.name}, conditional format"
    for formula in sheet.root.iterfind(f"{MAIN}conditionalFormatting/{MAIN}cfRule/{MAIN}formula"):
        yield FormulaPlace(sheet.part, where, "conditional", formula.text or "", sheet)
    for limit in sheet.root.iterfind(f"{MAIN}conditionalFormatting//{MAIN}cfvo"):
        if limit.get("type") == "formula":
            yield FormulaPlace(sheet.part, where, "conditional", limit.get("val", ""), sheet)
    for validation in sheet.root.iterfind(f"{MAIN}dataValidations/{MAIN}dataValidation"):
        for name in ("formula1", "formula2"):
            text = validation.findtext(f"{MAIN}{name}")
            if text:
                where = f"{sheet.name}!{validation.get('sqref')}, validation"
                yield FormulaPlace(sheet.part, where, "validation", text, sheet)
    for formula in sheet.root.iter(f"{XM}f"):
        yield FormulaPlace(sheet.part, f"{sheet.name}, extension", _kind(formula), formula.text or "", sheet)


def _kind(formula: etree._Element) -> str:
    tags = {etree.QName(ancestor).localname for ancestor in formula.iterancestors()}
    if "conditionalFormatting" in tags:
        return "conditional"
    return "validation" if "dataValidation" in tags else "sparkline"
