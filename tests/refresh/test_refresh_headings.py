"""Laws of headings: what the workbook's own tables call their columns is understood in an export."""

from pathlib import Path

import pytest

from promo_xl.plan.filled import DATE, FILLED, Filled
from promo_xl.refresh.asked import sources_of
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.sources.export_headings import find_header
from promo_xl.sources.source import Order
from promo_xl.workbook.read import open_workbook
from tests.refresh.exports import codes, plan, readings, refresh


@pytest.fixture(scope="module")
def book() -> Book:
    """The shipped sheets."""
    return load_book()


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory, book: Book) -> Order:
    """What a workbook asks of its source."""
    path = plan(tmp_path_factory.mktemp("plan") / "a.xlsx")
    (asked,) = sources_of(open_workbook(path, book), book, path)
    return asked.order


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("one", FILLED, ids=lambda one: one.table)
def test_every_heading_of_a_table_is_understood_in_an_export(
    book: Book, order: Order, one: Filled, language: str
) -> None:
    columns = book.tables[one.table][1].columns
    header = find_header([[column.label.text(language) for column in columns]], order, "a.csv", [one])
    assert header.findings == ()
    found = {DATE: header.columns.date, **dict(zip(one.names, header.columns.names, strict=True))}
    found |= {field: at for field, at, _ in header.columns.metrics}
    fields = [column.field for column in columns]
    assert found == {field: fields.index(field) for field in one.fields}


def test_a_table_that_was_saved_as_text_is_taken_in_again(tmp_path: Path) -> None:
    path = plan(tmp_path / "a.xlsx")
    text = "日期,渠道,计划/素材,花费,成交量,ROI,备注\n2026-06-01,抖音信息流,A,100,7,1.5,好\n"
    (tmp_path / "导出.csv").write_text(text, encoding="utf-8")
    done = refresh(path)
    assert readings(path) == [("2026-06-01", "抖音信息流", 100)]
    assert "SOURCE_COLUMNS_UNKNOWN" not in codes(done)


def test_what_a_planner_declares_counts_before_what_a_table_calls_its_columns(tmp_path: Path) -> None:
    path = plan(tmp_path / "a.xlsx", mapping="备注=spend")
    (tmp_path / "导出.csv").write_text("日期,渠道,备注\n2026-06-01,抖音信息流,100\n", encoding="utf-8")
    refresh(path)
    assert readings(path) == [("2026-06-01", "抖音信息流", 100)]
