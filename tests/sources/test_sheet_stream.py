"""Laws of reading in blocks: what comes is what reading the whole file gives, in little memory."""

import csv
import datetime as dt
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.sources.grid import CellValue, Grid, Limits
from promo_xl.sources.sheet_stream import SheetStream, open_sheets
from promo_xl.sources.tabular import read_sheets
from tests.sources.refusals import refusal_of

FIELDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | st.sampled_from(
    ["", '="00123"', "面膜", "a,b", 'say "yes"', "two\nlines", "sep=;"]
)
TABLES = st.lists(st.lists(FIELDS, max_size=5), min_size=1, max_size=12)
Placed = dict[tuple[int, int], tuple[CellValue, str]]


def in_blocks(path: Path, block: int = 3) -> list[SheetStream]:
    """The sheets of a file of any size as streams."""
    return open_sheets(path, large=0, block=block)


def placed(grid: Grid) -> Placed:
    """Every filled cell by row and column, with its number format."""
    return {
        (row, column): (value, grid.number_format(row, column))
        for row in range(grid.first, grid.last + 1)
        for column, value in enumerate(grid.row_values(row), 1)
        if value is not None
    }


def same(path: Path) -> None:
    """Blocks hold what the whole holds."""
    whole = [placed(grid) for grid in read_sheets(path)]
    found: list[Placed] = []
    for stream in in_blocks(path):
        cells: Placed = {}
        for block in stream.blocks():
            cells |= placed(block)
        found.append(cells)
        assert placed(stream.whole()) == cells
    assert found == whole


@given(TABLES, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_a_text_in_blocks_is_the_text(table: list[list[str]], separator: str, encoding: str) -> None:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=separator).writerows([["产品", "上市日期"], *table])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(target.getvalue().encode(encoding, "replace"))
        try:
            read_sheets(path)
        except Exception as error:
            with pytest.raises(type(error)):
                in_blocks(path)
        else:
            same(path)


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1,"open\n',
        "产品,上市日期\n面膜,6/1\n".encode("gbk") + b"\x80\xff\xff,6/2\n",
        b"a,b\nabc,1\n\0\0,1\n",
        b"a,b\n" + b"x" * 140_000 + b",1\n",
    ],
)
def test_a_text_that_is_wrong_is_refused_as_when_it_is_read_whole(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert refusal_of(lambda: in_blocks(path)) == refusal_of(lambda: read_sheets(path))


def test_a_text_with_liberties_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes('产品,上市日期\n面"膜"x,"a"b\n'.encode() + b"\x1a")
    same(path)


def test_limits_hold_in_blocks_too(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("a,b\n" * 50, encoding="utf-8")
    limits = Limits(rows=49)
    assert refusal_of(lambda: open_sheets(path, limits, large=0)).code == "FILE_TOO_MANY_ROWS"


def test_a_workbook_in_blocks_is_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in range(1, 30):
        if row % 7:
            sheet.append([f"产品{row % 5}", dt.date(2026, 6, 1 + row % 28), row / 7, None, row % 2 == 0])
            sheet.cell(row, 3).number_format = "0.0%"
        else:
            sheet.append([])
    sheet["B3"] = "=1+1"
    sheet["A40"] = "far"
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A9:A12")
    workbook.create_sheet("空")
    workbook.create_sheet("暗").sheet_state = "hidden"
    workbook["暗"]["B2"] = "x"
    workbook.save(path)
    same(path)
    assert [stream.empty for stream in in_blocks(path)] == [False, True, False]


def test_rows_that_come_in_no_order_are_read_all_the_same(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "list.xlsx"
    workbook = openpyxl.Workbook()
    for row in range(1, 9):
        workbook.worksheets[0].append([row])
    workbook.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    first, second = sheet.index(b'<row r="2"'), sheet.index(b'<row r="3"')
    end = sheet.index(b'<row r="4"')
    parts["xl/worksheets/sheet1.xml"] = sheet[:first] + sheet[second:end] + sheet[first:second] + sheet[end:]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    same(path)


PEAK = """
import resource, sys
from datetime import date
from pathlib import Path
from promo_xl.batches.naming import survey
from promo_xl.batches.open_list import ListedRow, open_list
from promo_xl.sheetspec.load import load_book
listed = open_list(Path(sys.argv[1]), load_book(), date(2026, 6, 1))
found = survey(listed.names())
rows = sum(isinstance(row, ListedRow) and row.product.brief is not None for row in listed.rows(found.doubled))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak(path: Path) -> tuple[int, int]:
    """How many products a list has, and the most megabytes that reading it takes."""
    said = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True)
    rows, megabytes = map(int, said.stdout.split())
    return rows, megabytes


@pytest.mark.thorough
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_hundred_thousand_products_are_read_in_little_memory(tmp_path: Path, ending: str) -> None:
    few, many = tmp_path / f"few.{ending}", tmp_path / f"many.{ending}"
    for path, count in ((few, 1000), (many, 100_000)):
        rows = [
            [f"产品 {n:06d} 一个相当长的名字", f"2026-06-{1 + n % 28:02d}", f"备注 {n} " * 5] for n in range(count)
        ]
        if ending == "csv":
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([["产品", "上市日期", "备注"], *rows])
        else:
            with xlsxwriter.Workbook(path) as workbook:
                sheet = workbook.add_worksheet("产品清单")
                for number, row in enumerate([["产品", "上市日期", "备注"], *rows]):
                    sheet.write_row(number, 0, row)
    (few_rows, small), (many_rows, large) = peak(few), peak(many)
    assert (few_rows, many_rows) == (1000, 100_000)
    assert large - small < 60
