"""Working days: a weekly pattern, official holidays and make-up workdays.

W(d), the number of working days before d, is what every count is made of: a span from a to b
inclusive has W(b + 1) - W(a) working days. It is counted from 1900-01-01 and negative before it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from promo_xl.plan.rest_days import RestDay, chinese_rest_days

EPOCH = date(1900, 1, 1)  # a Monday, so weekday arithmetic needs no offset
_EPOCH = EPOCH.toordinal()
_LAST = date.max.toordinal()


class _Pattern(NamedTuple):
    """The calendar as numbers; days are ordinals.

    `week` holds the working weekdays, `before` how many of them come before each weekday. `days` are
    the days that leave the pattern, in order; `effect[i]` is the sum of the effects of the first i of
    them, `after[i]` is W of the day after the i-th.
    """

    week: tuple[int, ...]
    before: tuple[int, ...]
    days: list[int]
    effect: list[int]
    after: list[int]


@dataclass(frozen=True)
class WorkCalendar:
    """Which days work.

    A day works if it is a make-up workday, or if it is neither a weekend day nor a holiday.
    `weekend` holds weekday numbers, Monday = 0; other numbers mean nothing. A day in both sets is a
    make-up workday. `covers` is the first and last day of what is stated as known (None: everything),
    `unannounced` holds the years whose holidays nobody knows yet.

    Nothing here raises for any date, and a calendar without working days answers too.
    """

    weekend: tuple[int, ...] = (5, 6)
    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = field(default=frozenset())
    covers: tuple[date, date] | None = None
    unannounced: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Any iterable will do; equal calendars are equal however they were written."""
        object.__setattr__(self, "weekend", tuple(sorted({day for day in self.weekend if 0 <= day <= 6})))
        object.__setattr__(self, "holidays", frozenset(self.holidays))
        object.__setattr__(self, "makeup_workdays", frozenset(self.makeup_workdays))
        object.__setattr__(self, "unannounced", frozenset(self.unannounced))

    @cached_property
    def _changed(self) -> dict[int, int]:
        """Days that leave the weekly pattern: -1 for a working weekday off, +1 for a weekend day at work."""
        changed = {day.toordinal(): -1 for day in self.holidays if day.weekday() not in self.weekend}
        for day in self.makeup_workdays:
            changed.pop(day.toordinal(), None)
            if day.weekday() in self.weekend:
                changed[day.toordinal()] = 1
        return changed

    @cached_property
    def _pattern(self) -> _Pattern:
        week = tuple(day for day in range(7) if day not in self.weekend)
        before = tuple(sum(1 for day in week if day < weekday) for weekday in range(7))
        days = sorted(self._changed)
        effect, after = [0], []
        for day in days:
            effect.append(effect[-1] + self._changed[day])
            weeks, rest = divmod(day + 1 - _EPOCH, 7)
            after.append(weeks * len(week) + before[rest] + effect[-1])
        return _Pattern(week, before, days, effect, after)

    def _before(self, day: int) -> int:
        week, before, days, effect, _ = self._pattern
        weeks, rest = divmod(day - _EPOCH, 7)
        return weeks * len(week) + before[rest] + effect[bisect_left(days, day)]

    def is_workday(self, day: date) -> bool:
        """True if `day` works."""
        effect = self._changed.get(day.toordinal())
        return effect > 0 if effect else day.weekday() not in self.weekend

    def workdays_before(self, day: date) -> int:
        """W(day): how many working days lie between 1900-01-01 and `day`, `day` itself not counted."""
        return self._before(day.toordinal())

    def positions(self, days: Iterable[date]) -> dict[date, int]:
        """W of many days, each computed once however often it stands among them."""
        return {day: self._before(day.toordinal()) for day in set(days)}

    def workdays(self, start: date, end: date) -> int:
        """Working days from `start` to `end`, both included; 2024-05-20 to 2024-05-25 -> 5.

        Negative where `end` lies more than the day before `start` and working days lie between.
        """
        return self._before(end.toordinal() + 1) - self._before(start.toordinal())

    def day_of(self, position: int) -> date | None:
        """The working day d with W(d) = `position`; None where the years 1 to 9999 have no such day."""
        week, _, days, effect, after = self._pattern
        nth = bisect_right(after, position)  # how many of the days that leave the pattern lie before it
        if nth < len(days) and effect[nth + 1] > effect[nth] and after[nth] == position + 1:
            return date.fromordinal(days[nth])
        if not week:
            return None
        weeks, rest = divmod(position - effect[nth], len(week))
        day = _EPOCH + weeks * 7 + week[rest]
        return date.fromordinal(day) if 1 <= day <= _LAST else None

    def last_day_before(self, position: int) -> date | None:
        """The working day d with W(d + 1) = `position`, the last day of what finishes there; or None."""
        return self.day_of(position - 1)

    def next_workday(self, day: date) -> date:
        """`day` itself if it works, else the first working day after it; `day` where none follows."""
        return self.day_of(self.workdays_before(day)) or day

    def previous_workday(self, day: date) -> date:
        """`day` itself if it works, else the last working day before it; `day` where there is none."""
        return self.day_of(self._before(day.toordinal() + 1) - 1) or day

    def shift(self, day: date, workdays: int) -> date:
        """The working day that lies `workdays` working days after the first working day from `day` on.

        Friday + 1 -> Monday, Saturday + 0 -> Monday, Monday - 1 -> Friday. It stops at the first and the
        last working day of the years 1 to 9999; a calendar without working days leaves `day` as it is.
        """
        found = self.day_of(self.workdays_before(day) + workdays)
        if found is None:
            found = self.day_of(self._before(1)) if workdays < 0 else self.day_of(self._before(_LAST + 1) - 1)
        return found or day

    def outside(self, day: date) -> str:
        """Why nobody knows whether `day` is a holiday: `beyond` what is covered, `unannounced`, or ""."""
        if self.covers and not self.covers[0].toordinal() <= day.toordinal() <= self.covers[1].toordinal():
            return "beyond"
        return "unannounced" if day.year in self.unannounced else ""


def calendar_of(rest_days: Iterable[RestDay], weekend: tuple[int, ...] = (5, 6)) -> WorkCalendar:
    """The calendar that a list of rest days describes; it covers the years from the first to the last named."""
    days = [(rest.date, rest.kind) for rest in rest_days if rest.date]
    years = [day.year for day, _ in days]
    return WorkCalendar(
        weekend,
        frozenset(day for day, kind in days if kind == "rest"),
        frozenset(day for day, kind in days if kind == "makeup"),
        (date(min(years), 1, 1), date(max(years), 12, 31)) if years else None,
        frozenset(day.year for day, kind in days if kind == "unannounced"),
    )


__all__ = ["RestDay", "WorkCalendar", "calendar_of", "chinese_rest_days"]
