"""Cells in, cells out: the one place where what a host passes becomes plain values, and answers become cells.

In: a single cell or a block of them, as COM, Office.js or Python pass it. Out: numbers, texts and truth
values alone; what is not there is "", never None, NaN or an infinity.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from promo_xl.plan.dates import span_of
from promo_xl.plan.defined import Defined
from promo_xl.sheetspec.formula.values import CellError, day_of, serial
from promo_xl.sheetspec.storable import storable

Cell = None | bool | float | str | CellError
Block = tuple[tuple[Cell, ...], ...]

ERRORS = frozenset(
    {
        *("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"),
        *("#GETTING_DATA", "#SPILL!", "#CALC!", "#CONNECT!", "#BLOCKED!", "#FIELD!", "#UNKNOWN!", "#BUSY!"),
    }
)
# How COM passes an error value: its code below &H800A, as a signed 32-bit integer; a cell's numbers are doubles.
COM_ERROR = -32758  # &H800A
COM_ERRORS = {
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
    -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!",
    -2146826242: "#CONNECT!",
    -2146826241: "#BLOCKED!",
    -2146826240: "#UNKNOWN!",
    -2146826239: "#FIELD!",
    -2146826238: "#CALC!",
    -2146826237: "#BUSY!",
}
_NUMBER = re.compile(r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?(%?)")
_LONGEST_NUMBER = 400
_TRUE = frozenset({"true", "yes", "是", "◆", "√", "✓", "1"})
_FALSE = frozenset({"false", "no", "否", "0", "×"})
_MOST = 1e15  # whole numbers beyond it lose digits in a cell anyway


class ColumnCells(tuple[Any, ...]):
    """The cells of a column; equal to itself alone, so that what was made of it is found by it at no cost."""

    __slots__ = ()
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


class UnreadableCellError(ValueError):
    """A cell that is not of the kind that is wanted; the message says what is."""


def block_of(given: object) -> Block:
    """The cells of an argument, row by row: 5 -> ((5.0,),), a column -> one cell a row, no cells -> a blank."""
    if not isinstance(given, tuple | list):
        return ((cell_in(given),),)
    rows = [row if isinstance(row, tuple | list) else (row,) for row in given]
    width = max(map(len, rows), default=0)
    if width == 0:
        return ((None,),)
    return tuple([(*map(cell_in, row), *(None,) * (width - len(row))) for row in rows])


def cell_in(given: object) -> Cell:
    """One cell as a host passes it: an empty text is a blank, a date its serial number, 1.5元 a plain 1.5."""
    match given:
        case str():
            text = given.strip()
            return None if not text else CellError(text) if text in ERRORS else str(given)
        case None | bool() | CellError():
            return given
        case int() if given >> 16 == COM_ERROR:
            return CellError(COM_ERRORS.get(given, "#UNKNOWN!"))
        case float() | int() | Decimal():
            return _number_in(given)
        case date():
            return _serial(given)
        case timedelta():
            return given / timedelta(days=1)
        case time():
            return (given.hour * 3600 + given.minute * 60 + given.second) / 86400
        case {"type": "Error", **error}:  # an error value of Office.js
            code = error.get("basicValue")
            return CellError(code if code in ERRORS else "#UNKNOWN!")
        case dict():
            return cell_in(given.get("basicValue"))  # a formatted number of Office.js
    return _number_like(given)


def _number_in(given: float | Decimal) -> Cell:
    found = _as_float(given)
    return CellError("#NUM!") if found is None else found


def _as_float(number: float | Decimal) -> float | None:
    """The number as a cell holds it; None for what is beyond every double, infinite or no number."""
    try:
        found = float(number)
    except (OverflowError, ValueError):  # a huge integer, a signalling NaN
        return None
    return found if math.isfinite(found) else None


def _serial(day: date) -> float:
    if isinstance(day, datetime) and day.tzinfo is not None:
        day = day.replace(tzinfo=None)  # COM marks local times as UTC
    return float(serial(day))


def _number_like(given: object) -> Cell:
    """numpy's and other libraries' scalars; anything else as its text."""
    item = getattr(given, "item", None)
    try:
        found = item() if callable(item) else given
    except ValueError:  # many at once
        found = given
    return cell_in(found) if type(found) is not type(given) else cell_in(str(found))


def number_of(cell: Cell) -> Decimal | float | None:
    """A number: 5, "1,234.5", "５００", "8%" -> 0.08; a blank is None, TRUE and other texts are refused."""
    if isinstance(cell, str):
        return _number_text(cell)
    if isinstance(cell, bool | CellError):
        raise UnreadableCellError("number")
    return cell


def _number_text(text: str) -> Decimal:
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    match = _NUMBER.fullmatch(plain) if len(plain) <= _LONGEST_NUMBER else None
    if match is None:
        raise UnreadableCellError("number")
    number = Decimal(plain.rstrip("%").replace(",", ""))
    return number / 100 if match[1] else number


def date_of(cell: Cell) -> date | None:
    """A day: a serial number, or a text that names one day with its year; a blank is None."""
    if cell is None:
        return None
    if isinstance(cell, bool | CellError):
        raise UnreadableCellError("date")
    if isinstance(cell, str):
        span = span_of(cell, None)
        if span.start is None or span.start != span.end:
            raise UnreadableCellError("date")
        return span.start
    try:
        return day_of(cell)
    except CellError:
        raise UnreadableCellError("date") from None


def text_of(cell: Cell) -> str:
    """A text as a planner sees it: 1.1 -> "1.1", 3.0 -> "3"; a blank is "", an error is refused."""
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        raise UnreadableCellError("text")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    return cell


def flag_of(cell: Cell) -> bool | None:
    """Yes or no: TRUE, 1, 是, ◆; a blank is None."""
    if cell is None or isinstance(cell, bool):
        return cell
    text = text_of(cell).strip().casefold()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise UnreadableCellError("flag")


def cell_out(answer: Any) -> bool | float | int | str:
    """What stands in the cell for an answer; nothing, an undefined value and what no cell can hold are ""."""
    match answer:
        case None:
            return ""
        case Defined():
            return cell_out(answer.value)
        case bool():
            return answer
        case date():
            return serial(answer.replace(tzinfo=None) if isinstance(answer, datetime) else answer)
        case int() | float() | Decimal():
            return _number_out(answer)
        case str():
            return storable(answer)
    return storable(str(answer))


def _number_out(number: int | float | Decimal) -> float | int | str:
    found = _as_float(number)
    if found is None:
        return ""
    return int(found) if found.is_integer() and abs(found) < _MOST else found + 0.0


def filled(
    rows: Iterable[Sequence[object]], width: int, capacity: int | None, more: Callable[[int], str]
) -> list[list[Any]]:
    """Rows as Excel's array formulas want them: exactly `capacity` of them, two by two at least, padded with "".

    When there are more, the last row says in its first cell how many it hides: `more` in words.
    """
    found = [[cell_out(value) for value in row] for row in rows]
    height = max(len(found) if capacity is None else capacity, 2)
    width = max(width, 2)
    if len(found) > height:
        hidden = len(found) - height + 1
        found = [*found[: height - 1], [more(hidden)]]
    blank = [""] * width
    return [[*row, *blank[len(row) :]] for row in found] + [list(blank) for _ in range(height - len(found))]
