"""Writing into an open workbook: few steps, all or nothing, and Excel's own ways."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.addin import open_book
from promo_xl.addin.open_book import holds, runs, write_changes
from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.formula.values import CellError
from tests.addin.file_engine import BusyError, opened
from tests.refresh.plans import cell, workbook


def written(sheet: str, row: int, column: int, *, result: bool = False) -> Written:
    return Written(sheet, row, column, f"{sheet}{row}{column}", None, result)


changes = st.lists(
    st.builds(written, st.sampled_from("AB"), st.integers(1, 8), st.integers(1, 4), result=st.booleans()),
    unique_by=lambda one: (one.sheet, one.row, one.column),
)


@given(changes)
def test_runs_partition_the_changes_that_are_typed(given_changes: list[Written]) -> None:
    found = [change for run in runs(given_changes) for change in run.changes]
    assert sorted(map(repr, found)) == sorted(repr(one) for one in given_changes if not one.result)


@given(changes)
def test_a_run_is_one_column_without_gaps_and_no_two_could_be_one(given_changes: list[Written]) -> None:
    found = runs(given_changes)
    for run in found:
        places = [(one.sheet, one.column, one.row) for one in run.changes]
        assert places == [(run.sheet, run.column, run.row + i) for i in range(len(run.changes))]
    ends = {(run.sheet, run.column, run.last + 1) for run in found}
    assert not ends & {(run.sheet, run.column, run.row) for run in found}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return workbook(tmp_path / "计划.xlsx")


def starts(plan: Path, *values: Any) -> list[Written]:
    """Other values for the starts of the first tasks, all of which are 1 June 2026."""
    sheet, row, column = cell(plan, "1", "start")
    return [Written(sheet, row + i, column, value, 46174) for i, value in enumerate(values)]


def test_a_column_is_written_in_one_step_and_excel_is_as_before(plan: Path) -> None:
    file, book = opened(plan)
    wanted = starts(plan, 46200, 46201, 46202)
    write_changes(book, wanted)
    assert file.done == [f"write {wanted[0].sheet} {(wanted[0].row, wanted[0].column)} (3, 1)"]
    assert [file.cells[one.sheet][one.row, one.column] for one in wanted] == [46200, 46201, 46202]
    assert file.app == {"screen_updating": True, "enable_events": True, "calculation": "automatic"}


def test_a_cell_that_changed_meanwhile_is_named_and_nothing_is_written(plan: Path) -> None:
    file, book = opened(plan)
    wanted = starts(plan, 46200, 46201)
    file.type(wanted[1].sheet, wanted[1].row, wanted[1].column, 46190)
    with pytest.raises(RefusedError) as refusal:
        write_changes(book, wanted)
    assert [(f.code, f.details["found"]) for f in refusal.value.findings] == [("OPEN_CELL_CHANGED", 46190)]
    assert refusal.value.findings[0].place.startswith(f"计划.xlsx › {wanted[1].sheet}!")
    assert file.done == []


def test_a_formula_with_the_same_value_is_not_written_over(plan: Path) -> None:
    file, book = opened(plan)
    sheet, row, _ = cell(plan, "2", "id")
    column = next(c for c in range(1, 40) if file.cells[sheet].get((row, c)) and _is_formula(book, sheet, row, c))
    change = Written(sheet, row, column, "x", file.cells[sheet][row, column])
    with pytest.raises(RefusedError) as refusal:
        write_changes(book, [change])
    assert [f.code for f in refusal.value.findings] == ["OPEN_CELL_CHANGED"]


def _is_formula(book: Any, sheet: str, row: int, column: int) -> bool:
    return book.sheets[sheet].range((row, column)).formula == "=A1"


def test_a_failure_half_way_puts_back_what_was_written(plan: Path) -> None:
    file, book = opened(plan)
    sheet, row, column = cell(plan, "1", "start")
    wanted = [*starts(plan, 46200), Written(sheet, row + 2, column, 46201, 46174)]
    calls = iter([None, OSError("gone")])

    def fail() -> None:
        if error := next(calls, None):
            raise error

    file.before_write = fail
    with pytest.raises(OSError, match="gone"):
        write_changes(book, wanted)
    assert [file.cells[sheet][row + i, column] for i in (0, 2)] == [46174, 46174]
    assert file.app["calculation"] == "automatic"


def test_what_cannot_be_put_back_is_named(plan: Path) -> None:
    file, book = opened(plan)
    sheet, row, column = cell(plan, "1", "start")
    calls = iter([None])

    def fail() -> None:
        if next(calls, 1):
            raise OSError("gone")

    file.before_write = fail
    with pytest.raises(RefusedError) as refusal:
        write_changes(book, [*starts(plan, 46200), Written(sheet, row + 2, column, 46201, 46174)])
    assert {f.code for f in refusal.value.findings} == {"WRITTEN_PARTLY"}
    assert len(refusal.value.findings) == 1  # the other was never written


@pytest.mark.parametrize(
    "error",
    [
        BusyError(-2147418111, "busy", None, None),
        BusyError(-2147352567, "x", (0, "", "", "", 0, -2146777998), None),
    ],
)
def test_excel_that_is_busy_is_waited_for(plan: Path, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_book, "PAUSE_SECONDS", 0.0)
    file, book = opened(plan)
    calls = iter([error, error])

    def busy() -> None:
        if waiting := next(calls, None):
            raise waiting

    file.before_write = busy
    write_changes(book, starts(plan, 46200))
    assert len(file.done) == 1


def test_excel_that_stays_busy_is_told_and_nothing_is_written(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_book, "PATIENCE_SECONDS", 0.0)
    file, book = opened(plan)

    def busy() -> None:
        raise BusyError(-2147418111, "busy", None, None)

    file.before_write = busy
    with pytest.raises(RefusedError) as refusal:
        write_changes(book, starts(plan, 46200))
    assert [f.code for f in refusal.value.findings] == ["EXCEL_BUSY"]
    assert file.done == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM", "'quoted", "1.10", "TRUE", "#N/A", "6/15", "调研"])
def test_a_text_arrives_as_the_same_text(plan: Path, text: str) -> None:
    file, book = opened(plan)
    sheet, row, column = cell(plan, "1", "name")
    write_changes(book, [Written(sheet, row, column, text, "调研")])
    assert file.cells[sheet][row, column] == text


@pytest.mark.parametrize(
    ("found", "was", "same"),
    [
        (None, None, True),
        (None, "", True),
        (46174.0, 46174, True),
        (datetime(2026, 6, 1), 46174, True),
        (datetime(2026, 6, 2), 46174, False),
        (Decimal("0.3333"), 1 / 3, True),
        (Decimal("0.34"), 1 / 3, False),
        ("#N/A", CellError("#N/A"), True),
        (0, None, False),
        ("x", None, False),
    ],
)
def test_what_excel_says_is_compared_as_excel_says_it(found: Any, was: Any, same: bool) -> None:
    assert holds(found, was) is same
