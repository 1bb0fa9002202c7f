"""Spans of days as planners write them: 6月1日-6月30日, 2026-06-01 to 2026-06-30, 6/1-6/18."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_DAY = r"(?:(\d{4})\s*[年/.-]\s*)?(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*[日号]?"
_SPAN = re.compile(rf"\s*{_DAY}\s*(?:-|~|—|–|至|到|to)\s*(?:{_DAY}|(\d{{1,2}})\s*[日号]?)\s*", re.IGNORECASE)
_ONE = re.compile(rf"\s*{_DAY}\s*")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """First and last day, both included; `reason` is set when the text is no span."""

    start: date | None = None
    end: date | None = None
    reason: str = ""


def parse_span(text: str, reference: date) -> DateSpan:
    """The span that `text` names; without a year the one nearest `reference`, never a rolled-over day."""
    plain = unicodedata.normalize("NFKC", text)
    try:
        if match := _SPAN.fullmatch(plain):
            y1, m1, d1, y2, m2, d2, bare = match.groups()
            start = _day(y1, m1, d1, reference)
            end = _after(start, y2, int(m2 or m1), int(d2 or bare))
            return DateSpan(start, end)
        if match := _ONE.fullmatch(plain):
            year, month, day = match.groups()
            only = _day(year, month, day, reference)
            return DateSpan(only, only)
    except ValueError:
        return DateSpan(reason="no_such_day")
    return DateSpan(reason="unreadable")


def _day(year: str | None, month: str, day: str, reference: date) -> date:
    if year:
        return date(int(year), int(month), int(day))
    candidates = [
        found
        for y in (reference.year - 1, reference.year, reference.year + 1)
        if (found := _if_exists(y, int(month), int(day))) is not None
    ]
    if not candidates:
        raise ValueError(f"no day {month}-{day}")
    return min(candidates, key=lambda found: abs((found - reference).days))


def _if_exists(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _after(start: date, year: str | None, month: int, day: int) -> date:
    if year:
        return date(int(year), month, day)
    end = date(start.year, month, day)
    return end if end >= start else date(start.year + 1, month, day)


def format_span(start: date, end: date, language: str) -> str:
    """The text that `parse_span` reads back: 6月1日-6月30日, or 2026-06-01 to 2026-06-30."""
    if language == "zh":
        return f"{start.month}月{start.day}日-{end.month}月{end.day}日"
    return f"{start} to {end}"
