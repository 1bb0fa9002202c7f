"""The sheet of what a check found: a row for each finding with a link to its cell, and the marks in the plan.

Everything follows from the plan and its as-of date, so a second check of an unchanged plan changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from xlsxwriter.utility import quote_sheetname

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sheetspec.formula.values import CellError, Value, text
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.storable import storable
from promo_xl.sheetspec.wording import Wording, wording
from promo_xl.sheetspec.workings import View, Workings, compiled, settled
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.mend import InFile, same, typed
from promo_xl.workbook.patch import Change, column_name
from promo_xl.workbook.read import Opened
from promo_xl.workbook.row_heights import heights
from promo_xl.workbook.rules import FINDINGS, GRADES, mark
from promo_xl.workbook.tables_in_file import Area, table_areas

RESULT = "check_result"
LONGEST_MARK = 8000  # characters; Excel takes no longer text when many cells are written at once
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spot:
    """The cell of a finding: its sheet, row and column (from 1), and the table around it."""

    sheet: str
    row: int
    column: int
    table: str = ""


@dataclass(frozen=True, slots=True)
class FindingsSheet:
    """What a check writes: the sheet's name, the cells that differ, the heights of its rows, what is printed."""

    sheet: str
    changes: tuple[Change, ...]
    heights: Mapping[int, float | None] = field(default_factory=dict)
    printed: str = ""


def findings_sheet(path: Path, book: Book, opened: Opened, findings: Sequence[Finding]) -> FindingsSheet | None:
    """What the sheet of the file must say of these findings; None where the file has no such sheet.

    A sheet that holds anything else of the plan is none: what is written there would be lost to the planner.
    """
    read = opened.tables.get(FINDINGS)
    if read is None:
        return None
    area = table_areas(path)[read.table.name.lower()]
    if not _alone(opened, area):
        return None
    # A table may be declared as long as a sheet; below what the file holds, the findings need rows and no more.
    bottom = min(area.bottom, max(len(read.grid.values), area.top) + len(findings))
    teller = _Teller(path, book, opened, wording(opened.language, Path(book.folder) if book.folder else None))
    rows = list(teller.rows(findings, bottom - area.top))
    wanted: dict[tuple[str, int, int], Value] = {
        (area.sheet, area.top + 1 + i, column): (rows[i] if i < len(rows) else {}).get(field)
        for i in range(bottom - area.top)
        for field, column in read.columns.items()
    }
    if RESULT in opened.cells:
        wanted[opened.cells[RESULT]] = teller.result(findings)
    shown = {read.columns[c.field] for c in read.table.columns if c.computed and c.field in read.columns}
    changes = tuple(
        Change(sheet, row, column, value, result=column in shown and row > area.top)
        for (sheet, row, column), value in wanted.items()
        if not same(opened.grids[sheet].value(row, column), value)
    )
    scale = book.theme.width_scale.get(opened.language, 1)
    shown_columns = [read.columns[c.field] for c in read.table.columns if not c.hidden and c.field in read.columns]
    right = max(shown_columns, default=area.right)
    printed = f"$A$1:${column_name(right)}${area.top + len(rows)}"
    return FindingsSheet(area.sheet, changes, dict(heights(read, rows, changes, scale)), printed)


def _alone(opened: Opened, area: Area) -> bool:
    """True if nothing of the plan stands on the sheet but the table of findings with the result above it."""
    tables = all(name == FINDINGS or one.grid.name != area.sheet for name, one in opened.tables.items())
    singles = all(name == RESULT or sheet != area.sheet for name, (sheet, _, _) in opened.cells.items())
    sheet, row, _ = opened.cells.get(RESULT, (area.sheet, 0, 0))
    return tables and singles and sheet == area.sheet and row < area.top


@dataclass(frozen=True, slots=True)
class _Teller:
    path: Path
    book: Book
    opened: Opened
    words: Wording

    def result(self, findings: Sequence[Finding]) -> str:
        """The sentence above the table: how many of each, or that there is nothing."""
        as_of = self.opened.promotion.project.get("as_of")
        counts = {severity: sum(f.severity == severity for f in findings) for severity in Severity}
        return self.words.in_excel(
            "checked" if findings else "checked_clean",
            as_of=as_of if isinstance(as_of, date) else "—",
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
            infos=counts[Severity.INFO],
        )

    def rows(self, findings: Sequence[Finding], room: int) -> Iterator[Row]:
        """A row for each finding; where the room is too small, the last row says how many more there are."""
        fit = len(findings) if len(findings) <= room else max(room - 1, 0)
        spots = _spots(self.opened, {finding.place for finding in findings[:fit]})
        workings = Workings(self.opened.promotion, self.book, self.opened.language, InFile(self.opened))
        for finding in findings[:fit]:
            yield self._row(finding, spots.get(finding.place), workings)
        if fit < len(findings) and room:
            yield {"sentence": self.words.in_excel("checked_more", count=len(findings) - fit)}

    def _row(self, finding: Finding, spot: Spot | None, workings: Workings) -> Row:
        severity, language = finding.severity.name.lower(), self.opened.language
        place = finding.place.removeprefix(self.path.name).removeprefix(" › ")
        shown = place if spot is None else f"→ {place}"
        row = {
            "severity": self.book.label_of("severity", severity, language),
            "place": shown,
            "shown": shown,
            "column": self._column(finding, spot),
            "sentence": self.words.sentence(finding),
        }
        if spot is not None:
            row["target"] = f"{quote_sheetname(spot.sheet)}!{column_name(spot.column)}{spot.row}"
            if severity in GRADES and spot.table:
                row["mark"] = self._mark(spot, severity, workings)
        return {field: storable(value) for field, value in row.items() if value}

    def _column(self, finding: Finding, spot: Spot | None) -> str:
        if spot is not None and spot.table:
            return str(_head(self.opened.tables[spot.table], spot) or "")
        column = self.book.singles.get(finding.field)
        return column.label.text(self.opened.language) if column else ""

    def _mark(self, spot: Spot, grade: str, workings: Workings) -> str:
        read = self.opened.tables[spot.table]
        if read.table.key is None or spot.row not in read.numbers:
            return ""
        row = read.numbers.index(spot.row)
        key = settled(compiled(read.table.key), View(workings, spot.table), row)
        held = typed(read.grid.value(spot.row, spot.column))
        if isinstance(key, CellError) or isinstance(held, CellError):
            return ""
        number = isinstance(held, int | float) and not isinstance(held, bool)
        whole = mark(text(key), str(_head(read, spot) or ""), grade, text(held), number=number)
        return whole if len(whole) <= LONGEST_MARK else ""


def _head(read: ReadTable, spot: Spot) -> object:
    return read.grid.value(read.first - 1, spot.column)


def _spots(opened: Opened, places: set[str]) -> dict[str, Spot]:
    """The cells that a person finds at these places."""
    found = {}
    for name, read in opened.tables.items():
        for row in range(read.first, read.last + 1):
            for column in read.columns.values():
                place = read.grid.place(row, column)
                if place in places:
                    found[place] = Spot(read.grid.name, row, column, name)
    found |= {
        place: Spot(*opened.cells[name])
        for name, place in opened.singles.items()
        if place in places and name in opened.cells
    }
    return found
