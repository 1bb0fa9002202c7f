"""Conflicts of people: two tasks on one day, more units than there is time, nobody at all."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import find_conflicts, located_conflicts
from promo_xl.plan.conflicts.overloads import NAMED
from promo_xl.plan.findings import Severity
from promo_xl.plan.people import Member
from promo_xl.plan.tasks import Task
from tests.plan.conflict_plans import CALENDAR, found, plan, said

JUNE = date(2026, 6, 1)


def test_two_tasks_of_one_person_on_one_working_day_overlap() -> None:
    plan = """
        1 | 海报 | 6-1..6-9  | 张三
        2 | 视频 | 6-4..6-10 | 张三、李四
    """
    [finding] = found(plan)
    assert (finding.code, finding.severity, finding.subject, finding.field) == (
        "OVERLAP",
        Severity.WARNING,
        "2",
        "owners",
    )
    assert finding.details == {
        "name": "视频",
        "start": date(2026, 6, 4),
        "end": date(2026, 6, 10),
        "owner": "张三",
        "other": "1",
        "other_name": "海报",
        "days": 4,
        "first": date(2026, 6, 4),
        "last": date(2026, 6, 9),
    }


@pytest.mark.parametrize(
    "plan",
    [
        "1 || 6-1..6-5 | 张三\n 2 || 6-8..6-9 | 张三",
        "1 || 6-1..6-7 | 张三\n 2 || 6-6..6-9 | 张三",
        "1 || 6-1..6-9 | 张三\n 2 || 6-1..6-9 | 李四",
        "1 || 6-1..6-9 | 张三\n 2 || 6-2 | 张三 || milestone",
        "1 || 6-1..6-9 | 张三\n 2 || 6-1..6-9 | 张三 || cancelled",
        "1 || 6-1..6-9 | 张三\n 1.1 || 6-1..6-9 | 张三",
    ],
    ids=["next day", "a weekend shared", "two people", "milestone", "cancelled", "summary"],
)
def test_what_shares_no_working_time_does_not_overlap(plan: str) -> None:
    assert [code for code, *_ in said(plan) if code in {"OVERLAP", "OVERLOAD"}] == []


def test_a_person_is_one_however_the_name_is_spaced_or_marked() -> None:
    plan = "1 || 6-1..6-2 | 张三*\n 2 || 6-1..6-2 | 张　三\n 3 || 6-2..6-3 | 李四、 张三"
    assert said(plan, "owner", "days") == [
        ("OVERLAP", "2", "张三", 2),
        ("OVERLAP", "3", "张三", 1),
        ("OVERLAP", "3", "张三", 1),
    ]


def test_a_task_without_units_takes_the_whole_day() -> None:
    assert said("1 || 6-1..6-2 | 张三[30%]\n 2 || 6-2 | 张三", "days") == [("OVERLAP", "2", 1)]


def test_stated_units_overload_only_where_their_sum_exceeds_the_capacity() -> None:
    assert said("1 || 6-1..6-9 | 张三[50%]\n 2 || 6-1..6-9 | 张三[50%]") == []
    plan = """
        1 | 海报 | 6-1..6-9  | 张三[70%]
        2 | 视频 | 6-4..6-10 | 张三[40%]
        3 | 文案 | 6-8       | 张三[20%]
    """
    [finding] = found(plan)
    assert (finding.code, finding.severity, finding.subject) == ("OVERLOAD", Severity.WARNING, "3")
    wanted = ("owner", "first", "last", "days", "amount", "capacity", "tasks", "names", "count")
    assert [finding.details[fact] for fact in wanted] == [
        "张三",
        date(2026, 6, 4),
        date(2026, 6, 9),
        4,
        130,
        100,
        ("1", "2", "3"),
        ("海报", "视频", "文案"),
        3,
    ]


def test_every_unbroken_run_of_days_is_one_finding() -> None:
    plan = """
        1 | 海报 | 6-1..6-12 | 张三[70%]
        2 | 视频 | 6-2..6-3  | 张三[40%]
        3 | 文案 | 6-4..6-5  | 张三[50%]
        4 | 彩排 | 6-8       | 张三[60%]
        5 | 复盘 | 6-10      | 张三[60%]
    """
    assert said(plan, "first", "last", "amount", "tasks") == [
        ("OVERLOAD", "4", date(2026, 6, 2), date(2026, 6, 8), 130, ("1", "2", "3", "4")),
        ("OVERLOAD", "5", date(2026, 6, 10), date(2026, 6, 10), 130, ("1", "5")),
    ]


def test_a_run_names_only_the_tasks_of_its_own_days() -> None:
    plan = """
        1 | 海报 | 6-1..6-2 | 张三[90%]
        2 | 视频 | 6-3      | 张三[60%]
        3 | 文案 | 6-3      | 张三[60%]
        4 | 彩排 | 6-4      | 张三[90%]
    """
    assert said(plan, "tasks", "count") == [("OVERLOAD", "3", ("2", "3"), 2)]


def test_one_task_alone_can_be_too_much() -> None:
    assert said("1 || 6-1..6-2 | 张三[150%]", "amount") == [("OVERLOAD", "1", 150)]


def test_what_an_overlap_says_is_not_said_twice() -> None:
    plan = "1 || 6-1 | 张三\n 2 || 6-1 | 张三[70%]\n 3 || 6-1 | 张三[30%]"
    assert [code for code, *_ in said(plan)] == ["OVERLAP", "OVERLAP"]


def test_capacity_is_one_number_or_a_number_by_name() -> None:
    plan = "1 || 6-1 | 张三[80%]\n 2 || 6-1 | 李四[80%]"
    assert [subject for _, subject in said(plan, capacity=50)] == ["1", "2"]
    assert said(plan, "capacity", capacity={"张三*": 50}) == [("OVERLOAD", "1", 50)]


def test_a_department_overlaps_as_information_and_has_only_a_stated_capacity() -> None:
    whole = "1 || 6-1 | 市场部*\n 2 || 6-1 | 市场部"
    assert [(f.code, f.severity) for f in found(whole)] == [("OVERLAP", Severity.INFO)]
    parts = "1 || 6-1 | 市场部[90%]\n 2 || 6-1 | 市场部[90%]"
    assert said(parts) == []
    assert said(parts, "amount", capacity={"市场部": 150}) == [("OVERLOAD", "2", 180)]
    assert said(parts, "amount", capacity=150) == [("OVERLOAD", "2", 180)]


def test_departments_are_named_or_stand_on_the_division_of_labour() -> None:
    plan = "1 || 6-1 | 红队\n 2 || 6-1 | 红队"
    members = [Member("M1", name="张三", department="红队")]
    assert [f.severity for f in found(plan, "OVERLAP")] == [Severity.WARNING]
    assert [f.severity for f in found(plan, "OVERLAP", departments=["红队"])] == [Severity.INFO]
    assert [f.severity for f in found(plan, "OVERLAP", members=members)] == [Severity.INFO]


def test_a_person_who_is_called_like_a_department_is_a_person() -> None:
    members = [Member("M1", name="红队", department="红队")]
    assert [f.severity for f in found("1 || 6-1 | 红队\n 2 || 6-1 | 红队", members=members)] == [Severity.WARNING]


@pytest.mark.parametrize("owners", ["", "-", "待定", "N/A", " 、 "])
def test_a_task_without_owner_is_unassigned(owners: str) -> None:
    [finding] = found(f"1 | 海报 | 6-1..6-2 | {owners}")
    assert (finding.code, finding.field, finding.details["reason"]) == ("UNASSIGNED", "owners", "none")


def test_an_owner_whom_the_division_of_labour_does_not_have_is_unknown() -> None:
    members = [Member("M1", role="设计专员", name="张三", department="设计部"), Member("M2", role="组长")]
    plan = "1 || 6-1 | 张三*、设计专员\n 2 || 6-2 | 设计部、组长[50%]\n 3 || 6-3 | 张三、王五、赵六"
    findings = found(plan, members=members)
    assert [(f.code, f.subject, f.details["reason"], f.details["owner"]) for f in findings] == [
        ("UNASSIGNED", "3", "unknown", "王五"),
        ("UNASSIGNED", "3", "unknown", "赵六"),
    ]
    assert found(plan) == []


def test_a_summary_task_needs_no_owner() -> None:
    assert [f.subject for f in found("1 | 准备 | 6-1..6-5\n 1.1 | 海报 | 6-1..6-5")] == ["1.1"]


OWNERS = st.lists(
    st.tuples(st.sampled_from(["张三", "李四", "市场部"]), st.none() | st.sampled_from([0, 30, 50, 70, 120])),
    max_size=2,
    unique_by=lambda owner: owner[0],
)
SPANS = st.tuples(st.integers(0, 26), st.integers(0, 9))


@st.composite
def staffed(draw: st.DrawFn) -> list[tuple[Task, dict[str, int | None]]]:
    """Tasks with their owners' units, all within five weeks."""
    made = []
    for number in range(draw(st.integers(0, 7))):
        (offset, length), owners = draw(SPANS), draw(OWNERS)
        start = JUNE + timedelta(days=offset)
        texts = tuple(name if units is None else f"{name}[{units}%]" for name, units in owners)
        milestone, cancelled = draw(st.sampled_from([(False, False)] * 6 + [(True, False), (False, True)]))
        end = start if milestone else start + timedelta(days=length)
        status = "cancelled" if cancelled else ""
        task = Task(f"T{number}", f"任务{number}", start, end, None, texts, status=status, milestone=milestone)
        made.append((task, {} if milestone or cancelled else dict(owners)))
    return made


