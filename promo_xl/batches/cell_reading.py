"""What a planner's cell says: a text, a day, an amount or a share, or why it cannot be told.

Excel turns what is typed into something else unless the cell is formatted as text. What can be turned
back is (0.05 shown as 5 %), what is lost is refused with the way out.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from promo_xl.plan.dates import parse_span
from promo_xl.plan.quantity import parse_quantity
from promo_xl.sources.grid import NOT_CALCULATED, Cell, CellValue, ErrorValue
from promo_xl.sources.sheet_xml import LONGEST_EXACT_NUMBER

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
DAY_ZERO = dt.date(1899, 12, 30)
SERIALS = range((FIRST_DAY - DAY_ZERO).days, (LAST_DAY - DAY_ZERO).days + 1)
# Characters that XML cannot carry, so that no workbook could hold them.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
INVISIBLE_EDGE = " \t\r\n\u3000\xa0\u200b\ufeff"
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_TIME_OF_DAY = re.compile(r"(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$")
_FIXED_DECIMALS = re.compile(r"0\.(0+)")
_ZEROS = re.compile(r"0{2,}")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%)?")
EXACT = {"=", ""}
MONEY_UNITS = {"", "元"}


class UnreadableError(Exception):
    """A cell that does not say what its column needs: the finding's code and details."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code, self.details = code, details


@dataclass(frozen=True, slots=True)
class Share:
    """A share as typed; `bare` without a percent sign, so that 20 may yet mean 20 %."""

    value: Decimal
    bare: bool


MOST_MONEY = Decimal(10**15)


def is_blank(value: CellValue) -> bool:
    """True for an empty cell and for one with nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip(INVISIBLE_EDGE))


def cleaned(text: str) -> str:
    """The text without the spaces around it and without characters that XML cannot carry."""
    return FORBIDDEN.sub("", text).strip(INVISIBLE_EDGE)


def shown(value: CellValue) -> str:
    """A value as a person would point at it."""
    match value:
        case ErrorValue(text=text):
            return text
        case dt.time():
            return f"{value.hour}:{value.minute:02d}"
        case dt.timedelta():
            minutes = int(value.total_seconds() // 60)
            return f"{minutes // 60}:{minutes % 60:02d}"
        case bool():
            return str(value).upper()
        case int() | float():
            return _digits(value)
    return str(value).strip()


def text_of(cell: Cell) -> str:
    """The text of a cell; a number reads as it is shown: 0.05 under a percent format is `5%`."""
    value = cell.value
    match value:
        case ErrorValue():
            raise _formula_error(value)
        case str():
            return cleaned(value)
        case bool():
            return str(value).upper()
        case int() | float():
            return _number_text(value, cell.number_format)
        case None:
            return ""
    raise UnreadableError("PRODUCT_TEXT_LOST", found=shown(value))


def id_of(cell: Cell) -> str:
    """The text of an id; 1.1 typed as a number may have been 1.10, so only its text is sure."""
    value = cell.value
    lost = isinstance(value, float) and not value.is_integer() and not _FIXED_DECIMALS.search(cell.number_format)
    if lost and "%" not in cell.number_format:
        raise UnreadableError("PRODUCT_ID_LOST", found=shown(value))
    return text_of(cell)


def goal_of(cell: Cell) -> str:
    """The text of a goal; 1:8 that became a time of day is refused."""
    value = cell.value
    if isinstance(value, (dt.time, dt.timedelta)):
        found = shown(value)
        hours, minutes = found.split(":")
        raise UnreadableError("PRODUCT_GOAL_TIME", found=found, typed=f"{int(hours)}:{int(minutes)}")
    return text_of(cell)


def day_of(cell: Cell, reference: dt.date) -> dt.date:
    """The day that a cell names; without a year the one nearest `reference`, never a rolled-over day."""
    value = cell.value
    match value:
        case ErrorValue():
            raise _formula_error(value)
        case dt.datetime():
            day: dt.date | None = value.date()
        case dt.date():
            day = value
        case int() | float() if not isinstance(value, bool):
            day = _day_of_digits(_digits(value))
        case str():
            day = _day_of_text(cleaned(value), reference)
        case _:
            day = None
    if day is None:
        raise UnreadableError("PRODUCT_DATE_UNREADABLE", found=shown(value))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise UnreadableError("PRODUCT_DATE_FAR", found=str(day), first=str(FIRST_DAY), last=str(LAST_DAY))
    return day


def day_of_text(text: str, reference: dt.date) -> dt.date | None:
    """The day that a typed text names, or None; the forms are those of a product list."""
    return _day_of_text(cleaned(text), reference)


def _day_of_text(text: str, reference: dt.date) -> dt.date | None:
    plain = _TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text)).strip()
    if plain.replace(".", "", 1).isdecimal() and (day := _day_of_digits(plain)):
        return day
    span = parse_span(plain, reference)
    if span.reason == "no_such_day":
        raise UnreadableError("PRODUCT_DATE_NO_SUCH_DAY", found=text)
    return span.start if span.start == span.end else None


def _day_of_digits(digits: str) -> dt.date | None:
    """20260601 and Excel's serial number 46174 are the same day."""
    if compact := _COMPACT_DAY.fullmatch(digits):
        try:
            return dt.date(int(compact[1]), int(compact[2]), int(compact[3]))
        except ValueError:
            raise UnreadableError("PRODUCT_DATE_NO_SUCH_DAY", found=digits) from None
    serial = _SERIAL.fullmatch(digits)
    if serial and int(serial[1]) in SERIALS:
        return DAY_ZERO + dt.timedelta(days=int(serial[1]))
    return None


