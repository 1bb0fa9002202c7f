"""Laws of reading an export in rows."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.filled import FILLED
from promo_xl.plan.findings import RefusedError
from promo_xl.sources.export_findings import MOST_OF_A_KIND
from promo_xl.sources.export_values import HUGE, NO_YEAR, UNREADABLE, day_of, number_of
from promo_xl.sources.source import kinds, source_of
from tests.sources.exports import codes, fetch, headings, order, readings
from tests.sources.refusals import refusal_of

HEADER = "日期,渠道,消耗,展现量\n"


def test_the_kinds_are_found_by_their_names() -> None:
    assert {"export", "folder"} <= set(kinds())
    assert source_of("export").kind == "export"
    assert source_of("folder").kind == "folder"


def test_every_declared_field_is_one_of_a_table_and_no_heading_means_two() -> None:
    assert set(headings()) == {*(field for table in FILLED for field in table.fields), "ignored", "totals"}
    names = [name.casefold() for field, all_names in headings().items() if field != "totals" for name in all_names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_titles_above_the_header_are_no_data(tmp_path: Path, encoding: str) -> None:
    text = "推广报表\n账户：示例店\n\n" + HEADER + "2026-06-01,抖音,12.5,1000\n"
    assert readings(fetch(tmp_path, text.encode(encoding))) == [
        ("2026-06-01", "抖音", "", {"spend": 12.5, "impressions": 1000})
    ]


@pytest.mark.parametrize(
    ("heading", "field", "value"),
    [
        ("消耗(元)", "spend", 2),
        ("消耗（万元）", "spend", 20_000),
        (" 总花费(元)", "spend", 2),
        ("展现次数(万)", "impressions", 20_000),
        ("点击量(次)", "clicks", 2),
        ("Ｃｌｉｃｋｓ", "clicks", 2),
        ("支付金额", "revenue", 2),
    ],
)
def test_a_unit_behind_a_heading_is_understood(tmp_path: Path, heading: str, field: str, value: float) -> None:
    fetched = fetch(tmp_path, f"日期,渠道,{heading}\n2026-06-01,抖音,2\n")
    assert readings(fetched) == [("2026-06-01", "抖音", "", {field: value})]
    assert codes(fetched) == []


def test_rates_are_known_and_not_read(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, "日期,渠道,消耗,点击率(%),转化数(%)\n2026-06-01,抖音,2,3%,4%\n")
    assert readings(fetched) == [("2026-06-01", "抖音", "", {"spend": 2})]
    assert codes(fetched) == []


def test_the_order_s_mapping_beats_the_aliases(tmp_path: Path) -> None:
    text = "日期,渠道,消耗,现金消耗(万)\n2026-06-01,抖音,2,3\n"
    fetched = fetch(tmp_path, text, mapping={"现金消耗": "spend"})
    assert readings(fetched) == [("2026-06-01", "抖音", "", {"spend": 30_000})]
    assert codes(fetched) == ["SOURCE_COLUMN_TWICE"]
    assert codes(fetch(tmp_path, text, mapping={"现金消耗": "spend", "消耗": ""})) == []


def test_a_mapping_to_no_field_is_refused_and_one_of_no_column_is_told(tmp_path: Path) -> None:
    text = HEADER + "2026-06-01,抖音,2,3\n"
    wrong = refusal_of(lambda: fetch(tmp_path, text, mapping={"消耗": "speed"}))
    assert (wrong.code, wrong.details["fields"]) == ("SOURCE_MAPPING_FIELD_UNKNOWN", "speed")
    (absent,) = fetch(tmp_path, text, mapping={"现金": "spend"}).findings
    assert (absent.code, absent.details["columns"]) == ("SOURCE_MAPPED_COLUMN_MISSING", "现金")


def test_unknown_columns_are_named_in_one_finding(tmp_path: Path) -> None:
    (finding,) = fetch(tmp_path, "日期,渠道,消耗,甲,乙\n2026-06-01,抖音,2,3,4\n").findings
    assert (finding.code, finding.details["columns"]) == ("SOURCE_COLUMNS_UNKNOWN", "甲, 乙")


def test_of_two_equal_headings_the_first_is_read(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, "日期,渠道,消耗,消耗\n2026-06-01,抖音,2,3\n")
    assert readings(fetched)[0][3] == {"spend": 2}
    (finding,) = fetched.findings
    assert (finding.code, finding.place) == ("SOURCE_COLUMN_TWICE", "a.csv › D1")


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("渠道,消耗", ["SOURCE_DATE_COLUMN_MISSING"]),
        ("日期,渠道", ["SOURCE_METRIC_COLUMN_MISSING"]),
        ("甲,乙", ["SOURCE_DATE_COLUMN_MISSING", "SOURCE_METRIC_COLUMN_MISSING"]),
    ],
)
def test_all_that_a_header_lacks_is_told_at_once(tmp_path: Path, header: str, missing: list[str]) -> None:
    with pytest.raises(RefusedError) as caught:
        fetch(tmp_path, header + "\n1,2\n")
    assert [finding.code for finding in caught.value.findings] == missing


def test_rows_wider_than_the_header_are_refused(tmp_path: Path) -> None:
    finding = refusal_of(lambda: fetch(tmp_path, HEADER + "1,2026-06-01,抖音,2,3\n"))
    assert (finding.code, finding.place) == ("SOURCE_ROW_WIDER_THAN_HEADER", "a.csv › E2")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234", 1234), ("1,234,567.5", 1234567.5), ("¥12", 12), ("￥1,200.00", 1200), ("１２３", 123),
        ("-5", -5), ("1.2万", 12_000), ("3亿", 3e8), ("12元", 12), ("1.5E+3", 1500), (" 7 ", 7), ('="0012"', 12),
        ("", None), ("-", None), ("--", None), ("—", None), (None, None), (5, 5), (2.5, 2.5),
        ("12%", UNREADABLE), ("1,2", UNREADABLE), ("abc", UNREADABLE), ("1:8", UNREADABLE), ("nan", UNREADABLE),
        ("inf", UNREADABLE), (True, UNREADABLE), (float("inf"), UNREADABLE), (dt.date(2026, 6, 1), UNREADABLE),
        ("9" * 100, UNREADABLE), ("--5", UNREADABLE), ("1e308", UNREADABLE), ("9e99", HUGE),
        (1e308, HUGE), (-1e16, HUGE), (10**400, HUGE), ("9" * 50, HUGE), (10**15, 1e15),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly_or_not_at_all(text: str | float | None, number: object) -> None:
    assert number_of(text) == number


def test_a_text_s_own_unit_counts_instead_of_the_heading_s() -> None:
    assert number_of("1.2万", 10_000) == 12_000
    assert number_of("1.2", 10_000) == 12_000
    assert number_of(1.2345, 10_000) == 12_345


@pytest.mark.parametrize("cell", [1e308, 10**400, 9e14, "9e99", "900000000000000", "1亿"])
def test_a_heading_s_unit_makes_no_number_infinite(cell: float | str) -> None:
    assert number_of(cell, 1e8) in {HUGE, 1e8}


@pytest.mark.parametrize("big", [0, 10**9])
def test_a_number_too_big_to_be_believed_is_told_and_left_out(tmp_path: Path, big: int) -> None:
    text = "日期,渠道,消耗(万元),展现量\n2026-06-01,抖音,1e300,1\n2026-06-02,抖音,9e20,2\n"
    text += "2026-06-03,抖音,3,9999999999999999999999\n"
    fetched = fetch(tmp_path, text, big)
    assert [row[3] for row in readings(fetched)] == [{"impressions": 1}, {"impressions": 2}, {"spend": 30_000}]
    found = {finding.place: finding.details.get("reason") for finding in fetched.findings}
    assert found.pop("a.csv › C2") in {None, "huge"}
    assert found == {"a.csv › C3": "huge", "a.csv › D4": "huge"}


@pytest.mark.parametrize("big", [0, 10**9])
def test_a_text_as_long_as_no_name_is_told_and_its_row_left_out(tmp_path: Path, big: int) -> None:
    text = HEADER + f"2026-06-01,{'长' * 1001},1,2\n2026-06-02,抖音,1,2\n"
    fetched = fetch(tmp_path, text, big)
    assert [row[1] for row in readings(fetched)] == ["抖音"]
    (finding,) = fetched.findings
    assert (finding.code, finding.place) == ("SOURCE_NAME_TOO_LONG", "a.csv › B2")
    assert len(str(finding.details["text"])) == 40


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_change_no_number(number: int) -> None:
    assert number_of(f"{number:,}") == number_of(str(number)) == number


@pytest.mark.parametrize(
    "text",
    ["2026-06-01", "2026/6/1", "20260601", 20260601, "2026年6月1日", "2026-06-01 00:00:00", "2026-06-01 13:45",
     "2026-06-01~2026-06-07", "2026/06/01 至 2026/06/07", dt.date(2026, 6, 1), dt.datetime(2026, 6, 1, 9)],
)  # fmt: skip
def test_a_day_is_read_as_platforms_write_it(text: str) -> None:
    assert day_of(text) == dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("6月1日", NO_YEAR), ("06-01", NO_YEAR), ("2026年6月", UNREADABLE), ("2026-06-31", UNREADABLE),
     ("2026-06-01~2026-06-30", UNREADABLE), ("abc", UNREADABLE), (True, UNREADABLE), ("--", None)],
)  # fmt: skip
def test_a_day_is_never_guessed(text: str, reason: str) -> None:
    assert day_of(text) == reason


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31)))
def test_every_day_reads_back(day: dt.date) -> None:
    assert (
        day_of(day.isoformat())
        == day_of(f"{day:%Y%m%d}")
        == day_of(f"{day.year}年{day.month}月{day.day}日")
        == day
    )


def test_a_row_without_a_year_is_left_out_and_told(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, HEADER + "6月1日,抖音,1,2\n2026-06-02,抖音,1,2\n")
    assert [row[0] for row in readings(fetched)] == ["2026-06-02"]
    (finding,) = fetched.findings
    assert (finding.code, finding.place) == ("SOURCE_DATE_WITHOUT_YEAR", "a.csv › A2")


def test_what_is_no_number_is_left_out_and_told_with_its_place(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, HEADER + "2026-06-01,抖音,abc,2\n")
    assert readings(fetched) == [("2026-06-01", "抖音", "", {"impressions": 2})]
    (finding,) = fetched.findings
    assert (finding.code, finding.field, finding.place) == ("SOURCE_VALUE_UNREADABLE", "spend", "a.csv › C2")


def test_only_the_ordered_days_are_read(tmp_path: Path) -> None:
    text = HEADER + "".join(f"2026-06-0{day},抖音,1,2\n" for day in range(1, 6))
    fetched = fetch(tmp_path, text, start=dt.date(2026, 6, 2), end=dt.date(2026, 6, 3))
    assert [row[0] for row in readings(fetched)] == ["2026-06-02", "2026-06-03"]
    assert fetched.read == 5


def test_a_row_without_a_channel_belongs_to_the_order_s(tmp_path: Path) -> None:
    text = "日期,消耗\n2026-06-01,1\n"
    assert readings(fetch(tmp_path, text, channel="微信"))[0][1] == "微信"
    nameless = fetch(tmp_path, text)
    assert (readings(nameless), codes(nameless)) == ([], ["SOURCE_CHANNEL_MISSING"])


def test_a_channel_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, HEADER + "2026-06-01,=1+1,1,2\n2026-06-01,+cmd|'/c calc'!A0,1,2\n")
    assert {row.key[1] for row in fetched.rows} == {"=1+1", "+cmd|'/c calc'!A0"}


@pytest.mark.parametrize("word", ["合计", "总计:", "汇总", "Total", "合计（2条）"])
@pytest.mark.parametrize("at", ["{},,3,30", ",{},3,30"])
def test_a_totals_row_is_never_data(tmp_path: Path, word: str, at: str) -> None:
    rows = "2026-06-01,抖音,1,10\n2026-06-02,抖音,2,20\n"
    fetched = fetch(tmp_path, HEADER + rows + at.format(word) + "\n")
    assert len(fetched.rows) == 2
    assert codes(fetched) == []


def test_a_total_that_is_not_the_sum_is_told_with_both_numbers(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, HEADER + "合计,,100,30\n2026-06-01,抖音,1,10\n2026-06-02,抖音,2,20\n")
    (finding,) = fetched.findings
    assert (finding.code, finding.field, finding.place) == ("SOURCE_TOTAL_MISMATCH", "spend", "a.csv › C2")
    assert (finding.details["total"], finding.details["sum"]) == ("100", "3")


@pytest.mark.parametrize(
    ("total", "is_right"), [("1.2万", True), ("12,345", True), ("1.3万", False), ("12000", False)]
)
def test_a_total_may_be_rounded_as_it_is_written(tmp_path: Path, total: str, is_right: bool) -> None:
    fetched = fetch(tmp_path, HEADER + f'2026-06-01,抖音,12345,1\n合计,,"{total}",1\n')
    assert ("SOURCE_TOTAL_MISMATCH" not in codes(fetched)) == is_right


def test_two_totals_rows_are_told_and_a_sum_of_a_day_is_skipped(tmp_path: Path) -> None:
    text = HEADER + "2026-06-01,抖音,1,10\n2026-06-01,合计,1,10\n合计,,1,10\n总计,,1,10\n"
    fetched = fetch(tmp_path, text)
    assert len(fetched.rows) == 1
    assert sorted(codes(fetched)) == ["SOURCE_SUBTOTALS_SKIPPED", "SOURCE_TOTALS_TWICE"]


def test_identical_lines_count_once_and_different_ones_are_added_up(tmp_path: Path) -> None:
    text = "日期,渠道,消耗,广告\n2026-06-01,抖音,1,甲\n2026-06-01,抖音,1,甲\n2026-06-01,抖音,1,乙\n"
    fetched = fetch(tmp_path, text, mapping={"广告": ""})
    assert readings(fetched) == [("2026-06-01", "抖音", "", {"spend": 2})]
    counts = {finding.code: finding.details["count"] for finding in fetched.findings}
    assert counts == {"SOURCE_LINES_IDENTICAL": "1", "SOURCE_LINES_SUMMED": "1"}


def test_findings_of_a_kind_are_bounded_and_the_rest_is_counted(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, HEADER + "".join(f"2026-06-01,渠道{n},x{n},1\n" for n in range(100)))
    found = codes(fetched)
    assert found.count("SOURCE_VALUE_UNREADABLE") == MOST_OF_A_KIND
    assert fetched.findings[-1].code == "SOURCE_MORE_FINDINGS"
    assert fetched.findings[-1].details["count"] == str(100 - MOST_OF_A_KIND)


def test_a_broken_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    finding = refusal_of(lambda: fetch(tmp_path, (HEADER + "2026-06-01,抖音渠道推广,1,2\n").encode() + b"\xff\n"))
    assert (finding.code, finding.details["line"]) == ("FILE_ENCODING", 3)


def test_the_sheet_that_the_order_names_is_read(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for name, spend in (("甲", 1), ("乙", 2)):
        sheet = book.create_sheet(name)
        sheet.append(["日期", "渠道", "消耗"])
        sheet.append([dt.date(2026, 6, 1), "抖音", spend])
    book.save(tmp_path / "a.xlsx")
    read = source_of("export").read
    from promo_xl.sources.source import Surroundings

    first = read(order("a.xlsx", folder=tmp_path), Surroundings())
    assert (first.rows[0].values, first.rows[0].place) == ({"spend": 1}, "a.xlsx › 甲!A2")
    assert codes(first) == ["SOURCE_SHEETS_NOT_READ"]
    second = read(order("a.xlsx", folder=tmp_path, query="乙"), Surroundings())
    assert (second.rows[0].values, codes(second)) == ({"spend": 2}, [])
    missing = refusal_of(lambda: read(order("a.xlsx", folder=tmp_path, query="丙"), Surroundings()))
    assert missing.code == "SOURCE_SHEET_MISSING"
