"""Taking the add-in off leaves nothing of ours and everything of others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from promo_xl import user_settings
from promo_xl.addin.doctor_files import fault
from promo_xl.addin.install import install
from promo_xl.addin.machine import Machine
from promo_xl.addin.uninstall import uninstall
from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.history import History
from promo_xl.sheetspec.wording import wording
from tests.addin.computers import mac, tree, windows
from tests.addin.test_install import COMPUTERS, MAC_SCRIPT, MAC_STARTUP, PLANS, XLSTART


@pytest.mark.parametrize("computer", COMPUTERS)
def test_nothing_is_left(tmp_path: Path, computer: Callable[..., Machine]) -> None:
    machine = computer(tmp_path)
    for folder in (machine.places.addin.parent, machine.places.scripts, machine.places.settings.parent.parent):
        if folder is not None:  # Excel's own
            folder.mkdir(parents=True, exist_ok=True)
    if computer is mac:
        machine.places.settings.parent.mkdir()
    before = tree(tmp_path)
    install(machine, PLANS)
    for name in ("20260601-090000-001.request", "20260601-090000-001.xlsx", "20260601-090000-001.answer.tmp"):
        (machine.places.work / name).write_bytes(b"x")
    done = uninstall(machine)
    assert tree(tmp_path) == dict(before) | ({"AppData/Local": b""} if computer is windows else {})
    assert (len(done.files), done.notes) == (6 if computer is mac else 5, ())
    assert uninstall(machine).files == ()


@pytest.mark.parametrize("computer", COMPUTERS)
def test_what_a_crash_left_goes_too(tmp_path: Path, computer: Callable[..., Machine]) -> None:
    machine = computer(tmp_path)
    install(machine, PLANS)
    copies = machine.places.work / "20260601-090000-001.a1b2c3"
    copies.mkdir()
    torn = [copies / "春茶-推广计划.xlsx", machine.places.settings.with_name(".promo_xl-0a1b2c3d4e5f.tmp")]
    torn += [machine.places.scripts / ".promo_xl-0a1b2c3d4e5f.tmp"] if machine.places.scripts else []
    for path in torn:
        path.write_bytes(b"x")
    done = uninstall(machine)
    assert set(torn) <= set(done.files)
    assert not machine.places.work.exists()
    assert done.notes == ()


def test_folders_of_others_stay_whatever_the_settings_say(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    photos = tmp_path / "Documents" / "20260601-090000-001.photos"
    photos.mkdir()
    (photos / "1.jpg").write_bytes(b"mine")
    machine.places.settings.parent.mkdir()
    machine.places.settings.write_bytes(user_settings.write_lines([("WORK_FOLDER", str(photos.parent))]).encode())
    machine.places.work.mkdir(parents=True)
    (machine.places.work / "20260601-090000-002.link").symlink_to(photos, target_is_directory=True)
    uninstall(machine)
    assert (photos / "1.jpg").read_bytes() == b"mine"


def test_links_that_lead_nowhere_go_too(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    machine.places.settings.parent.mkdir()
    for path in (machine.places.addin, machine.places.settings):
        path.symlink_to(tmp_path / "nowhere" / path.name)
    assert uninstall(machine).files == (machine.places.addin, machine.places.settings)
    assert not machine.places.addin.is_symlink()
    assert not machine.places.settings.parent.exists()


def test_older_versions_go_too(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    for place in (
        f"{XLSTART}/promo_xl-0.0.1.xlam",
        f"{XLSTART}/~$promo_xl.xlam",
        "AppData/Roaming/Microsoft/AddIns/Promo_XL.xlam",
    ):
        (tmp_path / place).write_bytes(b"old")
    assert len(uninstall(machine).files) == 3


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine, PLANS)
    others = {
        tmp_path / XLSTART / "PERSONAL.XLSB",
        tmp_path / XLSTART / "my promo_xl.xlam",
        tmp_path / "AppData/Roaming/Microsoft/AddIns/other.xlam",
        machine.places.work / "notes.txt",
        machine.places.settings.parent / "mine.txt",
    }
    for path in others:
        path.write_bytes(b"mine")
    done = uninstall(machine)
    assert all(path.read_bytes() == b"mine" for path in others)
    kept = {str(note.details["folder"]) for note in done.notes if note.code == "ADDIN_FOLDER_KEPT"}
    assert kept == {str(machine.places.work), str(machine.places.settings.parent)}
    assert len(done.notes) == len(kept)


def test_settings_that_cannot_be_read_go_too_and_it_is_said_what_they_may_have_named(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine, PLANS)
    machine.places.settings.write_bytes(b"WORK_FOLDER=D:\\\xe5")
    assert [note.code for note in uninstall(machine).notes] == ["ADDIN_SETTINGS_UNREAD"]
    assert not machine.places.settings.exists()


def test_a_work_folder_that_is_no_path_is_no_hindrance(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    machine.places.settings.parent.mkdir()
    machine.places.settings.write_text(f"WORK_FOLDER=/{'x' * 5000}\n")
    assert uninstall(machine).files == (machine.places.settings,)


def test_a_work_folder_named_by_hostile_settings_keeps_its_files(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    victim = tmp_path / "Documents"
    (victim / "thesis.docx").write_bytes(b"years of work")
    machine.places.settings.parent.mkdir()
    machine.places.settings.write_text(f"WORK_FOLDER={victim}\n")
    uninstall(machine)
    assert [path.name for path in victim.iterdir()] == ["thesis.docx"]


def test_the_history_stays_until_it_is_asked_for(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine, PLANS)
    History(machine.history).record("ab" * 16, "plan.xlsx", "schedule", b"content")
    (machine.history / "ab" / "x").mkdir(parents=True)
    kept = uninstall(machine)
    assert [(note.code, note.details["folder"]) for note in kept.notes] == [
        ("ADDIN_HISTORY_KEPT", str(machine.history))
    ]
    assert len(list((machine.history / ("ab" * 16)).iterdir())) == 2
    done = uninstall(machine, with_history=True)
    assert not (machine.history / ("ab" * 16)).exists()
    assert (machine.history / "ab" / "x").is_dir()
    assert done.notes == ()


def test_a_script_that_was_there_before_stays(tmp_path: Path) -> None:
    (tmp_path / MAC_SCRIPT).parent.mkdir(parents=True)
    (tmp_path / MAC_SCRIPT).write_text("-- starts Python\n")
    machine = mac(tmp_path)
    install(machine, PLANS)
    done = uninstall(machine)
    assert not (tmp_path / MAC_STARTUP).exists()
    assert (tmp_path / MAC_SCRIPT).is_file()
    assert [note.code for note in done.notes] == ["ADDIN_SCRIPT_KEPT"]


def test_a_script_that_somebody_changed_stays(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    install(machine, PLANS)
    (tmp_path / MAC_SCRIPT).write_text("-- starts something else\n")
    assert [note.code for note in uninstall(machine).notes] == ["ADDIN_SCRIPT_KEPT"]


def test_a_work_folder_named_with_a_variable_is_one_folder_for_all(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    work = tmp_path / "AppData/Local" / "talk"
    work.mkdir(parents=True)
    machine.places.settings.parent.mkdir(parents=True)
    machine.places.settings.write_bytes(b"WORK_FOLDER=%LOCALAPPDATA%/talk\r\n")
    assert install(machine, PLANS).settings["WORK_FOLDER"] == str(work)
    (work / "20260601-090000-001.request").write_bytes(b"fault=no Python\r\n")
    assert [finding.code for finding in fault(machine)] == ["DOCTOR_FAULT"]
    uninstall(machine)
    assert not work.exists()


def locked(monkeypatch: pytest.MonkeyPatch, *files: Path) -> None:
    """As Windows answers while another program holds a file."""
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path in files:
            raise PermissionError(13, "The process cannot access the file", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)


@pytest.mark.parametrize("computer", COMPUTERS)
def test_an_addin_that_cannot_be_removed_goes_on_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, computer: Callable[..., Machine]
) -> None:
    machine = computer(tmp_path)
    install(machine, PLANS)
    (machine.places.work / "20260601-090000-001.request").write_bytes(b"x")
    before = tree(tmp_path)
    locked(monkeypatch, machine.places.addin)
    with pytest.raises(RefusedError) as caught:
        uninstall(machine, with_history=True)
    [finding] = caught.value.findings
    assert (finding.code, finding.details["file"]) == ("ADDIN_NOT_REMOVED", str(machine.places.addin))
    assert "加载项仍可使用" in wording("zh").sentence(finding)
    assert tree(tmp_path) == before


def test_what_else_cannot_be_removed_keeps_the_settings_for_a_second_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = windows(tmp_path)
    install(machine, PLANS, work=tmp_path / "talk")
    ticket = tmp_path / "talk" / "20260601-090000-001.request"
    ticket.write_bytes(b"x")
    with monkeypatch.context() as held:
        locked(held, ticket)
        with pytest.raises(RefusedError) as caught:
            uninstall(machine)
    assert [finding.details["file"] for finding in caught.value.findings] == [str(ticket)]
    assert "设置还在" in wording("zh").sentence(caught.value.findings[0])
    assert not machine.places.addin.exists()
    assert machine.places.settings.is_file()
    uninstall(machine)
    assert not ticket.parent.exists()
