"""What is found in the bytes of a sheet is what the parser hears; where they are not plain, it is asked."""

import zipfile
from io import BytesIO

import pytest
import xlsxwriter

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.grid import Limits
from promo_xl.sources.package import Package
from promo_xl.sources.plain_sheet import plain_sheet
from promo_xl.sources.tabular import read_content
from promo_xl.workbook.places import Places

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
TAIL = '</sheetData><mergeCells count="1"><mergeCell ref="A9:B9"/></mergeCells></worksheet>'
PLAIN = {
    "numbers": '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>-2.5</v></c><c r="D1"><v>1E3</v></c></row>',
    "dates": '<row r="2" spans="1:3" ht="15"><c r="A2" s="1"><v>45444</v></c><c r="B2" s="1"/></row>',
    "texts": '<row r="3"><c r="A3" t="s"><v>0</v></c>'
    '<c r="B3" t="inlineStr"><is><t>a&amp;b&#10;_x0041_</t></is></c></row>',
    "spaces": '<row r="3"><c r="B3" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c></row>',
    "kinds": '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c>'
    '<c r="C1" t="str"><v></v></c></row>',
    "formulas": '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>A1&lt;2</f></c>'
    '<c r="C1" t="str"><f>""</f><v/></c></row>',
    "shared": '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>2</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="0"/><v>3</v></c></row>',
    "array": '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">B1:B2</f><v>2</v></c></row>',
    "blank rows": '<row r="1"/><row r="3" ht="20"/><row r="5"></row><row r="6"><c r="B6"><v>1</v></c></row>',
    "merged": '<row r="9"><c r="A9"><v>1</v></c><c r="B9"><v>2</v></c></row>',
}
OTHER = {
    "no places": "<row><c><v>1</v></c><c><v>2</v></c></row>",
    "a comment": '<row r="1"><!-- <c r="B1"/> --><c r="A1"><v>1</v></c></row>',
    "CDATA": '<row r="1"><c r="A1" t="str"><v><![CDATA[<c r="Z9"/>]]></v></c></row>',
    "an instruction": '<row r="1"><?x <c r="B1"/>?><c r="A1"><v>1</v></c></row>',
    "single quotes": "<row r='1'><c r='A1'><v>1</v></c></row>",
    "from right to left": '<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>',
    "a cell twice": '<row r="1"><c r="A1"><v>2</v></c><c r="A1"><v>1</v></c></row>',
    "a row twice": '<row r="1"><c r="A1"><v>2</v></c></row><row r="1"><c r="B1"><v>1</v></c></row>',
    "a cell of another row": '<row r="1"><c r="A2"><v>2</v></c></row>',
    "another namespace": '<row r="1"><c r="A1"><v>1</v></c><c r="B1" xmlns="x"><v>2</v></c></row>',
    "a row of another namespace": '<row r="1" xmlns="x"><c r="A1"><v>1</v></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c></row>',
    "rich text": '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
    "a carriage return": '<row r="1"><c r="A1" t="str"><v>a\r\nb</v></c></row>',
    "greater signs": '<row r="1" x="a>b"><c r="A1"><v>1</v></c></row>',
}


def package(sheet: bytes) -> bytes:
    """A workbook whose only sheet is this part; style 1 is a date."""
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write(0, 0, "甲", book.add_format({"num_format": "yyyy-mm-dd"}))
    stream = BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return stream.getvalue()


@pytest.mark.parametrize("rows", [*PLAIN.values(), *OTHER.values()], ids=[*PLAIN, *OTHER])
def test_a_package_reads_what_is_read_from_a_stream(rows: str) -> None:
    data = package((HEAD + rows + TAIL).encode())
    assert [Package(data, "a.xlsx").grid("Sheet1")] == read_content(data, "a.xlsx", Limits())


@pytest.mark.parametrize("rows", PLAIN.values(), ids=PLAIN)
def test_cells_of_plain_parts_stand_where_the_parser_hears_them(rows: str) -> None:
    part = (HEAD + rows + TAIL).encode()
    plain, heard = Places(part, plain_sheet(part)), Places(part)
    assert plain_sheet(part) is not None
    assert (plain.rows, list(plain), plain.behind_rows) == (heard.rows, list(heard), heard.behind_rows)
    for at in heard:
        spans = plain.cell(*at), heard.cell(*at)
        assert spans[0] == spans[1]
        assert plain.formula(*at) == heard.formula(*at)


@pytest.mark.parametrize("rows", OTHER.values(), ids=OTHER)
def test_what_is_not_plain_is_left_to_the_parser(rows: str) -> None:
    assert plain_sheet((HEAD + rows + TAIL).encode()) is None


@pytest.mark.parametrize(
    "part",
    [
        (HEAD + PLAIN["numbers"] + TAIL).replace("UTF-8", "ISO-8859-1"),
        (HEAD + PLAIN["numbers"] + TAIL).replace("spreadsheetml/2006/main", "spreadsheetml/2007/main"),
        (HEAD + PLAIN["numbers"] + "</sheetData><sheetData>" + TAIL),
        (HEAD + PLAIN["numbers"] + "<!-- -->" + TAIL),
        (HEAD + PLAIN["numbers"] + TAIL).replace("</worksheet>", ""),
        (HEAD + '<row r="1"><c r="A1" t="str"><v>&nbsp;</v></c></row>' + TAIL),
        (HEAD + '<row r="1048577"><c r="A1048577"><v>1</v></c></row>' + TAIL),
        (HEAD + '<row r="1"><c r="XFE1"><v>1</v></c></row>' + TAIL),
    ],
)
def test_no_part_with_an_oddity_around_its_cells_is_plain(part: str) -> None:
    assert plain_sheet(part.encode()) is None


def test_a_damaged_sheet_is_refused_when_it_is_read() -> None:
    damaged = Package(package((HEAD + PLAIN["numbers"]).encode()), "a.xlsx")
    with pytest.raises(RefusedError) as refused:
        damaged.grid("Sheet1")
    assert [finding.code for finding in refused.value.findings] == ["FILE_CORRUPT"]