def amount_of(cell: Cell, kinds: frozenset[str], factor: Decimal = Decimal(1)) -> Decimal | None:
    """The exact amount of a cell, `50万` -> 500000; None for a placeholder such as 待定.

    `kinds` are the kinds of quantity that will do; a number without a unit counts `factor` each.
    """
    value = cell.value
    if isinstance(value, ErrorValue):
        raise _formula_error(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _exact(value) * factor
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", cleaned(value)).replace("\u2212", "-")
        sign = -1 if text.startswith("-") and text != "-" else 1
        quantity = parse_quantity(text.removeprefix("-") if sign < 0 else text)
        if quantity.reason == "blank":
            return None
        amount = quantity.value
        fits = quantity.kind in kinds and quantity.op in EXACT and quantity.unit in _units(quantity.kind)
        if amount is not None and fits:
            bare = text.removeprefix("-").strip().replace(",", "").replace(".", "", 1).isdecimal()
            return sign * amount * (factor if bare else 1)
    raise UnreadableError("PRODUCT_AMOUNT_UNREADABLE", found=shown(value))


def _units(kind: str) -> set[str]:
    return {"percent": {"%"}, "ratio": {"1:x"}}.get(kind, MONEY_UNITS)


def budget_of(cell: Cell, factor: Decimal = Decimal(1)) -> float | None:
    """The budget in a cell; one below zero is refused."""
    amount = amount_of(cell, frozenset({"count", "money"}), factor)
    if amount is not None and amount < 0:
        raise UnreadableError("PRODUCT_AMOUNT_NEGATIVE", found=shown(cell.value))
    if amount is not None and amount > MOST_MONEY:
        raise UnreadableError("PRODUCT_AMOUNT_UNREADABLE", found=shown(cell.value))
    return None if amount is None else float(amount)


def share_of(cell: Cell) -> Share:
    """The share in a cell: `20%`, 0.2 under a percent format, or a bare 20 or 0.2."""
    value = cell.value
    if isinstance(value, ErrorValue):
        raise _formula_error(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return Share(_exact(value), bare="%" not in cell.number_format)
    if isinstance(value, str):
        match = _SHARE.fullmatch(unicodedata.normalize("NFKC", cleaned(value)))
        if match:
            number = Decimal(match[1])
            return Share(number / 100 if match[2] else number, bare=not match[2])
    raise UnreadableError("PRODUCT_SHARE_UNREADABLE", found=shown(value))


def settled(shares: list[Share | None]) -> list[float | None]:
    """Shares that stand together, as parts of 1: bare ones are percent numbers if any exceeds 1."""
    percent = any(share is not None and share.bare and share.value > 1 for share in shares)
    return [
        None if share is None else float(share.value / 100 if share.bare and percent else share.value)
        for share in shares
    ]


def _formula_error(value: ErrorValue) -> UnreadableError:
    if value == NOT_CALCULATED:
        return UnreadableError("PRODUCT_CELL_NOT_CALCULATED")
    return UnreadableError("PRODUCT_CELL_ERROR", found=value.text)


def _number_text(value: float, number_format: str) -> str:
    if abs(value) >= 10**LONGEST_EXACT_NUMBER:
        raise UnreadableError("PRODUCT_TEXT_LOST", found=_digits(value))
    if "%" in number_format:
        return _percent(value)
    if decimals := _FIXED_DECIMALS.search(number_format):
        fixed = f"{value:.{len(decimals[1])}f}"
        return fixed if Decimal(fixed) == _exact(value) else _digits(value)
    digits = _digits(value)
    return digits.zfill(len(number_format)) if _ZEROS.fullmatch(number_format) else digits


def _percent(value: float) -> str:
    return f"{(_exact(value) * 100).normalize():f}%"


def _exact(value: float) -> Decimal:
    """The fifteen digits that Excel shows of a number: 0.1 + 0.2 -> 0.3."""
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")


def _digits(value: float) -> str:
    exact = _exact(value)
    return f"{exact.to_integral_value() if exact == exact.to_integral_value() else exact.normalize():f}"
