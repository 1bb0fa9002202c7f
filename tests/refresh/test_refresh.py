"""Laws of a refresh of a closed workbook: readings arrive, what follows is right, no cell of a planner goes."""

import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.plan.readings import Reading
from promo_xl.refresh.asked import headings, sources_of
from promo_xl.refresh.revert import revert
from promo_xl.refresh.trusted import trust, unknown_places
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.patch import Change, column_name, patch_workbook
from promo_xl.workbook.shown import shown_in
from promo_xl.workbook.tables_in_file import table_areas
from tests.proof.made import changed
from tests.proof.package_lint import lint
from tests.proof.recalculate import ironcalc_values, libreoffice_values, unequal
from tests.proof.validator import validate
from tests.refresh.exports import (
    DAYS,
    NOW,
    cell,
    codes,
    export,
    opened,
    plan,
    readings,
    refresh,
    shown,
    typed,
)
from tests.workbook.files import planned, running

MANY = [
    f"2026-06-{day:02},渠道{channel},,{day * channel},100\n" for day in range(1, 31) for channel in range(1, 6)
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A plan beside its export of three readings."""
    export(tmp_path)
    return plan(tmp_path / "计划.xlsx")


def test_a_plan_with_formulas_of_ours_alone_needs_no_engine(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("promo_xl.workbook.caches.calculated", lambda *given: asked.append(given) or {})
    done = refresh(book)
    assert (asked, done.new, done.unknown) == ([], 3, 0)


def test_readings_arrive_in_the_first_blank_rows(book: Path) -> None:
    done = refresh(book)
    assert readings(book) == [
        ("2026-06-01", "抖音信息流", 100),
        ("2026-06-02", "抖音信息流", 200),
        ("2026-06-03", "朋友圈", 300),
    ]
    assert (done.new, done.changed, done.unchanged) == (3, 0, 0)


def test_the_same_source_leaves_the_file_byte_for_byte(book: Path) -> None:
    refresh(book)
    before = book.read_bytes()
    done = refresh(book, datetime(2026, 7, 1))
    assert book.read_bytes() == before
    assert (done.unchanged, done.performed.changes) == (3, ())


def test_every_formula_shows_what_two_engines_find(book: Path, tmp_path: Path) -> None:
    refresh(book)
    (tmp_path / "导出.csv").write_text("日期,渠道,消耗,成交金额\n2026-06-01,抖音信息流,1,9\n", encoding="utf-8")
    done = refresh(book)
    assert done.unknown == 0
    assert done.renewed > 0
    assert unequal(book, ironcalc_values(book)) == []
    assert unequal(book, libreoffice_values([book], tmp_path)[book]) == []


def test_a_refreshed_workbook_is_a_right_file(book: Path) -> None:
    refresh(book)
    assert validate([book]) == []
    assert [found.rule for found in lint(book)] == ["full-calc-on-load"], "Excel calculates once more itself"


def test_a_late_correction_of_an_old_day_arrives(book: Path, tmp_path: Path) -> None:
    refresh(book)
    export(tmp_path, [DAYS[1].replace("100,", "150,"), DAYS[2], DAYS[3]])
    done = refresh(book)
    assert readings(book)[0] == ("2026-06-01", "抖音信息流", 150)
    assert (done.new, done.changed, done.unchanged) == (0, 1, 2)


def test_what_a_planner_typed_over_stays_and_is_said(book: Path, tmp_path: Path) -> None:
    refresh(book)
    typed(book, 0, "spend", 90.0)
    typed(book, 0, "note", "财务核对过")
    export(tmp_path, [DAYS[1].replace("100,", "150,"), DAYS[2], DAYS[3]])
    done = refresh(book)
    assert readings(book)[0] == ("2026-06-01", "抖音信息流", 90)
    assert codes(done) == ["REFRESH_CONFLICT"]
    assert ["2026-06-01", "数据监控表!E18", "抖音信息流", "A", "花费", 90, 150, "导出.csv"] in [
        [str(value)[:10] if isinstance(value, date) else value for value in row] for row in shown(book, "取数记录")
    ]
    before = book.read_bytes()
    refresh(book, datetime(2026, 7, 1))
    assert book.read_bytes() == before, "a conflict that is known changes nothing"


def test_the_table_grows_with_all_that_follows_it(tmp_path: Path) -> None:
    export(tmp_path, MANY)
    book = plan(tmp_path / "计划.xlsx")
    rows = table_areas(book)["tblreadings"]
    done = refresh(book)
    grown = table_areas(book)["tblreadings"]
    assert grown.bottom - grown.top == 150
    assert done.grown == {"tblReadings": 150 - (rows.bottom - rows.top)}
    assert len(readings(book)) == 150
    assert validate([book]) == []
    assert [found.rule for found in lint(book)] == ["full-calc-on-load"], "Excel calculates once more itself"
    assert unequal(book, ironcalc_values(book)) == []
    before = book.read_bytes()
    refresh(book)
    assert book.read_bytes() == before


def test_the_as_of_date_moves_forward_to_the_last_reading_and_not_beyond_today(tmp_path: Path) -> None:
    export(tmp_path, [*DAYS.values(), "2026-06-12,朋友圈,,1,1\n", "2026-06-20,朋友圈,,1,1\n"])
    book = plan(tmp_path / "计划.xlsx", planned(as_of=date(2026, 6, 10)))
    assert refresh(book, datetime(2026, 6, 15)).as_of == date(2026, 6, 12)
    assert refresh(book, datetime(2026, 6, 11)).as_of == date(2026, 6, 12), "it never goes back by itself"


def test_a_fixed_as_of_date_is_taken_as_it_is(book: Path) -> None:
    assert refresh(book, as_of=date(2026, 6, 2)).as_of == date(2026, 6, 2)
    before = book.read_bytes()
    refresh(book, as_of=date(2026, 6, 2))
    assert book.read_bytes() == before


def test_the_log_says_what_was_changed_the_newest_first(book: Path, tmp_path: Path) -> None:
    refresh(book)
    export(tmp_path, [DAYS[1].replace("100,", "150,"), DAYS[2], DAYS[3]])
    refresh(book, datetime(2026, 6, 11, 9))
    log = [row for row in shown(book, "取数记录") if "导出.csv" in row]
    assert log[0][1:] == ["更新 2026-06-01", "抖音信息流", "A", "花费", 100, 150, "导出.csv"]
    assert log[1][1:] == ["新增 2026-06-01", "抖音信息流", "A", "花费 100; 曝光量 5,000", "导出.csv"]
    assert log[0][0] == datetime(2026, 6, 11, 9)


def test_a_row_that_a_planner_began_is_completed(tmp_path: Path) -> None:
    export(tmp_path)
    mine = Reading(date=date(2026, 6, 2), channel="抖音信息流", campaign="A", note="重点日", adjustment="加预算")
    book = plan(tmp_path / "计划.xlsx", replace(planned(), readings=(mine,)))
    refresh(book)
    assert readings(book)[0] == ("2026-06-02", "抖音信息流", 200)
    assert opened(book).promotion.readings[0].note == "重点日"
    assert len(readings(book)) == 3


def test_a_blank_row_in_which_a_planner_left_a_formula_is_not_filled(book: Path) -> None:
    table = opened(book).tables["readings"]
    first = table_areas(book)["tblreadings"].top + 1
    at = table.grid.name, first, table.columns["spend"]
    _formula(book, at, "1*0")
    refresh(book)
    assert readings(book)[1:] == [
        ("2026-06-01", "抖音信息流", 100),
        ("2026-06-02", "抖音信息流", 200),
        ("2026-06-03", "朋友圈", 300),
    ]


def _formula(path: Path, at: tuple[str, int, int], formula: str, kind: str = "") -> None:
    """A planner types a formula of this kind: the cell's number becomes its result."""
    patch_workbook(path, [Change(*at, 12345.0)])

    def edit(entries: dict[str, bytes]) -> None:
        for part, content in entries.items():
            entries[part] = content.replace(b"<v>12345.0</v>", f"<f{kind}>{formula}</f><v>0</v>".encode())

    changed(path, path, edit)


def test_a_formula_as_as_of_date_is_left_to_the_planner(book: Path) -> None:
    _formula(book, opened(book).cells["as_of"], "DATE(2026,6,1)")
    done = refresh(book, datetime(2026, 6, 15))
    assert "AS_OF_IS_FORMULA" in codes(done)


def test_a_channel_that_the_plan_does_not_list_is_named(tmp_path: Path) -> None:
    export(tmp_path, ["2026-06-01,小红书,,1,1\n"])
    assert codes(refresh(plan(tmp_path / "计划.xlsx"))) == ["REFRESH_CHANNEL_UNPLANNED"]


def test_days_outside_the_campaign_are_counted_and_left_out(tmp_path: Path) -> None:
    export(tmp_path, [*DAYS.values(), "2026-05-31,朋友圈,,1,1\n", "2026-07-01,朋友圈,,1,1\n"])
    book = plan(tmp_path / "计划.xlsx")
    (outside,) = [f for f in refresh(book).performed.findings if f.code == "SOURCE_ROWS_OUTSIDE"]
    assert outside.details["count"] == 2
    assert len(readings(book)) == 3


def test_a_place_is_asked_for_once_on_a_machine(book: Path, tmp_path: Path) -> None:
    asked = sources_of(opened(book), load_book(), book)
    (place,) = unknown_places(asked, tmp_path / "mine")
    assert str(tmp_path / "导出.csv") in place
    trust([place], tmp_path / "mine")
    assert unknown_places(asked, tmp_path / "mine") == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"kind": "__init__"}, "SOURCE_KIND_UNKNOWN"),
        ({"kind": "../cli/main"}, "SOURCE_KIND_UNKNOWN"),
        ({"kind": "os"}, "SOURCE_KIND_UNKNOWN"),
        ({"kind": ""}, "SOURCE_KIND_BLANK"),
        ({"source_place": ""}, "SOURCE_PLACE_BLANK"),
        ({"source_place": "file:///etc/passwd"}, "SOURCE_PLACE_URL"),
        ({"source_place": "\\\\server\\share\\a.csv"}, "SOURCE_PLACE_NETWORK"),
        ({"source_place": "/proc/self/environ"}, "SOURCE_PLACE_DEVICE"),
        ({"mapping": "消耗=备注"}, "SOURCE_MAPPING_FIELD_UNKNOWN"),
        ({"kind": "sql", "source_place": "postgresql://u:geheim@host/db"}, "SOURCE_SQL_PASSWORD_IN_PLACE"),
        ({"active": "no"}, "REFRESH_NO_SOURCE"),
    ],
)
def test_a_hostile_row_of_data_sources_reads_nothing_and_changes_nothing(
    tmp_path: Path, row: dict[str, str], code: str
) -> None:
    export(tmp_path)
    book = plan(tmp_path / "计划.xlsx", **row)
    before = book.read_bytes()
    with pytest.raises(RefusedError) as refusal:
        refresh(book)
    assert [finding.code for finding in refusal.value.findings] == [code]
    assert book.read_bytes() == before
    assert "geheim" not in str(refusal.value)


