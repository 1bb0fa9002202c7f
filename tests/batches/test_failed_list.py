"""Laws of the list of products not made: it is a product list, and what is corrected in it is made."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from promo_xl.batches.open_list import ListedRow, open_list
from promo_xl.sheetspec.load import load_book
from tests.batches.batches import DAY, ran, statuses, workbooks, written_list
from tests.batches.lists import xlsx

CSV, XLSX = "未生成的产品.csv", "未生成的产品.xlsx"


def rows_of(path: Path) -> list[ListedRow]:
    return [row for row in open_list(path, load_book(), DAY).rows() if isinstance(row, ListedRow)]


def test_a_list_that_is_wholly_made_leaves_no_such_file(tmp_path: Path) -> None:
    ran(written_list(tmp_path, "甲,2026-06-01"), tmp_path / "out")
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".xlsx", ".jsonl"}


def test_wrong_rows_stand_there_as_they_were_with_the_reason(tmp_path: Path) -> None:
    head = "备忘,产品,上市日期,目标:无"
    ran(written_list(tmp_path, "x,甲,2026-06-01,", 'y,"乙, ""新""",明天,1:8', head=head), tmp_path / "out")
    content = (tmp_path / "out" / CSV).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # Excel takes it for UTF-8
    heading, row = content.decode("utf-8-sig").splitlines()
    assert heading == "备忘,产品,上市日期,目标:无,未生成原因"
    assert row.startswith('y,"乙, ""新""",明天,1:8,') and "明天" in row.partition("1:8")[2]


def test_what_is_corrected_there_is_made_and_the_file_goes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran(written_list(tmp_path, "甲,2026-06-01", "乙,明天", "丙,后天"), out)
    corrected = (out / CSV).read_text(encoding="utf-8-sig").replace("明天,", "2026-06-02,", 1)
    (out / CSV).write_text(corrected, encoding="utf-8-sig")
    assert statuses(ran(out / CSV, out)) == ["made", "rejected"]
    assert [row.product.product for row in rows_of(out / CSV)] == ["丙"]
    assert (out / CSV).read_text(encoding="utf-8-sig").count("未生成原因") == 1
    (out / CSV).write_text("产品,上市日期,未生成原因\n丙,2026-06-03,?\n", encoding="utf-8")
    assert statuses(ran(out / CSV, out)) == ["made"]
    assert not (out / CSV).exists()
    assert len(workbooks(out)) == 3


def test_the_column_of_reasons_is_no_unknown_column(tmp_path: Path) -> None:
    listed = open_list(
        written_list(tmp_path, "甲,2026-06-01,?,?", head="产品,上市日期,未生成原因,why not made"), load_book(), DAY
    )
    assert listed.findings == ()


def test_a_product_that_failed_while_it_was_made_stands_there_too(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "甲-推广计划.xlsx").write_bytes(b"the planner's work")
    assert statuses(ran(written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-01"), out)) == ["failed", "made"]
    assert [row.product.product for row in rows_of(out / CSV)] == ["甲"]


def test_a_list_in_excel_gives_one_in_excel_with_its_types_formats_and_further_rows(tmp_path: Path) -> None:
    out = tmp_path / "out"
    products = xlsx(
        tmp_path / "list.xlsx",
        ["产品", "上市日期", "总预算", "备忘"],
        ["甲", dt.date(2026, 6, 1), 1000, None],
        ["乙", "明天", (0.5, "0.0%"), "=1+1"],
        ["丙", (dt.date(2026, 6, 3), "m/d"), 3, True],
        任务=[
            ["产品", "任务名称", "开始时间"],
            ["甲", "一", "2026-05-01"],
            ["乙", "二", "明天"],
            ["丙", "三", "?"],
        ],
    )
    assert statuses(ran(products, out)) == ["made", "rejected", "rejected"]
    workbook = openpyxl.load_workbook(out / XLSX)
    first = list(workbook.worksheets[0].iter_rows(values_only=True))
    assert first[0] == ("产品", "上市日期", "总预算", "备忘", "未生成原因")
    assert [row[:4] for row in first[1:]] == [
        ("乙", "明天", 0.5, "=1+1"),
        ("丙", dt.datetime(2026, 6, 3), 3, True),
    ]
    assert workbook.worksheets[0]["C2"].number_format == "0.0%"
    assert workbook.worksheets[0]["D2"].data_type == "s"
    assert [row[:2] for row in workbook["任务"].iter_rows(values_only=True)] == [
        ("产品", "任务名称"),
        ("乙", "二"),
        ("丙", "三"),
    ]
    sheet = workbook.worksheets[0]
    sheet["B2"], sheet["C2"] = dt.date(2026, 6, 2), 5
    tasks = workbook["任务"]
    tasks["C2"] = tasks["C3"] = "2026-05-02"
    workbook.save(out / XLSX)
    assert statuses(ran(out / XLSX, out)) == ["made", "made"]
    assert not (out / XLSX).exists()


def test_one_that_is_open_in_excel_stays_and_another_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    products = written_list(tmp_path, "甲,明天")
    ran(products, out)
    (out / f"~${CSV}").touch()
    ran(products, out)
    assert sorted(path.name for path in out.glob("未生成的产品*")) == ["未生成的产品-2.csv", CSV]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "@x", "\t=1"])
def test_a_reason_is_no_formula(tmp_path: Path, text: str) -> None:
    out = tmp_path / "out"
    ran(written_list(tmp_path, f'甲,"{text}"'), out)
    reason = (out / CSV).read_text(encoding="utf-8-sig").splitlines()[1].rpartition(",")[2].strip('"')
    assert not reason.startswith(("=", "+", "-", "@", "\t"))
