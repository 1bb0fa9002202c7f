"""Laws of a refresh with interest indices: a table of their own, the same merge, nothing of the readings."""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl import assets
from promo_xl.plan.filled import INDICES, READINGS, key_of
from promo_xl.refresh.asked import asked_at_once
from promo_xl.refresh.baseline import Baseline, decoded, encoded
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.fetching import Gathered, gather
from promo_xl.refresh.merge import Theirs
from promo_xl.refresh.refreshing import REFRESH, Moment, Refreshed, refresh_file
from promo_xl.refresh.revert import revert
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.check import check_workbook
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.tables_in_file import table_areas
from promo_xl.workbook.write import build
from tests.proof.package_lint import lint
from tests.proof.recalculate import ironcalc_values, libreoffice_values, unequal
from tests.proof.validator import validate
from tests.refresh.exports import DAYS, NOW, ZH, codes, export, opened, plan, readings, refresh, shown
from tests.refresh.test_refresh import MANY
from tests.workbook.files import STAMP, planned

HEAD = "关键词指数\n\n日期,关键词,综合指数,搜索指数\n"
LINES = (
    "2026-06-01,气泡水,1000,500\n",
    "2026-06-01,白桃,200,--\n",
    "2026-06-08,气泡水,1250,450\n",
    "2026-06-08,白桃,200,90\n",
)
SHEET = "热度指数"


def indices(folder: Path, lines: Sequence[str] = LINES, name: str = "指数.csv") -> None:
    """An export with these lines, in the folder."""
    (folder / name).write_text(HEAD + "".join(lines), encoding="utf-8")


def rows(path: Path, *fields: str) -> list[tuple[object, ...]]:
    """These fields of each filled row, from top to bottom."""
    return [tuple(row.get(field) for field in fields) for row in opened(path).tables["indices"].rows]


def type_in(path: Path, row: int, field: str, value: float | str | None) -> None:
    """A planner types into an index's row."""
    table = opened(path).tables["indices"]
    patch_workbook(path, [Change(table.grid.name, table.numbers[row], table.columns[field], value)])


