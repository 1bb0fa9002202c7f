"""Between rows of a sheet and the plan's objects: a column's field is an attribute's name.

What the plan does not know (a column or a sheet that a planner added to the templates) travels
along in `more`.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime, time, timedelta
from typing import Any

from promo_xl.plan.budget import Channel, Phase
from promo_xl.plan.calendar import RestDay
from promo_xl.plan.people import Member, format_names, parse_names
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.readings import Reading
from promo_xl.plan.risks import Risk
from promo_xl.plan.targets import Target
from promo_xl.plan.tasks import Task, format_links, parse_links
from promo_xl.sheetspec.formula.values import CellError, Value, day_of, serial
from promo_xl.sheetspec.model import Book, Column, Table
from promo_xl.sheetspec.storable import storable

RECORDS: dict[str, tuple[str, type[Any]]] = {
    "phases": ("phases", Phase),
    "channels": ("channels", Channel),
    "targets": ("targets", Target),
    "tasks": ("tasks", Task),
    "members": ("members", Member),
    "risks": ("risks", Risk),
    "readings": ("readings", Reading),
    "rest_days": ("rest_days", RestDay),
}
FIELDS = {cls: tuple(field.name for field in dataclasses.fields(cls)) for _, cls in RECORDS.values()}
Row = Mapping[str, object]


def rows_of(promotion: Promotion, table: Table) -> tuple[Row, ...]:
    """The rows of `table`: fields and plan values."""
    if table.table in RECORDS:
        return tuple(_row(record) for record in getattr(promotion, RECORDS[table.table][0]))
    return promotion.more.get(table.table, ())


def _row(record: Any) -> Row:
    fields = {name: getattr(record, name) for name in FIELDS[type(record)] if name != "more"}
    return {**fields, **getattr(record, "more", {})}


def records_of(table: Table, rows: Iterable[Row]) -> tuple[Any, ...]:
    """The plan's objects for rows read from a sheet; unknown fields go into `more`."""
    cls = RECORDS[table.table][1]
    fields = frozenset(FIELDS[cls])
    computed = {column.field for column in table.columns if column.computed}
    return tuple(_record(cls, fields, computed, row) for row in rows)


def _record(cls: type[Any], fields: Set[str], computed: Set[str], row: Row) -> Any:
    more: dict[str, object] = {}
    values: dict[str, object] = {"id": ""} if "id" in fields else {}
    for key, value in row.items():
        if key in fields and key != "more":
            if value is not None:
                values[key] = value
        elif key not in computed and value not in (None, ""):
            more[key] = value
    return cls(**values, more=more) if "more" in fields else cls(**values)


def to_cell(value: object, column: Column, book: Book, language: str) -> Value:
    """What stands in the cell for a plan value: labels for codes, serial numbers for dates, joined names."""
    match column.type:
        case "names" if isinstance(value, tuple):
            value = format_names(value)
        case "links" if isinstance(value, tuple):
            value = format_links(value)
        case "mark":
            value = _mark(value, column, book, language)
        case _ if column.choices and isinstance(value, str) and value:
            value = book.label_of(column.choices, value, language)
    if isinstance(value, date):
        return serial(value)
    if isinstance(value, str):
        return storable(value) or None
    if isinstance(value, float):
        return value + 0.0  # a cell knows no -0.0
    return value  # type: ignore[return-value]


def _mark(value: object, column: Column, book: Book, language: str) -> str:
    codes = {option.code for option in book.choices[column.choices]}
    code = "yes" if value is True or value == "yes" else "no"
    return book.label_of(column.choices, code, language) if code in codes else ""


def from_cell(value: object, column: Column, book: Book) -> object:
    """The plan value of what stands in a cell; what cannot be read as the column's type stays as it is."""
    if value is None or value == "" or isinstance(value, CellError):
        return None
    text = value.strip() if isinstance(value, str) else plain_number(value)
    match column.type:
        case "names":
            return parse_names(text)
        case "links":
            return parse_links(text)
        case "mark":
            return book.code_of(column.choices, text) == "yes"
        case "grade":
            return int(text) if text.isdigit() else text
        case "date" if isinstance(value, datetime):
            return value.date()
        case "date" if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _day(value)
        case "datetime" if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _moment(value)
        case "text" | "long" | "id" | "version":
            return text
        case "choice":
            return book.code_of(column.choices, text) or text
    return value


NUMBERS = frozenset({"count", "number", "money", "percent", "share", "ratio"})


def fits(value: object, column: Column) -> bool:
    """True if a plan value is of the kind that its column holds."""
    if value is None:
        return True
    if column.type in {"date", "datetime", "month_day"}:
        return isinstance(value, date)
    if column.type in NUMBERS:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return column.type != "grade" or (isinstance(value, int) and 1 <= value <= 5)


def _day(number: float) -> object:
    try:
        return day_of(number)
    except CellError:
        return number


def _moment(number: float) -> object:
    """Day and time to the second, as a cell that is formatted so is read."""
    if not isinstance(_day(number), date):
        return number
    days, seconds = divmod(round(number * 86400), 86400)
    day = _day(days)
    return datetime.combine(day, time()) + timedelta(seconds=seconds) if isinstance(day, date) else number


def plain_number(value: object) -> str:
    """A number as a planner sees it in a text column: 3.0 -> 3."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
