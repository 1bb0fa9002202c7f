"""The schedule of a plan: how early each task can be, how late it may be, and what decides the end.

Task 1 of 3 days from Monday 2026-06-01, task 2 of 2 days after it, task 3 of 1 day beside them:
1 and 2 are critical and end on Friday the 5th, 3 has 4 working days of slack.
"""

from collections.abc import Iterator, Mapping, Sequence, ValuesView
from datetime import date
from functools import cached_property

from promo_xl.plan.arrows import arrows_of
from promo_xl.plan.calendar import EPOCH, WorkCalendar
from promo_xl.plan.critical_path import critical_path
from promo_xl.plan.network import CANCELLED, Network, build_network, circles, plain_ids
from promo_xl.plan.scheduled_tasks import ScheduledDates, ScheduledTask, scheduled_tasks
from promo_xl.plan.task_lengths import TaskLengths, plain_day, task_lengths
from promo_xl.plan.tasks import Task

__all__ = ["Schedule", "ScheduledTask", "plan_schedule"]


def plan_schedule(tasks: Sequence[Task], calendar: WorkCalendar, start: date | None = None) -> "Schedule":
    """The schedule of `tasks` by the critical path method, for all four types of links.

    Every task is as early as its links allow and not before the project's start: `start`, else the
    earliest start of any task, else 1900-01-01. Typed dates give the tasks their lengths and hold nothing
    back. Late dates are those that leave the project's finish where it is. A milestone is a point between
    two days: it is shown on the last working day before it, or on the first one after it where nothing
    precedes it. A summary task spans the tasks below it, has the smallest of their slacks, and a link
    on it acts on them. The tasks of a cycle are scheduled without the links among them.
    """
    tasks = tuple(tasks)
    network = build_network(tasks)
    measured = task_lengths(tasks, calendar, network.children)
    path = critical_path(arrows_of(network, measured.lengths, measured.absent), measured.lengths)
    first = project_start(measured, calendar, start)
    return Schedule(tasks, network, ScheduledDates(path, measured.lengths, measured.absent, first, calendar))


def project_start(measured: TaskLengths, calendar: WorkCalendar, start: date | None) -> int:
    """The position of `start`, else of the earliest task that is not cancelled, else of 1900-01-01."""
    day = plain_day(start)
    if day is not None:
        return calendar.workdays_before(day)
    starts: set[int | None] = set(measured.starts)
    if CANCELLED in measured.absent.values():
        absent = measured.absent
        starts = {x for position, x in enumerate(measured.starts) if absent.get(position) != CANCELLED}
    starts.discard(None)
    return min((x for x in starts if x is not None), default=calendar.workdays_before(EPOCH))


class Schedule(Mapping[str, ScheduledTask]):
    """The scheduled tasks by id; cancelled tasks and tasks without id are left out.

    Ids read like those of links do: stripped, full-width like half-width. An id that several tasks share
    gives the first of them, and `at` gives any task by its position. `cycles` are the ids of tasks that
    follow each other in circles (the name where there is no id), `start` and `finish` the first and last day
    of the project and `duration` its working days; without a task that has a place they are None, None and 0.
    """

    def __init__(self, tasks: tuple[Task, ...], network: Network, dates: ScheduledDates) -> None:
        """`plan_schedule` makes schedules; dates are counted out when the first one is read."""
        self._tasks, self._network, self._dates = tasks, network, dates
        self.duration = dates.path.finish

    @cached_property
    def _rows(self) -> list[ScheduledTask]:
        return scheduled_tasks(self._dates, self._network.children)

    @cached_property
    def _positions(self) -> dict[str, int]:
        """The first task with each id that is not cancelled, in the order of the rows."""
        network, absent = self._network, self._dates.absent
        if len(network.ids) == len(self._tasks) and CANCELLED not in absent.values():
            return network.ids
        positions: dict[str, int] = {}
        for position, name in enumerate(plain_ids([task.id for task in self._tasks])):
            if name and absent.get(position) != CANCELLED:
                positions.setdefault(name, position)
        return positions

    def at(self, position: int) -> ScheduledTask:
        """The scheduled task at a position of the sequence, counted from 0."""
        return self._rows[position]

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The ids of the tasks of each circle, in the order of the rows."""
        cycles = [list(cycle) for cycle in self._dates.path.arrows.cycles]
        if "no_duration" in self._dates.absent.values():  # these have no arrows, but links
            known = {position for cycle in cycles for position in cycle}
            linked = circles(len(self._tasks), self._network.before, self._network.after)
            cycles = sorted([*cycles, *(cycle for cycle in linked if not known.issuperset(cycle))])
        return tuple(tuple(self._tasks[p].id or self._tasks[p].name for p in cycle) for cycle in cycles)

    @cached_property
    def start(self) -> date | None:
        """The first day of the project; None where no task has a place."""
        return min((row.early_start for row in self._rows if row.early_start), default=None)

    @cached_property
    def finish(self) -> date | None:
        """The last day of the project; None where no task has a place."""
        return max((row.early_finish for row in self._rows if row.early_finish), default=None)

    def __getitem__(self, key: str) -> ScheduledTask:
        position = self._positions.get(key)
        if position is None:
            position = self._positions[plain_ids([key])[0] if isinstance(key, str) else key]
        return self._rows[position]

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)

    def values(self) -> ValuesView[ScheduledTask]:
        """The scheduled tasks, in the order of the rows."""
        return _Values(self)

    def in_order(self) -> Iterator[ScheduledTask]:
        """The scheduled tasks that have an id, in the order of the rows."""
        return map(self._rows.__getitem__, self._positions.values())


class _Values(ValuesView[ScheduledTask]):
    """The values of a schedule, read without a look-up each."""

    _mapping: Schedule

    def __iter__(self) -> Iterator[ScheduledTask]:
        return self._mapping.in_order()
