"""A totals row is a checksum of the rows, never one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.export_headings import Columns, heading_of
from promo_xl.sources.export_values import is_missing, number_of, rounding_of, text_of
from promo_xl.sources.grid import CellValue

# Amounts of single rows are rounded to a cent or a unit; a missing row is seldom as small as that.
SHARE_OF_ROUNDING = 0.0005


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """A row that says it is a sum: of everything, or with a readable day only of a part."""

    number: int
    cells: Sequence[CellValue]
    is_part: bool


def names_totals(cells: Sequence[CellValue], columns: Columns, words: frozenset[str]) -> bool:
    """True if the row's day, a name or its first filled cell is a word for a sum."""
    keys = [columns.date, *columns.names]
    asked = [cells[column] for column in keys if column is not None and column < len(cells)]
    asked += [next((cell for cell in cells if not is_missing(text_of(cell))), None)]
    return any(is_totals_word(cell, words) for cell in asked)


def is_totals_word(cell: CellValue, words: frozenset[str]) -> bool:
    """True for 合计, for 总计: and for 合计(30条)."""
    if not isinstance(cell, str) or len(cell) > 40:
        return False
    whole = heading_of(cell).whole
    return whole in words or whole.partition("(")[0] in words


def check_totals(
    rows: Sequence[TotalsRow], sums: Sequence[Mapping[str, float]], columns: Columns, file: str, sheet: str
) -> list[Finding]:
    """What the totals rows say against `sums`: with lines that stand twice counted once, and with both.

    A platform may count them either way, so a total that equals one of the sums is right.
    """
    findings: list[Finding] = []
    whole = [row for row in rows if not row.is_part]
    parts = [row for row in rows if row.is_part]
    if parts:
        details = {"count": str(len(parts)), "row": str(parts[0].number)}
        findings.append(Finding("SOURCE_SUBTOTALS_SKIPPED", Severity.INFO, details=details, place=file))
    if len(whole) > 1:
        details = {"rows": ", ".join(str(row.number) for row in whole[:20]), "count": str(len(whole))}
        findings.append(Finding("SOURCE_TOTALS_TWICE", Severity.WARNING, details=details, place=file))
    for row in whole[:20]:
        for field, column, factor in columns.metrics:
            cell = row.cells[column] if column < len(row.cells) else None
            total = number_of(cell, factor)
            if not isinstance(total, float):
                continue
            found = [each.get(field, 0.0) for each in sums]
            allowed = max(factor, SHARE_OF_ROUNDING * abs(total), rounding_of(cell, factor))
            if all(abs(total - each) > allowed for each in found):
                details = {"total": f"{total:.10g}", "sum": f"{found[0]:.10g}"}
                place = place_of(file, sheet, column, row.number)
                findings.append(Finding("SOURCE_TOTAL_MISMATCH", Severity.WARNING, "", field, details, place))
    return findings


def totals_of_levels(rows: Sequence[TotalsRow], file: str) -> list[Finding]:
    """That rows say to be the sum of what has none."""
    if not rows:
        return []
    details = {"count": str(len(rows)), "row": str(rows[0].number)}
    return [Finding("SOURCE_SUBTOTALS_SKIPPED", Severity.INFO, details=details, place=file)]


def place_of(file: str, sheet: str, column: int, row: int) -> str:
    """Where a person finds a cell; columns are counted from 0."""
    from promo_xl.sources.grid import column_letters

    return f"{file} › {sheet + '!' if sheet else ''}{column_letters(column + 1)}{row}"