def test_one_source_that_fails_keeps_no_other_from_answering(book: Path, tmp_path: Path) -> None:
    table = opened(book).tables["sources"]
    second = table.first + 1
    at = {field: (table.grid.name, second, table.columns[field]) for field in ("kind", "source_place")}
    patch_workbook(book, [Change(*at["kind"], "导出文件"), Change(*at["source_place"], "没有.csv")])
    done = refresh(book)
    assert len(readings(book)) == 3
    assert "FILE_MISSING" in codes(done)


def test_the_log_says_every_number_to_its_last_digit_and_every_line_of_it_is_seen(tmp_path: Path) -> None:
    head = "日期,渠道,消耗,展现量,点击量,点赞,评论,分享,转化数,订单数,成交金额\n"
    line = "2026-06-01,抖音信息流,259255.55,1297567,34561234,2345,3456,4567,5678,6789,12345678.9\n"
    (tmp_path / "导出.csv").write_text(head + line, encoding="utf-8")
    book = plan(tmp_path / "计划.xlsx")
    refresh(book)
    log = opened(book).tables["refresh_log"]
    said = log.grid.value(log.first, log.columns["log_after"])
    assert said == (
        "花费 259,255.55; 曝光量 1,297,567; 点击量 34,561,234; 点赞 2,345; 评论 3,456; 分享 4,567; 转化数 5,678; "
        "成交量 6,789; 成交金额 12,345,678.9"
    )
    row = BookFile.of(book).places("取数记录").row(log.first)
    assert row is not None
    assert float(row.attributes["ht"]) > 30, "more than one line"


