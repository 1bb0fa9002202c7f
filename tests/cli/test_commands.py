"""The command line as a planner meets it: exit codes, sentences, and JSON for programs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from promo_xl.cli.batch_report import MOST_SHOWN
from promo_xl.cli.main import main
from promo_xl.cli.output import CANNOT, DONE
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from tests.proof.made import changed

LIST = "产品,上市日期\n清泉,2026-06-01\n坏的,后天\n=1+1,2026-06-15\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMO_XL_LANG", "zh")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    return code, capsys.readouterr().out


def test_a_bad_product_is_named_with_its_cell_and_the_others_are_made(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = said(capsys, "batch", "list.csv", "-o", "出 来", "--as-of", "2026-06-01")
    assert code == 1
    assert "已生成工作簿：2 个" in text
    assert "list.csv › B3 (坏的): “上市日期”写的是“后天”" in text
    assert sorted(path.name for path in (here / "出 来").iterdir()) == [
        "=1+1-推广计划.xlsx",
        "promo_xl-manifest.jsonl",
        "未生成的产品.csv",
        "清泉-推广计划.xlsx",
    ]


def test_json_is_all_that_a_program_reads(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "batch", "list.csv", "-o", "out", "--json")
    report = json.loads(text)
    assert code == 1
    assert [Path(path).name for path in report["made"]] == ["清泉-推广计划.xlsx", "=1+1-推广计划.xlsx"]
    assert [finding["place"] for finding in report["findings"]] == ["list.csv › B3"]


def test_a_list_that_could_not_be_written_is_not_named_as_the_place_of_the_reasons(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"产品{n}" for n in range(MOST_SHOWN + 2)]
    (here / "many.csv").write_text(
        "产品,上市日期\n" + "".join(f"{name},2026-06-01\n" for name in names), encoding="utf-8"
    )
    for number in range(1, 10):
        (here / "out" / f"未生成的产品{f'-{number}' if number > 1 else ''}.csv").mkdir(parents=True)
    for name in names:
        (here / "out" / f"{name}-推广计划.xlsx").mkdir()
    code, text = said(capsys, "batch", "many.csv", "-o", "out", "--jobs", "1")
    assert code == 1
    assert "原因都在未生成的产品清单里" not in text
    assert "还有 2 个，清单也没能写出" in text


def test_the_demo_tells_its_story_and_has_no_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "demo", "-o", "demo", "--jobs", "1")
    assert code == 0
    assert "6 个" in text
    assert "1:8" in text
    assert main(["check", "demo"]) == 0


def test_what_init_writes_is_not_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "products.xlsx"]) == 0
    before = (here / "products.xlsx").read_bytes()
    code, text = said(capsys, "init", "products.xlsx")
    assert (code, (here / "products.xlsx").read_bytes()) == (2, before)
    assert "--overwrite" in text


def test_exported_templates_are_used_and_an_export_never_overwrites(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["templates", "export", "own"]) == 0
    theme = here / "own" / "choices.yml"
    theme.write_text(theme.read_text(encoding="utf-8").replace("zh: 未开始", "zh: 待启动"), encoding="utf-8")
    assert main(["new", "新品", "--launch", "2026-06-01", "--templates", "own", "-o", "out"]) == 0
    assert main(["check", "out", "--templates", "own"]) == 0
    assert main(["templates", "export", "own"]) == 2
    assert "待启动" in theme.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["batch", "nothing.csv", "-o", "out"], "找不到这个文件"),
        (["batch", "list.csv", "-o", "list.csv/out"], "建不了"),
        (["check", "list.csv"], "不是 promo_xl 生成的"),
        (["check", "."], "没有工作簿"),
        (["new", "新品", "--launch", "2026-02-30", "-o", "out"], "不是日期"),
        (["new", "新品", "--launch", "2026-06-01", "--end", "2026-05-01"], "却在"),
        (["new", "新品", "--launch", "2026-06-01", "--budget", "很多"], "不是金额"),
        (["demo", "--lang", "xx"], "没有语言"),
        (["demo", "--jobs", "0"], "进程数"),
        (["demo", "--templates", "."], "不是模板文件夹"),
        (["init", "list.csv"], "xlsx"),
    ],
)
def test_what_cannot_run_says_why_and_ends_with_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    code, text = said(capsys, *arguments)
    assert code == 2
    assert sentence in text


@pytest.mark.parametrize("command", [["check"], ["repair"], ["schedule"], ["convert", "--host", "xlam"]])
def test_every_argument_that_means_no_workbook_is_named(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    wrong = ["没有/*.xlsx", "a" * 400, f"{'a' * 400}/*.xlsx", "a\0b", "a\0/*", "list.csv/*", ""]
    code, text = said(capsys, *command, "list.csv", *wrong)
    assert (code, text.count("里没有工作簿"), text.count("\n")) == (2, len(wrong), len(wrong))


@pytest.mark.parametrize("command", ["repair", "schedule"])
def test_what_is_no_workbook_is_told_in_plain_words(capsys: pytest.CaptureFixture[str], command: str) -> None:
    code, text = said(capsys, command, "list.csv")
    sentence = "这不是 Excel 工作簿，或没有下载完整。请重新下载，或在 Excel 里打开它，另存为 .xlsx。"
    assert (code, text) == (2, f"✗ list.csv: {sentence}\n")


def test_the_program_speaks_chinese_on_a_terminal_that_knows_only_ascii() -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PROMO_XL_LANG": "zh"}
    command = [sys.executable, "-m", "promo_xl", "check", "没有.xlsx"]
    run = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert run.returncode == 2
    assert "找不到这个文件" in run.stdout.decode("utf-8")


def test_the_place_of_the_language_does_not_matter(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--lang", "en", "check", "no.xlsx") == said(capsys, "check", "no.xlsx", "--lang", "en")


def test_check_mends_ids_and_remembered_values_and_says_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "新品", "--launch", "2026-06-01", "--lang", "zh", "-o", ".")
    path = here / "新品-推广计划.xlsx"
    opened = open_workbook(path, load_book())
    tasks, targets = opened.tables["tasks"], opened.tables["targets"]
    sheet, row, goal = targets.grid.name, targets.numbers[0], targets.columns["goal"]
    twice = Change(tasks.grid.name, tasks.numbers[-1], tasks.columns["id"], "5.1")
    patch_workbook(path, [twice, Change(sheet, row, goal, "2000万次")])
    code, text = said(capsys, "check", str(path), "--fix-ids", "--lang", "zh")
    assert code == DONE
    assert f"推广执行甘特图!A{tasks.numbers[-1]}: 给了编号 5.2（原来是“5.1”）。" in text
    assert "已补编号 1 个" in text
    again = open_workbook(path, load_book())
    assert [task.id for task in again.promotion.tasks[-2:]] == ["5.1", "5.2"]
    assert again.tables["targets"].rows[0]["goal_value_kept"] == 20_000_000
    assert "已重新计算 0 格" in said(capsys, "check", str(path), "--recalculate", "--lang", "zh")[1]


def test_convert_says_how_many_formulas_changed_and_what_it_left(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "new", "新品", "--launch", "2026-06-01", "--lang", "zh", "-o", ".")
    path = here / "新品-推广计划.xlsx"
    assert said(capsys, "convert", path.name, "--host", "xlam") == (DONE, f"无需改动：{path.name}\n")
    code, text = said(capsys, "convert", path.name, "--host", "officejs")
    assert (code, re.fullmatch(rf"已改 [0-9]+ 个公式：{path.name}\n", text) is not None) == (DONE, True)

    def own_formula(entries: dict[str, bytes]) -> None:
        row = b'<row r="1000"><c r="B1000"><f>_xldudf_PROMO_ROI(1,2)</f><v>2</v></c></row></sheetData>'
        entries["xl/worksheets/sheet1.xml"] = entries["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", row)

    changed(path, here / "own.xlsx", own_formula)
    code, text = said(capsys, "convert", "own.xlsx", "--host", "none")
    assert code == DONE
    assert "▲ own.xlsx: 还有 1 个公式调用加载项" in text
    assert "项目信息!B1000" in text
    report = json.loads(said(capsys, "convert", "own.xlsx", path.name, "--host", "none", "--json")[1])
    assert (report["changed"]["own.xlsx"], report["changed"][path.name] > 10, report["refused"]) == (0, True, {})
    assert [finding["code"] for finding in report["left"]["own.xlsx"]] == ["CONVERT_LEFT"]
    assert report["left"][path.name] == []


def test_convert_refuses_what_has_no_live_formulas_and_converts_the_others(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "new", "一号", "--launch", "2026-06-01", "--lang", "zh", "-o", ".", "--host", "none")
    said(capsys, "new", "二号", "--launch", "2026-06-01", "--lang", "zh", "-o", ".")
    code, text = said(capsys, "convert", ".", "--host", "officejs")
    assert code == CANNOT
    assert "“一号-推广计划.xlsx”里没有实时公式" in text
    assert re.search("已改 [0-9]+ 个公式：二号-推广计划.xlsx", text)
    assert said(capsys, "convert", "list.csv", "--host", "none")[0] == CANNOT
