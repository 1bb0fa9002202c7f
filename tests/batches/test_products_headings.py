"""Laws of finding the list, its header and its language."""

import datetime as dt
from pathlib import Path

import pytest

from promo_xl.batches.headings import folded, note_of
from promo_xl.batches.product_declaration import BRIEF_FIELDS, load_declaration, vocabulary_of
from promo_xl.plan.findings import RefusedError, Severity
from tests.batches.lists import book, codes, from_text, listed, only, the, xlsx
from tests.sources.refusals import refusal_of

JUNE_FIRST = dt.date(2026, 6, 1)


def test_the_shortest_list_is_a_name_and_a_day(tmp_path: Path) -> None:
    brief = only(from_text(tmp_path, "产品,上市日期\n面膜,2026-06-01\n"))
    assert (brief.product, brief.launch, brief.start, brief.end) == (
        "面膜",
        JUNE_FIRST,
        JUNE_FIRST,
        dt.date(2026, 6, 30),
    )
    assert brief.place == "产品.csv › A2"


@pytest.mark.parametrize(
    "header",
    [
        "产品名称,上市时间",
        " 产 品 *,上市日期（必填）",
        "品名[必填],发布日期",
        "ＰＲＯＤＵＣＴ,Launch Date",
        "product_name,LAUNCH-DATE",
        "商品名称,launch",
    ],
)
def test_headings_are_understood_however_they_are_spelt(tmp_path: Path, header: str) -> None:
    assert only(from_text(tmp_path, f"{header}\n面膜,2026-06-01\n")).product == "面膜"


def test_columns_may_stand_in_any_order_and_beneath_titles(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        ["2026年夏季新品"],
        ["制表：市场部", None, "2026-05-01"],
        [],
        [None, "总预算（元）", "上市日期", "产品"],
        [None, 500000, JUNE_FIRST, "面膜"],
    )
    brief = only(listed(path))
    assert (brief.product, brief.launch, brief.budget) == ("面膜", JUNE_FIRST, 500000)
    assert brief.place == "a.xlsx › 产品清单!D5"


def test_the_list_need_not_be_the_first_sheet(tmp_path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.title = "封面"
    workbook.active["A1"] = "产品上市计划"
    page = workbook.create_sheet("Sheet2")
    page.append(["产品", "上市日期"])
    page.append(["面膜", JUNE_FIRST])
    workbook.save(tmp_path / "a.xlsx")
    assert only(listed(tmp_path / "a.xlsx")).product == "面膜"


def test_a_sheet_of_tasks_is_not_taken_for_the_list(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        ["产品", "上市日期"],
        ["面膜", JUNE_FIRST],
        任务=[["产品", "编号", "任务名称", "开始时间", "结束时间", "负责人", "阶段", "预算"]],
    )
    assert only(listed(path)).product == "面膜"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("产品,上市日期", "zh"),
        ("product,launch_date", "en"),
        ("产品,launch_date", "zh"),
        ("产品,SKU,owner,launch", "en"),
    ],
)
def test_the_language_is_that_of_most_headings(tmp_path: Path, header: str, language: str) -> None:
    columns = header.split(",")
    row = ["2026-06-01" if "上市" in name or "launch" in name else "面膜" for name in columns]
    assert from_text(tmp_path, f"{header}\n{','.join(row)}\n").language == language


def test_a_missing_column_is_refused_naming_what_is_there(tmp_path: Path) -> None:
    finding = refusal_of(lambda: from_text(tmp_path, "产品,负责人\n面膜,李雷\n"))
    assert (finding.code, finding.place) == ("PRODUCT_COLUMN_MISSING", "产品.csv › A1")
    assert finding.details == {"column": "上市日期", "found": "产品 / 负责人"}


def test_a_misspelt_heading_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    finding = refusal_of(lambda: from_text(tmp_path, "产品名秤,上市日期\n面膜,2026-06-01\n"))
    assert finding.code == "PRODUCT_COLUMN_MISSPELT"
    assert finding.details == {"column": "产品", "found": "产品名秤", "suggestion": "产品名称"}


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        from_text(tmp_path, "甲,乙\n1,2\n")
    assert [f.field for f in caught.value.findings] == ["product", "launch"]


