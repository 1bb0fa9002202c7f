"""Tasks that follow their predecessors by themselves. 2026-06-01 is a Monday."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.autoschedule import auto_schedule
from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import find_conflicts
from promo_xl.plan.schedule import plan_schedule
from promo_xl.plan.task_lengths import is_point
from promo_xl.plan.tasks import Task
from tests.plan.schedule_plans import CALENDARS, MONDAY, Span, WorkingDays, linked, plans

WEEK = WorkCalendar()


def june(day: int) -> date:
    """A day of June 2026."""
    return date(2026, 6, day)


def fixed(ident: str, first: int, last: int, links: str = "", **facts: object) -> Task:
    """A task from one day of June to another."""
    return Task(ident, start=june(first), end=june(last), predecessors=links, **facts)


def auto(ident: str, first: int, last: int, links: str = "", **facts: object) -> Task:
    """The same, automatic."""
    return fixed(ident, first, last, links, mode="auto", **facts)


def days(*tasks: Task, start: date | None = None) -> list[tuple[int, int]]:
    """First and last day in June of each task afterwards."""
    return [(task.start.day, task.end.day) for task in auto_schedule(tasks, WEEK, start)]


def test_an_automatic_task_follows_its_predecessor_and_keeps_its_working_days() -> None:
    assert days(fixed("1", 1, 3), auto("2", 22, 23, "1FS+1d")) == [(1, 3), (5, 8)]


def test_a_chain_of_automatic_tasks_closes_up() -> None:
    assert days(fixed("1", 1, 3), auto("2", 8, 9, "1"), auto("3", 1, 1, "2SS+1d,1")) == [(1, 3), (4, 5), (5, 5)]


def test_other_tasks_stay_on_their_dates() -> None:
    tasks = (fixed("1", 1, 3), fixed("2", 1, 2, "1"), auto("3", 1, 1, "2"), fixed("4", 1, 1, "3", mode="fixed"))
    assert days(*tasks) == [(1, 3), (1, 2), (3, 3), (1, 1)]


def test_a_task_without_predecessors_keeps_its_start_or_goes_to_the_next_working_day() -> None:
    assert days(auto("1", 3, 4), auto("2", 6, 9), auto("3", 3, 4, "9")) == [(3, 4), (8, 9), (3, 4)]


def test_a_task_without_dates_goes_to_the_start_of_the_project() -> None:
    task = Task("1", duration=1.5, mode="auto")
    assert auto_schedule([task], WEEK, june(6)) == (replace(task, start=june(8), end=june(9)),)
    assert days(fixed("0", 3, 3), task) == [(3, 3), (3, 4)]
    assert days(task, auto("2", 3, 3, "1")) == [(3, 4), (5, 5)]
    assert auto_schedule([task], WEEK) == (task,)


def test_no_lag_leads_before_the_start_of_the_project() -> None:
    assert days(fixed("1", 3, 5), auto("2", 9, 9, "1FS-9d")) == [(3, 5), (3, 3)]
    assert days(fixed("1", 3, 5), auto("2", 1, 1, "1FS-9d")) == [(3, 5), (3, 3)]
    assert days(fixed("1", 3, 5), auto("2", 9, 9, "1FS-9d"), start=june(10)) == [(3, 5), (10, 10)]


def test_an_automatic_milestone_stands_on_the_last_day_before_it() -> None:
    tasks = (fixed("1", 1, 5), auto("M", 20, 20, "1", milestone=True), auto("2", 1, 1, "M"))
    assert days(*tasks) == [(1, 5), (5, 5), (8, 8)]


def test_a_fixed_milestone_lets_its_successors_start_on_its_day() -> None:
    assert days(fixed("M", 4, 4, milestone=True), auto("2", 1, 1, "M")) == [(4, 4), (4, 4)]
    assert days(fixed("M", 2, 4, milestone=True), auto("2", 1, 1, "M")) == [(2, 4), (4, 4)]


def test_a_task_on_rest_days_becomes_one_working_day() -> None:
    assert days(fixed("1", 1, 3), auto("2", 6, 7, "1"), auto("3", 1, 1, "2")) == [(1, 3), (4, 4), (5, 5)]


@pytest.mark.parametrize(("first", "last", "stays"), [(6, 7, 3), (5, 6, 3), (3, 3, 3), (4, 5, 4)])
def test_a_duration_of_zero_on_one_working_day_at_most_is_a_milestone_and_stays_one(
    first: int, last: int, stays: int
) -> None:
    once = auto_schedule((fixed("1", 1, 7), auto("2", first, last, "1FS-2d", duration=0)), WEEK)
    assert once[1].start == june(stays)
    assert auto_schedule(once, WEEK) == once


def test_a_task_whose_dates_are_the_wrong_way_round_is_mended_by_its_duration() -> None:
    assert days(fixed("1", 1, 3), auto("2", 9, 8, "1", duration=2)) == [(1, 3), (4, 5)]


def test_what_has_no_place_stays_as_it_is_and_holds_nothing_back() -> None:
    tasks = (
        Task("1", start=june(1), mode="auto"),
        fixed("2", 9, 8),
        fixed("3", 1, 5, status="cancelled"),
        auto("4", 1, 1, "1,2,3", status="cancelled"),
    )
    assert auto_schedule(tasks, WEEK) == tasks
    assert days(fixed("0", 1, 1), fixed("2", 9, 8, "0"), auto("5", 10, 10, "2,0")) == [(1, 1), (9, 8), (2, 2)]


def test_members_of_a_cycle_keep_their_start_unless_another_link_moves_them() -> None:
    tasks = (fixed("0", 1, 2), auto("1", 4, 4, "2"), auto("2", 9, 9, "1,0"), auto("3", 1, 1, "1,2"))
    assert days(*tasks) == [(1, 2), (4, 4), (3, 3), (5, 5)]


def test_a_circle_through_a_fixed_task_holds_nothing_up() -> None:
    assert days(fixed("1", 1, 2, "2"), auto("2", 9, 9, "1")) == [(1, 2), (3, 3)]


def test_an_automatic_summary_task_spans_its_tasks_and_passes_links_on_to_them() -> None:
    tasks = (
        fixed("1", 1, 2),
        auto("2", 1, 30, "1"),
        auto("2.1", 1, 2),
        auto("2.2", 1, 1, "2.1"),
        fixed("2.3", 1, 4),
        auto("3", 1, 1, "2"),
    )
    assert days(*tasks) == [(1, 2), (1, 5), (3, 4), (5, 5), (1, 4), (8, 8)]


def test_a_fixed_summary_task_stands_on_its_own_dates() -> None:
    tasks = (fixed("1", 1, 9), auto("1.1", 3, 4), auto("2", 1, 1, "1"), auto("3", 1, 1, "1.1"))
    assert days(*tasks) == [(1, 9), (3, 4), (10, 10), (5, 5)]


@pytest.mark.parametrize("calendar", [WEEK, WorkCalendar(weekend=tuple(range(7)))])
def test_a_day_that_no_calendar_holds_moves_nothing(calendar: WorkCalendar) -> None:
    tasks = (fixed("1", 1, 2), auto("2", 1, 1, "1FS+999999999d"))
    assert auto_schedule(tasks, calendar) == tasks


@st.composite
def dated_plans(draw: st.DrawFn) -> list[Task]:
    """Random plans, some of them with cycles, in which some tasks have dates and some follow by themselves."""
    tasks = []
    for task in draw(plans(most=6, circles=draw(st.booleans()))):
        task = replace(task, milestone=task.milestone and draw(st.booleans()))  # noqa: PLW2901 - a duration of 0
        first = MONDAY + timedelta(draw(st.integers(0, 20)))
        last = first + timedelta(0 if task.milestone else draw(st.integers(0, 6)))
        facts = draw(st.sampled_from([{"start": first, "end": last}, {}, {"start": first}]))
        tasks.append(replace(task, mode=draw(st.sampled_from(["auto", "auto", ""])), **facts))
    return tasks


@given(dated_plans(), CALENDARS, st.none() | st.just(MONDAY + timedelta(9)))
def test_every_link_between_automatic_tasks_holds(
    tasks: list[Task], calendar: WorkCalendar, start: date | None
) -> None:
    days, cycles = WorkingDays(calendar), plan_schedule(tasks, calendar).cycles
    for link, before, after in linked(auto_schedule(tasks, calendar, start), cycles):
        if before.mode == after.mode == "auto" and before.end and after.end:
            spans = (Span(task.start, task.end, is_point(task)) for task in (before, after))
            assert days.shortfall(link, *spans) <= 0


@given(dated_plans(), CALENDARS, st.none() | st.just(MONDAY + timedelta(9)))
def test_scheduling_again_changes_nothing(tasks: list[Task], calendar: WorkCalendar, start: date | None) -> None:
    once = auto_schedule(tasks, calendar, start)
    assert auto_schedule(once, calendar, start) == once


@given(dated_plans(), CALENDARS)
def test_only_the_dates_of_automatic_tasks_change(tasks: list[Task], calendar: WorkCalendar) -> None:
    for before, after in zip(tasks, auto_schedule(tasks, calendar), strict=True):
        assert replace(after, start=before.start, end=before.end) == before
        assert before.mode == "auto" or after == before
        assert after == before or calendar.is_workday(after.start)
        if before.start and before.end and calendar.workdays(before.start, before.end) and not before.milestone:
            assert calendar.workdays(after.start, after.end) == calendar.workdays(before.start, before.end)


@given(dated_plans(), CALENDARS)
def test_the_conflict_check_finds_no_broken_link_to_an_automatic_task(
    tasks: list[Task], calendar: WorkCalendar
) -> None:
    cyclic = {ident for cycle in plan_schedule(tasks, calendar).cycles for ident in cycle}
    done = auto_schedule(tasks, calendar)
    moved = {task.id for task in done if task.mode == "auto"} - cyclic
    findings = find_conflicts(done, calendar)
    assert [finding for finding in findings if finding.code == "DEPENDENCY" and finding.subject in moved] == []
