"""Conflicts of a whole plan: the worst first, in any row order, for whatever stands in the cells."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import find_conflicts, located_conflicts
from promo_xl.plan.findings import Severity
from promo_xl.plan.people import Member
from promo_xl.plan.resources import Resource
from promo_xl.plan.tasks import LINK_TYPES, Link, Task
from tests.plan.conflict_plans import CALENDAR, found, plan

JUNE = date(2026, 6, 1)
WINDOW = (date(2026, 6, 3), date(2026, 6, 20))


def test_a_sound_plan_has_no_conflict() -> None:
    assert not found("""
        1   | 准备     | 6-1..6-12  |          |        |
        1.1 | 海报     | 6-1..6-5   | 张三      |        | days=5 done
        1.2 | 视频     | 6-1..6-10  | 李四[50%] | 1.1SS  | in_progress deadline=6-10
        1.3 | 文案     | 6-8..6-12  | 李四[50%] | 1.1    |
        2   | 上线     | 6-12       | 张三      | 1.3    | milestone
        3   | 活动落地 | 6-15..6-18 | 张三、李四 | 2, 1.2FS+1d |
    """)


def test_what_makes_a_plan_impossible_comes_before_what_is_doubtful() -> None:
    findings = found("""
        1 | 海报 | 6-1..6-9  | 张三 | 5     |
        2 | 视频 | 6-6..6-12 | 张三 | 1     | days=9
        3 | 文案 | 6-8..6-5  | 李四 |       |
        4 | 彩排 | 6-8       |      | 9     | deadline=6-5
        5 | 落地 | 6-1..6-2  | 李四 | 2     |
    """)
    assert [(f.code, f.subject) for f in findings] == [
        ("CYCLE", "1"),
        ("END_BEFORE_START", "3"),
        ("MISSING_PRED", "4"),
        ("DEPENDENCY", "5"),
        ("DEPENDENCY", "1"),
        ("DEPENDENCY", "2"),
        ("DEADLINE", "4"),
        ("OVERLAP", "2"),
        ("UNASSIGNED", "4"),
        ("DURATION", "2"),
        ("NONWORKING_START", "2"),
    ]


def test_of_one_kind_the_largest_comes_first_and_ids_count_as_planners_count() -> None:
    findings = found(
        """
        1    | 海报 | 6-1..6-5 | 张三 |    |
        1.10 | 视频 | 6-5..6-9 | 李四 | 1  | parent=0
        1.9  | 文案 | 6-5..6-9 | 王五 | 1  | parent=0
        1.8  | 彩排 | 6-1..6-9 | 赵六 | 1  | parent=0
    """,
        "DEPENDENCY",
    )
    assert [(f.subject, f.details["days"]) for f in findings] == [("1.8", 5), ("1.9", 1), ("1.10", 1)]


def test_no_finding_speaks_of_rows() -> None:
    rich = "1 || 6-1..6-9 | 张三 | 2,9\n 2 || 6-1..6-9 | 张三 | 1"
    assert all(not {"row", "position", "table"} & finding.details.keys() for finding in found(rich))


DAYS = st.none() | st.integers(-3, 25).map(lambda n: JUNE + timedelta(days=n))
IDS = st.sampled_from(["1", "1.1", "1.2", "2", "3", "A-1", ""])
NAMES = st.sampled_from(["海报", "视频", "文案", ""])
OWNERS = st.sampled_from(["张三", "张三[60%]", "李四[50%]", "市场部", "待定"])
NAMED = st.sampled_from(["1", "1.1", "2", "3", "海报", "9"])
LINKS = st.builds(Link, NAMED, st.sampled_from(LINK_TYPES), st.integers(-2, 2))
TASKS = st.lists(
    st.builds(
        Task,
        id=IDS,
        name=NAMES,
        start=DAYS,
        end=DAYS,
        duration=st.none() | st.integers(0, 9),
        owners=st.lists(OWNERS, max_size=2).map(tuple),
        predecessors=st.lists(LINKS, max_size=2).map(tuple),
        status=st.sampled_from(["", "in_progress", "done", "cancelled"]),
        milestone=st.booleans(),
        deadline=DAYS,
        parent=st.sampled_from(["", "", "1", "海报"]),
    ),
    max_size=8,
)
MEMBERS = [
    Member("M1", "组长", "张三", "市场部", available_from=JUNE),
    Member("M2", "", "李四", available_to=WINDOW[1]),
]
RESOURCES = [
    Resource("R1", "直播间", available=((JUNE, WINDOW[0]),), tasks=("1", "视频")),
    Resource("R2", "KOL", tasks=("2",), confirmed=False),
]


@settings(max_examples=300, deadline=None)
@given(TASKS, st.randoms(use_true_random=False), st.sampled_from([2, 100]))
def test_the_order_of_the_rows_makes_no_difference(tasks: list[Task], shuffler: random.Random, limit: int) -> None:
    shuffled = shuffler.sample(tasks, len(tasks))
    options = {"members": MEMBERS, "resources": RESOURCES, "limit": limit}
    assert find_conflicts(shuffled, CALENDAR, WINDOW, **options) == find_conflicts(
        tasks, CALENDAR, WINDOW, **options
    )


@settings(max_examples=200, deadline=None)
@given(TASKS)
def test_cancelled_tasks_never_conflict(tasks: list[Task]) -> None:
    gone = [replace(task, status="cancelled") for task in tasks]
    assert find_conflicts(gone, CALENDAR, WINDOW, members=MEMBERS, resources=RESOURCES) == []


@settings(max_examples=200, deadline=None)
@given(TASKS)
def test_every_finding_leads_to_tasks_that_are_not_cancelled(tasks: list[Task]) -> None:
    for positions, finding in located_conflicts(tasks, CALENDAR, WINDOW, members=MEMBERS, resources=RESOURCES):
        assert all(tasks[position].status != "cancelled" for position in positions)
        assert tasks[positions[0]].id == finding.subject


@settings(max_examples=200, deadline=None)
@given(TASKS)
def test_findings_come_with_the_worst_first(tasks: list[Task]) -> None:
    severities = [finding.severity for finding in find_conflicts(tasks, CALENDAR, WINDOW)]
    assert severities == sorted(severities, reverse=True)


EXTREMES = [None, date.min, date(1899, 12, 31), date(1900, 1, 1), JUNE, date.max, datetime(2026, 6, 1, 9, 30)]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            Task,
            id=st.text(max_size=4),
            name=st.text(max_size=4),
            start=st.sampled_from(EXTREMES),
            end=st.sampled_from(EXTREMES),
            duration=st.none() | st.floats() | st.integers(),
            owners=st.lists(st.text(max_size=8), max_size=3).map(tuple),
            predecessors=st.lists(
                st.builds(Link, st.text(max_size=3), st.sampled_from(LINK_TYPES), st.integers()), max_size=3
            ).map(tuple),
            status=st.text(max_size=3),
            milestone=st.booleans(),
            completion=st.none() | st.floats(),
            deadline=st.sampled_from(EXTREMES),
            parent=st.text(max_size=2),
        ),
        max_size=6,
    ),
    st.sampled_from([WorkCalendar(), WorkCalendar(weekend=(0, 1, 2, 3, 4, 5, 6)), WorkCalendar(weekend=())]),
    st.sampled_from(["workdays", "calendar_inclusive", "calendar_difference", ""]),
)
def test_nothing_that_stands_in_a_task_raises(tasks: list[Task], calendar: WorkCalendar, basis: str) -> None:
    options = {"members": MEMBERS, "resources": RESOURCES, "duration_basis": basis}
    located_conflicts(tasks, calendar, (None, JUNE), **options)


@pytest.mark.parametrize(
    "text", ["9" * 32_767, "[" * 32_767, "%" * 32_767, " " * 32_767, "张三、" * 10_000, "(" * 32_767]
)
def test_a_cell_full_of_anything_is_read(text: str) -> None:
    task = Task(text, text, JUNE, JUNE, None, (text,), parent=text)
    assert {f.code for f in find_conflicts([task], CALENDAR)} <= {"UNASSIGNED", "OVERLOAD"}


def test_ten_thousand_predecessors_in_one_cell_are_ten_thousand_findings_at_most() -> None:
    links = tuple(Link(str(number)) for number in range(10_000))
    findings = find_conflicts([Task("a", "海报", JUNE, JUNE, None, ("张三",), links)], CALENDAR)
    assert len(findings) == 10_000
    assert {finding.code for finding in findings} == {"MISSING_PRED"}


def test_a_time_of_day_is_no_part_of_a_date() -> None:
    morning, evening = datetime(2026, 6, 1, 9), datetime(2026, 6, 1, 18)
    tasks = [Task("1", "海报", evening, morning, None, ("张三",)), Task("2", "视频", JUNE, JUNE, None, ("张三",))]
    [finding] = find_conflicts(tasks, CALENDAR)
    assert (finding.code, finding.severity, finding.details["start"]) == ("OVERLAP", Severity.WARNING, JUNE)


def test_no_tasks_have_no_conflicts() -> None:
    assert find_conflicts([], CALENDAR, WINDOW, members=MEMBERS, resources=RESOURCES) == []
    assert plan("") == []
