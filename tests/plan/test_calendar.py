"""Laws of the working calendar; days of 2024 and 2026 are those of the official notices."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.calendar import RestDay, WorkCalendar, calendar_of, chinese_rest_days

CHINA = calendar_of(chinese_rest_days(range(2023, 2027)))
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))


def test_the_sources_example_has_five_working_days_in_2024() -> None:
    assert CHINA.workdays(date(2024, 5, 20), date(2024, 5, 25)) == 5


def test_a_make_up_saturday_works() -> None:
    assert CHINA.is_workday(date(2026, 10, 10))
    assert date(2026, 10, 10).weekday() == 5


def test_national_day_rests_though_it_is_a_thursday() -> None:
    assert not CHINA.is_workday(date(2026, 10, 1))


def test_a_day_that_is_holiday_and_make_up_day_works() -> None:
    day = date(2026, 3, 2)
    assert WorkCalendar(holidays=frozenset({day}), makeup_workdays=frozenset({day})).is_workday(day)


def test_an_unknown_year_is_marked_and_never_guessed() -> None:
    assert chinese_rest_days([2035]) == (RestDay(date(2035, 1, 1), "", "unannounced"),)
    assert calendar_of(chinese_rest_days([2035])).is_workday(date(2035, 10, 1))


@given(DAYS, st.integers(0, 60))
def test_counting_equals_looking_at_each_day(start: date, length: int) -> None:
    days = [start + timedelta(days=n) for n in range(length)]
    assert CHINA.workdays(start, start + timedelta(days=length - 1)) == sum(map(CHINA.is_workday, days))


@given(DAYS, st.integers(-60, 60))
def test_shifting_lands_on_a_working_day_that_many_working_days_away(day: date, distance: int) -> None:
    landed = CHINA.shift(day, distance)
    assert CHINA.is_workday(landed)
    assert CHINA.workdays_before(landed) - CHINA.workdays_before(CHINA.next_workday(day)) == distance


@given(DAYS, st.sets(st.integers(0, 6), max_size=6))
def test_the_working_week_may_be_any(day: date, weekend: set[int]) -> None:
    calendar = WorkCalendar(tuple(sorted(weekend)))
    assert calendar.workdays(day, day + timedelta(days=6)) == 7 - len(weekend)
