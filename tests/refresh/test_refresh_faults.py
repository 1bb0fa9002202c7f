"""Faults in the middle of a refresh: the workbook is the old one or the new one, the history can be read."""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import FOLDER_VARIABLE, key_of
from promo_xl.refresh.revert import revert
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.read import open_workbook
from tests.refresh.small_plan import FIRST, Ground, exported, refreshed

SOURCE = {(FIRST, "抖音", "A"): {"spend": 1.0}, (FIRST, "朋友圈", ""): {"spend": 2.0, "impressions": 3.0}}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL, no limits of processes")


@pytest.fixture
def path(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The fresh workbook beside its export."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    exported(tmp_path, SOURCE)
    file = tmp_path / "计划.xlsx"
    file.write_bytes(ground.fresh)
    return file


def spends(path: Path, book: Book) -> list[tuple[str, float | None]]:
    return sorted((row.channel, row.spend) for row in open_workbook(path, book).promotion.readings)


def left_beside(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir()} - {path.name, "导出.csv", "history"}


LOOP = """
import sys
from pathlib import Path
from promo_xl.refresh.history import History
from promo_xl.refresh.revert import revert
from promo_xl.sheetspec.load import load_book
from tests.refresh.small_plan import refreshed
path, history, book = Path(sys.argv[1]), History(Path(sys.argv[2])), load_book(Path(sys.argv[3]))
print("ready", flush=True)
while True:
    refreshed(path, book, history)
    revert(path, book, history)
"""


def kill_at_random_moments(path: Path, ground: Ground, times: int, seed: int) -> None:
    history, chance = History(), random.Random(seed)
    begun = time.monotonic()
    refreshed(path, ground.book, history)
    took = time.monotonic() - begun
    new = path.read_bytes()
    revert(path, ground.book, history)
    assert path.read_bytes() == ground.fresh != new
    for _ in range(times):
        command = [sys.executable, "-c", LOOP, str(path), str(history.folder), str(ground.templates)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == b"ready"
            time.sleep(chance.uniform(0, 2 * took))
            os.kill(process.pid, signal.SIGKILL)
        assert path.read_bytes() in (ground.fresh, new)
        if path.read_bytes() == ground.fresh:
            refreshed(path, ground.book, history)
        assert path.read_bytes() == new
        assert revert(path, ground.book, history).whole
        assert path.read_bytes() == ground.fresh


@POSIX
def test_a_refresh_that_is_killed_leaves_the_old_or_the_new_workbook(path: Path, ground: Ground) -> None:
    kill_at_random_moments(path, ground, times=5, seed=11)


@POSIX
@pytest.mark.thorough
def test_killed_at_many_moments_it_leaves_the_old_or_the_new_workbook(path: Path, ground: Ground) -> None:
    kill_at_random_moments(path, ground, times=100, seed=time.time_ns())


def test_a_disk_that_is_full_at_any_write_leaves_the_old_workbook(
    path: Path, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, made = os.fsync, 0
    full_at = 0

    def fsync(descriptor: int) -> None:
        nonlocal made
        made += 1
        if made == full_at and not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    refused = 0
    for full_at in range(1, 40):
        made = 0
        try:
            refreshed(path, ground.book, History())
        except RefusedError as refusal:
            assert {f.code for f in refusal.findings} <= {
                "TEMPORARY_UNWRITABLE",
                "OUTPUT_DISK_FULL",
                "HISTORY_UNWRITABLE",
            }
            assert path.read_bytes() == ground.fresh
            with pytest.raises(RefusedError, match="NOTHING_TO_REVERT"):
                revert(path, ground.book)
            refused += 1
        else:
            if made < full_at:
                break
            assert revert(path, ground.book).whole
        assert left_beside(path) == set()
    assert refused >= 4, "the copy, its place in the history, the index, the file itself"


LIMITED = """
import resource, sys
from promo_xl.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(main(sys.argv[2:]))
"""


@POSIX
@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_where_no_file_of_its_size_can_be_written_nothing_is_lost(
    path: Path, ground: Ground, share: float
) -> None:
    limit = str(int(len(ground.fresh) * share))
    command = [sys.executable, "-c", LIMITED, limit, *refresh_command(path, ground)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "")
    assert path.read_bytes() == ground.fresh
    assert left_beside(path) == set()
    assert History().entries(key_of(path)) == []


def refresh_command(path: Path, ground: Ground, *more: str) -> list[str]:
    return ["refresh", str(path), "--trust", "--templates", str(ground.templates), "--lang", "zh", *more]


@pytest.mark.parametrize("owner", ["~$计划.xlsx", ".~lock.计划.xlsx#"])
def test_a_workbook_that_is_open_is_named_and_left_alone(path: Path, ground: Ground, owner: str) -> None:
    path.with_name(owner).write_bytes(b"\x0513800138000")
    with pytest.raises(RefusedError, match="OUTPUT_OPEN"):
        refreshed(path, ground.book, History())
    assert (path.read_bytes(), History().entries(key_of(path))) == (ground.fresh, [])
    path.with_name(owner).unlink()
    assert refreshed(path, ground.book, History()).new == 2


def test_a_workbook_that_is_saved_meanwhile_is_left_to_who_saved_it(
    path: Path, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(copy: Path) -> None:
        copy.write_bytes(copy.read_bytes() + b" ")
        path.write_bytes(b"theirs")

    with pytest.raises(RefusedError, match="CHANGED_MEANWHILE"):
        changed_file(path, "refresh", meanwhile)
    assert (path.read_bytes(), History().entries(key_of(path))) == (b"theirs", [])


def test_two_refreshes_at_once_double_nothing_and_lose_nothing(path: Path, ground: Ground) -> None:
    other = {**SOURCE, (FIRST, "KOL", ""): {"spend": 4.0}}
    (path.parent / "b").mkdir()
    exported(path.parent / "b", other)
    sources = ["导出.csv", "b/导出.csv"]
    for _ in range(3):
        commands = [
            [sys.executable, "-m", "promo_xl", *refresh_command(path, ground, "--source", str(path.parent / one))]
            for one in sources
        ]
        running = [subprocess.Popen(c, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for c in commands]
        said = [process.communicate(timeout=120)[0].decode() for process in running]
        for process, text in zip(running, said, strict=True):
            assert process.returncode in (0, 1) or ("期间" in text or "正在" in text), text
        assert any(process.returncode in (0, 1) for process in running), said
        read = spends(path, ground.book)
        assert len(read) == len(set(read))
        assert set(read) <= {("抖音", 1.0), ("朋友圈", 2.0), ("KOL", 4.0)}
        assert open_workbook(path, load_book(ground.templates)).promotion.readings
        entries = History().entries(key_of(path))
        assert [one.after for one in entries[:-1]] == [one.before for one in entries[1:]], "one after the other"
    assert len(spends(path, ground.book)) == 3
