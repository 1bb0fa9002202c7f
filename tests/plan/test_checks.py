"""What `check` says of a plan: each fault is found, and a sound plan has none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from promo_xl.plan.budget import Channel, shares_gap
from promo_xl.plan.checks import check_plan
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.targets import Target
from promo_xl.plan.tasks import Link, Task

JUNE = {"product": "新品", "start": date(2026, 6, 1), "end": date(2026, 6, 30), "as_of": date(2026, 6, 10)}
TASK = Task(id="1", name="海报", start=date(2026, 6, 11), end=date(2026, 6, 12), owners=("张三",))
TARGET = Target(id="T1", metric="曝光", goal="1000万次", path="抖音500万+KOL500万", owner="市场部")
SOUND = Promotion(project=JUNE, targets=(TARGET,), tasks=(TASK,))


def codes(plan: Promotion) -> list[str]:
    return [finding.code for finding in check_plan(plan)]


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


def test_both_holders_of_an_id_are_named() -> None:
    assert codes(replace(SOUND, tasks=(TASK, replace(TASK, name="视频")))) == ["DUPLICATE_ID", "DUPLICATE_ID"]


def test_ids_are_texts_so_one_point_one_is_not_one_point_ten() -> None:
    assert codes(replace(SOUND, tasks=(replace(TASK, id="1.1"), replace(TASK, id="1.10")))) == []


def test_a_path_that_does_not_reach_its_goal_says_how_much_is_missing() -> None:
    plan = replace(SOUND, targets=(replace(TARGET, path="抖音500万+KOL200万"),))
    assert [(f.code, f.details["gap"]) for f in check_plan(plan)] == [("PATH_GAP", Decimal(3_000_000))]


def test_an_unreadable_goal_is_told_from_a_missing_one() -> None:
    assert codes(replace(SOUND, targets=(replace(TARGET, goal="大幅提升"),))) == ["GOAL_UNREADABLE"]
    assert codes(replace(SOUND, targets=(replace(TARGET, goal=""),))) == ["GOAL_MISSING"]


def test_shares_that_miss_the_whole_are_found_exactly() -> None:
    assert shares_gap([0.4, 0.3, 0.2, 0.1]) == 0
    assert codes(replace(SOUND, channels=(Channel("抖音", 0.5), Channel("KOL", 0.4)))) == ["SHARES_SUM"]


def test_errors_come_before_warnings() -> None:
    plan = replace(SOUND, tasks=(replace(TASK, owners=()), replace(TASK, id="2", end=date(2026, 6, 10))))
    assert codes(plan) == ["END_BEFORE_START", "UNASSIGNED"]
