"""Laws of reading workbooks."""

import datetime
import struct
from hashlib import md5
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from python_calamine import CalamineWorkbook
from xlwt.CompoundDoc import XlsDoc

from promo_xl.sources.biff import read_workbook
from promo_xl.sources.grid import NOT_CALCULATED, CellValue, ErrorValue, Grid, Limits, MergedRange
from promo_xl.sources.tabular import read_content, read_sheets
from tests.sources.refusals import refusal_of
from tests.sources.zips import TYPES, package, sheet, styles, zipped

DAY = datetime.date(2026, 6, 1)
MOMENT = datetime.datetime(2026, 6, 1, 20, 30)


def read(data: bytes, limits: Limits | None = None) -> list[Grid]:
    return read_content(data, "products.xlsx", limits or Limits())


def only(data: bytes) -> Grid:
    (grid,) = read(data)
    return grid


def cell_value(cell_xml: str, *format_ids: int) -> CellValue:
    """The value of a cell given as XML; its style numbers point into `format_ids`."""
    grid = only(package(sheet(f'<row r="1">{cell_xml}<c r="Z1"><v>1</v></c></row>'), styles(*format_ids)))
    return grid.values[0][0]


def test_values_keep_their_types_formats_and_places(tmp_path: Path) -> None:
    path = tmp_path / "产品 表.xlsx"
    workbook = xlsxwriter.Workbook(path)
    page = workbook.add_worksheet("清单")
    page.write_row("A1", ["名称", 5, 5.5, True, "00123", "=1+1"])
    page.write_string("F1", "=1+1")
    page.write_datetime("A2", datetime.datetime(2026, 6, 1), workbook.add_format({"num_format": "yyyy-mm-dd"}))
    page.write_datetime("B2", MOMENT, workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    page.write_datetime("C2", datetime.time(20, 30), workbook.add_format({"num_format": "hh:mm"}))
    page.write_number("D2", 0.05, workbook.add_format({"num_format": "0.0%"}))
    page.write_number("E2", 46174)
    page.write_number("F2", 1.5, workbook.add_format({"num_format": "[h]:mm"}))
    workbook.add_worksheet("hidden").hide()
    workbook.close()

    clean, hidden = read_sheets(path)

    assert clean.values == (
        ("名称", 5, 5.5, True, "00123", "=1+1"),
        (DAY, MOMENT, datetime.time(20, 30), 0.05, 46174, datetime.timedelta(hours=36)),
    )
    assert clean.cell(2, 4).number_format == "0.0%"
    assert clean.cell(2, 5).number_format == "General"
    assert clean.cell(2, 4).place == "产品 表.xlsx › 清单!D2"
    assert (hidden.name, hidden.hidden, hidden.values) == ("hidden", True, ())


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    for uses_1904 in (False, True):
        buffer = BytesIO()
        workbook = xlsxwriter.Workbook(buffer, {"date_1904": uses_1904})
        date_format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        workbook.add_worksheet().write_datetime("A1", datetime.datetime(2026, 6, 1), date_format)
        workbook.close()
        assert only(buffer.getvalue()).values == ((DAY,),)


@pytest.mark.parametrize("number", [27, 30, 31, 36, 50, 57, 58, 14, 22])
def test_formats_that_excel_knows_by_number_make_dates(number: int) -> None:
    assert cell_value('<c r="A1" s="1"><v>46174</v></c>', 0, number) == DAY


@pytest.mark.parametrize("number", [0, 1, 2, 9, 10, 11, 37, 44, 49])
def test_formats_of_numbers_leave_numbers(number: int) -> None:
    assert cell_value('<c r="A1" s="1"><v>46174</v></c>', 0, number) == 46174


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c r='A1'><f>B1*2</f><v>42</v></c>", 42),
        ("<c r='A1' t='str'><f>B1&amp;1</f><v>甲1</v></c>", "甲1"),
        ("<c r='A1' t='str'><f>\"\"</f><v></v></c>", None),
        ("<c r='A1'><f>B1*2</f></c>", NOT_CALCULATED),
        ("<c r='A1'><f>B1*2</f><v></v></c>", NOT_CALCULATED),
        ("<c r='A1' t='e'><f>1/0</f><v>#DIV/0!</v></c>", ErrorValue("#DIV/0!")),
        ("<c r='A1' t='b'><v>0</v></c>", False),
        ("<c r='A1' t='d'><v>2026-06-01T00:00:00</v></c>", DAY),
        ("<c r='A1' t='inlineStr'><is><r><t>红</t></r><r><t>色</t></r><rPh><t>hong</t></rPh></is></c>", "红色"),
        ("<c r='A1' t='str'><v>a_x000D_b_x005F_x000D_c_xD800_</v></c>", "a\rb_x000D_c_xD800_"),
        ("<c r='A1'><v>1E3</v></c>", 1000.0),
        ("<c r='A1'><v>0.30000000000000004</v></c>", 0.1 + 0.2),
        ("<c r='A1'><v>1e999</v></c>", ErrorValue("#NUM!")),
        ("<c r='A1'><v>-7</v></c>", -7),
        ("<c r='A1' s='1'><v>-5</v></c>", -5),
        ("<c r='A1' s='1'><v>99999999</v></c>", 99999999),
        ("<c r='A1' s='1'/>", None),
        ("<c><v>3</v></c>", 3),
    ],
)
def test_a_cell_means_what_excel_shows(cell: str, value: CellValue) -> None:
    assert cell_value(cell, 0, 14) == value


