"""Whether a promotion is on its way: what is due by now, and where it will end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from promo_xl.plan.budget import Phase
from promo_xl.plan.defined import EXACT, Defined, Number, known, known_sum
from promo_xl.plan.elapsed import Elapsed, day_number, elapsed_share

ON_TRACK_FROM = Decimal("0.95")
AHEAD_FROM = Decimal("1.05")
RECENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a target stands today; `state` is ahead, on_track or behind.

    `index` is None with a reason before the start. `needed_per_day` is what each remaining day has to
    bring; None when no day remains.
    """

    index: Decimal | None = None
    expected: Decimal | None = None
    needed_per_day: Decimal | None = None
    remaining_days: int = 0
    state: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a target will end: three honest numbers, and the lowest and highest of those that are defined."""

    low: Decimal | None = None
    high: Decimal | None = None
    run_rate: Decimal | None = None
    last_7_days: Decimal | None = None
    phase_plan: Decimal | None = None
    reason: str = ""


def expected_to_date(
    target: Number | None,
    start: date | None,
    end: date | None,
    as_of: date | None,
    phases: Iterable[Phase] = (),
    *,
    accrues: bool = True,
) -> Defined:
    """What of `target` is due by the end of `as_of`: 3000 orders in June, as of June 10 -> 1000.

    Weighted by the phases as `elapsed_share` says. Before the window it is 0, after it the whole. A rate
    (`accrues` false) is due in full from the first day. Undefined: `no_target`, `not_a_number`, and the
    reasons of `elapsed_share`.
    """
    goal = known(target, "no_target")
    return goal if goal.value is None else _due(goal.value, elapsed_share(start, end, as_of, phases), accrues)


def pace(  # noqa: PLR0917 - a window is three places and its phases a fourth
    actual: Number | None,
    target: Number | None,
    start: date | None,
    end: date | None,
    as_of: date | None,
    phases: Iterable[Phase] = (),
    *,
    direction: str = "up",
    accrues: bool = True,
) -> Pace:
    """Actual against expected: 1200 of 3000 orders in June, as of June 10 -> index 1.2, ahead, 90 a day needed.

    On track from 0.95 up to 1.05; where lower is better (`direction` down) the states change sides. After
    the end the index is against the whole. Nothing is needed per day of a rate. Undefined: `not_started`,
    `nothing_expected` (no share is planned yet), `zero_target`, `negative_target`, `no_actual`, and the
    reasons of `expected_to_date`.
    """
    goal, now = known(target, "no_target"), known(actual, "no_actual")
    window = elapsed_share(start, end, as_of, phases)
    left = window.total - window.days
    if goal.value is None or window.reason:
        return Pace(remaining_days=left, reason=goal.reason or window.reason)
    due = _due(goal.value, window, accrues).value
    needed = _needed(goal.value, now.value, left) if accrues else None
    reason = _why_no_index(goal.value, now, due, window)
    if reason or now.value is None or due is None:
        return Pace(None, due, needed, left, reason=reason)
    with localcontext(EXACT):
        index = now.value / due
    return Pace(index, due, needed, left, _state(index, direction))


def forecast(
    readings: Iterable[tuple[date | None, Number | None]],
    start: date | None,
    end: date | None,
    as_of: date | None,
    phases: Iterable[Phase] = (),
    *,
    accrues: bool = True,
) -> Forecast:
    """Where the window will end, from (day, value) readings up to `as_of`; several readings of a day add up.

    Run rate: actual / elapsed days x total days: 1000 in 10 of 30 days -> 3000. Last 7 days: actual + their
    mean x remaining days; of fewer elapsed days, those; dropped when these days have no reading. Phase
    plan: actual / share planned by now; dropped when the phases do not weigh the window or plan nothing yet.
    A day without a reading brought nothing. Undefined: `rate` (not `accrues`), `not_started`, `no_actual`,
    `not_a_number`, and the reasons of `elapsed_share`.
    """
    window, first, today = elapsed_share(start, end, as_of, phases), day_number(start), day_number(as_of)
    if not accrues or window.reason or not window.days or first is None or today is None:
        return Forecast(reason=window.reason or ("not_started" if accrues else "rate"))
    last = first + window.days - 1
    dated = [
        (day, value) for when, value in readings if (day := day_number(when)) is not None and first <= day <= last
    ]
    actual = known_sum((value for _, value in dated), "no_actual")
    if actual.value is None:
        return Forecast(reason=actual.reason)
    recent_days = min(RECENT_DAYS, window.days)
    recent = known_sum((value for day, value in dated if day > last - recent_days), "no_actual").value
    with localcontext(EXACT):
        run_rate = actual.value * window.total / window.days
        coming = None if recent is None else recent * (window.total - window.days) / recent_days
        lately = None if coming is None else actual.value + coming
        planned = window.planned if window.by_phases else Fraction(0)
        by_plan = actual.value * planned.denominator / planned.numerator if planned else None
    defined = [number for number in (run_rate, lately, by_plan) if number is not None]
    return Forecast(min(defined), max(defined), run_rate, lately, by_plan)


def _due(target: Decimal, window: Elapsed, accrues: bool) -> Defined:
    if window.reason:
        return Defined(reason=window.reason)
    planned = window.planned if accrues else Fraction(1 if window.days else 0)
    with localcontext(EXACT):
        return Defined(target * planned.numerator / planned.denominator)


def _needed(target: Decimal, actual: Decimal | None, days: int) -> Decimal | None:
    if actual is None or not days:
        return None
    with localcontext(EXACT):
        return max((target - actual) / days, Decimal(0))


def _why_no_index(target: Decimal, actual: Defined, due: Decimal | None, window: Elapsed) -> str:
    if not window.days:
        return "not_started"
    if target <= 0:
        return "negative_target" if target else "zero_target"
    return actual.reason if due else "nothing_expected"


def _state(index: Decimal, direction: str) -> str:
    # Mirrored at 1 where lower is better: what is 5 % below the plan is then ahead of it.
    with localcontext(EXACT):
        merit = 2 - index if direction == "down" else index
    if merit >= AHEAD_FROM:
        return "ahead"
    return "on_track" if merit >= ON_TRACK_FROM else "behind"
