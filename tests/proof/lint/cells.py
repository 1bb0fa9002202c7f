"""Rules of rows and cells: addresses, order, values, texts, styles, the calculation chain."""

import math
from collections import Counter
from collections.abc import Iterator

from tests.proof.areas import LAST_ROW, cell_name, read_cell
from tests.proof.book import Book, Cell, Sheet, stored_text
from tests.proof.lint.workbook import cell_formats, width
from tests.proof.package import ESCAPE, MAIN, unescape
from tests.proof.problem import Problem

LONGEST_TEXT = 32_767
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}


def check_cells(book: Book) -> Iterator[Problem]:
    """Every sheet's rows and cells, the shared strings, the calculation chain."""
    formats = cell_formats(book)
    for sheet in book.sheets:
        yield from _check_rows(sheet)
        yield from _check_order(sheet)
        for cell in sheet.cells:
            yield from _check_value(book, sheet, cell)
            if not cell.style.isdecimal() or int(cell.style) >= formats:
                yield _of(sheet, cell, "style-index", f"style {cell.style} of {formats}")
        yield from _check_arrays(sheet)
    yield from _check_strings(book)
    yield from _check_chain(book)


def _of(sheet: Sheet, cell: Cell, rule: str, message: str) -> Problem:
    return Problem(sheet.part, rule, f"{sheet.name}!{cell.address}: {message}")


def _check_rows(sheet: Sheet) -> Iterator[Problem]:
    last = 0
    for row in sheet.root.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        text = row.get("r", str(last + 1))
        number = int(text) if text.isdecimal() else 0
        if not 1 <= number <= LAST_ROW:
            yield Problem(sheet.part, "row-number", f"{sheet.name}: row {text}")
        elif number == last:
            yield Problem(sheet.part, "row-duplicate", f"{sheet.name}: row {number} stands twice")
        elif number < last:
            yield Problem(sheet.part, "row-order", f"{sheet.name}: row {number} stands after row {last}")
        last = number


def _check_order(sheet: Sheet) -> Iterator[Problem]:
    row, column = 0, 0
    for cell in sheet.cells:
        if not cell.row or (cell.row != cell.row_number):
            reason = "no cell of a sheet" if not cell.row else f"stands in row {cell.row_number}"
            yield _of(sheet, cell, "cell-address", reason)
            continue
        if cell.row == row and cell.column < column:
            yield _of(sheet, cell, "cell-order", f"stands after {cell_name(row, column)}")
        row, column = cell.row, cell.column
    for address, times in Counter(cell.address for cell in sheet.cells).items():
        if times > 1:
            yield Problem(sheet.part, "cell-duplicate", f"{sheet.name}!{address} stands {times} times")


def _check_value(book: Book, sheet: Sheet, cell: Cell) -> Iterator[Problem]:
    value = cell.value
    if cell.type == "s" and (value is None or not value.isdecimal() or int(value) >= len(book.strings)):
        yield _of(sheet, cell, "shared-string-index", f"string {value} of {len(book.strings)}")
    if value is None:
        if cell.formula is not None:
            yield _of(sheet, cell, "value-missing", f"={cell.formula} carries no value")
    elif value == "" and cell.type != "str":
        # a program that trusts the file may show 0 or an error where "" was meant
        yield _of(sheet, cell, "value-blank-untyped", 'its value "" needs t="str"')
    elif cell.type in ("str", "inlineStr"):
        yield from _check_text(sheet.part, f"{sheet.name}!{cell.address}", value)
    elif cell.type == "n" and not _is_number(value):
        yield _of(sheet, cell, "value-not-a-number", value)
    elif cell.type == "b" and value not in ("0", "1"):
        yield _of(sheet, cell, "value-not-a-truth", value)
    elif cell.type == "e" and value not in ERRORS:
        yield _of(sheet, cell, "value-not-an-error", value)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def _check_text(part: str, place: str, stored: str) -> Iterator[Problem]:
    if width(unescape(stored)) > LONGEST_TEXT:
        yield Problem(part, "text-too-long", f"{place}: {width(unescape(stored))} of {LONGEST_TEXT} characters")
    for match in ESCAPE.finditer(stored):
        code = int(match[1], 16)
        needed = code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code >= 0xFFFE
        if not needed and match[1].upper() != "005F":
            shown = chr(code)
            yield Problem(part, "text-escape", f"{place}: {match[0]} would show as {shown!r}")


def _check_strings(book: Book) -> Iterator[Problem]:
    for part in book.package.targets(book.part, "sharedStrings"):
        for index, item in enumerate(book.package.tree(part).iterchildren(f"{MAIN}si")):
            yield from _check_text(part, f"string {index}", stored_text(item))


def _check_arrays(sheet: Sheet) -> Iterator[Problem]:
    masters = [cell for cell in sheet.cells if cell.array is not None]
    if not masters:
        return
    at = sheet.at()
    merged = [e.get("ref", "") for e in sheet.root.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell")]
    seen: dict[tuple[int, int], str] = {}
    for cell in masters:
        area = cell.array
        assert area is not None
        if (cell.row, cell.column) != (area.top, area.left):
            yield _of(sheet, cell, "array-range", f"its range {area} begins elsewhere")
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                inner = at.get((row, column))
                name = cell_name(row, column)
                if (inner is None or inner.value is None) and inner is not cell:
                    yield _of(sheet, cell, "value-missing", f"{name} of its range {area} carries no value")
                if (row, column) in seen:
                    yield _of(sheet, cell, "array-overlap", f"{name} belongs to {seen[row, column]} too")
                seen[row, column] = cell.address
        if str(area) != cell.address:
            for table in sheet.tables:
                if table.area.meets(area):
                    yield _of(sheet, cell, "array-in-table", f"{area} meets the table {table.name}")
            if any(read_cell(ref.partition(":")[0]) in seen for ref in merged):
                yield _of(sheet, cell, "array-over-merge", f"{area} meets merged cells")


def _check_chain(book: Book) -> Iterator[Problem]:
    ids = {}
    for element, sheet in zip(book.root.iterfind(f"{MAIN}sheets/{MAIN}sheet"), book.sheets, strict=False):
        ids[element.get("sheetId")] = {name for cell in sheet.cells for name in cell.filled()}
    for part in book.package.targets(book.part, "calcChain"):
        sheet_id = None
        for element in book.package.tree(part).iterchildren(f"{MAIN}c"):
            sheet_id = element.get("i", sheet_id)
            address = element.get("r", "")
            if address not in ids.get(sheet_id, set()) and element.get("a") is None:
                yield Problem(part, "calc-chain-stale", f"sheet {sheet_id}, {address} has no formula")
