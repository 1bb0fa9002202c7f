"""What was written is what is read, and planners may rearrange it."""

import shutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.workings import Workings
from promo_xl.workbook.check import check_workbook
from promo_xl.workbook.mend import fix_ids, recalculate
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook, read_workbook
from tests.proof.areas import cell_name
from tests.proof.edit import HideColumn, InsertRow, MoveColumn, SetCell, SortTable, edited_each
from tests.proof.recalculate import cached_values, ironcalc_values, libreoffice_values
from tests.workbook.files import PLANS, STAMP, build, running


@pytest.mark.parametrize("name", sorted(set(PLANS) - {"hostile", "broken"}))
def test_reading_a_workbook_gives_the_plan_that_went_in(files: dict[str, Path], name: str) -> None:
    plan, language = PLANS[name]()
    opened = open_workbook(files[name], load_book())
    assert opened.language == language
    assert opened.findings == ()
    if name == "other_settings":  # durations are in the workbook's own setting
        plan = replace(plan, tasks=tuple(replace(t, duration=None) for t in plan.tasks))
        tasks = tuple(replace(t, duration=None) for t in opened.promotion.tasks)
        opened = replace(opened, promotion=replace(opened.promotion, tasks=tasks))
    for field in fields(Promotion):
        assert getattr(opened.promotion, field.name) == getattr(plan, field.name), field.name


def test_what_a_file_cannot_carry_is_all_that_a_hostile_plan_loses(files: dict[str, Path]) -> None:
    plan, _ = PLANS["hostile"]()
    back = read_workbook(files["hostile"], load_book())
    wanted = plan.product.replace("\u0007", "").replace("\ufffe", "")
    assert back.product == wanted
    assert [task.name for task in back.tasks] == [wanted] * len(plan.tasks)
    assert [target.goal for target in back.targets] == ["=5000单"] * 3


def test_check_finds_every_fault_with_its_cell(files: dict[str, Path]) -> None:
    found = {(f.code, f.place.split("!")[-1]) for f in check_workbook(files["broken"], load_book())}
    assert {
        ("END_BEFORE_START", "H9"),
        ("DUPLICATE_ID", "A9"),
        ("UNASSIGNED", "E11"),
        ("MISSING_PRED", "J11"),
        ("SELF", "J11"),
        ("MISSING_DATE", "G12"),
        ("ID_MISSING", "A14"),
    } <= found


