"""The schedule of small plans, with the answers written out. 2026-06-01 is a Monday."""

from datetime import date, datetime

import pytest

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.schedule import ScheduledTask, plan_schedule
from promo_xl.plan.tasks import Task
from tests.plan.schedule_plans import MONDAY, lasting

WEEK = WorkCalendar()
EVERY_DAY = WorkCalendar(weekend=())


def june(day: int) -> date:
    """A day of June 2026."""
    return date(2026, 6, day)


def spans(
    tasks: list[Task], start: date | None = MONDAY, calendar: WorkCalendar = WEEK
) -> dict[str, tuple[int, int]]:
    """First and last day in June of each task at the earliest."""
    schedule = plan_schedule(tasks, calendar, start)
    return {ident: (row.early_start.day, row.early_finish.day) for ident, row in schedule.items()}


def test_a_chain_a_side_branch_and_their_slack() -> None:
    tasks = [lasting("1", 3), lasting("2", 2, "1"), lasting("3", 1)]
    schedule = plan_schedule(tasks, WEEK, MONDAY)
    assert schedule["1"] == ScheduledTask(june(1), june(3), june(1), june(3), 0, 0, True)
    assert schedule["2"] == ScheduledTask(june(4), june(5), june(4), june(5), 0, 0, True)
    assert schedule["3"] == ScheduledTask(june(1), june(1), june(5), june(5), 4, 4, False)
    assert (schedule.start, schedule.finish, schedule.duration) == (june(1), june(5), 5)


def test_the_textbook_network_of_eight_activities() -> None:
    # A diamond with two side branches: the critical path is A-C-F-H with 3 + 7 + 6 + 4 = 20 days.
    tasks = [
        lasting("A", 3),
        lasting("B", 4, "A"),
        lasting("C", 7, "A"),
        lasting("D", 2, "B"),
        lasting("E", 5, "B"),
        lasting("F", 6, "C"),
        lasting("G", 3, "D,E"),
        lasting("H", 4, "F,G"),
    ]
    schedule = plan_schedule(tasks, EVERY_DAY, MONDAY)
    assert schedule.duration == 20
    assert [ident for ident, row in schedule.items() if row.critical] == ["A", "C", "F", "H"]
    starts = {ident: (row.early_start.day - 1, row.late_start.day - 1) for ident, row in schedule.items()}
    assert starts == {
        "A": (0, 0), "B": (3, 4), "C": (3, 3), "D": (7, 11),
        "E": (7, 8), "F": (10, 10), "G": (12, 13), "H": (16, 16),
    }  # fmt: skip
    slacks = {ident: (row.total_slack, row.free_slack) for ident, row in schedule.items() if not row.critical}
    assert slacks == {"B": (1, 0), "D": (4, 3), "E": (1, 0), "G": (1, 1)}


