"""Random plans for the laws of the schedule, and an independent reading of the link table.

Working days are counted here one by one, and a link is judged on the dates of the two tasks alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

from hypothesis import strategies as st

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.tasks import LINK_TYPES, Link, Task

MONDAY = date(2026, 6, 1)
BASE = date(2026, 1, 1)
DAYS = 500


class Span(NamedTuple):
    """First and last day of a task; a point is a milestone."""

    start: date
    end: date
    point: bool = False


class WorkingDays:
    """W(d) by counting."""

    def __init__(self, calendar: WorkCalendar) -> None:
        days = (BASE + timedelta(number) for number in range(DAYS))
        self._before = [0, *accumulate(int(calendar.is_workday(day)) for day in days)]

    def before(self, day: date) -> int:
        """How many working days lie before `day`."""
        return self._before[(day - BASE).days]

    def through(self, day: date) -> int:
        """How many working days lie before the end of `day`."""
        return self._before[(day - BASE).days + 1]

    def shortfall(self, link: Link, predecessor: Span, task: Span) -> int:
        """By how many working days a link does not hold; a milestone ends its predecessors' day, and starts its
        successors'."""
        start = self.before(predecessor.start)
        finish = start if predecessor.point else self.through(predecessor.end)
        begins = self.through(task.start) if task.point else self.before(task.start)
        ends = self.through(task.end)
        from_finish, to_finish = link.type in {"FS", "FF"}, link.type in {"FF", "SF"}
        return (finish if from_finish else start) + link.lag - (ends if to_finish else begins)


def lasting(ident: str, days: float | None, links: str = "", **facts: object) -> Task:
    """A task of a duration, with the links that a planner typed."""
    return Task(ident, duration=days, predecessors=links, **facts)


CALENDARS = st.builds(
    WorkCalendar,
    weekend=st.sampled_from([(5, 6), (6,), ()]),
    holidays=st.frozensets(st.integers(0, 60).map(lambda n: MONDAY + timedelta(n)), max_size=12),
    makeup_workdays=st.frozensets(st.integers(0, 60).map(lambda n: MONDAY + timedelta(n)), max_size=3),
)


@st.composite
def plans(
    draw: st.DrawFn, most: int = 7, fewest: int = 1, circles: bool = False, points: bool = True
) -> list[Task]:
    """Tasks of durations in any order of rows, linked by all four types; without `circles` unless asked for."""
    count = draw(st.integers(fewest, most))
    tasks = []
    for number in range(count):
        others = [str(other) for other in range(count if circles else number) if other != number]
        link = (
            st.builds(Link, st.sampled_from(others), st.sampled_from(LINK_TYPES), st.integers(-3, 3))
            if others
            else None
        )
        links = draw(st.lists(link, max_size=3)) if link is not None else []
        days = draw(st.integers(0 if points else 1, 4))
        tasks.append(Task(str(number), duration=days, milestone=not days, predecessors=tuple(links)))
    return draw(st.permutations(tasks))


def linked(tasks: Sequence[Task], cycles: Iterable[Iterable[str]] = ()) -> list[tuple[Link, Task, Task]]:
    """Every link with the two tasks that it joins; those within a cycle are left out."""
    by_id = {task.id: task for task in tasks}
    group = {ident: number for number, cycle in enumerate(cycles) for ident in cycle}
    return [
        (link, by_id[link.predecessor], task)
        for task in tasks
        for link in task.predecessors
        if group.get(link.predecessor, -1) != group.get(task.id, -2)
    ]
