"""Several commands at once on one file: no change is lost, and one that cannot be made is refused."""

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import key_of
from promo_xl.refresh.revert import revert
from promo_xl.sheetspec.load import load_book

TIMES = 12
MARK = """
import sys, time, zipfile
from pathlib import Path
from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.history import History
path, history, name, times = Path(sys.argv[1]), History(Path(sys.argv[2]), most=100), sys.argv[3], int(sys.argv[4])
def marked(copy):
    with zipfile.ZipFile(copy) as archive:
        text = archive.read("marks")
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("marks", text + name.encode())
def slowly(temporary, target, replace=Path.replace):
    if temporary.name.startswith(".promo_xl-"):
        time.sleep(0.05)
    return replace(temporary, target)
Path.replace = slowly
print("ready", flush=True)
sys.stdin.readline()
done = 0
while done < times:
    try:
        changed_file(path, "repair", marked, history=history)
        done += 1
    except RefusedError as refusal:
        assert [finding.code for finding in refusal.findings] == ["CHANGED_MEANWHILE"], refusal
"""

BACK_AND_FORTH = """
import sys
from pathlib import Path
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.history import History
from promo_xl.refresh.revert import revert
from promo_xl.sheetspec.load import load_book
path, history, new = Path(sys.argv[1]), History(Path(sys.argv[2])), Path(sys.argv[3]).read_bytes()
book = load_book()
print("ready", flush=True)
while True:
    if path.read_bytes() != new:
        changed_file(path, "repair", lambda copy: copy.write_bytes(new), history=history)
    revert(path, book, history)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("marks", b"")
    return path


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history", most=100)


def longer(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes() + b" ")


def marks(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("marks").decode()


def test_of_commands_at_once_each_change_is_kept_or_refused(file: Path, history: History) -> None:
    names = "abc"
    command = [sys.executable, "-c", MARK, str(file), str(history.folder)]
    running = [
        subprocess.Popen([*command, name, str(TIMES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for name in names
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in running:
        process.communicate(timeout=120)
    assert [process.returncode for process in running] == [0, 0, 0]
    assert {name: marks(file).count(name) for name in names} == dict.fromkeys(names, TIMES)
    entries = history.entries(key_of(file))
    assert len(entries) == len(names) * TIMES
    assert [entry.after for entry in entries[:-1]] == [entry.before for entry in entries[1:]]


def test_what_is_changed_while_the_copy_is_saved_is_kept(
    file: Path, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def meanwhile(descriptor: int) -> None:
        real(descriptor)
        if list(file.parent.glob(".promo_xl-*.tmp")):
            file.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(RefusedError, match="CHANGED_MEANWHILE"):
        changed_file(file, "repair", longer, history=history)
    assert (file.read_bytes(), history.entries(key_of(file))) == (b"theirs", [])


def test_while_one_command_changes_a_file_another_waits_and_then_says_so(file: Path, history: History) -> None:
    changed_file(file, "repair", longer, history=history)
    before = file.read_bytes()
    impatient = History(history.folder, patience=0.1)
    with history.alone(key_of(file), file.name):
        for act in (
            lambda: changed_file(file, "repair", longer, history=impatient),
            lambda: revert(file, load_book(), impatient),
        ):
            with pytest.raises(RefusedError, match="BUSY_ELSEWHERE"):
                act()
    assert file.read_bytes() == before
    assert len(history.entries(key_of(file))) == 1


def test_another_file_is_changed_all_the_same(file: Path, history: History) -> None:
    other = file.with_name("b.xlsx")
    other.write_bytes(file.read_bytes())
    with history.alone(key_of(file), file.name):
        changed_file(other, "repair", longer, history=History(history.folder, patience=0.1))
    assert other.read_bytes() != file.read_bytes()


def kill_while_writing(file: Path, history: History, times: int, seed: int) -> None:
    """Nearly all that the process does is to write: the file, its copy, the index."""
    old, new, chance = file.read_bytes(), file.with_name("new"), random.Random(seed)
    changed_file(file, "repair", longer, history=history)
    new.write_bytes(file.read_bytes())
    for _ in range(times):
        command = [sys.executable, "-c", BACK_AND_FORTH, str(file), str(history.folder), str(new)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == b"ready"
            time.sleep(chance.uniform(0, 0.1))
            os.kill(process.pid, signal.SIGKILL)
        assert file.read_bytes() in (old, new.read_bytes())
        entries = history.entries(key_of(file))
        assert entries and all(history.snapshot(entry) in (old, new.read_bytes()) for entry in entries)
        if file.read_bytes() == old:
            changed_file(file, "repair", longer, history=history)
        assert revert(file, load_book(), history).whole
        assert file.read_bytes() == old


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_process_that_is_killed_while_it_writes_leaves_the_old_or_the_new_file(
    file: Path, history: History
) -> None:
    kill_while_writing(file, history, times=5, seed=7)


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_killed_at_many_moments_of_writing_it_leaves_the_old_or_the_new_file(file: Path, history: History) -> None:
    kill_while_writing(file, history, times=150, seed=time.time_ns())