def test_a_precedence_diagram_with_all_four_types_of_links_and_lags() -> None:
    tasks = [
        lasting("A", 5),
        lasting("B", 4, "ASS+2d"),
        lasting("C", 3, "BFF+1d"),
        lasting("D", 6, "CFS-1d"),
        lasting("E", 2, "DSF+4d"),
    ]
    schedule = plan_schedule(tasks, EVERY_DAY, MONDAY)
    # A 0-5, B 2-6, C ends not before 7: 4-7, D 6-12, E ends not before 10: 8-10.
    assert spans(tasks, calendar=EVERY_DAY) == {"A": (1, 5), "B": (3, 6), "C": (5, 7), "D": (7, 12), "E": (9, 10)}
    slack = {ident: (row.total_slack, row.free_slack, row.critical) for ident, row in schedule.items()}
    assert slack == {
        "A": (0, 0, True), "B": (0, 0, True), "C": (0, 0, True), "D": (0, 0, True), "E": (2, 2, False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("link", "days"),
    [
        ("1", (4, 5)),
        ("1FS+1d", (5, 8)),
        ("1FS-2d", (2, 3)),
        ("1FS-9d", (1, 2)),
        ("1SS", (1, 2)),
        ("1SS+1d", (2, 3)),
        ("1FF", (2, 3)),
        ("1FF+3d", (5, 8)),
        ("1SF", (1, 2)),
        ("1SF+4d", (3, 4)),
        ("1FS+1周", (11, 12)),
    ],
)
def test_each_link_moves_the_start_by_its_own_rule(link: str, days: tuple[int, int]) -> None:
    assert spans([lasting("1", 3), lasting("2", 2, link)])["2"] == days


def test_rest_days_do_not_count_and_make_up_days_do() -> None:
    calendar = WorkCalendar(holidays=frozenset({june(3)}), makeup_workdays=frozenset({june(6)}))
    tasks = [lasting("1", 3), lasting("2", 2, "1"), lasting("3", 1, "2")]
    assert spans(tasks, calendar=calendar) == {"1": (1, 4), "2": (5, 6), "3": (8, 8)}


def test_typed_dates_give_lengths_and_the_start_and_hold_nothing_back() -> None:
    tasks = [
        Task("1", start=june(3), end=june(5), duration=99),
        Task("2", start=june(22), end=june(23), predecessors="1"),
        Task("3", start=june(15)),
    ]
    schedule = plan_schedule(tasks, WEEK)
    assert schedule.start == june(3)
    assert (schedule["2"].early_start, schedule["2"].early_finish) == (june(8), june(9))
    assert schedule["3"] == ScheduledTask(reason="no_duration")


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({"start": june(5), "end": june(8)}, 2),
        ({"duration": 2.5}, 3),
        ({"duration": 2, "start": june(10)}, 2),
        ({"duration": 2, "end": june(10)}, 2),
        ({"start": june(5), "end": june(3), "duration": 4}, 4),
        ({"start": datetime(2026, 6, 5, 9), "end": datetime(2026, 6, 8, 18)}, 2),
        ({"start": "待定", "end": june(8), "duration": 1}, 1),
        ({"start": june(6), "end": june(7)}, 0),
        ({"start": june(5), "end": june(8), "duration": 0}, 2),
        ({"start": june(5), "end": june(8), "milestone": True}, 0),
        ({"start": june(5), "end": june(5), "duration": 0}, 0),
        ({"duration": 0}, 0),
        ({}, None),
        ({"start": june(5)}, None),
        ({"start": june(5), "end": june(3)}, None),
        ({"duration": -1}, None),
        ({"duration": float("nan")}, None),
        ({"duration": "三天"}, None),
    ],
)
def test_the_length_of_a_task_is_what_its_dates_or_else_its_duration_say(
    facts: dict[str, object], days: int | None
) -> None:
    schedule = plan_schedule(
        [Task("1", **facts), lasting("2", 1, "1")], EVERY_DAY if days is None else WEEK, MONDAY
    )
    if days is None:
        assert schedule["1"].reason == "no_duration"
    assert schedule.duration == (days or 0) + 1


def test_the_project_starts_with_its_earliest_task_or_in_1900() -> None:
    assert plan_schedule([Task("1", start=june(8), end=june(9)), Task("2", start=june(4))], WEEK)["1"][0] == june(
        4
    )
    assert plan_schedule([lasting("1", 1)], WEEK)["1"].early_start == date(1900, 1, 1)
    assert plan_schedule([Task("1", end=june(5), duration=2)], WEEK)["1"].early_start == june(4)
    cancelled = Task("2", start=june(1), end=june(2), status="cancelled")
    assert plan_schedule([Task("1", start=june(8), end=june(9)), cancelled], WEEK).start == june(8)
    assert plan_schedule([lasting("1", 1)], WEEK, june(6))["1"].early_start == june(8)


def test_a_milestone_is_a_point_between_two_days() -> None:
    through = spans([lasting("1", 3), Task("M", milestone=True, predecessors="1"), lasting("2", 2, "M")])
    assert through == {"1": (1, 3), "M": (3, 3), "2": (4, 5)}
    assert spans([Task("M", milestone=True), lasting("2", 2, "M")]) == {"M": (1, 1), "2": (1, 2)}
    assert spans([lasting("1", 3), Task("M", milestone=True, predecessors="1FS-9d")])["M"] == (1, 1)


def test_no_slack_is_gained_or_lost_through_a_milestone() -> None:
    tasks = [lasting("1", 3), Task("M", milestone=True, predecessors="1"), lasting("2", 2, "M"), lasting("3", 9)]
    schedule = plan_schedule(tasks, WEEK, MONDAY)
    assert [schedule[ident].total_slack for ident in "1M2"] == [4, 4, 4]
    assert [schedule[ident].free_slack for ident in "1M2"] == [0, 0, 4]
    assert (schedule["M"].late_start, schedule["M"].late_finish) == (june(9), june(9))


