"""From a typed text to a span of days, and back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from promo_xl.plan.dates.one_end import End, a_day, a_month, a_quarter, a_year, read_end
from promo_xl.plan.dates.plain_text import LONGEST, MIDNIGHT, plain_text


@dataclass(frozen=True, slots=True)
class DateSpan:
    """First and last day, both included; `reason` is set when the text is no span.

    A deadline (6月1日前) has only an end, a beginning (6月1日起) only a start. `blurred` says that the
    text names its days loosely: 6月中旬.
    """

    start: date | None = None
    end: date | None = None
    blurred: bool = False
    reason: str = ""


def parse_span(text: object, reference: date) -> DateSpan:
    """The span of days that `text` means; without a year the one nearest `reference`, never a rolled-over day.

    On 2026-03-10: `6月1日-6月30日`, `6.1-30` and `六月` -> 2026-06-01 to 2026-06-30; `12月20日-1月5日` ->
    2026-12-20 to 2027-01-05, but on 2026-01-02 -> 2025-12-20 to 2026-01-05; `Q3` -> 2026-07-01 to
    2026-09-30; `6月中旬` -> 2026-06-11 to 2026-06-20, blurred; `6月1日前` -> until 2026-06-01, that day
    included; `6月1日起` -> from 2026-06-01 on.

    Without a year the span that contains the reference is meant, else the nearest one (the later of two
    equally near); an end before its start is in the next year. A year of two digits (24年6月) is the
    nearest that ends so. Dates, datetimes and Excel's day numbers are read as well.

    Reasons: `blank` (nothing, -, 待定), `unreadable`, `no_such_day` (6月31日), `reversed` (the end
    before the start although the years are given), `ambiguous` (3/4/5, 6月前, 年底, a weekday that the
    day does not have), `too_long`.
    """
    span = _span(text, reference)
    return DateSpan(reason=span.reason) if span.reason else span


def reversed_days(text: object, reference: date) -> tuple[date, date] | None:
    """The days that a text refused as `reversed` names, to say which they are; None for any other text."""
    span = _span(text, reference)
    return (span.start, span.end) if span.reason == "reversed" and span.start and span.end else None


def _span(text: object, reference: date) -> DateSpan:
    """As `parse_span`, but with the days of a reversed span."""
    match text:
        case None:
            return DateSpan(reason="blank")
        case datetime():
            return DateSpan(text.date(), text.date())
        case date():
            return DateSpan(text, text)
        case int() | float() if not isinstance(text, bool) and 10**4 <= text < 10**8:
            return _parsed(str(int(text)), reference)
        case str():
            plain = text.strip()
            return _parsed(plain, reference) if len(plain) <= LONGEST else DateSpan(reason="too_long")
    return DateSpan(reason="unreadable")


_ROUGHLY = re.compile(
    r"(?P<before>大约|大概|约|预计|暂定|around ?|about ?|approx\.? ?|ca\. ?)?"
    r"(?P<rest>.*?)(?P<after>左右|前后|附近|\(?暂定\)?)?"
)
_FROM = re.compile(r"(?:自|从|由|from ?|since ?|starting ?)(?P<rest>.+)")
_UNTIL = re.compile(r"(?:截止?~?|最[晚迟]|不[晚迟]于|by ?|no later than ?)(?P<rest>.+)")
_BEHIND = re.compile(
    r"(?P<rest>.+?)(?P<word>期间|之间|以内|之内|内|为止|截止|止|结束|之前|以前|前|开始|起|始|onwards?|之后|以后|后)"
)
_MEANING = {
    word: meaning
    for meaning, words in {
        "within": "期间 之间 以内 之内 内",
        "until": "为止 截止 止 结束",
        "before": "之前 以前 前",
        "on": "开始 起 始 onward onwards",
        "after": "之后 以后 后",
    }.items()
    for word in words.split()
}
# What means another day whenever it is read.
_RELATIVE = re.compile(
    r"今[天日年]|明[天日年]|后[天日]|昨[天日]|[去前]年|[本上下这每]个?(?:[月周年季]|<[0-6]>|星期|礼拜)|本?[年月][初中底末]|全年|today|tomorrow|"
    r"yesterday|(?:this|next|last) ?(?:week|month|quarter|year)"
)
_ISO_INTERVAL = re.compile(
    r"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|[0-9]{8})/([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|[0-9]{8})"
)
_STARTING = re.compile(r"(.+?)(?:开始|起|始)")
_NEXT_YEAR = re.compile(r"(?:次年|翌年|第2年)(.+)")
_WEEKDAYS_BEHIND = re.compile(r"(.+?)[(\[]?<([0-6])>[~-]<([0-6])>[)\]]?")
_WORST = ("ambiguous", "no_such_day", "reversed", "unreadable")  # of several readings that fail, which is told


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a text: the span, and the end where there is only one."""

    span: DateSpan
    only: End | None = None


