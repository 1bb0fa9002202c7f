"""Rules of formulas: syntax, functions, and that everything they name exists."""

from collections.abc import Iterator

from tests.proof.book import Book
from tests.proof.formula import (
    Call,
    CellRef,
    Formula,
    FormulaError,
    NameRef,
    Reference,
    SpanRef,
    TableRef,
    read_formula,
)
from tests.proof.functions import fault_of_count, fault_of_name, is_own
from tests.proof.lint.places import FormulaPlace, formula_places
from tests.proof.lint.workbook import width
from tests.proof.package import MAIN
from tests.proof.problem import Problem

LONGEST_FORMULA = 8_192
LONGEST_TEXT = 255
DEEPEST = 64
STRUCTURED_NOT_ALLOWED = {
    "conditional": "conditional-structured-reference",
    "validation": "validation-structured-reference",
    "sparkline": "sparkline-structured-reference",
}
Fault = tuple[str, str]


def check_formulas(book: Book, *, external: bool) -> Iterator[Problem]:
    """Every formula of the file, wherever it stands."""
    books = len(list(book.root.iterfind(f"{MAIN}externalReferences/{MAIN}externalReference"))) if external else 0
    seen: set[tuple[str, str, str]] = set()
    for place in formula_places(book):
        for rule, message in _faults(book, place, books):
            if (place.part, rule, place.where) not in seen:
                seen.add((place.part, rule, place.where))
                yield Problem(place.part, rule, f"{place.where} ={place.text[:200]}: {message}")


def _faults(book: Book, place: FormulaPlace, books: int) -> Iterator[Fault]:
    if width(place.text) > LONGEST_FORMULA:
        yield "formula-too-long", f"{width(place.text)} of {LONGEST_FORMULA} characters"
        return
    try:
        named = place.kind == "name"
        formula = read_formula(place.text, unions=True) if named else read_formula(place.text)
    except FormulaError as error:
        yield "formula-syntax", str(error)
        return
    if formula.longest_text > LONGEST_TEXT and place.kind != "validation":
        yield "formula-text-too-long", f"a text of {formula.longest_text} characters, {LONGEST_TEXT} are allowed"
    if formula.has_ref_error:
        yield "formula-ref-error", "refers to #REF!"
    yield from _function_faults(place, formula, books)
    for reference in formula.references:
        yield from _reference_faults(book, place, reference, books)


def _function_faults(place: FormulaPlace, formula: Formula, books: int) -> Iterator[Fault]:
    for call in formula.calls:
        if call.nesting > DEEPEST:
            yield "formula-nesting", f"{call.nesting} levels, {DEEPEST} are allowed"
        if fault := fault_of_name(call.name):
            yield fault
        if reason := fault_of_count(call.name, call.arguments):
            yield "formula-arguments", reason
        if place.kind == "conditional" and is_own(call.name):
            yield "conditional-own-function", f"{call.name} cannot be called from a conditional format"
        if not _is_known_book(call, books):
            yield "formula-external", f"[{call.book}]!{call.name} leads out of the file"


def _is_known_book(thing: Call | Reference, books: int) -> bool:
    book = None if isinstance(thing, SpanRef) else thing.book
    return book is None or (book.isdecimal() and int(book) <= books)


def _reference_faults(book: Book, place: FormulaPlace, reference: Reference, books: int) -> Iterator[Fault]:
    if isinstance(reference, SpanRef):
        for end in reference.ends:
            yield from _reference_faults(book, place, end, books)
    elif not _is_known_book(reference, books):
        yield "formula-external", f"[{reference.book}] leads out of the file"
    elif reference.book is not None:
        return
    elif isinstance(reference, CellRef):
        yield from unknown_sheets(book, reference.sheet)
    elif isinstance(reference, NameRef):
        yield from _name_faults(book, place, reference)
    else:
        yield from _table_faults(book, place, reference)


def unknown_sheets(book: Book, name: str | None) -> Iterator[Fault]:
    """A fault for each sheet that a prefix names and nobody has; `甲:丙` names two."""
    names = [] if name is None else [name] if name.lower() in book.sheet_by_name else name.split(":")
    for one in names:
        if one.lower() not in book.sheet_by_name:
            yield "formula-sheet-unknown", f"there is no sheet {one}"


def _name_faults(book: Book, place: FormulaPlace, reference: NameRef) -> Iterator[Fault]:
    faults = list(unknown_sheets(book, reference.sheet))
    if faults:
        yield from faults
        return
    sheet = place.sheet if reference.sheet is None else book.sheet_by_name[reference.sheet.lower()]
    known = book.name_at(reference.name, None if sheet is None else sheet.position)
    if known is None and reference.name.lower() not in book.tables:
        yield "formula-name-unknown", f"nothing is called {reference.name}"


def _table_faults(book: Book, place: FormulaPlace, reference: TableRef) -> Iterator[Fault]:
    if rule := STRUCTURED_NOT_ALLOWED.get(place.kind):
        yield rule, f"{reference.table}[…] is not allowed here"
        return
    sheet, table = book.tables.get(reference.table.lower(), (place.sheet, None))
    if table is None and not reference.table and sheet is not None:
        table = sheet.table_around(place.row, place.column)
    if table is None:
        yield "formula-table-unknown", f"there is no table {reference.table or 'around it'}"
        return
    for name in dict.fromkeys((reference.first, reference.last)):
        if name is not None and table.column_of(name) is None:
            yield "formula-column-unknown", f"{table.name} has no column {name}"
    if "#this row" in reference.items:
        beside = place.sheet is sheet and table.data.top <= place.row <= table.data.bottom
        if not beside:
            yield "formula-this-row-outside", f"stands beside no row of {table.name}"
    if "#totals" in reference.items and not table.totals_rows:
        yield "formula-ref-error", f"{table.name} has no totals row"
