"""Checks a workbook: what is odd in its cells, and what is doubtful in its plan, each with its cell."""

from dataclasses import replace
from pathlib import Path

from promo_xl.plan.checks import check_plan
from promo_xl.plan.findings import Finding, Severity, worst_first
from promo_xl.sheetspec.conclusions import calendar_in
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.read import Opened, open_workbook


def check_workbook(path: Path, book: Book) -> list[Finding]:
    """All findings of a file, worst first; raises RefusedError if it cannot be read."""
    opened = open_workbook(path, book)
    said = {finding.place for finding in opened.findings if finding.severity == Severity.ERROR}
    located = [
        _located(finding, opened) for finding in check_plan(opened.promotion, calendar_in(opened.promotion))
    ]
    return worst_first([*opened.findings, *(finding for finding in located if finding.place not in said)])


def _located(finding: Finding, opened: Opened) -> Finding:
    table, row = finding.details.get("table"), finding.details.get("row")
    single = finding.details.get("single")
    if isinstance(single, str) and single in opened.singles:
        return replace(finding, place=opened.singles[single])
    read = opened.tables.get(str(table))
    if read is None or not isinstance(row, int) or row >= len(read.rows):
        return finding
    return replace(finding, place=read.place(row, finding.field))
