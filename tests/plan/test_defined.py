"""What counts as a number, and what does not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.defined import Defined, known, known_sum


@pytest.mark.parametrize(
    ("number", "value"),
    [(0, "0"), (5, "5"), (0.1, "0.1"), (1e-7, "1e-7"), (1e300, "1e300"), (Decimal("0.30"), "0.3"), (-2.5, "-2.5")],
)
def test_a_number_is_what_it_shows(number: float | Decimal, value: str) -> None:
    assert known(number, "no_actual") == (Decimal(value), "")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (None, "no_actual"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("-inf"), "not_a_number"),
        (Decimal("sNaN"), "not_a_number"),
        (Decimal("Infinity"), "not_a_number"),
        ("5", "not_a_number"),
        (Decimal("1E+401"), "out_of_range"),
        (Decimal("1E-999999"), "out_of_range"),
        (10**4000, "out_of_range"),
    ],
)
def test_what_is_no_number_says_why(number: object, reason: str) -> None:
    assert known(number, "no_actual") == (None, reason)


def test_zero_is_a_value_and_a_blank_is_not() -> None:
    assert Defined(Decimal(0))
    assert not Defined(reason="no_actual")


def test_a_result_unpacks_into_value_and_reason() -> None:
    value, reason = known(None, "no_cost")
    assert (value, reason) == (None, "no_cost")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_keeps_the_digits_it_is_shown_with(number: float) -> None:
    assert known(number, "").value == Decimal(repr(number))


@given(st.lists(st.integers(-(10**12), 10**12) | st.none(), min_size=1))
def test_a_sum_counts_what_is_there(numbers: list[int | None]) -> None:
    stated = [number for number in numbers if number is not None]
    assert known_sum(numbers, "blank") == ((Decimal(sum(stated)), "") if stated else (None, "blank"))


def test_a_sum_never_hides_an_entry_that_is_no_number() -> None:
    assert known_sum([1, float("nan"), 2], "blank") == (None, "not_a_number")
