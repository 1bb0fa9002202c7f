"""Where text meets the terminal: hostile signs, output that fails, readers that go, and Ctrl+C."""

import errno
import io
import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from promo_xl.cli import check, terminal
from promo_xl.cli.main import main
from promo_xl.cli.output import CANNOT, DONE, FOUND, INTERRUPTED, Console
from promo_xl.plan.findings import Finding
from promo_xl.sheetspec.wording import wording

HOSTILE = "a\x1b[2J\x07\x9b\u202exslx\u2066\u2028\x85b.xlsx"
SHOWN = "a<U+001B>[2J<U+0007><U+009B><U+202E>xslx<U+2066><U+2028><U+0085>b.xlsx"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMO_XL_LANG", "zh")


class Failing(io.StringIO):
    """An output that takes nothing."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.error = OSError(number, os.strerror(number))

    def write(self, text: str) -> int:
        raise self.error


def test_signs_that_would_act_on_the_terminal_are_shown_by_their_number(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", HOSTILE]) == CANNOT
    said = capsys.readouterr().out
    assert SHOWN in said
    assert terminal.visible(said) == said


def test_json_holds_every_sign_and_none_that_acts(capsys: pytest.CaptureFixture[str]) -> None:
    name = f"{HOSTILE}\ud800"
    main(["check", name, "--json"])
    said = capsys.readouterr().out
    assert terminal.visible(said) == said
    assert list(json.loads(said)) == [name]


def test_what_a_cell_says_makes_no_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    words = wording("zh")
    finding = Finding("NO_WORKBOOKS", details={"found": "一\n没有发现问题\x1b[0m"}, place="表\n!A1")
    Console(words).findings([finding])
    Console(words).say("can_revert", file=Path("a\nb.xlsx"))
    assert capsys.readouterr().out.splitlines() == [
        "✗ 表↵!A1: “一↵没有发现问题<U+001B>[0m”里没有工作簿。请指定 .xlsx 文件或含有它们的文件夹。",
        '要撤销，请运行：promo-xl revert "a↵b.xlsx"',
    ]
    assert "一\n没有发现问题\x1b[0m" in words.sentence(finding)  # cells hold it as it is


@pytest.mark.parametrize("arguments", [["check", "no.xlsx"], ["check", "no.xlsx", "--json"], ["--help"]])
def test_an_output_that_fails_is_told_in_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", Failing(errno.ENOSPC))
    assert main(arguments) == CANNOT
    said = capsys.readouterr().err
    assert said.startswith("写不出结果")
    assert said.count("\n") == 1


def test_a_reader_that_has_gone_is_met_with_silence() -> None:
    command = [sys.executable, "-m", "promo_xl", "check", "no.xlsx"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdout.close()
    with run.stderr:
        assert run.stderr.read() == b""
    assert run.wait() == FOUND


def test_a_program_without_an_output_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["templates", "export", "own"]) == DONE


def test_ctrl_c_ends_with_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(options: Namespace, console: Console) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "run", interrupted)
    assert main(["check", "no.xlsx"]) == INTERRUPTED
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
