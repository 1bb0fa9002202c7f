"""What formulas say and what the core says is the same, on any plan, as an engine recalculates it.

The workbooks are made from the same declarations with few spare rows and without timeline and charts,
so that thousands can be recalculated.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promo_xl.plan import budget
from promo_xl.plan.achievement import achievement, goal_of
from promo_xl.plan.defined import Defined
from promo_xl.plan.pace import forecast, pace
from promo_xl.plan.people import parse_owners
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.quantity import parse_quantity
from promo_xl.plan.readings import Reading
from promo_xl.plan.roi import net_roi, roas
from promo_xl.plan.score import weighted_score
from promo_xl.plan.targets import Target
from promo_xl.plan.tasks import Task
from promo_xl.sheetspec.conclusions import Conclusions, calendar_in
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book, Table, Timeline
from promo_xl.workbook.read import open_workbook
from tests.proof.areas import cell_name
from tests.proof.recalculate import cached_values, ironcalc_values, libreoffice_values, unequal
from tests.proof.values import Values
from tests.workbook.files import STAMP, build, planned

ACCRUING = ("impressions", "orders", "spend")


def small_book() -> Book:
    book = load_book()
    sheets = []
    for sheet in book.sheets:
        blocks = tuple(
            replace(block, least=0, spare=1) if isinstance(block, Table) and not block.fixed else block
            for block in sheet.blocks
            if not isinstance(block, Timeline)
        )
        sheets.append(replace(sheet, blocks=blocks, charts=()))
    return replace(book, sheets=tuple(sheets))


SMALL = small_book()
JUNE = (date(2026, 6, 1), date(2026, 6, 30))
DAYS = st.dates(date(2026, 5, 25), date(2026, 7, 6))
SHARES = st.none() | st.integers(0, 100).map(lambda percent: percent / 100)
GOALS = st.sampled_from(
    [
        "1000万次",
        "≥5%",
        "≤30元",
        "5000单",
        "0单",
        "≤0单",
        "1:8",
        "3%-5%",
        "2000-3000单",
        "增长50%",
        "降低20%",
        "提升2个百分点",
        "大幅提升",
        "",
        "≤3万元",
    ]
)
WINDOWS = st.sampled_from(
    ["6月1日-6月30日", "6月15日-6月30日", "6/10", "待定", "", "6月", "6月1日-6月9日", "2026-06-05 to 2026-06-20"]
)
TARGETS = st.builds(
    Target,
    id=st.sampled_from(["T1", "T2"]),
    metric=st.just("指标"),
    goal=GOALS,
    path=st.sampled_from(["", "抖音500万+KOL200万"]),
    window=WINDOWS,
    source=st.sampled_from(["", "impressions", "engagement_rate", "orders", "roas", "spend"]),
    channel=st.sampled_from(["", "抖音", "KOL"]),
    baseline=st.none() | st.sampled_from([0.0, 0.03, 4000.0]),
    weight=SHARES,
)
READINGS = st.builds(
    Reading,
    date=DAYS,
    channel=st.sampled_from(["抖音", "朋友圈", "KOL"]),
    spend=st.none() | st.integers(0, 10**6).map(lambda cents: cents / 100),
    impressions=st.none() | st.integers(0, 10**6).map(float),
    likes=st.none() | st.integers(0, 10**5).map(float),
    orders=st.none() | st.integers(0, 500).map(float),
    revenue=st.none() | st.integers(0, 10**7).map(lambda cents: cents / 100),
)
TASKS = st.builds(
    Task,
    id=st.sampled_from(["1", "2", "3", "4", "1.1", "1.10"]),
    name=st.sampled_from(["海报", "视频", "签约"]),
    start=st.none() | DAYS,
    end=st.none() | DAYS,
    owners=st.sampled_from([(), ("张三",), ("李四", "张三[50%]"), ("张三丰",), ("李四[30%]",)]),
    predecessors=st.sampled_from(["", "1", "2FS+2d", "3SS,1", "4FF-1d"]),
    status=st.sampled_from(["", "not_started", "in_progress", "done", "cancelled"]),
    milestone=st.booleans(),
)


@st.composite
def phases(draw: st.DrawFn) -> tuple[budget.Phase, ...]:
    """Often one after the other over June, sometimes with a gap, an overlap or a share that is missing."""
    cuts = sorted(draw(st.lists(st.integers(1, 29), min_size=1, max_size=3, unique=True)))
    bounds = list(zip([0, *cuts], [*cuts, 30], strict=True))
    shift = draw(st.sampled_from([0, 0, 0, 0, 1, -1]))
    return tuple(
        budget.Phase(
            f"阶段{i}",
            JUNE[0] + timedelta(days=a + (shift if i else 0)),
            JUNE[0] + timedelta(days=b - 1),
            draw(SHARES),
        )
        for i, (a, b) in enumerate(bounds)
        if a + (shift if i else 0) <= b - 1
    )


PLANS = st.builds(
    lambda tasks, targets, readings, parts, as_of: replace(
        BASE,
        project={**BASE.project, "as_of": as_of},
        tasks=tuple(tasks),
        targets=tuple(targets),
        readings=tuple(readings),
        phases=parts,
        risks=(),
    ),
    st.lists(TASKS, max_size=6),
    st.lists(TARGETS, min_size=1, max_size=4),
    st.lists(READINGS, max_size=15),
    phases(),
    DAYS,
)
_DEFAULT = planned()
_NAMES = ("张三", "李四")
_NAMED = tuple(replace(m, name=name) for m, name in zip(_DEFAULT.members, _NAMES, strict=False))
BASE = replace(_DEFAULT, members=(*_NAMED, *_DEFAULT.members[2:]))


class Recalculated:
    """A workbook's cells by table, row and field, as an engine recalculated them."""

    def __init__(self, path: Path, values: Values) -> None:
        self.opened, self.values = open_workbook(path, SMALL), values

    def __call__(self, table: str, row: int, field: str) -> object:
        read = self.opened.tables[table]
        value = self.values.get((read.grid.name, cell_name(read.numbers[row], read.columns[field])))
        return None if value == "" else value


