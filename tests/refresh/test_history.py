"""The history: bounded, readable after any accident, and never in the way of two processes at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.history import INDEX, SNAPSHOT, History
from promo_xl.refresh.history_files import FOLDER_VARIABLE, history_folder, key_of, sha256
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.formula.values import NA

KEY, OTHER = key_of("a"), key_of("b")
SUM = sha256(b"after")
CHANGES = (
    Written("甘特", 9, 7, 46180, 46174),
    Written("甘特", 9, 8, "=文字", None),
    Written("甘特", 9, 9, True, NA, result=True),
)


def test_what_was_recorded_is_what_is_known(tmp_path: Path) -> None:
    history = History(tmp_path)
    entry = history.record(KEY, "计划.xlsx", "schedule", b"before", CHANGES, after=SUM)
    assert History(tmp_path).last(KEY) == entry
    assert (entry.changes, entry.name, entry.after) == (CHANGES, "计划.xlsx", SUM)
    assert history.snapshot(entry) == b"before"
    assert history.last(OTHER) is None


def test_the_last_one_is_the_newest_that_was_not_undone(tmp_path: Path) -> None:
    history = History(tmp_path)
    first, second = (history.record(KEY, "a.xlsx", "repair", content) for content in (b"1", b"2"))
    history.undone(second)
    assert history.last(KEY) == first
    history.undone(first)
    assert history.last(KEY) is None
    assert [entry.undone for entry in history.entries(KEY)] == [True, True]


def test_the_newest_of_each_workbook_are_kept(tmp_path: Path) -> None:
    history = History(tmp_path, most=3)
    for number in range(7):
        history.record(KEY, "a.xlsx", "repair", str(number).encode())
    other = history.record(OTHER, "b.xlsx", "repair", b"x")
    assert [history.snapshot(entry) for entry in history.entries(KEY)] == [b"4", b"5", b"6"]
    assert len(list((tmp_path / KEY).glob(f"*{SNAPSHOT}"))) == 3
    assert history.last(OTHER) == other


def test_all_copies_together_stay_within_the_bound_and_the_oldest_goes_first(tmp_path: Path) -> None:
    history = History(tmp_path, most_bytes=250)
    noise = [bytes((number * 37 + i * i * 101 + i // 7) % 256 for i in range(90)) for number in range(4)]
    for number, content in enumerate(noise):
        history.record((KEY, OTHER)[number % 2], "a.xlsx", "repair", content)
    kept = [history.snapshot(entry) for key in (KEY, OTHER) for entry in history.entries(key)]
    assert sorted(kept, key=noise.index) == noise[2:]  # type: ignore[arg-type]
    assert sum(path.stat().st_size for path in tmp_path.glob(f"*/*{SNAPSHOT}")) <= 250


def test_one_copy_larger_than_the_bound_is_kept_all_the_same(tmp_path: Path) -> None:
    history = History(tmp_path, most_bytes=1)
    entry = history.record(KEY, "a.xlsx", "repair", b"before")
    assert history.snapshot(entry) == b"before"


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_line_that_was_cut_off_counts_as_not_written(tmp_path: Path, cut: int) -> None:
    history = History(tmp_path)
    first = history.record(KEY, "a.xlsx", "repair", b"1")
    history.record(KEY, "a.xlsx", "schedule", b"2", CHANGES)
    index = tmp_path / KEY / INDEX
    index.write_bytes(index.read_bytes()[: -cut - 1])
    assert history.last(KEY) == first
    third = history.record(KEY, "a.xlsx", "repair", b"3")
    assert history.entries(KEY) == [first, third]


def test_lines_that_are_none_are_skipped(tmp_path: Path) -> None:
    history = History(tmp_path)
    entry = history.record(KEY, "a.xlsx", "repair", b"1")
    with (tmp_path / KEY / INDEX).open("ab") as stream:
        stream.write(b'\xff\n[]\n7\n{}\n{"undone": "nobody"}\n{"action": 1}\n')
    assert history.entries(KEY) == [entry]


def test_a_damaged_copy_is_none(tmp_path: Path) -> None:
    history = History(tmp_path)
    entry = history.record(KEY, "a.xlsx", "repair", b"before")
    (path,) = tmp_path.glob(f"*/*{SNAPSHOT}")
    path.write_bytes(path.read_bytes()[:-3])
    assert history.snapshot(entry) is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(RefusedError) as refusal:
        History(tmp_path / "file" / "history").record(KEY, "a.xlsx", "repair", b"1")
    (finding,) = refusal.value.findings
    assert (finding.code, finding.details["folder"]) == (
        "HISTORY_UNWRITABLE",
        str(tmp_path / "file" / "history"),
    )


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from promo_xl.refresh.history import History\n"
        "history = History(Path(sys.argv[1]), most=40)\n"
        "for i in range(15): history.record(sys.argv[3], 'a.xlsx', 'repair', f'{sys.argv[2]}{i}'.encode())"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen([*command, name, KEY]) for name in ("a", "b")]
    assert [process.wait(60) for process in running] == [0, 0]
    history = History(tmp_path)
    found = {history.snapshot(entry) for entry in history.entries(KEY)}
    assert found == {f"{name}{i}".encode() for name in "ab" for i in range(15)}


def test_the_folder_is_the_one_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert history_folder() == tmp_path
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert history_folder().parts[-2:] == ("promo_xl", "history")


def test_a_file_has_one_key_by_whichever_way_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert key_of(Path("a.xlsx")) == key_of(tmp_path / "x" / ".." / "a.xlsx")
    assert key_of("https://example.org/a.xlsx") != key_of(tmp_path / "a.xlsx")
