"""Which channels an order is owed to."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.attribution import MODELS, Attributed, Order, Touch, attributed, check_shares, touch_shares

DOUYIN, KOL, MOMENTS, SEARCH = (
    Touch("抖音", date(2026, 6, 1)),
    Touch("KOL", date(2026, 6, 8)),
    Touch("朋友圈", date(2026, 6, 15)),
    Touch("搜索", date(2026, 6, 22)),
)
WAY = (DOUYIN, KOL, MOMENTS, SEARCH)


@pytest.mark.parametrize(
    ("model", "touches", "shares"),
    [
        ("first", WAY, ["1", "0", "0", "0"]),
        ("last", WAY, ["0", "0", "0", "1"]),
        ("linear", WAY, ["0.25", "0.25", "0.25", "0.25"]),
        ("linear", WAY[:3], ["0.333333333334", "0.333333333333", "0.333333333333"]),
        ("position", WAY, ["0.4", "0.1", "0.1", "0.4"]),
        ("position", WAY[:3], ["0.4", "0.2", "0.4"]),
        ("position", WAY[:2], ["0.5", "0.5"]),
        ("position", WAY[:1], ["1"]),
        ("time_decay", WAY[:2], ["0.333333333333", "0.666666666667"]),
        ("time_decay", WAY[:3], ["0.142857142857", "0.285714285714", "0.571428571429"]),
        ("time_decay", (DOUYIN, DOUYIN), ["0.5", "0.5"]),
    ],
)
def test_each_model_shares_an_order_in_its_way(model: str, touches: tuple[Touch, ...], shares: list[str]) -> None:
    assert touch_shares(touches, model).shares == tuple(map(Decimal, shares))


def test_touches_are_taken_by_their_time_and_answered_as_they_stand() -> None:
    assert touch_shares((SEARCH, KOL, DOUYIN), "position").shares == (
        Decimal("0.4"),
        Decimal("0.2"),
        Decimal("0.4"),
    )
    assert touch_shares((SEARCH, KOL, DOUYIN), "first").shares == (0, 0, 1)


def test_touches_of_which_one_has_no_time_are_taken_as_they_stand() -> None:
    assert touch_shares((SEARCH, Touch("直播")), "first").shares == (1, 0)
    assert touch_shares((SEARCH, Touch("直播")), "time_decay").reason == "no_time"


def test_days_and_moments_may_be_mixed() -> None:
    china = timezone(timedelta(hours=8))
    touches = (
        Touch("晚", datetime(2026, 6, 1, 20, 0, tzinfo=china)),
        Touch("早", datetime(2026, 6, 1, 8, 0)),
        Touch("当天", date(2026, 6, 1)),
    )
    assert touch_shares(touches, "last").shares == (1, 0, 0)
    assert touch_shares(touches, "first").shares == (0, 0, 1)


def test_half_a_day_counts_under_time_decay() -> None:
    # 2^(-0.5/7) = 0.951695… against 1; 6 hours, 36 minutes and 30 seconds: 2^(-0.275347…/7) = 0.973103….
    noon, later = datetime(2026, 6, 1, 12), datetime(2026, 6, 1, 6, 36, 30)
    day = Touch("抖音", date(2026, 6, 1))
    assert touch_shares((day, Touch("KOL", noon)), "time_decay").shares[0] == Decimal("0.487624899587")
    assert touch_shares((day, Touch("KOL", later)), "time_decay").shares[0] == Decimal("0.493184131133")


def test_what_cannot_be_shared_says_why() -> None:
    assert touch_shares((), "linear").reason == "no_touches"
    assert touch_shares(WAY, "黑箱").reason == "unknown_model"


def test_shares_that_others_computed_are_checked_to_a_millionth() -> None:
    assert check_shares([0.4, 0.2, 0.4]).gap == 0
    assert check_shares([0.3333333, 0.3333333, 0.3333333]).gap == 0
    assert check_shares([0.333, 0.333, 0.333]).gap == Decimal("-0.001")
    assert check_shares([1.5, -0.5]).reason == "negative_part"


def test_the_revenue_of_an_order_goes_with_its_shares() -> None:
    orders = [Order(90, (DOUYIN, KOL, DOUYIN)), Order(10, (KOL,))]
    assert attributed(orders, "linear") == Attributed({"抖音": Decimal("60.00"), "KOL": Decimal("40.00")})


def test_a_thousand_orders_in_three_parts_lose_no_cent_and_favour_nobody() -> None:
    found = attributed([Order(1, (DOUYIN, KOL, MOMENTS))] * 1000, "linear").by_channel
    assert found == {"抖音": Decimal("333.34"), "KOL": Decimal("333.33"), "朋友圈": Decimal("333.33")}


def test_orders_without_touches_are_owed_to_nobody_and_orders_without_revenue_are_counted() -> None:
    orders = [Order(90, (DOUYIN,)), Order(10), Order(None, (KOL,)), Order(-20, (DOUYIN,))]
    assert attributed(orders, "last") == Attributed({"抖音": Decimal(70)}, Decimal(10), left_out=1)


def test_an_attribution_that_cannot_be_made_says_why() -> None:
    assert attributed([], "linear") == Attributed(reason="no_orders")
    assert attributed([Order(None)], "linear") == Attributed(left_out=1, reason="no_orders")
    assert attributed([Order(5, (Touch("抖音"),))], "time_decay") == Attributed(reason="no_time")
    assert attributed([Order(5, (DOUYIN,))], "黑箱") == Attributed(reason="unknown_model")


TOUCHES = st.lists(
    st.builds(Touch, st.sampled_from(["抖音", "KOL", "朋友圈", ""]), st.dates() | st.datetimes()),
    max_size=30,
).map(tuple)
REVENUES = st.decimals(-(10**6), 10**9, places=3) | st.none()


@given(TOUCHES, st.sampled_from(MODELS))
def test_shares_add_up_to_exactly_one(touches: tuple[Touch, ...], model: str) -> None:
    found = touch_shares(touches, model)
    assert all(share >= 0 for share in found.shares)
    assert sum(found.shares) == 1 or found.reason == "no_touches"


@given(st.lists(st.builds(Order, REVENUES, TOUCHES), max_size=12), st.sampled_from(MODELS))
def test_the_channels_and_the_rest_are_all_revenue(orders: list[Order], model: str) -> None:
    found = attributed(orders, model)
    known = [Decimal(order.revenue) for order in orders if order.revenue is not None]
    assert sum(found.by_channel.values()) + found.unattributed == sum(known)
    assert bool(found.reason) == (not known)


@given(TOUCHES.filter(bool), st.permutations(range(30)))
def test_the_order_of_the_rows_does_not_matter_under_time_decay(
    touches: tuple[Touch, ...], places: list[int]
) -> None:
    order = [place for place in places if place < len(touches)]
    shuffled = touch_shares([touches[place] for place in order], "time_decay").shares
    plain = touch_shares(touches, "time_decay").shares
    # Which of equal remainders gets the last unit may differ; nothing else may.
    assert all(abs(share - plain[place]) <= Decimal("1E-12") for share, place in zip(shuffled, order, strict=True))
