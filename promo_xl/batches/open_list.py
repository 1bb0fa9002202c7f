"""A product list that is open: its rows are read one after the other, as often as anybody asks."""

import dataclasses
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from promo_xl.batches.doubles import Doubles, Everything
from promo_xl.batches.further_sheets import (
    FoundRows,
    Gathered,
    SheetReading,
    finished,
    indexed,
    sheet_meanings,
    unknown_columns,
)
from promo_xl.batches.headings import Header, folded
from promo_xl.batches.list_header import check_header, list_header
from promo_xl.batches.product_declaration import Declaration, FurtherSheet, load_declaration
from promo_xl.batches.product_rows import ListContext, ProductRow, context_of, name_in, read_row
from promo_xl.plan.findings import Finding, Severity
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import languages, wording
from promo_xl.sources.grid import CellValue, Grid
from promo_xl.sources.sheet_stream import SheetStream, open_sheets


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of the list that names a product: what it says, and its cells as they stand there."""

    product: ProductRow
    cells: tuple[CellValue, ...]
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenList:
    """A product list whose headings are understood; `findings` is what there is to say before any row.

    `language` is that of the headings; `further` are the sheets beside the list that hold rows for its products.
    """

    path: Path
    stream: SheetStream
    context: ListContext
    findings: tuple[Finding, ...]
    further: Mapping[str, tuple[FurtherSheet, Grid]]

    @property
    def language(self) -> str:
        """The language of the headings."""
        return self.context.language

    @property
    def header(self) -> Header:
        """The headings."""
        return self.context.header

    @property
    def empty(self) -> Finding:
        """What is said of a list that names no product at all."""
        return Finding("PRODUCT_LIST_EMPTY", place=self.header.grid.place(self.header.row + 1, 1))

    def names(self) -> Iterator[str]:
        """The names of the products, right or wrong, without reading the rest of their rows."""
        for number, context in self._numbered():
            if name := name_in(number, context):
                yield name

    def rows(self, doubled: Container[int] | None = None) -> Iterator[ListedRow | tuple[Finding, ...]]:
        """Every product of the list, and what there is to say of rows that name none.

        With rows in further sheets the whole list is in memory, since they may stand in any order; else one row
        is. `doubled` holds the digests of names that stand there more than once, if they are known.
        """
        if not self.further:
            yield from self._read(doubled)
            return
        rows: list[ListedRow] = []
        for found in self._read(doubled):
            if isinstance(found, ListedRow):
                rows.append(found)
            else:
                yield found
        yield from self._joined(rows)

    def _numbered(self) -> Iterator[tuple[int, ListContext]]:
        header = self.header
        for block in self.stream.blocks():
            context = dataclasses.replace(self.context, header=dataclasses.replace(header, grid=block))
            yield from ((number, context) for number in range(max(block.first, header.row + 1), block.last + 1))

    def _read(self, doubled: Container[int] | None) -> Iterator[ListedRow | tuple[Finding, ...]]:
        doubles = Doubles(Everything() if doubled is None else doubled)
        for number, context in self._numbered():
            found = read_row(number, context)
            if isinstance(found, ProductRow):
                grid = context.header.grid
                yield ListedRow(doubles.told(found), grid.row_values(number), grid.row_formats(number))
            elif found:
                yield found

    def _joined(self, rows: Sequence[ListedRow]) -> Iterator[ListedRow | tuple[Finding, ...]]:
        context, gathered = self.context, Gathered()
        products = indexed([row.product for row in rows])
        for sheet, grid in self.further.values():
            reading = SheetReading(sheet, context.declaration, context.book, context.language, context.as_of)
            yield tuple(reading.read(grid, products, gathered))
        for number, row in enumerate(rows):
            tables = gathered.get(number)
            product = _with_tables(row.product, tables, context.book, context.language) if tables else row.product
            yield dataclasses.replace(row, product=product)


def open_list(path: Path, book: Book, as_of: date) -> OpenList:
    """The product list of a file in Excel, CSV or HTML; raises RefusedError if it has no usable headings.

    Dates without a year are those nearest `as_of`.
    """
    declaration = load_declaration(book)
    streams = [(stream, next(stream.blocks())) for stream in open_sheets(path) if not stream.empty]
    header = list_header([grid for _, grid in streams], declaration, book)
    language = header.language(book.languages, "product")
    check_header(header, declaration, language)
    labels = [column.label.text(language) for column in declaration.columns]
    unknown = tuple(heading for heading in header.unknown if not is_reason(heading.text))
    findings = list(unknown_columns(dataclasses.replace(header, unknown=unknown), labels))
    meanings = sheet_meanings(declaration, book)
    further: dict[str, tuple[FurtherSheet, Grid]] = {}
    for stream, grid in streams:
        if grid is header.grid or grid.hidden:
            continue
        if sheet := meanings.get(folded(grid.name)):
            further[grid.name] = sheet, stream.whole()
        elif not _is_known_sheet(grid, declaration):
            findings.append(_unknown_sheet(grid, declaration, language))
    stream = next(stream for stream, grid in streams if grid is header.grid)
    context = context_of(header, declaration, book, language, as_of)
    return OpenList(path, stream, context, tuple(findings), further)


def is_reason(heading: str) -> bool:
    """True for the heading of the column that says why a product was not made."""
    return folded(heading) in {folded(wording(language).word("why_not_made")) for language in languages()}


def _is_known_sheet(grid: Grid, declaration: Declaration) -> bool:
    names = {*declaration.guide.name.by_language.values(), *declaration.sheet_names()}
    return folded(grid.name) in {folded(name) for name in names}


def _unknown_sheet(grid: Grid, declaration: Declaration, language: str) -> Finding:
    known = " / ".join(sheet.name.text(language) for sheet in declaration.further)
    details = {"found": grid.name, "known": known}
    return Finding("PRODUCT_SHEET_UNKNOWN", Severity.INFO, details=details, place=grid.place(1, 1))


def _with_tables(row: ProductRow, tables: FoundRows, book: Book, language: str) -> ProductRow:
    """The product with its rows from further sheets; if one of them is wrong, it has no brief."""
    rows, findings = finished(tables, row, book, language)
    brief = row.brief
    if brief is not None:
        wrong = any(finding.severity is Severity.ERROR for finding in findings)
        brief = None if wrong else dataclasses.replace(brief, rows={**brief.rows, **rows})
    return dataclasses.replace(row, brief=brief, findings=(*row.findings, *findings))
