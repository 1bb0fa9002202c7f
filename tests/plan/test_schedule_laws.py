"""Laws of the schedule, on random plans with all four types of links, lags, milestones and rest days."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.schedule import ScheduledTask, plan_schedule
from promo_xl.plan.tasks import Link, Task
from tests.plan.schedule_plans import CALENDARS, MONDAY, Span, WorkingDays, linked, plans

EVERY_DAY = WorkCalendar(weekend=())


def early(task: Task, row: ScheduledTask) -> Span:
    """The early dates of a scheduled task."""
    return Span(row.early_start, row.early_finish, task.milestone)


def late(task: Task, row: ScheduledTask) -> Span:
    """The late dates of a scheduled task."""
    return Span(row.late_start, row.late_finish, task.milestone)


@given(plans(circles=True), CALENDARS)
def test_every_link_holds_in_the_early_and_in_the_late_schedule(tasks: list[Task], calendar: WorkCalendar) -> None:
    schedule, days = plan_schedule(tasks, calendar, MONDAY), WorkingDays(calendar)
    for link, before, after in linked(tasks, schedule.cycles):
        for dates in (early, late):
            spans = dates(before, schedule[before.id]), dates(after, schedule[after.id])
            assert days.shortfall(link, *spans) <= 0, (link, spans)


@given(plans(circles=True), CALENDARS)
def test_dates_and_slacks_agree_and_stay_within_the_project(tasks: list[Task], calendar: WorkCalendar) -> None:
    schedule, days = plan_schedule(tasks, calendar, MONDAY), WorkingDays(calendar)
    for task in tasks:
        row = schedule[task.id]
        assert MONDAY <= row.early_start <= row.late_start <= row.late_finish <= schedule.finish
        assert row.early_finish <= row.late_finish
        assert 0 <= row.free_slack <= row.total_slack
        assert row.critical == (row.total_slack == 0)
        if not task.milestone:
            assert days.through(row.early_finish) - days.before(row.early_start) == task.duration
            assert days.through(row.late_finish) - days.before(row.late_start) == task.duration
            assert days.before(row.late_start) - days.before(row.early_start) == row.total_slack
    assert any(row.critical for row in schedule.values())
    assert max(row.early_finish for row in schedule.values()) == schedule.finish


def events(tasks: list[Task]) -> nx.DiGraph:
    """Start and finish of each task as nodes; an arrow says by how much later its head is, at least."""
    graph = nx.DiGraph()

    def later(tail: object, head: object, days: int) -> None:
        known = graph.get_edge_data(tail, head, {"weight": -days})
        graph.add_edge(tail, head, weight=min(known["weight"], -days))

    for task in tasks:
        start, finish = (task.id, "S"), (task.id, "F")
        later("begin", start, 0)
        later(finish, "end", 0)
        later(start, finish, int(task.duration))
        later(finish, start, -int(task.duration))
        for link in task.predecessors:
            later((link.predecessor, link.type[0]), (task.id, link.type[1]), link.lag)
    return graph


@given(plans(fewest=2))
def test_early_and_late_starts_are_the_longest_paths_of_networkx(tasks: list[Task]) -> None:
    schedule, graph = plan_schedule(tasks, EVERY_DAY, MONDAY), events(tasks)
    from_begin = nx.single_source_bellman_ford_path_length(graph, "begin")
    to_end = nx.single_source_bellman_ford_path_length(graph.reverse(), "end")
    finish = -from_begin["end"]
    assert schedule.duration == finish
    for task in tasks:
        row, start = schedule[task.id], (task.id, "S")
        assert row.total_slack == finish + to_end[start] + from_begin[start]
        if not task.milestone:
            assert row.early_start == MONDAY + timedelta(-from_begin[start])
            assert row.late_start == MONDAY + timedelta(finish + to_end[start])


def delayed(tasks: list[Task], delay: Task, days: int, start: date) -> list[Task]:
    """The plan with one task moved to a later start, by a link to a milestone at the project's start."""
    held = replace(delay, predecessors=(*delay.predecessors, Link("begin", "SS", (start - MONDAY).days + days)))
    return [Task("begin", milestone=True), *(held if task is delay else task for task in tasks)]


@given(plans(points=False), st.data())
def test_a_task_can_be_late_by_its_total_slack_and_not_by_more(tasks: list[Task], data: st.DataObject) -> None:
    schedule = plan_schedule(tasks, EVERY_DAY, MONDAY)
    task = data.draw(st.sampled_from(tasks))
    row = schedule[task.id]
    for extra, longer in ((0, 0), (1, 1)):
        moved = plan_schedule(delayed(tasks, task, row.total_slack + extra, row.early_start), EVERY_DAY, MONDAY)
        assert moved.duration == schedule.duration + longer


