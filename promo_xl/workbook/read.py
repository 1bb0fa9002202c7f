"""Reads a workbook back into a plan: tables by name and header, single values by name, never by address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.binding import RECORDS, records_of
from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sheetspec.model import Book
from promo_xl.sources.file_bytes import read_bytes
from promo_xl.sources.grid import CellValue, ErrorValue
from promo_xl.sources.tabular import ZIP_SIGNATURES, read_sheets
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.cells_in import CellReader, ReadTable
from promo_xl.workbook.grids import Grids
from promo_xl.workbook.references import PREFIX, defined_name
from promo_xl.workbook.tables_in_file import Area

ONCE = frozenset({"NOT_CALCULATED", "STALE"})


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read from a file: the plan, its language, where everything stands, and what is odd.

    `singles` says where a person finds a single value, `cells` its sheet, row and column (from 1).
    """

    promotion: Promotion
    language: str
    tables: Mapping[str, ReadTable]
    grids: Grids
    singles: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def file(self) -> BookFile:
        """The file that it was read from."""
        return self.grids.file


def open_workbook(path: Path | BookFile, book: Book) -> Opened:
    """The plan in the file and what is odd about it; raises RefusedError if it is none of ours."""
    if isinstance(path, BookFile):
        return _opened(path, book, Grids(path))
    data = read_bytes(path)
    try:
        if not data.startswith(ZIP_SIGNATURES):
            raise _no_plan(path.name)
        file = BookFile(data, path.name)
        return _opened(file, book, Grids(file))
    except _NoPlanError as error:
        read_sheets(path)  # what keeps anybody from reading it comes first
        raise RefusedError(error.findings) from None


def as_changed(
    path: Path | BookFile, book: Book, opened: Opened, values: Mapping[tuple[str, int, int], Value]
) -> Opened:
    """What `open_workbook` would say of the file if these cells (sheet, row, column) held these values."""
    by_sheet: dict[str, dict[tuple[int, int], CellValue]] = {}
    for (sheet, row, column), value in values.items():
        shown = ErrorValue(value.code) if isinstance(value, CellError) else value
        by_sheet.setdefault(sheet, {})[row, column] = shown
    file = BookFile.of(path)
    known = opened.tables if file is opened.file else {}
    return _opened(file, book, opened.grids.changed(file, by_sheet), known)


def _opened(file: BookFile, book: Book, grids: Grids, known: Mapping[str, ReadTable] | None = None) -> Opened:
    """What stands in `grids`; `known` are tables as they were read before in the same places."""
    areas, names = _places(file)
    cells = CellReader(book, _language(book, grids))
    tables = _tables(cells, grids, areas, known or {})
    if not tables.keys() & RECORDS.keys() or not any(name.startswith(PREFIX) for name in names):
        raise _no_plan(file.file)
    project, places = _singles(cells, grids, names)
    records: dict[str, tuple[Any, ...]] = {
        RECORDS[name][0]: records_of(read.table, read.rows) for name, read in tables.items() if name in RECORDS
    }
    more = {
        name: tuple(_typed(read, row) for row in read.rows)
        for name, read in tables.items()
        if name not in RECORDS and name not in book.reports and read.rows
    }
    promotion = Promotion(project=project, more=more, **records)
    at = {name: (area.sheet, area.top, area.left) for name in places if (area := names[defined_name(name)])}
    return Opened(promotion, cells.language, tables, grids, places, at, tuple(cells.findings))


def read_workbook(path: Path | str, book: Book) -> Promotion:
    """The plan in a workbook that promo_xl made; raises RefusedError if it cannot be read."""
    return open_workbook(Path(path), book).promotion


class _NoPlanError(RefusedError):
    """A file that may be a workbook, but none of ours."""


def _no_plan(file: str) -> _NoPlanError:
    return _NoPlanError([Finding("NOT_A_PLAN", details={"file": file}, place=file)])


def _places(file: BookFile) -> tuple[Mapping[str, Area], Mapping[str, Area]]:
    try:
        return file.areas, file.named_cells
    except (KeyError, ValueError, OSError, BadZipFile, ParseError):
        raise _no_plan(file.file) from None


def _language(book: Book, grids: Grids) -> str:
    return max(book.languages, key=lambda language: sum(s.name.text(language) in grids for s in book.sheets))


def _tables(
    cells: CellReader, grids: Grids, areas: Mapping[str, Area], known: Mapping[str, ReadTable]
) -> dict[str, ReadTable]:
    tables = {}
    for name, (sheet, table) in cells.book.tables.items():
        area = areas.get(table.name.lower())
        if area is not None and area.sheet in grids:
            grid = grids[area.sheet]
            read = known.get(name)
            tables[name] = read if read and read.grid is grid else cells.table(table, grid, area)
            if sheet.in_sight:  # nobody mends what nobody types
                cells.findings.extend(_not_said(tables[name].findings, cells.findings))
        elif sheet.in_sight and not sheet.optional:
            details = {"table": table.name, "sheet": sheet.name.text(cells.language)}
            cells.findings.append(Finding("TABLE_MISSING", details=details, place=grids.file.file))
    return tables


def _not_said(findings: Sequence[Finding], said: Sequence[Finding]) -> list[Finding]:
    """Findings of a table without those that are said once for a whole file."""
    once = {(one.code, one.field) for one in said if one.code in ONCE}
    return [one for one in findings if (one.code, one.field) not in once]


def _typed(read: ReadTable, row: Mapping[str, object]) -> Mapping[str, object]:
    typed = {column.field for column in read.table.columns if not column.computed}
    return {key: value for key, value in row.items() if key in typed and value not in (None, "")}


def _singles(
    cells: CellReader, grids: Grids, names: Mapping[str, Area]
) -> tuple[dict[str, object], dict[str, str]]:
    project: dict[str, object] = {}
    places: dict[str, str] = {}
    for name, column in cells.book.singles.items():
        area = names.get(defined_name(name))
        if area is None or area.sheet not in grids:
            if column.as_written or column.formula or name in cells.book.reports:
                continue  # nobody types it, so nobody can put it back
            details = {"label": column.label.text(cells.language)}
            cells.findings.append(Finding("FIELD_MISSING", Severity.WARNING, field=name, details=details))
            continue
        grid = grids[area.sheet]
        places[name] = grid.place(area.top, area.left)
        value = cells.value(grid, area.top, area.left, column)
        if not column.computed and value is not None and name not in cells.book.reports:
            project[name] = value
    return project, places