def test_a_file_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("产品,上市日期\n新品,2026-06-01\n", encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        read_workbook(path, load_book())
    assert [finding.code for finding in refused.value.findings] == ["NOT_A_PLAN"]


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        build(running("zh"), load_book(), "zh", str(tmp_path / name), STAMP)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def row_of_new_year(path: Path) -> str:
    """The row of the first rest day, a holiday."""
    values = cached_values(path).items()
    return next(cell for (sheet, cell), value in values if (sheet, value) == ("休息日", "元旦")).removeprefix("B")


def works_on_saturday(path: Path) -> str:
    saturday = next(
        cell for (sheet, cell), value in cached_values(path).items() if (sheet, value) == ("休息日", "周六")
    )
    return "G" + saturday.removeprefix("F")


@pytest.fixture(scope="module")
def rearranged(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The running campaign after edits by a planner, made in LibreOffice."""
    plan = files["running_zh"]
    steps = {
        "row_inserted": [InsertRow("tblTasks", 3)],
        "sorted": [SortTable("tblTasks", "任务名称"), SortTable("tblReadings", "渠道", descending=True)],
        "column_moved": [MoveColumn("tblReadings", "花费", "转化数"), MoveColumn("tblTasks", "状态", "任务名称")],
        "column_hidden": [HideColumn("推广执行甘特图", "G")],
        "goal_edited": [SetCell("推广目标设定表", "F6", "2000万次")],
        "date_edited": [SetCell("推广执行甘特图", "H17", 46157.0)],
        "owner_edited": [SetCell("推广执行甘特图", "E17", "王晨")],
        "status_edited": [SetCell("推广执行甘特图", "K31", "进行中")],
        "member_edited": [SetCell("项目组分工表", "C7", "新来的人")],
        "week_of_six_days": [SetCell("休息日", works_on_saturday(plan), "是")],
        "day_off": [SetCell("休息日", f"A{row_of_new_year(plan)}", 46174.0)],
    }
    made = edited_each([(plan, s) for s in steps.values()], tmp_path_factory.mktemp("edited"))
    return dict(zip(steps, made, strict=True))


def tasks_of(path: Path) -> set[tuple[str, str, float | None]]:
    plan = read_workbook(path, load_book())
    return {(task.id, task.name, task.duration) for task in plan.tasks}


@pytest.mark.parametrize("edit", ["row_inserted", "sorted", "column_moved", "column_hidden"])
def test_rearranging_loses_no_task_and_keeps_every_duration(
    files: dict[str, Path], rearranged: dict[str, Path], edit: str
) -> None:
    assert tasks_of(rearranged[edit]) == tasks_of(files["running_zh"])


@pytest.mark.parametrize("edit", ["row_inserted", "sorted", "column_moved", "column_hidden"])
def test_rearranging_changes_no_figure_of_the_cover(
    files: dict[str, Path], rearranged: dict[str, Path], edit: str
) -> None:
    cover = {at: value for at, value in cached_values(files["running_zh"]).items() if at[0] == "项目信息"}
    after = cached_values(rearranged[edit])
    assert len(cover) > 50
    for at, value in cover.items():
        wanted = pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
        assert after.get(at) == wanted, at


def test_a_remembered_value_whose_goal_was_edited_asks_to_be_recalculated(rearranged: dict[str, Path]) -> None:
    values = cached_values(rearranged["goal_edited"])
    assert values["推广目标设定表", "G6"] == "需重算"
    assert values["推广目标设定表", "V6"] == ""
    stale = [f.field for f in check_workbook(rearranged["goal_edited"], load_book()) if f.code == "STALE"]
    assert sorted(stale) == ["direction", "goal_value", "smart", "unit"]


SCHEDULE, CONFLICTS = {"early_start", "late_finish", "slack", "critical"}, {"conflict", "peak_load", "duty_check"}
STALE_AFTER = {
    "date_edited": SCHEDULE | CONFLICTS,
    "owner_edited": CONFLICTS,
    "status_edited": CONFLICTS,
    "member_edited": CONFLICTS,
    "day_off": SCHEDULE | CONFLICTS,
    "week_of_six_days": SCHEDULE | CONFLICTS,
    "row_inserted": set(),
    "sorted": set(),
    "column_moved": set(),
    "column_hidden": set(),
}


@pytest.mark.parametrize("edit", STALE_AFTER)
def test_what_the_core_computed_is_stale_exactly_when_what_it_came_from_changed(
    rearranged: dict[str, Path], edit: str
) -> None:
    found = check_workbook(rearranged[edit], load_book())
    assert {finding.field for finding in found if finding.code == "STALE"} == STALE_AFTER[edit]


@pytest.mark.parametrize("edit", ["date_edited", "goal_edited", "member_edited"])
def test_ironcalc_asks_for_the_same_recalculation(rearranged: dict[str, Path], edit: str) -> None:
    in_file, in_engine = (
        {place for place, value in values.items() if isinstance(value, str) and value.startswith("需重算")}
        for values in (cached_values(rearranged[edit]), ironcalc_values(rearranged[edit]))
    )
    assert in_file == in_engine
    assert in_file


@pytest.mark.parametrize("edit", ["date_edited", "goal_edited", "member_edited", "sorted"])
def test_recalculated_a_workbook_shows_what_a_new_one_would(
    rearranged: dict[str, Path], tmp_path: Path, edit: str
) -> None:
    path = Path(shutil.copy(rearranged[edit], tmp_path / "plan.xlsx"))
    changed = recalculate(path, load_book())
    assert (changed > 0) == (edit != "sorted")
    (after,) = libreoffice_values([path], tmp_path / "office").values()
    assert not [place for place, value in after.items() if str(value).startswith("需重算")]
    opened = open_workbook(path, load_book())
    workings = Workings(opened.promotion, load_book(), "zh")
    for table, field in (
        ("tasks", "slack"),
        ("tasks", "conflict"),
        ("targets", "goal_value"),
        ("members", "peak_load"),
    ):
        read = opened.tables[table]
        shown = [after.get((read.grid.name, cell_name(n, read.columns[field])), "") for n in read.numbers]
        assert shown == workings.column(table, field)[: len(shown)], field
    assert recalculate(path, load_book()) == 0


def test_what_was_just_made_needs_no_recalculation(files: dict[str, Path], tmp_path: Path) -> None:
    for name in PLANS:
        path = Path(shutil.copy(files[name], tmp_path / f"{name}.xlsx"))
        assert recalculate(path, load_book()) == 0, name
        assert path.read_bytes() == files[name].read_bytes()


def test_a_remembered_zero_is_no_blank(made: Path) -> None:
    tasks = open_workbook(made, load_book()).tables["tasks"]
    row = [task["id"] for task in tasks.rows].index("4.5")  # critical: no slack
    kept = tasks.columns["slack_kept"]
    assert tasks.grid.cell(tasks.numbers[row], kept).value == 0
    patch_workbook(made, [Change(tasks.grid.name, tasks.numbers[row], kept, None)])
    assert recalculate(made, load_book()) == 1
    after = open_workbook(made, load_book()).tables["tasks"]
    assert after.grid.cell(after.numbers[row], kept).value == 0


def test_every_row_gets_an_id_of_its_own_and_links_still_mean_the_same(
    files: dict[str, Path], tmp_path: Path
) -> None:
    path = Path(shutil.copy(files["broken"], tmp_path / "plan.xlsx"))
    given = fix_ids(path, load_book())
    assert [(f.details["found"], f.details["id"], f.place.split("!")[-1]) for f in given] == [
        ("1", "5", "A10"),
        ("", "6", "A14"),
    ]
    tasks = read_workbook(path, load_book()).tasks
    assert [task.id for task in tasks] == ["1", "5", "1.1", "1.10", "2", "6", "3", "4"]
    assert fix_ids(path, load_book()) == []


def test_an_edited_working_week_and_a_new_rest_day_change_durations(
    files: dict[str, Path], rearranged: dict[str, Path]
) -> None:
    def days(path: Path) -> float:
        return sum(task.duration or 0 for task in read_workbook(path, load_book()).tasks)

    assert days(rearranged["week_of_six_days"]) > days(files["running_zh"])
    assert days(rearranged["day_off"]) < days(files["running_zh"])


def test_a_plan_read_back_and_written_again_is_the_same_file(files: dict[str, Path], tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    build(read_workbook(files["running_zh"], load_book()), load_book(), "zh", str(again), STAMP)
    assert again.read_bytes() == files["running_zh"].read_bytes()


@pytest.mark.parametrize("typed", ["Done", "done", "已完成 ", "完成"])
def test_a_word_that_the_formulas_do_not_know_is_doubtful(made: Path, typed: str) -> None:
    tasks = open_workbook(made, load_book()).tables["tasks"]
    assert [f for f in check_workbook(made, load_book()) if f.code == "CHOICE_UNKNOWN"] == []
    patch_workbook(made, [Change(tasks.grid.name, tasks.numbers[0], tasks.columns["status"], typed)])
    (found,) = [f for f in check_workbook(made, load_book()) if f.code == "CHOICE_UNKNOWN"]
    assert (found.field, found.details["found"]) == ("status", typed)


def test_true_is_no_date(made: Path) -> None:
    opened = open_workbook(made, load_book())
    sheet, row, column = opened.cells["start"]
    patch_workbook(made, [Change(sheet, row, column, True)])
    found = check_workbook(made, load_book())
    assert "NOT_A_DATE" in {finding.code for finding in found}