def test_charts_of_newer_kinds_stay_and_are_named(book: Path) -> None:
    newer = '<cx:c xmlns:cx="x"><cx:numDim><cx:f>数据监控表!$E$18:$E$20</cx:f></cx:numDim></cx:c>'.encode()
    part = "xl/charts/chartEx1.xml"
    changed(book, book.with_name("新图.xlsx"), lambda parts: parts.update({part: newer})).replace(book)
    assert "CHARTS_NOT_REDRAWN" in codes(refresh(book))
    with zipfile.ZipFile(book) as archive:
        assert archive.read(part) == newer
    assert "CHARTS_NOT_REDRAWN" not in codes(refresh(book)), "nothing has changed"


def test_only_parts_with_a_reason_differ(tmp_path: Path) -> None:
    export(tmp_path, [*DAYS.values(), "2026-06-25,抖音信息流,A,100,5000\n"])
    book = plan(tmp_path / "计划.xlsx", running("zh"))
    with zipfile.ZipFile(book) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
        sheets = {name: i for i, name in enumerate(opened(book).grids)}
    refresh(book, datetime(2026, 6, 26))
    with zipfile.ZipFile(book) as archive:
        differing = {name for name in archive.namelist() if archive.read(name) != before[name]}
    assert sheets
    others = {name for name in differing if not name.startswith("xl/worksheets/sheet")}
    assert {name for name in others if not name.startswith("xl/charts/chart")} == {"xl/workbook.xml"}


