"""Buttons on an open workbook do what the command line does to the closed file, or nothing at all."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwings

from promo_xl import user_settings
from promo_xl.addin import commands
from promo_xl.cli.main import main
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import FOLDER_VARIABLE, key_of
from promo_xl.sheetspec.load import load_book
from promo_xl.sources.tabular import read_sheets
from promo_xl.workbook.mend import recalculate
from promo_xl.workbook.obstacles import formula_cells
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.write import build
from tests.addin.file_engine import opened
from tests.addin.tickets_by_hand import Answered, Excel, excel
from tests.refresh.plans import cell, dates, typed, workbook
from tests.workbook.files import HOSTS, PLANS, STAMP

ACTIONS = [("auto_schedule", "schedule"), ("repair_plan", "repair"), ("check_plan", "check --mark")]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Excel:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    monkeypatch.setenv(user_settings.VARIABLE, str(tmp_path / "promo_xl.conf"))
    return excel(tmp_path)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "桌面").mkdir()
    path = workbook(tmp_path / "桌面" / "计划.xlsx")
    typed(path, "4", "id", None)
    return path


@pytest.fixture(autouse=True)
def _no_caller() -> Iterator[None]:
    yield
    if hasattr(xlwings.Book, "_mock_caller"):
        del xlwings.Book._mock_caller


def press(app: Excel, command: str, path: Path, target: Any, **facts: Any) -> Answered:
    """Press a button of the ribbon."""
    ticket = app.ticket(command, path, **facts)
    getattr(commands, command)(ticket, target)
    return app.answer(ticket)


def grids(path: Path) -> dict[str, Any]:
    return {grid.name: grid.values for grid in read_sheets(path)}


def without_formulas(path: Path) -> dict[tuple[str, int, int], Any]:
    cells = {(name, r, c): value for name, rows in grids(path).items()
             for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value is not None}  # fmt: skip
    formulas = formula_cells(path, cells)
    return {at: value for at, value in cells.items() if at not in formulas}


def closed(tmp_path: Path, path: Path) -> Path:
    """The same workbook, for the command line."""
    (tmp_path / "closed").mkdir(exist_ok=True)
    return Path(shutil.copy(path, tmp_path / "closed" / path.name))


@pytest.mark.parametrize(("command", "action"), ACTIONS)
def test_a_button_changes_the_cells_that_the_command_line_changes(
    app: Excel, plan: Path, tmp_path: Path, command: str, action: str
) -> None:
    other = closed(tmp_path, plan)
    file, book = opened(plan)
    answer = press(app, command, plan, book)
    file.close()
    main([*action.split(), str(other), "--lang", "zh"])
    recalculate(other, load_book())  # as Excel has done with the open one
    assert (answer["status"], without_formulas(plan)) == ("done", without_formulas(other))
    assert command == "check_plan" or grids(plan) == grids(other)  # its links are for Excel to calculate
    assert open_workbook(plan, load_book()).promotion == open_workbook(other, load_book()).promotion


def test_refreshing_changes_what_recalculating_changes_and_says_that_there_are_no_sources(
    app: Excel, plan: Path, tmp_path: Path
) -> None:
    typed(plan, "2", "start", 46180)
    other = closed(tmp_path, plan)
    file, book = opened(plan)
    answer = press(app, "refresh_data", plan, book)
    file.close()
    main(["check", str(other), "--recalculate"])
    assert grids(plan) == grids(other)
    assert "请在“数据源”表填一行" in answer["message"]


def test_the_sheet_of_findings_is_brought_into_sight_and_no_check_stands_in_the_way_of_undo(
    app: Excel, plan: Path
) -> None:
    file, book = opened(plan)
    press(app, "auto_schedule", plan, book)
    file.close()
    file, book = opened(plan)
    answer = press(app, "check_plan", plan, book)
    sheet = answer["select"].rpartition("!")[0]
    assert (file.visible, f"activate {sheet}" in file.done, f"“{sheet}”" in answer["message"]) == (
        {sheet: True},
        True,
        True,
    )
    file.close()
    file, book = opened(plan)
    assert "“自动排期”" in press(app, "undo_last", plan, book)["message"]


def test_the_sheet_of_findings_prints_its_findings_and_nothing_below_if_there_is_a_printer(
    app: Excel, plan: Path
) -> None:
    file, book = opened(plan)
    answer = press(app, "check_plan", plan, book)
    sheet = answer["select"].rpartition("!")[0]
    last = max(row for (row, _), value in file.cells[sheet].items() if value)
    assert file.printed == {sheet: f"$A$1:$D${last}"}
    file.close()
    file, book = opened(plan)
    file.done.append("no printer")
    assert (press(app, "check_plan", plan, book)["status"], file.printed) == ("done", {})
    file.close()


def test_scheduling_says_what_moved_and_where_to_look(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    answer = press(app, "auto_schedule", plan, book)
    assert answer["message"].startswith("已移动任务 2 个")
    assert "计划.xlsx › " in answer["message"]
    assert "任务“方案”由 2026-06-01 至 2026-06-02 改到 2026-06-08 至 2026-06-09。" in answer["message"]
    sheet, row, _ = cell(plan, "2", "start")
    assert answer["select"].startswith(f"{sheet}!") and answer["select"].endswith(str(row))
    assert f"activate {sheet}" in file.done


def test_a_second_press_changes_nothing(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    press(app, "auto_schedule", plan, book)
    file.close()
    file, book = opened(plan)
    answer = press(app, "auto_schedule", plan, book)
    assert (answer["message"].splitlines()[0], [d for d in file.done if d.startswith("write")]) == (
        "没有任务需要移动。",
        [],
    )


def last_task(path: Path, field: str) -> tuple[str, int, int]:
    """The cell of the last task, which has no id."""
    table = open_workbook(path, load_book()).tables["tasks"]
    return table.grid.name, table.numbers[-1], table.columns[field]


def test_cells_computed_anew_are_told_where_no_task_moved(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    press(app, "auto_schedule", plan, book)
    file.close()
    patch_workbook(plan, [Change(*last_task(plan, "end"), 46200)])  # a task that stays
    file, book = opened(plan)
    assert press(app, "auto_schedule", plan, book)["message"].startswith("没有任务移动；重新计算 ")


def test_what_a_button_did_is_undone_by_the_button_and_by_the_command_line(app: Excel, plan: Path) -> None:
    before = dates(plan)
    for undo in ("button", "command line"):
        file, book = opened(plan)
        press(app, "auto_schedule", plan, book)
        file.close()
        assert dates(plan) != before
        if undo == "button":
            file, book = opened(plan)
            answer = press(app, "undo_last", plan, book)
            file.close()
            assert answer["message"].startswith("已撤销 ")
            assert "“自动排期”" in answer["message"]
        else:
            assert main(["revert", str(plan), "--lang", "zh"]) == 0
        assert dates(plan) == before
    file, book = opened(plan)
    answer = press(app, "undo_last", plan, book)
    assert (answer["status"], "没有可以撤销的改动" in answer["message"]) == ("refused", True)


def test_undoing_keeps_what_was_edited_since_and_tells_it(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    press(app, "auto_schedule", plan, book)
    file.close()
    typed(plan, "3", "start", 46200)
    file, book = opened(plan)
    answer = press(app, "undo_last", plan, book)
    file.close()
    assert "这一格后来又改成了“46200”" in answer["message"]
    assert (dates(plan)["2"][0].isoformat(), dates(plan)["3"][0].isoformat()) == ("2026-06-01", "2026-06-27")  # type: ignore[union-attr]


def test_a_change_of_which_nothing_went_back_can_still_be_undone(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    press(app, "auto_schedule", plan, book)
    file.close()
    scheduled, moved = dates(plan), ("2", "3")
    for task in moved:
        typed(plan, task, "start", 46200)
        typed(plan, task, "end", 46201)
    file, book = opened(plan)
    said = press(app, "undo_last", plan, book)["message"]
    assert ("没有可以恢复的单元格" in said, file.done) == (True, [])
    file.close()
    for task in moved:
        for field, day in zip(("start", "end"), scheduled[task], strict=True):
            assert day is not None
            typed(plan, task, field, (day - date(1899, 12, 30)).days)
    file, book = opened(plan)
    assert press(app, "undo_last", plan, book)["message"].startswith("已撤销 ")


def test_a_change_that_was_not_saved_is_passed_over(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    press(app, "repair_plan", plan, book)
    file.close()
    file, book = opened(plan)
    press(app, "auto_schedule", plan, book)  # and Excel is closed without saving
    file, book = opened(plan)
    assert "“修复”" in press(app, "undo_last", plan, book)["message"]


def test_a_check_of_the_command_line_does_not_stand_in_the_way_of_undo(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    press(app, "auto_schedule", plan, book)
    file.close()
    main(["check", "--mark", str(plan), "--lang", "zh"])
    file, book = opened(plan)
    assert "“自动排期”" in press(app, "undo_last", plan, book)["message"]


def test_unsaved_workbooks_of_one_name_in_two_excels_have_their_own_histories(app: Excel, plan: Path) -> None:
    facts = {"book": "工作簿1", "fullname": "工作簿1", "folder": ""}
    file, book = opened(plan, "工作簿1")
    press(app, "auto_schedule", plan, book, instance="20260601-093000-001-7", **facts)
    file.close()
    file, book = opened(plan, "工作簿1")
    other = press(app, "undo_last", plan, book, instance="20260601-093000-001-8", **facts)
    assert (other["status"], file.done) == ("refused", [])
    same = press(app, "undo_last", plan, book, instance="20260601-093000-001-7", **facts)
    assert same["message"].startswith("已撤销 ")


def test_only_the_workbook_of_the_button_is_written(app: Excel, plan: Path, tmp_path: Path) -> None:
    other = workbook(tmp_path / "另一个.xlsx")
    file, book = opened(plan)
    another, in_front = opened(other)
    in_front.set_mock_caller()
    ticket = app.ticket("auto_schedule", plan)
    commands.auto_schedule(ticket)
    answer = app.answer(ticket)
    assert (answer["status"], "另一个.xlsx" in answer["message"]) == ("refused", True)
    assert (file.done, another.done, History().entries(key_of(plan))) == ([], [], [])
    book.set_mock_caller()
    commands.auto_schedule(app.ticket("auto_schedule", plan))
    assert (bool(file.done), another.done) == (True, [])


@pytest.mark.parametrize(("command", "action"), ACTIONS)
def test_a_changed_cell_means_that_nothing_is_written(
    app: Excel, plan: Path, tmp_path: Path, command: str, action: str
) -> None:
    twin, book = opened(closed(tmp_path, plan), plan.name)
    press(app, command, plan, book, fullname="twin", folder="")
    file, book = opened(plan)
    for sheet, row, column in list(twin.typed)[-1:]:  # somebody types where the button would write last
        file.cells[sheet][row, column] = "typed"
    answer = press(app, command, plan, book)
    assert [done for done in file.done if done.startswith("write")] == []
    assert History().entries(key_of(plan)) == []
    assert (answer["status"], "现在是“typed”" in answer["message"]) == ("refused", True)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"readonly": "1"}, "以只读方式打开"),
        ({"signed": "1"}, "数字签名"),
        ({"date1904": "1"}, "1904"),
        ({"copy": ""}, "没有得到"),
        ({"copy": "../桌面/计划.xlsx"}, "没有得到"),
        ({"copy": "20200101-000000-001.xlsx"}, "没有得到"),
        ({"copy": "20260601-093000-001-1324567.xlsx"}, "没有得到"),
        ({"copy": "nothing.xlsx"}, "没有得到"),
    ],
)
def test_what_forbids_changes_is_told_and_nothing_is_changed(
    app: Excel, plan: Path, facts: dict[str, str], said: str
) -> None:
    for other in ("20200101-000000-001", "20260601-093000-001-1324567"):  # the latter begins like ours
        shutil.copyfile(plan, app.work / f"{other}.xlsx")
    file, book = opened(plan)
    for command in ("auto_schedule", "refresh_data", "repair_plan", "undo_last"):
        answer = press(app, command, plan, book, **facts)
        assert (answer["status"], said in answer["message"]) == ("refused", True), command
    assert (file.done, History().entries(key_of(plan))) == ([], [])


def test_everything_that_forbids_changes_is_told_at_once(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    facts = {"readonly": "1", "signed": "1", "date1904": "1", "protected": ["甘特图", "风险"]}
    answer = press(app, "repair_plan", plan, book, protected_structure="1", **facts)
    for said in ("只读", "签名", "1904", "结构受保护", "“甘特图”受保护", "“风险”受保护"):
        assert said in answer["message"]
    assert file.done == []


def test_a_plan_of_a_newer_version_is_left_alone(app: Excel, plan: Path) -> None:
    sheet, row, column = open_workbook(plan, load_book()).cells["template_version"]
    patch_workbook(plan, [Change(sheet, row, column, "99.1.0")])
    file, book = opened(plan)
    for command in ("auto_schedule", "refresh_data", "repair_plan", "check_plan"):
        answer = press(app, command, plan, book)
        assert (answer["status"], "99.1.0" in answer["message"]) == ("refused", True), command
    assert file.done == []


def test_a_workbook_that_is_no_plan_is_left_alone(app: Excel, tmp_path: Path) -> None:
    from openpyxl import Workbook

    path = tmp_path / "预算.xlsx"
    made = Workbook()
    made.active.append(["预算"])
    made.save(path)
    file, book = opened(path)
    for command in ("auto_schedule", "refresh_data", "repair_plan", "check_plan", "undo_last"):
        answer = press(app, command, path, book)
        assert (answer["status"], "“预算.xlsx”不是 promo_xl 生成的" in answer["message"]) == ("refused", True)
    assert file.done == []


def test_a_lost_column_is_told_before_anything_is_changed(app: Excel, plan: Path) -> None:
    table = open_workbook(plan, load_book()).tables["tasks"]
    patch_workbook(plan, [Change(table.grid.name, table.first - 1, table.columns["owners"], "改了名")])
    file, book = opened(plan)
    answer = press(app, "auto_schedule", plan, book)
    assert (answer["status"], "缺少列" in answer["message"], file.done) == ("refused", True, [])


def test_a_protected_sheet_is_told_and_nothing_is_changed(app: Excel, plan: Path) -> None:
    from openpyxl import load_workbook

    sheet = cell(plan, "2", "start")[0]
    book = load_workbook(plan)
    book[sheet].protection.sheet = True
    book.save(plan)
    file, target = opened(plan)
    answer = press(app, "auto_schedule", plan, target, protected=sheet)
    assert (answer["status"], answer["message"].count(f"“{sheet}”受保护"), file.done) == ("refused", 1, [])


def test_a_read_only_plan_is_checked_all_the_same(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    answer = press(app, "check_plan", plan, book, readonly="1")
    assert (answer["status"], file.done) == ("done", [])
    assert "检查完毕" in answer["message"]
    whole = Path(answer["show"]).read_text(encoding="utf-8-sig") if answer["show"] else answer["message"]
    assert "以只读方式打开" in whole


def test_an_unsaved_workbook_and_one_in_the_cloud_are_worked_on(app: Excel, plan: Path) -> None:
    for name, full, folder in (
        ("工作簿1", "工作簿1", ""),
        ("计划.xlsx", "https://contoso.sharepoint.com/计划.xlsx", "https://contoso.sharepoint.com"),
    ):
        file, book = opened(plan, name)
        answer = press(app, "auto_schedule", plan, book, book=name, fullname=full, folder=folder)
        assert (answer["status"], bool(file.done)) == ("done", True), answer.pairs
        assert len(History().entries(key_of(full if folder else f"|{full}"))) == 1


def test_settings_inside_and_beside_a_workbook_change_nothing(app: Excel, plan: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    (plan.parent / "promo_xl.conf").write_text("LANGUAGE=en\r\nOUTPUT_FOLDER=C:\\\\evil\r\n", encoding="ascii")
    (plan.parent / "xlwings.conf").write_text('"PYTHONPATH","evil"\r\n', encoding="ascii")
    copy = load_workbook(plan)
    sheet = copy.create_sheet("promo_xl.conf")
    sheet.append(["LANGUAGE", "en"])
    sheet.append(["WORK_FOLDER", str(tmp_path / "evil")])
    copy.save(plan.parent / "有设置.xlsx")
    path = plan.parent / "有设置.xlsx"
    file, book = opened(path)
    answer = press(app, "auto_schedule", path, book)
    assert answer["message"].startswith("已移动任务 2 个")
    assert not (tmp_path / "evil").exists()
    assert not [done for done in file.done if "promo_xl.conf" in done]


def test_without_a_place_for_the_copy_nothing_is_written(
    app: Excel, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file"))
    file, book = opened(plan)
    answer = press(app, "auto_schedule", plan, book)
    assert (answer["status"], file.done) == ("refused", [])


def test_what_nobody_expected_is_told_with_a_log_and_no_trace(app: Excel, plan: Path) -> None:
    file, book = opened(plan)

    def fail() -> None:
        raise OSError("the printer is on fire")

    file.before_write = fail
    answer = press(app, "auto_schedule", plan, book)
    assert (answer["status"], "the printer is on fire" in answer["message"]) == ("failed", True)
    assert "Traceback" in Path(answer["log"]).read_text(encoding="utf-8")
    assert "帮助/自检" in answer["message"]
    assert answer["log"] in answer["message"]
    assert History().entries(key_of(plan)) == []


def test_what_could_not_be_put_back_can_still_be_undone(app: Excel, plan: Path) -> None:
    file, book = opened(plan)
    calls = iter([None])

    def fail() -> None:
        if next(calls, 1):
            raise OSError("gone")

    file.before_write = fail
    answer = press(app, "auto_schedule", plan, book)
    assert (answer["status"], "请不要保存" in answer["message"]) == ("refused", True)
    assert answer["message"].startswith("写到一半出错")
    file.before_write = lambda: None
    before = dates(plan)
    file.close()
    assert dates(plan) != before
    file, book = opened(plan)
    press(app, "undo_last", plan, book)
    file.close()
    assert dates(plan) == before


@pytest.mark.parametrize("ticket", ["../x", "a", "", "1\n", "1/2", "20260601-093000-001.request"])
def test_a_wrong_ticket_is_answered_by_nothing(app: Excel, ticket: str) -> None:
    commands.check_plan(ticket)
    assert list(app.work.parent.rglob("*.answer")) == []


def test_a_lost_request_is_told(app: Excel) -> None:
    commands.check_plan("20260601-093000-999")
    assert app.answer("20260601-093000-999")["status"] == "refused"


def test_nothing_is_left_in_the_work_folder_but_the_ticket(app: Excel, plan: Path) -> None:
    _, book = opened(plan)
    press(app, "auto_schedule", plan, book)
    assert sorted(path.suffix for path in app.work.iterdir()) == [".answer", ".request", ".xlsx"]


def test_repairing_hands_to_excel_what_only_excel_can_do(app: Excel, plan: Path) -> None:
    _, book = opened(plan)
    answer = press(app, "repair_plan", plan, book)
    rules, cleared = answer.all("format"), answer.all("format_clear")
    assert rules and cleared
    assert len(set(cleared)) == len(cleared)
    for rule in rules:
        sheet, area, formula, style = rule.split("\t")
        assert f"{sheet}\t{area}" in cleared
        assert formula.startswith("=")
        assert style
        pairs = dict(pair.split("=", 1) for pair in style.split(";num=")[0].split(";"))
        assert pairs.keys() <= {
            "font",
            "fill",
            "bold",
            "italic",
            "strike",
            "left",
            "right",
            "top",
            "bottom",
            "num",
        }


def test_messages_fit_into_a_message_box_and_the_rest_is_shown(app: Excel, tmp_path: Path) -> None:
    from promo_xl.plan.tasks import Task

    tasks = [Task(str(i), f"任务{i}", date(2026, 6, 6), date(2026, 6, 6), mode="auto") for i in range(1, 60)]
    path = workbook(tmp_path / "长.xlsx", tasks)
    _, book = opened(path)
    answer = press(app, "auto_schedule", path, book)
    assert len(answer["message"]) <= 1000
    report = Path(answer["show"]).read_text(encoding="utf-8-sig")
    assert all(f"任务{i}" in report for i in range(1, 60))


def test_checking_starts_without_excel(app: Excel) -> None:
    import subprocess
    import sys

    script = "import promo_xl.addin.commands, promo_xl.addin.actions, sys; print('xlwings' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "False"


@pytest.mark.parametrize("name", ["running_en", "hostile", "broken", "long", "without_add_in", "office_js"])
@pytest.mark.parametrize(("command", "action"), [("auto_schedule", "schedule"), ("repair_plan", "repair")])
def test_plans_of_every_kind_are_changed_as_the_command_line_changes_them(
    app: Excel, tmp_path: Path, name: str, command: str, action: str
) -> None:
    plan, language = PLANS[name]()
    path = tmp_path / "plan.xlsx"
    build(plan, load_book(), language, str(path), replace(STAMP, host=HOSTS.get(name, STAMP.host)))
    recalculate(path, load_book())
    other = closed(tmp_path, path)
    file, book = opened(path)
    answer = press(app, command, path, book, language=language)
    file.close()
    main([action, str(other), "--lang", language])
    assert (answer["status"], grids(path)) == ("done", grids(other))
