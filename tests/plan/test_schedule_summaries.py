"""Summary tasks in the schedule. 2026-06-01 is a Monday."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.autoschedule import auto_schedule
from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import find_conflicts
from promo_xl.plan.schedule import Schedule, plan_schedule
from promo_xl.plan.tasks import LINK_TYPES, Link, Task
from tests.plan.schedule_plans import MONDAY, Span, WorkingDays, lasting, linked

EVERY_DAY = WorkCalendar(weekend=())


def scheduled(*tasks: Task) -> Schedule:
    """The schedule from Monday, 1 June, every day working."""
    return plan_schedule(tasks, EVERY_DAY, MONDAY)


def days(schedule: Schedule) -> dict[str, tuple[int, int]]:
    """First and last day in June of each task at the earliest."""
    return {ident: (row.early_start.day, row.early_finish.day) for ident, row in schedule.items()}


def test_a_summary_task_spans_the_tasks_below_it() -> None:
    typed = Task("1", start=date(2026, 6, 20), end=date(2026, 6, 30))
    schedule = scheduled(typed, lasting("1.1", 2), lasting("1.2", 3, "1.1"), lasting("2", 9))
    row = schedule["1"]
    assert (row.early_start.day, row.early_finish.day, row.late_start.day, row.late_finish.day) == (1, 5, 5, 9)
    assert (row.total_slack, row.free_slack, row.critical) == (4, 0, False)
    assert schedule.duration == 9


def test_a_summary_task_is_critical_if_a_task_below_it_is() -> None:
    schedule = scheduled(Task("1"), Task("1.1"), lasting("1.1.1", 2), lasting("1.1.2", 5))
    assert [schedule[ident].critical for ident in ("1", "1.1", "1.1.1", "1.1.2")] == [True, True, False, True]


@pytest.mark.parametrize(
    ("link", "first"),
    [("1", 6), ("1FS+2d", 8), ("1SS", 2), ("1SS+1d", 3), ("1FF", 5), ("1FF-4d", 1), ("1SF+3d", 4)],
)
def test_a_link_from_a_summary_task_starts_with_its_first_and_ends_with_its_last_task(
    link: str, first: int
) -> None:
    # The tasks below stand on the 2nd-3rd and the 3rd-5th.
    plan = (lasting("0", 1), Task("1"), lasting("1.1", 2, "0"), lasting("1.2", 3, "0FS+1d"), lasting("2", 1, link))
    assert days(scheduled(*plan))["2"][0] == first


def test_a_link_to_the_start_of_a_summary_task_holds_back_every_task_below_it() -> None:
    plan = (lasting("1", 3), Task("2", predecessors="1"), Task("2.1"), lasting("2.1.1", 2), lasting("2.2", 1))
    assert days(scheduled(*plan)) == {"1": (1, 3), "2": (4, 5), "2.1": (4, 5), "2.1.1": (4, 5), "2.2": (4, 4)}


def test_a_link_to_the_finish_of_a_summary_task_holds_back_the_last_tasks_below_it() -> None:
    plan = (lasting("1", 9), Task("2", predecessors="1FF"), lasting("2.1", 2), lasting("2.2", 1, "2.1"))
    assert days(scheduled(*plan)) == {"1": (1, 9), "2": (1, 9), "2.1": (1, 2), "2.2": (9, 9)}


def test_two_summary_tasks_of_thousands_of_tasks_are_linked_at_once() -> None:
    first = [lasting(f"1.{number}", number % 5) for number in range(3_000)]
    second = [lasting(f"2.{number}", 1) for number in range(3_000)]
    schedule = scheduled(Task("1"), *first, Task("2", predecessors=",".join(["1"] * 50)), *second)
    assert days(schedule)["2"] == (5, 5)


def test_slack_passes_through_summary_tasks() -> None:
    plan = (lasting("0", 9), Task("1"), lasting("1.1", 2), lasting("1.2", 4), lasting("2", 3, "1"))
    schedule = scheduled(*plan)
    slack = {ident: (row.total_slack, row.free_slack) for ident, row in schedule.items()}
    assert slack == {"0": (0, 0), "1": (2, 0), "1.1": (4, 2), "1.2": (2, 0), "2": (2, 2)}


def test_only_the_first_task_below_holds_a_link_to_the_start() -> None:
    plan = (Task("1"), lasting("1.1", 2), lasting("1.2", 2, "1.1"), lasting("2", 3, "1SS"), lasting("3", 5))
    slack = {ident: row.total_slack for ident, row in scheduled(*plan).items()}
    assert slack == {"1": 1, "1.1": 1, "1.2": 1, "2": 2, "3": 0}


def test_a_summary_task_and_a_task_below_it_cannot_wait_for_each_other() -> None:
    schedule = scheduled(Task("1"), lasting("1.1", 2, "1"), lasting("2", 1, "1.1"), lasting("3", 1, "2"))
    assert schedule.cycles == (("1", "1.1"),)
    assert days(schedule) == {"1": (1, 2), "1.1": (1, 2), "2": (3, 3), "3": (4, 4)}


def test_a_circle_through_summary_tasks_is_named() -> None:
    plan = (Task("1", predecessors="2"), lasting("1.1", 1), Task("2"), lasting("2.1", 1, "1.1"))
    assert scheduled(*plan).cycles == (("1", "1.1", "2", "2.1"),)


def test_a_summary_task_without_scheduled_tasks_has_no_place() -> None:
    schedule = scheduled(Task("1", duration=3), Task("1.1"), lasting("2", 1, "1"), lasting("3", 2))
    assert (schedule["1"].reason, schedule["1"].early_start) == ("no_duration", None)
    assert days(scheduled(lasting("1", 3), lasting("1.1", 1, status="cancelled"), lasting("2", 1, "1")))["2"] == (
        4,
        4,
    )
    assert schedule["2"].early_start == MONDAY


def test_a_summary_task_in_a_circle_takes_no_slack_from_its_predecessors() -> None:
    circle = (Task("1", predecessors="2,3FS+50d"), lasting("1.1", 1), lasting("2", 1, "1.1"))
    schedule = scheduled(*circle, lasting("3", 3), lasting("4", 9))
    assert schedule.cycles == (("1", "1.1", "2"),)
    assert {ident: row.total_slack for ident, row in schedule.items()} == {
        "1": 8,
        "1.1": 8,
        "2": 8,
        "3": 6,
        "4": 0,
    }


OUTLINE = ["1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1", "2.2", "3"]


def outline(data: st.DataObject, circles: bool) -> list[Task]:
    """Random links in one outline; without `circles` only to earlier tasks, and none to a summary task above."""
    tasks = []
    for number, ident in enumerate(OUTLINE):
        earlier = [other for other in OUTLINE[:number] if not ident.startswith(f"{other}.")]
        names = [other for other in OUTLINE if other != ident] if circles else earlier
        link = st.builds(Link, st.sampled_from(names or ["none"]), st.sampled_from(LINK_TYPES), st.integers(-2, 2))
        links = data.draw(st.lists(link, max_size=1 if circles else 2))
        tasks.append(Task(ident, duration=data.draw(st.integers(1, 4)), predecessors=tuple(links)))
    return data.draw(st.permutations(tasks))


@given(st.data())
def test_links_on_summary_tasks_hold_between_the_spans(data: st.DataObject) -> None:
    tasks = [task for task in outline(data, circles=False) if task.id != "none"]
    schedule = plan_schedule(tasks, EVERY_DAY, MONDAY)
    known = [
        replace(task, predecessors=[x for x in task.predecessors if x.predecessor != "none"]) for task in tasks
    ]
    counted = WorkingDays(EVERY_DAY)
    for link, before, after in linked(known, schedule.cycles):
        rows = schedule[before.id], schedule[after.id]
        assert counted.shortfall(link, *(Span(row.early_start, row.early_finish) for row in rows)) <= 0
        assert counted.shortfall(link, *(Span(row.late_start, row.late_finish) for row in rows)) <= 0


@given(st.data(), st.booleans())
def test_slack_is_never_negative_whatever_runs_in_circles(data: st.DataObject, circles: bool) -> None:
    schedule = plan_schedule(outline(data, circles), EVERY_DAY, MONDAY)
    for row in schedule.values():
        assert 0 <= row.free_slack <= row.total_slack
        assert row.early_finish <= row.late_finish <= schedule.finish
    assert any(row.critical for row in schedule.values())


@given(st.data(), st.booleans())
def test_automatic_summary_tasks_are_scheduled_once_and_for_all(data: st.DataObject, circles: bool) -> None:
    dated = []
    for task in outline(data, circles):
        start = MONDAY + timedelta(data.draw(st.integers(0, 9)))
        end, mode = start + timedelta(data.draw(st.integers(0, 3))), data.draw(st.sampled_from(["auto", ""]))
        dated.append(replace(task, start=start, end=end, mode=mode))
    once = auto_schedule(dated, EVERY_DAY)
    assert auto_schedule(once, EVERY_DAY) == once
    by_id = {task.id: task for task in once}
    for summary, below in (("1", ["1.1", "1.2"]), ("1.1", ["1.1.1", "1.1.2"]), ("2", ["2.1", "2.2"])):
        if by_id[summary].mode == "auto":
            assert by_id[summary].start == min(by_id[child].start for child in below)
            assert by_id[summary].end == max(by_id[child].end for child in below)
    if not plan_schedule(dated, EVERY_DAY).cycles and all(task.mode == "auto" for task in once):
        assert [finding for finding in find_conflicts(once, EVERY_DAY) if finding.code == "DEPENDENCY"] == []
