"""Everything that can be said of a plan, in one list.

A finding's details carry `table` and `row` (from 0) or `single`, so that a workbook can say which cell is meant.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from promo_xl.plan.budget import shares_gap
from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import located_conflicts
from promo_xl.plan.duties import duties_of
from promo_xl.plan.findings import Finding, Severity, worst_first
from promo_xl.plan.goals import goal_findings
from promo_xl.plan.promotion import Promotion

CAMPAIGN = "monitoring"
ON_REST_DAYS = frozenset({"NONWORKING_START", "NONWORKING_END"})


def check_plan(promotion: Promotion, calendar: WorkCalendar) -> list[Finding]:
    """Everything that is wrong or doubtful in a plan, worst first."""
    return worst_first(
        [
            *_window(promotion),
            *_tasks(promotion, calendar),
            *_shares(promotion),
            *goal_findings(promotion),
            *_ids(promotion),
            *_late(promotion),
            *_duties(promotion),
        ]
    )


def plan_conflicts(promotion: Promotion, calendar: WorkCalendar) -> list[tuple[tuple[int, ...], Finding]]:
    """The conflicts of a plan's tasks with the rows concerned (from 0), worst first.

    Only the tasks of the campaign itself must lie within its window, and a campaign runs on rest days too.
    """
    first, last = promotion.window
    located = located_conflicts(
        promotion.tasks,
        calendar,
        (first, last) if first and last and first <= last else None,
        members=promotion.members,
        duration_basis=str(promotion.project.get("duration_basis") or "workdays"),
    )
    phases = [task.phase for task in promotion.tasks]
    return [
        (rows, finding)
        for rows, finding in located
        if not (finding.code == "OUTSIDE_WINDOW" and phases[rows[0]] != CAMPAIGN)
        and not (finding.code in ON_REST_DAYS and phases[rows[0]] == CAMPAIGN)
    ]


def _tasks(promotion: Promotion, calendar: WorkCalendar) -> Iterator[Finding]:
    for rows, finding in plan_conflicts(promotion, calendar):
        place = {"table": "tasks", "row": rows[0]} if rows else {}
        yield replace(finding, details={**finding.details, **place})


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


def _ids(promotion: Promotion) -> Iterator[Finding]:
    ids = {
        "targets": [target.id for target in promotion.targets],
        "tasks": [task.id for task in promotion.tasks],
        "members": [member.id for member in promotion.members],
        "risks": [risk.id for risk in promotion.risks],
    }
    for table, column in ids.items():
        counts = Counter(column)
        for number, name in enumerate(column):
            details = {"table": table, "row": number, "id": name}
            if not name and table != "members":
                yield Finding("ID_MISSING", Severity.INFO, "", "id", details)
            elif name and counts[name] > 1 and table != "tasks":  # those of tasks stand among the conflicts
                yield Finding("DUPLICATE_ID", Severity.ERROR, name, "id", details)


def _late(promotion: Promotion) -> Iterator[Finding]:
    as_of = promotion.project.get("as_of")
    for row, task in enumerate(promotion.tasks if isinstance(as_of, date) else ()):
        if task.end and task.end < as_of and task.status not in {"done", "cancelled"}:  # type: ignore[operator]
            about = {"table": "tasks", "row": row, "name": task.name, "end": task.end, "as_of": as_of}
            yield Finding("LATE", Severity.WARNING, task.id, "end", about)


def _duties(promotion: Promotion) -> Iterator[Finding]:
    for row, finding in duties_of(promotion.members, promotion.tasks):
        yield replace(finding, details={**finding.details, "table": "members", "row": row})
