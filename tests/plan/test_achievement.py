"""How much of a target is reached: worked examples and laws."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from promo_xl.plan.achievement import Goal, achievement, goal_of
from promo_xl.plan.defined import Number
from promo_xl.plan.quantity import parse_quantity

NUMBERS = st.decimals(-(10**9), 10**9, places=4)
POSITIVE = st.decimals("0.0001", 10**9, places=4)
DIRECTIONS = st.sampled_from(["up", "down", "range"])
TINY = Fraction(1, 10**30)
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals(allow_nan=True)
    | st.text(max_size=3)
    | st.tuples(st.floats() | st.none(), st.floats() | st.none())
)


@pytest.mark.parametrize(
    ("actual", "target", "share"),
    [
        (0.062, 0.05, "1.24"),
        (6.2, 5, "1.24"),
        (5_000_000, 10_000_000, "0.5"),
        (0, 5000, "0"),
        (-100, 1000, "-0.1"),
        (-50, -100, "1.5"),
        (-200, -100, "0"),
        (100, -100, "3"),
        (0.3, 0.1, "3"),
    ],
)
def test_higher_is_better_unless_said_otherwise(actual: float, target: float, share: str) -> None:
    assert achievement(actual, target) == (Decimal(share), "")


@pytest.mark.parametrize(
    ("actual", "target", "share"),
    [
        (24, 30, "1.2"),
        (30, 30, "1"),
        (36, 30, "0.8"),
        (60, 30, "0"),
        (90, 30, "0"),
        (0, 30, "2"),
        (-15, -10, "1.5"),
        (-5, -10, "0.5"),
        (5, -10, "0"),
        (0, 0, "1"),
        (-1, 0, "1"),
        (1, 0, "0"),
    ],
)
def test_a_cost_achieves_by_staying_low_and_never_less_than_nothing(actual: int, target: int, share: str) -> None:
    assert achievement(actual, target, "down") == (Decimal(share), "")


@pytest.mark.parametrize(
    ("actual", "target", "expected"),
    [
        (40, 30, (Decimal("0.75"), "")),
        (24, 30, (Decimal("1.25"), "")),
        (0, 30, (None, "zero_actual")),
        (-1, 30, (None, "not_positive")),
        (30, -30, (None, "not_positive")),
        (5, 0, (Decimal(0), "")),
        (0, 0, (Decimal(1), "")),
    ],
)
def test_the_inverse_ratio_is_an_option_for_costs(actual: int, target: int, expected: tuple[object, str]) -> None:
    assert achievement(actual, target, "down", inverse=True) == expected


def test_the_inverse_ratio_is_nothing_for_a_target_to_exceed() -> None:
    assert achievement(24, 30, "up", inverse=True) == achievement(24, 30, "up")


@pytest.mark.parametrize(
    ("actual", "low", "high", "expected"),
    [
        (4, 3, 5, (Decimal(1), "")),
        (3, 3, 5, (Decimal(1), "")),
        (5, 3, 5, (Decimal(1), "")),
        (1.5, 3, 5, (Decimal("0.5"), "")),
        (6, 3, 5, (Decimal("0.8"), "")),
        (11, 3, 5, (Decimal(0), "")),
        (-1, 0, 5, (None, "zero_target")),
        (2, -1, 0, (Decimal(0), "")),
        (-15, -10, -5, (Decimal("0.5"), "")),
        (4, 5, 3, (None, "reversed_range")),
        (4, None, 5, (None, "no_target")),
        (4, 3, float("nan"), (None, "not_a_number")),
    ],
)
def test_a_range_is_met_anywhere_inside(
    actual: float, low: float | None, high: float, expected: tuple[object, str]
) -> None:
    assert achievement(actual, (low, high), "range") == expected
    assert achievement(actual, (low, high)) == expected


@pytest.mark.parametrize(
    ("actual", "target", "baseline", "share"),
    [
        (35, 30, 40, "0.5"),
        (30, 30, 40, "1"),
        (25, 30, 40, "1.5"),
        (45, 30, 40, "-0.5"),
        (1250, 1500, 1000, "0.5"),
        (900, 1500, 1000, "-0.2"),
        (2, 0, 4, "0.5"),
        (0.04, 0.05, 0.03, "0.5"),
    ],
)
def test_with_a_baseline_it_is_the_share_of_the_way(
    actual: float, target: float, baseline: float, share: str
) -> None:
    for direction in ("up", "down"):
        assert achievement(actual, target, direction, baseline) == (Decimal(share), "")


@pytest.mark.parametrize(
    ("actual", "target", "direction", "baseline", "reason"),
    [
        (None, 5, "up", None, "no_actual"),
        (5, None, "up", None, "no_target"),
        (5, 0, "up", None, "zero_target"),
        (5, 30, "down", 30, "zero_baseline_span"),
        (True, 5, "up", None, "not_a_number"),
        ("5", 5, "up", None, "not_a_number"),
        (5, float("inf"), "up", None, "not_a_number"),
        (5, 6, "up", float("nan"), "not_a_number"),
        (5, Decimal("1E+500"), "up", None, "out_of_range"),
        (5, 5, "sideways", None, "unknown_direction"),
    ],
)
def test_what_cannot_be_computed_is_undefined_with_a_reason(
    actual: Number | None, target: Number | None, direction: str, baseline: Number | None, reason: str
) -> None:
    assert achievement(actual, target, direction, baseline) == (None, reason)


@pytest.mark.parametrize(
    ("text", "baseline", "goal"),
    [
        ("1000万次", None, Goal(Decimal(10_000_000), direction="up", unit="次")),
        ("≥5%", None, Goal(Decimal("0.05"), direction="up", unit="%")),
        ("≤30元", None, Goal(Decimal(30), direction="down", unit="元")),
        ("<30元", None, Goal(Decimal(30), direction="down", unit="元")),
        ("1:8", None, Goal(Decimal(8), direction="up", unit="1:x")),
        ("抖音500万次+KOL200万次", None, Goal(Decimal(7_000_000), direction="up", unit="次")),
        ("3%-5%", None, Goal(None, Decimal("0.03"), Decimal("0.05"), "range", "%")),
        ("降至30元", None, Goal(Decimal(30), direction="down", unit="元")),
        ("增长10%-20%", 1000, Goal(None, Decimal(1100), Decimal(1200), "range")),
        ("降低20%以上", 50, Goal(Decimal(40), direction="down")),
        ("降低不超过20%", 50, Goal(Decimal(40), direction="up")),
        ("增长不超过20%", 50, Goal(Decimal(60), direction="down")),
        ("增长50%", 1000, Goal(Decimal(1500), direction="up")),
        ("降低20%", 50, Goal(Decimal(40), direction="down")),
        ("翻一番", 1000, Goal(Decimal(2000), direction="up")),
        ("提升2个百分点", 0.03, Goal(Decimal("0.05"), direction="up", unit="%")),
        ("增长50%", None, Goal(reason="needs_baseline")),
        ("", None, Goal(reason="no_target")),
        ("待定", None, Goal(reason="no_target")),
    ],
)
def test_a_target_text_means_a_level_and_a_direction(text: str, baseline: float | None, goal: Goal) -> None:
    assert goal_of(parse_quantity(text), baseline) == goal


def test_a_text_that_cannot_be_read_keeps_its_own_reason() -> None:
    assert goal_of(parse_quantity("$500")) == Goal(reason="foreign_currency")
    assert achievement(5, parse_quantity("$500")) == (None, "foreign_currency")


@pytest.mark.parametrize(
    ("actual", "text", "direction", "baseline", "share"),
    [
        (0.062, "≥5%", "up", None, "1.24"),
        (24, "≤30元", "up", None, "1.2"),
        (24, "降至30元", "up", None, "1.2"),
        (24, "30元", "down", None, "1.2"),
        (24, "30元", "up", None, "0.8"),
        (24, "≥30元", "down", None, "0.8"),
        (0.06, "3%-5%", "up", None, "0.8"),
        (1250, "增长50%", "up", 1000, "0.5"),
        (45, "降低20%", "up", 50, "0.5"),
        (0.04, "提升2个百分点", "up", 0.03, "0.5"),
        (6, "1:8", "up", None, "0.75"),
    ],
)
def test_a_target_text_brings_its_direction_where_it_says_one(
    actual: float, text: str, direction: str, baseline: float | None, share: str
) -> None:
    assert achievement(actual, parse_quantity(text), direction, baseline) == (Decimal(share), "")


@given(NUMBERS, DIRECTIONS, st.none() | NUMBERS)
def test_at_the_target_it_is_exactly_one_whenever_it_is_defined(
    target: Decimal, direction: str, baseline: Decimal | None
) -> None:
    found = achievement(target, target, direction, baseline)
    assume(not (direction == "down" and target == 0 and baseline is None))
    assert found.value == 1 or found.reason in {"zero_target", "zero_baseline_span"}


@given(NUMBERS, NUMBERS, NUMBERS)
def test_more_is_never_worse_upwards_and_never_better_downwards(
    less: Decimal, more: Decimal, target: Decimal
) -> None:
    less, more = sorted((less, more))
    assume(target != 0)
    for direction, sign in (("up", 1), ("down", -1)):
        lower, higher = achievement(less, target, direction).value, achievement(more, target, direction).value
        assert lower is not None
        assert higher is not None
        assert sign * (higher - lower) >= 0


@given(NUMBERS, NUMBERS.filter(bool))
def test_up_and_down_are_mirrored_at_one(actual: Decimal, target: Decimal) -> None:
    up, down = achievement(actual, target, "up").value, achievement(actual, target, "down").value
    assert up is not None
    assert down is not None
    assert abs(Fraction(down) - max(2 - Fraction(up), Fraction(0))) < TINY


@given(NUMBERS, POSITIVE, st.integers(1, 1000))
def test_the_unit_of_money_does_not_matter(actual: Decimal, target: Decimal, scale: int) -> None:
    found, scaled = achievement(actual, target).value, achievement(actual * scale, target * scale).value
    assert found == scaled


@given(NUMBERS, NUMBERS, NUMBERS)
def test_with_a_baseline_the_way_back_counts_from_the_other_end(
    actual: Decimal, target: Decimal, baseline: Decimal
) -> None:
    assume(target != baseline)
    there, back = achievement(actual, target, "up", baseline), achievement(actual, baseline, "up", target)
    assert there.value is not None
    assert back.value is not None
    assert abs(Fraction(there.value) + Fraction(back.value) - 1) < TINY


@given(POSITIVE, POSITIVE, POSITIVE)
def test_a_range_is_one_inside_and_less_outside(one: Decimal, other: Decimal, actual: Decimal) -> None:
    low, high = sorted((one, other))
    found = achievement(actual, (low, high)).value
    assert found is not None
    assert (found == 1) == (low <= actual <= high)
    assert 0 <= found <= 1


@given(ANYTHING, ANYTHING, DIRECTIONS | st.text(max_size=3), ANYTHING, st.booleans())
@example(1, (1, 2, 3), "range", None, False)
def test_whatever_is_typed_there_is_a_finite_value_or_a_reason(
    actual: object, target: object, direction: str, baseline: object, inverse: bool
) -> None:
    found = achievement(actual, target, direction, baseline, inverse=inverse)  # type: ignore[arg-type]
    assert (found.value is None) == bool(found.reason)
    assert found.value is None or found.value.is_finite()
