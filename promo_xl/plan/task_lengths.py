"""How long each task is, in working days, and where its typed dates stand.

A position is a number of working days: W(d) for the start of the day d.
"""

import math
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.network import CANCELLED
from promo_xl.plan.tasks import Task

_SPARSE = 3  # days between two dates, on average, from which on counting each is quicker than counting through


class TaskLengths(NamedTuple):
    """By position: the typed start as a number of working days, and the length; 0 is a point.

    `absent` says of the tasks that have no length why: `cancelled`, or `no_duration`. The start of a task
    that has only an end and a duration is what these make; it is None where nothing makes one.
    """

    starts: list[int | None]
    lengths: list[int]
    absent: dict[int, str]


def task_lengths(tasks: Sequence[Task], calendar: WorkCalendar, summaries: Collection[int] = ()) -> TaskLengths:
    """The lengths of `tasks`; 5月20日-5月25日 with a Saturday at the end -> 5.

    A milestone is 0 long, and so is a task of duration 0 that is not spread over several days.
    Otherwise both dates make the length, and where one is missing or they are the wrong way round the
    duration does, rounded up to whole working days. `summaries` have no length of their own.
    """
    starts, ends = [task.start for task in tasks], [task.end for task in tasks]
    before, after = _positions({*starts, *ends}, calendar)
    first = [before[value] for value in starts]
    last = [after[value] for value in ends]
    lengths = [0 if start is None or end is None else end - start for start, end in zip(first, last, strict=True)]
    absent: dict[int, str] = {}
    for position in _special(tasks, lengths):
        task = tasks[position]
        length = None if task.status == CANCELLED else _length(task, lengths[position])
        lengths[position] = length or 0
        if length is None:
            absent[position] = CANCELLED if task.status == CANCELLED else "no_duration"
        elif first[position] is None and (end := last[position]) is not None:
            first[position] = end - length
    for position in summaries:
        lengths[position] = 0
        absent.pop(position, None)
    return TaskLengths(first, lengths, absent)


def _positions(
    values: set[object], calendar: WorkCalendar
) -> tuple[dict[object, int | None], dict[object, int | None]]:
    """W of the start and W of the end of each day; None for what is no date.

    Many days that lie close together are counted through once, from the first to the last.
    """
    days = {value: day for value in values if (day := plain_day(value)) is not None}
    before, after = dict.fromkeys(values), dict.fromkeys(values)
    if not days:
        return before, after
    first, last = min(days.values()).toordinal(), max(days.values()).toordinal()
    if last - first > _SPARSE * len(days):
        for value, day in days.items():
            before[value] = position = calendar.workdays_before(day)
            after[value] = position + calendar.is_workday(day)
    else:
        works = map(calendar.is_workday, map(date.fromordinal, range(first, last + 1)))
        counted = list(accumulate(works, initial=calendar.workdays_before(date.fromordinal(first))))
        for value, day in days.items():
            number = day.toordinal() - first
            before[value], after[value] = counted[number], counted[number + 1]
    return before, after


def plain_day(value: object) -> date | None:
    """A date without its time of day; None for what is no date."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _special(tasks: Sequence[Task], lengths: list[int]) -> list[int]:
    """The tasks whose dates alone do not tell their length; a length of 0 may come from unsound dates."""
    return [
        position
        for position, (task, length) in enumerate(zip(tasks, lengths, strict=True))
        if length <= 0 or task.milestone or task.duration == 0 or task.status == CANCELLED
    ]


def is_point(task: Task) -> bool:
    """True for a milestone: it is marked as one, or of duration 0 and not spread over several days."""
    if task.milestone:
        return True
    start, end = plain_day(task.start), plain_day(task.end)
    return stated_duration(task) == 0 and (start is None or end is None or start == end)


def stated_duration(task: Task) -> int | None:
    """The duration in whole working days, 2.5 -> 3; None where there is none, or text, or less than nothing."""
    duration = task.duration
    if not isinstance(duration, int):
        if not isinstance(duration, float | Decimal) or not math.isfinite(duration):
            return None
        duration = math.ceil(duration)
    return duration if duration >= 0 else None


def _length(task: Task, by_dates: int) -> int | None:
    if is_point(task):
        return 0
    start, end = plain_day(task.start), plain_day(task.end)
    return by_dates if start is not None and end is not None and start <= end else stated_duration(task)
