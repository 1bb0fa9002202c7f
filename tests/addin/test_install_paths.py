"""Which names of users and folders reach Python through Excel, on which Windows."""

from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest

from promo_xl.addin.ansi_path import held, usable
from promo_xl.addin.doctor import examine
from promo_xl.addin.install import install
from promo_xl.addin.places import MAC, WINDOWS
from promo_xl.addin.uninstall import uninstall
from promo_xl.plan.findings import RefusedError
from tests.addin.computers import mac, tree, windows

SHORT = {"张伟": "5A6D~1", "李 雷": "D03F~1", "Jörg": "J9A2~1", "Владимир": "AA0E~1", "100% 我": "100%~1"}


def short(path: str) -> str:
    """The 8.3 form as a Windows that keeps such names gives it."""
    for name, brief in SHORT.items():
        path = path.replace(name, brief)
    return path


def none(path: str) -> str:
    """The answer of a disk without 8.3 names: the path itself."""
    return path


@pytest.mark.parametrize(
    ("user", "page", "with_short", "without"),
    [
        ("Li Lei", 1252, "Li Lei", "Li Lei"),
        ("张伟", 936, "张伟", "张伟"),
        ("张伟", 1252, "5A6D~1", "letters"),
        ("张伟", 65001, "张伟", "张伟"),
        ("李 雷", 936, "李 雷", "李 雷"),
        ("李 雷", 1252, "D03F~1", "letters"),
        ("Anna Müller", 1252, "Anna Müller", "Anna Müller"),
        ("Anna Müller", 936, "Anna Müller", "Anna Müller"),  # as in the pinyin of 女
        ("Jörg", 936, "J9A2~1", "letters"),
        ("Anna Müller", 65001, "Anna Müller", "Anna Müller"),
        ("Владимир", 936, "Владимир", "Владимир"),
        ("Владимир", 1252, "AA0E~1", "letters"),
        ("100% 我", 936, "100% 我", "100% 我"),
        ("100% 我", 1252, "100%~1", "letters"),
        ("😀", 936, "letters", "letters"),
        ("😀", 65001, "😀", "😀"),
        ("A&B (C)^D", 1252, "A&B (C)^D", "A&B (C)^D"),
        ("%TEMP%", 1252, "signs", "signs"),
        ("a%b%c", 65001, "signs", "signs"),
        ("Wow!", 1252, "signs", "signs"),
        ("$(CLSID)", 1252, "signs", "signs"),
        ("张伟", 99999, "5A6D~1", "letters"),
    ],
)
def test_a_path_is_used_as_it_is_or_short_or_not(user: str, page: int, with_short: str, without: str) -> None:
    path = rf"C:\Users\{user}\venv\Scripts\python.exe"
    for ask, expected in ((short, with_short), (none, without)):
        found = usable(path, WINDOWS, page, ask)
        assert (PureWindowsPath(found.text).parts[2] if found.text else found.reason) == expected


def test_a_percent_sign_in_two_folders_makes_a_variable() -> None:
    assert usable(r"C:\Users\50%\100% x\python.exe", WINDOWS, 1252, none).reason == "signs"


@pytest.mark.parametrize("page", [936, 1252, 932, 949, 950, 65001])
def test_plain_letters_are_held_by_every_code_page(page: int) -> None:
    assert held("".join(map(chr, range(32, 127))), page)


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("/Users/lilei/venv/bin/python3.11", True),
        ("/opt/homebrew/opt/python@3.11/bin/python3.11", True),
        ("/Users/li lei/venv/bin/python", False),
        ("/Users/张伟/venv/bin/python", False),
        ("/Users/x/a|b/python", False),
        ("/Users/x/$HOME/python", False),
    ],
)
def test_on_a_mac_the_path_stands_bare_in_a_shell_command(path: str, fits: bool) -> None:
    assert bool(usable(path, MAC, 65001, none).text) == fits


def test_a_home_that_excel_cannot_name_is_refused_with_nothing_changed(tmp_path: Path) -> None:
    computer = replace(windows(tmp_path / "张伟"), code_page=1252)
    before = tree(tmp_path)
    with pytest.raises(RefusedError) as caught:
        install(computer, "plans")
    assert [finding.code for finding in caught.value.findings] == ["ADDIN_PYTHON_PATH", "ADDIN_WORK_PATH"]
    assert tree(tmp_path) == before


def test_python_elsewhere_and_another_work_folder_help(tmp_path: Path) -> None:
    plain = windows(tmp_path / "plain")
    home = windows(tmp_path / "张伟")
    computer = replace(home, python=plain.python, code_page=1252)
    done = install(computer, "plans", work=tmp_path / "work")
    assert done.settings["WORK_FOLDER"] == str(tmp_path / "work")
    assert computer.places.addin.is_file()


def test_the_short_form_stands_in_the_settings(tmp_path: Path) -> None:
    computer = replace(windows(tmp_path / "张伟"), code_page=1252, short_path=short)
    done = install(computer, "plans")
    assert done.settings["INTERPRETER_WIN"] == str(tmp_path / "5A6D~1" / "venv" / "Scripts" / "python.exe")


def test_a_mac_home_with_a_space_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        install(mac(tmp_path / "li lei"), "plans")
    assert "ADDIN_PYTHON_PATH" in [finding.code for finding in caught.value.findings]


@pytest.mark.parametrize("user", ["张伟", "李 雷", "A&B (C)", "100% 我"])
def test_in_a_home_of_any_name_nothing_is_left_however_often_it_is_done(tmp_path: Path, user: str) -> None:
    home = tmp_path / user
    computer = replace(windows(home), code_page=936)
    (home / "AppData" / "Local").mkdir()
    before = tree(home)
    for _ in range(2):
        assert [install(computer, "plans").state for _ in range(2)] == ["installed", "same"]
        assert [one.finding.code for one in examine(computer) if one.state == "problem"] == []
        running = replace(computer, excel_runs=lambda: True)
        with pytest.raises(RefusedError):
            uninstall(running)
        assert install(running, "plans").state == "same"
        assert [len(uninstall(computer).files) for _ in range(2)] == [2, 0]
        assert tree(home) == before
        assert [one.finding.code for one in examine(computer) if one.state == "problem"] == [
            "DOCTOR_NOT_INSTALLED"
        ]


def test_on_a_mac_a_home_of_any_name_needs_only_a_python_elsewhere(tmp_path: Path) -> None:
    elsewhere, computer = mac(tmp_path / "shared"), mac(tmp_path / "张 伟")
    computer = replace(computer, python=elsewhere.python)
    assert [install(computer, "plans").state for _ in range(2)] == ["installed", "same"]
    assert [one.finding.code for one in examine(computer) if one.state == "problem"] == []
    assert [len(uninstall(computer).files) for _ in range(2)] == [3, 0]
