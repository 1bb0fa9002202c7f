"""ROAS and net ROI, of a channel and of totals."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.roi import net_roi, rank_channels, ratio_of_sums, roas, total_roas

MONEY = st.decimals(0, 10**9, places=2)
TINY = Fraction(1, 10**30)
SPENT = st.decimals("0.01", 10**9, places=2)


def test_eight_yuan_for_each_one_spent_is_a_roas_of_eight_and_a_net_roi_of_seven() -> None:
    assert roas(80_000, 10_000) == (Decimal(8), "")
    assert net_roi(80_000, 10_000) == (Decimal(7), "")


def test_refunds_above_sales_are_a_loss_that_is_known() -> None:
    assert roas(-500, 1000) == (Decimal("-0.5"), "")
    assert net_roi(-500, 1000) == (Decimal("-1.5"), "")


def test_no_revenue_yet_is_told_from_a_revenue_of_nothing() -> None:
    assert net_roi(0, 1000) == (Decimal(-1), "")
    assert net_roi(None, 1000) == (None, "no_revenue")


@pytest.mark.parametrize(
    ("revenue", "cost", "reason"),
    [
        (100, None, "no_cost"),
        (None, None, "no_revenue"),
        (100, 0, "zero_cost"),
        (0, 0, "zero_cost"),
        (100, -1, "negative_cost"),
        (float("nan"), 1, "not_a_number"),
        (100, float("inf"), "not_a_number"),
        (True, 1, "not_a_number"),
    ],
)
def test_a_return_without_a_cost_is_undefined(revenue: float | None, cost: float | None, reason: str) -> None:
    assert roas(revenue, cost) == (None, reason)
    assert net_roi(revenue, cost) == (None, reason)


def test_a_total_is_the_ratio_of_the_sums_and_not_the_mean_of_the_ratios() -> None:
    assert total_roas([(90, 10), (10, 40)]) == (Decimal(2), "")
    assert ratio_of_sums([1, 1], [2, 98]) == (Decimal("0.02"), "")


def test_a_blank_adds_nothing_to_its_sum() -> None:
    assert total_roas([(90, 10), (None, 20), (30, None)]) == (Decimal(4), "")
    assert total_roas([(None, 10)]) == (None, "no_revenue")
    assert total_roas([]) == (None, "no_revenue")


@pytest.mark.parametrize(
    ("numerators", "denominators", "reason"),
    [
        ([], [1], "no_numerator"),
        ([1], [None], "no_denominator"),
        ([1], [2, -2], "zero_denominator"),
        ([1], [-2], "negative_denominator"),
        ([1, float("nan")], [2], "not_a_number"),
    ],
)
def test_a_ratio_of_sums_says_why_it_is_undefined(
    numerators: list[float], denominators: list[float | None], reason: str
) -> None:
    assert ratio_of_sums(numerators, denominators) == (None, reason)


def test_channels_are_ranked_by_their_totals_and_undefined_ones_stand_last() -> None:
    rows = [("公众号", 100, 0), ("抖音", 100, 50), ("KOL", 80, 10), ("抖音", 300, 0), ("朋友圈", 16, 2)]
    ranked = [(channel.channel, channel.roas.value, channel.rank) for channel in rank_channels(rows)]
    assert ranked == [("抖音", 8, 1), ("KOL", 8, 1), ("朋友圈", 8, 1), ("公众号", None, None)]


def test_a_rank_counts_all_channels_that_are_better() -> None:
    rows = [("a", 8, 1), ("b", 8, 1), ("c", 3, 1)]
    assert [(channel.channel, channel.rank) for channel in rank_channels(rows)] == [("a", 1), ("b", 1), ("c", 3)]


@given(MONEY, SPENT)
def test_net_roi_is_roas_minus_one(revenue: Decimal, cost: Decimal) -> None:
    gross, net = roas(revenue, cost).value, net_roi(revenue, cost).value
    assert gross is not None
    assert net is not None
    assert abs(Fraction(gross) - Fraction(net) - 1) < TINY


@given(st.lists(st.tuples(MONEY, SPENT), min_size=1))
def test_a_total_lies_between_its_worst_and_its_best_channel(pairs: list[tuple[Decimal, Decimal]]) -> None:
    each = [found.value for revenue, cost in pairs if (found := roas(revenue, cost)).value is not None]
    total = total_roas(pairs).value
    assert total is not None
    assert Fraction(min(each)) - TINY <= total <= Fraction(max(each)) + TINY
