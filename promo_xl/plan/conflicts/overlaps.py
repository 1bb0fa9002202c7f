"""Two tasks of one person on one working day, at least one of which takes the whole day."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from promo_xl.plan.conflicts.busy import Busy
from promo_xl.plan.conflicts.ranking import Conflict
from promo_xl.plan.conflicts.subjects import about, text_of, time_order
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.workload import TaskColumns, count_overlaps


def overlap_conflicts(busy: Busy, limit: int) -> Iterator[Conflict]:
    """OVERLAP for each pair; beyond `limit` pairs the rest is counted, and LIMIT says how many.

    Where pairs are cut off, which ones remain does not depend on the order of the rows.
    """
    limit = max(0, limit)
    pairs = list(islice(_all_pairs(busy), limit + 1))
    more = 0
    if len(pairs) > limit:
        columns = busy.columns
        for owner in busy.met:
            busy.groups[owner].sort(key=lambda position: time_order(columns, position))
        pairs = list(islice(_all_pairs(busy), limit))
        more = sum(_count(columns, busy.groups[owner], busy.units_of(owner)) for owner in busy.met) - limit
    for pair in pairs:
        yield _overlap(busy, *pair)
    if more:
        yield (), Finding("LIMIT", Severity.INFO, "", "owners", {"shown": limit, "more": more})


def _all_pairs(busy: Busy) -> Iterator[tuple[int, int, int]]:
    for owner in sorted(busy.met, key=busy.assigned.names.__getitem__):
        for one, other in _pairs(busy.columns, busy.groups[owner], busy.units_of(owner)):
            yield owner, one, other


def _count(columns: TaskColumns, group: Sequence[int], units: Mapping[int, int]) -> int:
    """How many pairs share a working day and have at least one task without units."""

    def overlapping(positions: Sequence[int]) -> int:
        ends = sorted(columns.w_end[position] for position in positions)
        return count_overlaps([columns.w_start[position] for position in positions], ends)

    return overlapping(group) - overlapping([position for position in group if position in units])


def _pairs(columns: TaskColumns, group: Sequence[int], units: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Those pairs, from the tasks in order of their starts; only what has not ended yet is looked at."""
    ends = columns.w_end
    whole: list[int] = []
    part: list[int] = []
    for position in group:
        start = columns.w_start[position]
        whole = [other for other in whole if ends[other] > start]
        for other in whole:
            yield position, other
        if position in units:
            part.append(position)
        else:
            part = [other for other in part if ends[other] > start]
            for other in part:
                yield position, other
            whole.append(position)


def _overlap(busy: Busy, owner: int, one: int, other: int) -> Conflict:
    """The finding about a pair; the task that begins later is the one to move or to hand over."""
    columns, assigned = busy.columns, busy.assigned
    before, after = sorted((one, other), key=lambda position: time_order(columns, position))
    first = max(columns.w_start[before], columns.w_start[after])
    end = min(columns.w_end[before], columns.w_end[after])
    earlier = columns.tasks[before]
    details = {
        **about(columns, after),
        "owner": assigned.names[owner],
        "other": text_of(earlier),
        "other_name": earlier.name or earlier.id,
        "days": end - first,
        "first": busy.day_of(first),
        "last": busy.day_of(end - 1),
    }
    severity = Severity.WARNING
    if assigned.department[owner]:
        severity, details["reason"] = Severity.INFO, "department"
    return (after, before), Finding("OVERLAP", severity, columns.tasks[after].id, "owners", details)
