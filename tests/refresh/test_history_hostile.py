"""A history that somebody bent: nothing outside of it is read or removed, nothing waits, nothing of it is lost."""

import json
import os
import signal
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.refresh import history as module
from promo_xl.refresh.history import INDEX, SNAPSHOT, Entry, History
from promo_xl.refresh.history_files import key_of, sha256
from promo_xl.refresh.locks import LOCK, locked
from promo_xl.refresh.written import Written

KEY, OTHER = key_of("a"), key_of("b")
CELL = {"sheet": "甘特", "row": 9, "column": 7, "result": False, "value": 1, "was": None}
FACTS = {
    "id": f"{7:020}-{0:08x}",
    "when": "2026-06-01T08:00:00",
    "action": "schedule",
    "name": "a.xlsx",
    "before": sha256(b"secret"),
    "after": "",
    "undone": False,
    "changes": [CELL],
}


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history")


@pytest.fixture
def _nothing_waits() -> Iterator[None]:
    def ended(*_: object) -> None:
        raise AssertionError("waits for ever")

    before = signal.signal(signal.SIGALRM, ended)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def record(history: History, content: bytes = b"1", key: str = KEY) -> Entry:
    return history.record(key, "a.xlsx", "repair", content)


def index(history: History) -> Path:
    return history.folder / KEY / INDEX


def add(history: History, line: bytes) -> None:
    with index(history).open("ab") as stream:
        stream.write(line + b"\n")


def refused(history: History) -> tuple[str, object]:
    with pytest.raises(RefusedError) as refusal:
        record(history)
    (finding,) = refusal.value.findings
    return finding.code, finding.details.get("problem")


def test_a_line_as_it_was_written_is_read(history: History) -> None:
    record(history)
    add(history, json.dumps(FACTS).encode())
    assert history.entries(KEY)[1].changes == (Written("甘特", 9, 7, 1),)


@pytest.mark.parametrize("bent", ["../../victim", "..\\..\\victim", "/victim", "victim", f"{7:020}-{0:08x}\n", 7])
def test_an_id_that_is_none_reads_and_removes_nothing(history: History, tmp_path: Path, bent: object) -> None:
    record(history)
    victim = tmp_path / f"victim{SNAPSHOT}"
    victim.write_bytes(zlib.compress(b"secret"))
    add(history, json.dumps({**FACTS, "id": bent}).encode())
    assert len(history.entries(KEY)) == 1
    history.most = 1
    kept = record(history, b"2")
    assert victim.exists()
    assert history.entries(KEY) == [kept]


@pytest.mark.parametrize(
    "fact",
    [
        {"when": 7},
        {"when": "2026-06-01T08:00:00+08:00"},
        {"action": "\x1b[2J"},
        {"action": None},
        {"name": 7},
        {"before": "x"},
        {"after": None},
        {"undone": 1},
        {"changes": None},
        {"changes": [[]]},
        {"changes": [7]},
    ],
)
def test_a_fact_of_another_kind_makes_no_entry(history: History, fact: dict[str, Any]) -> None:
    kept = record(history)
    add(history, json.dumps({**FACTS, **fact}).encode())
    assert history.entries(KEY) == [kept]


@pytest.mark.parametrize(
    "fact",
    [
        {"row": 0},
        {"row": 1048577},
        {"row": True},
        {"row": 9.0},
        {"row": "9"},
        {"column": 16385},
        {"column": -1},
        {"sheet": 7},
        {"sheet": "\ud800"},
        {"result": 0},
        {"value": 10**400},
        {"value": float("inf")},
        {"was": float("nan")},
        {"value": "\udfff"},
        {"value": [1]},
        {"value": {"error": 7}},
        {"was": {}},
    ],
)
def test_a_cell_that_no_sheet_has_makes_no_entry(history: History, fact: dict[str, Any]) -> None:
    kept = record(history)
    add(history, json.dumps({**FACTS, "changes": [{**CELL, **fact}]}).encode())
    assert history.entries(KEY) == [kept]


@pytest.mark.parametrize(
    "line", [b"[" * 200_000, b'{"a":' * 200_000, b'{"row":' + b"9" * 9000 + b"}", b"\0", b"1e999"]
)
def test_no_line_keeps_the_others_from_being_read_and_written(history: History, line: bytes) -> None:
    first = record(history)
    add(history, line)
    second = record(history, b"2")
    history.undone(second)
    assert history.last(KEY) == first


def test_what_no_cell_holds_is_recorded_as_an_error(history: History) -> None:
    history.record(KEY, "a.xlsx", "repair", b"1", [Written("甘特", 9, 7, 1, float("inf"))])
    (entry,) = history.entries(KEY)
    assert str(entry.changes[0].was) == "#NUM!"


def test_damaged_lines_and_their_copies_stay(history: History) -> None:
    history.most = 2
    damaged = record(history, b"0")
    line = index(history).read_bytes().replace(b"repair", b"re\xffair")
    index(history).write_bytes(line)
    for content in (b"1", b"2", b"3"):
        record(history, content)
    assert [history.snapshot(entry) for entry in history.entries(KEY)] == [b"2", b"3"]
    assert index(history).read_bytes().startswith(line)
    assert history.snapshot(damaged) == b"0"


