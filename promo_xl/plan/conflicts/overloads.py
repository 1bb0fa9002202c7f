"""More stated units on one working day than an owner has."""

import math
from collections.abc import Callable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import islice

from promo_xl.plan.conflicts.busy import Busy
from promo_xl.plan.conflicts.ranking import Conflict
from promo_xl.plan.conflicts.subjects import about, text_of, time_order
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.given import number_in
from promo_xl.plan.people import parse_owner
from promo_xl.plan.workload import FULL_TIME, Run, Span, runs_above

Capacity = int | Mapping[str, int] | None
NAMED = 100  # tasks that one finding names; it counts the others


def overload_conflicts(busy: Busy, capacity: Capacity) -> Iterator[Conflict]:
    """OVERLOAD for each unbroken run of working days on which the stated units exceed the capacity.

    Tasks without units are no part of the sum: an OVERLAP says of them what there is to say.
    """
    assigned, met = busy.assigned, set(busy.met)
    allowed = _capacities(capacity)
    for owner, units in busy.stated.items():
        most = allowed(assigned.names[owner], assigned.department[owner])
        if most is not None and (owner in met or max(units.values()) > most):
            yield from _overloads(busy, owner, most)


def _capacities(capacity: Capacity) -> Callable[[str, bool], int | None]:
    """What an owner can do in percent; a department only what is stated for it."""
    if capacity is not None and not isinstance(capacity, Mapping):
        return lambda name, department: capacity
    stated = {parse_owner(text).name: number_in(percent) for text, percent in (capacity or {}).items()}
    own = {name: math.floor(percent) for name, percent in stated.items() if percent is not None}
    return lambda name, department: own.get(name, None if department else FULL_TIME)


def _overloads(busy: Busy, owner: int, capacity: int) -> Iterator[Conflict]:
    columns, units = busy.columns, busy.stated[owner]
    starts, ends = columns.w_start, columns.w_end
    order = sorted((p for p in units if units[p] > 0), key=lambda position: time_order(columns, position))
    coming = 0
    current: dict[int, None] = {}
    leaving: list[tuple[int, int]] = []
    for run in runs_above((Span(starts[p], ends[p], units[p]) for p in order), capacity):
        while coming < len(order) and starts[order[coming]] < run.end:
            current[order[coming]] = None
            heappush(leaving, (ends[order[coming]], order[coming]))
            coming += 1
        while leaving[0][0] <= run.first:
            del current[heappop(leaving)[1]]
        last = next(reversed(current))
        named = list(islice(current, NAMED))
        details = {
            **about(columns, last),
            "owner": busy.assigned.names[owner],
            **_extent(busy, run),
            "capacity": capacity,
            "tasks": tuple(text_of(columns.tasks[position]) for position in named),
            "names": tuple(columns.tasks[position].name or columns.tasks[position].id for position in named),
            "count": len(current),
        }
        # The task that begins last is the one to move or to hand over.
        positions = (last, *(position for position in named if position != last))
        subject = columns.tasks[last].id
        yield positions, Finding("OVERLOAD", Severity.WARNING, subject, "owners", details)


def _extent(busy: Busy, run: Run) -> dict[str, object]:
    first, last = busy.day_of(run.first), busy.day_of(run.end - 1)
    return {"first": first, "last": last, "days": run.end - run.first, "amount": run.peak}
