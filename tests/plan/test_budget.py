"""Money divided: checks of parts, and amounts that add up."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.budget import Allocation, PartsCheck, allocate, apportion, budget_check, shares_gap

TOTALS = st.decimals(-(10**12), 10**12, places=2)
SHARES = st.lists(st.floats(0, 1) | st.none(), min_size=1, max_size=12)


def test_forty_thirty_twenty_and_ten_percent_are_the_whole() -> None:
    assert budget_check([0.4, 0.3, 0.2, 0.1]) == PartsCheck(Decimal(1), Decimal(0))
    assert budget_check([40, 30, 20, 10], 100) == PartsCheck(Decimal(100), Decimal(0))
    assert shares_gap([0.4, 0.3, 0.2, 0.1]) == 0


def test_thirds_that_were_rounded_by_a_computer_are_the_whole() -> None:
    assert budget_check([1 / 3] * 3).gap == 0
    assert budget_check([100000 / 3] * 3, 100000).gap == 0
    assert budget_check([33.3333] * 3, 100).gap == 0
    assert budget_check([0.5, 0.499999, 0]).gap == 0
    assert budget_check([0.5, 0.499998, 0]).gap == Decimal("-0.000002")


@pytest.mark.parametrize(
    ("parts", "total", "gap"),
    [
        ([0.5, 0.4], 1, "-0.1"),
        ([0.333] * 3, 1, "-0.001"),
        ([300, 250], 500, "50"),
        ([166666.66] * 3, 500000, "-0.02"),
    ],
)
def test_parts_that_miss_the_whole_say_by_how_much(parts: list[float], total: int, gap: str) -> None:
    assert budget_check(parts, total).gap == Decimal(gap)


@pytest.mark.parametrize(
    ("parts", "total", "found"),
    [
        ([], 1, PartsCheck(reason="no_parts")),
        ([None, None], 1, PartsCheck(reason="no_parts")),
        ([0.5], None, PartsCheck(Decimal("0.5"), None, "no_total")),
        ([1.2, -0.2], 1, PartsCheck(Decimal(1), None, "negative_part")),
        ([0.5, float("nan")], 1, PartsCheck(reason="not_a_number")),
    ],
)
def test_a_check_that_cannot_be_made_says_why(
    parts: list[float | None], total: int | None, found: PartsCheck
) -> None:
    assert budget_check(parts, total) == found


def test_shares_that_nobody_stated_miss_nothing() -> None:
    assert shares_gap([None, None]) == 0
    assert shares_gap([0.5, None]) == Decimal("-0.5")


@pytest.mark.parametrize(
    ("total", "shares", "amounts"),
    [
        (500_000, [0.4, 0.3, 0.2, 0.1], ["200000", "150000", "100000", "50000"]),
        (100, [1, 1, 1], ["33.34", "33.33", "33.33"]),
        (100, [0.2, None, 0.3], ["40", "0", "60"]),
        (0.01, [50, 50], ["0.01", "0"]),
        (10, [0.126, 0.437, 0.437], ["1.26", "4.37", "4.37"]),
        (1, [0.335, 0.335, 0.33], ["0.34", "0.33", "0.33"]),
        (0.125, [1, 1], ["0.063", "0.062"]),
        (0, [1, 2], ["0", "0"]),
    ],
)
def test_a_budget_is_divided_to_the_cent(total: float, shares: list[float | None], amounts: list[str]) -> None:
    assert allocate(total, shares) == Allocation(tuple(map(Decimal, amounts)))


@pytest.mark.parametrize(
    ("total", "shares", "reason"),
    [
        (None, [1], "no_total"),
        (float("inf"), [1], "not_a_number"),
        (100, [], "no_shares"),
        (100, [None, 0], "no_shares"),
        (100, [1, -1], "negative_share"),
        (100, [1, float("nan")], "not_a_number"),
    ],
)
def test_what_cannot_be_divided_says_why(total: float | None, shares: list[float | None], reason: str) -> None:
    assert allocate(total, shares) == Allocation(reason=reason)


@given(TOTALS, SHARES)
def test_nothing_is_lost_and_nothing_is_made(total: Decimal, shares: list[float | None]) -> None:
    found = allocate(total, shares)
    assert found.reason == "no_shares" or sum(map(Fraction, found.amounts)) == Fraction(total)


@given(st.decimals(10**30, 10**60, places=2), SHARES)
def test_not_even_of_a_total_that_no_planner_has(total: Decimal, shares: list[float | None]) -> None:
    found = allocate(total, shares)
    rounded = Fraction(f"{total:.49e}")
    assert found.reason == "no_shares" or sum(map(Fraction, found.amounts)) == rounded


@given(TOTALS, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_each_amount_is_less_than_a_cent_from_its_exact_share(total: Decimal, shares: list[int]) -> None:
    for amount, share in zip(allocate(total, shares).amounts, shares, strict=True):
        assert abs(Fraction(amount) - Fraction(total) * share / sum(shares)) < Fraction(1, 100)


@given(
    TOTALS.filter(lambda total: total >= 0), st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)
)
def test_a_larger_share_never_gets_less(total: Decimal, shares: list[int]) -> None:
    by_share = sorted(zip(shares, allocate(total, shares).amounts, strict=True))
    for (less, small), (more, large) in pairwise(by_share):
        assert less == more or small <= large


@given(st.lists(st.fractions(-1000, 1000, max_denominator=1000), min_size=1))
def test_apportioned_parts_keep_the_sum_of_the_exact_ones(parts: list[Fraction]) -> None:
    parts.append(-sum(parts))
    assert sum(map(Fraction, apportion(parts))) == 0
