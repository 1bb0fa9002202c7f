"""Finds which sheet of a file is the product list, and its headings; refuses a list that lacks what is needed."""

from collections.abc import Sequence

from promo_xl.batches.further_sheets import sheet_meanings
from promo_xl.batches.headings import Header, find_header, folded, header_at, likest, note_of
from promo_xl.batches.product_declaration import Declaration, ListColumn, spoken, vocabulary_of
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.model import Book
from promo_xl.sources.grid import Grid


def list_header(grids: Sequence[Grid], declaration: Declaration, book: Book) -> Header:
    """The header of the sheet that is most like a product list; sheets of another known name come last."""
    vocabulary = vocabulary_of(declaration)
    own = {folded(name) for name in declaration.sheet_names()}
    others = sheet_meanings(declaration, book).keys() | {
        folded(name) for name in declaration.guide.name.by_language.values()
    }
    needed = {column.field for column in declaration.columns if column.needed}

    def likeness(header: Header) -> tuple[bool, ...] | tuple[int, ...]:
        fields = header.by_field.keys()
        name = folded(header.grid.name)
        whole = all(name in fields or declaration.column(name).instead in fields for name in needed)
        return (not header.grid.hidden, whole, name in own, name not in others, len(fields))

    visible = [grid for grid in grids if not grid.hidden] or list(grids)
    headers = [header for grid in visible if (header := find_header(grid, vocabulary))]
    if headers:
        return max(headers, key=likeness)
    grid = visible[0]
    filled = next((n for n, row in enumerate(grid.values, 1) if any(v is not None for v in row)), 1)
    return header_at(grid, filled, vocabulary)


def check_header(header: Header, declaration: Declaration, language: str) -> None:
    """Refuse a list without its needed columns, naming what was found, or one in another currency."""
    findings = [
        _missing(column, header, language)
        for column in declaration.columns
        if column.needed and not {column.field, column.instead} & header.by_field.keys()
    ]
    money = {column.field for column in declaration.columns if column.type == "money"}
    for name, heading in header.by_field.items():
        unit = note_of(heading.text)
        if (
            name in money
            and unit
            and any(sign.casefold() in unit.casefold() for sign in declaration.other_currencies)
        ):
            details = {"column": heading.text, "found": unit}
            findings.append(Finding("PRODUCT_CURRENCY", field=name, details=details, place=header.place(heading)))
    if findings:
        raise RefusedError(findings)


def _missing(column: ListColumn, header: Header, language: str) -> Finding:
    words = [*column.label.by_language.values(), *spoken(column.aliases)]
    label = column.label.text(language)
    for heading in header.unknown:
        if suggestion := likest(heading.text, words):
            details = {"column": label, "found": heading.text, "suggestion": suggestion}
            place = header.place(heading)
            return Finding("PRODUCT_COLUMN_MISSPELT", field=column.field, details=details, place=place)
    values = header.grid.values[header.row - 1]
    details = {"column": label, "found": " / ".join(str(value) for value in values if value is not None)}
    place = header.grid.place(header.row, 1)
    return Finding("PRODUCT_COLUMN_MISSING", field=column.field, details=details, place=place)
