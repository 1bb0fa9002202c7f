"""Sheets as other programs write them: a table grows in whatever spelling, and what stands in its way is named."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.growth import grown
from promo_xl.workbook.growth_areas import Growth
from promo_xl.workbook.growth_parts import grown_chart, grown_drawing, read_table
from promo_xl.workbook.growth_rows import ColumnFormula, GrownRows
from promo_xl.workbook.growth_sheet import SheetReading
from tests.proof.book import Book
from tests.proof.made import Entries, changed, made, replaced
from tests.proof.package_lint import lint
from tests.proof.recalculate import formula_cells, ironcalc_values
from tests.proof.validator import validate
from tests.workbook.rich_book import rich_book

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = (
    '<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="{count}">{checks}'
    "</x14:dataValidations></ext></extLst>"
)
X14_CHECK = (
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>{formula}</xm:f></x14:formula1>'
    "<xm:sqref>{areas}</xm:sqref></x14:dataValidation>"
)
GROWTH = Growth("t", "", "S", 1, 2, 2, 3, 2)
COLUMNS = {"t": {2: ColumnFormula("A3*2")}}


def simple(path: Path, more: Callable[[Any, Any], None] = lambda workbook, sheet: None) -> Path:
    """Sheet S with the table t in A1:B3 (a number, twice of it), and more."""

    def build(workbook: Any) -> None:
        sheet = workbook.add_worksheet("S")
        columns = [{"header": "n"}, {"header": "double", "formula": "=A2*2"}]
        sheet.add_table("A1:B3", {"name": "t", "columns": columns})
        for row in (2, 3):
            sheet.write_number(row - 1, 0, row)
            sheet.write_formula(row - 1, 1, f"=A{row}*2", None, row * 2)
        more(workbook, sheet)

    return made(path, build)


def part(path: Path, name: str = SHEET) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def grown_text(text: str) -> str:
    reading = SheetReading(text.encode(), "S", ("f.xlsx", SHEET), (GROWTH,))
    return GrownRows(reading).content(COLUMNS).decode()


def test_any_spelling_of_the_markup_stays_and_is_continued() -> None:
    text = (
        "\ufeff<?xml version='1.0'?>\r\n<!-- <x:row r='3'/> --><x:worksheet xmlns:x='m' xmlns:xm='n'>"
        "<x:dimension ref='A1:B3'/>\r\n<x:sheetData>\r\n"
        "<x:row r='1'><x:c r='A1' t='inlineStr'><x:is><x:t>n</x:t></x:is></x:c></x:row>\r\n"
        "<x:row r='2'><x:c r='A2'><x:v>1</x:v></x:c><x:c r='B2'><x:f>A2*2</x:f><x:v>2</x:v></x:c></x:row>\r\n"
        "<?pi a?><x:row r='3' spans='1:2' ht='20' hidden='1' outlineLevel='1'>"
        "<x:c s='4' r='A3'><!-- > --></x:c ><x:c r='B3' s='5'>"
        '<x:f ><![CDATA[A3*2]]>&amp;"&lt;"<!-- + --></x:f><x:v>6</x:v></x:c></x:row>\r\n</x:sheetData >'
        "<x:dataValidations count='1'><x:dataValidation type='list' sqref='A2:A3' prompt='a>b'>"
        "<x:formula1><![CDATA[$B$2:$B$3]]></x:formula1></x:dataValidation></x:dataValidations></x:worksheet>"
    )
    after = grown_text(text)
    rows = "".join(
        f'<x:row r="{row}" ht=\'20\'><x:c r="A{row}" s="4"/>'
        f'<x:c r="B{row}" s="5"><x:f>A{row}*2&amp;"&lt;"</x:f></x:c></x:row>'
        for row in (4, 5)
    )
    expected = text.replace("</x:sheetData >", f"{rows}</x:sheetData >")
    expected = expected.replace("<x:dimension ref='A1:B3'/>", '<x:dimension ref="A1:B5"/>')
    expected = expected.replace("sqref='A2:A3'", 'sqref="A2:A5"').replace("<![CDATA[$B$2:$B$3]]>", "$B$2:$B$5")
    assert after == expected


def test_rows_and_cells_that_say_no_number_keep_their_places() -> None:
    text = (
        "<worksheet><sheetData><row><c/></row><row><c><v>1</v></c><c><f>A2*2</f></c></row>"
        "<row><c><v>1</v></c><c><f>A3*2</f></c><c><v>7</v></c></row>"
        '<row r="5"><c r="A5" s="9"/><c r="C5"><v>8</v></c></row>'
        "<row><c/><c/><c><v>9</v></c></row></sheetData></worksheet>"
    )
    after = grown_text(text)
    assert '<row r="4"><c r="A4"/><c r="B4"><f>A4*2</f></c></row><row r="5"><c r="A5"/><c r="B5">' in after
    assert '<c r="B5"><f>A5*2</f></c><c r="C5"><v>8</v></c></row><row><c/><c/><c><v>9</v></c></row>' in after


def test_new_rows_stand_before_those_that_say_no_number_behind_them() -> None:
    text = "<worksheet><sheetData>{}</sheetData></worksheet>"
    rows = "<row><c/></row><row/><row/>"
    behind = '<row r="9"><c r="A9"><v>1</v></c></row><row><c><v>2</v></c></row>'
    after = grown_text(text.format(rows + behind))
    assert '<row r="4"><c r="B4"><f>A3*2</f></c></row><row r="5">' in after
    assert after.endswith(behind + "</sheetData></worksheet>")


def test_blank_rows_below_are_in_sight_and_as_high_as_the_table_and_others_keep_their_height() -> None:
    text = (
        '<worksheet><sheetData><row r="2"/><row r="3" ht="20" customHeight="1"><c r="A3" s="1"/><c r="C3"/></row>'
        '<row r="4" spans="1:9" hidden="1" ht="9"><c r="A4" s="7"/><c r="B4" s="7"/></row>'
        '<row r="5" hidden="1" ht="9"><c r="A5" s="7"/><c r="E5"><v>1</v></c></row></sheetData></worksheet>'
    )
    after = grown_text(text)
    assert '<row r="4" ht="20" customHeight="1"><c r="A4" s="1"/><c r="B4"><f>A3*2</f></c></row>' in after
    assert '<row r="5" ht="9"><c r="A5" s="1"/><c r="B5"><f>A3*2</f></c><c r="E5"><v>1</v></c></row>' in after


def test_shared_formulas_are_continued_and_their_first_cell_stays(tmp_path: Path) -> None:
    def share(entries: Entries) -> None:
        for old, new in [
            ("<f>A2*2</f>", '<f t="shared" ref="B2:B3" si="0">A2*2</f>'),
            ("<f>A3*2</f>", '<f t="shared" si="0"/>'),
        ]:
            replaced(SHEET, old, new)(entries)

    path = changed(simple(tmp_path / "plain.xlsx"), tmp_path / "shared.xlsx", share)
    grown(path, {"t": 4})
    assert '<f t="shared" ref="B2:B3" si="0">A2*2</f>' in part(path)
    assert {cell: f for (_, cell), f in formula_cells(path).items()} == {
        f"B{row}": f"A{row}*2" for row in range(2, 6)
    }
    assert [str(problem) for problem in validate([path])] == []


def test_a_shared_formula_that_stays_the_same_for_some_cells_only_is_no_longer_shared(tmp_path: Path) -> None:
    def more(workbook: Any, sheet: Any) -> None:
        for row in (2, 3, 4):
            sheet.write_formula(f"F{row}", f"=SUM(A{row}:A{row + 1})", None, 1)

    def share(entries: Entries) -> None:
        replaced(SHEET, "<f>SUM(A2:A3)</f>", '<f t="shared" ref="F2:F4" si="7">SUM(A2:A3)</f>')(entries)
        replaced(SHEET, "<f>SUM(A3:A4)</f>", '<f t="shared" si="7"/>')(entries)
        replaced(SHEET, "<f>SUM(A4:A5)</f>", '<f t="shared" si="7"></f>')(entries)

    path = changed(simple(tmp_path / "plain.xlsx", more), tmp_path / "shared.xlsx", share)
    grown(path, {"t": 6})
    assert "shared" not in part(path)
    found = {cell: f for (_, cell), f in formula_cells(path).items() if cell.startswith("F")}
    assert found == {"F2": "SUM(A2:A7)", "F3": "SUM(A3:A4)", "F4": "SUM(A4:A5)"}


def test_a_formula_that_was_typed_over_comes_from_the_row_above_or_from_the_table(tmp_path: Path) -> None:
    path = simple(tmp_path / "typed.xlsx", lambda workbook, sheet: sheet.write_number("B3", 5))
    grown(path, {"t": 3})
    assert formula_cells(path)["S", "B4"] == "A4*2"
    path = simple(tmp_path / "all.xlsx", lambda workbook, sheet: sheet.write_column("B2", [5, 5]))
    path = changed(path, tmp_path / "row.xlsx", replaced("xl/tables/table1.xml", "A2*2", "SUM($A$2:$A$3)"))
    grown(path, {"t": 3})
    assert formula_cells(path)["S", "B4"] == "SUM($A$2:$A$4)"


def test_an_array_formula_of_a_column_stays_one_in_each_new_row(tmp_path: Path) -> None:
    def more(workbook: Any, sheet: Any) -> None:
        for row in (2, 3):
            sheet.write_array_formula(f"B{row}:B{row}", f"{{=SUM(A{row}*{{1,1}})}}", None, row * 2)

    path = simple(tmp_path / "array.xlsx", more)
    grown(path, {"t": 3})
    assert '<c r="B4"><f t="array" ref="B4">SUM(A4*{1,1})</f></c>' in part(path)
    assert ironcalc_values(path)["S", "B4"] == 0


def test_a_blank_last_row_gives_blank_rows_and_a_filled_one_rows_without_results(tmp_path: Path) -> None:
    def blank(entries: Entries) -> None:
        replaced(SHEET, '<c r="A3"><v>3</v></c>', '<c r="A3"/>')(entries)
        replaced(SHEET, '<c r="B3"><f>A3*2</f><v>6</v>', '<c r="B3" t="str"><f>A3*2</f><v></v>')(entries)

    path = changed(simple(tmp_path / "plain.xlsx"), tmp_path / "blank.xlsx", blank)
    grown(path, {"t": 3})
    assert '<c r="B4" t="str"><f>A4*2</f><v></v></c>' in part(path)
    path = simple(tmp_path / "filled.xlsx")
    grown(path, {"t": 3})
    assert '<c r="B4"><f>A4*2</f></c>' in part(path)
    assert "fullCalcOnLoad" in part(path, "xl/workbook.xml")


def test_tables_side_by_side_grow_in_one_step(tmp_path: Path) -> None:
    def more(workbook: Any, sheet: Any) -> None:
        sheet.add_table("D1:D5", {"name": "u", "columns": [{"header": "x"}]})
        sheet.add_table("F1:F2", {"name": "v", "columns": [{"header": "y"}]})

    path = simple(tmp_path / "beside.xlsx", more)
    grown(path, {"t": 6, "u": 6, "V": 2})
    areas = {name: str(table.area) for name, (_, table) in Book(path).tables.items()}
    assert areas == {"t": "A1:B7", "u": "D1:D7", "v": "F1:F3"}
    assert formula_cells(path)["S", "B7"] == "A7*2"
    assert [str(problem) for problem in validate([path])] == []
    assert {problem.rule for problem in lint(path)} <= {"full-calc-on-load", "value-missing"}


def test_checks_in_the_newer_place_follow_and_older_ones_below_give_way(tmp_path: Path) -> None:
    def more(workbook: Any, sheet: Any) -> None:
        sheet.data_validation("A2:A3", {"validate": "integer", "criteria": ">", "value": 0})
        sheet.data_validation("A4:C4", {"validate": "integer", "criteria": ">", "value": 5})
        sheet.data_validation("A5", {"validate": "integer", "criteria": ">", "value": 6})

    def newer(entries: Entries) -> None:
        checks = X14_CHECK.format(formula="S!$A$2:$A$3", areas="B2:B3") + X14_CHECK.format(
            formula="S!$A$1", areas="B5"
        )
        replaced(SHEET, "<tableParts", X14.format(count=2, checks=checks) + "<tableParts")(entries)
        whole = entries[SHEET].decode()
        extension = re.search("<extLst>.*</extLst>", whole)
        assert extension is not None
        whole = whole.replace(extension[0], "").replace("</worksheet>", extension[0] + "</worksheet>")
        entries[SHEET] = whole.encode()

    path = changed(simple(tmp_path / "plain.xlsx", more), tmp_path / "newer.xlsx", newer)
    grown(path, {"t": 5})
    text = part(path)
    assert re.findall(r'sqref="([^"]*)"', text)[-2:] == ["A2:A6", "C4"]
    assert re.findall(r"<xm:f>([^<]*)</xm:f></x14:formula1><xm:sqref>([^<]*)<", text) == [("S!$A$2:$A$6", "B2:B6")]
    assert re.findall(r'count="(\d+)"', text) == ["2", "1", "1"]
    assert [str(problem) for problem in validate([path])] == []
    assert {problem.rule for problem in lint(path)} <= {"full-calc-on-load", "value-missing"}


def test_the_order_and_the_filter_of_a_table_follow_and_hidden_rows_do_not_multiply() -> None:
    text = (
        "<x:table xmlns:x='m' name='t' ref='A1:B3' insertRow='1'><x:autoFilter ref='A1:B3'>"
        "<x:filterColumn colId='0'/></x:autoFilter>"
        "<x:sortState ref='A2:B3'><x:sortCondition ref='A2:A3'/></x:sortState>"
        "<x:tableColumns><x:tableColumn id='1' name='n'/><x:tableColumn id='2' name='d'>"
        "<x:calculatedColumnFormula>SUM($A$2:$A$3)</x:calculatedColumnFormula>"
        "</x:tableColumn></x:tableColumns></x:table>"
    )
    table = read_table(text.encode(), "p", "S", "f.xlsx")
    growth = table.growth(4)
    assert growth == Growth("t", "p", "S", 1, 2, 2, 3, 2)
    assert table.formulas == {2: ColumnFormula("SUM($A$2:$A$3)")}
    expected = text.replace(" insertRow='1'", "").replace("$A$3", "$A$5")
    for old, new in (("'A1:B3'", '"A1:B5"'), ("'A2:B3'", '"A2:B5"'), ("'A2:A3'", '"A2:A5"')):
        expected = expected.replace(f"ref={old}", f"ref={new}")
    assert table.grown((growth,)).decode() == expected


def test_what_a_chart_remembers_stays_consistent() -> None:
    growth = (Growth("t", "", "S", 1, 3, 2, 4, 5),)
    levels = (
        "<c:multiLvlStrRef><c:f>S!$A$2:$B${0}</c:f><c:multiLvlStrCache><c:ptCount val='{1}'/></c:multiLvlStrCache>"
        "</c:multiLvlStrRef>"
    )
    numbers = "<c:numRef><c:f>S!$C$2:$C${0}</c:f><c:numCache><c:ptCount val='{1}'/></c:numCache></c:numRef>"
    newer = "<cx:numDim><cx:f>S!$C$2:$C${0}</cx:f><cx:lvl ptCount='{1}'/></cx:numDim>"
    partly = "<c:numRef><c:f>S!$C$3:$C$4</c:f><c:numCache><c:ptCount val='2'/></c:numCache></c:numRef>"
    text = "<c:c xmlns:c='c' xmlns:cx='x'>" + levels + numbers + newer + partly + "</c:c>"
    before, after = (text.format(last, last - 1) for last in (4, 9))
    assert grown_chart(before.encode(), ("f", "p"), growth).decode().replace('"', "'") == after


def test_what_belongs_to_the_totals_moves_with_them() -> None:
    text = (
        '<w xmlns:x14="m" xmlns:xm="n"><sheetData><row r="3"><c r="A3" s="1"/></row><row r="4" ht="30">'
        '<c r="A4" s="2" t="s"><v>0</v></c><c r="B4"><f t="array" ref="B4">SUM(B2:B3*A4)</f><v>1</v></c>'
        '<c r="D4"><f>B4*2</f></c></row><row r="7"><c r="D7"><f>S!B$4+B3</f></c></row></sheetData>'
        '<conditionalFormatting sqref="A4:B4"><cfRule><formula>A4&gt;SUM($B$4,B2:B3)</formula></cfRule>'
        "</conditionalFormatting><x14:conditionalFormatting><x14:cfRule><x14:cfvo><xm:f>B4</xm:f></x14:cfvo>"
        "</x14:cfRule><xm:sqref>B4</xm:sqref></x14:conditionalFormatting>"
        '<hyperlinks><hyperlink ref="A4"/><hyperlink ref="A2:A3"/><hyperlink ref="D4"/></hyperlinks>'
        "<x14:sparklineGroup><x14:sparkline><xm:f>S!B2:B3</xm:f><xm:sqref>B4</xm:sqref></x14:sparkline>"
        "<x14:sparkline><xm:f>S!B2:B4</xm:f><xm:sqref>B3</xm:sqref></x14:sparkline></x14:sparklineGroup></w>"
    )
    growth = replace(GROWTH, totals=True)
    after = GrownRows(SheetReading(text.encode(), "S", ("f", SHEET), (growth,))).content({"t": {}}).decode()
    assert after == (
        '<w xmlns:x14="m" xmlns:xm="n"><sheetData><row r="3"><c r="A3" s="1"/></row><row r="4" ht="30">'
        '<c r="A4" s="1"/><c r="D4"><f>B6*2</f></c></row><row r="5"><c r="A5" s="1"/></row><row r="6" ht="30">'
        '<c r="A6" s="2" t="s"><v>0</v></c><c r="B6"><f t="array" ref="B6">SUM(B2:B5*A6)</f><v>1</v></c></row>'
        '<row r="7"><c r="D7"><f>S!B$6+B3</f></c></row></sheetData>'
        '<conditionalFormatting sqref="A6:B6"><cfRule><formula>A6&gt;SUM($B$6,B2:B5)</formula></cfRule>'
        "</conditionalFormatting><x14:conditionalFormatting><x14:cfRule><x14:cfvo><xm:f>B6</xm:f></x14:cfvo>"
        "</x14:cfRule><xm:sqref>B6</xm:sqref></x14:conditionalFormatting>"
        '<hyperlinks><hyperlink ref="A6"/><hyperlink ref="A2:A3"/><hyperlink ref="D4"/></hyperlinks>'
        "<x14:sparklineGroup><x14:sparkline><xm:f>S!B2:B5</xm:f><xm:sqref>B6</xm:sqref></x14:sparkline>"
        "<x14:sparkline><xm:f>S!B2:B6</xm:f><xm:sqref>B3</xm:sqref></x14:sparkline></x14:sparklineGroup></w>"
    )
    drawing = b"<d xmlns:xdr='x'><xdr:sp textlink='S!$B$4'/><xdr:sp textlink=''/></d>"
    assert grown_drawing(drawing, ("f", "p"), (growth,)) == drawing.replace(b"'S!$B$4'", b'"S!$B$6"')


def blocked(path: Path, rows: int = 5, table: str = "t") -> Finding:
    before = path.read_bytes()
    with pytest.raises(RefusedError) as refusal:
        grown(path, {table: rows})
    assert path.read_bytes() == before
    (finding,) = refusal.value.findings
    return finding


WAYS: dict[str, tuple[str, Callable[[Any, Any], None]]] = {
    "cell": ("B6", lambda workbook, sheet: sheet.write_number("B6", 0)),
    "table": ("B5", lambda workbook, sheet: sheet.add_table("B5:C7", {"name": "u"})),
    "merged": ("B6", lambda workbook, sheet: sheet.merge_range("B6:D6", "")),
    "array": ("A5", lambda workbook, sheet: sheet.write_array_formula("A5:A9", "{=ROW(A1:A5)}", None, 1)),
    "filter": ("A6", lambda workbook, sheet: sheet.autofilter("A6:B9")),
}


@pytest.mark.parametrize("kind", WAYS)
def test_what_stands_in_the_way_is_named_and_nothing_changes(tmp_path: Path, kind: str) -> None:
    cell, put = WAYS[kind]
    path = simple(tmp_path / "plan.xlsx", put)
    finding = blocked(path)
    assert finding.code == "GROWTH_BLOCKED"
    assert finding.place == f"plan.xlsx › S!{cell}"
    assert finding.details == {"table": "t", "rows": 3, "room": "A4:B6", "reason": f"growth_{kind}"}
    for language, word in (("zh", "t 下面要加 3 行"), ("en", "t needs 3 more rows")):
        assert word in wording(language).sentence(finding)
        assert "growth_" not in wording(language).sentence(finding)


@pytest.mark.parametrize(
    "put",
    [
        lambda workbook, sheet: sheet.write_number("B7", 0),
        lambda workbook, sheet: sheet.write_number("C4", 0),
        lambda workbook, sheet: sheet.write_blank("B5", None, workbook.add_format({"bold": True})),
        lambda workbook, sheet: sheet.insert_textbox("A5", "x"),
    ],
)
def test_what_stands_elsewhere_or_is_only_a_format_is_not_in_the_way(
    tmp_path: Path, put: Callable[[Any, Any], None]
) -> None:
    path = simple(tmp_path / "plan.xlsx", put)
    grown(path, {"t": 5})
    assert '<c r="A6"/><c r="B6"><f>A6*2</f></c>' in part(path) or '<c r="B6"><f>A6*2</f></c>' in part(path)
    assert '<c r="B5"><f>A5*2</f></c>' in part(path)


def test_totals_with_a_comment_stay_where_they_are(tmp_path: Path) -> None:
    def comment(entries: Entries) -> None:
        replaced("xl/comments1.xml", 'ref="A5"', 'ref="A10"')(entries)

    path = changed(rich_book(tmp_path / "book.xlsx", 5, totals=True), tmp_path / "c.xlsx", comment)
    finding = blocked(path, 6, "tblSpend")
    assert (finding.place, finding.details["reason"]) == ("c.xlsx › 花 费!A10", "growth_comment")


def test_the_end_of_the_sheet_is_the_end_of_the_table(tmp_path: Path) -> None:
    finding = blocked(simple(tmp_path / "plan.xlsx"), 1_048_576)
    assert (finding.code, finding.details["most"]) == ("GROWTH_TOO_LONG", 1_048_575)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    finding = blocked(simple(tmp_path / "plan.xlsx"), table="tblNone")
    assert (finding.code, finding.details["table"]) == ("GROWTH_TABLE_MISSING", "tblNone")


def test_a_protected_sheet_is_refused(tmp_path: Path) -> None:
    finding = blocked(simple(tmp_path / "plan.xlsx", lambda workbook, sheet: sheet.protect()))
    assert finding.code == "SHEET_PROTECTED"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("xl/charts/chart1.xml", b"<c:chart", "FILE_CORRUPT"),
        ("xl/tables/table1.xml", b"<table></tables>", "FILE_CORRUPT"),
        (SHEET, f"<worksheet xmlns='{MAIN}'><row r='x'/></worksheet>".encode(), "FILE_CORRUPT"),
        ("xl/charts/chart1.xml", "<c/>".encode("utf-16"), "FILE_PART_ENCODING"),
    ],
)
def test_a_damaged_part_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    def damage(entries: Entries) -> None:
        entries[name] = content

    path = changed(rich_book(tmp_path / "book.xlsx", 5), tmp_path / "damaged.xlsx", damage)
    assert blocked(path, 6, "tblSpend").code == code


def test_a_table_of_many_rows_grows_in_seconds_by_many_more(tmp_path: Path) -> None:
    path = rich_book(tmp_path / "long.xlsx", 3_000)
    grown(path, {"tblSpend": 6_000})
    assert formula_cells(path)["花 费", "D6004"] == "B6004/SUM($B$5:$B$6004)"
