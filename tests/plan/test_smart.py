"""Whether a target is SMART."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.smart import CRITERIA, Smart, path_gap, smart_check
from promo_xl.plan.targets import Target

REFERENCE = date(2026, 6, 1)
EXPOSURE = Target(
    id="T1",
    metric="全渠道总曝光量",
    goal="1000万次",
    path="抖音信息流500万+朋友圈300万+KOL200万",
    owner="市场部",
    window="6月1日-6月30日",
)


def lacks(target: Target) -> dict[str, str]:
    return dict(smart_check(target, REFERENCE).details)


def test_a_target_with_all_five_is_smart() -> None:
    assert smart_check(EXPOSURE, REFERENCE) == Smart()


@pytest.mark.parametrize(
    ("goal", "path"),
    [
        ("≥5%", "优化内容选题，增加互动引导活动"),
        ("5000单", "首页Banner引流+限时折扣"),
        ("≥5%", "Better topics, activities that invite reactions"),
        ("5000 orders", "Home-page banner + limited-time discount"),
    ],
)
def test_a_path_of_deeds_is_noted_and_not_missed(goal: str, path: str) -> None:
    found = smart_check(replace(EXPOSURE, goal=goal, path=path), REFERENCE)
    assert found.missing == ()
    assert set(found.notes) == {"path"}


@pytest.mark.parametrize(
    ("target", "missing"),
    [
        (replace(EXPOSURE, metric=" "), {"specific": "no_metric"}),
        (replace(EXPOSURE, goal="1000万"), {"specific": "no_unit"}),
        (replace(EXPOSURE, goal="曝光量1000万"), {}),
        (replace(EXPOSURE, goal="", path="多做活动"), {"measurable": "no_target"}),
        (replace(EXPOSURE, goal="待定", path="多做活动"), {"measurable": "no_target"}),
        (replace(EXPOSURE, goal="$500", path="多做活动"), {"measurable": "foreign_currency"}),
        (replace(EXPOSURE, goal="增长50%", path="多做活动"), {"measurable": "needs_baseline"}),
        (replace(EXPOSURE, goal="增长50%", baseline=200, path="多做活动"), {}),
        (replace(EXPOSURE, path=""), {"path": "no_path"}),
        (replace(EXPOSURE, path="待定"), {"path": "no_path"}),
        (replace(EXPOSURE, path="抖音500万+KOL200万"), {"path": "short_path"}),
        (replace(EXPOSURE, path="抖音500万+KOL600万"), {}),
        (replace(EXPOSURE, goal="≤8万元", path="抖音5万元+KOL4万元"), {"path": "short_path"}),
        (replace(EXPOSURE, goal="≤8万元", path="抖音5万元+KOL2万元"), {}),
        (replace(EXPOSURE, goal="800万-1000万次", path="抖音500万+KOL400万"), {}),
        (replace(EXPOSURE, goal="800万-1000万次", path="抖音500万+KOL600万"), {"path": "short_path"}),
        (replace(EXPOSURE, owner=""), {"owner": "no_owner"}),
        (replace(EXPOSURE, owner="待定"), {"owner": "no_owner"}),
        (replace(EXPOSURE, window=""), {"window": "no_window"}),
        (replace(EXPOSURE, window="6月1日-6月31日"), {"window": "no_such_day"}),
        (
            Target("T9"),
            {
                "specific": "no_metric",
                "measurable": "no_target",
                "path": "no_path",
                "owner": "no_owner",
                "window": "no_window",
            },
        ),
    ],
)
def test_each_thing_that_is_missing_is_named_with_its_reason(target: Target, missing: dict[str, str]) -> None:
    assert lacks(target) == missing
    assert smart_check(target, REFERENCE).missing == tuple(missing)


def test_a_blurred_window_is_noted_and_not_missed() -> None:
    found = smart_check(replace(EXPOSURE, window="2026年6月中旬"), REFERENCE)
    assert (found.missing, found.notes) == ((), {"window": "blurred"})


def test_a_deadline_is_a_window_and_a_beginning_is_none() -> None:
    assert lacks(replace(EXPOSURE, window="6月30日前")) == {}
    assert lacks(replace(EXPOSURE, window="6月1日起")) == {"window": "no_end"}


@pytest.mark.parametrize(
    ("goal", "path", "gap"),
    [
        ("1000万次", "抖音信息流500万+朋友圈300万+KOL200万", "0"),
        ("1000万次", "抖音500万+KOL200万", "3000000"),
        ("1000万次", "抖音500万次+KOL700万次", "-2000000"),
        ("800-1000次", "抖音500+KOL200", "100"),
        ("800-1000次", "抖音500+KOL400", "0"),
        ("800-1000次", "抖音500+KOL700", "-200"),
    ],
)
def test_the_gap_is_what_the_parts_leave_of_the_goal(goal: str, path: str, gap: str) -> None:
    assert path_gap(replace(EXPOSURE, goal=goal, path=path)) == (Decimal(gap), "")


@pytest.mark.parametrize(
    ("goal", "path", "reason"),
    [
        ("1000万次", "", "no_path"),
        ("", "抖音500万+KOL200万", "no_target"),
        ("≥5%", "抖音500万+KOL200万", "does_not_add"),
        ("1:8", "抖音500万+KOL200万", "does_not_add"),
        ("1000万次", "抖音500万元+KOL200万元", "other_unit"),
        ("1000万次", "500万次", "does_not_add"),
        ("1000万", "抖音50%+KOL50%", "does_not_add"),
        ("2元/次", "抖音1元/次+KOL1元/次", "does_not_add"),
        ("抖音3%+KOL2%", "抖音3%+KOL2%", "does_not_add"),
    ],
)
def test_a_path_that_cannot_be_compared_says_why(goal: str, path: str, reason: str) -> None:
    assert path_gap(replace(EXPOSURE, goal=goal, path=path)) == (None, reason)


@given(
    st.builds(
        Target, st.text(), *[st.text(max_size=20)] * 3, path=st.text(max_size=20), window=st.text(max_size=20)
    )
)
def test_whatever_is_typed_there_is_an_answer(target: Target) -> None:
    found = smart_check(target, REFERENCE)
    assert found.missing == tuple(criterion for criterion in CRITERIA if found.details.get(criterion))
    assert not set(found.missing) & set(found.notes)
