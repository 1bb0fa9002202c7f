"""Laws of the list that planners fill in."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from promo_xl.batches.product_declaration import load_declaration, typed_columns
from promo_xl.batches.product_template import lines_of, write_product_list
from promo_xl.plan.findings import RefusedError
from tests.batches.lists import book, codes, listed
from tests.proof.package_lint import lint
from tests.proof.validator import validate

LANGUAGES = ("zh", "en")
HEADER_ROW = 5


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The empty list in every language."""
    folder = tmp_path_factory.mktemp("lists")
    paths = {language: folder / f"{language}.xlsx" for language in LANGUAGES}
    for language, path in paths.items():
        write_product_list(path, book(), language)
    return paths


def opened(path: Path, name: str) -> Any:
    """A sheet of the written list."""
    return openpyxl.load_workbook(path)[name]


def headings(page: Any) -> list[str]:
    return [cell.value for cell in page[HEADER_ROW] if cell.value is not None]


def test_the_written_lists_are_right_for_excel(written: dict[str, Path]) -> None:
    assert [problem for path in written.values() for problem in lint(path)] == []
    assert validate(written.values()) == []


def test_a_list_that_nobody_filled_in_is_empty_and_its_example_is_skipped(written: dict[str, Path]) -> None:
    for path in written.values():
        with pytest.raises(RefusedError) as caught:
            listed(path)
        assert [f.code for f in caught.value.findings] == ["PRODUCT_LIST_EMPTY", "PRODUCT_EXAMPLE_SKIPPED"]