def take(path: Path, gathered: Gathered, book: Book | None = None) -> Refreshed:
    """Merge what sources said, however they came to say it."""
    whole = book or load_book()
    return changed_file(
        path,
        REFRESH,
        lambda copy: refresh_file(copy, whole, ZH, gathered, Moment(NOW)),
        lambda one: one.performed.changes,
    )


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A plan beside an export of indices."""
    indices(tmp_path)
    return plan(tmp_path / "计划.xlsx", kind="suanshu", source_place="指数.csv")


def test_indices_arrive_on_their_own_sheet_and_move_no_as_of_date(book: Path) -> None:
    before = opened(book).promotion
    done = refresh(book)
    assert rows(book, "date", "keyword", "composite_index", "search_index") == [
        (dt.date(2026, 6, 1), "气泡水", 1000, 500),
        (dt.date(2026, 6, 1), "白桃", 200, None),
        (dt.date(2026, 6, 8), "气泡水", 1250, 450),
        (dt.date(2026, 6, 8), "白桃", 200, 90),
    ]
    after = opened(book).promotion
    assert (after.readings, after.project) == (before.readings, before.project)
    assert (done.new, done.grown, codes(done)) == (4, {}, [])


def test_a_change_compares_with_the_same_keyword_seven_days_before(book: Path) -> None:
    refresh(book)
    shares = rows(book, "composite_change", "search_change")
    assert shares == [(None, None), (None, None), (0.25, pytest.approx(-0.1)), (0, None)]


def test_the_same_export_leaves_the_file_byte_for_byte(book: Path) -> None:
    refresh(book)
    before = book.read_bytes()
    done = refresh(book, dt.datetime(2026, 7, 1))
    assert (book.read_bytes() == before, done.unchanged, done.performed.changes) == (True, 4, ())


def test_what_a_planner_typed_stays_and_both_numbers_stand_in_the_log(book: Path, tmp_path: Path) -> None:
    refresh(book)
    type_in(book, 0, "composite_index", 999.0)
    type_in(book, 1, "note", "竞品活动")
    indices(tmp_path, [LINES[0].replace("1000", "1100"), *LINES[1:]])
    done = refresh(book)
    assert rows(book, "composite_index", "note")[:2] == [(999, None), (200, "竞品活动")]
    assert codes(done) == ["REFRESH_CONFLICT"]
    place = f"{SHEET}!C{opened(book).tables['indices'].numbers[0]}"
    (conflict,) = [row for row in shown(book, "取数记录") if place in row]
    assert conflict[1:] == [place, "气泡水", "综合指数", 999, 1100, "指数.csv"]


def test_readings_and_indices_of_one_folder_fill_and_grow_their_tables(tmp_path: Path) -> None:
    (tmp_path / "导出").mkdir()
    export(tmp_path / "导出", MANY)
    indices(tmp_path / "导出", [f"2026-06-{d:02},词{k},{d * k},{d}\n" for d in range(1, 31) for k in range(1, 4)])
    book = plan(tmp_path / "计划.xlsx", kind="folder", source_place="导出")
    before = {name: table_areas(book)[name] for name in ("tblreadings", "tblindices")}
    done = refresh(book)
    assert done.grown == {
        "tblReadings": 150 - (before["tblreadings"].bottom - before["tblreadings"].top),
        "tblIndices": 90 - (before["tblindices"].bottom - before["tblindices"].top),
    }
    assert (len(readings(book)), len(rows(book, "date")), done.unknown) == (150, 90, 0)
    again = book.read_bytes()
    refresh(book, NOW + dt.timedelta(hours=3))
    assert book.read_bytes() == again


@pytest.mark.thorough
def test_a_grown_sheet_is_right_for_excel_s_validator_and_for_libreoffice(tmp_path: Path, book: Path) -> None:
    indices(tmp_path, [f"2026-06-{d:02},词{k},{d * k},{d}\n" for d in range(1, 31) for k in range(1, 4)])
    refresh(book)
    assert unequal(book, ironcalc_values(book)) == []
    assert unequal(book, libreoffice_values([book], tmp_path)[book]) == []
    assert validate([book]) == []
    assert [found.rule for found in lint(book)] == ["full-calc-on-load"], "Excel calculates once more itself"


def test_a_refresh_of_indices_can_be_taken_back(book: Path) -> None:
    before = book.read_bytes()
    refresh(book)
    revert(book, load_book())
    assert book.read_bytes() == before


def test_a_filled_sheet_is_nothing_to_check(book: Path) -> None:
    def found() -> set[tuple[str, str]]:
        return {(one.code, one.place) for one in check_workbook(book, load_book())}

    before = found()
    refresh(book)
    assert found() == before


def without_the_sheet(folder: Path) -> Book:
    """The templates of a planner who has no use for indices."""
    templates = shutil.copytree(assets.workbook_templates(), folder / "templates")
    (templates / "sheets" / "interest.yml").unlink()
    return load_book(templates)


@pytest.mark.parametrize("own", [True, False], ids=["own templates", "the shipped ones"])
def test_a_plan_without_the_sheet_takes_its_readings_and_says_what_it_has_no_place_for(
    tmp_path: Path, own: bool
) -> None:
    lacking = without_the_sheet(tmp_path)
    path = tmp_path / "计划.xlsx"
    build(planned(), lacking, "zh", str(path), STAMP)
    export(tmp_path)
    indices(tmp_path)
    book = lacking if own else load_book()
    read = open_workbook(path, book)
    asked = [asked_at_once(str(tmp_path / name), "", read, book) for name in ("导出.csv", "指数.csv")]
    done = take(path, gather(asked), book)
    assert (len(readings(path)), codes(done)) == (3, ["REFRESH_NO_SHEET"])
    assert done.performed.findings[0].details["count"] == 4
    assert codes(take(path, gather(asked[:1]), book)) == []


def test_two_rows_of_one_day_and_keyword_are_told_in_the_words_of_their_sheet(book: Path) -> None:
    refresh(book)
    table = opened(book).tables["indices"]
    at = [(table.numbers[-1] + 1, table.columns[field]) for field in ("date", "keyword")]
    patch_workbook(book, [Change(SHEET, *at[0], 46174.0), Change(SHEET, *at[1], "气泡水 ")])
    (doubled,) = refresh(book).performed.findings
    assert (doubled.code, "同一关键词" in ZH.sentence(doubled)) == ("REFRESH_DOUBLED", True)


HOSTILE = (
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://x")',
    "@SUM(A1)",
    "*",
    "?",
    "气泡*",
    "<>",
    ">0",
    "001",
    "TRUE",
    "#N/A",
    "2026-06-01",
    "a\x01\x02b",
    "_x0041_",
    "零\u200b宽",
    "\u202e倒",
    "😀",
    "长" * 300,
)


def test_whatever_a_keyword_is_called_it_is_a_text_and_compared_with_itself_alone(
    tmp_path: Path, book: Path
) -> None:
    said = [
        Theirs((day, name), {"composite_index": number * rise}, "指数.csv", INDICES.table)
        for day, rise in ((dt.date(2026, 6, 1), 1.0), (dt.date(2026, 6, 8), 2.0))
        for number, name in enumerate(HOSTILE, 1)
    ]
    assert take(book, Gathered(said)).new == len(said)
    assert rows(book, "composite_change") == [(None,)] * len(HOSTILE) + [(1,)] * len(HOSTILE)
    assert unequal(book, libreoffice_values([book], tmp_path)[book]) == []
    assert validate([book]) == []
    before = book.read_bytes()
    done = take(book, Gathered(said))
    assert (done.unchanged, book.read_bytes() == before) == (len(said), True)


@pytest.mark.parametrize("head", ["日期,关键词,综合指数", "日期,渠道,消耗"], ids=["a keyword", "a channel"])
@pytest.mark.parametrize("length", [1000, 1001, 9000, 40_000])
def test_a_name_longer_than_can_be_remembered_is_left_out_and_told(tmp_path: Path, head: str, length: int) -> None:
    (tmp_path / "导出.csv").write_text(f"{head}\n2026-06-01,{'长' * length},5\n", encoding="utf-8")
    book = plan(tmp_path / "计划.xlsx")
    done = refresh(book)
    fits = length <= 1000
    assert (done.new, "SOURCE_NAME_TOO_LONG" in codes(done)) == (int(fits), not fits)
    before = book.read_bytes()
    done = refresh(book)
    assert (done.unchanged, book.read_bytes() == before) == (int(fits), True)


@pytest.mark.thorough
def test_ten_thousand_keywords_find_room(tmp_path: Path) -> None:
    indices(tmp_path, [f"2026-06-0{day},词{k},{k + day},{k}\n" for day in (1, 8) for k in range(10_000)])
    book = plan(tmp_path / "计划.xlsx", kind="suanshu", source_place="指数.csv")
    done = refresh(book)
    assert (done.new, done.unknown, len(rows(book, "date"))) == (20_000, 0, 20_000)
    before = book.read_bytes()
    assert (refresh(book).unchanged, book.read_bytes() == before) == (20_000, True)


@given(st.dates(), st.text(max_size=20), st.dictionaries(st.sampled_from(INDICES.values), st.floats(0, 1e9)))
def test_a_baseline_is_read_by_the_table_that_it_stands_in_alone(
    day: dt.date, keyword: str, values: dict[str, float]
) -> None:
    baseline = Baseline(key_of(day, [keyword]), values, "指数.csv", 46000.25)
    cell = encoded(baseline, INDICES)
    assert decoded(cell, INDICES) == baseline
    assert decoded(cell, READINGS) is None


def test_a_source_that_gives_both_is_one_line_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "导出").mkdir()
    export(tmp_path / "导出", list(DAYS.values()))
    indices(tmp_path / "导出")
    book = load_book()
    read = open_workbook(plan(tmp_path / "计划.xlsx"), book)
    (answer,) = gather([asked_at_once(str(tmp_path / "导出"), "", read, book)]).answers
    assert (answer.read, answer.readings, answer.newest) == (7, 7, dt.date(2026, 6, 8))
