"""How much of a target is reached: 6.2% of 5% -> 1.24, a cost of 24 against at most 30 -> 1.2."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TypeAlias

from promo_xl.plan.defined import EXACT, Defined, Number, known
from promo_xl.plan.quantity import Quantity

Bounds: TypeAlias = tuple[Number | None, Number | None]

DIRECTIONS = ("up", "down", "range")
CHANGES = frozenset({"relative", "points"})
_BY_OPERATOR = {"≥": "up", ">": "up", "≤": "down", "<": "down"}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a target means as a level: one value, or `low` and `high` of a range; else a reason.

    `direction` is up, down or range, empty with a reason. `unit` is the text after the number; a relative
    change has none, as its level is in the unit of its baseline.
    """

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    direction: str = ""
    unit: str = ""
    reason: str = ""


def achievement(
    actual: Number | None,
    target: Number | Bounds | Quantity | None,
    direction: str = "up",
    baseline: Number | None = None,
    *,
    inverse: bool = False,
) -> Defined:
    """The share of the target that `actual` reaches; exactly 1 at the target.

    - up: actual/target of a positive target, 1 + (actual - target)/|target| of any: 0.062 of 0.05 -> 1.24.
    - down: 1 - (actual - target)/|target|, not below 0: 36 of at most 30 -> 0.8. With `inverse`
      target/actual of positive numbers: 36 of at most 30 -> 0.8333….
    - range, from a pair (low, high): 1 inside, actual/low below, 2 - actual/high above, not below 0.
    - With a baseline (actual - baseline)/(target - baseline), whichever the direction: from 40 down to
      30, now 35 -> 0.5; negative when it moved away. A range is measured without it.
    - A target text (`Quantity`) brings its own direction where it says one. Its change is
      measured from the baseline: 1250 of 增长50% from 1000 is 1250 of 1500 from 1000 -> 0.5.

    Undefined: `no_actual`, `no_target`, `zero_target` (up; down is then met, 1, or missed, 0),
    `zero_actual`, `not_positive` (both of `inverse`), `zero_baseline_span` (the target is the baseline),
    `needs_baseline`, `reversed_range`, `unknown_direction`, `not_a_number`, `out_of_range`, and the
    reason of a text that could not be read.
    """
    now = known(actual, "no_actual")
    if now.value is None:
        return now
    goal = _goal(target, direction, baseline)
    if goal.reason:
        return Defined(reason=goal.reason)
    with localcontext(EXACT):
        if goal.low is not None and goal.high is not None:
            return _in_range(now.value, goal.low, goal.high)
        assert goal.value is not None
        if baseline is not None:
            return _from_baseline(now.value, goal.value, known(baseline, "needs_baseline"))
        if goal.direction == "up":
            return _up(now.value, goal.value)
        return _inverse(now.value, goal.value) if inverse and goal.value else _down(now.value, goal.value)


def goal_of(quantity: Quantity, baseline: Number | None = None) -> Goal:
    """The level and the direction that a target text means.

    `≤30元` -> 30 down; `3%-5%` -> 0.03 to 0.05 range; `增长50%` from 1000 -> 1500 up;
    `降低20%` from 50 -> 40 down; `提升2个百分点` from 0.03 -> 0.05 up. Undefined: `no_target`,
    `needs_baseline`, or the text's own reason.
    """
    if quantity.kind == "none" or quantity.reason:
        return Goal(reason="no_target" if quantity.reason in {"", "blank"} else quantity.reason)
    if quantity.kind in CHANGES:
        return _changed(quantity, known(baseline, "needs_baseline"))
    return _levels(quantity, quantity.unit, lambda level: level)


def _changed(quantity: Quantity, baseline: Defined) -> Goal:
    if baseline.value is None:
        return Goal(reason=baseline.reason)
    start = baseline.value
    with localcontext(EXACT):
        if quantity.kind == "relative":
            return _levels(quantity, "", lambda change: start * (1 + change))
        return _levels(quantity, quantity.unit, lambda change: start + change)


def _levels(quantity: Quantity, unit: str, level: Callable[[Decimal], Decimal]) -> Goal:
    ends = known(quantity.low, "no_target").value, known(quantity.high, "no_target").value
    if ends[0] is not None and ends[1] is not None:
        low, high = sorted((level(ends[0]), level(ends[1])))
        return Goal(None, low, high, "range", unit)
    stated = known(quantity.value, "no_target")
    if stated.value is None:
        return Goal(reason=stated.reason)
    change = stated.value if quantity.kind in CHANGES else Decimal(0)
    return Goal(level(stated.value), direction=_stated_way(quantity, change) or "up", unit=unit)


def _stated_way(quantity: Quantity, change: Decimal) -> str:
    """The direction that a text says by its operator, by a fall (降低20%) or by its words (降至5%), if any."""
    if quantity.op in _BY_OPERATOR:
        return _BY_OPERATOR[quantity.op]
    return "down" if change < 0 or quantity.note == "lowered" else ""


def _goal(target: Number | Bounds | Quantity | None, direction: str, baseline: Number | None) -> Goal:
    if isinstance(target, Quantity):
        goal = goal_of(target, baseline)
        says = goal.direction == "range" or target.kind in CHANGES or _stated_way(target, Decimal(0))
        if goal.reason or says:
            return goal
        target = goal.value
    if direction not in DIRECTIONS:
        return Goal(reason="unknown_direction")
    if isinstance(target, tuple) or direction == "range":
        ends = target if isinstance(target, tuple) else (target, target)
        return _bounds(ends)
    level = known(target, "no_target")
    return Goal(reason=level.reason) if level.reason else Goal(level.value, direction=direction)


def _bounds(ends: Bounds) -> Goal:
    if len(ends) != 2:
        return Goal(reason="not_a_number")
    low, high = known(ends[0], "no_target"), known(ends[1], "no_target")
    if low.value is None or high.value is None:
        return Goal(reason=low.reason or high.reason)
    if high.value < low.value:
        return Goal(reason="reversed_range")
    return Goal(None, low.value, high.value, "range")


def _up(actual: Decimal, target: Decimal) -> Defined:
    if not target:
        return Defined(reason="zero_target")
    share = actual / target
    return Defined(share if target > 0 else 2 - share)


def _down(actual: Decimal, target: Decimal) -> Defined:
    if not target:
        return Defined(Decimal(1 if actual <= 0 else 0))
    share = actual / target
    return Defined(max(2 - share if target > 0 else share, Decimal(0)))


def _inverse(actual: Decimal, target: Decimal) -> Defined:
    if not actual:
        return Defined(reason="zero_actual")
    if actual < 0 or target < 0:
        return Defined(reason="not_positive")
    return Defined(target / actual)


def _in_range(actual: Decimal, low: Decimal, high: Decimal) -> Defined:
    if actual < low:
        return _up(actual, low)
    return _down(actual, high) if actual > high else Defined(Decimal(1))


def _from_baseline(actual: Decimal, target: Decimal, baseline: Defined) -> Defined:
    if baseline.value is None:
        return baseline
    span = target - baseline.value
    return Defined((actual - baseline.value) / span) if span else Defined(reason="zero_baseline_span")
