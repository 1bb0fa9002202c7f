"""Laws of the working calendar; days of 2024 and 2026 are those of the official notices."""

import pickle
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.calendar import RestDay, WorkCalendar, calendar_of, chinese_rest_days
from promo_xl.plan.rest_days import with_years

CHINA = calendar_of(chinese_rest_days(range(2023, 2027)))
NEVER = WorkCalendar(weekend=tuple(range(7)))
ALWAYS = WorkCalendar(weekend=())
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
NEAR = st.dates(date(2024, 2, 20), date(2024, 4, 10))
WEEKENDS = st.sets(st.integers(0, 6)).map(lambda days: tuple(sorted(days)))
CALENDARS = st.builds(WorkCalendar, WEEKENDS, st.frozensets(NEAR), st.frozensets(NEAR))


def looked_at(calendar: WorkCalendar, start: date, days: int) -> int:
    """The working days among so many days, counted one by one from what the calendar was told."""
    counted = 0
    for n in range(days):
        day = start + timedelta(days=n)
        rests = day.weekday() in calendar.weekend or day in calendar.holidays
        counted += day in calendar.makeup_workdays or not rests
    return counted


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


def test_a_moment_works_as_its_day_does() -> None:
    assert not CHINA.is_workday(datetime(2026, 10, 1, 12))
    assert CHINA.workdays_before(datetime(2026, 10, 9, 12)) == CHINA.workdays_before(date(2026, 10, 9))


@given(CALENDARS, NEAR, st.integers(0, 60))
def test_counting_equals_looking_at_each_day(calendar: WorkCalendar, start: date, length: int) -> None:
    assert calendar.workdays(start, start + timedelta(days=length - 1)) == looked_at(calendar, start, length)


@given(CALENDARS, st.dates())
def test_w_grows_by_one_over_a_working_day_and_by_nothing_over_another(calendar: WorkCalendar, day: date) -> None:
    if day < date.max:
        step = calendar.workdays_before(day + timedelta(days=1)) - calendar.workdays_before(day)
        assert step == calendar.is_workday(day) == calendar.workdays(day, day)


@given(CALENDARS, NEAR, st.dates())
def test_another_rest_day_raises_no_w(calendar: WorkCalendar, rest: date, day: date) -> None:
    fewer = replace(calendar, holidays=calendar.holidays | {rest})
    assert fewer.workdays_before(day) <= calendar.workdays_before(day)


@given(CALENDARS, st.one_of(NEAR, st.dates()))
def test_day_of_is_the_inverse_of_w_on_working_days(calendar: WorkCalendar, day: date) -> None:
    position = calendar.workdays_before(day)
    if calendar.is_workday(day):
        assert calendar.day_of(position) == day
        assert calendar.last_day_before(position + 1) == day


@given(CALENDARS, st.one_of(st.integers(30_000, 40_000), st.integers(-(10**7), 10**7)))
def test_day_of_answers_with_a_working_day_of_that_position_or_not_at_all(
    calendar: WorkCalendar, position: int
) -> None:
    day = calendar.day_of(position)
    if day is not None:
        assert calendar.is_workday(day)
        assert calendar.workdays_before(day) == position
    elif calendar.weekend != NEVER.weekend:
        first, last = (calendar.workdays_before(day) for day in (date.min, date.max))
        assert not first <= position < last


@given(CALENDARS, NEAR)
def test_the_next_and_the_previous_workday_are_found_without_looking_at_each_day(
    calendar: WorkCalendar, day: date
) -> None:
    window = [day + timedelta(days=n) for n in range(-60, 61)]
    after = next((d for d in window[60:] if calendar.is_workday(d)), day)
    before = next((d for d in reversed(window[:61]) if calendar.is_workday(d)), day)
    assert (calendar.next_workday(day), calendar.previous_workday(day)) == (after, before)


@given(DAYS, st.integers(-60, 60))
def test_shifting_lands_on_a_working_day_that_many_working_days_away(day: date, distance: int) -> None:
    landed = CHINA.shift(day, distance)
    assert CHINA.is_workday(landed)
    assert CHINA.workdays_before(landed) - CHINA.workdays_before(CHINA.next_workday(day)) == distance


@given(DAYS, st.integers(-300, 300), st.integers(-300, 300))
def test_shifting_twice_is_shifting_once_by_the_sum(day: date, one: int, other: int) -> None:
    assert CHINA.shift(CHINA.shift(day, one), other) == CHINA.shift(day, one + other)


def test_from_a_saturday_the_first_working_day_is_monday() -> None:
    plain, saturday = WorkCalendar(), date(2026, 6, 6)
    assert [plain.shift(saturday, n) for n in (-1, 0, 1)] == [date(2026, 6, day) for day in (5, 8, 9)]


@given(DAYS, WEEKENDS)
def test_the_working_week_may_be_any(day: date, weekend: tuple[int, ...]) -> None:
    assert WorkCalendar(weekend).workdays(day, day + timedelta(days=6)) == 7 - len(weekend)


