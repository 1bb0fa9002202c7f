"""Working days: a weekly pattern, official holidays and make-up workdays.

W(d), the number of working days before d, is what every count is made of: a span from a to b
inclusive has W(b + 1) - W(a) working days.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

EPOCH = date(1900, 1, 1)  # a Monday, so weekday arithmetic needs no offset


@dataclass(frozen=True)
class WorkCalendar:
    """Which days work.

    A day works if it is a make-up workday, or if it is neither a weekend day nor a holiday.
    `weekend` holds weekday numbers, Monday = 0. A day in both sets is a make-up workday.
    """

    weekend: tuple[int, ...] = (5, 6)
    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = field(default=frozenset())

    def is_workday(self, day: date) -> bool:
        """True if `day` works."""
        if day in self.makeup_workdays:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    @cached_property
    def _effects(self) -> tuple[list[date], list[int]]:
        """The days that leave the weekly pattern, in order, and the sum of their effects before each."""
        changed = {day: -1 for day in self.holidays if day.weekday() not in self.weekend}
        for day in self.makeup_workdays:
            changed.pop(day, None)
            if day.weekday() in self.weekend:
                changed[day] = 1
        days = sorted(changed)
        sums = [0]
        for day in days:
            sums.append(sums[-1] + changed[day])
        return days, sums

    def workdays_before(self, day: date) -> int:
        """W(day): how many working days lie between 1900-01-01 and `day`, `day` itself not counted."""
        weeks, rest = divmod((day - EPOCH).days, 7)
        per_week = 7 - len(self.weekend)
        pattern = weeks * per_week + sum(1 for weekday in range(rest) if weekday not in self.weekend)
        days, sums = self._effects
        return pattern + sums[bisect_left(days, day)]

    def workdays(self, start: date, end: date) -> int:
        """Working days from `start` to `end`, both included; 2024-05-20 to 2024-05-25 -> 5."""
        return self.workdays_before(end + timedelta(days=1)) - self.workdays_before(start)

    def next_workday(self, day: date) -> date:
        """`day` itself if it works, else the first working day after it."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def shift(self, day: date, workdays: int) -> date:
        """The working day that lies `workdays` working days after the first working day from `day` on."""
        step = timedelta(days=1 if workdays >= 0 else -1)
        day = self.next_workday(day)
        for _ in range(abs(workdays)):
            day += step
            while not self.is_workday(day):
                day += step
        return day


@dataclass(frozen=True, slots=True)
class RestDay:
    """A day that leaves the weekly pattern, or the first day of a year that is not announced yet.

    `kind` is `rest`, `makeup` or `unannounced`.
    """

    date: dt.date | None = None
    name: str = ""
    kind: str = ""


def calendar_of(rest_days: Iterable[RestDay], weekend: tuple[int, ...] = (5, 6)) -> WorkCalendar:
    """The calendar that a list of rest days describes."""
    days = list(rest_days)
    return WorkCalendar(
        weekend,
        frozenset(day.date for day in days if day.kind == "rest" and day.date),
        frozenset(day.date for day in days if day.kind == "makeup" and day.date),
    )


def chinese_rest_days(years: Iterable[int], language: str = "zh") -> tuple[RestDay, ...]:
    """Statutory rest days and make-up workdays of mainland China.

    Source: the package chinesecalendar, which follows the State Council's yearly notices. A year
    that it does not know yields one `unannounced` entry, never a guess.
    """
    from chinese_calendar import constants

    known = {day.year for day in constants.holidays}
    found: list[RestDay] = []
    for year in sorted(set(years)):
        if year not in known:
            found.append(RestDay(date(year, 1, 1), "", "unannounced"))
            continue
        for table, kind in ((constants.holidays, "rest"), (constants.workdays, "makeup")):
            found += [
                RestDay(day, _holiday_name(name, language), kind)
                for day, name in table.items()
                if day.year == year
            ]
    return tuple(sorted(found, key=lambda day: day.date or EPOCH))


def _holiday_name(english: str, language: str) -> str:
    if language != "zh":
        return english
    from chinese_calendar.constants import Holiday

    return next((holiday.chinese for holiday in Holiday if holiday.value == english), english)
