"""Tasks that nobody does."""

from collections.abc import Collection, Iterator

from promo_xl.plan.conflicts.assignments import Assignments
from promo_xl.plan.conflicts.ranking import Conflict
from promo_xl.plan.conflicts.subjects import about
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.workload import TaskColumns


def unassigned_conflicts(
    columns: TaskColumns, assigned: Assignments, summaries: Collection[int]
) -> Iterator[Conflict]:
    """UNASSIGNED: a task without owner, or with one whom the division of labour does not have."""
    known = assigned.known
    strangers = {number for number, name in enumerate(assigned.names) if known is not None and name not in known}
    for position, shares in enumerate(assigned.shares):
        if shares and not strangers:
            continue
        if columns.cancelled[position] or position in summaries:
            continue
        missing = [assigned.names[number] for number, _ in shares if number in strangers]
        for owner in missing if shares else [""]:
            details = {**about(columns, position), "owner": owner, "reason": "unknown" if owner else "none"}
            subject = columns.tasks[position].id
            yield (position,), Finding("UNASSIGNED", Severity.WARNING, subject, "owners", details)
