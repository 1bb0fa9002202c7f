"""Laws of writing files."""

import errno
import gc
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
import xlsxwriter

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.workbook.atomic import write_atomically

OLD, NEW = b"the old file", b"the new file"
NOBODY = 65534


def refusal_of(action: Callable[[], object]) -> Finding:
    with pytest.raises(RefusedError) as caught:
        action()
    (finding,) = caught.value.findings
    return finding


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """For root nothing is forbidden, so be somebody else for a moment."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "面膜 计划.xlsx"
    path.write_bytes(OLD)
    return path


def assert_untouched(target: Path) -> None:
    assert target.read_bytes() == OLD
    assert [path.name for path in target.parent.iterdir() if path.name.startswith(".promo_xl-")] == []


def test_bytes_replace_the_old_file(target: Path) -> None:
    write_atomically(target, NEW)
    assert list(target.parent.iterdir()) == [target]
    assert target.read_bytes() == NEW


def test_a_new_file_gets_the_usual_rights_and_an_old_one_keeps_its_own(target: Path) -> None:
    fresh, usual = target.with_name("fresh"), target.with_name("usual")
    usual.touch()
    write_atomically(fresh, NEW)
    assert stat.S_IMODE(fresh.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
    target.chmod(0o640)
    write_atomically(target, NEW)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_writer_of_workbooks_can_write_into_the_stream(target: Path) -> None:
    def fill(stream: IO[bytes]) -> None:
        workbook = xlsxwriter.Workbook(stream)
        workbook.add_worksheet().write(0, 0, "面膜")
        workbook.close()

    write_atomically(target, fill)
    assert target.read_bytes().startswith(b"PK")


def test_a_link_stays_a_link(target: Path) -> None:
    link = target.with_name("link.xlsx")
    link.symlink_to(target)
    write_atomically(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


@pytest.mark.parametrize(
    "error", [ValueError("broken"), KeyboardInterrupt(), FileNotFoundError(2, "no", "logo.png")]
)
def test_a_writer_that_fails_leaves_the_old_file_and_its_own_error(target: Path, error: BaseException) -> None:
    def fill(stream: IO[bytes]) -> None:
        stream.write(NEW)
        raise error

    with pytest.raises(type(error)) as caught:
        write_atomically(target, fill)
    assert caught.value is error
    assert_untouched(target)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    finding = refusal_of(lambda: write_atomically(tmp_path / "没有" / "a.xlsx", NEW))
    assert finding.code == "OUTPUT_FOLDER_MISSING"
    assert (finding.place, finding.details) == ("a.xlsx", {"folder": str(tmp_path / "没有")})


def test_a_file_is_no_folder(target: Path) -> None:
    assert refusal_of(lambda: write_atomically(target / "a.xlsx", NEW)).code == "OUTPUT_NOT_A_FOLDER"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal_of(lambda: write_atomically(tmp_path, NEW)).code == "OUTPUT_IS_FOLDER"


def test_a_folder_that_may_not_be_written_is_named(target: Path) -> None:
    target.parent.chmod(0o555)
    with as_ordinary_user():
        finding = refusal_of(lambda: write_atomically(target.with_name("new.xlsx"), NEW, patience=0))
    target.parent.chmod(0o755)
    assert finding.code == "OUTPUT_FOLDER_READ_ONLY"
    assert_untouched(target)


def test_a_file_that_may_not_be_written_is_kept(target: Path) -> None:
    target.chmod(0o444)
    target.parent.chmod(0o777)
    for folder in list(target.parent.parents)[:-1]:  # an ordinary user may pass through them
        if folder.stat().st_mode & 0o011 != 0o011:
            folder.chmod(folder.stat().st_mode | 0o011)
    with as_ordinary_user():
        finding = refusal_of(lambda: write_atomically(target, NEW))
    assert finding.code == "OUTPUT_READ_ONLY"
    assert_untouched(target)


@pytest.mark.parametrize("owner_name", ["~$面膜 计划.xlsx", ".~lock.面膜 计划.xlsx#"])
def test_a_workbook_that_is_open_elsewhere_is_kept(target: Path, owner_name: str) -> None:
    target.with_name(owner_name).touch()
    finding = refusal_of(lambda: write_atomically(target, NEW))
    assert (finding.code, finding.details) == ("OUTPUT_OPEN", {"owner_file": owner_name})
    assert_untouched(target)


def test_a_workbook_that_is_opened_while_writing_is_kept(target: Path) -> None:
    def fill(stream: IO[bytes]) -> None:
        target.with_name(f"~${target.name}").touch()

    assert refusal_of(lambda: write_atomically(target, fill)).code == "OUTPUT_OPEN"
    assert_untouched(target)


def test_a_lock_is_waited_for_and_then_named(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(source: Path, destination: Path) -> Path:
        raise PermissionError(errno.EACCES, "sharing violation", str(source))

    monkeypatch.setattr(Path, "replace", locked)
    start = time.monotonic()
    assert refusal_of(lambda: write_atomically(target, NEW, patience=0.3)).code == "OUTPUT_OPEN"
    assert 0.3 <= time.monotonic() - start < 3
    assert_untouched(target)


def test_a_lock_that_goes_away_does_no_harm(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = Path.replace, iter([True, True, False])

    def locked_twice(source: Path, destination: Path) -> Path:
        if next(tries):
            raise PermissionError(errno.EACCES, "sharing violation", str(source))
        return real(source, destination)

    monkeypatch.setattr(Path, "replace", locked_twice)
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW


def test_each_try_looks_at_the_old_file_first(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(source: Path, destination: Path) -> Path:
        raise PermissionError(errno.EACCES, "sharing violation", str(source))

    def unchanged() -> None:
        if next(looks) == "changed":
            raise RefusedError([Finding("CHANGED_MEANWHILE")])

    looks = iter(["same", "same", "changed"])
    monkeypatch.setattr(Path, "replace", locked)
    assert refusal_of(lambda: write_atomically(target, NEW, check=unchanged)).code == "CHANGED_MEANWHILE"
    assert list(looks) == []
    assert_untouched(target)


def pour_into_a_full_device(stream: IO[bytes]) -> None:
    """From here on every byte meets the real error of a full disk."""
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, stream.fileno())
    os.close(full)


def test_a_full_disk_keeps_the_old_file(target: Path) -> None:
    def fill(stream: IO[bytes]) -> None:
        pour_into_a_full_device(stream)
        stream.write(NEW)

    finding = refusal_of(lambda: write_atomically(target, fill))
    assert (finding.code, finding.details) == ("OUTPUT_DISK_FULL", {"folder": str(target.parent)})
    assert_untouched(target)


# The writer's own archive complains once more when it is thrown away.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_is_seen_behind_the_error_of_a_workbook_writer(target: Path) -> None:
    def fill(stream: IO[bytes]) -> None:
        pour_into_a_full_device(stream)
        workbook = xlsxwriter.Workbook(stream)
        workbook.add_worksheet().write_column(0, 0, [f"面膜 {number}" for number in range(5000)])
        workbook.close()

    assert refusal_of(lambda: write_atomically(target, fill)).code == "OUTPUT_DISK_FULL"
    gc.collect()
    assert_untouched(target)


def test_bytes_beyond_the_room_keep_the_old_file(target: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        finding = refusal_of(lambda: write_atomically(target, bytes(100_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert finding.code == "OUTPUT_DISK_FULL"
    assert_untouched(target)


def test_a_name_that_is_too_long_is_named(tmp_path: Path) -> None:
    finding = refusal_of(lambda: write_atomically(tmp_path / ("面" * 100 + ".xlsx"), NEW))
    assert finding.code == "OUTPUT_NAME_TOO_LONG"
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_file_can_have_is_named(tmp_path: Path) -> None:
    assert refusal_of(lambda: write_atomically(tmp_path / "a\0b", NEW)).code == "OUTPUT_NAME_ILLEGAL"


def test_any_other_trouble_is_told_in_the_words_of_the_system(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    finding = refusal_of(lambda: write_atomically(target, NEW))
    assert (finding.code, finding.details) == ("OUTPUT_FAILED", {"reason": "Input/output error"})
    assert_untouched(target)


def test_a_program_killed_in_the_middle_leaves_the_old_file_whole(target: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from promo_xl.workbook.atomic import write_atomically
def fill(stream):
    while True:
        stream.write(bytes(100_000))
        stream.flush()
        print("writing", flush=True)
write_atomically(Path({str(target)!r}), fill)
"""
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert target.read_bytes() == OLD
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW
