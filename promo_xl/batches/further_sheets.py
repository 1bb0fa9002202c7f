"""Sheets beside the product list: their rows replace a table's default rows, product by product."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from promo_xl.batches.cell_reading import id_of
from promo_xl.batches.headings import (
    Header,
    Heading,
    Vocabulary,
    VocabularyBuilder,
    find_header,
    folded,
    likest,
)
from promo_xl.batches.parted_rows import Campaign, checked_rows, with_shares
from promo_xl.batches.product_declaration import PARTED, Declaration, FurtherSheet, spoken
from promo_xl.batches.product_rows import ProductRow, name_key
from promo_xl.batches.row_reading import RowReading
from promo_xl.batches.table_cells import plan_value
from promo_xl.plan.findings import Finding, Severity
from promo_xl.sheetspec.model import Book, Column, Table
from promo_xl.sources.grid import CellValue, Grid

PRODUCT = " product"  # no column of a table can have this field
Row = Mapping[str, object]


FoundRows = dict[str, list[tuple[Row, RowReading]]]
"""The rows found for one product, by table, each with its reading."""
Gathered = dict[int, FoundRows]
"""What was found for each product, by its number in the list."""


@dataclass(frozen=True, slots=True)
class Products:
    """The products of the list by what a further sheet may call them: their name or their code."""

    rows: Sequence[ProductRow]
    by_name: Mapping[str, list[int]]
    by_code: Mapping[str, list[int]]

    def called(self, text: str) -> list[int]:
        """The products of that name, else of that code."""
        key = name_key(text)
        return self.by_name.get(key) or self.by_code.get(key) or []


def indexed(rows: Sequence[ProductRow]) -> Products:
    """The products ready to be looked up."""
    by_name: dict[str, list[int]] = {}
    by_code: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        if row.product:
            by_name.setdefault(row.key, []).append(number)
        if row.code:
            by_code.setdefault(name_key(row.code), []).append(number)
    return Products(rows, by_name, by_code)


def sheet_meanings(declaration: Declaration, book: Book) -> dict[str, FurtherSheet]:
    """The further sheet that each sheet name means, by its folded spelling; the list's own words win."""
    tables = book.tables
    own: dict[str, FurtherSheet] = {}
    others: dict[str, FurtherSheet] = {}
    for sheet in declaration.further:
        of_book, table = tables[sheet.table]
        for text in (*sheet.name.by_language.values(), *spoken(sheet.aliases)):
            own.setdefault(folded(text), sheet)
        names = (*of_book.name.by_language.values(), *table.title.by_language.values(), table.name, table.table)
        for text in names:
            others.setdefault(folded(text), sheet)
    return {**others, **own}


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What the reading of one further sheet needs."""

    sheet: FurtherSheet
    declaration: Declaration
    book: Book
    language: str
    as_of: dt.date

    @property
    def table(self) -> Table:
        """The table of the book whose rows stand in the sheet."""
        return self.book.tables[self.sheet.table][1]

    def read(self, grid: Grid, products: Products, gathered: Gathered) -> list[Finding]:
        """Add the rows of `grid` to what is gathered per product; what concerns no product is returned."""
        header = find_header(grid, self._vocabulary())
        if header is None or PRODUCT not in header.by_field:
            found = " / ".join(heading.text for heading in _headings(header))
            wanted = self.declaration.column("product").label.text(self.language)
            details = {"sheet": grid.name, "found": found, "column": wanted}
            return [Finding("PRODUCT_SHEET_WITHOUT_PRODUCT", details=details, place=grid.place(1, 1))]
        findings = list(self._unused(header))
        merged = _merged_products(grid, header)
        for row in range(header.row + 1, len(grid.values) + 1):
            reading = RowReading(header, row)
            if any(reading.has(name) for name in header.by_field if name != PRODUCT):
                findings += self._row(reading, products, gathered, merged.get(row, row))
        return findings

    def rows_of(self, grid: Grid, wanted: Callable[[str], bool]) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
        """The header of `grid` and the rows of wanted products, by number, each with the product's name in it."""
        header = find_header(grid, self._vocabulary())
        if header is None or PRODUCT not in header.by_field:
            return
        yield header.row, grid.row_values(header.row)
        merged, column = _merged_products(grid, header), header.by_field[PRODUCT].column
        for row in range(header.row + 1, len(grid.values) + 1):
            name = grid.value(merged.get(row, row), column)
            values = grid.row_values(row)
            said = RowReading(header, merged.get(row, row)).read(PRODUCT, id_of)
            if said and wanted(said):
                yield row, (*values[: column - 1], name, *values[column:])

    def _vocabulary(self) -> Vocabulary:
        builder = VocabularyBuilder()
        for column in self.table.columns:
            for language, text in column.label.by_language.items():
                builder.add(column.field, text, language, is_label=True)
        product = self.declaration.column("product")
        for language, text in product.label.by_language.items():
            builder.add(PRODUCT, text, language, is_label=True)
        for language, texts in product.aliases.items():
            for text in texts:
                builder.add(PRODUCT, text, language, is_label=False)
        return builder.words

    def _unused(self, header: Header) -> Iterator[Finding]:
        ignored = {c.field for c in self.table.columns if c.computed or c.hidden} & header.by_field.keys()
        if ignored:
            headings = [header.by_field[name] for name in header.by_field if name in ignored]
            found = " / ".join(heading.text for heading in sorted(headings, key=lambda h: h.column))
            details = {"sheet": header.grid.name, "found": found}
            place = header.place(min(headings, key=lambda h: h.column))
            yield Finding("PRODUCT_SHEET_COMPUTED", Severity.INFO, details=details, place=place)
        labels = [c.label.text(self.language) for c in self._typed()]
        yield from unknown_columns(header, labels)

    def _typed(self) -> list[Column]:
        return [column for column in self.table.columns if not column.computed and not column.hidden]

    def _row(self, reading: RowReading, products: Products, gathered: Gathered, product_row: int) -> list[Finding]:
        """Read one row for every product that it names."""
        named = RowReading(reading.header, product_row)
        name = named.read(PRODUCT, id_of)
        if not name:
            if not named.findings:
                reading.note("PRODUCT_ROW_WITHOUT_PRODUCT", PRODUCT, {"sheet": reading.header.grid.name})
            return named.findings + reading.findings
        if name_key(name).startswith(tuple(map(name_key, self.declaration.example_mark.by_language.values()))):
            return []
        numbers = products.called(name)
        if not numbers:
            suggestion = likest(name, dict.fromkeys(row.product for row in products.rows))
            details = {"found": name, "sheet": reading.header.grid.name}
            code = "PRODUCT_ROW_NEAR" if suggestion else "PRODUCT_ROW_UNKNOWN"
            reading.note(code, PRODUCT, details | ({"suggestion": suggestion} if suggestion else {}))
            return reading.findings
        for number in numbers:
            own = RowReading(reading.header, reading.row, products.rows[number].product)
            values = self._values(own, products.rows[number])
            gathered.setdefault(number, {}).setdefault(self.sheet.table, []).append((values, own))
        return []

    def _values(self, reading: RowReading, product: ProductRow) -> Row:
        reference = product.brief.start if product.brief else product.launch or self.as_of
        values: dict[str, object] = {}
        for column in self._typed():
            value = plan_value(reading, column, self.book, self.language, reference)
            if value is not None:
                values[column.field] = value
            elif column.needed and column.type != "id" and not reading.has(column.field):
                label = column.label.text(self.language)
                details = {"missing": label, "sheet": reading.header.grid.name}
                reading.note("PRODUCT_CELL_MISSING", column.field, details)
        return values