@lru_cache(4096)
def _parsed(text: str, reference: date) -> DateSpan:
    plain, reason = plain_text(text)
    if reason:
        return DateSpan(reason=reason)
    if _RELATIVE.match(plain):
        return DateSpan(reason="ambiguous")
    loose = _ROUGHLY.fullmatch(plain)
    if loose is None or not (loose["before"] or loose["after"]):
        return _open_or_closed(plain, reference)
    found = _open_or_closed(loose["rest"], reference)
    return replace(found, blurred=not found.reason)


def _open_or_closed(text: str, reference: date) -> DateSpan:
    """A span, or what lies before or after one end: 6月1日前, 截至6月底, 自6月1日起, 6月内."""
    if until := _UNTIL.fullmatch(text):
        return _opened(_read(until["rest"], reference), "until")
    meaning = ""
    if since := _FROM.fullmatch(text):
        text, meaning = since["rest"], "on"
    if behind := _BEHIND.fullmatch(text):
        text, meaning = behind["rest"], _MEANING[behind["word"]]
    return _opened(_read(text, reference), meaning, is_from=since is not None)


def _opened(reading: _Reading, meaning: str, *, is_from: bool = False) -> DateSpan:
    span, only = reading.span, reading.only
    if span.reason or not meaning:
        return span
    if only is None:
        closed = meaning in {"within", "until"} or (is_from and meaning == "on")
        return span if closed else DateSpan(reason="ambiguous")
    is_day = only.unit == "day"
    match meaning:
        case "within" if not is_day:
            return span
        case "within" | "until" | "before" if only.clear_end and not is_from:
            return DateSpan(None, span.end)
        case "on":
            return replace(span, end=None)
        case "after" if is_day:
            return replace(span, end=None)
    return DateSpan(reason="ambiguous")  # 6月前 may leave June out, or not


def _read(text: str, reference: date) -> _Reading:
    """The only way to read a text, whichever of its dashes separates the ends."""
    if weekdays := _WEEKDAYS_BEHIND.fullmatch(text):
        reading = _read(weekdays[1], reference)
        found = [day.weekday() for day in (reading.span.start, reading.span.end) if day]
        wrong = found and found != [int(weekdays[2]), int(weekdays[3])]
        return _Reading(DateSpan(reason="ambiguous")) if wrong else reading
    if interval := _ISO_INTERVAL.fullmatch(text):
        return _Reading(_between(interval[1], interval[2], reference))
    if "~" in text:
        left, _, right = text.partition("~")
        return _Reading(_between(left, right, reference))
    only = read_end(text.removesuffix(MIDNIGHT), reference)
    if isinstance(only, End) and only.unit != "number" and only.first[0]:
        return _Reading(_dated(only, only, reference), only)
    if only == "ambiguous":
        return _Reading(DateSpan(reason="ambiguous"))
    dashes = [at for at, sign in enumerate(text) if sign == "-"]
    spans = [_between(text[:at], text[at + 1 :], reference, dash="-") for at in dashes]
    good = {span for span in spans if not span.reason}
    if len(good) > 1:
        return _Reading(DateSpan(reason="ambiguous"))
    if good:
        return _Reading(good.pop())
    return _Reading(min(spans, key=lambda span: _WORST.index(span.reason), default=DateSpan(reason="unreadable")))


def _between(left: str, right: str, reference: date, dash: str = "~") -> DateSpan:
    """The span from one end to the other; each lends the other what it leaves out."""
    starting, next_year = _STARTING.fullmatch(left), _NEXT_YEAR.fullmatch(right)
    left, right = starting[1] if starting else left, next_year[1] if next_year else right
    first, last = read_end(left, reference), read_end(right.removesuffix(MIDNIGHT), reference)
    if not isinstance(first, End) or not isinstance(last, End):
        return DateSpan(reason="ambiguous" if "ambiguous" in {first, last} else "unreadable")
    ends = _lent(first, last, dashed=dash in left)
    if ends is None or (next_year and (last.year is not None or not last.first[0])):
        return DateSpan(reason="unreadable")
    # 2026-06-01-10 is no span from June to 10 January, and 2026年-6月 is June.
    is_one = dash in left + right or (first.unit == "month" and left.isascii()) or first.unit == "year"
    if ends[0].unit != ends[1].unit and is_one and (dash == "-" or last.year is None):
        return DateSpan(reason="unreadable")
    if right.endswith(MIDNIGHT):
        return DateSpan(reason="ambiguous")
    if next_year:
        return _dated(ends[0], ends[1], reference, turns=1)
    turns = _at_most(ends[1].last) < ends[0].first  # over the turn of the year
    same_month = not last.first[0] and len(last.number) <= 2 and ends[1].unit in {"day", "part"}
    return _dated(ends[0], ends[1], reference, turns=int(turns and not same_month))