def test_a_late_milestone_lies_within_the_project() -> None:
    schedule = plan_schedule([Task("M", milestone=True), lasting("1", 3)], WEEK, MONDAY)
    assert schedule["M"] == ScheduledTask(june(1), june(1), june(3), june(3), 3, 3, False)


def test_a_plan_of_milestones_takes_no_time() -> None:
    schedule = plan_schedule(
        [Task("M", milestone=True), Task("N", milestone=True, predecessors="M")], WEEK, MONDAY
    )
    assert (schedule.start, schedule.finish, schedule.duration) == (june(1), june(1), 0)
    assert all(row.critical for row in schedule.values())


def test_tasks_tied_by_start_or_finish_are_critical_together() -> None:
    schedule = plan_schedule([lasting("1", 5), lasting("2", 3, "1FF"), lasting("3", 5, "1SS")], WEEK, MONDAY)
    assert [row.critical for row in schedule.values()] == [True, True, True]


def test_a_cycle_is_named_and_the_rest_is_scheduled() -> None:
    tasks = [
        lasting("0", 1),
        lasting("1", 2, "3,0"),
        lasting("2", 2, "1"),
        lasting("3", 2, "2"),
        lasting("4", 1, "3"),
    ]
    schedule = plan_schedule(tasks, WEEK, MONDAY)
    assert schedule.cycles == (("1", "2", "3"),)
    assert [row.reason for row in schedule.values()] == ["", "cycle", "cycle", "cycle", ""]
    assert spans(tasks) == {"0": (1, 1), "1": (2, 3), "2": (1, 2), "3": (1, 2), "4": (3, 3)}


def test_a_link_without_a_task_is_skipped() -> None:
    tasks = [Task("1"), lasting("2", 1, "1,9,2"), Task("3", status="cancelled", duration=3), lasting("4", 1, "3")]
    assert plan_schedule(tasks, WEEK, MONDAY)["4"].early_start == june(1)
    assert plan_schedule(tasks, WEEK, MONDAY)["2"].early_start == june(1)


def test_cancelled_tasks_are_left_out() -> None:
    schedule = plan_schedule([lasting("1", 1), lasting("2", 9, status="cancelled")], WEEK, MONDAY)
    assert list(schedule) == ["1"]
    assert schedule.at(1) == ScheduledTask(reason="cancelled")
    assert schedule.duration == 1


def test_any_task_is_found_by_its_position_and_the_first_of_a_shared_id_by_the_id() -> None:
    schedule = plan_schedule([lasting("1", 1), lasting("1", 2), lasting("", 3), lasting("２", 4)], WEEK, MONDAY)
    assert list(schedule) == ["1", "2"]
    assert [schedule.at(position).early_finish.day for position in range(4)] == [1, 2, 3, 4]
    assert schedule["1"] == schedule.at(0)
    assert schedule["２"] == schedule["2"] == schedule.at(3)
    assert "9" not in schedule


def test_an_empty_plan_has_no_dates() -> None:
    for tasks in ([], [Task("1")], [lasting("1", 3, status="cancelled")]):
        schedule = plan_schedule(tasks, WEEK, MONDAY)
        assert (schedule.start, schedule.finish, schedule.duration) == (None, None, 0)


def test_a_date_that_no_calendar_holds_is_none() -> None:
    far = plan_schedule([lasting("1", 1), lasting("2", 1, "1FS+999999999d")], WEEK, MONDAY)["2"]
    assert (far.early_start, far.reason, far.total_slack) == (None, "beyond", 0)
    never = plan_schedule([lasting("1", 1)], WorkCalendar(weekend=tuple(range(7))), MONDAY)["1"]
    assert (never.early_start, never.reason, never.total_slack) == (None, "beyond", 0)


def test_a_chain_of_a_hundred_thousand_tasks_in_reverse_is_scheduled() -> None:
    count = 100_000
    tasks = [lasting(str(number), 1, str(number - 1) if number else "") for number in reversed(range(count))]
    schedule = plan_schedule(tasks, WEEK, date(1900, 1, 1))
    assert schedule.duration == count
    assert all(row.critical for row in schedule.values())


def test_a_circle_is_named_even_where_its_tasks_have_no_dates_yet() -> None:
    tasks = [Task("1", predecessors="2"), Task("2", duration=3, predecessors="1"), lasting("3", 2)]
    schedule = plan_schedule(tasks, WEEK, MONDAY)
    assert schedule.cycles == (("1", "2"),)
    assert schedule["3"].early_finish == june(2)
