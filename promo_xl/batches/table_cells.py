"""The plan value of a cell for a column of the book's sheets."""

import datetime as dt

from promo_xl.batches.cell_reading import (
    Share,
    UnreadableError,
    amount_of,
    day_of,
    goal_of,
    id_of,
    share_of,
    text_of,
)
from promo_xl.batches.headings import likest
from promo_xl.batches.row_reading import RowReading
from promo_xl.plan.findings import Severity
from promo_xl.sheetspec.binding import from_cell
from promo_xl.sheetspec.model import Book, Column
from promo_xl.sources.grid import Cell

KINDS = {
    "count": frozenset({"count"}),
    "money": frozenset({"count", "money"}),
    "number": frozenset({"count", "money", "percent", "ratio"}),
    "percent": frozenset({"count", "percent"}),
    "ratio": frozenset({"count", "ratio"}),
}
YES_NO = "yes_no"


def plan_value(reading: RowReading, column: Column, book: Book, language: str, reference: dt.date) -> object:
    """What the row says for `column`; a share stays a Share until its column is settled."""
    value = reading.read(column.field, lambda cell: _value(cell, column, reference))
    if value is None or isinstance(value, Share):
        return value
    if column.choices:
        return _choice(reading, str(value), column, book, language)
    return from_cell(value, column, book)


def _value(cell: Cell, column: Column, reference: dt.date) -> object:
    match column.type:
        case "date":
            return day_of(cell, reference)
        case "datetime":
            return cell.value if isinstance(cell.value, dt.datetime) else day_of(cell, reference)
        case "count" | "money" | "number" | "percent" | "ratio":
            amount = amount_of(cell, KINDS[column.type])
            return None if amount is None else float(amount)
        case "share":
            return share_of(cell)
        case "id" if column.field == "goal":
            return goal_of(cell)
        case "id" | "links":
            return id_of(cell)
        case "month_day" | "weekday":
            raise UnreadableError("PRODUCT_TEXT_LOST", found=str(cell.value))
    return text_of(cell) or None


def _choice(reading: RowReading, label: str, column: Column, book: Book, language: str) -> object:
    """The code of a label in any language; an unknown label is kept as typed, with a finding."""
    if column.type == "mark":
        code = book.code_of(column.choices, label) or book.code_of(YES_NO, label)
        known = code is not None or label.casefold() == str(True).casefold()
    else:
        code = book.code_of(column.choices, label)
        known = code is not None
    if not known:
        allowed = [option.label.text(language) for option in book.choices[column.choices]]
        nearest = likest(label, allowed)
        details = {"found": label, "allowed": " / ".join(allowed)}
        if nearest:
            details["suggestion"] = nearest
        name = "PRODUCT_CHOICE_NEAR" if nearest else "PRODUCT_CHOICE_UNKNOWN"
        reading.note(name, column.field, details, Severity.WARNING)
    if column.type == "mark":
        return code == "yes" or (known and code is None)
    return from_cell(label, column, book)
