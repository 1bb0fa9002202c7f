"""The dates of a schedule: positions on the critical path as days of the calendar."""

import operator
from collections.abc import Iterable
from datetime import date
from functools import partial
from itertools import repeat
from typing import NamedTuple

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.critical_path import Path
from promo_xl.plan.summary_arrows import parents_first

_SPARSE = 3  # working days per task from which on only the days that occur are counted out


class ScheduledTask(NamedTuple):
    """Where a task stands in the schedule; dates are inclusive, slack is in working days.

    `critical` tasks have no total slack. `reason` says what is wrong: `cancelled` and `no_duration` (nothing
    is defined), `cycle` (scheduled without the links among the members), `beyond` (a date outside the
    years 1 to 9999 or in a calendar without working days is None), or "".
    """

    early_start: date | None = None
    early_finish: date | None = None
    late_start: date | None = None
    late_finish: date | None = None
    total_slack: int | None = None
    free_slack: int | None = None
    critical: bool = False
    reason: str = ""


class ScheduledDates(NamedTuple):
    """What dates are made of: the critical path, the length of each task, who has none, and where 0 stands."""

    path: Path
    lengths: list[int]
    absent: dict[int, str]
    first: int
    calendar: WorkCalendar


def scheduled_tasks(dates: ScheduledDates, children: dict[int, list[int]]) -> list[ScheduledTask]:
    """The scheduled tasks by position; `children` are the tasks below each summary task."""
    path, lengths = dates.path, dates.lengths
    count = len(lengths)  # the nodes of summary tasks come behind the tasks
    early, late, free = (column[:count] for column in (path.early, path.late, path.free))
    early_ends = [start + length - 1 for start, length in zip(early, lengths, strict=True)]
    late_ends = [start + length - 1 for start, length in zip(late, lengths, strict=True)]
    near = path.finish <= _SPARSE * count
    days = _days(dates, range(-1, path.finish + 1) if near else {*early, *late, *early_ends, *late_ends})
    day_of = days.__getitem__
    total = list(map(operator.sub, late, early))
    columns = zip(
        map(day_of, early),
        map(day_of, early_ends),
        map(day_of, late),
        map(day_of, late_ends),
        total,
        map(operator.sub, free, early),
        map(operator.not_, total),
        repeat(""),
        strict=False,
    )
    rows = list(map(partial(tuple.__new__, ScheduledTask), columns))
    _place_points(rows, dates, days)
    for cycle in path.arrows.cycles:
        for position in cycle:
            rows[position] = rows[position]._replace(reason="cycle")
    if None in days.values():
        rows = [row._replace(reason=row.reason or "beyond") if None in row[:4] else row for row in rows]
    for position in path.arrows.missing:
        rows[position] = ScheduledTask(reason=dates.absent.get(position, "no_duration"))
    _span_summaries(rows, children)
    return rows


def _days(dates: ScheduledDates, positions: Iterable[int]) -> dict[int, date | None]:
    day_of, first = dates.calendar.day_of, dates.first
    return {position: day_of(first + position) for position in positions}


def _place_points(rows: list[ScheduledTask], dates: ScheduledDates, days: dict[int, date | None]) -> None:
    """A point stands on the last day before it, and on the first day after it where nothing precedes it."""
    if 0 not in dates.lengths:
        return
    path, preceded = dates.path, dates.path.arrows.preceded()
    for position, length in enumerate(dates.lengths):
        if length == 0:
            early, late, follows = path.early[position], path.late[position], position in preceded
            day = days[early - (follows and early > 0)]
            last = days[late - ((follows or late == path.finish) and late > 0)]
            rows[position] = rows[position]._replace(
                early_start=day, early_finish=day, late_start=last, late_finish=last
            )


def _span_summaries(rows: list[ScheduledTask], children: dict[int, list[int]]) -> None:
    """A summary task spans the tasks below it."""
    for parent in reversed(parents_first(children)):
        below = [rows[child] for child in children[parent]]
        placed = [row for row in below if row.total_slack is not None]
        if placed:
            reasons = {rows[parent].reason} & {"cycle"} or {row.reason for row in placed} & {"beyond"}
            rows[parent] = ScheduledTask(
                min((row.early_start for row in placed if row.early_start), default=None),
                max((row.early_finish for row in placed if row.early_finish), default=None),
                min((row.late_start for row in placed if row.late_start), default=None),
                max((row.late_finish for row in placed if row.late_finish), default=None),
                min(row.total_slack for row in placed if row.total_slack is not None),
                min(row.free_slack for row in placed if row.free_slack is not None),
                any(row.critical for row in placed),
                "".join(reasons),
            )
