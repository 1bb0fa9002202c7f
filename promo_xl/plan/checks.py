"""What can be said of a plan by looking at each thing and its neighbours.

A finding's details carry `table` and `row` (from 0), so that a workbook can say which cell is meant.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from promo_xl.plan.budget import shares_gap
from promo_xl.plan.findings import Finding, Severity, worst_first
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.quantity import parse_quantity


def check_plan(promotion: Promotion) -> list[Finding]:
    """Everything that is wrong or doubtful in a plan, worst first."""
    return worst_first(
        [
            *_window(promotion),
            *_shares(promotion),
            *_targets(promotion),
            *_ids(promotion),
            *_tasks(promotion),
            *_owners(promotion),
            *_predecessors(promotion),
        ]
    )


def _window(promotion: Promotion) -> Iterator[Finding]:
    start, end = promotion.window
    if start is None or end is None:
        missing = "start" if start is None else "end"
        yield Finding("WINDOW_MISSING", field=missing, details={"single": missing})
    elif end < start:
        yield Finding("WINDOW_REVERSED", field="end", details={"single": "end", "start": start, "end": end})


def _shares(promotion: Promotion) -> Iterator[Finding]:
    parts = {
        "phases": [phase.share for phase in promotion.phases],
        "channels": [channel.share for channel in promotion.channels],
    }
    for table, shares in parts.items():
        gap = shares_gap(shares)
        if gap:
            details = {"table": table, "row": 0, "sum": 1 + gap, "gap": gap}
            yield Finding("SHARES_SUM", Severity.WARNING, field="share", details=details)


def _targets(promotion: Promotion) -> Iterator[Finding]:
    for row, target in enumerate(promotion.targets):
        goal = parse_quantity(target.goal)
        about = {"table": "targets", "row": row, "goal": target.goal, "metric": target.metric}
        if goal.value is None:
            code = "GOAL_MISSING" if goal.reason == "blank" else "GOAL_UNREADABLE"
            yield Finding(code, Severity.WARNING, target.id, "goal", about)
            continue
        path = parse_quantity(target.path)
        if path.kind == "sum" and path.value != goal.value:
            assert path.value is not None
            details = {**about, "total": path.value, "value": goal.value, "gap": goal.value - path.value}
            yield Finding("PATH_GAP", Severity.WARNING, target.id, "path", details)
        if not target.owner:
            yield Finding("TARGET_UNASSIGNED", Severity.WARNING, target.id, "owner", about)


def _ids(promotion: Promotion) -> Iterator[Finding]:
    ids = {
        "targets": [target.id for target in promotion.targets],
        "tasks": [task.id for task in promotion.tasks],
        "risks": [risk.id for risk in promotion.risks],
    }
    for table, column in ids.items():
        counts = Counter(column)
        for number, name in enumerate(column):
            details = {"table": table, "row": number, "id": name}
            if not name:
                yield Finding("ID_MISSING", Severity.INFO, "", "id", details)
            elif counts[name] > 1:
                yield Finding("DUPLICATE_ID", Severity.ERROR, name, "id", details)


def _tasks(promotion: Promotion) -> Iterator[Finding]:
    first, last = promotion.window
    as_of = promotion.project.get("as_of")
    for row, task in enumerate(promotion.tasks):
        if task.status == "cancelled":
            continue
        about = {"table": "tasks", "row": row, "name": task.name, "start": task.start, "end": task.end}
        if task.start is None or task.end is None:
            field = "start" if task.start is None else "end"
            yield Finding("MISSING_DATE", Severity.WARNING, task.id, field, about)
        elif task.end < task.start:
            yield Finding("END_BEFORE_START", Severity.ERROR, task.id, "end", about)
        elif first and last and task.phase == "monitoring" and (task.start < first or task.end > last):
            details = {**about, "first": first, "last": last}
            yield Finding("OUTSIDE_WINDOW", Severity.WARNING, task.id, "start", details)
        if not task.owners:
            yield Finding("UNASSIGNED", Severity.WARNING, task.id, "owners", about)
        if isinstance(as_of, date) and task.end and task.end < as_of and task.status != "done":
            yield Finding("LATE", Severity.WARNING, task.id, "end", {**about, "as_of": as_of})


def _owners(promotion: Promotion) -> Iterator[Finding]:
    known = {name for member in promotion.members for name in (member.name, member.role) if name}
    for row, task in enumerate(promotion.tasks if known else ()):
        for owner in task.owners:
            if owner not in known and task.status != "cancelled":
                about = {"table": "tasks", "row": row, "name": task.name, "owner": owner}
                yield Finding("OWNER_UNKNOWN", Severity.WARNING, task.id, "owners", about)


def _predecessors(promotion: Promotion) -> Iterator[Finding]:
    known = Counter(key for task in promotion.tasks for key in {task.id, task.name} if key)
    for row, task in enumerate(promotion.tasks):
        for link in task.predecessors:
            about = {"table": "tasks", "row": row, "name": task.name, "predecessor": link.predecessor}
            if link.predecessor in {task.id, task.name}:
                yield Finding("SELF", Severity.ERROR, task.id, "predecessors", about)
            elif link.predecessor not in known:
                yield Finding("MISSING_PRED", Severity.ERROR, task.id, "predecessors", about)