def test_merged_cells_carry_the_value_at_their_top_left_only() -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>9</v></c></row>' for row in (1, 2, 3)
    )
    merges = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="A3:B4"/></mergeCells>'
    grid = only(package(sheet(rows, merges)))
    assert grid.values == ((1, 9), (None, 9), (3, None))
    assert grid.merged == (MergedRange(1, 1, 2, 1), MergedRange(3, 1, 4, 2))


def test_merged_ranges_that_pile_up_are_refused() -> None:
    merges = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 200 + "</mergeCells>"
    rows = '<row r="99"><c r="Z99"><v>1</v></c></row>'
    finding = refusal_of(lambda: read(package(sheet(rows, merges)), Limits(cells=99 * 26 * 100)))
    assert finding.code == "FILE_CORRUPT"


def test_rows_and_columns_that_are_only_formatted_are_dropped() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>' + "".join(
        f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(1_047_000, 1_048_576)
    )
    assert only(package(sheet(rows))).values == ((1,),)


def test_rows_may_be_missing_and_come_in_any_order() -> None:
    rows = '<row r="3"><c r="B3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'
    assert only(package(sheet(rows))).values == ((1, None), (None, None), (None, 3))


def test_a_value_far_below_is_refused_with_its_row() -> None:
    rows = '<row r="900000"><c r="A900000"><v>1</v></c></row>'
    finding = refusal_of(lambda: read(package(sheet(rows))))
    assert (finding.code, finding.place) == ("FILE_TOO_MANY_ROWS", "products.xlsx › 表1")
    assert finding.details == {"rows": 900000, "limit": 200000}


def test_a_value_far_right_in_a_long_sheet_is_refused_with_its_column() -> None:
    rows = '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="9999"><c r="A9999"><v>1</v></c></row>'
    finding = refusal_of(lambda: read(package(sheet(rows))))
    assert (finding.code, finding.details["last_column"]) == ("FILE_TOO_MANY_CELLS", "XFD")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="0"><c><v>1</v></c></row>',
        '<row r="1048577"><c><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" s="7"><v>7</v></c></row>',
        '<row r="1"><c r="A1"><v>seven</v></c></row>',
        '<row r="1"><c r="A1">',
    ],
)
def test_a_sheet_that_breaks_the_format_is_corrupt(rows: str) -> None:
    assert refusal_of(lambda: read(package(sheet(rows)))).code == "FILE_CORRUPT"


def test_a_doctype_behind_a_pictures_name_is_refused_too() -> None:
    hidden = '<!DOCTYPE x [<!ENTITY a "b">]>' + sheet('<row r="1"><c r="A1" t="str"><v>&a;</v></c></row>')
    targets = {
        "xl/_rels/workbook.xml.rels": package_relations("media/image1.svg"),
        "xl/media/image1.svg": hidden,
    }
    assert refusal_of(lambda: read(package(sheet(""), **targets))).code == "FILE_CORRUPT"


def package_relations(target: str) -> str:
    from tests.sources.zips import WORKBOOK_RELATIONS

    return WORKBOOK_RELATIONS.replace("worksheets/sheet1.xml", target)