def test_copies_that_no_line_names_are_bounded_too(history: History) -> None:
    history.most = 2
    for content in (b"0", b"1", b"2"):
        record(history, content)
        index(history).unlink()
    record(history, b"3")
    assert len(list((history.folder / KEY).glob(f"*{SNAPSHOT}"))) == 3


def test_what_a_killed_process_was_writing_goes(history: History) -> None:
    record(history)
    left = history.folder / KEY / f".{'0' * 12}.tmp"
    left.write_bytes(b"half")
    record(history)
    assert not left.exists()


@pytest.mark.parametrize("name", [KEY, f"{KEY}/{INDEX}", LOCK])
def test_what_is_a_link_is_not_followed(history: History, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    if name == KEY:
        outside.mkdir()
    else:
        outside.write_bytes(b"theirs")
    link = history.folder / name
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    code, problem = refused(history)
    assert (code, "lrwx" in str(problem)) == ("HISTORY_UNWRITABLE", True)
    assert history.entries(KEY) == []
    assert list(outside.iterdir()) == [] if name == KEY else outside.read_bytes() == b"theirs"
    assert list((history.folder / KEY).glob(f"*{SNAPSHOT}")) == []


def test_a_copy_that_is_a_link_is_none(history: History, tmp_path: Path) -> None:
    entry = record(history)
    copy = history.folder / KEY / f"{entry.id}{SNAPSHOT}"
    copy.rename(tmp_path / "elsewhere")
    copy.symlink_to(tmp_path / "elsewhere")
    assert history.snapshot(entry) is None


def test_links_among_the_copies_keep_nobody_from_writing(history: History, tmp_path: Path) -> None:
    record(history, key=OTHER)
    for number, place in enumerate((KEY, OTHER)):
        (history.folder / place).mkdir(exist_ok=True)
        (history.folder / place / f"{number:020}-{0:08x}{SNAPSHOT}").symlink_to(tmp_path / "nowhere")
        (history.folder / place / f"no id{SNAPSHOT}").symlink_to(tmp_path / "nowhere")
    history.most_bytes = 1
    entry = record(history)
    assert history.last(KEY) == entry


def test_folders_that_are_no_workbook_of_ours_are_left_alone(history: History, tmp_path: Path) -> None:
    theirs = [tmp_path / "theirs", history.folder / "not a key"]
    for folder in theirs:
        folder.mkdir(parents=True)
        (folder / f"{7:020}-{0:08x}{SNAPSHOT}").write_bytes(bytes(100))
    (history.folder / OTHER).symlink_to(theirs[0])
    history.most_bytes = 1
    record(history)
    assert [len(list(folder.iterdir())) for folder in theirs] == [1, 1]


@pytest.mark.usefixtures("_nothing_waits")
@pytest.mark.parametrize("name", [f"{KEY}/{INDEX}", LOCK])
def test_nobody_waits_at_a_pipe(history: History, name: str) -> None:
    pipe = history.folder / name
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    code, problem = refused(history)
    assert (code, "prw" in str(problem)) == ("HISTORY_UNWRITABLE", True)
    assert history.entries(KEY) == []


@pytest.mark.usefixtures("_nothing_waits")
def test_nobody_waits_at_a_copy_that_is_a_pipe(history: History) -> None:
    entry = record(history)
    copy = history.folder / KEY / f"{entry.id}{SNAPSHOT}"
    copy.unlink()
    os.mkfifo(copy)
    assert history.snapshot(entry) is None
    assert record(history, b"2") == history.last(KEY)


@pytest.mark.parametrize("room, kept", [(1999, False), (2000, True)])
def test_a_copy_that_unfolds_without_end_is_none(
    history: History, monkeypatch: pytest.MonkeyPatch, room: int, kept: bool
) -> None:
    entry = record(history, bytes(2000))
    monkeypatch.setattr(module, "SNAPSHOT_BYTES", room)
    assert (history.snapshot(entry) is not None) == kept


def test_an_index_that_is_too_long_is_told_and_left_alone(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(history)
    before = index(history).read_bytes()
    monkeypatch.setattr(module, "INDEX_BYTES", len(before))
    assert refused(history) == ("HISTORY_UNWRITABLE", f"{INDEX}: > 0 MB")
    assert index(history).read_bytes() == before
    assert len(list((history.folder / KEY).glob(f"*{SNAPSHOT}"))) == 1


def test_an_index_that_cannot_be_read_is_not_emptied(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [record(history, content) for content in (b"1", b"2")]
    with monkeypatch.context() as patch:
        patch.setattr(module, "INDEX_BYTES", 10)
        history.forget(entries[1])
    assert history.entries(KEY) == entries


@pytest.mark.parametrize("act", [record, lambda history: history.alone(KEY, "a.xlsx").__enter__()])
def test_a_lock_that_nobody_lets_go_of_is_told(history: History, act: Callable[[History], object]) -> None:
    record(history)
    history.patience = 0.1
    with (
        locked(history.folder),
        locked(history.folder / KEY),
        pytest.raises(RefusedError, match="BUSY_ELSEWHERE"),
    ):
        act(history)
    record(history)