def _lent(left: End, right: End, *, dashed: bool) -> tuple[End, End] | None:
    """Both ends with unit and month: 6.1-18, 3-5月, Q1-3, 1-30 June, 1201-0105, 20260601-0630."""
    digits = (len(left.number), len(right.number))
    one: End | None = left
    other: End | None = right
    if left.unit == "number":
        one = _month_and_day(left) if digits == (4, 4) else _numbered(left, right.before, right.first[0])
    if digits[1] == 4 and digits[0] not in {4, 8}:
        return None
    if right.unit == "number" and digits[1] == 4:
        other = _month_and_day(right)
    elif right.unit == "number":
        other = None if dashed else _numbered(right, left.after, left.first[0])
    if one is None or other is None or not one.first[0]:
        return None
    if not other.first[0]:
        month = one.first[0]
        if month != one.last[0]:
            return None
        other = replace(other, first=(month, other.first[1]), last=(month, other.last[1]))
    return one, other


def _numbered(end: End, unit: str, month: int) -> End | None:
    """A bare number as a day, month, quarter or year."""
    number, is_short = int(end.number), len(end.number) <= 2
    match unit:
        case "day" if is_short and month:
            return a_day(end.year, month, number)
        case "month" if is_short:
            return a_month(end.year, number)
        case "quarter" if is_short:
            return a_quarter(end.year, number)
        case "year" if not is_short:
            return a_year(number)
    return None


def _month_and_day(end: End) -> End | None:
    month, number = int(end.number[:2]), int(end.number[2:])
    return a_day(None, month, number) if 1 <= month <= 12 else None


def _dated(left: End, right: End, reference: date, *, turns: int = 0) -> DateSpan:
    """The span in its years, given or nearest the reference; `turns` are the years between its ends."""
    spans = [
        (start, end)
        for first, last in _years(left.year, right.year, reference.year, turns)
        if (start := left.start(first)) and (end := right.end(last))
    ]
    if not spans:
        return DateSpan(reason="no_such_day")
    start, end = min(spans, key=lambda span: _distance(span[0], span[1], reference))
    if end < start:
        return DateSpan(start, end, reason="reversed")
    if left.weekday not in {None, start.weekday()} or right.weekday not in {None, end.weekday()}:
        return DateSpan(reason="ambiguous")
    return DateSpan(start, end, left.blurred or right.blurred)


def _at_most(day: tuple[int, int]) -> tuple[int, int]:
    return (day[0], day[1] or 31)


def _years(left: int | None, right: int | None, near: int, turns: int) -> Iterator[tuple[int, int]]:
    """Years of start and end that may be meant."""
    if left is not None:
        yield left, left + turns if right is None else right
    elif right is not None:
        yield right - turns, right
    else:
        yield from ((year, year + turns) for year in (near - 1, near, near + 1))


def _distance(start: date, end: date, reference: date) -> tuple[int, bool]:
    """How many days a span lies away, 0 if the reference is in it; of two the later one comes first."""
    day = reference.toordinal()
    return max(start.toordinal() - day, day - end.toordinal(), 0), start.toordinal() < day


def format_span(start: date, end: date, language: str, reference: date | None = None) -> str:
    """The text that `parse_span` reads back near `reference` (the start, unless given).

    6月1日-6月30日 or 2026-06-01 to 2026-06-30; the Chinese one with years where it would be misread
    without: 2026年6月1日-2027年7月1日.
    """
    if language != "zh":
        return f"{start} to {end}"
    short = f"{start.month}月{start.day}日-{end.month}月{end.day}日"
    read = parse_span(short, reference or start)
    if (read.start, read.end) == (start, end):
        return short
    return f"{start.year:04d}年{start.month}月{start.day}日-{end.year:04d}年{end.month}月{end.day}日"
