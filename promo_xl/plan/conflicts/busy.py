"""The owners of a plan with what they do, and which of them ever do two things on one working day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from promo_xl.plan.conflicts.assignments import Assignments
from promo_xl.plan.workload import TaskColumns

_NONE: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True)
class Busy:
    """`groups` are the tasks of each owner that take working time, in order of their starts.

    `stated` are the units by owner and task, where they are stated. `met` are the owners of whom two
    tasks share a working day. `day_of` is the date of a number of working days.
    """

    columns: TaskColumns
    assigned: Assignments
    day_of: Callable[[int], date | None]
    groups: list[list[int]]
    stated: dict[int, dict[int, int]]
    met: list[int]

    def units_of(self, owner: int) -> Mapping[int, int]:
        """The stated units of an owner, by task."""
        return self.stated.get(owner, _NONE)


def busy_owners(columns: TaskColumns, assigned: Assignments, day_of: Callable[[int], date | None]) -> Busy:
    """What the owners do; most of them never meet themselves, and one pass in order of time shows it."""
    groups: list[list[int]] = [[] for _ in assigned.names]
    stated: dict[int, dict[int, int]] = {}
    for position, (works, shares) in enumerate(zip(columns.works, assigned.shares, strict=True)):
        if works:
            for owner, units in shares:
                groups[owner].append(position)
                if units is not None:
                    stated.setdefault(owner, {})[position] = units
    starts, ends = columns.w_start, columns.w_end
    met = []
    for owner, group in enumerate(groups):
        if len(group) < 2:
            continue
        group.sort(key=starts.__getitem__)
        free = starts[group[0]]
        for position in group:
            if starts[position] < free:
                met.append(owner)
                break
            free = ends[position]
    return Busy(columns, assigned, day_of, groups, stated, met)
