"""Days that leave the weekly pattern: the announced Chinese calendar, and newer years from a planner's file."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

EVE = 25  # rest days of a year may begin in the last days of December before it


@dataclass(frozen=True, slots=True)
class RestDay:
    """A day that leaves the weekly pattern, or the first day of a year that is not announced yet.

    `kind` is `rest`, `makeup` or `unannounced`.
    """

    date: dt.date | None = None
    name: str = ""
    kind: str = ""


def chinese_rest_days(years: Iterable[int], language: str = "zh") -> tuple[RestDay, ...]:
    """Statutory rest days and make-up workdays of mainland China, by date.

    Source: the package chinesecalendar, which follows the State Council's yearly notices. A year
    that it does not know yields one `unannounced` entry, never a guess; a year outside 1 to 9999
    has no days.
    """
    announced = _announced(language)
    found: list[RestDay] = []
    for year in sorted(set(years)):
        if year in announced:
            found += announced[year]
        elif dt.MINYEAR <= year <= dt.MAXYEAR:
            found.append(RestDay(date(year, 1, 1), "", "unannounced"))
    return tuple(found)


def with_years(builtin: Iterable[RestDay], given: Iterable[RestDay]) -> tuple[RestDay, ...]:
    """`builtin` with what `given` says: a day that it names is what it says, other known days stay.

    A year that was not announced is announced by it. But a year's notice may reach back into the
    December before it (New Year 2019 rested from 30 December 2018 and made the 29th a workday): where
    `given` names of a year nothing but days from 25 December on, and the year after it too, that
    December does not announce its own year.
    """
    own = _by_year(given)
    whole = {
        year
        for year, days in own.items()
        if year + 1 not in own or any((day.month, day.day) < (12, EVE) for day in days)
    }
    kept = {
        rest.date: rest
        for rest in builtin
        if rest.date
        and rest.date not in own.get(rest.date.year, {})
        and not (rest.kind == "unannounced" and rest.date.year in whole)
    }
    added = {day: rest for days in own.values() for day, rest in days.items()}
    together = kept | added
    return tuple(together[day] for day in sorted(together))


def _by_year(rest_days: Iterable[RestDay]) -> dict[int, dict[date, RestDay]]:
    years: dict[int, dict[date, RestDay]] = {}
    for rest in rest_days:
        if rest.date:
            years.setdefault(rest.date.year, {})[rest.date] = rest
    return years


@cache
def _announced(language: str) -> dict[int, tuple[RestDay, ...]]:
    """Every announced year."""
    from chinese_calendar import constants

    names = {holiday.value: holiday.chinese for holiday in constants.Holiday} if language == "zh" else {}
    days = [
        RestDay(day, names.get(name, name), kind)
        for table, kind in ((constants.holidays, "rest"), (constants.workdays, "makeup"))
        for day, name in table.items()
    ]
    years: dict[int, list[RestDay]] = {}
    for rest in sorted(days, key=lambda rest: rest.date or date.min):
        if rest.date:
            years.setdefault(rest.date.year, []).append(rest)
    return {year: tuple(rests) for year, rests in years.items()}