@given(st.dates(), st.integers())
def test_a_calendar_without_working_days_answers_too(day: date, distance: int) -> None:
    assert NEVER.workdays(day, date.max) == 0
    assert NEVER.shift(day, distance) == NEVER.next_workday(day) == NEVER.previous_workday(day) == day
    assert NEVER.day_of(distance) is None


def test_one_make_up_day_in_a_week_without_working_days_is_found_from_everywhere() -> None:
    day = date(2026, 6, 6)
    lonely = replace(NEVER, makeup_workdays=frozenset({day}))
    assert lonely.day_of(0) == lonely.next_workday(date.min) == lonely.previous_workday(date.max) == day
    assert lonely.day_of(1) is None


@pytest.mark.parametrize("calendar", [ALWAYS, WorkCalendar(), CHINA])
def test_shifting_stops_at_the_first_and_the_last_day_there_is(calendar: WorkCalendar) -> None:
    assert calendar.shift(date.max, 10**9) == calendar.previous_workday(date.max)
    assert calendar.shift(date.min, -(10**9)) == calendar.next_workday(date.min)
    assert calendar.workdays(date.min, date.max) > 0


@given(st.lists(DAYS))
def test_the_positions_of_many_days_are_those_of_each(days: list[date]) -> None:
    assert CHINA.positions(days) == {day: CHINA.workdays_before(day) for day in days}


def test_a_calendar_takes_any_iterable_and_equal_ones_are_equal() -> None:
    day = date(2026, 6, 8)
    written = WorkCalendar([6, 5, 5, 9], [day], iter([day]), unannounced=[2030])  # type: ignore[arg-type]
    assert written == WorkCalendar((5, 6), frozenset({day}), frozenset({day}), unannounced=frozenset({2030}))
    assert hash(written) == hash(pickle.loads(pickle.dumps(written)))


def test_a_list_of_rest_days_covers_its_years_and_says_which_are_not_announced() -> None:
    calendar = calendar_of(chinese_rest_days([2025, 2026, 2035]))
    assert calendar.covers == (date(2025, 1, 1), date(2035, 12, 31))
    assert calendar.unannounced == {2035}
    assert calendar_of(()).covers is None


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2024, 12, 31), "beyond"),
        (date(2025, 1, 1), ""),
        (date(2035, 1, 1), "unannounced"),
        (date(2035, 12, 31), "unannounced"),
        (date(2036, 1, 1), "beyond"),
    ],
)
def test_a_day_that_nobody_knows_about_says_why(day: date, reason: str) -> None:
    assert calendar_of(chinese_rest_days([2025, 2026, 2035])).outside(day) == reason
    assert WorkCalendar().outside(day) == ""


def test_an_unknown_year_is_marked_and_never_guessed() -> None:
    assert chinese_rest_days([2035]) == (RestDay(date(2035, 1, 1), "", "unannounced"),)
    assert calendar_of(chinese_rest_days([2035])).is_workday(date(2035, 10, 1))


def test_years_that_no_calendar_has_are_left_out() -> None:
    assert chinese_rest_days([0, -5, 10_000]) == ()


def test_holidays_are_named_in_the_planners_language_and_stand_by_date() -> None:
    chinese, english = chinese_rest_days([2026, 2025]), chinese_rest_days([2025, 2026], "en")
    assert [rest.date for rest in chinese] == sorted(rest.date for rest in english if rest.date)
    national = date(2026, 10, 1)
    assert {rest.name for rest in chinese if rest.date == national} == {"国庆节"}
    assert {rest.name for rest in english if rest.date == national} == {"National Day"}


def test_a_given_year_is_announced_and_leaves_the_others_as_they_are() -> None:
    given_days = (RestDay(date(2027, 1, 1), "元旦", "rest"), RestDay(date(2027, 2, 6), "", "makeup"))
    together = with_years(chinese_rest_days([2026, 2027]), given_days)
    assert together == (*chinese_rest_days([2026]), *given_days)
    assert calendar_of(together).unannounced == frozenset()


def test_a_rest_day_of_ones_own_takes_no_official_one_away() -> None:
    own = RestDay(date(2026, 6, 12), "公司日", "rest")
    assert set(with_years(chinese_rest_days([2026]), [own])) == {*chinese_rest_days([2026]), own}


def test_new_years_days_in_the_december_before_leave_the_rest_of_that_year_as_it_is() -> None:
    eve, day = RestDay(date(2018, 12, 29), "", "makeup"), RestDay(date(2019, 1, 1), "", "rest")
    before = tuple(rest for rest in chinese_rest_days([2018, 2019]) if rest.date not in {eve.date, day.date})
    together = with_years(chinese_rest_days([2018, 2019]), [eve, day])
    assert set(together) == {*before, eve, day}


def test_a_december_without_the_year_after_it_is_that_years_whole_list() -> None:
    christmas = RestDay(date(2027, 12, 25), "圣诞", "rest")
    assert with_years(chinese_rest_days([2027]), [christmas]) == (christmas,)
