"""Copies to work on: where there is no place for one that is said, and no run leaves one for long."""

import os
import resource
import tempfile
import time
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.refresh import scratch
from promo_xl.refresh.changing import changed_file, tried
from promo_xl.refresh.history import History
from promo_xl.refresh.revert import revert
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.atomic import write_atomically
from tests.refresh.plans import typed, workbook
from tests.refresh.test_revert import act

TWO_DAYS = 2 * 86400
OWN = "promo_xl-copy-a1b2c3_d"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def left(place: Path, name: str, age: float = TWO_DAYS) -> Path:
    folder = place / name
    folder.mkdir()
    (folder / "计划.xlsx").write_bytes(b"left")
    os.utime(folder, (time.time() - age,) * 2)
    return folder


def test_a_copy_goes_with_its_folder(place: Path) -> None:
    with scratch.copied("计划.xlsx", b"content") as copy:
        assert (copy.name, copy.read_bytes()) == ("计划.xlsx", b"content")
        assert scratch.OWN.fullmatch(copy.parent.name)
    assert list(place.iterdir()) == []


def test_what_a_killed_run_left_goes_a_day_later(place: Path) -> None:
    old, young = left(place, OWN), left(place, "promo_xl-copy-b1b2c3_d", age=3600)
    with scratch.copied("a.xlsx", b""):
        assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize("name", ["promo_xl-projects", "promo_xl-copy-", f"{OWN}x", f"x{OWN}", "tmpa1b2c3_d"])
def test_what_has_another_name_stays(place: Path, name: str) -> None:
    theirs = left(place, name)
    with scratch.copied("a.xlsx", b""):
        assert theirs.exists()


def test_what_somebody_else_owns_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = left(place, OWN)
    monkeypatch.setattr(os, "getuid", lambda: theirs.stat().st_uid + 1)
    with scratch.copied("a.xlsx", b""):
        assert theirs.exists()


def test_no_link_is_followed(place: Path, tmp_path: Path) -> None:
    theirs = left(tmp_path, "theirs")
    (place / OWN).symlink_to(theirs)
    inside = left(place, "promo_xl-copy-b1b2c3_d")
    (inside / "link").symlink_to(theirs)
    os.utime(inside, (1, 1))
    with scratch.copied("a.xlsx", b""):
        assert not inside.exists()
    assert len(list(theirs.iterdir())) == 1


def full(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder for temporary files is gone."""
    monkeypatch.setattr(tempfile, "tempdir", str(place / "gone"))


def test_without_a_place_for_a_copy_nothing_is_changed(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, history = workbook(tmp_path / "计划.xlsx"), History(tmp_path / "history")
    act(path, "schedule", history)
    typed(path, "2", "note", "别动")
    before = path.read_bytes()
    full(place, monkeypatch)
    for work in (
        lambda: tried(path, Path.read_bytes),
        lambda: changed_file(path, "repair", Path.read_bytes, history=history),
        lambda: revert(path, load_book(), history),
    ):
        with pytest.raises(RefusedError) as refusal:
            work()
        (finding,) = refusal.value.findings
        assert (finding.code, finding.details["folder"]) == ("TEMPORARY_UNWRITABLE", str(place / "gone"))
    assert path.read_bytes() == before


def test_a_copy_that_finds_no_room_is_told(place: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(RefusedError, match="TEMPORARY_UNWRITABLE"), scratch.copied("a.xlsx", bytes(9999)):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(place.iterdir()) == []


def test_work_that_finds_no_room_beside_the_copy_is_told_of_a_folder_that_is_still_there(place: Path) -> None:
    taken = 40_000  # what the copy itself takes
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (taken, limits[1]))
        with pytest.raises(RefusedError) as refusal, scratch.copied("a.xlsx", bytes(taken)) as copy:
            write_atomically(copy, bytes(taken * 2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    (finding,) = refusal.value.findings
    assert (finding.code, finding.details["folder"]) == ("TEMPORARY_UNWRITABLE", str(place))
    assert list(place.iterdir()) == []