def same(found: object, wanted: Decimal | Defined | float | str | None) -> bool:
    wanted = wanted.value if isinstance(wanted, Defined) else wanted
    if wanted is None or isinstance(wanted, str):
        return found == wanted
    return isinstance(found, (int, float)) and found == pytest.approx(float(wanted), rel=1e-9, abs=1e-9)


def readings_of(plan: Promotion, target: Target) -> list[Reading]:
    return [r for r in plan.readings if not target.channel or r.channel == target.channel]


def disagreements(plan: Promotion, cell: Recalculated) -> Iterator[str]:
    yield from of_targets(plan, cell)
    yield from of_tasks(plan, cell)
    for row, reading in enumerate(plan.readings):
        if not same(cell("readings", row, "roi"), roas(reading.revenue, reading.spend)):
            yield f"roi of reading {row}"
    for row, member in enumerate(plan.members):
        owners = [{owner.name for owner in parse_owners(task.owners)} for task in plan.tasks]
        named = sum(name in found for found in owners for name in {member.name, member.role} - {""})
        if cell("members", row, "task_count") != named:
            yield f"tasks of member {row}"


def of_targets(plan: Promotion, cell: Recalculated) -> Iterator[str]:
    kpis = []
    for row, (target, window) in enumerate(zip(plan.targets, Conclusions(plan).windows, strict=True)):
        goal = goal_of(parse_quantity(target.goal), target.baseline)
        level = (goal.low, goal.high) if goal.value is None else goal.value
        actual = cell("targets", row, "current")
        assert actual is None or isinstance(actual, float | int)
        got = achievement(actual, level, goal.direction, target.baseline) if not goal.reason else Defined()
        kpis.append((str(row), got, target.weight))
        if not same(cell("targets", row, "achievement"), got):
            yield f"achievement {target} {got} {cell('targets', row, 'achievement')}"
        accrues = target.source in ACCRUING
        when = (window.start, window.end, plan.project["as_of"], plan.phases)
        promised = goal.low if goal.value is None else goal.value
        at = pace(actual, promised, *when, direction=goal.direction, accrues=accrues)  # type: ignore[arg-type]
        if not same(cell("targets", row, "pace_index"), at.index):
            yield f"pace {target} {at} {cell('targets', row, 'pace_index')}"
        state = SMALL.label_of("pace", at.state, "zh") if at.state else None
        if goal.direction != "range" and cell("targets", row, "pace") != state:
            yield f"state {target} {at} {cell('targets', row, 'pace')}"
        if target.source:
            brought = [(r.date, getattr(r, target.source, None)) for r in readings_of(plan, target)]
            ahead = forecast(brought, *when, accrues=accrues)  # type: ignore[arg-type]
            numbers = {"run_rate": ahead.run_rate, "lately": ahead.last_7_days, "by_plan": ahead.phase_plan}
            for field, number in {**numbers, "low": ahead.low, "high": ahead.high}.items():
                if not same(cell("targets", row, field), number):
                    yield f"{field} {target} {ahead} {cell('targets', row, field)}"
    score = weighted_score(kpis)
    sheet = cell.opened.cells["overall"]
    overall = cell.values.get((sheet[0], cell_name(*sheet[1:])))
    if not same(None if overall == "" else overall, score.value):
        yield f"overall {score} {overall}"


