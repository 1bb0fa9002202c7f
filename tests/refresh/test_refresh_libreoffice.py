"""Laws of a refresh after another program saved the workbook: nothing that the merge needs is lost."""

import shutil
from pathlib import Path

import pytest

from promo_xl.refresh.history_files import FOLDER_VARIABLE
from tests.proof.edit import HideColumn, MoveColumn, SetCell, SortTable, edited
from tests.proof.office import convert
from tests.refresh.exports import DAYS, NOW, cell, codes, export, opened, plan, readings, refresh, typed


@pytest.fixture(autouse=True)
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A refreshed plan in which a planner typed over one number."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    export(tmp_path)
    path = plan(tmp_path / "计划.xlsx")
    refresh(path)
    typed(path, 1, "spend", 222.0)
    return path


def later(folder: Path) -> None:
    """The source corrects the planner's cell and another one, and has a new day."""
    export(
        folder,
        [DAYS[1].replace("100,", "150,"), DAYS[2].replace("200,", "250,"), DAYS[3], "2026-06-04,KOL,,9,1\n"],
    )


def test_libreoffice_loses_nothing_that_the_merge_needs(book: Path, tmp_path: Path) -> None:
    (saved,) = convert([book], tmp_path / "office")
    shutil.copyfile(saved, book)
    content = book.read_bytes()
    assert refresh(book, NOW.replace(month=7)).performed.changes == ()
    assert book.read_bytes() == content, "the same source has nothing new to say"
    later(tmp_path)
    done = refresh(book)
    assert (done.new, done.changed, len(done.conflicts)) == (1, 1, 1)
    assert readings(book) == [
        ("2026-06-01", "抖音信息流", 150),
        ("2026-06-02", "抖音信息流", 222),
        ("2026-06-03", "朋友圈", 300),
        ("2026-06-04", "KOL", 9),
    ]


def test_rows_and_columns_that_were_moved_in_libreoffice_are_found_again(book: Path, tmp_path: Path) -> None:
    sheet, row, column = cell(book, 2, "note")
    address = f"A{row}".replace("A", "AH")
    assert opened(book).grids[sheet].cell(row, column).place.endswith(address)
    steps = [
        SetCell(sheet, address, "财务核对过"),
        MoveColumn("tblReadings", "花费", None),
        HideColumn(sheet, "F"),
        SortTable("tblReadings", "日期", descending=True),
    ]
    shutil.copyfile(edited(book, steps, tmp_path), book)
    later(tmp_path)
    done = refresh(book)
    assert (done.new, done.changed, len(done.conflicts)) == (1, 1, 1)
    assert codes(done) == ["REFRESH_CONFLICT"]
    assert sorted(readings(book)) == [
        ("2026-06-01", "抖音信息流", 150),
        ("2026-06-02", "抖音信息流", 222),
        ("2026-06-03", "朋友圈", 300),
        ("2026-06-04", "KOL", 9),
    ]
    assert [one.note for one in opened(book).promotion.readings if one.note] == ["财务核对过"]
