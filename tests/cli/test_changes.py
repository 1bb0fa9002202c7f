"""Commands that change workbooks: what they say, how they end, and that each can be taken back."""

import json
import re
import tempfile
from pathlib import Path

import openpyxl
import pytest

from promo_xl.cli.main import main
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import FOLDER_VARIABLE, key_of
from tests.refresh.plans import typed, workbook


@pytest.fixture(autouse=True)
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMO_XL_LANG", "zh")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    return workbook(tmp_path / "计划.xlsx")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(arguments)
    return code, capsys.readouterr().out


def test_a_dry_run_says_what_would_move_and_changes_nothing(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = plan.read_bytes()
    code, text = said(capsys, "schedule", "计划.xlsx", "--dry-run")
    assert code == 0
    assert "会移动任务 2 个（文件没有改动）" in text
    assert "任务“方案”由 2026-06-01 至 2026-06-02 改到 2026-06-08 至 2026-06-09。" in text
    assert (plan.read_bytes(), History().entries(key_of(plan))) == (before, [])


def test_schedule_moves_tasks_and_revert_takes_it_back(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = plan.read_bytes()
    code, text = said(capsys, "schedule", ".")
    assert (code, "已移动任务 2 个" in text, "promo-xl revert" in text) == (0, True, True)
    assert "没有任务需要移动" in said(capsys, "schedule", ".")[1]
    assert "自动排期，" in said(capsys, "revert", "计划.xlsx", "--list")[1]
    code, text = said(capsys, "revert", "计划.xlsx")
    assert (code, "文件与那之前完全一样" in text, plan.read_bytes()) == (0, True, before)
    code, text = said(capsys, "revert", "计划.xlsx")
    assert (code, "没有可以撤销的改动" in text) == (2, True)
    assert "（已撤销）" in said(capsys, "revert", "计划.xlsx", "--list")[1]


def test_of_a_folder_each_is_taken_back_and_one_without_a_change_is_told(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = plan.read_bytes()
    said(capsys, "schedule", "计划.xlsx")
    (plan.parent / "没改过.xlsx").write_bytes(before)
    code, text = said(capsys, "revert", ".")
    assert (code, plan.read_bytes()) == (2, before)
    assert "“没改过.xlsx”" in text
    assert text.rstrip().endswith('promo-xl revert --list "没改过.xlsx"')


@pytest.mark.parametrize("given", ["空", "空/*.xlsx", "没有/*.xlsx"])
def test_where_no_workbook_is_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str) -> None:
    (tmp_path / "空").mkdir()
    code, text = said(capsys, "revert", given)
    assert (code, f"“{given}”里没有工作簿" in text) == (2, True)


def test_without_a_temporary_folder_no_command_changes_a_file_and_each_says_why(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, "schedule", "计划.xlsx")
    typed(plan, "2", "note", "别动")
    before = plan.read_bytes()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    for command in (
        ["schedule", "--dry-run"],
        ["repair"],
        ["check", "--mark"],
        ["convert", "--host", "none"],
        ["revert"],
    ):
        code, text = said(capsys, command[0], "计划.xlsx", *command[1:])
        assert (code, f"临时文件夹 {tmp_path / 'gone'} 写不了" in text) == (2, True), command
    assert plan.read_bytes() == before


def test_cells_computed_anew_are_told_where_no_task_moved(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "schedule", "计划.xlsx")
    typed(plan, "4", "end", 46200)  # a task that stays
    before = plan.read_bytes()
    code, dry = said(capsys, "schedule", "计划.xlsx", "--dry-run")
    cells = re.fullmatch(
        "没有任务要移动；会重新计算 ([1-9][0-9]*) 格（文件没有改动）：计划.xlsx", dry.splitlines()[0]
    )
    assert (code, cells is not None, plan.read_bytes()) == (0, True, before)
    text = said(capsys, "schedule", "计划.xlsx")[1]
    assert text.startswith(f"没有任务移动；重新计算 {cells[1]} 格：计划.xlsx\n")
    assert "promo-xl revert" in text


def test_revert_says_which_cells_it_kept(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "schedule", "计划.xlsx")
    typed(plan, "3", "start", 46200)
    code, text = said(capsys, "revert", "计划.xlsx")
    assert code == 0
    assert "此后的编辑都保留" in text
    assert "这一格后来又改成了“46200”" in text


def test_repair_gives_ids_and_says_what_only_excel_can_do(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(plan, "4", "id", None)
    code, text = said(capsys, "repair", "计划.xlsx")
    assert code == 0
    assert "已补编号 1 个" in text
    assert "修复公式与格式" in text
    assert said(capsys, "repair", "计划.xlsx") == (0, "无需修复：计划.xlsx\n")


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--recalculate"),
        ("check", "--fix-ids"),
        ("check", "--mark"),
        ("schedule",),
        ("repair",),
        ("convert", "--host", "none"),
    ],
)
def test_every_command_that_writes_keeps_a_copy_first(
    plan: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    typed(plan, "4", "id", None)
    before = plan.read_bytes()
    said(capsys, command[0], "计划.xlsx", *command[1:])
    assert plan.read_bytes() != before
    assert main(["revert", "计划.xlsx"]) == 0
    assert plan.read_bytes() == before


def test_without_a_place_for_the_copy_no_command_writes(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file"))
    typed(plan, "4", "id", None)
    before = plan.read_bytes()
    for command in (
        ["schedule"],
        ["repair"],
        ["check", "--fix-ids"],
        ["check", "--mark"],
        ["convert", "--host", "none"],
    ):
        code, text = said(capsys, command[0], "计划.xlsx", *command[1:])
        assert (code, "PROMO_XL_HISTORY" in text) == (2, True), command
    assert plan.read_bytes() == before


def test_one_that_is_refused_does_not_keep_the_others(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("列表.csv").write_text("a,b\n", encoding="utf-8")
    code, text = said(capsys, "schedule", "列表.csv", "计划.xlsx", "--json")
    report = json.loads(text)
    assert code == 2
    assert list(report["refused"]) == ["列表.csv"]
    assert report["counted"] == {"计划.xlsx": 2}
    moved = [finding["details"]["start"] for finding in report["findings"]["计划.xlsx"]]
    assert moved == ["2026-06-08", "2026-06-10"]


def test_a_plan_with_errors_ends_with_one(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(plan, "2", "predecessors", "3")
    code, text = said(capsys, "schedule", "计划.xlsx", "--lang", "en")
    assert (code, "in a circle" in text) == (1, True)


def test_check_with_marks_says_where_the_findings_stand_and_leaves_no_trace_twice(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(plan, "2", "predecessors", "9")
    code, text = said(capsys, "check", "计划.xlsx", "--mark")
    assert (code, "的前置任务“9”不存在" in text, "检查结果已写入工作表“检查结果”" in text) == (1, True, True)
    before, kept = plan.read_bytes(), len(History().entries(key_of(plan)))
    assert said(capsys, "check", "计划.xlsx", "--mark")[0] == 1
    assert (plan.read_bytes(), len(History().entries(key_of(plan)))) == (before, kept)
    assert "写入检查结果，" in said(capsys, "revert", "计划.xlsx", "--list")[1]


def test_check_with_marks_mends_first(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(plan, "4", "id", None)
    code, text = said(capsys, "check", "计划.xlsx", "--fix-ids", "--mark")
    assert "已补编号 1 个" in text
    assert "没有编号" not in text.partition("已补编号")[2]
    assert code in {0, 1}


def test_where_marks_cannot_be_written_the_findings_are_told_all_the_same(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(plan, "2", "predecessors", "9")
    workbook = openpyxl.load_workbook(plan)
    workbook["检查结果"].protection.sheet = True
    workbook.save(plan)
    code, text = said(capsys, "check", "计划.xlsx", "--mark")
    assert (code, "工作表“检查结果”受保护" in text, "的前置任务“9”不存在" in text) == (2, True, True)
    del workbook["检查结果"]
    workbook.save(plan)
    code, text = said(capsys, "check", "计划.xlsx", "--mark")
    assert (code, "没有工作表“检查结果”" in text, "的前置任务“9”不存在" in text) == (1, True, True)
