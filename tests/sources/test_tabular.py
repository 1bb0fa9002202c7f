"""Laws of opening a planner's list, whatever it is."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from xlwt.CompoundDoc import XlsDoc

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.grid import Limits, column_letters
from promo_xl.sources.tabular import read_content, read_sheets
from tests.sources.refusals import refusal_of
from tests.sources.zips import package, sheet

NOBODY = 65534


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """For root no file is forbidden, so be somebody else for a moment."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_missing_file_is_named_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "没有 这个.xlsx"
    finding = refusal_of(lambda: read_sheets(path))
    assert (finding.code, finding.place, finding.details) == ("FILE_MISSING", path.name, {"path": str(path)})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal_of(lambda: read_sheets(tmp_path)).code == "FILE_IS_FOLDER"


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal_of(lambda: read_sheets(tmp_path / "pipe.csv")).code == "FILE_UNREADABLE"


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal_of(lambda: read_sheets(tmp_path / name)).code == "FILE_UNREADABLE"


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("a,b")
    path.chmod(0)
    with as_ordinary_user():
        finding = refusal_of(lambda: read_sheets(path))
    assert finding.code == "FILE_NO_PERMISSION"


def test_the_owner_file_of_excel_is_refused_with_the_name_of_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "~$产品.xlsx"
    path.write_bytes(b"\x05Anna")
    finding = refusal_of(lambda: read_sheets(path))
    assert (finding.code, finding.details) == ("FILE_LOCK", {"original": "产品.xlsx"})


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b",,\n,,\n", package(sheet(""))])
def test_a_file_without_a_value_is_empty(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(data)
    assert refusal_of(lambda: read_sheets(path)).code == "FILE_EMPTY"


@pytest.mark.parametrize(
    ("data", "kind"), [(b"%PDF-1.7", "PDF"), (b"\x89PNG\r\n", "PNG"), (b"\xff\xd8\xff\xe0", "JPEG")]
)
def test_a_renamed_picture_is_no_table(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    finding = refusal_of(lambda: read_sheets(path))
    assert (finding.code, finding.details) == ("FILE_NOT_TABLE", {"kind": kind})


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 1000)
    assert refusal_of(lambda: read_sheets(path, Limits(file_bytes=3999))).code == "FILE_TOO_BIG"
    assert len(read_sheets(path, Limits(file_bytes=4000))[0].values) == 1000


def test_columns_are_lettered_as_in_excel() -> None:
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def new_workbook() -> bytes:
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    page = workbook.add_worksheet("产品")
    page.write_row("A1", ["名称", "预算", 1.5, True])
    page.write_formula("A2", "=1+1", None, 2)
    page.merge_range("A3:B4", "合并", workbook.add_format({"num_format": "0%"}))
    workbook.close()
    return buffer.getvalue()


def old_records() -> bytes:
    workbook = xlwt.Workbook()
    for row in range(20):
        if row == 0:
            page = workbook.add_sheet("a")
        page.write(row, 0, f"name {row}")
        page.write(row, 1, row * 1.5)
    records: bytes = workbook.get_biff_data()
    return records


def old_workbook() -> bytes:
    buffer = BytesIO()
    XlsDoc().save(buffer, old_records())
    return buffer.getvalue()


SMALL = Limits(rows=5000, cells=200_000)
STARTS = [
    b"",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<html><table>",
    b"<?xml ",
    b"\xff\xfe",
    b"a,b\n",
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=600))
def test_random_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    with suppress(RefusedError):
        read_content(start + rest, "a.xlsx", SMALL)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="<>/!-[]='\" tabledrhcolspn1290&;#x\n", max_size=200))
def test_random_pages_are_read_or_refused(text: str) -> None:
    with suppress(RefusedError):
        read_content(f"<table>{text}".encode(), "a.xls", SMALL)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with some bytes changed, cut out or repeated."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed))
        change = chance.randrange(4)
        if change == 0:
            changed[at] = chance.randrange(256)
        elif change == 1:
            changed[at] ^= 1 << chance.randrange(8)
        elif change == 2:
            del changed[at : at + chance.randint(1, 40)]
        else:
            changed[at:at] = changed[at : at + chance.randint(1, 40)]
    return bytes(changed)


def test_a_damaged_package_is_read_or_refused() -> None:
    data = new_workbook()
    for seed in range(400):
        with suppress(RefusedError):
            read_content(mutated(data, random.Random(seed)), "a.xlsx", SMALL)


def test_damaged_xml_in_a_whole_package_is_read_or_refused() -> None:
    xml = sheet(
        '<row r="1"><c r="A1" s="0"><v>1</v></c><c r="B1" t="str"><f>A1</f><v>x</v></c></row>',
        '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
    ).encode()
    for seed in range(400):
        broken = mutated(xml, random.Random(seed))
        with suppress(RefusedError):
            read_content(package(broken), "a.xlsx", SMALL)


def test_a_damaged_old_workbook_is_read_or_refused() -> None:
    data = old_workbook()
    for seed in range(400):
        with suppress(RefusedError):
            read_content(mutated(data, random.Random(seed)), "a.xls", SMALL)


def test_damaged_records_in_a_whole_container_are_read_or_refused() -> None:
    records = old_records()
    for seed in range(400):
        buffer = BytesIO()
        XlsDoc().save(buffer, mutated(records, random.Random(seed)))
        with suppress(RefusedError):
            read_content(buffer.getvalue(), "a.xls", SMALL)


def test_a_container_whose_sectors_run_in_a_circle_is_corrupt() -> None:
    data = bytearray(old_workbook())
    fat = (1 + int.from_bytes(data[76:80], "little")) * 512
    data[fat : fat + 4] = (0).to_bytes(4, "little")
    assert refusal_of(lambda: read_content(bytes(data), "a.xls", SMALL)).code == "FILE_CORRUPT"
