"""Laws of reading one product: what a planner types, and what is refused with the way out."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from promo_xl.plan.findings import Severity
from tests.batches.lists import codes, from_text, listed, only, the, xlsx

JUNE_FIRST = dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01",
        "2026/6/1",
        "2026.6.1",
        "2026年6月1日",
        "6月1日",
        "6/1",
        "20260601",
        "46174",
        "46174.5",
        "2026-06-01 09:30:00",
        "２０２６－６－１",
        " 2026-06-01 ",
    ],
)
def test_a_launch_may_be_written_in_any_usual_way(tmp_path: Path, text: str) -> None:
    assert only(from_text(tmp_path, f"产品,上市日期\n面膜,{text}\n")).launch == JUNE_FIRST


@pytest.mark.parametrize(
    "value",
    [
        JUNE_FIRST,
        dt.datetime(2026, 6, 1, 9, 30),
        46174,
        46174.5,
        20260601,
        "46174",
        (46174, "yyyy/m/d"),
        (46174, 'm"月"d"日"'),
        (46174, "[$-804]yyyy年m月d日"),
    ],
)
def test_a_launch_may_be_a_day_or_a_serial_number_in_excel(tmp_path: Path, value: Any) -> None:
    path = xlsx(tmp_path / "a.xlsx", ["产品", "上市日期"], ["面膜", value])
    assert only(listed(path)).launch == JUNE_FIRST


@pytest.mark.parametrize(
    ("text", "expected"), [("1月5日", dt.date(2026, 1, 5)), ("12月1日", dt.date(2025, 12, 1)), ("2月29日", None)]
)
def test_a_day_without_a_year_is_the_nearest(tmp_path: Path, text: str, expected: dt.date | None) -> None:
    products = from_text(tmp_path, f"产品,上市日期\n面膜,{text}\n")
    assert [brief.launch for brief in products.briefs] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("尽快", "PRODUCT_DATE_UNREADABLE"),
        ("待定", "PRODUCT_DATE_UNREADABLE"),
        ("6/1/26", "PRODUCT_DATE_UNREADABLE"),
        ("1/6/2026", "PRODUCT_DATE_UNREADABLE"),
        ("6月1日-6月30日", "PRODUCT_DATE_UNREADABLE"),
        ("123", "PRODUCT_DATE_UNREADABLE"),
        ("2026-02-30", "PRODUCT_DATE_NO_SUCH_DAY"),
        ("2月30日", "PRODUCT_DATE_NO_SUCH_DAY"),
        ("20260231", "PRODUCT_DATE_NO_SUCH_DAY"),
        ("1926-06-01", "PRODUCT_DATE_FAR"),
        ("2206-06-01", "PRODUCT_DATE_FAR"),
    ],
)
def test_what_is_no_day_is_refused_with_what_was_found(tmp_path: Path, text: str, code: str) -> None:
    products = from_text(tmp_path, f"产品,上市日期\n面膜,{text}\n精华,6/1\n")
    assert [brief.product for brief in products.briefs] == ["精华"]
    finding = the(products, code)
    assert (finding.subject, finding.field, finding.place) == ("面膜", "launch", "产品.csv › B2")
    assert finding.details["found"] == text
    assert finding.details["column"] == "上市日期"


@pytest.mark.parametrize("value", [dt.time(9, 30), True, (0.5, "h:mm"), (6.1, "General"), (50, "yyyy-mm-dd")])
def test_a_cell_that_holds_no_day_is_refused(tmp_path: Path, value: Any) -> None:
    products = listed(xlsx(tmp_path / "a.xlsx", ["产品", "上市日期"], ["面膜", value]))
    assert products.briefs == ()
    assert codes(products)[0] in {"PRODUCT_DATE_UNREADABLE", "PRODUCT_DATE_FAR"}


def test_a_product_without_any_day_is_refused_and_the_others_are_made(tmp_path: Path) -> None:
    products = from_text(tmp_path, "产品,上市日期,推广开始,推广结束\n面膜,,,\n精华,,,2026-06-30\n水,,6/1,\n")
    assert [(b.product, b.launch, b.end) for b in products.briefs] == [("水", JUNE_FIRST, dt.date(2026, 6, 30))]
    assert codes(products) == ["PRODUCT_DATE_MISSING", "PRODUCT_DATE_MISSING"]
    assert products.findings[0].details == {"column": "上市日期", "other": "推广开始"}


def test_a_window_that_ends_before_it_starts_is_refused(tmp_path: Path) -> None:
    products = from_text(tmp_path, "产品,推广开始,推广结束\n面膜,2026-06-18,2026-06-01\n")
    assert products.briefs == ()
    details = the(products, "PRODUCT_WINDOW_REVERSED").details
    assert details == {"column": "推广结束", "start": "2026-06-18", "end": "2026-06-01"}


def test_a_window_that_starts_before_the_launch_keeps_both(tmp_path: Path) -> None:
    brief = only(from_text(tmp_path, "产品,上市日期,推广开始\n面膜,2026-06-01,2026-05-25\n"))
    assert (brief.launch, brief.start, brief.end) == (JUNE_FIRST, dt.date(2026, 5, 25), dt.date(2026, 6, 23))


def test_a_launch_after_the_window_is_doubted(tmp_path: Path) -> None:
    products = from_text(tmp_path, "产品,上市日期,推广开始,推广结束\n面膜,2026-07-01,2026-06-01,2026-06-30\n")
    assert len(products.briefs) == 1
    assert the(products, "PRODUCT_LAUNCH_AFTER_END").severity is Severity.WARNING


@pytest.mark.parametrize(
    ("header", "text", "budget"),
    [
        ("预算", "500000", 500000),
        ("预算", "50万", 500000),
        ("预算", '"￥500,000"', 500000),
        ("预算", "0.1", 0.1),
        ("预算", "0", 0),
        ("预算", "", None),
        ("预算", "待定", None),
        ("总预算（万元）", "50", 500000),
        ("总预算（万元）", "12.5", 125000),
        ("总预算（万元）", "50万", 500000),
        ("总预算（元）", "50", 50),
        ("总预算（必填）", "50", 50),
    ],
)
def test_a_budget_is_an_amount_of_yuan(tmp_path: Path, header: str, text: str, budget: float | None) -> None:
    assert only(from_text(tmp_path, f"产品,上市日期,{header}\n面膜,6/1,{text}\n")).budget == budget


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-5", "PRODUCT_AMOUNT_NEGATIVE"),
        ("-50万", "PRODUCT_AMOUNT_NEGATIVE"),
        ("很多", "PRODUCT_AMOUNT_UNREADABLE"),
        ("≥50万", "PRODUCT_AMOUNT_UNREADABLE"),
        ("$500", "PRODUCT_AMOUNT_UNREADABLE"),
        ("500USD", "PRODUCT_AMOUNT_UNREADABLE"),
        ("50%", "PRODUCT_AMOUNT_UNREADABLE"),
        ("抖音5万+KOL3万", "PRODUCT_AMOUNT_UNREADABLE"),
    ],
)
def test_what_is_no_budget_is_refused(tmp_path: Path, text: str, code: str) -> None:
    products = from_text(tmp_path, f"产品,上市日期,预算\n面膜,6/1,{text}\n")
    assert products.briefs == ()
    assert the(products, code).details["found"] == text


def test_a_budget_below_zero_or_a_day_in_excel_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", ["产品", "上市日期", "预算"], ["甲", 46174, -0.01], ["乙", 46174, JUNE_FIRST])
    assert codes(listed(path)) == ["PRODUCT_AMOUNT_NEGATIVE", "PRODUCT_AMOUNT_UNREADABLE"]


def test_all_problems_of_a_row_are_named_at_once(tmp_path: Path) -> None:
    products = from_text(tmp_path, "产品,上市日期,预算,阶段,渠道\n面膜,尽快,很多,预热 20%,50%\n")
    assert [f.field for f in products.findings] == ["launch", "budget", "phases", "channels"]


@pytest.mark.parametrize(
    ("value", "goal"),
    [
        ("1000万次", "1000万次"),
        ("≥5%", "≥5%"),
        (5000, "5000"),
        (5000.0, "5000"),
        ((0.05, "0%"), "5%"),
        ((0.054, "0%"), "5.4%"),
        ((0.1 + 0.2, "0.00%"), "30%"),
        (0.05, "0.05"),
        ("1:8", "1:8"),
        ("待定", "待定"),
    ],
)
def test_a_goal_is_kept_as_the_text_that_is_shown(tmp_path: Path, value: Any, goal: str) -> None:
    brief = only(listed(xlsx(tmp_path / "a.xlsx", ["产品", "上市日期", "销量目标"], ["面膜", 46174, value])))
    assert brief.goals == {"orders": goal}


def test_each_goal_column_feeds_its_metric_and_blank_ones_none(tmp_path: Path) -> None:
    header = "产品,上市日期,曝光目标,互动率目标,销量目标,成交额目标"
    brief = only(from_text(tmp_path, f"{header}\n面膜,6/1,1000万次,≥5%,,100万元\n"))
    assert brief.goals == {"impressions": "1000万次", "engagement_rate": "≥5%", "revenue": "100万元"}


@pytest.mark.parametrize("value", [dt.time(1, 8), (1.5 / 24, "h:mm"), (dt.timedelta(hours=25), "[h]:mm")])
def test_a_ratio_that_became_a_time_is_refused_with_the_way_out(tmp_path: Path, value: Any) -> None:
    products = listed(xlsx(tmp_path / "a.xlsx", ["产品", "上市日期", "销量目标"], ["面膜", 46174, value]))
    assert products.briefs == ()
    finding = the(products, "PRODUCT_GOAL_TIME")
    if value == dt.time(1, 8):
        assert finding.details == {"column": "销量目标", "found": "1:08", "typed": "1:8"}


def test_a_goal_that_became_a_day_is_refused(tmp_path: Path) -> None:
    products = listed(xlsx(tmp_path / "a.xlsx", ["产品", "上市日期", "销量目标"], ["面膜", 46174, JUNE_FIRST]))
    assert the(products, "PRODUCT_TEXT_LOST").details == {"column": "销量目标", "found": "2026-06-01"}


def test_an_old_workbook_is_read_like_a_new_one(tmp_path: Path) -> None:
    import xlwt

    workbook = xlwt.Workbook()
    page = workbook.add_sheet("产品清单")
    for column, name in enumerate(["产品", "上市日期", "互动率目标"]):
        page.write(0, column, name)
    page.write(1, 0, "面膜")
    page.write(1, 1, JUNE_FIRST, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    page.write(1, 2, 0.05, xlwt.easyxf(num_format_str="0%"))
    workbook.save(str(tmp_path / "a.xls"))
    brief = only(listed(tmp_path / "a.xls"))
    assert (brief.launch, brief.goals) == (JUNE_FIRST, {"engagement_rate": "5%"})


@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_formula_error_is_named_with_its_cell(tmp_path: Path, column: int) -> None:
    row: list[Any] = ["面膜", 46174, 500]
    row[column] = "#REF!"
    path = tmp_path / "a.xlsx"
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.append(["产品", "上市日期", "预算"])
    workbook.active.append(row)
    workbook.active.cell(2, column + 1).data_type = "e"
    workbook.save(path)
    products = listed(path)
    assert products.briefs == ()
    finding = the(products, "PRODUCT_CELL_ERROR")
    assert finding.details["found"] == "#REF!"
    assert finding.place == f"a.xlsx › Sheet!{'ABC'[column]}2"


def test_a_formula_that_was_never_calculated_is_named(tmp_path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.append(["产品", "上市日期"])
    workbook.active.append(["面膜", "=TODAY()"])
    workbook.save(tmp_path / "a.xlsx")
    assert codes(listed(tmp_path / "a.xlsx")) == ["PRODUCT_CELL_NOT_CALCULATED"]


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+86",
        "-20℃",
        "@小红书",
        "../../etc",
        "CON",
        "📦🧴",
        "a" * 200,
        "A/B:C*?",
        "甲\n乙",
        "'引号",
        '"双"',
    ],
)
def test_a_name_is_kept_as_typed(tmp_path: Path, name: str) -> None:
    brief = only(listed(xlsx(tmp_path / "a.xlsx", ["产品", "上市日期"], [name, 46174])))
    assert brief.product == name


@pytest.mark.parametrize(
    ("value", "name"), [(" 面膜\u3000", "面膜"), ("\u200b面膜\ufeff", "面膜"), (360, "360"), (3.5, "3.5")]
)
def test_a_name_is_trimmed_and_a_number_is_a_name_too(tmp_path: Path, value: Any, name: str) -> None:
    assert only(listed(xlsx(tmp_path / "a.xlsx", ["产品", "上市日期"], [value, 46174]))).product == name


def test_a_name_that_became_a_day_is_refused(tmp_path: Path) -> None:
    products = listed(xlsx(tmp_path / "a.xlsx", ["产品", "上市日期"], [dt.date(2026, 6, 18), 46174]))
    assert codes(products) == ["PRODUCT_TEXT_LOST"]


def test_a_code_keeps_its_zeros_and_a_lost_one_is_refused(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        ["产品", "上市日期", "产品编号"],
        ["甲", 46174, "001"],
        ["乙", 46174, (1, "000")],
        ["丙", 46174, 6901234567892],
        ["丁", 46174, (1.1, "0.00")],
        ["戊", 46174, 1.1],
        ["己", 46174, 69012345678921234],
    )
    products = listed(path)
    assert [brief.code for brief in products.briefs] == ["001", "001", "6901234567892", "1.10"]
    assert codes(products) == ["PRODUCT_ID_LOST", "PRODUCT_TEXT_LOST"]


def test_control_characters_are_removed_and_named(tmp_path: Path) -> None:
    import xlsxwriter

    workbook = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = workbook.add_worksheet()
    page.write_row(0, 0, ["产品", "上市日期"])
    page.write_string(1, 0, "面\x01膜\x1f\x02")
    page.write_number(1, 1, 46174)
    workbook.close()
    products = listed(tmp_path / "a.xlsx")
    assert [brief.product for brief in products.briefs] == ["面膜"]
    finding = the(products, "PRODUCT_CONTROL_CHARACTERS")
    assert finding.severity is Severity.WARNING
    assert finding.details == {"column": "产品", "count": 3, "found": "U+0001 U+0002 U+001F"}


def test_a_row_without_a_name_is_refused_and_a_blank_one_skipped(tmp_path: Path) -> None:
    products = from_text(tmp_path, "序号,产品,上市日期\n1,面膜,6/1\n2,　,\n3,,6/1\n,,\n")
    assert [brief.product for brief in products.briefs] == ["面膜"]
    finding = the(products, "PRODUCT_NAME_MISSING")
    assert (finding.place, products.rows) == ("产品.csv › B4", 2)


@pytest.mark.parametrize("row", ["合计,,,900", "总 计：,,,900", "Total,,,900", ",合计,,900"])
def test_a_row_of_totals_is_skipped_and_said_so(tmp_path: Path, row: str) -> None:
    products = from_text(tmp_path, f"序号,产品,上市日期,预算\n1,面膜,6/1,900\n{row}\n".replace("\n合", "\n,合"))
    assert [brief.product for brief in products.briefs] == ["面膜"]
    assert the(products, "PRODUCT_TOTAL_SKIPPED").severity is Severity.INFO


def test_a_product_called_total_that_has_a_day_is_a_product(tmp_path: Path) -> None:
    assert only(from_text(tmp_path, "产品,上市日期\nTotal,6/1\n")).product == "Total"


@pytest.mark.parametrize("mark", ["示例:", "示例：", "Example: ", "ＥＸＡＭＰＬＥ："])
def test_the_example_row_makes_no_product(tmp_path: Path, mark: str) -> None:
    products = from_text(tmp_path, f"产品,上市日期\n{mark}面膜,垃圾\n精华,6/1\n")
    assert [brief.product for brief in products.briefs] == ["精华"]
    assert codes(products) == ["PRODUCT_EXAMPLE_SKIPPED"]


def test_the_same_product_twice_is_made_once(tmp_path: Path) -> None:
    products = from_text(
        tmp_path, "产品,上市日期\n面膜 A款,6/1\n精华,6/1\n ＭＡＳＫ,6/1\n面膜 Ａ款,2026-06-01\n mask,6/1\n"
    )
    assert [brief.product for brief in products.briefs] == ["面膜 A款", "精华", "ＭＡＳＫ"]
    first, second = [finding for finding in products.findings if finding.code == "PRODUCT_TWICE"]
    assert (first.place, first.details["first"]) == ("产品.csv › A5", "产品.csv › A2")
    assert (second.place, second.details["first"]) == ("产品.csv › A6", "产品.csv › A4")


def test_composed_and_decomposed_letters_are_the_same_name(tmp_path: Path) -> None:
    products = from_text(tmp_path, "产品,上市日期\ncafé,6/1\ncafe\u0301,6/1\n")
    assert codes(products) == ["PRODUCT_TWICE"]


def test_the_same_name_with_another_code_or_launch_is_made_too(tmp_path: Path) -> None:
    products = from_text(tmp_path, "产品,编码,上市日期\n面膜,1,6/1\n面膜,2,6/1\n面膜,1,7/1\n")
    assert len(products.briefs) == 3
    assert codes(products) == ["PRODUCT_SAME_NAME", "PRODUCT_SAME_NAME"]
    assert {finding.severity for finding in products.findings} == {Severity.INFO}