WORKING = [day for n in range(60) if CALENDAR.is_workday(day := JUNE + timedelta(days=n))]


@settings(max_examples=200, deadline=None)
@given(staffed())
def test_overlaps_are_those_that_every_day_looked_at_by_itself_shows(
    tasks: list[tuple[Task, dict[str, int | None]]],
) -> None:
    shared: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
    for day in WORKING:
        for (one, mine), (other, theirs) in combinations(tasks, 2):
            if one.start <= day <= one.end and other.start <= day <= other.end:
                for owner in mine.keys() & theirs.keys():
                    if mine[owner] is None or theirs[owner] is None:
                        shared[owner, frozenset({one.id, other.id})] += 1
    findings = [f for f in find_conflicts([task for task, _ in tasks], CALENDAR) if f.code == "OVERLAP"]
    assert len(findings) == len(shared)
    assert {
        (f.details["owner"], frozenset({f.subject, f.details["other"]})): f.details["days"] for f in findings
    } == dict(shared)


@settings(max_examples=200, deadline=None)
@given(staffed(), st.sampled_from([60, 100]))
def test_overloads_are_those_that_every_day_looked_at_by_itself_shows(
    tasks: list[tuple[Task, dict[str, int | None]]], capacity: int
) -> None:
    expected = []
    for owner in ("张三", "李四", "市场部"):
        run: list[tuple[date, int, set[str]]] = []
        for day in [*WORKING, None]:
            active = {
                task.id: units[owner]
                for task, units in tasks
                if day and task.start <= day <= task.end and units.get(owner)
            }
            if sum(active.values()) > capacity:
                run.append((day, sum(active.values()), set(active)))
            elif run:
                everybody = sorted(set.union(*(ids for _, _, ids in run)))
                expected.append(
                    (owner, run[0][0], run[-1][0], len(run), max(sum_ for _, sum_, _ in run), everybody)
                )
                run = []
    wanted = ("owner", "first", "last", "days", "amount")
    findings = find_conflicts([task for task, _ in tasks], CALENDAR, capacity=capacity)
    assert sorted(
        (*(f.details[fact] for fact in wanted), sorted(f.details["tasks"]))
        for f in findings
        if f.code == "OVERLOAD"
    ) == sorted(expected)


