"""Checks a workbook: what is odd in its cells, and what is doubtful in its plan, each with its cell."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from promo_xl.plan.checks import check_plan
from promo_xl.plan.findings import Finding, Severity, worst_first
from promo_xl.sheetspec.conclusions import calendar_in
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.read import Opened, open_workbook
from promo_xl.workbook.references import answer_name
from promo_xl.workbook.tables_in_file import named_areas


def check_workbook(path: Path, book: Book) -> list[Finding]:
    """All findings of a file, worst first; raises RefusedError if it cannot be read."""
    return check_opened(path, book, open_workbook(path, book))


def check_opened(path: Path, book: Book, opened: Opened) -> list[Finding]:
    """All findings of a file that was opened already, worst first."""
    said = {finding.place for finding in opened.findings if finding.severity == Severity.ERROR}
    located = located_findings(opened)
    grown = beyond_the_calls(path, book, opened)
    return worst_first([*opened.findings, *grown, *(finding for finding in located if finding.place not in said)])


def located_findings(opened: Opened) -> list[Finding]:
    """What is doubtful in the plan, each with its cell."""
    return [_located(finding, opened) for finding in check_plan(opened.promotion, calendar_in(opened.promotion))]


def beyond_the_calls(path: Path, book: Book, opened: Opened) -> Iterator[Finding]:
    """Tables with more rows than the add-in was asked for: the rows below are answered by ordinary formulas."""
    areas = named_areas(path)
    told: set[str] = set()
    for call in book.calls.values():
        area = areas.get(answer_name(call.call, call.columns[0]))
        table = opened.tables.get(call.rows_of)
        if area is None or table is None or call.rows_of in told:
            continue
        rows, prepared = table.last - table.first + 1, area.bottom - area.top + 1
        if rows > prepared:
            told.add(call.rows_of)
            details = {"sheet": table.grid.name, "rows": rows, "prepared": prepared, "below": rows - prepared}
            place = table.grid.place(table.first + prepared, min(table.columns.values()))
            yield Finding("LIVE_CAPACITY", Severity.INFO, field="id", details=details, place=place)


def _located(finding: Finding, opened: Opened) -> Finding:
    table, row = finding.details.get("table"), finding.details.get("row")
    single = finding.details.get("single")
    if isinstance(single, str) and single in opened.singles:
        return replace(finding, place=opened.singles[single])
    read = opened.tables.get(str(table))
    if read is None or not isinstance(row, int) or row >= len(read.rows):
        return finding
    return replace(finding, place=read.place(row, finding.field))
