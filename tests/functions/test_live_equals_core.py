"""What a function answers is what the core says, row for row, with blank rows between the others."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promo_xl.functions import tables
from promo_xl.functions.answering import answer
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.schedule import SIGNS
from promo_xl.plan.achievement import achievement, goal_of
from promo_xl.plan.budget import Phase
from promo_xl.plan.calendar import RestDay, WorkCalendar, calendar_of, chinese_rest_days
from promo_xl.plan.checks import plan_conflicts
from promo_xl.plan.dates import span_of
from promo_xl.plan.defined import Defined
from promo_xl.plan.duties import duties_of
from promo_xl.plan.goals import UNDATED
from promo_xl.plan.pace import forecast, pace
from promo_xl.plan.people import Member, format_names
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.quantity import parse_quantity
from promo_xl.plan.roi import net_roi, roas, total_roas
from promo_xl.plan.schedule import plan_schedule
from promo_xl.plan.smart import smart_check
from promo_xl.plan.targets import Target
from promo_xl.plan.tasks import Task, format_links
from promo_xl.plan.workload import peak_load
from promo_xl.sheetspec.binding import records_of
from promo_xl.sheetspec.conclusions import conflicts_by_row
from promo_xl.sheetspec.core import marks_text, smart_text
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording

BOOK, WORDS = load_book(), wording("zh", None)
DAY_ZERO = date(1899, 12, 30)
JUNE = (date(2026, 6, 1), date(2026, 6, 30))
WEEKS = ((True,) * 5 + (False,) * 2, (True,) * 6 + (False,), ())
QUIET: dict[str, Any] = {"derandomize": True, "deadline": None, "suppress_health_check": list(HealthCheck)}

DAYS = st.dates(date(2026, 5, 25), date(2026, 7, 6))
NUMBERS = st.none() | st.integers(-50, 10_000).map(float) | st.integers(0, 10**6).map(lambda cents: cents / 100)
TASKS = st.builds(
    Task,
    id=st.sampled_from(["1", "2", "3", "4", "1.1", "1.10", "T5"]),
    name=st.sampled_from(["海报", "视频", "签约"]),
    start=st.none() | DAYS,
    end=st.none() | DAYS,
    owners=st.sampled_from([(), ("张三",), ("李四", "张三[50%]"), ("设计",), ("李四[30%]",), ("王五",)]),
    predecessors=st.sampled_from(["", "1", "2FS+2d", "3SS,1", "4FF-1d", "海报"]),
    status=st.sampled_from(["", "not_started", "in_progress", "done", "cancelled"]),
    phase=st.sampled_from(["", "preparation", "monitoring"]),
    milestone=st.booleans(),
    deadline=st.none() | DAYS,
    actual_start=st.none() | DAYS,
    completion=st.sampled_from([None, 0.0, 0.5, 1.0]),
)
MEMBERS = st.builds(
    Member,
    id=st.just(""),
    role=st.sampled_from(["设计", "经理"]),
    name=st.sampled_from(["张三", "李四", "王五", ""]),
    department=st.sampled_from(["", "市场部"]),
    tasks=st.sampled_from(["", "海报", "海报、视频"]),
    raci=st.sampled_from(["", "accountable", "responsible"]),
    share=st.sampled_from([None, 0.3, 0.5, 1.0]),
    available_from=st.none() | DAYS,
    available_to=st.none() | DAYS,
)
REST_DAYS = st.lists(st.builds(RestDay, DAYS, st.just(""), st.sampled_from(["rest", "makeup"])), max_size=4)
GOALS = [
    "1000万次",
    "≥5%",
    "≤30元",
    "5000单",
    "0单",
    "1:8",
    "3%-5%",
    "增长50%",
    "降低20%",
    "提升2个百分点",
    "大幅提升",
    "",
]
PATHS = ["抖音500万+KOL200万", "首页引流", "抖音300+朋友圈200", "待定", ""]
WINDOWS = ["6月1日-6月30日", "6/10", "待定", "", "6月", "2026-06-05 to 2026-06-20", "12月20日-1月5日"]


def cell(value: object) -> object:
    """A core value as a planner sees it in a cell."""
    if isinstance(value, Defined):
        value = value.value
    if value is None:
        return ""
    if isinstance(value, date):
        return (value - DAY_ZERO).days
    return float(value) if isinstance(value, Decimal) else value


def label(choices: str, code: str) -> str | None:
    """What stands in a cell for a choice."""
    return BOOK.label_of(choices, code, "zh") if code else None


def choices_of(table: str, field: str) -> str:
    """The drop-down of a column."""
    column = BOOK.tables[table][1].column_of(field)
    assert column is not None
    return column.choices


def column(values: Sequence[object], gaps: Sequence[int]) -> list[list[object]]:
    """A column of cells, each after so many blank ones."""
    return [[value] for value, gap in zip(values, gaps, strict=False) for value in (*[None] * gap, value)]


def spread(rows: Sequence[Sequence[object]], gaps: Sequence[int]) -> list[list[object]]:
    """Answers at the places of their cells, two rows at least."""
    blank = [""] * len(rows[0]) if rows else [""] * 2
    placed = [list(row) for row, gap in zip(rows, gaps, strict=False) for row in (*[blank] * gap, row)]
    return placed + [list(blank) for _ in range(2 - len(placed))]


def rest_cells(rest: Sequence[RestDay], week: Sequence[bool]) -> list[object]:
    """The cells of the rest-day sheet."""
    kinds = choices_of("rest_days", "kind")
    return [
        [[day.date] for day in rest] or None,
        [[label(kinds, day.kind)] for day in rest] or None,
        [["是" if works else "否"] for works in week] or None,
    ]


def calendar(rest: Sequence[RestDay], week: Sequence[bool]) -> WorkCalendar:
    """The same for the core."""
    return calendar_of(rest, tuple(n for n, works in enumerate(week) if not works) if week else (5, 6))


def task_cells(tasks: Sequence[Task], gaps: Sequence[int]) -> dict[str, list[list[object]]]:
    """The cells of the Gantt sheet, by the names of arguments."""
    values: dict[str, list[object]] = {
        "ids": [task.id for task in tasks],
        "names": [task.name for task in tasks],
        "starts": [task.start for task in tasks],
        "ends": [task.end for task in tasks],
        "milestones": ["◆" if task.milestone else None for task in tasks],
        "predecessors": [format_links(task.predecessors) for task in tasks],
        "statuses": [label(choices_of("tasks", "status"), task.status) for task in tasks],
        "owners": [format_names(task.owners) for task in tasks],
        "deadlines": [task.deadline for task in tasks],
        "phases": [label(choices_of("tasks", "phase"), task.phase) for task in tasks],
        "actual_starts": [task.actual_start for task in tasks],
        "completions": [task.completion for task in tasks],
    }
    return {name: column(cells, gaps) for name, cells in values.items()}


def member_cells(members: Sequence[Member], gaps: Sequence[int]) -> dict[str, list[list[object]]]:
    """The cells of the team sheet, by the names of arguments."""
    values: dict[str, list[object]] = {
        "roles": [member.role for member in members],
        "people": [member.name for member in members],
        "departments": [member.department for member in members],
        "available_from": [member.available_from for member in members],
        "available_to": [member.available_to for member in members],
        "task_lists": [member.tasks for member in members],
        "raci": [label(choices_of("members", "raci"), member.raci) for member in members],
        "shares": [member.share for member in members],
    }
    return {name: column(cells, gaps) for name, cells in values.items()}


def asked(name: str, cells: dict[str, Any]) -> Any:
    """The answer of a function to cells by the names of its arguments."""
    return answer(name, *[cells.get(argument.name) for argument in CATALOGUE[name].arguments])


@st.composite
def plans(draw: st.DrawFn) -> tuple[Promotion, WorkCalendar, dict[str, Any], list[int], list[int]]:
    """A plan for the core, its calendar, its cells, and how many blank rows stand before each task and member."""
    tasks, members = draw(st.lists(TASKS, max_size=6)), draw(st.lists(MEMBERS, max_size=4))
    rest, week = draw(REST_DAYS), draw(st.sampled_from(WEEKS))
    gaps = [draw(st.sampled_from([0, 0, 0, 1, 2])) for _ in range(10)]
    shown = [draw(st.sampled_from([0, 0, 1])) for _ in range(10)]
    frame = [[JUNE[0]], [JUNE[1]], [None], [None], [None], ["zh"]]
    plan = Promotion(
        {"start": JUNE[0], "end": JUNE[1], "language": "zh"},
        tasks=tuple(tasks),
        members=tuple(members),
        rest_days=tuple(rest),
    )
    names = ("rest_dates", "rest_kinds", "works")
    cells = {
        **task_cells(tasks, gaps),
        **member_cells(members, shown),
        **dict(zip(names, rest_cells(rest, week), strict=True)),
        "frame": frame,
    }
    return plan, calendar(rest, week), cells, gaps, shown


@settings(max_examples=120, **QUIET)
@given(plans())
def test_the_schedule_is_that_of_the_core(given: Any) -> None:
    plan, days, cells, gaps, _ = given
    schedule = plan_schedule(plan.tasks, days)
    at = [schedule.at(row) for row in range(len(plan.tasks))]
    rows = [[cell(t.early_start), cell(t.late_finish), cell(t.total_slack), t.critical] for t in at]
    assert asked("PROMO_SCHEDULE", cells) == (spread(rows, gaps) if rows else [[""] * 4] * 2)


@settings(max_examples=120, **QUIET)
@given(plans())
def test_the_conflicts_are_those_of_the_core_in_their_order(given: Any) -> None:
    plan, days, cells, gaps, _ = given
    told = [
        [SIGNS[f.severity], f.subject, plan.tasks[rows[0]].name if rows else "", WORDS.sentence(f)]
        for rows, f in plan_conflicts(plan, days)
    ]
    found = asked("PROMO_CONFLICTS", cells)
    assert found == told + [[""] * 4] * (2 - len(told))

    by_row: dict[int, list[Any]] = {row: [] for row in range(len(plan.tasks))}
    for row, finding in conflicts_by_row(plan, days):
        by_row[row].append(finding)
    marks = [[marks_text(told, WORDS) or "", len(told)] for told in by_row.values()]
    assert asked("PROMO_CONFLICTS", {**cells, "by_task": True}) == spread(marks, gaps)


@settings(max_examples=100, **QUIET)
@given(plans())
def test_the_load_is_that_of_the_core(given: Any) -> None:
    plan, days, cells, _, shown = given
    duties: dict[int, list[Any]] = {row: [] for row in range(len(plan.members))}
    # The function knows no predecessors; they change neither load nor duties.
    for row, finding in duties_of(plan.members, plan.tasks):
        duties[row].append(finding)
    rows = []
    for row, member in enumerate(plan.members):
        names = {name for name in (member.name, member.role) if name}
        default = 100 if member.share is None else round(member.share * 100)
        load = peak_load(plan.tasks, days, names, default=default)
        rows.append([load / 100 if load else "", marks_text(duties[row], WORDS) or ""])
    assert asked("PROMO_LOAD", cells) == spread(rows, shown)


@settings(max_examples=60, **QUIET)
@given(plans(), st.booleans())
def test_numbers_in_the_id_column_are_the_ids_they_show(given: Any, as_row: bool) -> None:
    _, _, cells, _, _ = given
    digits = [float(c[0]) if isinstance(c[0], str) and c[0].isdigit() else c[0] for c in cells["ids"]]
    ids = [digits] if as_row else [[number] for number in digits]
    assert asked("PROMO_SCHEDULE", {**cells, "ids": ids or None}) == asked("PROMO_SCHEDULE", cells)


@settings(max_examples=60, **QUIET)
@given(plans())
def test_rows_are_read_as_a_whole_workbook_reads_them(given: Any) -> None:
    plan, _, cells, gaps, _ = given
    names = {"ids": "id", "names": "name", "starts": "start", "owners": "owners", "phases": "phase"}
    columns = {field: tuple(c[0] for c in cells[name]) for name, field in names.items()}
    serials = {
        field: tuple((d - DAY_ZERO).days * 1.0 if isinstance(d, date) else d or None for d in found)
        for field, found in columns.items()
    }
    rows = tables.rows_from("tasks", serials)
    table = BOOK.tables["tasks"][1]
    fields = [{field: getattr(task, field) for field in columns} for task in plan.tasks]
    assert rows.records == records_of(table, [{k: v for k, v in row.items() if v != ""} for row in fields])
    assert rows.places == tuple(sum(gaps[: n + 1]) + n for n in range(len(plan.tasks)))


@settings(max_examples=80, **QUIET)
@given(DAYS, st.integers(-3, 60), REST_DAYS, st.sampled_from(WEEKS))
def test_working_days_are_those_of_the_calendar(start: date, span: int, rest: list[RestDay], week: Any) -> None:
    end = start + timedelta(days=span)
    days = calendar(rest, week) if rest or week else calendar_of(chinese_rest_days({start.year, end.year}))
    wanted = days.workdays(start, end) if end >= start else ""
    assert answer("PROMO_WORKDAYS", start, end, *rest_cells(rest, week)) == wanted


@pytest.mark.parametrize("baseline", [None, 0.0, 0.03, 4000.0])
def test_goals_are_those_of_the_core(baseline: float | None) -> None:
    goals = [goal_of(parse_quantity(goal), baseline) for goal in GOALS]
    rows = [[g.value if g.low is None else g.low, g.high, g.direction, g.unit] for g in goals]
    cells = [[goal] for goal in GOALS]
    wanted = [[cell(value) for value in row] for row in rows]
    assert answer("PROMO_TARGET", cells, baseline, "all") == wanted
    for place, part in enumerate(("value", "high", "direction", "unit")):
        assert answer("PROMO_TARGET", cells, baseline, part) == [[row[place]] for row in wanted]


def test_paths_are_those_of_the_core() -> None:
    totals = [parse_quantity(path).value for path in PATHS]
    assert answer("PROMO_PATH_TOTAL", [[path] for path in PATHS]) == [[cell(total)] for total in totals]
    assert cell(totals[0]) == 7_000_000


@pytest.mark.parametrize("reference", [None, date(2026, 6, 1), date(2027, 1, 2)])
def test_windows_are_those_of_the_core(reference: date | None) -> None:
    spans = [span_of(window, reference) for window in WINDOWS]
    found = answer("PROMO_SPAN", [[window] for window in WINDOWS], reference, "all")
    assert found == [[cell(span.start), cell(span.end)] for span in spans]


@settings(max_examples=60, **QUIET)
@given(
    *[
        st.sampled_from(["销量", ""]),
        st.sampled_from(GOALS),
        st.sampled_from(PATHS),
        st.sampled_from(["张三", ""]),
    ],
    *[st.sampled_from(WINDOWS), st.none() | DAYS, st.sampled_from([None, 0.03]), st.sampled_from(["zh", "en"])],
)
def test_what_a_target_lacks_is_what_the_core_says(
    metric: str,
    goal: str,
    path: str,
    owner: str,
    window: str,
    day: date | None,
    baseline: float | None,
    language: str,
) -> None:
    target = Target("", metric, goal, baseline=baseline, path=path, owner=owner, window=window)
    wanted = smart_text(smart_check(target, day or UNDATED), wording(language, None)) if metric or goal else ""
    assert answer("PROMO_SMART", metric, goal, path, owner, window, day, baseline, language) == wanted


@settings(max_examples=100, **QUIET)
@given(
    NUMBERS,
    NUMBERS | st.sampled_from(GOALS[:-1]),
    NUMBERS,
    st.sampled_from([None, "up", "down", "range"]),
    NUMBERS,
)
def test_achievement_is_that_of_the_core(
    actual: float | None, target: Any, high: float | None, direction: Any, baseline: float | None
) -> None:
    meant = parse_quantity(target) if isinstance(target, str) else target
    wanted = achievement(actual, meant, direction or "up", baseline)
    if not isinstance(target, str) and (high is not None or direction == "range"):
        wanted = achievement(actual, (target, high), "range")
    found = answer("PROMO_ACHIEVEMENT", actual, target, high, direction, baseline)
    assert found == pytest.approx(cell(wanted)) if wanted else found == ""


PHASES = (
    (),
    (Phase("", JUNE[0], date(2026, 6, 10), 0.2), Phase("", date(2026, 6, 11), JUNE[1], 0.8)),
    (Phase("", JUNE[0], date(2026, 6, 20), None),),
)


def phase_cells(phases: Sequence[Phase]) -> list[object]:
    """The columns of the phases, with a blank row between."""
    if not phases:
        return [None, None, None]
    gaps = [0, 1]
    return [column([getattr(phase, field) for phase in phases], gaps) for field in ("start", "end", "share")]


@settings(max_examples=100, **QUIET)
@given(
    *[NUMBERS, NUMBERS, st.none() | DAYS, st.none() | DAYS, st.none() | DAYS],
    *[st.sampled_from([None, "up", "down"]), st.sampled_from([None, True, False]), st.sampled_from(PHASES)],
)
def test_pace_is_that_of_the_core(
    actual: Any, target: Any, start: Any, end: Any, as_of: Any, direction: Any, accrues: Any, phases: Any
) -> None:
    wanted = pace(
        actual, target, start, end, as_of, phases, direction=direction or "up", accrues=accrues is not False
    )
    for part in ("index", "state", "expected", "needed_per_day", "remaining_days"):
        rest = (direction, accrues, part, *phase_cells(phases))
        assert answer("PROMO_PACE", actual, target, start, end, as_of, *rest) == cell(getattr(wanted, part))


@settings(max_examples=80, **QUIET)
@given(
    st.lists(st.tuples(st.none() | DAYS, NUMBERS), max_size=8),
    *[st.just(JUNE[0]), st.just(JUNE[1]), st.none() | DAYS, st.sampled_from(PHASES)],
)
def test_forecasts_are_those_of_the_core(readings: Any, start: Any, end: Any, as_of: Any, phases: Any) -> None:
    wanted = forecast(readings, start, end, as_of, phases)
    columns = [[[day] for day, _ in readings] or None, [[value] for _, value in readings] or None]
    for part in ("low", "high", "run_rate", "last_7_days", "phase_plan"):
        found = answer("PROMO_FORECAST", *columns, start, end, as_of, part, *phase_cells(phases))
        assert found == cell(getattr(wanted, part))


@settings(max_examples=80, **QUIET)
@given(
    st.lists(st.tuples(st.sampled_from(["KOL", "kol", "抖音", None]), NUMBERS, NUMBERS), min_size=2, max_size=8),
    st.sampled_from([None, True, False]),
)
def test_returns_are_those_of_the_core(readings: Any, net: bool | None) -> None:
    channels, revenues, costs = ([[part] for part in parts] for parts in zip(*readings, strict=True))
    each = net_roi if net else roas
    found = answer("PROMO_ROI", revenues, costs, net)
    assert found == [[cell(each(revenue, cost))] for _, revenue, cost in readings]

    kol = [(revenue, cost) for channel, revenue, cost in readings if channel in {"KOL", "kol"}]
    total = total_roas(kol)
    share = total.value - 1 if net and total.value is not None else total.value
    assert answer("PROMO_CHANNEL_ROI", "KOL", channels, revenues, costs, net) == pytest.approx(cell(share))
