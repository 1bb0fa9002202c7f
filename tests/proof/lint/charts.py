"""Rules of charts: every range that a chart draws exists and holds cells."""

from collections.abc import Iterator

from lxml import etree

from tests.proof.book import Book, Sheet
from tests.proof.formula import CellRef, FormulaError, NameRef, Reference, read_formula
from tests.proof.lint.formulas import unknown_sheets
from tests.proof.problem import Problem

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def check_charts(book: Book) -> Iterator[Problem]:
    """Every reference of every chart part."""
    for part in book.package.parts:
        if part.endswith(".xml") and etree.QName(book.package.tree(part)).localname == "chartSpace":
            for element in book.package.tree(part).iter(f"{CHART}f"):
                yield from _check_reference(book, part, element.text or "")


def _check_reference(book: Book, part: str, text: str) -> Iterator[Problem]:
    try:
        references = read_formula(text).references
    except FormulaError as error:
        yield Problem(part, "chart-reference", f"{text}: {error}")
        return
    if not references:
        yield Problem(part, "chart-reference", f"{text} is no range")
    for reference in references:
        yield from _check_one(book, part, text, reference)


def _check_one(book: Book, part: str, text: str, reference: Reference) -> Iterator[Problem]:
    if not isinstance(reference, (CellRef, NameRef)) or reference.sheet is None or reference.book is not None:
        yield Problem(part, "chart-reference", f"{text} is no range with its sheet")
        return
    unknown = [message for _, message in unknown_sheets(book, reference.sheet)]
    for message in unknown:
        yield Problem(part, "chart-sheet-missing", f"{text}: {message}")
    if unknown:
        return
    sheet = book.sheet_by_name[reference.sheet.lower()]
    if isinstance(reference, NameRef):
        if book.name_at(reference.name, sheet.position) is None:
            yield Problem(part, "chart-reference", f"{text}: nothing is called {reference.name}")
    elif not _has_cells(sheet, reference):
        yield Problem(part, "chart-range-blank", f"{text} holds no cell")


def _has_cells(sheet: Sheet, reference: CellRef) -> bool:
    return any(
        reference.area.holds(cell.row, cell.column) and (cell.value is not None or cell.formula is not None)
        for cell in sheet.cells
    )
