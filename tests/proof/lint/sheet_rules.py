"""Rules of data validation and conditional formats."""

from collections import Counter
from collections.abc import Iterator

from tests.proof.areas import Area, read_area, read_areas
from tests.proof.book import Book, Sheet
from tests.proof.lint.places import X14, XM
from tests.proof.lint.workbook import differential_formats, width
from tests.proof.package import MAIN, unescape
from tests.proof.problem import Problem

LONGEST_LIST = 255
LONGEST_TEXTS = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 225}


def check_sheet_rules(book: Book) -> Iterator[Problem]:
    """What a sheet checks and colours by rule."""
    formats = differential_formats(book)
    for sheet in book.sheets:
        yield from _check_validations(sheet)
        yield from _check_conditions(sheet, formats)


def _check_validations(sheet: Sheet) -> Iterator[Problem]:
    taken: list[Area] = []
    elements = [*sheet.root.iterfind(f"{MAIN}dataValidations/{MAIN}dataValidation")]
    elements += sheet.root.iter(f"{X14}dataValidation")
    for element in elements:
        sqref = element.get("sqref") or element.findtext(f"{XM}sqref") or ""
        yield from _check_sqref(sheet, sqref, "validation-range")
        for area in read_areas(sqref):
            for other in taken:
                if area.meets(other):
                    message = f"{sheet.name}!{area} is validated twice, by {other} too"
                    yield Problem(sheet.part, "validation-overlap", message)
            taken.append(area)
        first = element.findtext(f"{MAIN}formula1") or ""
        if element.get("type") == "list" and first.startswith('"') and width(first) - 2 > LONGEST_LIST:
            message = f"{sheet.name}!{sqref}: a list of {width(first) - 2} characters, {LONGEST_LIST} are allowed"
            yield Problem(sheet.part, "validation-list-too-long", message)
        for name, most in LONGEST_TEXTS.items():
            found = width(unescape(element.get(name, "")))
            if found > most:
                message = f"{sheet.name}!{sqref}: {name} has {found} characters, {most} are allowed"
                yield Problem(sheet.part, "validation-text-too-long", message)


def _check_sqref(sheet: Sheet, sqref: str, rule: str) -> Iterator[Problem]:
    words = sqref.split()
    if not words or any(read_area(word) is None for word in words):
        yield Problem(sheet.part, rule, f"{sheet.name}!{sqref!r} is no range")


def _check_conditions(sheet: Sheet, formats: int) -> Iterator[Problem]:
    priorities: Counter[str] = Counter()
    for block in sheet.root.iterfind(f"{MAIN}conditionalFormatting"):
        sqref = block.get("sqref", "")
        yield from _check_sqref(sheet, sqref, "conditional-range")
        for rule in block.iterchildren(f"{MAIN}cfRule"):
            priorities[rule.get("priority", "")] += 1
            number = rule.get("dxfId")
            if number is not None and int(number) >= formats:
                yield Problem(sheet.part, "dxf-index", f"{sheet.name}!{sqref}: format {number} of {formats}")
    for priority, times in priorities.items():
        if times > 1:
            message = f"{sheet.name}: {times} rules have the priority {priority}"
            yield Problem(sheet.part, "conditional-priority-duplicate", message)
