"""Every change of a closed workbook can be taken back, and nothing that a planner did since is lost."""

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import key_of
from promo_xl.refresh.revert import revert
from promo_xl.refresh.steps import perform
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.convert import convert_workbook
from promo_xl.workbook.patch import Change, column_name, patch_workbook
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.tables_in_file import sheet_parts
from tests.proof.made import changed, replaced
from tests.refresh.plans import ZH, cell, dates, typed, workbook

CELLWISE = ("schedule", "recalculate", "fix_ids", "repair")


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Tasks 2 and 3 are automatic, the last task has no id, and remembered values are stale."""
    path = workbook(tmp_path / "计划.xlsx")
    typed(path, "4", "id", None)
    return path


def act(path: Path, action: str, history: History) -> None:
    book = load_book()
    if action == "convert":
        changed_file(path, action, lambda copy: convert_workbook(copy, book, "none"), history=history)
        return
    changed_file(path, action, lambda copy: perform(action, copy, book, ZH), lambda one: one.changes, history)


@pytest.mark.parametrize("action", [*CELLWISE, "convert"])
def test_what_was_done_is_taken_back_byte_for_byte(plan: Path, history: History, action: str) -> None:
    before = plan.read_bytes()
    act(plan, action, history)
    assert plan.read_bytes() != before
    assert revert(plan, load_book(), history).whole
    assert plan.read_bytes() == before


def test_each_further_one_goes_one_further_back(plan: Path, history: History) -> None:
    states = [plan.read_bytes()]
    for action in ("fix_ids", "schedule", "convert"):
        act(plan, action, history)
        states.append(plan.read_bytes())
    for state in reversed(states[:-1]):
        revert(plan, load_book(), history)
        assert plan.read_bytes() == state
    with pytest.raises(RefusedError, match="NOTHING_TO_REVERT"):
        revert(plan, load_book(), history)


def test_what_changes_nothing_leaves_no_trace(plan: Path, history: History) -> None:
    act(plan, "schedule", history)
    act(plan, "schedule", history)
    assert len(history.entries(key_of(plan))) == 1


def test_what_a_planner_did_since_is_kept(plan: Path, history: History) -> None:
    act(plan, "schedule", history)
    typed(plan, "2", "note", "别动")
    typed(plan, "3", "start", 46200)  # 2026-06-27
    done = revert(plan, load_book(), history)
    assert not done.whole
    assert [finding.code for finding in done.findings] == ["REVERT_KEPT"]
    now = dates(plan)
    assert now["2"] == (date(2026, 6, 1), date(2026, 6, 2))
    assert now["3"] == (date(2026, 6, 27), date(2026, 6, 3))
    table = open_workbook(plan, load_book()).tables["tasks"]
    sheet, row, column = cell(plan, "2", "note")
    assert (sheet, table.grid.cell(row, column).value) == (table.grid.name, "别动")


def swap_rows(path: Path, one: str, other: str) -> None:
    """What sorting does to two rows: everything typed and remembered in them changes places."""
    table = open_workbook(path, load_book()).tables["tasks"]
    rows = [next(i for i, values in enumerate(table.rows) if values["id"] == name) for name in (one, other)]
    changes = []
    for column in table.table.columns:
        if column.formula is None and column.field in table.columns:
            at = table.columns[column.field]
            for here, there in (rows, rows[::-1]):
                value = table.grid.cell(table.numbers[there], at).value
                number = (value - date(1899, 12, 30)).days if isinstance(value, date) else value
                changes.append(Change(table.grid.name, table.numbers[here], at, number))  # type: ignore[arg-type]
    patch_workbook(path, changes)


def test_dates_go_back_to_their_tasks_wherever_these_stand_now(plan: Path, history: History) -> None:
    before = dates(plan)
    act(plan, "schedule", history)
    swap_rows(plan, "2", "3")
    done = revert(plan, load_book(), history)
    assert done.findings == ()
    assert dates(plan) == before


def test_a_task_that_is_gone_is_told(plan: Path, history: History) -> None:
    act(plan, "schedule", history)
    typed(plan, "2", "id", "20")
    done = revert(plan, load_book(), history)
    assert "REVERT_ROW_GONE" in {finding.code for finding in done.findings}
    assert dates(plan)["20"] == (date(2026, 6, 8), date(2026, 6, 9))
    assert dates(plan)["3"] == (date(2026, 6, 1), date(2026, 6, 3))


def without_a_column(path: Path) -> None:
    sheet, _, column = cell(path, "2", "note")
    header = open_workbook(path, load_book()).tables["tasks"].first - 1
    patch_workbook(path, [Change(sheet, header, column, "改了名")])


def of_a_newer_version(path: Path) -> None:
    patch_workbook(path, [Change(*open_workbook(path, load_book()).cells["template_version"], "99.0")])


@pytest.mark.parametrize(
    "edit, code",
    [
        (without_a_column, "COLUMN_MISSING"),
        (of_a_newer_version, "BOOK_NEWER"),
    ],
)
def test_what_keeps_other_commands_from_changing_a_file_keeps_this_one_too(
    plan: Path, history: History, edit: Callable[[Path], None], code: str
) -> None:
    act(plan, "schedule", history)
    edit(plan)
    before = plan.read_bytes()
    assert set(refused(lambda: revert(plan, load_book(), history))) == {code}
    assert plan.read_bytes() == before
    assert history.last(key_of(plan)) is not None


def test_nothing_goes_back_into_a_cell_that_a_merged_one_hides(plan: Path, history: History) -> None:
    typed(plan, "2", "note", "别动")
    sheet, row, column = cell(plan, "2", "note")
    emptied = Written(sheet, row, column, None, "别动")
    changed_file(plan, "repair", lambda copy: typed(copy, "2", "note", None), lambda _: [emptied], history)
    with zipfile.ZipFile(plan) as archive:
        part = dict(sheet_parts(archive))[sheet]
    area = f"{column_name(column - 1)}{row}:{column_name(column)}{row}"
    merged = f'</sheetData><mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'
    changed(plan, plan.with_name("merged"), replaced(part, "</sheetData>", merged)).replace(plan)
    before = plan.read_bytes()
    assert refused(lambda: revert(plan, load_book(), history)) == ["CELL_MERGED"]
    assert plan.read_bytes() == before


def test_a_conversion_of_a_file_that_was_edited_since_cannot_be_taken_back(plan: Path, history: History) -> None:
    act(plan, "convert", history)
    typed(plan, "2", "note", "别动")
    before = plan.read_bytes()
    with pytest.raises(RefusedError, match="REVERT_EDITED"):
        revert(plan, load_book(), history)
    assert plan.read_bytes() == before


def refused(act_on: Callable[[], None]) -> list[str]:
    with pytest.raises(RefusedError) as refusal:
        act_on()
    return [finding.code for finding in refusal.value.findings]


def test_without_a_place_for_the_copy_nothing_is_changed(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    before = plan.read_bytes()
    assert refused(lambda: act(plan, "schedule", History(tmp_path / "file"))) == ["HISTORY_UNWRITABLE"]
    assert plan.read_bytes() == before


def test_a_file_that_is_open_elsewhere_is_left_alone_and_nothing_is_recorded(plan: Path, history: History) -> None:
    before = plan.read_bytes()
    plan.with_name(f"~${plan.name}").write_bytes(b"")
    assert refused(lambda: act(plan, "schedule", history)) == ["OUTPUT_OPEN"]
    assert (plan.read_bytes(), history.entries(key_of(plan))) == (before, [])


def test_a_file_that_somebody_changes_meanwhile_is_left_to_them(plan: Path, history: History) -> None:
    def work(copy: Path) -> None:
        copy.write_bytes(copy.read_bytes() + b" ")
        plan.write_bytes(b"theirs")

    assert refused(lambda: changed_file(plan, "repair", work, history=history)) == ["CHANGED_MEANWHILE"]
    assert (plan.read_bytes(), history.entries(key_of(plan))) == (b"theirs", [])


LOOP = """
import sys
from pathlib import Path
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.history import History
from promo_xl.refresh.revert import revert
from promo_xl.refresh.steps import perform
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
path, history, book, words = Path(sys.argv[1]), History(Path(sys.argv[2])), load_book(), wording("zh")
print("ready", flush=True)
while True:
    changed_file(path, "schedule", lambda c: perform("schedule", c, book, words), lambda p: p.changes, history)
    revert(path, book, history)
"""


def kill_at_random_moments(plan: Path, history: History, times: int, seed: int) -> None:
    """The file is the old one or the new one, and the history can be read and gone on with."""
    old = plan.read_bytes()
    act(plan, "schedule", history)
    new = plan.read_bytes()
    revert(plan, load_book(), history)
    chance = random.Random(seed)
    for _ in range(times):
        command = [sys.executable, "-c", LOOP, str(plan), str(history.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == b"ready"
            time.sleep(chance.uniform(0, 0.8))
            os.kill(process.pid, signal.SIGKILL)
        assert plan.read_bytes() in (old, new)
        if plan.read_bytes() == old:
            act(plan, "schedule", history)
        assert revert(plan, load_book(), history).whole
        assert plan.read_bytes() == old


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_process_that_is_killed_leaves_the_old_or_the_new_file(plan: Path, history: History) -> None:
    kill_at_random_moments(plan, history, times=3, seed=7)


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_killed_at_many_moments_it_leaves_the_old_or_the_new_file(plan: Path, history: History) -> None:
    kill_at_random_moments(plan, history, times=60, seed=time.time_ns())
