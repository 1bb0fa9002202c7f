"""Conflicts of a schedule: everything in which its tasks contradict each other, the calendar or the people.

find_conflicts([海报 6月1日-6月5日, 落地 6月3日-6月4日 after 海报], calendar) -> DEPENDENCY, 3 working days
"""

from collections.abc import Iterable, Sequence
from functools import cache

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts.assignments import assignments
from promo_xl.plan.conflicts.availability import member_conflicts, resource_conflicts
from promo_xl.plan.conflicts.busy import busy_owners
from promo_xl.plan.conflicts.dates import Window, date_conflicts
from promo_xl.plan.conflicts.hierarchy import hierarchy_conflicts
from promo_xl.plan.conflicts.links import link_conflicts
from promo_xl.plan.conflicts.overlaps import overlap_conflicts
from promo_xl.plan.conflicts.overloads import Capacity, overload_conflicts
from promo_xl.plan.conflicts.ranking import Conflict, worst_conflicts_first
from promo_xl.plan.conflicts.unassigned import unassigned_conflicts
from promo_xl.plan.findings import Finding
from promo_xl.plan.network import build_network
from promo_xl.plan.people import Member
from promo_xl.plan.resources import Resource
from promo_xl.plan.tasks import Task
from promo_xl.plan.workload import task_columns

__all__ = ["find_conflicts", "located_conflicts"]

MOST_PAIRS = 100_000


def find_conflicts(
    tasks: Sequence[Task],
    calendar: WorkCalendar,
    window: Window | None = None,
    capacity: Capacity = None,
    *,
    resources: Iterable[Resource] = (),
    members: Iterable[Member] = (),
    departments: Iterable[str] = (),
    duration_basis: str = "workdays",
    limit: int = MOST_PAIRS,
) -> list[Finding]:
    """Every conflict of `tasks`, the worst first; the order of the rows makes no difference.

    `window` is the first and last day of the campaign. `capacity` is what an owner can do on one working day,
    in percent: one number for everybody, or a number by name (100 for the others); departments have none
    unless it is stated. `departments` names owners who are many people though their names do not say so.
    `duration_basis` says what a duration counts: `workdays`, `calendar_inclusive` or `calendar_difference`.
    After `limit` pairs of overlapping tasks the others are counted in one finding LIMIT. Nothing that
    stands in a task raises an exception; cancelled tasks never conflict.
    """
    return [
        finding
        for _, finding in located_conflicts(
            tasks,
            calendar,
            window,
            capacity,
            resources=resources,
            members=members,
            departments=departments,
            duration_basis=duration_basis,
            limit=limit,
        )
    ]


def located_conflicts(
    tasks: Sequence[Task],
    calendar: WorkCalendar,
    window: Window | None = None,
    capacity: Capacity = None,
    *,
    resources: Iterable[Resource] = (),
    members: Iterable[Member] = (),
    departments: Iterable[str] = (),
    duration_basis: str = "workdays",
    limit: int = MOST_PAIRS,
) -> list[Conflict]:
    """The same, each finding with the positions in `tasks` that it is about; the first one is to be mended."""
    tasks = tuple(tasks)
    network = build_network(tasks)
    summaries = frozenset(network.children)
    columns = task_columns(tasks, calendar, summaries, duration_basis)
    assigned = assignments(tasks, members, departments)
    busy = busy_owners(columns, assigned, cache(calendar.day_of))
    return worst_conflicts_first(
        [
            *link_conflicts(columns, network),
            *date_conflicts(columns, calendar, window, summaries, duration_basis),
            *unassigned_conflicts(columns, assigned, summaries),
            *overlap_conflicts(busy, limit),
            *overload_conflicts(busy, capacity),
            *resource_conflicts(columns, resources),
            *member_conflicts(columns, assigned),
            *hierarchy_conflicts(columns, network.children),
        ]
    )
