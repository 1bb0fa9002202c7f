"""Rules of the workbook part: sheets, defined names, calculation, numbers of styles."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.proof.areas import read_cell
from tests.proof.book import Book
from tests.proof.package import MAIN
from tests.proof.problem import Problem

MOST_CELL_FORMATS = 64_000
CURRENT_CALC_ID = 191_029
NAME = re.compile(r"(?:[^\W\d]|\\)[\w.?\\]*")
R1C1 = re.compile(r"[Rr]\d*(?:[Cc]\d*)?|[Cc]\d*")
FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
BUILT_IN_NAMES = {
    "_xlnm.print_area",
    "_xlnm.print_titles",
    "_xlnm._filterdatabase",
    "_xlnm.criteria",
    "_xlnm.extract",
    "_xlnm.consolidate_area",
    "_xlnm.database",
    "_xlnm.sheet_title",
}


def width(text: str) -> int:
    """The length of a text as Excel counts it: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def why_illegal(name: str) -> str | None:
    """Why a defined name or table name is not allowed; None where it is."""
    if not NAME.fullmatch(name):
        return "has a character that names cannot have"
    if len(name) > 255:
        return "is longer than 255 characters"
    if read_cell(name) or R1C1.fullmatch(name):
        return "reads like a cell"
    if name.upper() in ("TRUE", "FALSE"):
        return "is a truth value"
    return None


def check_workbook(book: Book) -> Iterator[Problem]:
    """Everything that the workbook part and the styles say of the whole file."""
    yield from _check_sheets(book)
    yield from _check_names(book)
    yield from _check_calculation(book)
    yield from _check_cell_formats(book)


def _check_sheets(book: Book) -> Iterator[Problem]:
    elements = list(book.root.iterfind(f"{MAIN}sheets/{MAIN}sheet"))
    names = [element.get("name", "") for element in elements]
    for name in names:
        if width(name) > 31:
            yield Problem(book.part, "sheet-name-long", f"{name} has {width(name)} characters, 31 are allowed")
        odd = not name or name[0] == "'" or name[-1] == "'" or name.lower() == "history"
        if odd or FORBIDDEN_IN_SHEET_NAME.search(name):
            yield Problem(book.part, "sheet-name-illegal", repr(name))
    for name, times in Counter(name.lower() for name in names).items():
        if times > 1:
            yield Problem(book.part, "sheet-name-duplicate", f"{times} sheets are called {name}")
    for sheet_id, times in Counter(element.get("sheetId") for element in elements).items():
        if times > 1:
            yield Problem(book.part, "sheet-id-duplicate", f"{times} sheets have the id {sheet_id}")
    visible = [element.get("state", "visible") == "visible" for element in elements]
    if not any(visible):
        yield Problem(book.part, "no-visible-sheet", "every sheet is hidden")
        return
    for view in book.root.iterfind(f"{MAIN}bookViews/{MAIN}workbookView"):
        active = int(view.get("activeTab", "0"))
        if active >= len(visible) or not visible[active]:
            shown = names[active] if active < len(names) else "nothing"
            yield Problem(book.part, "active-tab-hidden", f"activeTab {active} is {shown}, which is not visible")


def _check_names(book: Book) -> Iterator[Problem]:
    counts = Counter((name.name.lower(), name.scope) for name in book.names)
    for (low, scope), times in counts.items():
        if times > 1:
            place = "the workbook" if scope is None else f"sheet {scope}"
            yield Problem(book.part, "name-duplicate", f"{low} is defined {times} times for {place}")
    sheets = len(list(book.root.iterfind(f"{MAIN}sheets/{MAIN}sheet")))
    for name in book.names:
        low = name.name.lower()
        if low.startswith("_xlnm."):
            reason = None if low in BUILT_IN_NAMES else "is no built-in name"
        else:
            reason = why_illegal(name.name)
        if reason:
            yield Problem(book.part, "name-illegal", f"{name.name} {reason}")
        if name.scope is not None and name.scope >= sheets:
            yield Problem(book.part, "name-scope", f"{name.name} belongs to sheet {name.scope} of {sheets}")
        if low in book.tables:
            yield Problem(book.part, "name-clashes-with-table", f"{name.name} is a table too")


def _check_calculation(book: Book) -> Iterator[Problem]:
    settings = book.root.find(f"{MAIN}calcPr")
    if settings is None:
        return
    if settings.get("fullCalcOnLoad") in ("1", "true"):
        yield Problem(book.part, "full-calc-on-load", "each opening would calculate all and ask to save")
    if settings.get("iterate") in ("1", "true"):
        yield Problem(book.part, "calc-iterates", "circular references would pass unseen")
    if int(settings.get("calcId", "0")) < CURRENT_CALC_ID:
        yield Problem(
            book.part, "calc-id-old", f"calcId {settings.get('calcId')} makes Excel calculate on opening"
        )


def _check_cell_formats(book: Book) -> Iterator[Problem]:
    for part in book.package.targets(book.part, "styles"):
        found = book.package.tree(part).find(f"{MAIN}cellXfs")
        if found is not None and len(found) > MOST_CELL_FORMATS:
            yield Problem(
                part, "too-many-cell-formats", f"{len(found)} cell formats, {MOST_CELL_FORMATS} are allowed"
            )


def differential_formats(book: Book) -> int:
    """How many differential formats the styles hold."""
    return _count(book, "dxfs")


def cell_formats(book: Book) -> int:
    """How many cell formats the styles hold."""
    return _count(book, "cellXfs")


def _count(book: Book, name: str) -> int:
    for part in book.package.targets(book.part, "styles"):
        found = book.package.tree(part).find(f"{MAIN}{name}")
        return 0 if found is None else len(found)
    return 0
