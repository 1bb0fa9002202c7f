"""Circular references are found wherever they hide, and nothing else is called circular."""

import time

import pytest

from tests.proof.made import made
from tests.proof.precedents import cycles, precedents, volatile_cells


def book(tmp_path, cells, *, arrays=(), names=(), columns=("编号", "x", "金[额]'#")):
    """Sheet 甲 with the table tblA (A1:C4, no formulas of its own) and these formulas; sheet 乙 is empty."""

    def build(workbook):
        sheet, other = workbook.add_worksheet("甲"), workbook.add_worksheet("乙 b")
        headers = [{"header": column} for column in columns]
        sheet.add_table("A1:C5", {"name": "tblA", "columns": headers, "total_row": True})
        for place, formula in cells.items():
            target = other if place.startswith("乙") else sheet
            target.write_formula(place.split("!")[-1], f"={formula}", None, 0)
        for area, formula in arrays:
            sheet.write_array_formula(area, f"{{={formula}}}", None, 0)
        for name, formula in names:
            workbook.define_name(name, f"={formula}")

    return made(tmp_path / "book.xlsx", build)


CIRCULAR = {
    "a cell needs itself": {"E1": "E1+1"},
    "two cells need each other": {"E1": "F1", "F1": "E1"},
    "a sum over its own column": {"E1": "1", "E2": "SUM(E1:E3)"},
    "INDEX into its own range hides nothing": {"J2": "INDEX(J$1:J$5,1)+1"},
    "IFERROR hides nothing": {"E1": "IFERROR(PROMO_X(B2),F1)", "F1": "E1"},
    "IF hides nothing": {"E1": "IF(FALSE,F1,1)", "F1": "IF(TRUE,1,E1)"},
    "SUMIFS counts its ranges entirely": {"E2": 'SUMIFS(F1:F3,G1:G3,"a")', "F3": "E2"},
    "a criteria range counts too": {"E2": 'SUMIFS(F1:F3,G1:G3,"a")', "G3": "E2"},
    "ROW of a reference counts": {"E1": "ROW(E1)"},
    "COLUMNS of a reference counts": {"E1": "COLUMNS(D1:F1)"},
    "a whole column": {"E9": "COUNT(E:E)"},
    "whole rows": {"E9": "COUNT(8:9)"},
    "a structured column": {"B2": "SUM(tblA[x])"},
    "a structured column in another case": {"B2": "SUM(TBLA[X])"},
    "a span of columns": {"B2": "SUM(tblA[[编号]:[金'[额']'''#]])"},
    "an escaped column": {"C2": "SUM(tblA[金'[额']'''#])"},
    "the data rows by name": {"B2": "SUM(tblA[[#Data],[x]])"},
    "the whole table": {"B2": "ROWS(tblA[#All])"},
    "the whole table by its bare name": {"B2": "ROWS(tblA)"},
    "the whole table by empty brackets": {"B2": "ROWS(tblA[])"},
    "this row": {"B2": "tblA[[#This Row],[x]]"},
    "this row, several columns": {"B2": "SUM(tblA[[#This Row],[编号]:[金'[额']'''#]])"},
    "a column of the table around it": {"B2": "SUM([x])"},
    "this row of the table around it": {"B2": "[[#This Row],[x]]"},
    "the totals row": {"B5": "tblA[[#Totals],[x]]"},
    "another sheet": {"E1": "'乙 b'!A1", "乙!A1": "甲!E1"},
    "sheets from one to another": {"乙!A1": "SUM('甲:乙 b'!A1)"},
    "A1:INDEX spans what lies between": {"E3": "SUM(E1:INDEX(E:E,9))"},
    "a span to a plain cell behind a name": {"E3": "SUM(E1:first)"},
    "a name": {"E1": "spend*2"},
    "a name of a name": {"E1": "twice"},
}
NAMES = [("spend", "甲!$E$1"), ("twice", "spend*2"), ("first", "甲!$E$9")]


