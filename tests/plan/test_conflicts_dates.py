"""Conflicts of one task's dates: with each other, its duration, rest days, window, deadline and parent."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import find_conflicts
from promo_xl.plan.dates import parse_span
from promo_xl.plan.findings import Severity
from promo_xl.plan.tasks import Task
from tests.plan.conflict_plans import CALENDAR, HOLIDAY, found, plan, said

JUNE = date(2026, 6, 1)


def test_an_end_before_its_start_is_an_error_and_the_task_takes_no_part_in_the_rest() -> None:
    plan = "1 | 海报 | 6-6..6-2 | 张三 || days=9 deadline=6-1\n 2 || 6-1..6-9 | 张三"
    assert said(plan, "days", window=(date(2026, 7, 1), date(2026, 7, 2)))[0] == ("END_BEFORE_START", "1", 4)
    assert [subject for _, subject, *_ in said(plan)] == ["1"]


@pytest.mark.parametrize(
    ("span", "missing"), [("-..6-2", ("start",)), ("6-1..-", ("end",)), ("-..-", ("start", "end"))]
)
def test_a_missing_date_is_named_and_the_task_takes_no_part_in_the_rest(
    span: str, missing: tuple[str, ...]
) -> None:
    [finding] = found(f"1 | 海报 | {span} | 张三 || days=9 deadline=6-1\n 2 || 6-1..6-9 | 张三", "MISSING_DATE")
    assert (finding.field, finding.details["missing"]) == (missing[0], missing)
    assert len(said(f"1 | 海报 | {span} | 张三 || days=9 deadline=6-1\n 2 || 6-1..6-9 | 张三")) == 1


def test_a_task_without_dates_can_still_lack_an_owner_and_wait_for_nobody() -> None:
    codes = [finding.code for finding in found("1 | 海报 | -..- || 7")]
    assert codes == ["MISSING_PRED", "MISSING_DATE", "UNASSIGNED"]


@pytest.mark.parametrize(
    ("basis", "days"), [("workdays", 4), ("calendar_inclusive", 7), ("calendar_difference", 6)]
)
def test_a_duration_counts_what_the_setting_says(basis: str, days: int) -> None:
    # 15 to 21 June: Friday is a holiday, then a weekend.
    fits = f"1 || 6-15..6-21 ||| days={days}"
    assert ("DURATION", "1") not in said(fits, duration_basis=basis)
    wrong = found(f"1 || 6-15..6-21 ||| days={days + 2}", "DURATION", duration_basis=basis)
    assert [(f.field, f.details["found"], f.details["expected"], f.details["days"]) for f in wrong] == [
        ("duration", days + 2, days, 2)
    ]


def test_half_a_day_takes_the_whole_day() -> None:
    assert said("1 || 6-1..6-3 ||| days=2.5") == []
    assert said("1 || 6-1..6-3 ||| days=3.5", "found", "expected") == [("DURATION", "1", 3.5, 3)]


@pytest.mark.parametrize("duration", [math.nan, math.inf, -math.inf, -1.0])
def test_a_duration_that_is_no_count_of_days_fits_no_dates(duration: float) -> None:
    tasks = [Task("1", start=JUNE, end=JUNE, duration=duration, owners=("张三",))]
    assert [finding.code for finding in find_conflicts(tasks, CALENDAR)] == ["DURATION"]


@pytest.mark.parametrize(
    "task",
    [
        "1 || 6-1..6-2 ||| milestone",
        "1 || 6-1 ||| milestone days=1",
        "1 || 6-1..6-2 ||| days=0",
    ],
)
def test_a_milestone_takes_one_day_and_no_time(task: str) -> None:
    assert said(task) == [("MILESTONE_DURATION", "1")]


@pytest.mark.parametrize(
    "task", ["1 || 6-1 ||| milestone", "1 || 6-1 ||| milestone days=0", "1 || 6-1 ||| days=0"]
)
def test_a_milestone_on_one_day_without_duration_is_sound(task: str) -> None:
    assert said(task) == []


def test_a_weekend_of_no_working_days_has_the_duration_zero() -> None:
    assert [code for code, *_ in said("1 || 6-6..6-7 ||| days=0")] == ["NONWORKING_START", "NONWORKING_END"]


def test_starts_and_ends_on_rest_days_are_warnings_on_their_columns() -> None:
    findings = found("1 || 6-6..6-19", "NONWORKING_START", "NONWORKING_END")
    assert [(f.severity, f.field, f.details["day"]) for f in findings] == [
        (Severity.WARNING, "start", date(2026, 6, 6)),
        (Severity.WARNING, "end", HOLIDAY),
    ]


def test_a_make_up_workday_is_no_rest_day() -> None:
    assert said("1 || 6-26..6-27") == []


def test_a_milestone_on_a_rest_day_is_named_once() -> None:
    assert said("1 || 6-6 ||| milestone") == [("NONWORKING_START", "1")]


def test_dates_that_the_rest_days_do_not_reach_are_named_once_per_task() -> None:
    calendar = WorkCalendar(covers=(JUNE, date(2026, 6, 30)))
    plan = "1 || 6-30..7-1\n 2 || 5-29..7-1\n 3 || 6-1..6-30"
    assert said(plan, "day", "reason", calendar=calendar) == [
        ("CALENDAR_RANGE", "1", date(2026, 7, 1), "beyond"),
        ("CALENDAR_RANGE", "2", date(2026, 5, 29), "beyond"),
    ]


def test_a_year_that_is_not_announced_is_named() -> None:
    calendar = WorkCalendar(unannounced=frozenset({2026}))
    assert said("1 || 6-1..6-2", "day", "reason", calendar=calendar) == [
        ("CALENDAR_RANGE", "1", JUNE, "unannounced")
    ]


@pytest.mark.parametrize(
    ("span", "field", "days"),
    [
        ("5-29..6-2", "start", 3),
        ("6-29..7-2", "end", 2),
        ("7-1..7-3", "start", 3),
        ("5-29..7-1", "start", 4),
        ("7-20..7-21", "start", 2),
    ],
)
def test_a_task_that_is_not_wholly_inside_the_window_is_outside(span: str, field: str, days: int) -> None:
    [finding] = found(f"1 || {span}", "OUTSIDE_WINDOW", window=(JUNE, date(2026, 6, 30)))
    assert (finding.field, finding.details["days"]) == (field, days)


def test_a_window_bounds_only_where_it_is_given() -> None:
    task = "1 || 6-1..6-30"
    assert said(task, window=(JUNE, date(2026, 6, 30))) == []
    assert said(task, window=(None, None)) == []
    assert said(task, window=(None, date(2026, 6, 29))) == [("OUTSIDE_WINDOW", "1")]
    assert said(task, window=(date(2026, 6, 30), JUNE)) == []


def test_an_end_after_the_deadline_is_an_error() -> None:
    [finding] = found("1 || 6-1..6-8 ||| deadline=6-5\n 2 || 6-1..6-5 ||| deadline=6-5", "DEADLINE")
    assert (finding.severity, finding.subject, finding.field) == (Severity.ERROR, "1", "end")
    assert (finding.details["deadline"], finding.details["days"]) == (date(2026, 6, 5), 3)


def test_a_task_outside_its_summary_task_is_named_with_the_dates_of_the_summary() -> None:
    plan = """
        1   | 准备 | 6-1..6-12
        1.1 | 海报 | 6-1..6-5
        1.2 | 视频 | 6-10..6-16
        9   | 彩排 | 5-28..6-2 | | | parent=1
    """
    assert said(plan, "other", "other_name", "first", "last", "days") == [
        ("SUMMARY", "1.2", "1", "准备", JUNE, date(2026, 6, 12), 4),
        ("SUMMARY", "9", "1", "准备", JUNE, date(2026, 6, 12), 4),
    ]


def test_a_cancelled_summary_task_bounds_nothing() -> None:
    assert said("1 | 准备 | 6-1..6-2 ||| cancelled\n 1.1 | 海报 | 6-8..6-9") == []
    assert said("1 | 准备 | 6-1..6-2\n 1.1 | 海报 | 6-8..6-9 ||| cancelled") == []


def test_a_summary_task_has_no_duration_of_its_own() -> None:
    assert said("1 | 准备 | 6-1..6-12 ||| days=3\n 1.1 | 海报 | 6-1..6-5 ||| days=5") == []


DATES = st.integers(0, 40).map(lambda n: JUNE + timedelta(days=n))
DURATIONS = st.none() | st.integers(0, 12)


@settings(max_examples=200, deadline=None)
@given(DATES, DATES, DURATIONS, st.booleans(), st.sampled_from(["workdays", "calendar_inclusive"]))
def test_dates_counted_one_by_one_give_the_same_conflicts(
    start: date, end: date, duration: int | None, milestone: bool, basis: str
) -> None:
    start, end = min(start, end), max(start, end)
    every = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    length = sum(CALENDAR.is_workday(day) for day in every) if basis == "workdays" else len(every)
    point = milestone or (duration == 0 and start == end)
    expected = set()
    if (milestone and (start != end or duration)) or (not point and duration == 0 != length):
        expected.add("MILESTONE_DURATION")
    elif not point and duration is not None and duration != length:
        expected.add("DURATION")
    if not CALENDAR.is_workday(start):
        expected.add("NONWORKING_START")
    if not CALENDAR.is_workday(end) and not (point and start == end):
        expected.add("NONWORKING_END")
    task = Task("1", "海报", start, end, duration, ("张三",), milestone=milestone)
    findings = find_conflicts([task], CALENDAR, duration_basis=basis)
    assert {finding.code for finding in findings} == expected
    assert len(findings) == len(expected)


def test_the_notation_of_these_plans_means_what_it_says() -> None:
    [task] = plan(
        "1 | 海报 | 6-1..6-5 | 张三[50%] | 3FS+2d | done milestone 40% days=5 parent=1 began=6-2 ended=6-4"
    )
    assert (task.id, task.name, task.start, task.end) == ("1", "海报", JUNE, date(2026, 6, 5))
    assert (task.owners, task.status, task.milestone, task.completion) == (("张三[50%]",), "done", True, 0.4)
    assert (task.duration, task.parent, task.actual_start, task.actual_end) == (
        5,
        "1",
        date(2026, 6, 2),
        date(2026, 6, 4),
    )


def test_a_year_without_announced_holidays_inside_a_long_task_is_named() -> None:
    calendar = WorkCalendar(unannounced=frozenset({2027}))
    task = Task("1", start=date(2026, 12, 1), end=date(2028, 1, 3), owners=("张三",))
    [finding] = [f for f in find_conflicts([task], calendar) if f.code == "CALENDAR_RANGE"]
    assert (finding.details["day"], finding.details["reason"]) == (date(2027, 1, 1), "unannounced")


def test_a_window_may_be_the_span_that_a_text_names() -> None:
    task = Task("1", start=JUNE, end=date(2026, 6, 5), owners=("张三",))
    found = find_conflicts([task], WorkCalendar(), parse_span("6月2日-6月30日", JUNE))
    assert [finding.code for finding in found] == ["OUTSIDE_WINDOW"]