def of_tasks(plan: Promotion, cell: Recalculated) -> Iterator[str]:
    calendar = calendar_in(plan)
    for row, task in enumerate(plan.tasks):
        if task.start and task.end and task.start <= task.end and not task.milestone:
            days = calendar.workdays_before(task.end + timedelta(days=1)) - calendar.workdays_before(task.start)
            if cell("tasks", row, "duration") != days:
                yield f"duration {task}"
    scheduled = Conclusions(plan).schedule_rows
    for row, place in enumerate(scheduled):
        if not same(cell("tasks", row, "slack"), place.total_slack):
            yield f"slack {plan.tasks[row]} {place}"


def prove(plan: Promotion, path: Path) -> None:
    build(plan, SMALL, "zh", str(path), STAMP)
    values = ironcalc_values(path)
    assert [str(difference) for difference in unequal(path, values)] == []
    assert list(disagreements(plan, Recalculated(path, values))) == []


QUIET = {
    "deadline": None,
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=60, derandomize=True, **QUIET)
@given(PLANS)
def test_formulas_and_core_agree_on_a_random_plan(tmp_path: Path, plan: Promotion) -> None:
    prove(plan, tmp_path / "plan.xlsx")


@pytest.mark.thorough
@settings(max_examples=2500, **QUIET)
@given(PLANS)
def test_formulas_and_core_agree_on_thousands_of_random_plans(tmp_path: Path, plan: Promotion) -> None:
    prove(plan, tmp_path / "plan.xlsx")


def test_libreoffice_agrees_on_a_sample(tmp_path: Path) -> None:
    plans: list[Promotion] = []

    @settings(max_examples=12, derandomize=True, **QUIET)
    @given(PLANS)
    def collect(plan: Promotion) -> None:
        plans.append(plan)

    collect()
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(plans))]
    for plan, path in zip(plans, paths, strict=True):
        build(plan, SMALL, "zh", str(path), STAMP)
    found = libreoffice_values(paths, tmp_path / "office")
    for plan, path in zip(plans, paths, strict=True):
        assert [str(difference) for difference in unequal(path, found[path])] == []
        assert list(disagreements(plan, Recalculated(path, found[path]))) == []


def test_net_roi_is_shown_where_the_cover_says_so(tmp_path: Path) -> None:
    reading = Reading(date(2026, 6, 2), "KOL", spend=40.0, revenue=100.0)
    plan = replace(BASE, project={**BASE.project, "roi_basis": "net"}, readings=(reading,))
    build(plan, SMALL, "zh", str(tmp_path / "net.xlsx"), STAMP)
    cell = Recalculated(tmp_path / "net.xlsx", cached_values(tmp_path / "net.xlsx"))
    assert same(cell("readings", 0, "roi"), net_roi(100, 40))
