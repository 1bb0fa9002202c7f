"""How far a rate from a small sample can be trusted."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from promo_xl.plan.defined import EXACT, Number, known

NINETY_FIVE_PERCENT = Decimal("1.959963984540054")


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true rate lies; both ends are shares from 0 to 1, or None with a reason."""

    low: Decimal | None = None
    high: Decimal | None = None
    reason: str = ""


def wilson(k: Number | None, n: Number | None, z: Number = NINETY_FIVE_PERCENT) -> Interval:
    """The Wilson score interval of k successes in n: 5 of 100 -> 0.0215 to 0.1118.

    Undefined: `no_count` (k or n missing), `zero_total`, `not_a_rate` (k below 0 or above n), `not_a_number`.
    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    part, whole, width = known(k, "no_count"), known(n, "no_count"), known(z, "no_count")
    if part.value is None or whole.value is None or width.value is None:
        return Interval(reason=part.reason or whole.reason or width.reason)
    if whole.value == 0:
        return Interval(reason="zero_total")
    if whole.value < 0 or not 0 <= part.value <= whole.value:
        return Interval(reason="not_a_rate")
    return _interval(part.value, whole.value, width.value)


def _interval(k: Decimal, n: Decimal, z: Decimal) -> Interval:
    with localcontext(EXACT):
        rate, square = k / n, z * z
        scale = 1 + square / n
        centre = (rate + square / (2 * n)) / scale
        half = abs(z) / scale * (rate * (1 - rate) / n + square / (4 * n * n)).sqrt()
        # The ends at 0 and n are 0 and 1 exactly; rounding of the fiftieth digit must not say otherwise.
        low = Decimal(0) if k == 0 else min(max(centre - half, Decimal(0)), rate)
        high = Decimal(1) if k == n else max(min(centre + half, Decimal(1)), rate)
    return Interval(low, high)


def distinguishable(k: Number | None, n: Number | None, target: Number | None) -> bool | None:
    """True when `target` lies outside the 95 % interval of k in n: 5 of 100 cannot be told from 8 %.

    None when the interval or the target is undefined.
    """
    found, goal = wilson(k, n), known(target, "no_target")
    if found.low is None or found.high is None or goal.value is None:
        return None
    return not found.low <= goal.value <= found.high