def test_openpyxl_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    rows: list[list[CellValue]] = [
        ["名称", "日", "时", None, "x\r\ny"],
        [1, DAY, MOMENT, 1.25, -3],
        [None, None, "　", "_x00", True],
    ]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            page.cell(number, column).value = value  # type: ignore[assignment]
    workbook.save(path)
    (grid,) = read_sheets(path)
    read_back = openpyxl.load_workbook(path).active
    assert read_back is not None
    expected = [list(row) for row in read_back.iter_rows(values_only=True)]
    assert grid.values[1][1] == DAY
    expected[1][1] = DAY
    assert [list(row) for row in grid.values] == expected


def old_workbook(*, uses_1904: bool = False) -> xlwt.Workbook:
    workbook = xlwt.Workbook(encoding="utf-8")
    workbook.dates_1904 = uses_1904
    page = workbook.add_sheet("产品")
    page.write(0, 0, "名称")
    page.write(0, 1, 5)
    page.write(0, 2, 5.5)
    page.write(0, 3, True)
    page.write(1, 0, DAY, xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"'))
    page.write(1, 1, MOMENT, xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm"))
    page.write(1, 2, datetime.time(20, 30), xlwt.easyxf(num_format_str="hh:mm"))
    page.write(1, 3, 46174)
    page.write_merge(3, 4, 0, 1, "合并")
    workbook.add_sheet("hidden").visibility = 1
    return workbook


def test_an_old_xls_keeps_formats_errors_and_results() -> None:
    workbook = xlwt.Workbook()
    page = workbook.add_sheet("a")
    page.write(0, 0, 0.05, xlwt.easyxf(num_format_str="0.0%"))
    page.row(0).set_cell_error(1, 0x2A)
    page.write(0, 2, -1234567.89)
    page.write(0, 3, 0.01)
    page.write(0, 4, -3)
    page.row(1).set_cell_mulblanks(0, 9)
    page.write_rich_text(2, 0, (("红", xlwt.Font()), ("色", xlwt.Font())))
    (grid,) = read(saved_old(workbook))
    assert grid.values[0] == (0.05, ErrorValue("#N/A"), -1234567.89, 0.01, -3)
    assert grid.values[2][0] == "红色"
    assert grid.cell(1, 1).number_format == "0.0%"


def test_long_texts_run_on_through_the_records_of_an_old_xls() -> None:
    texts = ["面膜" * 3000, "a" * 9000, "面" + "b" * 20000, "é" * 8000, "精华" * 7001]
    workbook = xlwt.Workbook()
    page = workbook.add_sheet("a")
    for row, text in enumerate(texts):
        page.write(row, 0, text)
    (grid,) = read(saved_old(workbook))
    assert [row[0] for row in grid.values] == texts


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def stream_of(*cells: bytes) -> bytes:
    """A BIFF8 stream with one sheet `a` of these records and the styles General and 0%."""
    styles_part = b"".join(record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 9))
    begin = record(0x809, struct.pack("<HH", 0x600, 5) + bytes(12))
    length = len(begin) + len(styles_part) + 4 + 6 + 2 + 1 + 4
    globals_part = (
        begin + styles_part + record(0x85, struct.pack("<IBB", length, 0, 0) + b"\x01\x00a") + record(0x0A, b"")
    )
    return (
        globals_part
        + record(0x809, struct.pack("<HH", 0x600, 16) + bytes(12))
        + b"".join(cells)
        + record(0x0A, b"")
    )


def place(row: int, column: int, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style)


def test_results_of_formulas_and_packed_numbers_of_an_old_xls_are_read() -> None:
    formula = bytes(6) + b"\x00\x00"
    chart = (
        record(0x809, struct.pack("<HH", 0x600, 32) + bytes(12))
        + record(0x203, place(0, 0) + bytes(8))
        + record(0x0A, b"")
    )
    stream = stream_of(
        record(0x06, place(0, 0, 1) + struct.pack("<d", 0.25) + formula),
        record(0x06, place(0, 1) + b"\x00" + bytes(5) + b"\xff\xff" + formula),
        record(0x207, b"\x02\x00\x01" + "甲乙".encode("utf-16-le")),
        record(0x06, place(0, 2) + b"\x01\x00\x01" + bytes(3) + b"\xff\xff" + formula),
        record(0x06, place(0, 3) + b"\x02\x00\x07" + bytes(3) + b"\xff\xff" + formula),
        record(0x06, place(0, 4) + b"\x03" + bytes(5) + b"\xff\xff" + formula),
        record(
            0xBD,
            place(0, 5, 0)[:4] + struct.pack("<HIHI", 0, 7 << 2 | 3, 1, (-5 << 2 | 2) & 0xFFFFFFFF) + b"\x06\x00",
        ),
        chart,
        record(0x205, place(0, 7) + b"\x01\x00"),
    )
    (grid,) = read_workbook(stream, "a.xls", Limits())
    assert grid.values == ((0.25, "甲乙", True, ErrorValue("#DIV/0!"), None, 0.07, -5, True),)
    assert grid.cell(1, 1).number_format == "0%"


def test_calamine_reads_the_same_from_an_old_xls() -> None:
    data = saved_old(old_workbook())
    page, _ = read(data)
    other = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [[value or "" for value in row] for row in page.values] == other[:4]


def saved_old(workbook: xlwt.Workbook) -> bytes:
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("uses_1904", [False, True])
def test_an_old_xls_is_read_in_either_date_system(uses_1904: bool) -> None:
    page, hidden = read(saved_old(old_workbook(uses_1904=uses_1904)))
    assert page.values == (
        ("名称", 5, 5.5, True),
        (DAY, MOMENT, datetime.time(20, 30), 46174),
        (None,) * 4,
        ("合并", None, None, None),
    )
    assert page.merged == (MergedRange(4, 1, 5, 2),)
    assert page.cell(2, 1).number_format == 'yyyy"年"m"月"d"日"'
    assert hidden.hidden


def encrypted_old(password: str) -> bytes:
    """An .xls whose stream says that it is enciphered with RC4, with a verifier for `password`."""
    records = old_workbook().get_biff_data()
    after_start = 4 + int.from_bytes(records[2:4], "little")
    salt = md5(password.encode("utf-16-le")).digest()
    body = b"\x01\x00\x01\x00\x01\x00" + salt * 3
    file_pass = b"\x2f\x00" + len(body).to_bytes(2, "little") + body
    buffer = BytesIO()
    XlsDoc().save(buffer, records[:after_start] + file_pass + records[after_start:])
    return buffer.getvalue()


def test_a_password_refuses_either_format(tmp_path: Path) -> None:
    new = tmp_path / "locked.xlsx"
    with new.open("wb") as stream:
        OOXMLFile(BytesIO(package(sheet('<row r="1"><c r="A1"><v>1</v></c></row>')))).encrypt("秘密", stream)
    assert refusal_of(lambda: read_sheets(new)).code == "FILE_ENCRYPTED"
    assert refusal_of(lambda: read(encrypted_old("secret"))).code == "FILE_ENCRYPTED"


@pytest.mark.parametrize(
    ("parts", "code", "kind"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument"}, "FILE_UNSUPPORTED", "OpenDocument (.ods)"),
        ({"Index/Document.iwa": "x"}, "FILE_UNSUPPORTED", "Apple Numbers (.numbers)"),
        (
            {"[Content_Types].xml": TYPES.replace("openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                                                  "ms-excel.sheet.binary.macroEnabled.main")},
            "FILE_UNSUPPORTED",
            "Excel Binary (.xlsb)",
        ),
        ({"[Content_Types].xml": TYPES.replace("spreadsheetml.sheet", "wordprocessingml.document")},
         "FILE_NOT_TABLE", "Word"),
        ({"readme.txt": "x"}, "FILE_NOT_TABLE", "ZIP"),
        ({"[Content_Types].xml": TYPES.replace("openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                                               "ms-excel.addin.macroEnabled.main+xml")}, "FILE_ADDIN", None),
    ],
)  # fmt: skip
def test_other_archives_are_refused_by_name(parts: dict[str, str], code: str, kind: str) -> None:
    finding = refusal_of(lambda: read(zipped(parts)))
    assert (finding.code, finding.details.get("kind")) == (code, kind)


def test_a_workbook_renamed_to_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(package(sheet('<row r="1"><c r="A1"><v>1</v></c></row>')))
    (grid,) = read_sheets(path)
    assert (grid.name, grid.values) == ("表1", ((1,),))
