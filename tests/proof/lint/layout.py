"""Rules of what lies over the cells: merges, columns, links, headers and footers, comments."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from tests.proof.areas import Area, read_area, read_cell
from tests.proof.book import Book, Sheet
from tests.proof.formula import CellRef, FormulaError, NameRef, read_formula
from tests.proof.lint.workbook import width
from tests.proof.package import MAIN, REL_ID
from tests.proof.problem import Problem

LONGEST_HEADER = 255
VML = "{urn:schemas-microsoft-com:office:excel}"


def check_layout(book: Book) -> Iterator[Problem]:
    """Every sheet, apart from its cells, tables and rules."""
    for sheet in book.sheets:
        yield from _check_merges(sheet)
        yield from _check_sizes(sheet)
        yield from _check_links(book, sheet)
        yield from _check_headers(sheet)
        yield from _check_comments(book, sheet)


def _check_merges(sheet: Sheet) -> Iterator[Problem]:
    taken: list[Area] = []
    for element in sheet.root.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell"):
        area = read_area(element.get("ref", ""))
        if area is None or (area.top, area.left) == (area.bottom, area.right):
            yield Problem(sheet.part, "merge-range", f"{sheet.name}!{element.get('ref')} merges nothing")
            continue
        for other in taken:
            if area.meets(other):
                yield Problem(sheet.part, "merge-overlap", f"{sheet.name}!{area} and {other}")
        taken.append(area)


def _check_sizes(sheet: Sheet) -> Iterator[Problem]:
    last = 0
    for element in sheet.root.iterfind(f"{MAIN}cols/{MAIN}col"):
        first, until = int(element.get("min", "0")), int(element.get("max", "0"))
        if first <= last or until < first:
            yield Problem(sheet.part, "columns-overlap", f"{sheet.name}: columns {first} to {until} after {last}")
        if float(element.get("width", "0")) > 255:
            yield Problem(sheet.part, "size-too-large", f"{sheet.name}: a column {element.get('width')} wide")
        last = until
    for row in sheet.root.iterfind(f"{MAIN}sheetData/{MAIN}row[@ht]"):
        if float(row.get("ht", "0")) > 409.5:
            yield Problem(
                sheet.part, "size-too-large", f"{sheet.name}: row {row.get('r')} is {row.get('ht')} high"
            )


def _check_links(book: Book, sheet: Sheet) -> Iterator[Problem]:
    for element in sheet.root.iterfind(f"{MAIN}hyperlinks/{MAIN}hyperlink"):
        location = element.get("location")
        if location is None or element.get(f"{REL_ID}id"):
            continue  # beside an address out of the file the location is the other file's
        reason = why_no_target(book, sheet, location.lstrip("#"))
        if reason:
            yield Problem(sheet.part, "link-location", f"{sheet.name}!{element.get('ref')}: {location} {reason}")


def why_no_target(book: Book, sheet: Sheet, location: str) -> str | None:
    """Why a link inside the workbook leads nowhere; None where it leads to cells."""
    try:
        references = read_formula(location).references
    except FormulaError as error:
        return str(error)
    if len(references) != 1 or not isinstance(references[0], (CellRef, NameRef)):
        return "is no place"
    reference = references[0]
    if reference.sheet is not None and reference.sheet.lower() not in book.sheet_by_name:
        return "names no sheet of this workbook"
    if isinstance(reference, NameRef):
        position = (
            sheet.position if reference.sheet is None else book.sheet_by_name[reference.sheet.lower()].position
        )
        known = book.name_at(reference.name, position)
        if known is None and reference.name.lower() not in book.tables:
            return "names nothing in this workbook"
    return None


def _check_headers(sheet: Sheet) -> Iterator[Problem]:
    for element in sheet.root.iterfind(f"{MAIN}headerFooter/*"):
        found = width(element.text or "")
        if found > LONGEST_HEADER:
            name = etree.QName(element).localname
            message = f"{sheet.name}: {name} has {found} characters, {LONGEST_HEADER} are allowed"
            yield Problem(sheet.part, "header-too-long", message)


def _check_comments(book: Book, sheet: Sheet) -> Iterator[Problem]:
    package = book.package
    for part in package.targets(sheet.part, "comments"):
        found = Counter(
            element.get("ref", "") for element in package.tree(part).iterfind(f"{MAIN}commentList/{MAIN}comment")
        )
        for ref, times in found.items():
            if times > 1:
                yield Problem(part, "comment-duplicate", f"{sheet.name}!{ref} has {times} comments")
        shapes = set()
        for drawing in package.targets(sheet.part, "vmlDrawing"):
            for data in package.tree(drawing).iter(f"{VML}ClientData"):
                row, column = data.findtext(f"{VML}Row"), data.findtext(f"{VML}Column")
                if row is not None and column is not None:
                    shapes.add((int(row) + 1, int(column) + 1))
        for ref in found:
            if read_cell(ref) not in shapes:
                yield Problem(part, "comment-without-shape", f"{sheet.name}!{ref} has no shape to show it")
