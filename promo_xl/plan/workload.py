"""Who is busy when: the tasks of a plan as columns of working days, and the sums over those days.

Every span here is half open in working days: [w_start, w_end) with w_start = W(start) and
w_end = W(end + 1), so two tasks share a working day exactly if their spans intersect.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.network import CANCELLED, build_network
from promo_xl.plan.people import parse_owners
from promo_xl.plan.tasks import Task

FULL_TIME = 100
_DAY_OR_NONE = {date, type(None)}


@dataclass(frozen=True, slots=True)
class TaskColumns:
    """The tasks of a plan, a list per fact, by position.

    `sound` tasks have both dates, in order, and are not cancelled; for the others `w_start` and `w_end`
    mean nothing. A `point` is a milestone. `works` are the sound tasks that take working time.
    `rest` are the days among all starts and ends that do not work.
    """

    tasks: Sequence[Task]
    start: list[date | None]
    end: list[date | None]
    duration: list[float | None]
    cancelled: list[bool]
    sound: list[bool]
    w_start: list[int]
    w_end: list[int]
    point: list[bool]
    works: list[bool]
    rest: frozenset[date]


def task_columns(
    tasks: Sequence[Task],
    calendar: WorkCalendar,
    summaries: Collection[int] = (),
    duration_basis: str = "workdays",
) -> TaskColumns:
    """The columns of `tasks`; those at the positions `summaries` take no working time of their own.

    A task is a point if it is marked as a milestone, or if it starts and ends on one day with the duration 0
    (not where durations are calendar differences: there 0 is one day). The point of a milestone that is
    stretched over several days is its last one.
    """
    start = plain_days([task.start for task in tasks])
    end = plain_days([task.end for task in tasks])
    before: dict[date | None, int] = {None: 0}
    after: dict[date | None, int] = {None: 0}
    rest = set()
    for day in {*start, *end}:
        if day is not None:
            before[day] = after[day] = calendar.workdays_before(day)
            if calendar.is_workday(day):
                after[day] += 1
            else:
                rest.add(day)
    w_start = [before[day] for day in start]
    w_end = [after[day] for day in end]
    cancelled = [task.status == CANCELLED for task in tasks]
    sound = [
        first is not None and last is not None and first <= last and not gone
        for first, last, gone in zip(start, end, cancelled, strict=True)
    ]
    duration = [task.duration for task in tasks]
    point = [bool(task.milestone) for task in tasks]
    if duration_basis != "calendar_difference" and 0 in duration:
        point = [
            marked or (length == 0 and first == last)
            for marked, length, first, last in zip(point, duration, start, end, strict=True)
        ]
    works = [ok and first < last for ok, first, last in zip(sound, w_start, w_end, strict=True)]
    if True in point:
        for position, is_point in enumerate(point):
            if is_point:
                w_start[position] = before[end[position]]
                works[position] = False
    for position in summaries:
        works[position] = False
    return TaskColumns(
        tasks, start, end, duration, cancelled, sound, w_start, w_end, point, works, frozenset(rest)
    )


def plain_days(values: Sequence[object]) -> list[date | None]:
    """Plain days: a time of day is dropped, and what is no date counts as none."""
    distinct = set(values)
    if {type(value) for value in distinct} <= _DAY_OR_NONE:
        return list(values)  # type: ignore[arg-type]
    plain = {
        value: value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
        for value in distinct
    }
    return [plain[value] for value in values]


class Span(NamedTuple):
    """`amount` percent of somebody's working time on every working day of [first, end)."""

    first: int
    end: int
    amount: int


class Run(NamedTuple):
    """An unbroken run of working days [first, end) above a capacity; `peak` is the highest sum in it."""

    first: int
    end: int
    peak: int


def runs_above(spans: Iterable[Span], capacity: int) -> list[Run]:
    """The runs of working days on which the amounts add up to more than `capacity`.

    70 % on the days 0-4 and 50 % on the days 3-9 are more than 100 % on the days 3 and 4 -> Run(3, 5, 120).
    """
    changes: dict[int, int] = {}
    for first, end, amount in spans:
        if first < end:
            changes[first] = changes.get(first, 0) + amount
            changes[end] = changes.get(end, 0) - amount
    runs: list[Run] = []
    total = opened = peak = 0
    above = False
    for day in sorted(changes):
        total += changes[day]
        if total > capacity:
            if not above:
                above, opened, peak = True, day, total
            peak = max(peak, total)
        elif above:
            above = False
            runs.append(Run(opened, day, peak))
    return runs


def peak(spans: Iterable[Span]) -> int:
    """The highest sum of the amounts on any working day; nothing at all -> 0."""
    return max((run.peak for run in runs_above(spans, 0)), default=0)


def count_overlaps(firsts: Sequence[int], ends: Sequence[int]) -> int:
    """How many pairs of spans share a working day, without looking at the pairs.

    `firsts` and `ends` belong to the same spans, none of them empty, and are each in order. Whatever has
    ended by the time a span starts has also started before it, so the rest of the earlier ones meet it.
    """
    return sum(earlier - bisect_right(ends, first) for earlier, first in enumerate(firsts))


def peak_load(
    tasks: Sequence[Task], calendar: WorkCalendar, who: Iterable[str] | str, default: int = FULL_TIME
) -> int:
    """The highest load of one person on any working day, in percent of the working time.

    `who` are the names that the person goes by (a name and a role). A task without stated units takes
    `default`. Cancelled tasks, milestones, summary tasks and tasks without sound dates take no time.
    Two tasks of 60 % and one of 50 % that meet on one day -> 170.
    """
    names = {owner.name for owner in parse_owners(who)}
    amounts = {
        position: default if any(owner.units is None for owner in mine) else sum(o.units or 0 for o in mine)
        for position, task in enumerate(tasks)
        if (mine := [owner for owner in parse_owners(task.owners) if owner.name in names])
    }
    if not amounts:
        return 0
    columns = task_columns(tasks, calendar, build_network(tasks).children)
    return peak(
        Span(columns.w_start[position], columns.w_end[position], amount)
        for position, amount in amounts.items()
        if columns.works[position]
    )
