"""Conflicts of what is there only for a time: booked resources, and people who join later or leave earlier."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.plan.conflicts import find_conflicts
from promo_xl.plan.findings import Severity
from promo_xl.plan.people import Member
from promo_xl.plan.resources import Resource
from promo_xl.plan.tasks import Task
from tests.plan.conflict_plans import CALENDAR, found, said

JUNE = date(2026, 6, 1)
FACTS = ("resource", "reason", "days", "uncovered")


def june(*days: int) -> tuple[date, ...]:
    return tuple(date(2026, 6, day) for day in days)


def booked(*spans: tuple[int, int], confirmed: bool = True, tasks: tuple[str, ...] = ("1",)) -> list[Resource]:
    return [Resource("R1", "美妆KOL", "kol", tuple(june(*span) for span in spans), tasks, confirmed)]


@pytest.mark.parametrize("spans", [[(1, 5)], [(1, 3), (4, 6)], [(4, 5), (1, 4)]])
def test_a_resource_that_is_there_on_every_day_of_the_task_is_no_conflict(spans: list[tuple[int, int]]) -> None:
    assert said("1 || 6-1..6-5", resources=booked(*spans)) == []


def test_a_resource_that_covers_no_day_is_an_error() -> None:
    [finding] = found("1 | 直播 | 6-1..6-5 | 张三", resources=booked((8, 9)))
    assert (finding.code, finding.severity, finding.subject, finding.field) == (
        "AVAILABILITY",
        Severity.ERROR,
        "1",
        "start",
    )
    assert [finding.details[fact] for fact in FACTS] == ["美妆KOL", "none", 5, (june(1, 5),)]
    assert said("1 || 6-1..6-5", "reason", resources=booked()) == [("AVAILABILITY", "1", "none")]


def test_days_that_a_resource_does_not_cover_are_named() -> None:
    plan = "1 | 直播 | 6-1..6-10"
    assert said(plan, *FACTS, resources=booked((3, 4), (7, 9))) == [
        ("AVAILABILITY", "1", "美妆KOL", "partly", 5, (june(1, 2), june(5, 6), june(10, 10)))
    ]


def test_a_resource_that_is_not_confirmed_is_a_warning() -> None:
    [finding] = found("1 || 6-1..6-5 | 张三", resources=booked((1, 5), confirmed=False))
    assert (finding.severity, finding.details["reason"]) == (Severity.WARNING, "unconfirmed")


def test_a_resource_finds_its_tasks_by_id_or_by_name() -> None:
    plan = "1 | 直播 | 6-1\n 2 | 彩排 | 6-1\n 3 | 1 | 6-1"
    assert [subject for _, subject in said(plan, resources=booked(tasks=(" １ ", "彩排", "没有")))] == ["1", "2"]


def test_a_span_that_ends_before_it_starts_covers_nothing() -> None:
    assert said("1 || 6-2", "reason", resources=booked((3, 1))) == [("AVAILABILITY", "1", "none")]


def test_a_task_without_sound_dates_or_cancelled_needs_no_resource() -> None:
    assert [code for code, *_ in said("1 || -..6-2", resources=booked())] == ["MISSING_DATE"]
    assert said("1 || 6-1 ||| cancelled", resources=booked()) == []


def test_a_person_who_is_not_there_on_every_day_of_a_task_is_named() -> None:
    members = [Member("M1", role="设计专员", name="张三", available_from=june(3)[0], available_to=june(9)[0])]
    plan = """
        1 | 海报 | 6-3..6-9   | 张三
        2 | 视频 | 6-10..6-12 | 设计专员[50%]
        3 | 文案 | 6-1..6-2   | 张三
        4 | 彩排 | 6-9..6-10  | 设计专员
    """
    findings = found(plan, "AVAILABILITY", members=members)
    assert [(f.severity, f.subject, f.field, *(f.details[fact] for fact in FACTS)) for f in findings] == [
        (Severity.ERROR, "2", "owners", "张三", "none", 3, (june(10, 12),)),
        (Severity.ERROR, "3", "owners", "张三", "none", 2, (june(1, 2),)),
        (Severity.WARNING, "4", "owners", "张三", "partly", 1, (june(10, 10),)),
    ]


def test_an_end_that_is_not_stated_is_open() -> None:
    joins = [Member("M1", name="张三", available_from=june(3)[0])]
    leaves = [Member("M1", name="张三", available_to=june(3)[0])]
    plan = "1 || 6-1..6-5 | 张三"
    assert said(plan, "uncovered", members=joins) == [("AVAILABILITY", "1", (june(1, 2),))]
    assert said(plan, "uncovered", members=leaves) == [("AVAILABILITY", "1", (june(4, 5),))]
    assert said(plan, members=[Member("M1", name="张三")]) == []


def test_a_role_is_there_as_long_as_one_of_its_people_is() -> None:
    members = [
        Member("M1", role="设计专员", name="张三", available_to=june(3)[0]),
        Member("M2", role="设计专员", name="李四", available_from=june(4)[0]),
    ]
    assert said("1 || 6-1..6-9 | 设计专员", members=members) == []
    assert said("1 || 6-1..6-9 | 李四", "days", members=members) == [("AVAILABILITY", "1", 3)]


def test_a_role_whose_people_leave_a_gap_is_not_there_in_between() -> None:
    members = [
        Member("M1", role="设计专员", name="张三", available_to=june(3)[0]),
        Member("M2", role="设计专员", name="李四", available_from=june(8)[0]),
    ]
    assert said("1 || 6-2..6-9 | 设计专员", "uncovered", members=members) == [("AVAILABILITY", "1", (june(4, 7),))]


DAY = st.integers(0, 14)


@settings(max_examples=200, deadline=None)
@given(DAY, DAY, st.lists(st.tuples(DAY, DAY), max_size=4))
def test_the_days_that_nothing_covers_are_those_that_each_day_shows(
    first: int, last: int, spans: list[tuple[int, int]]
) -> None:
    start, end = min(first, last), max(first, last)

    def on(number: int) -> date:
        return JUNE + timedelta(days=number)

    bare = [on(n) for n in range(start, end + 1) if not any(a <= n <= b for a, b in spans)]
    resource = Resource("R1", available=tuple((on(a), on(b)) for a, b in spans), tasks=("1",))
    task = Task("1", start=on(start), end=on(end))
    findings = [f for f in find_conflicts([task], CALENDAR, resources=[resource]) if f.code == "AVAILABILITY"]
    named = [
        a + timedelta(days=n)
        for finding in findings
        for a, b in finding.details["uncovered"]
        for n in range((b - a).days + 1)
    ]
    assert named == bare
    assert [f.details["reason"] for f in findings] == (
        [] if not bare else ["none" if len(bare) == end - start + 1 else "partly"]
    )
