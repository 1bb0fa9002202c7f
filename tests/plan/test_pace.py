"""Whether a promotion is on its way, and where it will end."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.budget import Phase
from promo_xl.plan.elapsed import Elapsed, elapsed_share
from promo_xl.plan.pace import Forecast, expected_to_date, forecast, pace

TINY = Fraction(1, 10**40)


def june(day: int) -> date:
    return date(2026, 6, 1) + timedelta(days=day - 1)


WARM_UP = Phase("预热", june(1), june(10), 0.2)
BURST = Phase("爆发", june(11), june(20), 0.5)
SUSTAIN = Phase("持续", june(21), june(30), 0.3)
PHASES = (WARM_UP, BURST, SUSTAIN)


@pytest.mark.parametrize(
    ("as_of", "due"),
    [(june(0), 0), (june(1), 100), (june(10), 1000), (june(15), 1500), (june(30), 3000), (june(45), 3000)],
)
def test_what_is_due_grows_by_the_day_and_stays_inside_the_window(as_of: date, due: int) -> None:
    assert expected_to_date(3000, june(1), june(30), as_of) == (Decimal(due), "")


@pytest.mark.parametrize(
    ("as_of", "due"),
    [(june(0), 0), (june(5), 300), (june(10), 600), (june(15), 1350), (june(20), 2100), (june(30), 3000)],
)
def test_phases_weigh_what_is_due(as_of: date, due: int) -> None:
    assert expected_to_date(3000, june(1), june(30), as_of, PHASES) == (Decimal(due), "")


def test_a_window_of_its_own_takes_the_planned_curve_within_it() -> None:
    # June 11 to 25 holds all of 爆发 (0.5) and half of 持续 (0.15); by June 15 half of 爆发 is over.
    assert elapsed_share(june(11), june(25), june(15), PHASES).planned == Fraction(25, 65)


def test_shares_need_not_add_up_to_one() -> None:
    percents = [Phase(phase.name, phase.start, phase.end, (phase.share or 0) * 50) for phase in PHASES]
    assert elapsed_share(june(1), june(30), june(15), percents) == Elapsed(15, 30, Fraction(9, 20), True)


@pytest.mark.parametrize(
    "phases",
    [
        (),
        (WARM_UP, SUSTAIN),
        (WARM_UP, BURST),
        (Phase("预热", june(2), june(10), 0.2), BURST, SUSTAIN),
        (WARM_UP, BURST, Phase("持续", june(21), june(30))),
        (WARM_UP, BURST, SUSTAIN, Phase("返场", None, None, 0.1)),
        (WARM_UP, BURST, Phase("持续", june(30), june(21), 0.3)),
        (WARM_UP, BURST, Phase("持续", june(21), june(30), -0.3)),
        tuple(Phase(phase.name, phase.start, phase.end, 0) for phase in PHASES),
    ],
    ids=["none", "gap", "short", "late", "no share", "no dates", "reversed", "negative", "all zero"],
)
def test_phases_that_cannot_weigh_the_window_leave_every_day_the_same(phases: tuple[Phase, ...]) -> None:
    assert elapsed_share(june(1), june(30), june(15), phases) == Elapsed(15, 30, Fraction(1, 2), False)


def test_a_phase_outside_the_window_may_lack_its_share() -> None:
    later = Phase("返场", june(40), june(50))
    assert elapsed_share(june(1), june(30), june(15), (*PHASES, later)).by_phases


def test_a_phase_may_be_a_single_day_and_touch_the_window_by_one() -> None:
    phases = (
        Phase("预热", june(-8), june(1), 1),
        Phase("爆发", june(2), june(2), 0.4),
        Phase("持续", june(3), june(9), 3.5),
    )
    assert elapsed_share(june(1), june(3), june(1), phases) == Elapsed(1, 3, Fraction(1, 10), True)
    assert elapsed_share(june(1), june(3), june(2), phases) == Elapsed(2, 3, Fraction(5, 10), True)


def test_overlapping_phases_add_up() -> None:
    whole, extra = Phase("全程", june(1), june(30), 0.6), Phase("爆发", june(11), june(20), 0.4)
    assert elapsed_share(june(1), june(30), june(10), (whole, extra)).planned == Fraction(1, 5)


def test_a_rate_is_due_in_full_from_the_first_day() -> None:
    assert expected_to_date(0.05, june(1), june(30), june(1), accrues=False) == (Decimal("0.05"), "")
    assert expected_to_date(0.05, june(1), june(30), june(0), accrues=False) == (Decimal(0), "")


@pytest.mark.parametrize(
    ("target", "start", "end", "as_of", "reason"),
    [
        (None, june(1), june(30), june(10), "no_target"),
        (float("nan"), june(1), june(30), june(10), "not_a_number"),
        (3000, None, june(30), june(10), "no_window"),
        (3000, june(1), None, june(10), "no_window"),
        (3000, june(30), june(1), june(10), "reversed_window"),
        (3000, june(1), june(30), None, "no_as_of"),
    ],
)
def test_what_is_due_without_a_goal_or_a_window_is_undefined(
    target: float | None, start: date | None, end: date | None, as_of: date | None, reason: str
) -> None:
    assert expected_to_date(target, start, end, as_of) == (None, reason)
    found = pace(100, target, start, end, as_of)
    assert (found.index, found.state, found.reason) == (None, "", reason)


def test_a_time_of_day_makes_no_difference() -> None:
    noon = datetime(2026, 6, 10, 12, 30)
    assert expected_to_date(3000, june(1), june(30), noon) == (Decimal(1000), "")


@pytest.mark.parametrize(
    ("actual", "index", "state"),
    [
        (1200, "1.2", "ahead"),
        (1050, "1.05", "ahead"),
        (1049, "1.049", "on_track"),
        (1000, "1", "on_track"),
        (950, "0.95", "on_track"),
        (949, "0.949", "behind"),
        (0, "0", "behind"),
    ],
)
def test_the_index_is_actual_against_expected(actual: int, index: str, state: str) -> None:
    found = pace(actual, 3000, june(1), june(30), june(10))
    assert (found.index, found.expected, found.state) == (Decimal(index), Decimal(1000), state)


@pytest.mark.parametrize(
    ("actual", "state"), [(900, "ahead"), (950, "ahead"), (1000, "on_track"), (1050, "on_track"), (1051, "behind")]
)
def test_where_lower_is_better_the_states_change_sides(actual: int, state: str) -> None:
    assert pace(actual, 3000, june(1), june(30), june(10), direction="down").state == state


def test_what_each_remaining_day_has_to_bring() -> None:
    found = pace(1200, 3000, june(1), june(30), june(10))
    assert (found.needed_per_day, found.remaining_days) == (Decimal(90), 20)
    assert pace(3500, 3000, june(1), june(30), june(10)).needed_per_day == 0


def test_before_the_start_there_is_no_index() -> None:
    found = pace(None, 3000, june(1), june(30), june(0))
    assert (found.index, found.expected, found.state, found.reason) == (None, 0, "", "not_started")
    assert (found.needed_per_day, found.remaining_days) == (None, 30)


def test_after_the_end_the_index_is_against_the_whole() -> None:
    found = pace(2700, 3000, june(1), june(30), june(60), PHASES)
    assert (found.index, found.state, found.needed_per_day, found.remaining_days) == (
        Decimal("0.9"),
        "behind",
        None,
        0,
    )


@pytest.mark.parametrize(
    ("actual", "target", "phases", "reason"),
    [
        (None, 3000, (), "no_actual"),
        (5, 0, (), "zero_target"),
        (5, -10, (), "negative_target"),
        (5, 3000, (Phase("预热", june(1), june(10), 0), Phase("爆发", june(11), june(30), 1)), "nothing_expected"),
    ],
)
def test_an_index_against_nothing_is_undefined(
    actual: int | None, target: int, phases: tuple[Phase, ...], reason: str
) -> None:
    found = pace(actual, target, june(1), june(30), june(10), phases)
    assert (found.index, found.state, found.reason) == (None, "", reason)


def test_the_pace_of_a_rate_is_against_its_goal() -> None:
    found = pace(0.062, 0.05, june(1), june(30), june(3), accrues=False)
    assert (found.index, found.state, found.needed_per_day) == (Decimal("1.24"), "ahead", None)


def daily(values: Sequence[int | None]) -> list[tuple[date | None, int | None]]:
    return [(june(1 + place), value) for place, value in enumerate(values)]


def test_a_forecast_is_a_range_of_three_honest_numbers() -> None:
    # 3 days of 50, then 7 of 100: 850 in 10 of 30 days, and 20 % of the plan's shares.
    assert forecast(daily([50] * 3 + [100] * 7), june(1), june(30), june(10), PHASES) == Forecast(
        Decimal(2550), Decimal(4250), Decimal(2550), Decimal(2850), Decimal(4250)
    )


def test_the_phase_plan_is_scaled_by_the_share_planned_by_now() -> None:
    # By June 15 the phases plan 45 %: 0.2 and half of 0.5.
    assert forecast(daily([60] * 15), june(1), june(30), june(15), PHASES).phase_plan == 2000


def test_without_phases_two_numbers_remain() -> None:
    assert forecast(daily([50] * 3 + [100] * 7), june(1), june(30), june(10)) == Forecast(
        Decimal(2550), Decimal(2850), Decimal(2550), Decimal(2850), None
    )


def test_fewer_than_seven_days_are_taken_as_they_are() -> None:
    found = forecast(daily([50, 70]), june(1), june(30), june(2))
    assert (found.run_rate, found.last_7_days) == (Decimal(1800), Decimal(1800))


def test_channels_of_one_day_add_up() -> None:
    readings = [(june(1), 30), (june(1), 20), (june(2), None), (june(2), 70)]
    assert forecast(readings, june(1), june(30), june(2)).run_rate == 1800


def test_readings_outside_the_window_or_after_the_as_of_day_do_not_count() -> None:
    readings = [(june(0), 999), (june(1), 50), (june(2), 70), (june(3), 999), (None, 999)]
    assert forecast(readings, june(1), june(30), june(2)).run_rate == 1800


def test_a_plan_that_expects_nothing_yet_has_no_say() -> None:
    late = (Phase("预热", june(1), june(10), 0), Phase("爆发", june(11), june(30), 1))
    assert forecast(daily([100] * 5), june(1), june(30), june(5), late).phase_plan is None


def test_a_week_without_any_reading_has_no_say() -> None:
    found = forecast(daily([100] * 5), june(1), june(30), june(15))
    assert (found.run_rate, found.last_7_days) == (Decimal(1000), None)


def test_after_the_end_the_forecast_is_what_came() -> None:
    assert forecast(daily([10] * 30), june(1), june(30), june(40), PHASES) == Forecast(
        Decimal(300), Decimal(300), Decimal(300), Decimal(300), Decimal(300)
    )


@pytest.mark.parametrize(
    ("values", "as_of", "accrues", "reason"),
    [
        ([100], june(0), True, "not_started"),
        ([0.05], june(1), False, "rate"),
        ([None, None], june(2), True, "no_actual"),
        ([], june(2), True, "no_actual"),
        ([5, float("nan")], june(2), True, "not_a_number"),
        ([5], None, True, "no_as_of"),
    ],
)
def test_a_forecast_that_cannot_be_made_says_why(
    values: list[int | None], as_of: date | None, accrues: bool, reason: str
) -> None:
    assert forecast(daily(values), june(1), june(30), as_of, accrues=accrues) == Forecast(reason=reason)


DAYS = st.integers(-20, 60).map(june)
WINDOWS = st.tuples(st.integers(1, 20), st.integers(0, 40)).map(lambda w: (june(w[0]), june(w[0] + w[1])))
PLANS = st.lists(
    st.builds(
        lambda first, days, share: Phase("", june(first), june(first + days), share),
        st.integers(-5, 40),
        st.integers(0, 40),
        st.floats(0, 1),
    ),
    max_size=4,
)


@given(st.integers(1, 10**9), WINDOWS, DAYS, PLANS)
def test_who_delivers_what_is_due_has_an_index_of_one(
    target: int, window: tuple[date, date], as_of: date, phases: list[Phase]
) -> None:
    due = expected_to_date(target, *window, as_of, phases).value
    found = pace(due, target, *window, as_of, phases)
    assert found.index == 1 or found.reason in {"not_started", "nothing_expected"}


@given(WINDOWS, DAYS, PLANS)
def test_the_planned_share_is_the_days_counted_one_by_one(
    window: tuple[date, date], as_of: date, phases: list[Phase]
) -> None:
    days = [window[0] + timedelta(days=n) for n in range((window[1] - window[0]).days + 1)]
    holding = {day: [p for p in phases if p.start and p.end and p.start <= day <= p.end] for day in days}
    per_day = {
        day: sum(
            (Fraction(repr(p.share)) / ((p.end - p.start).days + 1) for p in held if p.start and p.end),
            Fraction(0),
        )
        for day, held in holding.items()
    }
    if not all(holding.values()) or not sum(per_day.values()):
        per_day = dict.fromkeys(days, Fraction(1))
    found = elapsed_share(*window, as_of, phases)
    assert found.planned == sum(per_day[day] for day in days if day <= as_of) / sum(per_day.values())
    assert found.days == sum(day <= as_of for day in days)


@given(st.integers(1, 10**6), WINDOWS, DAYS, DAYS, PLANS)
def test_what_is_due_never_shrinks(
    target: int, window: tuple[date, date], one: date, other: date, phases: list[Phase]
) -> None:
    earlier, later = sorted((one, other))
    before, after = (expected_to_date(target, *window, day, phases).value for day in (earlier, later))
    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= target


@given(st.lists(st.integers(0, 10**6) | st.none(), max_size=45), WINDOWS, DAYS, PLANS)
def test_a_forecast_lies_within_its_parts_and_not_below_what_came(
    values: list[int | None], window: tuple[date, date], as_of: date, phases: list[Phase]
) -> None:
    found = forecast(daily(values), *window, as_of, phases)
    parts = [part for part in (found.run_rate, found.last_7_days, found.phase_plan) if part is not None]
    assert bool(parts) == (not found.reason)
    if parts:
        came = sum(value or 0 for day, value in daily(values) if day and window[0] <= day <= min(as_of, window[1]))
        assert (found.low, found.high) == (min(parts), max(parts))
        assert came <= min(Fraction(part) for part in parts) + TINY


@given(st.integers(0, 10**6), WINDOWS, st.integers(0, 40))
def test_a_steady_promotion_has_one_forecast(value: int, window: tuple[date, date], days: int) -> None:
    as_of = window[0] + timedelta(days=days)
    steady = [(window[0] + timedelta(days=n), value) for n in range(days + 1)]
    found = forecast(steady, *window, as_of)
    whole = value * ((window[1] - window[0]).days + 1)
    assert found.low is not None
    assert found.high is not None
    assert abs(Fraction(found.low) - whole) < TINY
    assert abs(Fraction(found.high) - whole) < TINY


ODD_DATES = st.none() | st.dates() | st.datetimes() | st.just("6月1日")
ODD_NUMBERS = st.none() | st.floats() | st.integers() | st.booleans() | st.just("5")


@given(
    ODD_NUMBERS,
    ODD_NUMBERS,
    ODD_DATES,
    ODD_DATES,
    ODD_DATES,
    st.lists(st.tuples(ODD_DATES, ODD_DATES, ODD_NUMBERS)),
)
def test_whatever_is_typed_each_answer_is_a_value_or_a_reason(
    actual: object, target: object, start: object, end: object, as_of: object, phases: list[tuple[object, ...]]
) -> None:
    plan = [Phase("", first, last, share) for first, last, share in phases]  # type: ignore[arg-type]
    found = pace(actual, target, start, end, as_of, plan)  # type: ignore[arg-type]
    assert (found.index is None) == bool(found.reason)
    ahead = forecast([(as_of, actual), (start, actual)], start, end, as_of, plan)  # type: ignore[arg-type,list-item]
    assert (ahead.low is None) == bool(ahead.reason)
