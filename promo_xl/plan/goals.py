"""What is wrong or doubtful about targets, one by one and as a breakdown."""

from collections.abc import Iterator
from datetime import date

from promo_xl.plan.achievement import goal_of
from promo_xl.plan.breakdown import breakdown_findings
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.quantity import parse_quantity
from promo_xl.plan.smart import path_gap, smart_check
from promo_xl.plan.targets import Target

UNDATED = date(2000, 1, 1)  # for plans without a window: only whether a span can be read counts


def goal_findings(promotion: Promotion) -> Iterator[Finding]:
    """Each target's faults, then those between the levels; details carry `table` and `row`.

    GOAL_MISSING, GOAL_BASELINE (a change without its baseline), GOAL_UNREADABLE (with the reason),
    PATH_GAP, TARGET_UNASSIGNED, TARGET_WINDOW.
    """
    reference = promotion.window[0] or UNDATED
    for row, target in enumerate(promotion.targets):
        yield from _of_target(row, target, reference)
    yield from breakdown_findings(promotion.targets)


def _of_target(row: int, target: Target, reference: date) -> Iterator[Finding]:
    smart = smart_check(target, reference)
    about = {"table": "targets", "row": row, "goal": target.goal, "metric": target.metric}
    if reason := smart.details.get("measurable"):
        code = {"no_target": "GOAL_MISSING", "needs_baseline": "GOAL_BASELINE"}.get(reason, "GOAL_UNREADABLE")
        details = {**about, "reason": reason, "found": parse_quantity(target.goal).found or target.goal}
        yield Finding(code, Severity.WARNING, target.id, "goal", details)
    elif gap := path_gap(target).value:
        level = goal_of(parse_quantity(target.goal), target.baseline)
        promised = level.low if level.value is None else level.value
        details = {**about, "total": parse_quantity(target.path).value, "value": promised, "gap": gap}
        severity = Severity.WARNING if smart.details.get("path") == "short_path" else Severity.INFO
        yield Finding("PATH_GAP", severity, target.id, "path", details)
    if "owner" in smart.details:
        yield Finding("TARGET_UNASSIGNED", Severity.WARNING, target.id, "owner", about)
    if reason := smart.details.get("window"):
        details = {**about, "reason": reason, "found": target.window}
        yield Finding("TARGET_WINDOW", Severity.WARNING, target.id, "window", details)
