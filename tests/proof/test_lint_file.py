"""A right workbook has no finding; each fault of container and workbook part is found, and nothing else."""

import shutil
import zipfile

import pytest

from tests.proof.made import changed, replaced
from tests.proof.package_lint import lint
from tests.proof.validator import validate

TYPES = "[Content_Types].xml"
BOOK = "xl/workbook.xml"
RELS = "xl/worksheets/_rels/sheet1.xml.rels"
LIVE_REL = 'Target="worksheets/sheet2.xml"/>'
LONG = "长" * 32

PACKAGE_FAULTS = [
    ("xml-not-well-formed", "xl/worksheets/sheet1.xml", "</sheetData>", "</sheetdata>"),
    ("xml-not-well-formed", "xl/sharedStrings.xml", "<t>甲</t>", "<t>\x02</t>"),
    ("content-type-missing", TYPES, '<Default Extension="vml"', '<Default Extension="vmk"'),
    ("content-type-dangling", TYPES, "</Types>", '<Override PartName="/x.xml" ContentType="a/b"/></Types>'),
    ("content-type-main", TYPES, "spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml"),
    ("relationship-target-missing", RELS, 'Target="../comments1.xml"', 'Target="../comments2.xml"'),
    ("relationship-id-duplicate", RELS, 'Id="rId5"', 'Id="rId4"'),
    ("relationship-id-unknown", "xl/worksheets/sheet1.xml", '<drawing r:id="rId1"', '<drawing r:id="rId77"'),
    (
        "external-target",
        RELS,
        "</Relationships>",
        '<Relationship Id="rId99" Type="a/hyperlink" Target="file:///x" TargetMode="External"/></Relationships>',
    ),
    ("ribbon-id-duplicate", "customUI/customUI14.xml", 'id="refresh"', 'id="check"'),
]
BOOK_FAULTS = [
    ("sheet-name-illegal", BOOK, 'name="计划"', 'name="计/划"'),
    ("sheet-name-long", BOOK, 'name="计划"', f'name="{LONG}"'),
    ("no-visible-sheet", BOOK, 'name="计划" sheetId="1"', 'name="计划" sheetId="1" state="veryHidden"'),
    ("active-tab-hidden", BOOK, "<workbookView ", '<workbookView activeTab="1" '),
    ("active-tab-hidden", BOOK, "<workbookView ", '<workbookView activeTab="5" '),
    ("name-duplicate", BOOK, "</definedNames>", '<definedName name="SPEND">1</definedName></definedNames>'),
    ("name-illegal", BOOK, "</definedNames>", '<definedName name="Q1">1</definedName></definedNames>'),
    ("name-illegal", BOOK, "</definedNames>", '<definedName name="r">1</definedName></definedNames>'),
    ("name-illegal", BOOK, "</definedNames>", '<definedName name="a b">1</definedName></definedNames>'),
    ("name-illegal", BOOK, "</definedNames>", '<definedName name="_xlnm.Foo">1</definedName></definedNames>'),
    ("name-scope", BOOK, 'name="here" localSheetId="1"', 'name="here" localSheetId="7"'),
    ("name-clashes-with-table", BOOK, 'name="here"', 'name="TBLTASK"'),
    ("full-calc-on-load", BOOK, "<calcPr ", '<calcPr fullCalcOnLoad="1" '),
    ("calc-iterates", BOOK, "<calcPr ", '<calcPr iterate="1" '),
    ("calc-id-old", BOOK, 'calcId="191029"', 'calcId="124519"'),
    ("too-many-cell-formats", "xl/styles.xml", "</cellXfs>", "<xf/>" * 64_000 + "</cellXfs>"),
]
# A renamed sheet is missed by the formulas that name it: that is a finding too, and not the one in question.
FOLLOWING = {"formula-sheet-unknown", "chart-sheet-missing"}


def test_a_right_workbook_has_no_finding(good):
    assert lint(good) == []
    assert validate([good]) == []


@pytest.mark.parametrize(("rule", "part", "old", "new"), [*PACKAGE_FAULTS, *BOOK_FAULTS])
def test_one_fault_is_found_and_no_other(rule, part, old, new, rules_after):
    assert rules_after((part, old, new)) - FOLLOWING == {rule}


def test_two_sheets_must_not_differ_by_case_alone(rules_after):
    names = [(BOOK, 'name="计划"', 'name="_LIVE"')]
    assert rules_after(*names) - FOLLOWING == {"sheet-name-duplicate"}


def test_two_sheets_must_not_share_an_id(rules_after):
    found = rules_after((BOOK, 'name="计划" sheetId="1"', 'name="计划" sheetId="2"'))
    assert found == {"sheet-id-duplicate", "calc-chain-stale"}


def test_a_part_has_one_content_type_whatever_the_case_of_its_name(rules_after):
    again = '<Override PartName="/XL/workbook.xml" ContentType="a/b"/></Types>'
    assert "content-type-duplicate" in rules_after((TYPES, "</Types>", again))


def test_a_file_without_a_workbook_part_is_a_finding_and_no_crash(rules_after):
    assert "part-missing" in rules_after(("_rels/.rels", 'Target="xl/workbook.xml"', 'Target="xl/none.xml"'))


def test_an_entry_stands_once_in_the_zip_file(good, tmp_path):
    faulty = tmp_path / "faulty.xlsx"
    shutil.copyfile(good, faulty)
    with zipfile.ZipFile(faulty, "a") as archive:
        archive.writestr("XL/workbook.xml", b"<a/>")
    found = lint(faulty)
    assert ("zip-duplicate-entry", str(faulty)) in {(problem.rule, problem.file) for problem in found}


def test_the_type_of_the_workbook_part_fits_the_extension(rules_after):
    assert rules_after(suffix=".xlsm") == {"content-type-main"}


def test_a_macro_free_file_holds_no_macros(good, tmp_path):
    faulty = tmp_path / "faulty.xlsx"
    shutil.copyfile(good, faulty)
    with zipfile.ZipFile(faulty, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
    found = {problem.rule for problem in lint(faulty)}
    assert found == {"macro-in-macro-free-file", "content-type-missing"}


def test_links_out_of_the_file_are_allowed_where_expected(good, tmp_path):
    rule, part, old, new = PACKAGE_FAULTS[-2]
    linked = changed(good, tmp_path / "linked.xlsx", replaced(part, old, new))
    assert [problem.rule for problem in lint(linked)] == [rule]
    assert lint(linked, external=True) == []
