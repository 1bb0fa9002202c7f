"""Reads a planner's product list, whatever file it is in, into a brief per product."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from promo_xl.batches.further_sheets import (
    FoundRows,
    Gathered,
    SheetReading,
    finished,
    indexed,
    sheet_meanings,
    unknown_columns,
)
from promo_xl.batches.headings import Header, find_header, folded, header_at, likest, note_of
from promo_xl.batches.product_declaration import (
    Declaration,
    ListColumn,
    load_declaration,
    spoken,
    vocabulary_of,
)
from promo_xl.batches.product_rows import ProductRow, context_of, name_key, read_row
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.model import Book
from promo_xl.sources.grid import Grid
from promo_xl.sources.tabular import read_sheets


@dataclass(frozen=True, slots=True)
class ProductList:
    """What a product list says: a brief for every right row, and what is wrong with the others.

    `language` is that of the headings; `rows` is how many rows name a product, right or wrong.
    """

    briefs: tuple[Brief, ...]
    findings: tuple[Finding, ...]
    language: str
    rows: int = 0


def read_products(path: Path, book: Book, as_of: date) -> ProductList:
    """The products of a list in Excel, CSV or HTML; raises RefusedError if no product can be read at all.

    Dates without a year are those nearest `as_of`.
    """
    declaration = load_declaration(book)
    grids = [grid for grid in read_sheets(path) if grid.values]
    header = _list_header(grids, declaration, book)
    language = header.language(book.languages, "product")
    _check_header(header, declaration, language)
    labels = [column.label.text(language) for column in declaration.columns]
    findings = list(unknown_columns(header, labels))
    context = context_of(header, declaration, book, language, as_of)
    rows: list[ProductRow] = []
    for number in range(header.row + 1, len(header.grid.values) + 1):
        found = read_row(number, context)
        if isinstance(found, ProductRow):
            rows.append(found)
        else:
            findings += found
    if not rows:
        empty = Finding("PRODUCT_LIST_EMPTY", place=header.grid.place(header.row + 1, 1))
        raise RefusedError([empty, *findings])
    rows = list(_without_doubles(rows))
    gathered: Gathered = {}
    products = indexed(rows)
    meanings = sheet_meanings(declaration, book)
    for grid in grids:
        if grid is header.grid or grid.hidden:
            continue
        sheet = meanings.get(folded(grid.name))
        if sheet is not None:
            reading = SheetReading(sheet, declaration, book, language, as_of)
            findings += reading.read(grid, products, gathered)
        elif not _is_known_sheet(grid, declaration):
            findings.append(_unknown_sheet(grid, declaration, language))
    for number, tables in gathered.items():
        rows[number] = _joined(rows[number], tables, book, language)
    briefs = tuple(row.brief for row in rows if row.brief is not None)
    findings += [finding for row in rows for finding in row.findings]
    return ProductList(briefs, tuple(findings), language, len(rows))


def _list_header(grids: Sequence[Grid], declaration: Declaration, book: Book) -> Header:
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


def _check_header(header: Header, declaration: Declaration, language: str) -> None:
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


def _without_doubles(rows: Sequence[ProductRow]) -> Iterator[ProductRow]:
    """A product that stands twice is made once; the same name with another code or launch is said so."""
    firsts: dict[tuple[str, str, date], ProductRow] = {}
    names: dict[str, ProductRow] = {}
    for row in rows:
        if not row.product or row.launch is None:
            yield row
            continue
        key = (row.key, name_key(row.code), row.launch)
        same = names.setdefault(row.key, row)
        first = firsts.setdefault(key, row)
        if first is not row:
            yield _noted(row, "PRODUCT_TWICE", Severity.ERROR, first)
        elif same is not row:
            yield _noted(row, "PRODUCT_SAME_NAME", Severity.INFO, same)
        else:
            yield row


def _noted(row: ProductRow, code: str, severity: Severity, other: ProductRow) -> ProductRow:
    details = {"found": row.product, "first": other.place, "first_name": other.product}
    finding = Finding(code, severity, row.product, "product", details, row.place)
    brief = None if severity is Severity.ERROR else row.brief
    return dataclasses.replace(row, brief=brief, findings=(*row.findings, finding))


def _is_known_sheet(grid: Grid, declaration: Declaration) -> bool:
    names = {*declaration.guide.name.by_language.values(), *declaration.sheet_names()}
    return folded(grid.name) in {folded(name) for name in names}


def _unknown_sheet(grid: Grid, declaration: Declaration, language: str) -> Finding:
    known = " / ".join(sheet.name.text(language) for sheet in declaration.further)
    details = {"found": grid.name, "known": known}
    return Finding("PRODUCT_SHEET_UNKNOWN", Severity.INFO, details=details, place=grid.place(1, 1))


def _joined(row: ProductRow, tables: FoundRows, book: Book, language: str) -> ProductRow:
    """The product with its rows from further sheets; if one of them is wrong, it has no brief."""
    rows, findings = finished(tables, row, book, language)
    brief = row.brief
    if brief is not None:
        wrong = any(finding.severity is Severity.ERROR for finding in findings)
        brief = None if wrong else dataclasses.replace(brief, rows={**brief.rows, **rows})
    return dataclasses.replace(row, brief=brief, findings=(*row.findings, *findings))
