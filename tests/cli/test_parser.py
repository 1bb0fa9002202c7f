"""What the command line says of its arguments, in the planner's language."""

import re
import sys
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.cli.main import COMMANDS, main
from promo_xl.cli.output import CANNOT, DONE
from promo_xl.cli.parser import wrapped

PAGES = [["--help"], *([name, "--help"] for name in COMMANDS), ["addin", "doctor", "--help"]]


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code, *capsys.readouterr()


def columns(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["check"], "✗ 还缺：WORKBOOK。", "✗ still needed: WORKBOOK."),
        (["templates"], "✗ 还缺：ACTION。", "✗ still needed: ACTION."),
        (["templates", "export"], "✗ 还缺：FOLDER。", "✗ still needed: FOLDER."),
        (["addin", "fly"], "✗ ACTION 写的是 'fly'，应为其中之一：", "✗ ACTION is 'fly', expected one of "),
        (["chek", "a"], "✗ COMMAND 写的是 'chek'，应为其中之一：", "✗ COMMAND is 'chek', expected one of "),
        (["check", "a", "--al=1"], "✗ --all 后面不能写内容，却写了 '1'。", "✗ --all takes no value, but '1' was"),
        (["check", "a", "--nope"], "✗ 不认识：--nope。", "✗ not known: --nope."),
        (["check", "a", "--re", "--templates"], "✗ --templates 后面还缺内容。", "✗ --templates needs a value."),
        (
            ["demo", "--jobs", "两"],
            "✗ --jobs 写的是 '两'，应为整数。",
            "✗ --jobs is '两', expected a whole number.",
        ),
        (["new", "x", "--l", "2026-06-01"], "✗ --l 可能是 --launch, --lang，", "✗ --l may be --launch, --lang;"),
    ],
)
def test_arguments_that_do_not_fit_are_told_in_both_languages(
    capsys: pytest.CaptureFixture[str], arguments: list[str], zh: str, en: str
) -> None:
    for language, usage, sentence in (("zh", "用法：promo-xl ", zh), ("en", "usage: promo-xl ", en)):
        code, out, err = asked(capsys, f"--lang={language}", *arguments)
        assert (code, out) == (CANNOT, "")
        assert err.startswith(usage)
        assert err.splitlines()[-1].startswith(sentence)


def test_what_is_not_known_is_shown_without_its_signs_of_control(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, said = asked(capsys, "--lang=zh", "check", "a", "--\x1b[2J\n✗")
    assert said.splitlines()[-1].startswith("✗ 不认识：--<U+001B>[2J↵✗。")


@pytest.mark.parametrize("arguments", PAGES, ids=" ".join)
@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_is_in_one_language_and_fits_the_terminal(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    width: int,
    arguments: list[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    code, text, _ = asked(capsys, "--lang", language, *arguments)
    assert code == DONE
    assert max(map(columns, text.splitlines())) < width
    english = re.search("usage:|options:|arguments:|show", text)
    assert (english is None) == (language == "zh")
    assert text.startswith("用法：" if language == "zh" else "usage: ")


def test_without_arguments_the_help_is_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMO_XL_LANG", "zh")
    monkeypatch.setattr(sys, "argv", ["promo-xl"])
    assert main() == CANNOT
    assert capsys.readouterr().out == asked(capsys, "--help")[1]


def test_lines_end_behind_wide_signs_and_none_starts_with_a_full_stop() -> None:
    text = "重新计算“需重算”的格子（会改动文件）。"
    assert list(wrapped(text, 18)) == ["重新计算“需重算”", "的格子（会改动文", "件）。"]
    assert list(wrapped(text, 14)) == ["重新计算“需重", "算”的格子（会", "改动文件）。"]
    assert list(wrapped("运行 promo-xl check 看看", 12)) == ["运行", "promo-xl", "check 看看"]


@given(st.text("ab 排期，。“”（）", max_size=40), st.integers(12, 30))
def test_wrapping_keeps_every_sign_but_spaces(text: str, width: int) -> None:
    assert "".join("".join(wrapped(text, width)).split()) == "".join(text.split())
