"""Rules of tables: names, headers, ranges, what overlaps them, calculated columns."""

from collections import Counter
from collections.abc import Iterator

from tests.proof.areas import cell_name, read_area
from tests.proof.book import Book, Cell, Sheet, Table, TableColumn
from tests.proof.formula import moved
from tests.proof.lint.workbook import differential_formats, why_illegal
from tests.proof.package import MAIN
from tests.proof.problem import Problem


def check_tables(book: Book) -> Iterator[Problem]:
    """Every table by itself, against its cells, and against its neighbours."""
    everywhere = [(sheet, table) for sheet in book.sheets for table in sheet.tables]
    for name, times in Counter(table.name.lower() for _, table in everywhere).items():
        if times > 1:
            parts = [table.part for _, table in everywhere if table.name.lower() == name]
            yield Problem(parts[-1], "table-name-duplicate", f"{times} tables are called {name}")
    for table_id, times in Counter(table.id for _, table in everywhere).items():
        if times > 1:
            parts = [table.part for _, table in everywhere if table.id == table_id]
            yield Problem(parts[-1], "table-id-duplicate", f"{times} tables have the id {table_id}")
    formats = differential_formats(book)
    for sheet in book.sheets:
        cells = sheet.at() if sheet.tables else {}
        for table in sheet.tables:
            yield from _check_itself(table)
            yield from _check_formats(table, formats)
            yield from _check_headers(book, sheet, table, cells)
            yield from _check_columns(book, sheet, table, cells)
        yield from _check_neighbours(sheet)


def _check_itself(table: Table) -> Iterator[Problem]:
    if reason := why_illegal(table.name):
        yield Problem(table.part, "table-name-illegal", f"{table.name} {reason}")
    for header, times in Counter(column.name.lower() for column in table.columns).items():
        if times > 1:
            yield Problem(table.part, "table-header-duplicate", f"{table.name} has {times} columns {header}")
    for column_id, times in Counter(column.id for column in table.columns).items():
        if times > 1:
            yield Problem(table.part, "table-column-id-duplicate", f"{table.name} has {times} columns {column_id}")
    across = table.area.right - table.area.left + 1
    if not table.area.top or across != len(table.columns):
        yield Problem(table.part, "table-range", f"{table.name} {table.area} has {len(table.columns)} columns")
    if table.data.bottom < table.data.top:
        yield Problem(table.part, "table-without-rows", f"{table.name} {table.area} has no data row")
    if table.filter_ref is not None:
        wanted = f"{cell_name(table.area.top, table.area.left)}:{cell_name(table.data.bottom, table.area.right)}"
        if table.filter_ref.replace("$", "") != wanted:
            yield Problem(
                table.part, "table-filter-range", f"{table.name} filters {table.filter_ref}, not {wanted}"
            )


def _check_formats(table: Table, formats: int) -> Iterator[Problem]:
    for column in table.columns:
        for number in column.dxfs:
            if int(number) >= formats:
                yield Problem(
                    table.part, "dxf-index", f"{table.name}[{column.name}]: format {number} of {formats}"
                )


def _check_headers(
    book: Book, sheet: Sheet, table: Table, cells: dict[tuple[int, int], Cell]
) -> Iterator[Problem]:
    if not table.header_rows:
        return
    for offset, column in enumerate(table.columns):
        place = (table.area.top, table.area.left + offset)
        cell = cells.get(place)
        where = f"{sheet.name}!{cell_name(*place)}"
        if cell is None or cell.type not in ("s", "str", "inlineStr") or cell.formula is not None:
            yield Problem(table.part, "table-header-not-text", f"{where} under {table.name}[{column.name}]")
        elif book.text_of(cell) != column.name:
            found = book.text_of(cell)
            yield Problem(table.part, "table-header-differs", f"{where} says {found!r}, {column.name!r} the table")


def _check_columns(
    book: Book, sheet: Sheet, table: Table, cells: dict[tuple[int, int], Cell]
) -> Iterator[Problem]:
    for offset, column in enumerate(table.columns):
        number = table.area.left + offset
        if column.formula is not None:
            for row in range(table.data.top, table.data.bottom + 1):
                cell = cells.get((row, number))
                found = None if cell is None else cell.formula
                if found != moved(column.formula, row - table.data.top, 0):
                    where = f"{sheet.name}!{cell_name(row, number)}"
                    message = f"{where} has ={found}, the column {column.name} ={column.formula}"
                    yield Problem(table.part, "table-calculated-column-differs", message)
                    break
        if table.totals_rows:
            yield from _check_total(book, table, column, cells.get((table.area.bottom, number)))


def _check_total(book: Book, table: Table, column: TableColumn, cell: Cell | None) -> Iterator[Problem]:
    if column.totals_label is not None and (cell is None or book.text_of(cell) != column.totals_label):
        found = None if cell is None else book.text_of(cell)
        message = f"{table.name}[{column.name}]: the cell says {found!r}, the table {column.totals_label!r}"
        yield Problem(table.part, "table-total-differs", message)
    if column.totals_formula is not None and (cell is None or cell.formula != column.totals_formula):
        message = f"{table.name}[{column.name}]: the cell has another formula than ={column.totals_formula}"
        yield Problem(table.part, "table-total-differs", message)


def _check_neighbours(sheet: Sheet) -> Iterator[Problem]:
    for number, table in enumerate(sheet.tables):
        for other in sheet.tables[:number]:
            if table.area.meets(other.area):
                message = f"{table.name} {table.area} and {other.name} {other.area}"
                yield Problem(table.part, "table-overlap", message)
        for merge in sheet.root.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell"):
            area = read_area(merge.get("ref", ""))
            if area and area.meets(table.area):
                yield Problem(sheet.part, "merge-in-table", f"{sheet.name}!{area} meets {table.name} {table.area}")
        filtered = sheet.root.find(f"{MAIN}autoFilter")
        area = read_area(filtered.get("ref", "").replace("$", "")) if filtered is not None else None
        if area and area.meets(table.area):
            yield Problem(sheet.part, "filter-over-table", f"{sheet.name}!{area} meets {table.name} {table.area}")
