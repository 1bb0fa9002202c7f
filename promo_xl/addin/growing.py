"""A table of an open workbook gets more rows at its end; Excel fills formulas, formats, rules and checks."""

from dataclasses import dataclass
from typing import Any

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.workbook.tables_in_file import Area


@dataclass(frozen=True, slots=True)
class Longer:
    """A table that is to have so many rows more; `area` is its head and its data rows as the copy had them."""

    table: str
    area: Area
    rows: int


def made_longer(book: Any, longer: Longer) -> None:
    """Make the table longer, into cells that the copy showed to be blank; raises RefusedError instead."""
    area = longer.area
    sheet = book.sheets[area.sheet]
    table_to_grow(book, longer).resize(sheet.range((area.top, area.left), (area.bottom + longer.rows, area.right)))


def table_to_grow(book: Any, longer: Longer) -> Any:
    """The table in the open workbook; raises RefusedError if it is not where it was or shows a row of totals."""
    area = longer.area
    try:
        table = book.sheets[area.sheet].tables[longer.table]
        found = table.range
        at = found.row, found.column, *found.shape
    except KeyError:
        raise _refused("OPEN_TABLE_CHANGED", book, longer) from None
    if table.show_totals:
        raise _refused("OPEN_TABLE_TOTALS", book, longer)
    if at != (area.top, area.left, area.bottom - area.top + 1, area.right - area.left + 1):
        raise _refused("OPEN_TABLE_CHANGED", book, longer)
    return table


def _refused(code: str, book: Any, longer: Longer) -> RefusedError:
    details = {"table": longer.table, "rows": longer.rows}
    return RefusedError([Finding(code, details=details, place=f"{book.name} › {longer.area.sheet}")])
