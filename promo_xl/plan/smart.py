"""Whether a target is SMART: what is missing, and what could be said better."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import localcontext

from promo_xl.plan.achievement import Goal, goal_of
from promo_xl.plan.dates import parse_span
from promo_xl.plan.defined import EXACT, Defined
from promo_xl.plan.quantity import Quantity, parse_quantity
from promo_xl.plan.targets import Target

CRITERIA = ("specific", "measurable", "path", "owner", "window")


@dataclass(frozen=True, slots=True)
class Smart:
    """What a target lacks, in the order of `CRITERIA`; `details` has the reason for each.

    `notes` holds weaker remarks by criterion: they do not make the target less SMART.
    """

    missing: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def smart_check(target: Target, reference: date) -> Smart:
    """Which of specific, measurable, path, owner and window a target lacks.

    - specific: a metric (`no_metric`) and a goal that says of what: 5000单, 5%, 3万元, not 5000 (`no_unit`).
    - measurable: the goal has a number (`no_target`, or why its text could not be read), a change its
      baseline (`needs_baseline`).
    - path: it is written (`no_path`) and, where its parts can be added up, they reach the goal
      (`short_path`). A path that cannot be added up is noted with its reason, nothing more.
    - owner: one is named (`no_owner`).
    - window: it has a last day (`no_window`, `no_end`, or why its text could not be read). A blurred
      one (6月中旬) is noted.

    `reference` is the day near which dates without a year lie.
    """
    goal = parse_quantity(target.goal)
    level = goal_of(goal, target.baseline)
    found = {
        "specific": _unspecific(target, goal),
        "measurable": level.reason,
        "path": _path_lacks(target, level),
        "owner": "no_owner" if _blank(target.owner) else "",
    }
    notes = {}
    gap = path_gap(target)
    if not found["path"] and gap.value is None:
        notes["path"] = gap.reason
    span = parse_span(target.window, reference)
    found["window"] = _untimed(target.window, span.start, span.end, span.reason)
    if span.blurred and not found["window"]:
        notes["window"] = "blurred"
    details = {criterion: found[criterion] for criterion in CRITERIA if found[criterion]}
    return Smart(tuple(details), details, notes)


def path_gap(target: Target) -> Defined:
    """The goal minus what the path's parts add up to: 1000万次 and 抖音500万+KOL200万 -> 3000000.

    Below 0 where the parts exceed the goal; of a range, the distance to its nearer end. Undefined:
    `no_path`; `no_number` or why its text could not be read; `does_not_add` (percents, ratios, prices,
    changes, a path that is no sum); `other_unit`; and the reasons of `goal_of`.
    """
    if _blank(target.path):
        return Defined(reason="no_path")
    goal = parse_quantity(target.goal)
    level = goal_of(goal, target.baseline)
    if level.reason:
        return Defined(reason=level.reason)
    path = parse_quantity(target.path)
    if path.reason:
        return Defined(reason=path.reason)
    total = path.value
    if total is None or path.kind != "sum" or not (adds(path) and adds(goal)):
        return Defined(reason="does_not_add")
    if path.unit and goal.unit and path.unit != goal.unit:
        return Defined(reason="other_unit")
    with localcontext(EXACT):
        if level.low is not None and level.high is not None:
            return Defined(min(max(total, level.low), level.high) - total)
        return Defined(level.value - total) if level.value is not None else Defined(reason="no_target")


def adds(quantity: Quantity) -> bool:
    """Whether amounts of this kind make up a whole: counts and money do; shares, ratios, 元/次 do not."""
    return quantity.kind in {"count", "money", "sum"} and quantity.unit != "%" and "/" not in quantity.unit


def _unspecific(target: Target, goal: Quantity) -> str:
    if _blank(target.metric):
        return "no_metric"
    bare = adds(goal) and not goal.unit and not goal.name
    return "no_unit" if bare else ""


def _path_lacks(target: Target, goal: Goal) -> str:
    if _blank(target.path):
        return "no_path"
    gap = path_gap(target).value
    if not gap:
        return ""
    short = gap != 0 if goal.direction == "range" else gap < 0 if goal.direction == "down" else gap > 0
    return "short_path" if short else ""


def _untimed(text: str, start: date | None, end: date | None, reason: str) -> str:
    if end is not None:
        return ""
    if _blank(text):
        return "no_window"
    return "no_end" if start is not None else reason


def _blank(text: str) -> bool:
    """A cell that says nothing: empty, -, 待定 and whatever else stands for nothing in a goal."""
    return parse_quantity(text).reason == "blank"
