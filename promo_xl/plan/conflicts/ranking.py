"""The order in which conflicts are shown, so that the first three are the three that matter."""

import re
from collections.abc import Iterable

from promo_xl.plan.findings import Finding

Conflict = tuple[tuple[int, ...], Finding]
"""A finding and the positions of the tasks that it is about; the first one is the task to mend."""

WORST_FIRST = (
    "CYCLE",
    "SELF",
    "END_BEFORE_START",
    "DUPLICATE_ID",
    "MISSING_PRED",
    "DEPENDENCY",
    "DEADLINE",
    "AVAILABILITY",
    "OVERLOAD",
    "OVERLAP",
    "OUT_OF_SEQUENCE",
    "MISSING_DATE",
    "UNASSIGNED",
    "SUMMARY",
    "OUTSIDE_WINDOW",
    "MILESTONE_DURATION",
    "DURATION",
    "CALENDAR_RANGE",
    "NONWORKING_START",
    "NONWORKING_END",
    "LIMIT",
)
_WEIGHT = {code: weight for weight, code in enumerate(WORST_FIRST)}
_NUMBERS = re.compile(r"(\d{1,15})")


def id_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """The key that sorts ids as planners count them: 1.2 before 1.10."""
    return tuple(
        (0, int(part), part) if part.isdecimal() else (1, 0, part) for part in _NUMBERS.split(text) if part
    )


def worst_conflicts_first(conflicts: Iterable[Conflict]) -> list[Conflict]:
    """By severity, then by kind, then by how much, then by id; equal plans give equal lists in any row order."""
    return sorted(conflicts, key=_rank)


def _rank(conflict: Conflict) -> tuple[object, ...]:
    finding = conflict[1]
    details = finding.details
    amount = details.get("amount", details.get("days", details.get("count", 0)))
    return (
        -finding.severity,
        _WEIGHT[finding.code],
        -amount if isinstance(amount, int | float) else 0,
        id_order(finding.subject),
        finding.field,
        str(details),
    )
