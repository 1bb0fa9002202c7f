"""The doctor: each thing that can be wrong is found, named and mended by what the sentence says."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from promo_xl import user_settings
from promo_xl.addin import doctor_excel, doctor_files, doctor_policy, doctor_python
from promo_xl.addin.doctor import CHECKS, examine
from promo_xl.addin.install import install
from promo_xl.addin.machine import Machine
from promo_xl.addin.registry import Recorded
from promo_xl.addin.uninstall import uninstall
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import wording
from tests.addin.computers import CLICK_TO_RUN, XLSTART_TRUSTED, linux, mac, registry, windows

REQUEST = Path("AppData/Local/promo_xl", "work", "20260601-090000-001.request").as_posix()
XLSTART = "AppData/Roaming/Microsoft/Excel/XLSTART"
USER = r"HKCU\Software\Microsoft\Office\16.0"
GROUP = r"HKCU\Software\Policies\Microsoft\Office\16.0"
CLOUD = r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0"
NO_TRUST = f"{GROUP}\\Excel\\Security\\Trusted Locations\n  AllLocationsDisabled = 1\n"
PE = b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0"


def installed(home: Path, *texts: str, **facts: Any) -> Machine:
    """A Windows on which the add-in was installed, then with further registry and facts."""
    install(windows(home), "plans")
    return windows(home, *texts, **facts)


def said(machine: Machine, check: str) -> list[tuple[str, str]]:
    return [(one.state, one.finding.code) for one in examine(machine) if one.check == check]


def problems(machine: Machine) -> list[str]:
    return [one.finding.code for one in examine(machine) if one.state == "problem"]


@pytest.mark.parametrize("texts", [(), (XLSTART_TRUSTED,)])
def test_a_windows_on_which_all_is_well(tmp_path: Path, texts: tuple[str, ...]) -> None:
    verdicts = list(examine(installed(tmp_path, *texts)))
    assert {one.check for one in verdicts if one.state != "ok"} == {"fault"}  # no button was used yet
    assert [one.check for one in verdicts] == [check.name for check in CHECKS if "win32" in check.systems]


def test_a_mac_on_which_all_is_well(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    install(machine, "plans")
    verdicts = list(examine(machine))
    assert {one.check for one in verdicts if one.state != "ok"} == {"fault"}
    assert [one.check for one in verdicts] == [check.name for check in CHECKS if "darwin" in check.systems]


def test_a_computer_without_excel(tmp_path: Path) -> None:
    assert problems(linux(tmp_path)) == ["ADDIN_NO_EXCEL_HERE"]
    assert ("unknown", "DOCTOR_NOT_WITHOUT") in said(linux(tmp_path), "excel")
    bare = replace(windows(tmp_path), registry=Recorded())
    assert said(bare, "excel") == [("problem", "DOCTOR_NO_EXCEL")]
    assert said(bare, "dll") == [("unknown", "DOCTOR_DLL_BITS")]


def changed(path: str, content: bytes) -> Callable[[Machine], Machine]:
    def change(machine: Machine) -> Machine:
        home = machine.places.documents.parent
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(content)
        return machine

    return change


def without(path: str) -> Callable[[Machine], Machine]:
    def change(machine: Machine) -> Machine:
        (machine.places.documents.parent / path).unlink()
        return machine

    return change


def setting(key: str, value: str) -> Callable[[Machine], Machine]:
    def change(machine: Machine) -> Machine:
        known = dict(user_settings.reading(machine.places.settings).pairs) | {key: value}
        pairs = [(name, text) for name, text in known.items() if text]
        machine.places.settings.write_text(user_settings.write_lines(pairs), encoding="ascii")
        return machine

    return change


def repeated(line: str) -> Callable[[Machine], Machine]:
    def change(machine: Machine) -> Machine:
        with machine.places.settings.open("ab") as stream:
            stream.write(line.encode())
        return machine

    return change


def fact(**facts: Any) -> Callable[[Machine], Machine]:
    return lambda machine: replace(machine, **facts)


def with_python(**facts: Any) -> Callable[[Machine], Machine]:
    return lambda machine: replace(machine, python=replace(machine.python, **facts))


def broken_build() -> str:
    raise RefusedError([Finding("XLWINGS_CHANGED", details={"patch": "p", "version": "9", "file": "f"})])


@dataclass(frozen=True)
class Case:
    """What is done to a Windows on which all was well, and what the doctor says."""

    check: str
    verdict: str
    change: Callable[[Machine], Machine] = lambda machine: machine
    registry: str = ""


EXCEL_EXE = f"{doctor_excel.APP_PATHS[0]}\n   = "
BLOCKED = f"{NO_TRUST}{USER}\\Excel\\Security\n  VBAWarnings = "
MARKED = fact(zone=lambda path: "[ZoneTransfer]\r\nZoneId=3\r\n")
OTHER = "70 00 72", "71 00 72"  # the p of promo_xl as a q
DISABLED = b"\1\0\0\0\x20\0\0\0\x02\0\0\0" + "c:\\x\\xlstart\\promo_xl.xlam\0".encode("utf-16-le")
CASES = {
    "old Excel": Case(
        "excel",
        "problem DOCTOR_EXCEL_OLD",
        registry=f"{doctor_excel.CLICK_TO_RUN}\n  VersionToReport = 15.0.4420\n",
    ),
    "Excel of the Store": Case(
        "excel",
        "unknown DOCTOR_EXCEL_STORE",
        registry=rf"{EXCEL_EXE}C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Excel_16\EXCEL.EXE",
    ),
    "Python of the Store": Case(
        "python",
        "problem ADDIN_PYTHON_STORE",
        with_python(base_prefix=Path(r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12")),
    ),
    "old Python": Case("python", "problem ADDIN_PYTHON_OLD", with_python(version=(3, 9, 1))),
    "no pywin32": Case(
        "packages", "problem ADDIN_PACKAGE_MISSING", with_python(packages={"xlwings": "0.37.8", "pyOpenVBA": "6"})
    ),
    "no xlwings": Case("dll", "unknown DOCTOR_NOT_WITHOUT", with_python(packages={})),
    "no DLL": Case("dll", "problem ADDIN_DLL_MISSING", without("venv/xlwings64-0.37.8.dll")),
    "letters": Case(
        "path", "problem ADDIN_PYTHON_PATH", with_python(executable=Path(r"C:\Users\张伟\venv\Scripts\python.exe"))
    ),
    "PYTHONPATH": Case("variables", "problem DOCTOR_VARIABLE", fact(environment={"PYTHONPATH": r"D:\lib"})),
    "no settings": Case("settings", "problem DOCTOR_NO_SETTINGS", without(".promo_xl/promo_xl.conf")),
    "unreadable settings": Case(
        "settings", "problem DOCTOR_SETTINGS", changed(".promo_xl/promo_xl.conf", "语言=zh".encode())
    ),
    "unknown setting": Case("settings", "unknown DOCTOR_SETTINGS_UNKNOWN", setting("COLOUR", "red")),
    "templates gone": Case(
        "settings", "problem DOCTOR_TEMPLATES", setting(user_settings.TEMPLATES, "/nowhere/templates")
    ),
    "templates that are no path": Case(
        "settings", "problem DOCTOR_TEMPLATES", setting(user_settings.TEMPLATES, "/" + "x" * 5000)
    ),
    "settings twice": Case("settings", "problem DOCTOR_SETTINGS_DOUBLED", repeated("LANGUAGE=en\r\n")),
    "relative work folder": Case("settings", "problem DOCTOR_WORK_RELATIVE", setting(user_settings.WORK, "talk")),
    "Python that is no path": Case(
        "interpreter", "problem DOCTOR_PYTHON_GONE", setting(user_settings.INTERPRETER_WIN, "/" + "x" * 5000)
    ),
    "work folder that is no path": Case(
        "work", "problem DOCTOR_WORK", setting(user_settings.WORK, "/" + "x" * 5000)
    ),
    "Python gone": Case("interpreter", "problem DOCTOR_PYTHON_GONE", without("venv/Scripts/python.exe")),
    "another Python": Case(
        "interpreter", "problem DOCTOR_PYTHON_OTHER", with_python(executable=Path("/usr/bin/python.exe"))
    ),
    "no Python set": Case("interpreter", "unknown DOCTOR_NOT_WITHOUT", setting(user_settings.INTERPRETER_WIN, "")),
    "no add-in": Case("addin", "problem DOCTOR_NO_ADDIN", without(f"{XLSTART}/promo_xl.xlam")),
    "changed add-in": Case("addin", "problem DOCTOR_ADDIN_CHANGED", changed(f"{XLSTART}/promo_xl.xlam", b"virus")),
    "older add-in": Case("addin", "problem DOCTOR_ADDIN_OLD", fact(build_id=lambda: "c2" * 32)),
    "add-in not recorded": Case("addin", "unknown DOCTOR_ADDIN_NOT_RECORDED", setting(user_settings.SHA256, "")),
    "another xlwings": Case("addin", "problem XLWINGS_CHANGED", fact(build_id=broken_build)),
    "an older one besides": Case(
        "twice", "problem DOCTOR_TWICE", changed("AppData/Roaming/Microsoft/AddIns/promo_xl.xlam", b"old")
    ),
    "in the list of add-ins": Case(
        "twice", "problem DOCTOR_TWICE", registry=f'{doctor_files.OPTIONS}\n  OPEN1 = /R "C:\\x\\promo_xl.xlam"\n'
    ),
    "no work folder": Case("work", "problem DOCTOR_WORK", setting(user_settings.WORK, "/nowhere/work")),
    "a fault": Case(
        "fault",
        "problem DOCTOR_FAULT",
        changed(REQUEST, b"fault=Could not load xlwings64\r\n"),
    ),
    "no fault": Case(
        "fault",
        "ok DOCTOR_NO_FAULT",
        changed(REQUEST, b"fault=\r\n"),
    ),
    "VBA off": Case("vba", "problem DOCTOR_VBA_OFF", registry=f"{GROUP}\\Common\n  vbaoff = 1\n"),
    "only signed": Case("macros", "problem DOCTOR_MACROS", registry=f"{BLOCKED}3\n"),
    "never": Case("macros", "problem DOCTOR_MACROS", registry=f"{BLOCKED}4\n"),
    "asks": Case("macros", "problem DOCTOR_UNTRUSTED", registry=NO_TRUST),
    "all run": Case("macros", "ok DOCTOR_MACROS_ALL", registry=f"{BLOCKED}1\n"),
    "never, but trusted": Case(
        "macros", "ok DOCTOR_TRUSTED", registry=f"{USER}\\Excel\\Security\n  VBAWarnings = 4\n"
    ),
    "the cloud goes before the user": Case(
        "macros",
        "problem DOCTOR_MACROS",
        registry=f"{BLOCKED}1\n{CLOUD}\\Excel\\Security\n  vbawarnings = 4\n",
    ),
    "locations of policies alone": Case(
        "macros",
        "problem DOCTOR_UNTRUSTED",
        registry=f"{GROUP}\\Common\\Security\\Trusted Locations\n  allow user locations = 0\n{XLSTART_TRUSTED}",
    ),
    "a policy trusts the folder": Case(
        "macros",
        "ok DOCTOR_TRUSTED",
        registry=f"{GROUP}\\Common\\Security\\Trusted Locations\n  allow user locations = 0\n"
        f"{GROUP}\\Excel\\Security\\Trusted Locations\\Location5\n  path = %APPDATA%\\Microsoft\n"
        "  allowsubfolders = 1\n",
    ),
    "XLSTART taken off the list": Case(
        "macros",
        "problem DOCTOR_UNTRUSTED",
        registry=f"{USER}\\Excel\\Security\\Trusted Locations\\Location2\n  Path = C:\\Templates\\\n",
    ),
    "from the internet": Case("internet", "problem DOCTOR_MARK", MARKED, NO_TRUST),
    "from the internet, trusted": Case("internet", "unknown DOCTOR_MARK_TRUSTED", MARKED),
    "add-ins off": Case(
        "addins", "problem DOCTOR_ADDINS_OFF", registry=f"{USER}\\Excel\\Security\n  DisableAllAddins = 1\n"
    ),
    "signed add-ins": Case(
        "addins",
        "problem DOCTOR_ADDINS_SIGNED",
        registry=f"{NO_TRUST}{GROUP}\\Excel\\Security\n  RequireAddinSig = 1\n",
    ),
    "signed add-ins, but trusted": Case(
        "addins", "ok DOCTOR_ADDINS", registry=f"{GROUP}\\Excel\\Security\n  RequireAddinSig = 1\n"
    ),
    "disabled": Case(
        "disabled",
        "problem DOCTOR_DISABLED",
        registry=f"{doctor_policy.DISABLED_ITEMS}\n  3F2A = hex:{DISABLED.hex(' ')}\n",
    ),
    "another is disabled": Case(
        "disabled",
        "ok DOCTOR_NOT_DISABLED",
        registry=f"{doctor_policy.DISABLED_ITEMS}\n  3F2A = hex:{DISABLED.hex(' ').replace(*OTHER)}\n",
    ),
    "no cmd.exe": Case(
        "cmd", "problem DOCTOR_CMD", registry=f"{doctor_policy.COMMAND_PROMPT}\n  DisableCMD = 2\n"
    ),
}


def test_a_second_start_folder_is_looked_at_too(tmp_path: Path) -> None:
    machine = installed(tmp_path)
    for folder, verdict in (
        (tmp_path / "more", ("problem", "DOCTOR_TWICE")),
        (tmp_path / XLSTART, ("ok", "DOCTOR_ONCE")),
    ):
        folder.mkdir(exist_ok=True)
        (tmp_path / "more" / "promo_xl.xlam").write_bytes(b"another")
        known = registry(CLICK_TO_RUN, f"{doctor_files.OPTIONS}\n  AltStartup = {folder}\n")
        assert said(replace(machine, registry=known), "twice") == [verdict]


@pytest.mark.parametrize("computer", [windows, mac])
def test_where_nothing_is_installed_one_line_says_so(tmp_path: Path, computer: Callable[..., Machine]) -> None:
    verdicts = list(examine(computer(tmp_path)))
    assert [(one.state, one.finding.code) for one in verdicts if one.state != "ok"] == [
        ("problem", "DOCTOR_NOT_INSTALLED")
    ]
    assert not {one.check for one in verdicts} & {"interpreter", "addin", "work", "script", "internet", "fault"}


def test_once_taken_off_it_is_as_if_it_had_never_been(tmp_path: Path) -> None:
    machine = installed(tmp_path)
    uninstall(machine)
    assert problems(machine) == ["DOCTOR_NOT_INSTALLED"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_may_not_be_looked_at_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    machine, is_file = installed(tmp_path), Path.is_file

    def denied(path: Path) -> bool:
        if path == machine.places.addin:
            raise PermissionError(13, "Access is denied", str(path))
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", denied)
    [found] = [one.finding for one in examine(machine) if one.check == "addin"]
    sentence = wording(language).sentence(found)
    assert str(machine.places.addin) in sentence
    assert "Access is denied" in sentence


@pytest.mark.parametrize(("language", "hour"), [("zh", "2026-06-01 09:00"), ("en", "2026-06-01 09:00")])
def test_a_fault_is_told_with_its_day_and_hour(tmp_path: Path, language: str, hour: str) -> None:
    machine = changed(REQUEST, b"fault=no Python\r\n")(installed(tmp_path))
    [found] = [one.finding for one in examine(machine) if one.check == "fault"]
    assert hour in wording(language).sentence(found)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("computer", [windows, mac])
def test_what_is_well_is_told_without_the_words_of_programmers(
    tmp_path: Path, computer: Callable[..., Machine], language: str
) -> None:
    machine = computer(tmp_path)
    install(machine, "plans")
    text = "\n".join(wording(language).sentence(one.finding) for one in examine(machine))
    assert not re.search("代码页|code page|65001|程序包|Packages|称呼|DLL", text)


def test_of_a_fault_told_twice_the_first_counts(tmp_path: Path) -> None:
    machine = changed(REQUEST, b"fault=no Python\r\nfault=\r\n")(installed(tmp_path))
    assert said(machine, "fault") == [("problem", "DOCTOR_FAULT")]


def test_installing_again_mends_the_settings(tmp_path: Path) -> None:
    machine = setting(user_settings.WORK, "talk")(installed(tmp_path))
    repeated("LANGUAGE=en\r\n")(machine)
    done = install(machine, "plans")
    assert [note.code for note in done.notes] == ["ADDIN_WORK_RELATIVE"]
    assert problems(machine) == []
    assert dict(user_settings.reading(machine.places.settings).pairs)["LANGUAGE"] == "auto"


def test_settings_alone_are_no_fault(tmp_path: Path) -> None:
    install(windows(tmp_path), "plans", settings_only=True)
    assert said(windows(tmp_path), "addin") == [("ok", "DOCTOR_SETTINGS_ONLY")]
    assert problems(windows(tmp_path)) == []


def test_settings_alone_bring_a_mac_the_script_that_buttons_need(tmp_path: Path) -> None:
    install(mac(tmp_path), "plans", settings_only=True)
    assert said(mac(tmp_path), "script") == [("ok", "DOCTOR_SCRIPT")]
    assert problems(mac(tmp_path)) == []
    assert len(uninstall(mac(tmp_path)).files) == 2


def examined(name: str, home: Path) -> list[Finding]:
    case = CASES[name]
    machine = case.change(installed(home))
    known = registry(CLICK_TO_RUN, case.registry)
    found = [one for one in examine(replace(machine, registry=known)) if one.check == case.check]
    assert case.verdict in [f"{one.state} {one.finding.code}" for one in found]
    return [one.finding for one in found]


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_found(tmp_path: Path, name: str) -> None:
    examined(name, tmp_path)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", CASES)
def test_a_verdict_is_a_whole_sentence(tmp_path: Path, name: str, language: str) -> None:
    for finding in examined(name, tmp_path):
        sentence = wording(language).sentence(finding)
        assert not sentence.startswith(finding.code)
        assert "…" not in sentence.replace("%…%", "").replace("Trusted Locations…", "")
        assert "{" not in sentence


def test_every_verdict_that_the_doctor_knows_is_tried() -> None:
    modules = (doctor_excel, doctor_files, doctor_policy, doctor_python)
    texts = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules]
    known = {code for text in texts for code in re.findall(r'(?:wrong|unseen)\(\s*"(\w+)"', text)}
    tried = {case.verdict.split()[1] for case in CASES.values()}
    elsewhere = {
        "ADDIN_NO_EXCEL_HERE",
        "DOCTOR_NO_EXCEL",
        "DOCTOR_NOT_INSTALLED",
        "DOCTOR_DLL_BITS",
        "DOCTOR_NO_REQUEST",
        "DOCTOR_NO_SCRIPT",
        "DOCTOR_SCRIPT_CHANGED",
        "DOCTOR_ADDIN_UNREADABLE",
    }
    assert known - tried == elsewhere


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda script: script.unlink(), "DOCTOR_NO_SCRIPT"),
        (lambda script: script.write_text("-- another"), "DOCTOR_SCRIPT_CHANGED"),
    ],
)
def test_on_a_mac_the_script_is_looked_at(tmp_path: Path, change: Callable[[Path], object], code: str) -> None:
    machine = mac(tmp_path)
    install(machine, "plans")
    assert machine.places.scripts is not None
    change(machine.places.scripts / "xlwings-0.37.8.applescript")
    assert said(machine, "script") == [("problem", code)]


@pytest.mark.parametrize(("kind", "bits"), [(0x14C, 32), (0x8664, 64), (0xAA64, 64), (0x1C0, 0)])
def test_bits_are_read_from_the_program_itself(tmp_path: Path, kind: int, bits: int) -> None:
    program = tmp_path / "EXCEL.EXE"
    program.write_bytes(PE + struct.pack("<H", kind))
    assert doctor_excel.bits_of(program) == bits


@pytest.mark.parametrize("content", [b"", b"MZ", b"#!/bin/sh" * 20, PE[:64] + b"NE\0\0", PE])
def test_what_is_no_program_has_no_bits(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "EXCEL.EXE").write_bytes(content)
    assert doctor_excel.bits_of(tmp_path / "EXCEL.EXE") == 0


def test_a_32_bit_excel_takes_the_other_dll(tmp_path: Path) -> None:
    program = tmp_path / "EXCEL.EXE"
    program.write_bytes(PE + struct.pack("<H", 0x14C))
    machine = installed(tmp_path)
    office = replace(machine, registry=registry(f"{EXCEL_EXE}{program}\n"))
    (found,) = [one.finding for one in examine(office) if one.check == "dll"]
    assert str(found.details["file"]).endswith("xlwings32-0.37.8.dll")
    (tmp_path / "venv/xlwings32-0.37.8.dll").unlink()
    assert said(office, "dll") == [("problem", "ADDIN_DLL_MISSING")]


def test_an_excel_installed_by_msi_is_found(tmp_path: Path) -> None:
    text = (
        f"{doctor_excel.INSTALL_ROOT}\n  Path = C:\\Office16\\\n{doctor_excel.CURRENT}\n   = Excel.Application.16"
    )
    found = doctor_excel.found_excel(
        replace(windows(tmp_path), registry=registry(text, f"{doctor_excel.OUTLOOK}\n  Bitness = x86\n"))
    )
    assert found is not None
    assert (found.kind, found.version, found.bits) == ("msi", "16", 32)
