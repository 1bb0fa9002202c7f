"""`promo-xl refresh` as a new user meets it: what it asks, how it ends, what it says of places that are none."""

import builtins
import sys
from datetime import date
from pathlib import Path

import pytest

from promo_xl.cli.main import main
from promo_xl.refresh.history_files import FOLDER_VARIABLE
from tests.refresh.exports import plan
from tests.refresh.small_plan import FIRST, Ground, exported

ASKED = "允许读取吗？"


@pytest.fixture(autouse=True)
def path(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh workbook beside the export that it names."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    monkeypatch.chdir(tmp_path)
    exported(tmp_path, {(FIRST, "抖音信息流", "A"): {"spend": 1.0}})
    file = tmp_path / "计划.xlsx"
    file.write_bytes(ground.fresh)
    return file


def said(capsys: pytest.CaptureFixture[str], ground: Ground, *more: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["refresh", "计划.xlsx", "--templates", str(ground.templates), "--lang", "zh", *more])
    return code, capsys.readouterr().out


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str | None) -> None:
    """Somebody sits there and types this; None is the end of the input, as Ctrl+D is."""

    def asked(question: str) -> str:
        assert question.startswith(ASKED)
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(builtins, "input", asked)


@pytest.mark.parametrize("answer", ["", "n", "nein", None])
def test_whoever_does_not_say_yes_has_nothing_read(
    path: Path,
    ground: Ground,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: str | None,
) -> None:
    before = path.read_bytes()
    at_a_terminal(monkeypatch, answer)
    code, text = said(capsys, ground)
    assert code == 2
    assert text.count("导出.csv") == 1, "each place is named once"
    assert "没有读取，也没有改动" in text
    assert path.read_bytes() == before


@pytest.mark.parametrize("answer", ["y", "YES", " 是 ", "好"])
def test_a_yes_holds_for_the_next_time_too(
    path: Path, ground: Ground, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    at_a_terminal(monkeypatch, answer)
    assert "新增 1 行" in said(capsys, ground, "--dry-run")[1]
    monkeypatch.undo()
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv(FOLDER_VARIABLE, str(path.parent / "history"))
    code, text = said(capsys, ground)
    assert (code, "已刷新 计划.xlsx：新增 1 行" in text) == (0, True)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("douyin:123", "不认识的来源类型“douyin”，可用的是：export, folder, "),
        ("https://example.com/a.csv", "这是网址，这里需要本机的文件或文件夹"),
        ("file:///etc/passwd", "这是网址，这里需要本机的文件或文件夹"),
        ("postgresql+psycopg://u@host/db#t", "看不出这是哪个数据库"),
        ("没有.csv", "找不到这个文件"),
        ("shop.db", "写在 # 后面，如 shop.db#readings"),
    ],
)
def test_a_source_that_is_none_is_told_with_what_to_give_instead(
    path: Path, ground: Ground, capsys: pytest.CaptureFixture[str], given: str, told: str
) -> None:
    before = path.read_bytes()
    code, text = said(capsys, ground, "--source", given)
    assert (code, told in text) == (2, True), text
    assert path.read_bytes() == before


def test_one_source_is_not_written_into_several_products(
    path: Path, ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    other = path.with_name("另一个.xlsx")
    other.write_bytes(path.read_bytes())
    before = path.read_bytes()
    code = main(["refresh", ".", "--templates", str(ground.templates), "--lang", "zh", "--source", "导出.csv"])
    assert (code, "不能写进 2 份工作簿" in capsys.readouterr().out) == (2, True)
    assert (path.read_bytes(), other.read_bytes()) == (before, before)


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    path: Path, ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    before = path.read_bytes()
    code, text = said(capsys, ground, "--source", "导出.csv", "--dry-run")
    assert (code, path.read_bytes()) == (0, before)
    assert "新增 1 行" in text
    assert "抖音信息流 · A: 花费 1" in text


def test_what_was_allowed_but_cannot_be_remembered_is_said_once(
    path: Path, ground: Ground, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path.with_name("计划2.xlsx").write_bytes(path.read_bytes())
    Path("file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(Path("file/history").absolute()))
    code = main(["refresh", ".", "--templates", str(ground.templates), "--lang", "zh", "--trust", "--dry-run"])
    text = capsys.readouterr().out
    assert (code, text.count("每次都会再问"), text.count("新增 1 行")) == (0, 1, 2)


def test_in_a_folder_workbooks_without_a_source_are_counted_and_hinder_nothing(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = path.parent / "全部"
    folder.mkdir()
    exported(folder, {(date(2026, 6, 2), "抖音信息流", ""): {"spend": 1.0}})
    plan(folder / "有.xlsx", source_place="导出.csv")
    bare = {plan(folder / f"没有{i}.xlsx", active="no"): b"" for i in range(2)}
    bare = {one: one.read_bytes() for one in bare}
    capsys.readouterr()
    assert main(["refresh", str(folder), "--trust", "--lang", "zh"]) == 0
    text = capsys.readouterr().out
    assert "没有启用的数据源、没有改动的工作簿：2 个" in text
    assert "有.xlsx" in text
    assert "✗" not in text
    assert {one: one.read_bytes() for one in bare} == bare


def test_where_no_workbook_has_a_source_each_says_so(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = path.parent / "全部"
    folder.mkdir()
    for i in range(2):
        plan(folder / f"没有{i}.xlsx", active="no")
    capsys.readouterr()
    assert main(["refresh", str(folder), "--lang", "zh"]) == 2
    assert capsys.readouterr().out.count("没有启用的来源") == 2
