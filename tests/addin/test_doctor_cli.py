"""`promo-xl addin install`, `uninstall` and `doctor` as a planner meets them, on Windows, a Mac and elsewhere."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from promo_xl import assets, user_settings
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
    assert (code, len(text.splitlines())) == (0, 5)
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


def set_now(machine: Machine) -> dict[str, str]:
    return dict(user_settings.reading(machine.places.settings).pairs)


def test_the_language_given_is_kept_for_excel(
    computer: Callable[..., Machine], capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "install")
    assert set_now(computer())["LANGUAGE"] == "auto"
    assert "Language in Excel: en" in said(capsys, "install", "--lang", "en")[1]
    said(capsys, "install")
    assert set_now(computer())["LANGUAGE"] == "en"


def test_the_templates_given_are_kept_for_excel(
    computer: Callable[..., Machine],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(assets.workbook_templates(), tmp_path / "我的 模板")
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path / "我的 模板") in said(capsys, "install", "--templates", "我的 模板")[1]
    assert set_now(computer())["TEMPLATES"] == str(tmp_path / "我的 模板")
    (tmp_path / "我的 模板" / "theme.yml").write_text(":\n  - [", encoding="utf-8")
    assert said(capsys, "install", "--templates", "我的 模板")[0] == 2


def test_settings_alone_over_an_addin_say_that_it_stays(
    computer: Callable[..., Machine], capsys: pytest.CaptureFixture[str]
) -> None:
    alone = ("install", "--settings-only", "--lang", "zh")
    assert "加载项已经装在" not in said(capsys, *alone)[1]
    code, text = said(capsys, *alone)
    assert (code, str(computer().places.settings) in text) == (0, True)
    assert computer().places.addin.name not in text
    said(capsys, "install", "--lang", "zh")
    code, text = said(capsys, *alone)
    assert (code, "加载项已经装在" in text, "promo-xl addin uninstall" in text) == (0, True, True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--timestamp", "http://time.example"), "没有给证书"),
        (("--sign-with", " "), "没有给证书"),
        (("--templates", "."), "用不到 --templates"),
    ],
)
def test_building_passes_over_no_option_in_silence(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(assets.workbook_templates(), tmp_path, dirs_exist_ok=True)
    code, text = said(capsys, "build", "--lang", "zh", *options)
    assert (code, told in text) == (2, True)
    assert not (tmp_path / "promo_xl.xlam").exists()


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
    assert "There is no Excel on this system (linux)" in said(capsys, "doctor", "--it", "--lang", "en")[1]
    assert "没有 Excel" in said(capsys, "doctor", "--it", "--lang", "zh")[1]
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
    assert not re.search("没有 Excel|no Excel", text)


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