@given(plans(points=False), st.data())
def test_a_task_pushes_no_other_until_its_free_slack_is_used_up(tasks: list[Task], data: st.DataObject) -> None:
    schedule = plan_schedule(tasks, EVERY_DAY, MONDAY)
    task = data.draw(st.sampled_from(tasks))
    row = schedule[task.id]
    for extra, pushes in ((0, False), (1, True)):
        moved = plan_schedule(delayed(tasks, task, row.free_slack + extra, row.early_start), EVERY_DAY, MONDAY)
        others = [other.id for other in tasks if other is not task]
        starts = [(moved[other].early_start, schedule[other].early_start) for other in others]
        pushed = any(now != then for now, then in starts) or moved.duration != schedule.duration
        assert pushed == pushes


@given(plans(circles=True), CALENDARS, st.integers(0, 30))
def test_one_more_rest_day_makes_nothing_finish_earlier(
    tasks: list[Task], calendar: WorkCalendar, day: int
) -> None:
    fewer = replace(calendar, holidays=calendar.holidays | {MONDAY + timedelta(day)}, makeup_workdays=frozenset())
    more = replace(calendar, makeup_workdays=frozenset())
    before, after = plan_schedule(tasks, more, MONDAY), plan_schedule(tasks, fewer, MONDAY)
    assert all(before[task.id].early_finish <= after[task.id].early_finish for task in tasks if not task.milestone)
    assert before.finish <= after.finish


@given(plans(circles=True), CALENDARS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(tasks: list[Task], calendar: WorkCalendar, chance: object) -> None:
    other = tasks.copy()
    chance.shuffle(other)
    first, second = plan_schedule(tasks, calendar, MONDAY), plan_schedule(other, calendar, MONDAY)
    assert first == second
    assert set(map(frozenset, first.cycles)) == set(map(frozenset, second.cycles))


@given(plans(circles=True))
def test_cycles_are_the_strongly_connected_tasks(tasks: list[Task]) -> None:
    graph = nx.DiGraph([(link.predecessor, task.id) for task in tasks for link in task.predecessors])
    circles = {frozenset(group) for group in nx.strongly_connected_components(graph) if len(group) > 1}
    schedule = plan_schedule(tasks, EVERY_DAY, MONDAY)
    assert set(map(frozenset, schedule.cycles)) == circles
    inside = {ident for circle in circles for ident in circle}
    assert {ident for ident, row in schedule.items() if row.reason == "cycle"} == inside


ODD = st.one_of(
    st.none(),
    st.dates(),
    st.sampled_from([date.min, date.max]),
    st.datetimes(),
    st.just("待定"),
    st.integers(-(10**9), 10**9),
    st.floats(),
    st.decimals(allow_nan=False),
    st.sampled_from([Decimal("NaN"), 10**400, True]),
)
ODD_TASKS = st.builds(
    Task,
    st.sampled_from(["", "1", "1.1", "1.1.1", "2", "2.1", "３", "a b"]),
    st.sampled_from(["", "海报", "2"]),
    ODD,
    ODD,
    ODD,
    predecessors=st.lists(
        st.sampled_from(["1", "1.1SS+2d", "2FF-999999999d", "3SF", "海报", "9"]), max_size=3
    ).map(",".join),
    status=st.sampled_from(["", "cancelled"]),
    parent=st.sampled_from(["", "1", "2", "1.1"]),
    milestone=st.booleans(),
    mode=st.sampled_from(["", "auto"]),
)


@given(
    st.lists(ODD_TASKS, max_size=8),
    CALENDARS | st.just(WorkCalendar(weekend=tuple(range(7)))),
    st.none() | st.dates(),
)
def test_nothing_that_stands_in_a_task_raises(
    tasks: list[Task], calendar: WorkCalendar, start: date | None
) -> None:
    schedule = plan_schedule(tasks, calendar, start)
    for position, task in enumerate(tasks):
        row = schedule.at(position)
        assert (row.total_slack is None) == (row.reason in {"cancelled", "no_duration"})
        assert (task.status == "cancelled") == (row.reason == "cancelled")
        if not row.reason:
            assert None not in row
    assert len(list(schedule)) == len(schedule)
    assert schedule.cycles == plan_schedule(tasks, calendar, start).cycles


@pytest.mark.thorough
@settings(max_examples=1_000, deadline=None)
@given(plans(most=25, circles=True), CALENDARS)
def test_every_link_holds_in_large_plans(tasks: list[Task], calendar: WorkCalendar) -> None:
    schedule, days = plan_schedule(tasks, calendar, MONDAY), WorkingDays(calendar)
    for link, before, after in linked(tasks, schedule.cycles):
        spans = early(before, schedule[before.id]), early(after, schedule[after.id])
        assert days.shortfall(link, *spans) <= 0