def crowd(count: int, units: str = "") -> list[Task]:
    """Many tasks of one person on one day."""
    return [Task(f"{n}", f"任务{n}", JUNE, JUNE, None, (f"张三{units}",)) for n in range(count)]


def test_beyond_the_limit_pairs_are_counted_not_listed() -> None:
    findings = find_conflicts(crowd(2000), CALENDAR, limit=30)
    assert [f.code for f in findings] == ["OVERLAP"] * 30 + ["LIMIT"]
    assert findings[-1].details == {"shown": 30, "more": 2000 * 1999 // 2 - 30}
    assert find_conflicts(crowd(2000)[::-1], CALENDAR, limit=30) == findings


def test_pairs_of_stated_units_are_no_part_of_the_count() -> None:
    plan = "1 || 6-1 | 张三\n 2 || 6-1 | 张三[1%]\n 3 || 6-1 | 张三[1%]\n 4 || 6-1 | 张三[1%]"
    assert said(plan, "more", limit=1) == [("OVERLAP", "2", None), ("LIMIT", "", 2)]


def test_which_pairs_are_listed_does_not_depend_on_the_order_of_the_rows() -> None:
    rows = ["1 || 6-1 | 李四", "2 || 6-1 | 李四", "3 || 6-1 | 张三", "4 || 6-1 | 张三", "5 || 6-1 | 张三"]
    listed = said("\n".join(rows), "owner", "other", limit=2)
    assert said("\n".join(reversed(rows)), "owner", "other", limit=2) == listed


def test_within_the_limit_nothing_is_cut() -> None:
    assert [f.code for f in find_conflicts(crowd(5), CALENDAR, limit=10)] == ["OVERLAP"] * 10


def test_an_overload_of_very_many_tasks_names_some_and_counts_all() -> None:
    [(positions, finding)] = located_conflicts(crowd(2000, "[1%]"), CALENDAR)
    assert (finding.details["amount"], finding.details["count"]) == (2000, 2000)
    assert len(finding.details["tasks"]) == NAMED
    assert len(set(positions)) == NAMED + 1


def test_positions_lead_to_the_tasks_and_the_first_is_the_one_to_mend() -> None:
    tasks = plan("9 | 视频 | 6-4..6-10 | 张三\n 3 | 海报 | 6-1..6-9 | 张三")
    [(positions, finding)] = located_conflicts(tasks, CALENDAR)
    assert (
        [tasks[position].id for position in positions] == [finding.subject, finding.details["other"]] == ["9", "3"]
    )


def test_a_person_and_the_role_that_only_he_has_are_one_owner() -> None:
    tasks = [
        Task("1", start=date(2026, 6, 1), end=date(2026, 6, 3), owners=("策划专员",)),
        Task("2", start=date(2026, 6, 3), end=date(2026, 6, 4), owners=("王晨",)),
    ]
    one, other = Member("M1", role="策划专员", name="王晨"), Member("M2", role="策划专员", name="李岩")
    assert [f.code for f in find_conflicts(tasks, WorkCalendar(), members=[one])] == ["OVERLAP"]
    assert [f.code for f in find_conflicts(tasks, WorkCalendar(), members=[one, other])] == []
