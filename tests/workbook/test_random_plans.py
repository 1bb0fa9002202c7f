"""Any plan that can be typed is a sound workbook whose values two engines find again."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promo_xl.plan.promotion import Promotion
from promo_xl.plan.readings import Reading
from promo_xl.plan.risks import Risk
from promo_xl.plan.targets import Target
from promo_xl.plan.tasks import Link, Task
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.read import read_workbook
from tests.proof.package_lint import lint
from tests.proof.precedents import cycles
from tests.proof.recalculate import ironcalc_values, unequal
from tests.workbook.files import STAMP, build, planned

DAYS = st.dates(date(2026, 5, 20), date(2026, 7, 10))
MAYBE_DAY = st.none() | DAYS
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=12).map(
    str.strip
)
NAMES = st.sampled_from(["张三", "李四", "KOL", "策划专员", "张三丰", "O'Neil [1]"])
COUNTS = st.none() | st.integers(0, 10**7).map(float)
MONEY = st.none() | st.integers(-(10**4), 10**8).map(lambda cents: cents / 100)
SHARES = st.none() | st.integers(0, 100).map(lambda percent: percent / 100)
GOALS = (
    st.sampled_from(["1000万次", "≥5%", "≤30元", "5000单", "0单", "1:8", "大幅提升", "", "100万+200万"]) | TEXTS
)
WINDOWS = st.sampled_from(["6月1日-6月30日", "6月15日-6月30日", "6/10", "待定", "", "6月31日"])

TASKS = st.builds(
    Task,
    id=st.from_regex(r"[1-9](\.[1-9][0-9]?)?", fullmatch=True) | st.just(""),
    name=TEXTS.filter(bool),
    start=MAYBE_DAY,
    end=MAYBE_DAY,
    owners=st.lists(NAMES, max_size=2, unique=True).map(tuple),
    predecessors=st.lists(st.builds(Link, st.sampled_from(["1", "2.1"]), st.just("FS")), max_size=2).map(tuple),
    status=st.sampled_from(["", "not_started", "in_progress", "done", "cancelled"]),
    milestone=st.booleans(),
    completion=SHARES,
    baseline_end=MAYBE_DAY,
    actual_end=MAYBE_DAY,
)
TARGETS = st.builds(
    Target,
    id=st.just("T"),
    metric=TEXTS.filter(bool),
    goal=GOALS,
    path=st.sampled_from(["", "抖音500万+KOL200万", "优化内容"]),
    window=WINDOWS,
    source=st.sampled_from(["", "impressions", "engagement_rate", "orders", "roas", "spend"]),
    channel=st.sampled_from(["", "抖音信息流", "KOL"]),
    baseline=st.none() | st.integers(0, 100).map(float),
    weight=SHARES,
)
READINGS = st.builds(
    Reading,
    date=DAYS,
    channel=st.sampled_from(["抖音信息流", "朋友圈", "KOL", "别的*", ""]),
    spend=MONEY,
    impressions=COUNTS,
    clicks=COUNTS,
    likes=COUNTS,
    orders=COUNTS,
    revenue=MONEY,
)
RISKS = st.builds(
    Risk,
    id=st.just("R"),
    description=TEXTS.filter(bool),
    indicator=st.sampled_from(["", "click_rate", "spend", "roas"]),
    comparison=st.sampled_from(["", "below", "above"]),
    threshold=st.none() | st.integers(0, 100).map(float),
    likelihood=st.none() | st.integers(1, 5),
    impact=st.none() | st.integers(1, 5),
    status=st.sampled_from(["", "watching", "closed"]),
)
PLANS = st.builds(
    lambda tasks, targets, readings, risks: replace(
        planned(), tasks=tuple(tasks), targets=tuple(targets), readings=tuple(readings), risks=tuple(risks)
    ),
    st.lists(TASKS, max_size=12),
    st.lists(TARGETS, max_size=5),
    st.lists(READINGS, max_size=25),
    st.lists(RISKS, max_size=4),
)
QUIET = {
    "deadline": None,
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


def prove(plan: Promotion, path: Path) -> None:
    build(plan, load_book(), "zh", str(path), STAMP)
    assert [str(problem) for problem in lint(path)] == []
    assert cycles(path) == []
    assert [str(difference) for difference in unequal(path, ironcalc_values(path))] == []
    back = read_workbook(path, load_book())
    assert back.targets == plan.targets
    assert back.readings == plan.readings
    assert back.risks == plan.risks
    assert [replace(t, duration=None) for t in back.tasks] == list(plan.tasks)


@settings(max_examples=6, derandomize=True, **QUIET)
@given(PLANS)
def test_a_random_plan_is_sound_and_reads_back(tmp_path: Path, plan: Promotion) -> None:
    prove(plan, tmp_path / "plan.xlsx")


@pytest.mark.thorough
@settings(max_examples=150, **QUIET)
@given(PLANS)
def test_many_random_plans_are_sound_and_read_back(tmp_path: Path, plan: Promotion) -> None:
    prove(plan, tmp_path / "plan.xlsx")