def test_text_that_would_be_a_formula_arrives_as_text(tmp_path: Path) -> None:
    export(tmp_path, ["2026-06-01,=cmd|' /C calc'!A0,@SUM(1),1,1\n"])
    book = plan(tmp_path / "计划.xlsx")
    refresh(book)
    assert opened(book).promotion.readings[0].channel == "=cmd|' /C calc'!A0"
    with zipfile.ZipFile(book) as archive:
        assert not any(b"<f>cmd" in archive.read(name) for name in archive.namelist())


def test_a_workbook_without_the_hidden_column_is_refused(book: Path) -> None:
    sheet, _, column = cell_of_baseline(book)
    patch_workbook(book, [Change(sheet, table_areas(book)["tblreadings"].top, column, "别的")])
    before = book.read_bytes()
    with pytest.raises(RefusedError) as refusal:
        refresh(book)
    assert "REFRESH_NO_PLACE" in [finding.code for finding in refusal.value.findings]
    assert book.read_bytes() == before


def cell_of_baseline(path: Path) -> tuple[str, int, int]:
    """The hidden column."""
    table = opened(path).tables["readings"]
    return table.grid.name, table.first, table.columns["baseline"]


def test_a_planners_column_beside_the_table_stays(book: Path) -> None:
    sheet, row, column = cell_of_baseline(book)
    patch_workbook(book, [Change(sheet, row, column + 6, "我的备注")])
    refresh(book)
    assert opened(book).grids[sheet].cell(row, column + 6).value == "我的备注"


def test_a_refresh_is_taken_back_in_a_workbook_that_was_edited_since(book: Path) -> None:
    sheet, row, column = cell_of_baseline(book)
    refresh(book)
    patch_workbook(book, [Change(sheet, row, column + 6, "我的备注")])
    done = revert(book, load_book())
    assert (done.whole, done.findings, readings(book)) == (False, (), [])
    assert opened(book).grids[sheet].cell(row, column + 6).value == "我的备注"


def test_the_cell_of_a_conflict_is_named(book: Path) -> None:
    refresh(book)
    sheet, row, _ = cell(book, 0, "spend")
    assert (sheet, row) == ("数据监控表", 18)
    assert NOW.year == 2026


def test_an_array_formula_keeps_no_value_that_is_no_longer_right_in_any_of_its_cells(
    book: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    refresh(book)
    sheet, row, column = cell(book, 0, "spend")
    other = column_name(column + 60)
    places = [(sheet, row + i, column + 60) for i in range(3)]
    patch_workbook(book, [Change(*place, 77.0) for place in places])
    reads = f"{column_name(column)}{row}:{column_name(column)}{row + 2}"
    _formula(book, places[0], f'TEXT({reads},"aaaa")', f' t="array" ref="{other}{row}:{other}{row + 2}"')
    _formula(book, (sheet, row, column + 61), f"{other}{row + 2}+1")
    export(book.parent, [DAYS[1].replace("100,", "150,"), DAYS[2], DAYS[3]])
    assert refresh(book).unknown == 2
    grid = opened(book).grids[sheet]
    assert [grid.cell(*place[1:]).value for place in places[1:]] == [None, None]
    empty = {at for at, one in shown_in(BookFile.of(book)).items() if one.value is None}
    assert {*places, (sheet, row, column + 61)} <= empty
    capfd.readouterr()
    export(book.parent, [DAYS[1].replace("100,", "160,"), DAYS[2], DAYS[3]])
    assert refresh(book).unknown == 2
    assert capfd.readouterr().out == "", "no engine speaks in between"


@pytest.mark.parametrize("text", ["spend: [成本]", "spend: {zh: 1}", "- a", "spend: {zh: [", "7", ""])
def test_own_headings_that_are_none_are_refused_with_their_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "source_headings.yml").write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError) as refusal:
        headings(tmp_path)
    assert [(found.code, found.place) for found in refusal.value.findings] == [("TEMPLATE", "source_headings.yml")]
