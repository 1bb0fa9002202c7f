"""What `check` says of a plan: each fault is found, and a sound plan has none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from promo_xl.plan.budget import Channel, shares_gap
from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.checks import check_plan
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.targets import Target
from promo_xl.plan.tasks import Link, Task

JUNE = {"product": "新品", "start": date(2026, 6, 1), "end": date(2026, 6, 30), "as_of": date(2026, 6, 10)}
TASK = Task(id="1", name="海报", start=date(2026, 6, 11), end=date(2026, 6, 12), owners=("张三",))
TARGET = Target(id="T1", metric="曝光", goal="1000万次", path="抖音500万+KOL500万", owner="市场部", window="6月")
SOUND = Promotion(project=JUNE, targets=(TARGET,), tasks=(TASK,))


def codes(plan: Promotion) -> list[str]:
    return [finding.code for finding in check_plan(plan, WorkCalendar())]


def test_a_sound_plan_has_no_finding() -> None:
    assert codes(SOUND) == []


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (replace(TASK, end=date(2026, 6, 10)), "END_BEFORE_START"),
        (replace(TASK, start=None), "MISSING_DATE"),
        (replace(TASK, owners=()), "UNASSIGNED"),
        (replace(TASK, predecessors=(Link("9"),)), "MISSING_PRED"),
        (replace(TASK, predecessors=(Link("1"),)), "SELF"),
        (replace(TASK, id=""), "ID_MISSING"),
        (replace(TASK, start=date(2026, 6, 8), end=date(2026, 6, 9)), "LATE"),
        (replace(TASK, phase="monitoring", end=date(2026, 7, 1)), "OUTSIDE_WINDOW"),
    ],
)
def test_each_fault_of_a_task_is_found_and_nothing_else(task: Task, code: str) -> None:
    assert codes(replace(SOUND, tasks=(task,))) == [code]


def test_a_cancelled_task_never_conflicts() -> None:
    assert codes(replace(SOUND, tasks=(replace(TASK, end=date(2020, 1, 1), owners=(), status="cancelled"),))) == []


def test_an_id_that_two_tasks_have_is_said_once() -> None:
    later = replace(TASK, name="视频", start=date(2026, 6, 15), end=date(2026, 6, 16))
    assert codes(replace(SOUND, tasks=(TASK, later))) == ["DUPLICATE_ID"]


def test_ids_are_texts_so_one_point_one_is_not_one_point_ten() -> None:
    other = replace(TASK, id="1.10", owners=("李四",))
    assert codes(replace(SOUND, tasks=(replace(TASK, id="1.1"), other))) == []


def test_a_path_that_does_not_reach_its_goal_says_how_much_is_missing() -> None:
    plan = replace(SOUND, targets=(replace(TARGET, path="抖音500万+KOL200万"),))
    assert [(f.code, f.details["gap"]) for f in check_plan(plan, WorkCalendar())] == [
        ("PATH_GAP", Decimal(3_000_000))
    ]


def test_an_unreadable_goal_is_told_from_a_missing_one() -> None:
    assert codes(replace(SOUND, targets=(replace(TARGET, goal="大幅提升"),))) == ["GOAL_UNREADABLE"]
    assert codes(replace(SOUND, targets=(replace(TARGET, goal=""),))) == ["GOAL_MISSING"]


@pytest.mark.parametrize(
    ("target", "code", "reason"),
    [
        (replace(TARGET, goal="增长50%"), "GOAL_BASELINE", "needs_baseline"),
        (replace(TARGET, window=""), "TARGET_WINDOW", "no_window"),
        (replace(TARGET, window="6月31日"), "TARGET_WINDOW", "no_such_day"),
        (replace(TARGET, window="6月1日起"), "TARGET_WINDOW", "no_end"),
        (replace(TARGET, owner=""), "TARGET_UNASSIGNED", None),
        (replace(TARGET, parent="T9"), "PARENT_UNKNOWN", None),
    ],
)
def test_each_fault_of_a_target_is_found_with_its_reason(target: Target, code: str, reason: str | None) -> None:
    found = check_plan(replace(SOUND, targets=(target,)), WorkCalendar())
    assert [(f.code, f.details.get("reason")) for f in found] == [(code, reason)]


def test_targets_below_that_do_not_reach_the_one_above_say_by_how_much() -> None:
    parts = (
        replace(TARGET, id="T2", goal="600万次", parent="T1"),
        replace(TARGET, id="T3", goal="300万次", parent="T1"),
    )
    found = check_plan(replace(SOUND, targets=(TARGET, *(replace(p, path="文案") for p in parts))), WorkCalendar())
    assert [(f.code, f.subject, f.details["gap"]) for f in found] == [("BREAKDOWN_GAP", "T1", Decimal(1_000_000))]


def test_more_than_the_goal_is_only_information() -> None:
    plan = replace(SOUND, targets=(replace(TARGET, path="抖音800万+KOL300万"),))
    assert [(f.code, f.severity.name) for f in check_plan(plan, WorkCalendar())] == [("PATH_GAP", "INFO")]


def test_shares_that_miss_the_whole_are_found_exactly() -> None:
    assert shares_gap([0.4, 0.3, 0.2, 0.1]) == 0
    assert codes(replace(SOUND, channels=(Channel("抖音", 0.5), Channel("KOL", 0.4)))) == ["SHARES_SUM"]


def test_errors_come_before_warnings() -> None:
    plan = replace(SOUND, tasks=(replace(TASK, owners=()), replace(TASK, id="2", end=date(2026, 6, 10))))
    assert codes(plan) == ["END_BEFORE_START", "UNASSIGNED"]