FILLED: list[dict[str, Any]] = [
    {"product": "面膜", "launch": dt.date(2026, 6, 1)},
    {"product": "=1+1", "start": dt.date(2026, 6, 3), "end": dt.date(2026, 6, 20), "owner": "李雷"},
    {
        "product": "📦 A/B",
        "launch": dt.date(2026, 7, 1),
        "code": "001",
        "budget": 1234.5,
        "impressions": "1000万次",
        "engagement_rate": "≥5%",
        "orders": "1:8",
        "revenue": "100万元",
        "phases": "预热 7/1-7/10 40%；爆发 7/11-7/30 60%",
        "channels": "抖音 60%；KOL 40%",
    },
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_what_is_read(written: dict[str, Path], tmp_path: Path, language: str) -> None:
    workbook = openpyxl.load_workbook(written[language])
    page = workbook.worksheets[0]
    fields = [column.field for column in load_declaration(book()).columns]
    for row, given in enumerate(FILLED, HEADER_ROW + 2):
        for field, value in given.items():
            cell = page.cell(row, fields.index(field) + 1)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    workbook.save(tmp_path / "filled.xlsx")
    products = listed(tmp_path / "filled.xlsx")
    assert codes(products) == ["PRODUCT_EXAMPLE_SKIPPED"]
    assert products.language == language
    mask, sum_, box = products.briefs
    assert (mask.product, mask.launch, mask.end) == ("面膜", dt.date(2026, 6, 1), dt.date(2026, 6, 30))
    assert (sum_.product, sum_.owner, sum_.launch, sum_.end) == (
        "=1+1",
        "李雷",
        dt.date(2026, 6, 3),
        dt.date(2026, 6, 20),
    )
    assert (box.product, box.code, box.budget) == ("📦 A/B", "001", 1234.5)
    assert box.goals == {
        "impressions": "1000万次",
        "engagement_rate": "≥5%",
        "orders": "1:8",
        "revenue": "100万元",
    }
    assert [row["name"] for row in box.rows["phases"]] == ["预热", "爆发"]
    assert box.rows["channels"] == ({"channel": "抖音", "share": 0.6}, {"channel": "KOL", "share": 0.4})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_further_sheets_are_read_back(written: dict[str, Path], tmp_path: Path, language: str) -> None:
    workbook = openpyxl.load_workbook(written[language])
    workbook.worksheets[0].cell(HEADER_ROW + 2, 1).value = "面膜"
    workbook.worksheets[0].cell(HEADER_ROW + 2, 2).value = dt.date(2026, 6, 1)
    declaration = load_declaration(book())
    offered = [sheet for sheet in declaration.further if sheet.offered]
    for sheet in offered:
        page = workbook[sheet.name.text(language)]
        page.cell(HEADER_ROW + 1, 1).value = "面膜"
        for at, column in enumerate(typed_columns(book(), sheet.table), 2):
            if column.needed:
                page.cell(HEADER_ROW + 1, at).value = "1.10"
    workbook.save(tmp_path / "filled.xlsx")
    products = listed(tmp_path / "filled.xlsx")
    assert codes(products) == ["PRODUCT_EXAMPLE_SKIPPED"]
    rows = products.briefs[0].rows
    assert set(rows) == {sheet.table for sheet in offered} == {"targets", "tasks", "members", "risks"}
    assert rows["tasks"] == ({"id": "1.10", "name": "1.10"},)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_headed_and_explained(written: dict[str, Path], language: str) -> None:
    declaration = load_declaration(book())
    page = opened(written[language], declaration.name.text(language))
    labels = [column.label.text(language) for column in declaration.columns]
    assert [heading.removesuffix(" *") for heading in headings(page)] == labels
    needed = [column.label.text(language) for column in declaration.columns if column.needed]
    assert [heading.removesuffix(" *") for heading in headings(page) if heading.endswith(" *")] == needed
    guide = opened(written[language], declaration.guide.name.text(language))
    explained = {(row[0].value, row[1].value): row for row in guide.iter_rows(min_row=HEADER_ROW + 1)}
    for column in declaration.columns:
        row = explained[declaration.name.text(language), column.label.text(language)]
        assert all(cell.value for cell in row[2:6]), column.field
    for sheet in declaration.further:
        for table_column in typed_columns(book(), sheet.table):
            row = explained[sheet.name.text(language), table_column.label.text(language)]
            assert row[2].value, table_column.field
            assert row[3].value, table_column.field


def test_each_cell_warns_and_says_what_to_write(written: dict[str, Path]) -> None:
    page = opened(written["zh"], "产品清单")
    rules = {
        str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in page.data_validations.dataValidation
    }
    names = {cell.value: cell.column_letter for cell in page[HEADER_ROW]}
    assert len(rules) == len(headings(page))
    assert all(rule.prompt for rule in rules.values())
    assert (rules[names["上市日期 *"]].type, rules[names["上市日期 *"]].errorStyle) == ("date", "warning")
    budget = rules[names["总预算（元）"]]
    assert (budget.type, budget.operator, budget.formula1, budget.errorStyle) == (
        "decimal",
        "greaterThanOrEqual",
        "0",
        "warning",
    )
    assert rules[names["负责人"]].type is None


def test_the_example_is_grey_and_text_cells_keep_text(written: dict[str, Path]) -> None:
    page = opened(written["zh"], "产品清单")
    example = page.cell(HEADER_ROW + 1, 1)
    assert example.value.startswith("示例: ")
    assert example.font.italic
    names = {cell.value: cell.column for cell in page[HEADER_ROW]}
    for heading, number_format in [
        ("产品 *", "@"),
        ("销量目标", "@"),
        ("上市日期 *", "yyyy-mm-dd"),
        ("阶段", "@"),
    ]:
        for row in (HEADER_ROW + 1, HEADER_ROW + 2, HEADER_ROW + 501):
            assert page.cell(row, names[heading]).number_format == number_format
    assert page.freeze_panes == "B6"
    assert page.max_row == HEADER_ROW + 501


def test_drop_downs_offer_the_choices_and_the_products_of_the_list(written: dict[str, Path]) -> None:
    workbook = openpyxl.load_workbook(written["zh"])
    rules = {
        rule.formula1: rule for rule in workbook["任务"].data_validations.dataValidation if rule.type == "list"
    }
    assert set(rules) == {
        "promo_list_products",
        "promo_list_step",
        "promo_list_task_status",
        "promo_list_task_mode",
        "promo_list_priority",
        "promo_list_mark",
    }
    assert workbook.defined_names["promo_list_products"].attr_text == "产品清单!$A$7:$A$506"


def test_a_binary_file_is_written_like_a_path(written: dict[str, Path]) -> None:
    target = BytesIO()
    write_product_list(target, book(), "zh")
    assert openpyxl.load_workbook(target).sheetnames == openpyxl.load_workbook(written["zh"]).sheetnames


def test_a_chinese_character_is_two_wide() -> None:
    assert (lines_of("", 20), lines_of("a" * 19, 20), lines_of("a" * 20, 20), lines_of("字" * 10, 20)) == (
        1,
        1,
        2,
        2,
    )
