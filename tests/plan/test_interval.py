"""Small samples: what a rate of k in n can and cannot show."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.interval import Interval, distinguishable, wilson

TINY = Fraction(1, 10**40)
SAMPLES = st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
        (29, 29, "0.8830", "1.0000"),
    ],
)
def test_the_interval_is_the_published_one(k: int, n: int, low: str, high: str) -> None:
    found = wilson(k, n)
    assert found.low is not None
    assert found.high is not None
    places = Decimal("0.0001")
    assert (found.low.quantize(places), found.high.quantize(places)) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("k", "n", "reason"),
    [
        (None, 10, "no_count"),
        (1, None, "no_count"),
        (0, 0, "zero_total"),
        (11, 10, "not_a_rate"),
        (-1, 10, "not_a_rate"),
        (-2, -1, "not_a_rate"),
        (float("nan"), 10, "not_a_number"),
    ],
)
def test_what_is_no_rate_has_no_interval(k: float | None, n: float | None, reason: str) -> None:
    assert wilson(k, n) == Interval(reason=reason)
    assert distinguishable(k, n, 0.5) is None


def test_five_orders_of_a_hundred_clicks_do_not_differ_from_eight_percent() -> None:
    assert distinguishable(5, 100, 0.08) is False
    assert distinguishable(5, 100, 0.12) is True
    assert distinguishable(500, 10_000, 0.08) is True
    assert distinguishable(5, 100, None) is None


@given(SAMPLES)
def test_the_interval_holds_the_rate_and_stays_a_share(sample: tuple[int, int]) -> None:
    k, n = sample
    found = wilson(k, n)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= Fraction(k, n) <= found.high <= 1
    assert found.low < found.high


@given(SAMPLES, st.integers(2, 100))
def test_a_larger_sample_of_the_same_rate_is_narrower(sample: tuple[int, int], times: int) -> None:
    k, n = sample
    small, large = wilson(k, n), wilson(k * times, n * times)
    assert small.low is not None
    assert small.high is not None
    assert large.low is not None
    assert large.high is not None
    assert large.high - large.low < small.high - small.low


@given(SAMPLES)
def test_successes_and_failures_mirror_each_other(sample: tuple[int, int]) -> None:
    k, n = sample
    found, mirrored = wilson(k, n), wilson(n - k, n)
    assert found.low is not None
    assert mirrored.high is not None
    assert abs(Fraction(found.low) + Fraction(mirrored.high) - 1) < TINY


@given(SAMPLES)
def test_the_ends_are_the_rates_that_are_just_z_standard_errors_away(sample: tuple[int, int]) -> None:
    k, n = sample
    z = Fraction("1.959963984540054")
    found = wilson(k, n)
    for end in (found.low, found.high):
        assert end is not None
        rate = Fraction(end)
        assert abs((Fraction(k, n) - rate) ** 2 - z * z * rate * (1 - rate) / n) < TINY


@given(SAMPLES)
def test_its_own_rate_is_never_distinguishable(sample: tuple[int, int]) -> None:
    k, n = sample
    assert distinguishable(k, n, k / n) is False
