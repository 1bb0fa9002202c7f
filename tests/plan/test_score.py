"""One number for many KPIs."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.achievement import achievement
from promo_xl.plan.score import Dropped, Score, weighted_score

ACHIEVED = st.decimals(-2, 3, places=4)
TINY = Fraction(1, 10**40)
WEIGHTS = st.integers(1, 100)


def test_what_is_above_the_cap_does_not_make_up_for_what_is_below() -> None:
    kpis = [("曝光", Decimal("1.2"), Decimal("0.3")), ("销量", Decimal("0.5"), Decimal("0.7"))]
    assert weighted_score(kpis) == Score(Decimal("0.65"))
    assert weighted_score(kpis, cap=Decimal("1.1")) == Score(Decimal("0.68"))
    assert weighted_score(kpis, cap=None) == Score(Decimal("0.71"))


def test_weights_may_be_shares_or_percent_numbers() -> None:
    shares = [("曝光", 0.8, 0.3), ("销量", 0.5, 0.7)]
    percents = [("曝光", 0.8, 30), ("销量", 0.5, 70)]
    assert weighted_score(shares) == weighted_score(percents) == Score(Decimal("0.59"))


def test_an_undefined_kpi_is_dropped_by_name_with_its_own_reason() -> None:
    kpis = [("曝光", 0.8, 30), ("复购", achievement(3, 0), 20), ("互动", None, 50)]
    assert weighted_score(kpis) == Score(
        Decimal("0.8"), (Dropped("复购", "zero_target"), Dropped("互动", "no_actual"))
    )


def test_without_any_weight_all_weigh_the_same() -> None:
    assert weighted_score([("曝光", 0.8, None), ("销量", 0.5, None)]) == Score(Decimal("0.65"))


def test_beside_weights_a_blank_weight_takes_no_part() -> None:
    assert weighted_score([("曝光", 0.8, 30), ("销量", 0.5, None)]) == Score(
        Decimal("0.8"), (Dropped("销量", "no_weight"),)
    )
    assert weighted_score([("曝光", None, 30), ("销量", 0.5, None)]) == Score(
        None, (Dropped("曝光", "no_actual"), Dropped("销量", "no_weight")), "nothing_defined"
    )


@pytest.mark.parametrize(
    ("weight", "reason"), [(0, "zero_weight"), (-5, "negative_weight"), (float("nan"), "not_a_number")]
)
def test_a_weight_that_weighs_nothing_is_named(weight: float, reason: str) -> None:
    assert weighted_score([("曝光", 0.8, 30), ("销量", 0.5, weight)]) == Score(
        Decimal("0.8"), (Dropped("销量", reason),)
    )


def test_a_score_of_nothing_is_undefined() -> None:
    assert weighted_score([]) == Score(reason="no_kpi")
    assert weighted_score([("曝光", 0.8, 0)]) == Score(None, (Dropped("曝光", "zero_weight"),), "nothing_defined")
    assert weighted_score([("曝光", 0.8, 1)], cap=float("nan")) == Score(reason="not_a_number")


@given(st.lists(st.tuples(ACHIEVED, WEIGHTS), min_size=1))
def test_the_score_lies_between_the_worst_and_the_best_kpi(kpis: list[tuple[Decimal, int]]) -> None:
    score = weighted_score([("", achieved, weight) for achieved, weight in kpis]).value
    capped = [min(achieved, Decimal(1)) for achieved, _ in kpis]
    assert score is not None
    assert Fraction(min(capped)) - TINY <= score <= Fraction(max(capped)) + TINY


@given(st.lists(st.tuples(ACHIEVED, WEIGHTS), min_size=1), st.integers(1, 1000))
def test_the_scale_of_the_weights_does_not_matter(kpis: list[tuple[Decimal, int]], scale: int) -> None:
    plain = weighted_score([("", achieved, weight) for achieved, weight in kpis]).value
    scaled = weighted_score([("", achieved, weight * scale) for achieved, weight in kpis]).value
    assert plain is not None
    assert scaled is not None
    assert abs(Fraction(plain) - Fraction(scaled)) < TINY


@given(st.lists(st.tuples(ACHIEVED | st.none(), WEIGHTS | st.none() | st.just(-1)), max_size=8))
def test_each_kpi_is_in_the_score_or_named(kpis: list[tuple[Decimal | None, int | None]]) -> None:
    found = weighted_score([(str(place), *kpi) for place, kpi in enumerate(kpis)])
    assert (found.value is None) == bool(found.reason)
    assert (found.value is None) == (len(found.dropped) == len(kpis))
    assert all(dropped.reason for dropped in found.dropped)