@pytest.mark.parametrize("cells", CIRCULAR.values(), ids=CIRCULAR)
def test_is_circular(cells, tmp_path):
    found = cycles(book(tmp_path, cells, names=NAMES))
    assert len(found) == 1
    assert len(found[0]) in (1, 2)


HARMLESS = {
    "a chain up a column": {f"E{row}": f"E{row - 1}+1" for row in range(2, 9)},
    "a sum of the rows above": {f"E{row}": f"SUM(E$1:E{row - 1})" for row in range(2, 9)},
    "the header row": {"B2": "MATCH(\"x\",tblA[[#Headers],[编号]:[金'[额']'''#]],0)"},
    "another column of this row": {"B2": "tblA[[#This Row],[编号]]"},
    "a total over its column": {"B5": "SUM(tblA[x])", "B2": "1"},
    "the same address on another sheet": {"E1": "'乙 b'!E1", "乙!E1": "1"},
    "another workbook": {"E1": "[1]甲!E1"},
    "a text that looks like a cell": {"E1": '"E1"&F1'},
    "what does not exist": {"E1": "nothing+tblZ[x]+tblA[y]+丁!E1"},
    "a name that means itself": {"F1": "loop"},
}


@pytest.mark.parametrize("cells", HARMLESS.values(), ids=HARMLESS)
def test_is_not_circular(cells, tmp_path):
    assert cycles(book(tmp_path, cells, names=[*NAMES, ("loop", "loop+1")])) == []


def test_the_circle_is_told_in_the_order_of_need(tmp_path):
    assert cycles(book(tmp_path, {"E1": "F1", "F1": "SUM(G1:G9)", "G5": "E1", "H1": "E1"})) == [
        ["甲!E1", "甲!F1", "甲!G5"]
    ]


def test_separate_circles_are_told_apart(tmp_path):
    assert cycles(book(tmp_path, {"E1": "E1", "G1": "H1", "H1": "G1"})) == [["甲!E1"], ["甲!G1", "甲!H1"]]


def test_every_cell_of_an_array_formula_needs_what_the_formula_needs(tmp_path):
    arrays = [("E1:F3", "PROMO_SCHEDULE(tblA[x])")]
    assert cycles(book(tmp_path, {"B3": "F2"}, arrays=arrays)) == [["甲!E1", "甲!B3"]]
    assert cycles(book(tmp_path, {"C3": "F2"}, arrays=arrays)) == []


def test_precedents_are_told_as_ranges(tmp_path):
    path = book(tmp_path, {"E1": "SUM(tblA[x])+tblA[[#Headers],[x]]+spend+A:A+$B$2"}, names=[("spend", "甲!$F$1")])
    assert precedents(path)["甲!E1"] == ["甲!B2:B4", "甲!B1", "甲!F1", "甲!A1:A1048576", "甲!B2"]


def test_volatile_functions_are_told_with_their_cells(tmp_path):
    cells = {"E1": "TODAY()+now", "E2": "SUM(F1)", "E3": 'INDIRECT("A1")'}
    path = book(tmp_path, cells, names=[("now", "NOW()"), ("unused", "RAND()")])
    assert volatile_cells(path) == [("甲!E1", "NOW"), ("甲!E1", "TODAY"), ("甲!E3", "INDIRECT")]


def test_five_thousand_formulas_over_whole_columns_take_less_than_two_seconds(tmp_path):
    def build(workbook):
        sheet = workbook.add_worksheet("甲")
        headers = [{"header": f"k{number}"} for number in range(26)]
        sheet.add_table(0, 0, 200, 25, {"name": "tblA", "columns": headers})
        for row in range(1, 201):
            for column in range(1, 26):
                last = column - 1
                needs = (
                    f"SUMIFS(tblA[k{last}],tblA[k0],$A{row + 1})+SUM(tblA[[k0]:[k{last}]])+tblA[[#This Row],[k0]]"
                )
                sheet.write_formula(row, column, f"=IFERROR({needs},B$1:B{row})" if column > 1 else f"={needs}")

    path = made(tmp_path / "book.xlsx", build)
    began = time.process_time()
    assert cycles(path) == []
    assert time.process_time() - began < 2