def _headings(header: Header | None) -> list[Heading]:
    if header is None:
        return []
    return sorted([*header.by_field.values(), *header.unknown], key=lambda heading: heading.column)


def _merged_products(grid: Grid, header: Header) -> dict[int, int]:
    """For rows whose product cell is merged with one above: the row that holds the name."""
    column = header.by_field[PRODUCT].column
    return {
        row: area.top
        for area in grid.merged
        if area.left <= column <= area.right
        for row in range(area.top, min(area.bottom, len(grid.values)) + 1)
    }


def unknown_columns(header: Header, known: Sequence[str]) -> Iterator[Finding]:
    """What is said of headings that mean nothing here, and of a second heading for the same thing."""
    taken = {folded(heading.text) for heading in header.by_field.values()}
    free = [word for word in known if folded(word) not in taken]
    for heading in header.unknown:
        suggestion = likest(heading.text, free)
        details = {"found": heading.text, **({"suggestion": suggestion} if suggestion else {})}
        code = "PRODUCT_COLUMN_NEAR" if suggestion else "PRODUCT_COLUMN_UNKNOWN"
        yield Finding(code, Severity.INFO, details=details, place=header.place(heading))
    for heading in header.repeated:
        assert heading.known is not None
        details = {"found": heading.text, "used": header.by_field[heading.known.field].text}
        yield Finding("PRODUCT_COLUMN_TWICE", Severity.WARNING, details=details, place=header.place(heading))


def finished(
    tables: FoundRows, product: ProductRow, book: Book, language: str
) -> tuple[dict[str, tuple[Row, ...]], list[Finding]]:
    """One product's rows by table, shares settled and phases placed, and all that is wrong with them."""
    whole = {table: tuple(_finished(table, found, product, book, language)) for table, found in tables.items()}
    findings = [f for found in tables.values() for _, reading in found for f in reading.findings]
    return whole, findings


def _finished(
    table: str, found: list[tuple[Row, RowReading]], product: ProductRow, book: Book, language: str
) -> list[Row]:
    rows: list[Row] = [row for row, _ in found]
    first = found[0][1]
    brief = product.brief
    if brief is not None and table in brief.rows:
        first.note("PRODUCT_ROWS_TWICE", PRODUCT, {"sheet": first.header.grid.name}, Severity.WARNING)
    if table in PARTED:
        campaign = Campaign(brief.launch, brief.start, brief.end) if brief else None
        rows, doubts = checked_rows(rows, table, book, campaign)
        for doubt in doubts:
            first.note(doubt.code, "share" if "gap" in doubt.details else PRODUCT, doubt.details, doubt.severity)
        return rows
    for column in book.tables[table][1].columns:
        if column.type == "share" and any(column.field in row for row in rows):
            settled_rows = with_shares(rows, column.field)
            rows = [{name: value for name, value in row.items() if value is not None} for row in settled_rows]
    if brief is not None and table == "targets":
        return _with_goals(rows, first, brief.goals, book, language)
    return rows


def _with_goals(
    rows: list[Row], first: RowReading, goals: Mapping[str, str], book: Book, language: str
) -> list[Row]:
    """Goals of the list fill the blank goals of given targets; one that finds no row is named."""
    for metric in sorted(goals.keys() - {row.get("source") for row in rows}):
        label = book.label_of("metric", metric, language)
        sheet = first.header.grid.name
        details = {"found": goals[metric], "metric": label, "sheet": sheet}
        first.note("PRODUCT_GOAL_UNUSED", PRODUCT, details, Severity.WARNING)
    return [
        {**row, "goal": goals[str(row["source"])]} if row.get("source") in goals and not row.get("goal") else row
        for row in rows
    ]
