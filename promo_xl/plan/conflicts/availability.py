"""Conflicts of what is there only for a time: booked resources, and people who join later or leave earlier."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from promo_xl.plan.conflicts.assignments import Assignments
from promo_xl.plan.conflicts.ranking import Conflict
from promo_xl.plan.conflicts.subjects import about
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.network import plain_ids
from promo_xl.plan.resources import Resource
from promo_xl.plan.workload import TaskColumns, plain_days

Days = tuple[int, int]
"""First and last day as ordinals, both included."""
ALWAYS = (date.min.toordinal(), date.max.toordinal())


def resource_conflicts(columns: TaskColumns, resources: Iterable[Resource]) -> Iterator[Conflict]:
    """AVAILABILITY of resources: not booked at all, not on every day of a task, or not confirmed yet."""
    resources = [resource for resource in resources if resource.tasks]
    if not resources:
        return
    named: dict[str, list[int]] = defaultdict(list)
    ids: dict[str, list[int]] = defaultdict(list)
    for position, text in enumerate(plain_ids([task.id for task in columns.tasks])):
        ids[text].append(position)
    for position, text in enumerate(plain_ids([task.name for task in columns.tasks])):
        named[text].append(position)
    for resource in resources:
        booked = merged(resource.available)
        wanted = {text for text in plain_ids(list(resource.tasks)) if text}
        for position in sorted({p for text in wanted for p in (ids if text in ids else named).get(text, ())}):
            facts = {"resource": resource.name or resource.id, "resource_id": resource.id, "kind": resource.kind}
            yield from _uncovered(_Need(columns, position, "start", facts), booked, confirmed=resource.confirmed)


def member_conflicts(columns: TaskColumns, assigned: Assignments) -> Iterator[Conflict]:
    """AVAILABILITY of people: a task on days on which its owner is not there.

    Where several people share a role, the role is there as long as one of them is.
    """
    there: dict[str, list[tuple[date | None, date | None]]] = defaultdict(list)
    for member, names in assigned.members:
        first, last = plain_days((member.available_from, member.available_to))
        for name in names:
            there[name].append((first or date.min, last or date.max))
    spans = [merged(there.get(name, ())) or [ALWAYS] for name in assigned.names]
    if all(there_is == [ALWAYS] for there_is in spans):
        return
    # Most tasks lie within the first span of their owner, and nobody looks further at those.
    since = [date.fromordinal(days[0][0]) for days in spans]
    until = [date.fromordinal(days[0][1]) for days in spans]
    doubtful = [
        (position, owner)
        for position, (shares, start, end) in enumerate(
            zip(assigned.shares, columns.start, columns.end, strict=True)
        )
        if start is not None and end is not None
        for owner, _ in shares
        if start < since[owner] or end > until[owner]
    ]
    for position, owner in doubtful:
        facts = {"resource": assigned.names[owner], "resource_id": "", "kind": "member"}
        yield from _uncovered(_Need(columns, position, "owners", facts), spans[owner], confirmed=True)


class _Need(NamedTuple):
    """A task that needs somebody or something; `facts` say whom or what, `field` where it is mended."""

    columns: TaskColumns
    position: int
    field: str
    facts: Mapping[str, object]


def _uncovered(need: _Need, spans: Sequence[Days], *, confirmed: bool) -> Iterator[Conflict]:
    columns, position = need.columns, need.position
    start, end = columns.start[position], columns.end[position]
    if not columns.sound[position] or start is None or end is None:
        return
    gaps = uncovered((start.toordinal(), end.toordinal()), spans)
    if not gaps and confirmed:
        return
    days = sum(last - first + 1 for first, last in gaps)
    reason = "unconfirmed" if not gaps else "partly" if days <= (end - start).days else "none"
    ranges = tuple((date.fromordinal(first), date.fromordinal(last)) for first, last in gaps)
    details = {**about(columns, position), **need.facts, "reason": reason, "days": days, "uncovered": ranges}
    if ranges:
        details |= {"first": ranges[0][0], "last": ranges[-1][1]}
    severity = Severity.ERROR if reason == "none" else Severity.WARNING
    yield (position,), Finding("AVAILABILITY", severity, columns.tasks[position].id, need.field, details)


def merged(spans: Iterable[tuple[date | None, date | None]]) -> list[Days]:
    """Spans of days in order, overlapping ones joined; one that ends before it starts is none.

    1-3 June, 2-5 June and 9 June -> 1-5 June and 9 June.
    """
    joined: list[Days] = []
    for first, last in sorted(_ordinals(spans)):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _ordinals(spans: Iterable[tuple[date | None, date | None]]) -> Iterator[Days]:
    for span in spans:
        first, last = plain_days(span)
        if first is not None and last is not None and first <= last:
            yield first.toordinal(), last.toordinal()


def uncovered(wanted: Days, spans: Iterable[Days]) -> list[Days]:
    """The days of `wanted` that none of the joined `spans` has; days 1-9 without 3-4 -> 1-2 and 5-9."""
    gaps: list[Days] = []
    day, end = wanted
    for first, last in spans:
        if last < day:
            continue
        if first > end:
            break
        if first > day:
            gaps.append((day, first - 1))
        day = last + 1
    if day <= end:
        gaps.append((day, end))
    return gaps
