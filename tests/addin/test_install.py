"""Installing and taking off, in homes as Windows and a Mac have them."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promo_xl import user_settings
from promo_xl.addin.install import install
from promo_xl.addin.machine import Machine
from promo_xl.addin.uninstall import uninstall
from promo_xl.plan.findings import RefusedError
from promo_xl.user_settings import read_lines, reading
from tests.addin.computers import BUILD, CONTENT, another, linux, mac, tree, windows

XLSTART = "AppData/Roaming/Microsoft/Excel/XLSTART"
MAC_STARTUP = (
    "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel/promo_xl.xlam"
)
MAC_SCRIPT = "Library/Application Scripts/com.microsoft.Excel/xlwings-0.37.8.applescript"
COMPUTERS: list[Callable[..., Machine]] = [windows, mac]
PLANS = "推广计划"


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        act()
    return [finding.code for finding in caught.value.findings]


def test_windows_gets_the_addin_its_settings_and_a_folder(tmp_path: Path) -> None:
    done = install(windows(tmp_path), PLANS)
    assert done.state == "installed"
    assert (tmp_path / XLSTART / "promo_xl.xlam").read_bytes() == CONTENT
    assert (tmp_path / "AppData/Local/promo_xl/work").is_dir()
    text = (tmp_path / ".promo_xl/promo_xl.conf").read_bytes().decode("ascii")
    assert dict(read_lines(text)) == {
        "INTERPRETER_WIN": str(tmp_path / "venv/Scripts/python.exe"),
        "WORK_FOLDER": str(tmp_path / "AppData/Local/promo_xl/work"),
        "OUTPUT_FOLDER": str(tmp_path / "Documents" / PLANS),
        "LANGUAGE": "auto",
        "ADDIN_BUILD": BUILD,
        "ADDIN_SHA256": hashlib.sha256(CONTENT).hexdigest(),
    }


def test_the_folder_for_new_plans_is_made_when_it_is_needed(tmp_path: Path) -> None:
    install(windows(tmp_path), PLANS)
    assert list((tmp_path / "Documents").iterdir()) == []


def test_a_mac_gets_the_script_besides(tmp_path: Path) -> None:
    done = install(mac(tmp_path), PLANS)
    assert (tmp_path / MAC_STARTUP).read_bytes() == CONTENT
    assert (tmp_path / MAC_SCRIPT).read_text() == "-- starts Python\n"
    assert (tmp_path / "Library/Containers/com.microsoft.Excel/Data/promo_xl/work").is_dir()
    assert (tmp_path / "Library/Containers/com.microsoft.Excel/Data/promo_xl.conf").is_file()
    assert done.settings["INTERPRETER_MAC"] == str(tmp_path / "venv/bin/python")


@pytest.mark.parametrize("computer", COMPUTERS)
def test_a_second_time_there_is_nothing_to_do(tmp_path: Path, computer: Callable[..., Machine]) -> None:
    machine = computer(tmp_path, excel_runs=lambda: len(asked) > 0)
    asked: list[str] = []
    install(machine, PLANS)
    asked.append("from now on Excel runs")
    before = tree(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert install(machine, PLANS).state == "same"
    assert tree(tmp_path) == before
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == times


@pytest.mark.parametrize("computer", COMPUTERS)
def test_an_older_one_is_replaced_and_the_planners_settings_stay(
    tmp_path: Path, computer: Callable[..., Machine]
) -> None:
    old = computer(tmp_path, **another("a0" * 32, b"an older add-in"))
    install(old, PLANS)
    own = {"LANGUAGE": "en", "OUTPUT_FOLDER": "D:\\我的 计划", "TEMPLATES": "D:\\模板", "FUTURE": "kept"}
    pairs = {**reading(old.places.settings).known, **own}
    old.places.settings.write_text(user_settings.write_lines(pairs.items()), encoding="ascii")
    done = install(computer(tmp_path), PLANS)
    assert (done.state, old.places.addin.read_bytes()) == ("replaced", CONTENT)
    known = dict(reading(old.places.settings).pairs)
    assert own.items() <= known.items()
    assert known["ADDIN_BUILD"] == BUILD
    assert [path.name for path in old.places.addin.parent.iterdir()] == ["promo_xl.xlam"]


def test_another_python_is_told_even_while_excel_runs(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    install(computer, PLANS)
    other = tmp_path / "other" / "Scripts" / "python.exe"
    other.parent.mkdir(parents=True)
    for name in ("xlwings64-0.37.8.dll", "Scripts/python.exe"):
        (tmp_path / "other" / name).write_bytes(b"")
    moved = replace(computer.python, executable=other, prefix=tmp_path / "other")
    done = install(replace(computer, python=moved, excel_runs=lambda: True), PLANS)
    assert (done.state, done.settings["INTERPRETER_WIN"]) == ("settings", str(other))


@pytest.mark.parametrize("computer", COMPUTERS)
def test_while_excel_runs_nothing_is_changed(tmp_path: Path, computer: Callable[..., Machine]) -> None:
    install(computer(tmp_path, **another("a0" * 32, b"an older add-in")), PLANS)
    running, before = computer(tmp_path, excel_runs=lambda: True), tree(tmp_path)
    assert refused(lambda: install(running, PLANS)) == ["ADDIN_EXCEL_RUNS"]
    assert refused(lambda: uninstall(running)) == ["ADDIN_EXCEL_RUNS"]
    assert tree(tmp_path) == before


def test_what_a_crash_of_excel_left_is_no_hindrance(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    install(windows(tmp_path, **another("a0" * 32, b"an older add-in")), PLANS)
    (tmp_path / XLSTART / "~$promo_xl.xlam").write_bytes(b"owner")
    assert install(computer, PLANS).state == "replaced"
    assert [path.name for path in (tmp_path / XLSTART).iterdir()] == ["promo_xl.xlam"]


def test_an_addin_that_somebody_changed_is_made_whole(tmp_path: Path) -> None:
    install(windows(tmp_path), PLANS)
    (tmp_path / XLSTART / "promo_xl.xlam").write_bytes(b"with something else in it")
    assert install(windows(tmp_path), PLANS).state == "replaced"
    assert (tmp_path / XLSTART / "promo_xl.xlam").read_bytes() == CONTENT


def test_settings_alone(tmp_path: Path) -> None:
    done = install(windows(tmp_path), PLANS, settings_only=True)
    assert done.state == "settings"
    assert list((tmp_path / XLSTART).iterdir()) == []
    assert "ADDIN_BUILD" not in done.settings
    assert install(windows(tmp_path), PLANS, settings_only=True).state == "same"


@pytest.mark.parametrize("content", [b"\0\xff", b"LANGUAGE zh\n", b"x" * 100_000])
def test_settings_that_cannot_be_read_are_put_aside(tmp_path: Path, content: bytes) -> None:
    computer = windows(tmp_path)
    computer.places.settings.parent.mkdir()
    computer.places.settings.write_bytes(content)
    done = install(computer, PLANS)
    assert [note.code for note in done.notes] == ["ADDIN_SETTINGS_REPLACED"]
    assert computer.places.old_settings.read_bytes() == content
    assert reading(computer.places.settings).known["LANGUAGE"] == "auto"


def test_a_second_addin_is_named(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    (tmp_path / "AppData/Roaming/Microsoft/AddIns/promo_xl-0.0.9.xlam").write_bytes(b"old")
    assert [note.code for note in install(computer, PLANS).notes] == ["ADDIN_TWICE"]


def test_moved_documents_are_respected(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    moved = replace(computer, places=replace(computer.places, documents=tmp_path / "OneDrive" / "文档"))
    assert install(moved, PLANS).settings["OUTPUT_FOLDER"] == str(tmp_path / "OneDrive" / "文档" / PLANS)


def test_another_work_folder_is_kept_at_the_next_install(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    install(computer, PLANS, work=tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere").is_dir()
    assert install(computer, PLANS).state == "same"


def test_linux_is_told_what_can_be_done_there(tmp_path: Path) -> None:
    assert refused(lambda: install(linux(tmp_path), PLANS)) == ["ADDIN_NO_EXCEL_HERE"]
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"base_prefix": Path(r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.11_x")}, ["STORE"]),
        ({"executable": Path(r"C:\Users\x\AppData\Local\Microsoft\WindowsApps\python.exe")}, ["STORE", "DLL"]),
        ({"version": (3, 10, 4)}, ["OLD"]),
        ({"packages": {"xlwings": "0.37.8", "pyOpenVBA": "6.5.0"}}, ["PACKAGE"]),
        ({"packages": {}}, ["PACKAGE"]),
        ({"packages": {"xlwings": "0.37.9", "pyOpenVBA": "6.5.0", "pywin32": "308"}}, ["DLL"]),
    ],
)
def test_a_python_that_cannot_serve_is_refused(tmp_path: Path, facts: dict[str, Any], codes: list[str]) -> None:
    computer = windows(tmp_path)
    before = tree(tmp_path)
    unfit = replace(computer, python=replace(computer.python, **facts))
    names = {"STORE": "ADDIN_PYTHON_STORE", "OLD": "ADDIN_PYTHON_OLD", "PACKAGE": "ADDIN_PACKAGE_MISSING"}
    assert refused(lambda: install(unfit, PLANS)) == [names.get(code, "ADDIN_DLL_MISSING") for code in codes]
    assert tree(tmp_path) == before


def test_the_bits_of_python_need_not_be_those_of_excel(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    assert install(replace(computer, python=replace(computer.python, bits=32)), PLANS).state == "installed"


def test_the_real_addin_is_installed_and_known_again(tmp_path: Path) -> None:
    from promo_xl.addin.build import build_addin, build_id
    from promo_xl.addin.doctor import examine

    computer = windows(tmp_path, build=build_addin, build_id=build_id)
    assert install(computer, PLANS).state == "installed"
    assert zipfile.is_zipfile(computer.places.addin)
    assert install(computer, PLANS).state == "same"
    assert [one.finding.code for one in examine(computer) if one.check == "addin"] == ["DOCTOR_ADDIN"]
