"""Where default rows land: the plan that nobody has touched yet is already one that can be carried out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.plan.brief import Brief
from promo_xl.plan.calendar import calendar_of, chinese_rest_days
from promo_xl.plan.checks import check_plan
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.conclusions import calendar_in
from promo_xl.sheetspec.placing import Anchors, PlacingError
from tests.workbook.files import JUNE, planned

CHINA = calendar_of(chinese_rest_days(range(2023, 2027)))
JUNE_2026 = Anchors(date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 30), CHINA)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("launch", date(2026, 6, 1)),
        ("launch-1wd", date(2026, 5, 29)),
        ("launch-38wd", date(2026, 4, 3)),
        ("start+50%", date(2026, 6, 15)),
        ("start+25%+1d", date(2026, 6, 9)),
        ("end+1wd", date(2026, 7, 1)),
        ("end+6wd", date(2026, 7, 8)),
    ],
)
def test_a_place_is_counted_from_its_anchor(text: str, day: date) -> None:
    assert JUNE_2026.place(text) == day


def test_the_first_working_day_after_a_sunday_is_monday() -> None:
    assert replace(JUNE_2026, end=date(2026, 6, 28)).place("end+1wd") == date(2026, 6, 29)


@pytest.mark.parametrize("text", ["", "soon", "launch+5", "launch 5wd", "start+%"])
def test_a_place_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(PlacingError, match="is no place"):
        JUNE_2026.place(text)


def tasks(plan: Promotion) -> dict[str, tuple[date, date]]:
    return {task.id: (task.start, task.end) for task in plan.tasks if task.start and task.end}


@pytest.mark.parametrize("launch", [date(2026, 10, 1), date(2026, 5, 1), date(2026, 12, 12)])
def test_a_launch_on_a_rest_day_stays_where_it_is(launch: date) -> None:
    plan = planned(replace(JUNE, launch=launch, start=launch, end=launch + timedelta(days=29)))
    assert tasks(plan)["4.1"] == (launch, launch)


LAUNCHES = st.dates(date(2024, 1, 1), date(2026, 9, 30))


@settings(max_examples=60, deadline=None)
@given(LAUNCHES, st.integers(0, 30), st.integers(20, 90))
def test_every_default_link_holds_wherever_the_campaign_lies(launch: date, before: int, length: int) -> None:
    start = launch - timedelta(days=before)
    end = max(start + timedelta(days=length), launch + timedelta(days=7))
    plan = planned(Brief("新品", launch, start, end), as_of=date(2020, 1, 1))
    at = tasks(plan)
    for task in plan.tasks:
        for link in task.predecessors:
            first, last = at[link.predecessor]
            if link.type == "FF":
                assert at[task.id][1] >= last, (task.id, link)
            else:
                milestone = next(t for t in plan.tasks if t.id == link.predecessor).milestone
                assert at[task.id][0] >= last + timedelta(days=not milestone), (task.id, link)
            assert first <= last


@settings(max_examples=20, deadline=None)
@given(LAUNCHES)
def test_a_default_plan_lacks_nothing_but_people_before_its_first_day(launch: date) -> None:
    plan = planned(Brief("新品", launch, launch, launch + timedelta(days=29)), as_of=date(2020, 1, 1))
    assert {finding.code for finding in check_plan(plan, calendar_in(plan))} == {"ROLE_VACANT"}


def test_a_goal_that_no_default_target_measures_gets_a_target_of_its_own() -> None:
    plan = planned(replace(JUNE, goals={"revenue": "150万元", "orders": "800单"}))
    assert [(t.id, t.source, t.goal) for t in plan.targets[2:]] == [
        ("T3", "orders", "800单"),
        ("T4", "revenue", "150万元"),
    ]


def test_the_path_names_the_products_own_channels_and_adds_up() -> None:
    rows = ({"channel": "小红书"}, {"channel": "抖音"}, {"channel": "微博"})
    plan = planned(replace(JUNE, rows={"channels": rows}))
    assert plan.targets[0].path == "小红书3333333+抖音3333333+微博3333334"
