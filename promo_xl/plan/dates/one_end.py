"""One end of a span: a day, a month, a quarter, ten days … and what it leaves to the other end to say."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date

Day = tuple[int, int]
"""Month and day; month 0 is that of the other end, day 0 is the last day of the month."""

Match = re.Match[str]
Meaning = Callable[[Match, date], "End | str"]
NO_DAY = 99  # never exists, where 0 would be taken for the last day of a month
NEAR_YEARS = 10  # how far from the reference the year of 24/6/1 may lie
SERIALS = range(36526, 73051)  # Excel's numbers for the days from 2000 to 2099
DAY_ZERO = date(1899, 12, 30).toordinal()
PARTS: dict[str, tuple[int, int, bool]] = {  # first day, last day, blurred
    "上旬": (1, 10, True), "中旬": (11, 20, True), "下旬": (21, 0, True),
    "上中旬": (1, 20, True), "中下旬": (11, 0, True),
    "初": (1, 10, True), "中": (11, 20, True), "底": (21, 0, True), "末": (21, 0, True),
    "上半月": (1, 15, False), "下半月": (16, 0, False),
}  # fmt: skip
CLEAR_ENDS = frozenset({"底", "末"})


@dataclass(frozen=True, slots=True)
class End:
    """What one end of a span says.

    `unit` is day, month, quarter, half, year, part (of a month) or number (it takes its unit from the
    other end); `before` and `after` name the unit that a bare number before or after it takes.
    `clear_end` is True where "before" it can only mean until its last day: 6月1日, 6月底.
    """

    unit: str
    year: int | None = None
    first: Day = (0, 0)
    last: Day = (0, 0)
    blurred: bool = False
    clear_end: bool = False
    before: str = ""
    after: str = ""
    number: str = ""
    weekday: int | None = None

    def start(self, year: int) -> date | None:
        """Its first day in `year`; None if there is no such day."""
        return _day_in(year, self.first)

    def end(self, year: int) -> date | None:
        """Its last day in `year`; None if there is no such day."""
        return _day_in(year, self.last)


def _day_in(year: int, day: Day) -> date | None:
    month, number = day
    if not (MINYEAR <= year <= MAXYEAR and 1 <= month <= 12 and number <= monthrange(year, month)[1]):
        return None
    return date(year, month, number or monthrange(year, month)[1])


def a_day(year: int | None, month: int, number: int, before: str = "") -> End:
    """A day of a month."""
    at = (month, number or NO_DAY)
    return End("day", year, at, at, clear_end=True, before=before, after="day")


def a_month(year: int | None, month: int, before: str = "") -> End:
    """A month from its first day to its last."""
    return End("month", year, (month or NO_DAY, 1), (month or NO_DAY, 0), before=before)


def a_quarter(year: int | None, number: int, after: str = "") -> End:
    """The first quarter is January to March."""
    last = 3 * number if 1 <= number <= 4 else NO_DAY
    return End("quarter", year, (max(last - 2, 1), 1), (last, 0), before="quarter", after=after)


def a_year(year: int) -> End:
    """A whole year."""
    return End("year", year, (1, 1), (12, 0), before="year")


def full_year(digits: str, reference: date) -> int:
    """24 -> the year ending in 24 that is nearest the reference; four digits as they are."""
    if len(digits) > 2:
        return int(digits)
    near = reference.year + (int(digits) - reference.year + 50) % 100 - 50
    return near if MINYEAR <= near <= MAXYEAR else int(digits) + MINYEAR - 1


def read_end(text: str, reference: date) -> End | str:
    """What one end says, or the reason why it says nothing: unreadable, ambiguous or no_such_day."""
    weekday = None
    if named := _WEEKDAY.search(text):
        weekday = int(named[1])
        text = text.removeprefix(f"<{weekday}>").removesuffix(f"<{weekday}>").strip(",")
    for pattern, meaning in _FORMS:
        if match := pattern.fullmatch(text):
            found = meaning(match, reference)
            return replace(found, weekday=weekday) if isinstance(found, End) else found
    return "unreadable"


def _year(match: Match, reference: date) -> int | None:
    """The year of a match; its group is y, or z where the year stands behind."""
    digits = next((match[name] for name in ("y", "z") if name in match.re.groupindex and match[name]), None)
    return None if digits is None else full_year(digits, reference)


def _ambiguous(_: Match, __: date) -> str:
    return "ambiguous"


def _month_and_day(match: Match, reference: date) -> End:
    return a_day(_year(match, reference), int(match["m"]) or NO_DAY, int(match["d"]))


def _day_and_month(match: Match, reference: date) -> End:
    return a_day(_year(match, reference), int(match["m"]) or NO_DAY, int(match["d"]), before="day")


def _day_of_that_month(match: Match, _: date) -> End:
    return a_day(None, 0, int(match["d"]))


def _month(match: Match, reference: date) -> End:
    return a_month(_year(match, reference), int(match["m"]))


def _month_or_part(match: Match, reference: date) -> End:
    year, month, part = _year(match, reference), int(match["m"]), match["part"]
    if not part:
        return a_month(year, month, before="month")
    return _part_of(year, month or NO_DAY, part)


def _part_of(year: int | None, month: int, part: str) -> End:
    first, last, blurred = PARTS[part]
    return End("part", year, (month, first), (month, last), blurred, part in CLEAR_ENDS)


def _part(match: Match, _: date) -> End:
    return _part_of(None, 0, match["part"])


def _three_numbers(match: Match, reference: date) -> End | str:
    """24/6/1 and 6/15/2026, where only one order gives a day near the reference: 24/6/1 in 2026, not 3/4/5."""
    one, two, three = match["a"], match["b"], match["c"]
    if match["sep"] == "-" and _day_in(reference.year, (int(one), int(two))) and int(two) < int(three) <= 31:
        return "ambiguous"  # 6-25-26 may be the 25th and the 26th of June
    orders = ((three, one, two), (three, two, one), (one, two, three))
    days = set()
    for year, month, day in orders:
        if len(year) == 1 or len(month) > 2 or len(day) > 2:
            continue
        whole = full_year(year, reference)
        found = _day_in(whole, (int(month), int(day) or NO_DAY))
        if found and (len(year) == 4 or abs(whole - reference.year) <= NEAR_YEARS):
            days.add(found)
    if len(days) != 1:
        return "ambiguous"
    (day_found,) = days
    return a_day(day_found.year, day_found.month, day_found.day)


def _six_digits(match: Match, reference: date) -> End | str:
    """202606 is a month, 260601 a day; 201212 could be either."""
    digits = match[0]
    year, month, day = full_year(digits[:2], reference), int(digits[2:4]), int(digits[4:])
    is_month = 1900 <= int(digits[:4]) < 2200 and 1 <= day <= 12
    is_day = abs(year - reference.year) <= NEAR_YEARS and _day_in(year, (month, day or NO_DAY)) is not None
    if is_month == is_day:
        return "ambiguous" if is_month else "unreadable"
    return a_month(int(digits[:4]), day) if is_month else a_day(year, month, day)


def _four_digits(match: Match, _: date) -> End:
    """0615 is the 15th of June, where 1215 could be a number of anything; 1201-1215 is read with both its ends."""
    digits = match[0]
    return replace(a_day(None, int(digits[:2]), int(digits[2:])), number=digits)


def _eight_digits(match: Match, _: date) -> End:
    digits = match[0]
    return replace(a_day(int(digits[:4]), int(digits[4:6]), int(digits[6:])), number=digits)


def _serial(match: Match, _: date) -> End | str:
    number = int(match["n"])
    if number not in SERIALS:
        return "unreadable"
    found = date.fromordinal(DAY_ZERO + number)
    return replace(a_day(found.year, found.month, found.day), after="")


def _quarter(match: Match, reference: date) -> End | str:
    if match["y"] and match["z"]:
        return "unreadable"
    return a_quarter(
        _year(match, reference), int(match["q"] or match["q2"]), after="quarter" if match["q"] else ""
    )


def _quarter_zh(match: Match, reference: date) -> End:
    return a_quarter(_year(match, reference), int(match["q"]))


def _half(match: Match, reference: date) -> End | str:
    if match["y"] and match["z"]:
        return "unreadable"
    return _half_year(_year(match, reference), first=(match["h"] or match["h2"]) == "1")


def _half_zh(match: Match, reference: date) -> End:
    return _half_year(_year(match, reference), first=match["h"] == "上")


def _half_year(year: int | None, *, first: bool) -> End:
    return End("half", year, (1 if first else 7, 1), (6 if first else 12, 0))


def _whole_year(match: Match, reference: date) -> End | str:
    year, part = full_year(match["y"], reference), match["part"]
    if not part:
        return a_year(year)
    if part == "中":
        return "ambiguous"
    month = 1 if part == "初" else 12
    return End("part", year, (month, 1), (month, 0), blurred=True, clear_end=part in CLEAR_ENDS)


def _number(match: Match, reference: date) -> End:
    return End("number", _year(match, reference), number=match["n"])


_M, _D, _SLASH = "(?P<m>[0-9]{1,2})", "(?P<d>[0-9]{1,2})", "[./-]"
_Y4, _Y = "(?P<y>[0-9]{4})", "(?P<y>[0-9]{4}|[0-9]{2})"
_JUNE = r"\{(?P<m>[0-9]{1,2})\}"
_YEAR_ZH = f"(?:{_Y}年)?"
_YEAR_ANY = "(?:(?P<y>[0-9]{4}(?=[年./-])|[0-9]{2}(?=年))[年./-])?"
_YEAR_BARE = "(?:(?P<y>[0-9]{4}|[0-9]{2}(?=年))(?:年度? ?| |(?![0-9])))?"  # 2026上半年, 26年上半年, 2026 3季度
_YEAR_EN = f"(?:{_Y}(?:[年 -]|(?=[qh])))?"  # 2026Q3, 26Q3, 2026-Q3
_YEAR_BEHIND = "(?:(?:[ '/-]|(?<=[qh]))(?P<z>[0-9]{4}|[0-9]{2}))?"  # Q3 2026, Q3'26, 3Q26
_PART_WORDS = "|".join(sorted(PARTS, key=len, reverse=True))

_WEEKDAY = re.compile(r"<([0-6])>")
_FORMS: tuple[tuple[re.Pattern[str], Meaning], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (f"{_YEAR_ANY}{_M}月{_D}[日号]?", _month_and_day),
        (f"{_Y4}(?P<sep>{_SLASH}){_M}(?P=sep){_D}[日号]?", _month_and_day),
        (f"{_YEAR_ZH}{_M}[./]{_D}[日号]?", _month_and_day),
        (f"{_M}-{_D}", _month_and_day),
        (f"{_D}[日号]", _day_of_that_month),
        (f"{_YEAR_ANY}{_M}月份?(?:全月|整月|月?(?P<part>{_PART_WORDS}))?", _month_or_part),
        (f"月?(?P<part>{_PART_WORDS})", _part),
        (f"{_Y4}{_SLASH}{_M}", _month),
        (f"{_M}{_SLASH}{_Y4}", _month),
        (f"{_YEAR_BARE}第?(?P<q>[0-9])季度?", _quarter_zh),
        (f"{_YEAR_EN}(?:q(?P<q>[0-9])|(?P<q2>[0-9])q){_YEAR_BEHIND}", _quarter),
        (f"{_YEAR_BARE}(?P<h>[上下])半年度?", _half_zh),
        (f"{_YEAR_EN}(?:h(?P<h>[12])|(?P<h2>[12])h){_YEAR_BEHIND}", _half),
        (f"{_Y}年(?:度|全年|整年|(?P<part>[初中底末]))?", _whole_year),
        ("[0-9]{8}", _eight_digits),
        ("0[1-9][0-9]{2}", _four_digits),
        ("[0-9]{6}", _six_digits),
        (r"(?P<n>[0-9]{5})(?:\.[0-9]+)?", _serial),
        (r"(?P<a>[0-9]{1,2})(?P<sep>[./-])(?P<b>[0-9]{1,2})(?P=sep)(?P<c>[0-9]{4}|[0-9]{1,2})", _three_numbers),
        (f"{_JUNE}{_D}(?:[ ,]+{_Y4})?", _month_and_day),
        (f"{_JUNE}-{_D}-{_Y4}", _month_and_day),
        (f"{_JUNE}[/-]{_D}", _ambiguous),  # Jun-26 is the 26th, and in Excel June 2026
        (f"{_D}[-/. ]?{_JUNE}(?:[ ,]*'?{_Y})?", _day_and_month),
        (f"{_D}(?P<sep>[-/.]){_JUNE}(?P=sep){_Y}", _day_and_month),
        (f"{_JUNE}[-/., ]*{_Y4}", _month),
        (f"{_JUNE}(?:'(?P<y>[0-9]{{2}}))?", _month),
        (f"{_Y4}[-/., ]*{_JUNE}", _month),
        (f"{_Y4}[-/., ]*{_JUNE}[-/., ]*{_D}", _month_and_day),
        ("第?(?P<n>[0-9]{1,2}|[0-9]{4})", _number),
        (f"{_Y}年第?(?P<n>[0-9]{{1,2}})", _number),
        (f"(?P<n>[0-9]{{1,2}})[ ,]+{_Y4}", _number),  # June 1 - 30, 2026
    )
)
