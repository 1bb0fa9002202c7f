"""Automatic scheduling of a workbook: which tasks move, which cells are left alone, and what is said."""

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promo_xl.plan.autoschedule import auto_schedule
from promo_xl.plan.findings import RefusedError, Severity
from promo_xl.plan.network import build_network
from promo_xl.plan.tasks import Task
from promo_xl.refresh.steps import perform
from promo_xl.refresh.work import Performed
from promo_xl.sheetspec.conclusions import Conclusions, calendar_in
from promo_xl.sheetspec.formula.values import serial
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.mend import recalculate
from promo_xl.workbook.obstacles import formula_cells
from promo_xl.workbook.patch import column_name
from promo_xl.workbook.read import open_workbook, read_workbook
from promo_xl.workbook.write import build
from tests.proof.made import Entries, changed, replaced
from tests.proof.package_lint import lint
from tests.refresh.plans import CHAIN, MONDAY, ZH, cell, dates, typed, workbook
from tests.workbook.files import STAMP, planned

GANTT = "xl/worksheets/sheet3.xml"
DAYS = st.dates(date(2026, 5, 1), date(2026, 9, 30))


def schedule(path: Path) -> Performed:
    return perform("schedule", path, load_book(), ZH)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def test_only_automatic_tasks_move_and_follow_their_predecessors(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plan.xlsx")
    done = schedule(path)
    assert dates(path) == {
        "1": (day(6, 1), day(6, 5)),
        "2": (day(6, 8), day(6, 9)),
        "3": (day(6, 10), day(6, 12)),
        "4": (day(6, 1), day(6, 1)),
    }
    moved = [(f.code, f.subject, f.details["old_start"], f.details["start"], f.severity) for f in done.findings]
    assert moved == [
        ("TASK_MOVED", "2", day(6, 1), day(6, 8), Severity.INFO),
        ("TASK_MOVED", "3", day(6, 1), day(6, 10), Severity.INFO),
    ]
    assert ZH.sentence(done.findings[0]) == (
        "任务“方案”由 2026-06-01 至 2026-06-02 改到 2026-06-08 至 2026-06-09。"
    )
    sheet, row, column = cell(path, "2", "start")
    assert done.shown == f"{sheet}!{column_name(column)}{row}"
    assert (serial(day(6, 8)), serial(day(6, 1))) in {(one.value, one.was) for one in done.changes}


def test_remembered_values_follow_in_the_same_step_and_the_package_stays_sound(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plan.xlsx")
    schedule(path)
    assert recalculate(path, load_book()) == 0
    assert {problem.rule for problem in lint(path)} == {"full-calc-on-load"}


def test_a_second_run_leaves_every_byte(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plan.xlsx")
    schedule(path)
    before = path.read_bytes()
    assert (schedule(path).changes, path.read_bytes()) == ((), before)


@pytest.mark.parametrize(
    "begun", [{"status": "done"}, {"status": "in_progress"}, {"actual_start": MONDAY}, {"status": "cancelled"}]
)
def test_what_has_begun_or_was_cancelled_stays(tmp_path: Path, begun: dict[str, object]) -> None:
    tasks = [replace(task, **begun) if task.id == "2" else task for task in CHAIN]  # type: ignore[arg-type]
    path = workbook(tmp_path / "plan.xlsx", tasks)
    schedule(path)
    assert dates(path)["2"] == (day(6, 1), day(6, 2))


def test_a_summary_spans_its_tasks_though_it_has_begun(tmp_path: Path) -> None:
    summary = Task("9", "全部", MONDAY, MONDAY, status="in_progress", mode="auto")
    tasks = [summary, *(replace(task, parent="9") for task in CHAIN)]
    path = workbook(tmp_path / "plan.xlsx", tasks)
    schedule(path)
    # The sheet has no column for parents, so ids say who belongs to whom.
    assert dates(path)["9"] == dates(workbook(tmp_path / "same.xlsx", tasks))["9"]
    dotted = [
        replace(summary, status="in_progress"),
        *(replace(t, id=f"9.{t.id}", predecessors=()) for t in CHAIN),
    ]
    path = workbook(tmp_path / "dotted.xlsx", dotted)
    schedule(path)
    assert dates(path)["9"] == (day(6, 1), day(6, 5))


def test_without_automatic_tasks_it_is_said_how_to_mark_one(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plan.xlsx", [replace(task, mode="") for task in CHAIN])
    before = path.read_bytes()
    done = schedule(path)
    assert [f.code for f in done.findings] == ["SCHEDULE_NO_AUTO"]
    assert "“排期方式”" in ZH.sentence(done.findings[0])
    assert "“自动”" in ZH.sentence(done.findings[0])
    assert path.read_bytes() == before


def test_a_circle_is_told_and_the_others_are_scheduled(tmp_path: Path) -> None:
    circle = [
        Task("8", "甲", MONDAY, MONDAY, predecessors="9", mode="auto"),
        Task("9", "乙", MONDAY, MONDAY, predecessors="8", mode="auto"),
    ]
    path = workbook(tmp_path / "plan.xlsx", [*CHAIN, *circle])
    done = schedule(path)
    assert "CYCLE" in {f.code for f in done.findings}
    assert dates(path)["3"] == (day(6, 10), day(6, 12))


def with_formula(path: Path, target: Path, at: tuple[str, int, int], formula: str) -> Path:
    address = f"{column_name(at[2])}{at[1]}"

    def change(entries: Entries) -> None:
        start = entries[GANTT].index(f'<c r="{address}"'.encode())
        end = entries[GANTT].index(b"<v>", start)
        entries[GANTT] = entries[GANTT][:end] + f"<f>{formula}</f>".encode() + entries[GANTT][end:]

    return changed(path, target, change)


def test_a_date_that_is_a_formula_is_told_and_its_task_stays(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx")
    at = cell(plain, "2", "end")
    path = with_formula(plain, tmp_path / "plan.xlsx", at, "G10+1")
    done = schedule(path)
    told = {(f.code, f.subject, f.field) for f in done.findings}
    assert ("DATE_IS_FORMULA", "2", "end") in told
    assert dates(path)["2"] == (day(6, 1), day(6, 2))
    assert dates(path)["3"] == (day(6, 3), day(6, 5))  # follows where task 2 stays
    assert formula_cells(path, [at]) == {at}


def test_a_date_that_is_none_is_not_written_over(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plan.xlsx")
    typed(path, "2", "start", "六月初")
    done = schedule(path)
    assert "NOT_A_DATE" in {f.code for f in done.findings}
    table = open_workbook(path, load_book()).tables["tasks"]
    _, row, column = cell(path, "2", "start")
    assert table.grid.cell(row, column).value == "六月初"


def test_new_dates_look_like_dates_even_where_there_was_no_cell(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx")
    sheet, row, column = cell(plain, "2", "start")
    address = f"{column_name(column)}{row}"

    def without_cell(entries: Entries) -> None:
        start = entries[GANTT].index(f'<c r="{address}"'.encode())
        end = entries[GANTT].index(b"</c>", start) + 4
        entries[GANTT] = entries[GANTT][:start] + entries[GANTT][end:]

    path = changed(plain, tmp_path / "plan.xlsx", without_cell)
    schedule(path)
    grid = open_workbook(path, load_book()).grids[sheet]
    assert (grid.cell(row, column).value, grid.cell(row, column).number_format) == (day(6, 8), "yyyy-mm-dd")


@pytest.mark.parametrize(
    ("part", "old", "new", "code"),
    [
        (GANTT, "</sheetData>", '</sheetData><sheetProtection sheet="1"/>', "SHEET_PROTECTED"),
        ("xl/workbook.xml", "<workbookPr ", '<workbookPr date1904="1" ', "BOOK_DATE_1904"),
    ],
)
def test_what_must_not_be_changed_is_refused_and_stays(
    tmp_path: Path, part: str, old: str, new: str, code: str
) -> None:
    path = changed(workbook(tmp_path / "plain.xlsx"), tmp_path / "plan.xlsx", replaced(part, old, new))
    before = path.read_bytes()
    with pytest.raises(RefusedError) as refusal:
        schedule(path)
    assert [f.code for f in refusal.value.findings] == [code]
    assert path.read_bytes() == before


@st.composite
def tasks(draw: st.DrawFn) -> list[Task]:
    made = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        start = draw(st.none() | DAYS)
        length = draw(st.integers(-1, 9))
        links = draw(st.lists(st.sampled_from(["1", "2SS", "3FF+1d", "4FS-2d", "5SF", "6", "9"]), max_size=2))
        made.append(
            Task(
                draw(st.sampled_from([str(number), f"1.{number}"])),
                f"任务{number}",
                start,
                None if start is None or length < 0 else date.fromordinal(start.toordinal() + length),
                predecessors=",".join(links),
                mode=draw(st.sampled_from(["auto", "auto", "fixed", ""])),
                status=draw(st.sampled_from(["", "not_started", "not_started", "cancelled", "done"])),
                milestone=draw(st.booleans()),
            )
        )
    return made


QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def prove(path: Path) -> None:
    """The file says what the plan's own function says of the plan in it, and says it for good."""
    before = read_workbook(path, load_book())
    done = schedule(path)
    after = read_workbook(path, load_book())
    parents = build_network(before.tasks).children
    staying = [
        replace(
            task,
            mode="" if task.status == "done" and row not in parents else task.mode,
            duration=None if task.start and task.end else task.duration,
        )
        for row, task in enumerate(before.tasks)
    ]
    wanted = auto_schedule(staying, calendar_in(before))
    assert [(t.start, t.end) for t in after.tasks] == [(t.start, t.end) for t in wanted]
    for was, now in zip(before.tasks, after.tasks, strict=True):
        if was.mode != "auto":
            assert (was.start, was.end) == (now.start, now.end)
    told = sum(f.code in ("TASK_MOVED", "TASK_DATED") for f in done.findings)
    assert told == sum(
        (a.start, a.end) != (b.start, b.end) for a, b in zip(before.tasks, after.tasks, strict=True)
    )
    content = path.read_bytes()
    assert (schedule(path).changes, path.read_bytes()) == ((), content)


@settings(max_examples=12, derandomize=True, **QUIET)
@given(tasks())
def test_it_agrees_with_the_plan_and_running_twice_is_running_once(tmp_path: Path, given: list[Task]) -> None:
    prove(workbook(tmp_path / "plan.xlsx", given))


@pytest.mark.thorough
@settings(max_examples=200, **QUIET)
@given(tasks())
def test_it_agrees_with_the_plan_for_many_plans(tmp_path: Path, given: list[Task]) -> None:
    prove(workbook(tmp_path / "plan.xlsx", given))


@pytest.mark.parametrize("basis", ["workdays", "calendar_inclusive", "calendar_difference"])
def test_a_duration_counted_from_dates_makes_no_milestone(tmp_path: Path, basis: str) -> None:
    fixed = Task("1", "调研", MONDAY, day(6, 7), mode="fixed")  # until a Sunday
    spans = {"2": (day(6, 6), day(6, 7)), "3": (day(6, 7), day(6, 7)), "4": (MONDAY, MONDAY)}
    following = [Task(n, f"任务{n}", *span, predecessors="1FS-2d", mode="auto") for n, span in spans.items()]
    path = tmp_path / "plan.xlsx"
    plan = replace(planned(), tasks=(fixed, *following))
    build(replace(plan, project={**plan.project, "duration_basis": basis}), load_book(), "zh", str(path), STAMP)
    schedule(path)
    thursday = (day(6, 4), day(6, 4))
    assert dates(path) == {"1": (fixed.start, fixed.end), "2": thursday, "3": thursday, "4": thursday}
    assert schedule(path).changes == ()


def test_nothing_but_the_sheets_that_changed_differs(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plan.xlsx")
    with zipfile.ZipFile(path) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    done = schedule(path)
    with zipfile.ZipFile(path) as archive:
        differing = {name for name in before if archive.read(name) != before[name]}
    assert {one.sheet for one in done.changes} >= {cell(path, "2", "start")[0]}
    assert differing <= {name for name in before if name.startswith("xl/worksheets/sheet")} | {"xl/workbook.xml"}
    assert set(before) == set(zipfile.ZipFile(path).namelist())


@pytest.mark.parametrize("basis", ["workdays", "calendar_inclusive", "calendar_difference"])
def test_remembered_dates_do_not_depend_on_how_days_are_counted(tmp_path: Path, basis: str) -> None:
    first = Task("1", "调研", MONDAY, MONDAY)
    plan = replace(planned(), tasks=(first, Task("2", "方案", MONDAY, MONDAY, predecessors="1")))
    path = tmp_path / "plan.xlsx"
    build(replace(plan, project={**plan.project, "duration_basis": basis}), load_book(), "zh", str(path), STAMP)
    concluded = Conclusions(read_workbook(path, load_book()))
    assert concluded.schedule.at(1).early_start == day(6, 2)
    assert concluded.schedule.duration == 2
