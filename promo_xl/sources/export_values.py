"""What a cell of an export says: a number, a day, or that it says nothing."""

import datetime as dt
import math
import re
import unicodedata
from functools import lru_cache

from promo_xl.plan.dates import parse_span
from promo_xl.sources.grid import CellValue, ErrorValue

MISSING = frozenset({"", "-", "--", "---", "—", "——", "–", "/", "n/a", "null"})
MULTIPLES = {"千": 1e3, "万": 1e4, "亿": 1e8, "": 1.0}
LONGEST_WEEK = 7
LONGEST = 60
# A text whose year depends on the day it is read names no year.
REFERENCES = (dt.date(1995, 1, 1), dt.date(2027, 1, 1))
UNREADABLE, NO_YEAR, HUGE = "unreadable", "no_year", "huge"
# No count and no amount of a promotion is as big as that, and no name as long.
BIGGEST = 1e15
LONGEST_NAME = 1000

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)[¥]?(?P<sign2>-?)(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<decimals>[0-9]*))?|\.[0-9]+)"
    r"(?P<power>e[+-]?[0-9]{1,2})? ?(?P<multiple>[千万亿]?) ?[元次]?"
)
_ISO_WEEK = re.compile(r"([0-9]{4})-?W([0-9]{2})", re.IGNORECASE | re.ASCII)
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


def text_of(value: CellValue) -> str:
    """The text of a cell without spaces around it and without the formula that keeps its zeros."""
    if value is None:
        return ""
    if isinstance(value, ErrorValue):
        return value.text
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = str(value).strip()
    formula = _TEXT_FORMULA.fullmatch(text)
    return formula[1].strip() if formula else text


def is_missing(text: str) -> bool:
    """True for a blank cell and for the dashes that platforms write where they have nothing."""
    return text.casefold() in MISSING


def number_of(value: CellValue, factor: float = 1.0) -> float | str | None:
    """The number of a cell whose heading multiplies by `factor`; None if it is missing, else UNREADABLE or HUGE.

    A text's own 万 counts instead of the heading's: 1.2万 below 消耗(万元) is 12,000.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= BIGGEST:  # a whole number may have more digits than any float
            return _believed(value * factor)
        return UNREADABLE if isinstance(value, float) and not math.isfinite(value) else HUGE
    if value is not None and not isinstance(value, str):
        return UNREADABLE
    return _number(text_of(value), factor)


@lru_cache(16_384)
def _number(text: str, factor: float) -> float | str | None:
    if is_missing(text):
        return None
    match = _matched(text)
    if match is None or (match["sign"] and match["sign2"]):
        return UNREADABLE
    number = float(match["digits"].replace(",", "") + (match["power"] or ""))
    number *= MULTIPLES[match["multiple"]] if match["multiple"] else factor
    return _believed(-number if "-" in (match["sign"], match["sign2"]) else number)


def _believed(number: float) -> float | str:
    return round(float(number), 6) if abs(number) <= BIGGEST else HUGE


def _matched(text: str) -> re.Match[str] | None:
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip().casefold()
    return _NUMBER.fullmatch(plain)


def rounding_of(value: CellValue, factor: float) -> float:
    """How far a written number may lie from what it was rounded from: 1.2万 stands for 11,500 to 12,500."""
    match = _matched(text_of(value))
    if match is None:
        return 0.0
    multiple = MULTIPLES[match["multiple"]] if match["multiple"] else factor
    return float(multiple * 0.5 * 10 ** -len(match["decimals"] or ""))


def day_of(value: CellValue) -> dt.date | str | None:
    """The day of a cell, of a week its first; None if it is missing, else UNREADABLE or NO_YEAR."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool) or not (value is None or isinstance(value, str | int | float)):
        return UNREADABLE
    return _day(text_of(value))


def days_of(value: CellValue) -> int:
    """How many days a cell names that `day_of` reads: a week has seven."""
    return _days(text_of(value)) if isinstance(value, str) else 1


@lru_cache(16_384)
def _days(text: str) -> int:
    span = parse_span(text, REFERENCES[1])
    if _ISO_WEEK.fullmatch(text):
        return LONGEST_WEEK
    return (span.end - span.start).days + 1 if span.start and span.end else 1


@lru_cache(16_384)
def _day(text: str) -> dt.date | str | None:
    if is_missing(text):
        return None
    if week := _ISO_WEEK.fullmatch(text):
        try:
            return dt.date.fromisocalendar(int(week[1]), int(week[2]), 1)
        except ValueError:  # most years have no week 53
            return UNREADABLE
    spans = [parse_span(text, reference) for reference in REFERENCES]
    first = spans[1]
    if first.start is None or first.end is None or (first.end - first.start).days >= LONGEST_WEEK:
        return UNREADABLE
    return first.start if spans[0] == first else NO_YEAR