def test_a_list_without_a_header_is_refused_with_what_stands_there(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        from_text(tmp_path, "面膜,2026-06-01\n精华,2026-06-02\n")
    assert caught.value.findings[0].details["found"] == "面膜 / 2026-06-01"


def test_a_campaign_start_stands_for_a_launch_column(tmp_path: Path) -> None:
    brief = only(from_text(tmp_path, "产品,推广开始,推广结束\n面膜,2026-06-01,2026-06-18\n"))
    assert (brief.launch, brief.start, brief.end) == (JUNE_FIRST, JUNE_FIRST, dt.date(2026, 6, 18))


def test_unknown_columns_are_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    products = from_text(tmp_path, "产品,上市日期,负责人名,仓库\n面膜,2026-06-01,李雷,A\n")
    assert codes(products) == ["PRODUCT_COLUMN_NEAR", "PRODUCT_COLUMN_UNKNOWN"]
    assert products.findings[0].details == {"found": "负责人名", "suggestion": "负责人"}
    assert {f.severity for f in products.findings} == {Severity.INFO}


def test_of_two_columns_for_one_thing_the_label_is_used_and_the_other_named(tmp_path: Path) -> None:
    products = from_text(tmp_path, "品名,产品,上市日期\n别名,面膜,2026-06-01\n")
    assert products.briefs[0].product == "面膜"
    assert the(products, "PRODUCT_COLUMN_TWICE").details == {"found": "品名", "used": "产品"}


@pytest.mark.parametrize(
    "text", ["产品,上市日期\n", "产品,上市日期\n ,　\n", "产品,上市日期\n示例：面膜,2026-06-01\n"]
)
def test_a_list_without_products_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RefusedError) as caught:
        from_text(tmp_path, text)
    assert caught.value.findings[0].code == "PRODUCT_LIST_EMPTY"


def test_a_foreign_currency_in_a_heading_is_refused(tmp_path: Path) -> None:
    finding = refusal_of(lambda: from_text(tmp_path, "产品,上市日期,预算(USD)\n面膜,2026-06-01,5\n"))
    assert (finding.code, finding.details["found"]) == ("PRODUCT_CURRENCY", "USD")


def test_folding_keeps_what_distinguishes_headings() -> None:
    assert folded(" 总预算（元） *") == "总预算"
    assert folded("Launch_Date") == folded("launch date") == "launchdate"
    assert folded("（元）") == "(元)"
    assert note_of("总预算（万元）") == "万元"


def test_every_word_means_one_column_and_every_column_is_documented_in_all_languages() -> None:
    declaration = load_declaration(book())
    known = vocabulary_of(declaration)
    for column in declaration.columns:
        for text in [*column.label.by_language.values(), *(t for ts in column.aliases.values() for t in ts)]:
            assert known[folded(text)].field == column.field, text
        for words in (column.label, column.help, column.example):
            assert set(words.by_language) == {"zh", "en"}, column.field
    assert {column.field for column in declaration.columns} >= BRIEF_FIELDS


def changed_templates(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the templates with a change in the declaration of the list."""
    import shutil

    folder = tmp_path / "templates"
    shutil.copytree(book().folder, folder)
    declaration = folder / "product_list.yml"
    text = declaration.read_text(encoding="utf-8")
    assert old in text
    declaration.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


ADDED = (
    "columns:\n  - {field: main_metric, label: {zh: 主指标, en: Main metric}, help: 看哪个指标, example: 成交量}\n"
)


def test_a_column_added_in_one_file_reaches_the_cover(tmp_path: Path) -> None:
    from promo_xl.batches.products import read_products
    from promo_xl.sheetspec.load import load_book

    own = load_book(changed_templates(tmp_path, "columns:\n", ADDED))
    path = tmp_path / "a.csv"
    path.write_text("产品,上市日期,主指标\n面膜,2026-06-01,成交量\n", encoding="utf-8")
    (brief,) = read_products(path, own, JUNE_FIRST).briefs
    assert brief.rows == {"project": ({"main_metric": "orders"},)}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("field: owner", "field: ownr", "ownr"),
        ("table: tasks", "table: task", "task"),
        ("instead: start", "instead: stat", "stat"),
        ("field: orders", "field: order", "order"),
        ("[编码, ", "[编码, 品名, ", "品名, which means product too"),
    ],
)
def test_a_slip_in_the_declaration_is_named_with_its_line(tmp_path: Path, old: str, new: str, found: str) -> None:
    from promo_xl.sheetspec.load import load_book

    own = load_book(changed_templates(tmp_path, old, new))
    with pytest.raises(RefusedError) as caught:
        load_declaration(own)
    finding = caught.value.findings[0]
    assert finding.place.startswith("product_list.yml:")
    assert finding.details["found"] == found
