"""`promo-xl addin install`, `uninstall` and `doctor` as a planner meets them, on Windows, a Mac and elsewhere."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from promo_xl.addin.it_page import LICENCES, POLICIES
from promo_xl.addin.machine import PACKAGES, Machine
from promo_xl.cli import addin_doctor, addin_install, addin_uninstall
from promo_xl.cli.main import main
from promo_xl.sheetspec.wording import wording
from tests.addin.computers import linux, mac, windows


@pytest.fixture(params=[windows, mac])
def computer(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Machine]:
    def use(make: Callable[..., Machine] = request.param, **facts: object) -> Machine:
        machine = make(tmp_path, **facts)
        for module in (addin_install, addin_uninstall, addin_doctor):
            monkeypatch.setattr(module, "this_machine", lambda: machine)
        return machine

    use()
    return use


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["addin", *arguments])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_install_doctor_uninstall(
    computer: Callable[..., Machine], capsys: pytest.CaptureFixture[str], language: str
) -> None:
    lang = ("--lang", language)
    code, text = said(capsys, "install", *lang)
    assert (code, len(text.splitlines())) == (0, 4)
    assert wording(language).word("plans_folder") in text
    assert said(capsys, "install", *lang) == (0, said(capsys, "install", *lang)[1])
    code, text = said(capsys, "doctor", *lang)
    assert code == 0
    assert re.findall("^.", text, re.MULTILINE).count("✗") == 0
    code, text = said(capsys, "uninstall", *lang)
    assert code == 0
    assert "promo_xl.xlam" in text
    assert said(capsys, "uninstall", *lang)[0] == 0
    assert said(capsys, "doctor", *lang)[0] == 1


def test_a_program_reads_json(computer: Callable[..., Machine], capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(said(capsys, "install", "--json")[1])["state"] == "installed"
    report = json.loads(said(capsys, "doctor", "--json")[1])
    assert report["problems"] == 0
    assert {one["state"] for one in report["checks"]} == {"ok", "unknown"}
    assert all(one["message"] for one in report["checks"])
    page = json.loads(said(capsys, "doctor", "--it", "--json")[1])
    assert {one["what"] for one in page["files"]} >= {"addin", "settings", "work", "history", "python"}
    assert len(json.loads(said(capsys, "uninstall", "--json")[1])["removed"]) >= 2


def test_while_excel_runs_it_says_what_to_do(
    computer: Callable[..., Machine], capsys: pytest.CaptureFixture[str]
) -> None:
    computer(excel_runs=lambda: True)
    code, text = said(capsys, "install", "--lang", "zh")
    assert code == 2
    assert "请保存并关闭所有 Excel 窗口" in text


def test_elsewhere_than_on_windows_and_mac(
    computer: Callable[..., Machine], capsys: pytest.CaptureFixture[str]
) -> None:
    computer(linux)
    assert said(capsys, "install", "--lang", "en")[0] == 2
    assert said(capsys, "doctor", "--lang", "en")[0] == 1
    assert said(capsys, "uninstall", "--lang", "en")[0] == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_for_it_names_everything(
    computer: Callable[..., Machine], capsys: pytest.CaptureFixture[str], language: str
) -> None:
    machine = computer()
    main(["addin", "install", "--lang", language])
    code, text = said(capsys, "doctor", "--it", "--lang", language)
    assert code == 0
    for path in (machine.places.addin, machine.places.settings, machine.places.work, machine.history):
        assert str(path) in text
    assert len(re.findall("SHA-256 [0-9a-f]{64}", text)) == (4 if machine.system == "win32" else 3)
    assert all((key in text) == (machine.system == "win32") for _, key in POLICIES)
    assert not re.search("it_(file|policy|processes|network)", text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_of_the_page_has_its_text(language: str) -> None:
    cli = wording(language).labels["cli"]
    wanted = {f"it_policy_{name}" for name, _ in POLICIES} | {f"addin_state_{s}" for s in ("same", "settings")}
    assert wanted <= set(cli)


def test_the_licences_are_those_of_the_packages() -> None:
    spelled = {"BSD 3-clause": "BSD-3-Clause", "MIT License": "MIT"}
    for name in PACKAGES:
        if name != "pywin32":  # for Windows alone
            facts = metadata.metadata(name)
            licence = facts["License-Expression"] or facts["License"]
            assert LICENCES[name] == spelled.get(licence, licence)


@pytest.mark.parametrize(
    ("packages", "named"), [({}, "xlwings, pyOpenVBA, pywin32"), ({"xlwings": "1", "pyOpenVBA": "1"}, "pywin32")]
)
def test_all_that_is_missing_is_named_at_once(
    computer: Callable[..., Machine],
    capsys: pytest.CaptureFixture[str],
    packages: dict[str, str],
    named: str,
) -> None:
    machine = computer(windows)
    computer(windows, python=replace(machine.python, packages=packages))
    code, text = said(capsys, "install", "--lang", "en")
    assert code == 2
    assert named in text
