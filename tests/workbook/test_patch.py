"""Single cells of a closed file: what was asked for changes, and nothing else does."""

import zipfile
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.tabular import read_sheets
from promo_xl.workbook.patch import (
    Change,
    calculated_on_opening,
    in_sight,
    patch_cells,
    patch_workbook,
    with_heights,
)
from tests.proof.package_lint import lint
from tests.proof.validator import validate

SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="2" ht="20"><c r="A2" s="3"/><c r="C2" t="s"><v>7</v></c></row>'
    b'<row r="5"/></sheetData><extLst/></worksheet>'
)


def patched(values: dict[tuple[int, int], object], part: bytes = SHEET) -> str:
    return patch_cells(part, values)[0].decode()  # type: ignore[arg-type]


def test_an_empty_cell_keeps_its_format_and_gets_the_value() -> None:
    assert '<c r="A2" s="3"><v>4.5</v></c><c r="C2"' in patched({(2, 1): 4.5})
    assert '<c r="A2" s="3" t="inlineStr"><is><t>&lt;1.1&gt;</t></is></c>' in patched({(2, 1): "<1.1>"})


def test_a_text_with_spaces_at_its_edges_keeps_them() -> None:
    assert '<t xml:space="preserve"> 甲</t>' in patched({(2, 1): " 甲"})


def test_a_cell_can_be_emptied() -> None:
    assert '<c r="C2"/></row>' in patched({(2, 3): None})


def test_a_cell_that_is_not_there_stands_between_its_neighbours() -> None:
    assert '<c r="A2" s="3"/><c r="B2"><v>1</v></c><c r="C2"' in patched({(2, 2): 1})
    assert '</c><c r="D2"><v>1</v></c><c r="AA2"><v>2</v></c></row>' in patched({(2, 27): 2, (2, 4): 1})


def test_a_row_that_is_empty_or_not_there_is_filled() -> None:
    assert '<row r="5"><c r="B5"><v>1</v></c></row></sheetData>' in patched({(5, 2): 1})
    assert '</row><row r="3"><c r="A3"><v>1</v></c></row><row r="5"/>' in patched({(3, 1): 1})
    assert '<row r="5"/><row r="9"><c r="A9"><v>1</v></c></row></sheetData>' in patched({(9, 1): 1})


def test_a_part_with_a_prefix_keeps_it() -> None:
    part = b'<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1"/></x:row></x:sheetData></x:worksheet>'
    assert '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>' in patched({(1, 1): 1}, part)


def test_what_stands_there_already_is_no_change() -> None:
    assert patch_cells(SHEET, {(2, 1): None, (7, 7): None}) == (SHEET, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            b'<workbook><calcPr calcId="1"/></workbook>',
            b'<workbook><calcPr calcId="1" fullCalcOnLoad="1"/></workbook>',
        ),
        (
            b'<workbook><calcPr fullCalcOnLoad="0"/></workbook>',
            b'<workbook><calcPr fullCalcOnLoad="1"/></workbook>',
        ),
        (b"<workbook><extLst/></workbook>", b'<workbook><calcPr fullCalcOnLoad="1"/><extLst/></workbook>'),
        (b"<x:workbook></x:workbook>", b'<x:workbook><x:calcPr fullCalcOnLoad="1"/></x:workbook>'),
    ],
)
def test_excel_is_asked_to_calculate_once(before: bytes, after: bytes) -> None:
    assert calculated_on_opening(before) == after


def test_every_other_part_keeps_its_bytes_and_the_file_stays_sound(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    grid = read_sheets(made)[0]
    assert patch_workbook(made, [Change(grid.name, 1, 30, "=1+1"), Change(grid.name, 400, 2, 7)]) == 2
    with zipfile.ZipFile(made) as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == [
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
    ]
    again = read_sheets(made)[0]
    assert (again.cell(1, 30).value, again.cell(400, 2).value) == ("=1+1", 7)
    assert [problem.rule for problem in lint(made)] == ["full-calc-on-load"]  # meant, and gone once saved
    assert [str(problem) for problem in validate([made])] == []


def test_a_file_that_is_open_elsewhere_is_left_alone(made: Path) -> None:
    made.with_name(f"~${made.name}").write_bytes(b"")
    before = made.read_bytes()
    with pytest.raises(RefusedError) as refusal:
        patch_workbook(made, [Change(read_sheets(made)[0].name, 1, 1, "x")])
    assert [finding.code for finding in refusal.value.findings] == ["OUTPUT_OPEN"]
    assert made.read_bytes() == before


def test_signs_that_would_be_read_as_a_character_stay_signs(made: Path) -> None:
    grid = next(iter(read_sheets(made)))
    patch_workbook(made, [Change(grid.name, 60, 2, "_x0041_ _x41_")])
    assert next(iter(read_sheets(made))).cell(60, 2).value == "_x0041_ _x41_"


def test_a_sheet_that_is_shown_is_in_sight_and_the_others_stay_as_they_are() -> None:
    before = (
        b'<x:sheets><x:sheet name="A &amp; B" sheetId="1" state="hidden" r:id="rId1"/>'
        b"<x:sheet state='veryHidden' name='C' sheetId=\"2\" r:id=\"rId2\"/></x:sheets>"
    )
    assert in_sight(before, ["A & B"]) == before.replace(b' state="hidden"', b"")
    assert in_sight(before, ["C"]) == before.replace(b" state='veryHidden'", b"")
    assert in_sight(before, ["B"]) == before


def test_a_change_that_no_formula_reads_asks_for_no_calculation(made: Path) -> None:
    grid = next(iter(read_sheets(made)))
    patch_workbook(made, [Change(grid.name, 60, 2, "x")], recalculate=False)
    assert b"fullCalcOnLoad" not in zipfile.ZipFile(made).read("xl/workbook.xml")
    patch_workbook(made, [Change(grid.name, 60, 2, "y")])
    assert b'fullCalcOnLoad="1"' in zipfile.ZipFile(made).read("xl/workbook.xml")


EMPTY = b'<x:worksheet xmlns:x="m"><!-- <x:sheetData> --><x:sheetData /><x:extLst/></x:worksheet>'


def test_an_element_without_rows_is_opened_for_them() -> None:
    rows = '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="3"><x:c r="B3"><x:v>2</x:v></x:c></x:row>'
    assert f"<x:sheetData>{rows}</x:sheetData><x:extLst/>" in patched({(3, 2): 2, (1, 1): 1}, EMPTY)
    assert patch_cells(EMPTY, {(1, 1): None}) == (EMPTY, 0)


def test_a_comment_is_no_end_of_the_rows() -> None:
    part = b"<worksheet><!-- </sheetData> --><sheetData></sheetData></worksheet>"
    assert patched({(1, 1): 1}, part).endswith(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    )


@pytest.mark.parametrize(
    ("height", "after"),
    [
        (33.0, b'<row r="2" ht="33"><c'),
        (None, b'<row r="2"><c'),
    ],
)
def test_a_row_has_the_height_that_it_was_given(height: float | None, after: bytes) -> None:
    part = with_heights(SHEET, {2: height, 5: height, 9: height})
    assert after in part
    assert (part.count(b"<row"), with_heights(part, {2: height, 5: height})) == (2, part)
