"""Conflicts of links: the link table, milestones, names, circles, and work that runs ahead of its predecessor."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import find_conflicts
from promo_xl.plan.conflicts.links import circles_in_time
from promo_xl.plan.findings import Severity
from promo_xl.plan.network import circles
from promo_xl.plan.tasks import LINK_TYPES, Link, Task
from tests.plan.conflict_plans import CALENDAR, found, said

JUNE = date(2026, 6, 1)


def test_a_task_that_follows_on_the_next_working_day_holds_its_link() -> None:
    assert said("1 | 海报 | 6-1..6-5\n 2 | 落地 | 6-8..6-9 || 1") == []


def test_a_task_that_starts_before_its_predecessor_has_finished_is_short_by_working_days() -> None:
    plan = """
        1 | 海报 | 6-1..6-5
        2 | 落地 | 6-3..6-10 | | 1
    """
    [finding] = found(plan, "DEPENDENCY")
    assert (finding.severity, finding.subject, finding.field) == (Severity.ERROR, "2", "start")
    assert finding.details == {
        "name": "落地",
        "start": date(2026, 6, 3),
        "end": date(2026, 6, 10),
        "other": "1",
        "other_name": "海报",
        "link": "1",
        "type": "FS",
        "lag": 0,
        "other_start": date(2026, 6, 1),
        "other_end": date(2026, 6, 5),
        "days": 3,
    }


def test_the_rest_days_between_two_tasks_do_not_count() -> None:
    friday_then_monday = "1 || 6-1..6-5\n 2 || 6-8..6-9 || 1FS+1d"
    over_a_holiday = "1 || 6-17..6-18\n 2 || 6-22..6-23 || 1FS+1d"
    assert said(friday_then_monday, "days") == [("DEPENDENCY", "2", 1)]
    assert said(over_a_holiday, "days") == [("DEPENDENCY", "2", 1)]


def test_a_make_up_workday_counts() -> None:
    assert said("1 || 6-22..6-26\n 2 || 6-27..6-30 || 1") == []
    assert said("1 || 6-22..6-27\n 2 || 6-27..6-30 || 1", "days") == [("DEPENDENCY", "2", 1)]


@pytest.mark.parametrize(
    ("link", "short"),
    [
        ("1FS", 3),
        ("1FS-3d", 0),
        ("1FS-2d", 1),
        ("1SS", 0),
        ("1SS+2d", 0),
        ("1SS+3d", 1),
        ("1FF", 1),
        ("1FF-1d", 0),
        ("1SF", 0),
        ("1SF+5d", 1),
    ],
)
def test_each_link_type_demands_what_its_row_of_the_table_says(link: str, short: int) -> None:
    plan = f"1 || 6-1..6-5\n 2 || 6-3..6-4 || {link}"
    days = [("DEPENDENCY", "2", short)] if short else []
    assert said(plan, "days") == days


def test_a_milestone_stands_at_the_end_of_its_day_towards_its_predecessors() -> None:
    assert said("1 || 6-1..6-5\n 2 || 6-5 || 1 | milestone") == []
    assert said("1 || 6-1..6-5\n 2 || 6-4 || 1 | milestone", "days") == [("DEPENDENCY", "2", 1)]


def test_a_milestone_stands_at_the_start_of_its_day_towards_its_successors() -> None:
    assert said("1 || 6-5 ||| milestone\n 2 || 6-5..6-9 || 1") == []
    assert said("1 || 6-5 ||| milestone\n 2 || 6-4..6-9 || 1", "days") == [("DEPENDENCY", "2", 1)]


def test_a_milestone_that_is_stretched_over_several_days_stands_on_its_last() -> None:
    plan = "1 || 6-1..6-5 ||| milestone\n 2 || 6-4..6-9 || 1"
    assert said(plan, "days")[0] == ("DEPENDENCY", "2", 1)


def test_a_duration_of_zero_on_one_day_is_a_milestone_unless_durations_are_differences() -> None:
    plan = "1 || 6-1..6-5\n 2 || 6-5 || 1 | days=0"
    assert said(plan) == []
    assert said(plan, "days", duration_basis="calendar_difference") == [("DEPENDENCY", "2", 1)]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=4, max_size=4),
    st.sampled_from(LINK_TYPES),
    st.integers(-9, 9),
    st.booleans(),
    st.booleans(),
)
def test_links_hold_exactly_when_the_days_counted_one_by_one_say_so(
    offsets: list[int], kind: str, lag: int, point_before: bool, point_after: bool
) -> None:
    a, b, c, d = (JUNE + timedelta(days=offset) for offset in offsets)
    a, b = (a, a) if point_before else (min(a, b), max(a, b))
    c, d = (c, c) if point_after else (min(c, d), max(c, d))
    tasks = [
        Task("1", start=a, end=b, milestone=point_before),
        Task("2", start=c, end=d, milestone=point_after, predecessors=(Link("1", kind, lag),)),
    ]

    def worked_before(end: date) -> int:
        return sum(CALENDAR.is_workday(JUNE + timedelta(days=n)) for n in range((end - JUNE).days))

    next_day = timedelta(days=1)
    from_start, from_finish = worked_before(a), worked_before(b if point_before else b + next_day)
    to_start, to_finish = worked_before(c + next_day if point_after else c), worked_before(d + next_day)
    short = {
        "FS": from_finish + lag - to_start,
        "SS": from_start + lag - to_start,
        "FF": from_finish + lag - to_finish,
        "SF": from_start + lag - to_finish,
    }[kind]
    findings = [f.details["days"] for f in find_conflicts(tasks, CALENDAR) if f.code == "DEPENDENCY"]
    assert findings == ([short] if short > 0 else [])


def test_a_task_without_sound_dates_makes_no_link_fail() -> None:
    plan = """
        1 | 海报 | 6-5..6-1
        2 | 落地 | 6-1..6-2 | | 1
        3 | 复盘 | -..6-2   | | 2FS+9d
    """
    assert [code for code, *_ in said(plan)] == ["END_BEFORE_START", "MISSING_DATE"]


def test_a_predecessor_that_nobody_knows_is_told_from_one_that_stands_for_several() -> None:
    plan = """
        1 | 海报 | 6-1
        2 | 视频 | 6-1
        3 | 视频 | 6-1
        4 | 落地 | 6-9 | | 7FS+2d, 视频, 1
    """
    assert said(plan, "predecessor", "reason", "link") == [
        ("MISSING_PRED", "4", "7", "unknown", "7FS+2d"),
        ("MISSING_PRED", "4", "视频", "ambiguous", "视频"),
    ]


def test_links_to_an_id_that_is_used_twice_are_not_evaluated() -> None:
    plan = """
        1 | 海报 | 6-8..6-9
        1 | 视频 | 6-1..6-2
        2 | 落地 | 6-3 | | 1
    """
    assert said(plan, "reason", "names", "count") == [
        ("DUPLICATE_ID", "1", None, ("海报", "视频"), 2),
        ("MISSING_PRED", "2", "ambiguous", None, None),
    ]


def test_a_task_that_waits_for_itself_is_named() -> None:
    assert said("1 | 海报 | 6-1 || 1SS", "name", "link") == [("SELF", "1", "海报", "1SS")]


def test_a_circle_is_one_finding_that_names_all_its_members() -> None:
    plan = """
        2  | 文案 | 6-3 | | 1
        10 | 视频 | 6-4 | | 2
        1  | 海报 | 6-5 | | 10
        4  | 落地 | 6-8 | | 1
    """
    [cycle] = found(plan, "CYCLE")
    assert (cycle.severity, cycle.subject, cycle.field) == (Severity.ERROR, "1", "predecessors")
    assert cycle.details["members"] == ("1", "2", "10")
    assert cycle.details["names"] == ("海报", "文案", "视频")


def test_two_circles_are_two_findings() -> None:
    plan = "1 || 6-1 || 2\n 2 || 6-1 || 1\n 3 || 6-1 || 4\n 4 || 6-1 || 3"
    assert [finding.details["members"] for finding in found(plan, "CYCLE")] == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize("words", ["in_progress", "done", "began=6-8", "not_started 10%"])
def test_a_task_that_has_started_while_its_predecessor_is_not_done_is_out_of_sequence(words: str) -> None:
    plan = f"1 | 海报 | 6-1..6-5 ||| in_progress\n 2 | 落地 | 6-8..6-9 || 1 | {words}"
    assert said(plan, "other") == [("OUT_OF_SEQUENCE", "2", "1")]


@pytest.mark.parametrize("words", ["done", "in_progress 100%", "ended=6-4", "cancelled"])
def test_a_predecessor_that_is_done_or_cancelled_lets_its_successor_start(words: str) -> None:
    assert said(f"1 || 6-1..6-5 ||| {words}\n 2 || 6-8..6-9 || 1 | in_progress") == []


def test_only_finish_to_start_links_say_that_a_task_started_too_early() -> None:
    assert said("1 || 6-1..6-5 ||| in_progress\n 2 || 6-1..6-9 || 1SS | in_progress") == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(0, 6), min_size=8, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda link: link[0] != link[1]), max_size=12),
)
def test_circles_are_the_same_whether_searched_in_time_or_everywhere(
    when: list[int], links: list[tuple[int, int]]
) -> None:
    before, after = [tail for tail, _ in links], [head for _, head in links]
    assert sorted(circles_in_time(when, before, after)) == sorted(circles(8, before, after))


def test_a_link_that_is_typed_twice_is_reported_once() -> None:
    assert said("1 || 6-1..6-5\n 2 || 6-3 || 1,1,9,9", "link") == [
        ("MISSING_PRED", "2", "9"),
        ("DEPENDENCY", "2", "1"),
    ]


def test_a_circle_of_thousands_is_named_whole() -> None:
    count = 5000
    tasks = [Task(str(n), start=JUNE, end=JUNE, predecessors=(Link(str((n + 1) % count)),)) for n in range(count)]
    findings = find_conflicts(tasks, WorkCalendar())
    assert findings[0].code == "CYCLE"
    assert findings[0].details["members"] == tuple(str(n) for n in range(count))
