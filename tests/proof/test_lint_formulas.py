"""Formulas that Excel refuses or cannot resolve are found wherever they stand."""

import pytest

from tests.proof.formula import FormulaError, moved, read_formula

PLAN = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
TASKS = "xl/tables/table1.xml"
DEEP = "IF(1," * 65 + "1" + ")" * 65

FAULTS = [
    ("formula-syntax", "SUM(B2"),
    ("formula-syntax", "SUM(B2))"),
    ("formula-syntax", "=SUM(B2)"),
    ("formula-syntax", "B2+"),
    ("formula-syntax", "SUM（B2）"),
    ("formula-syntax", "SUM(B2，B3)"),
    ("formula-syntax", "SUM(B2;B3)"),
    ("formula-syntax", '"a" "b"'),
    ("formula-syntax", '"open'),
    ("formula-syntax", "{1,2;3}"),
    ("formula-syntax", "tblTask[@花费]"),
    ("formula-syntax", "tblTask[[花费],[编号]]"),
    ("formula-syntax", "5步"),
    ("formula-too-long", "1+" * 4_096 + "1"),
    ("formula-text-too-long", f'"{"长" * 256}"'),
    ("formula-ref-error", "SUM(#REF!)"),
    ("formula-ref-error", "tblTask[[#Totals],[花费]]"),
    ("formula-nesting", DEEP),
    ("formula-function-unknown", "SUMM(B2)"),
    ("formula-function-unknown", "_xlfn.XLOOKUP(1,B2:B3,B2:B3)"),
    ("formula-function-unknown", "_xlfn._xlws.FILTER(B2:B3,1)"),
    ("formula-function-prefix", "STDEV.S(B2:B3)"),
    ("formula-function-prefix", "_xlfn.NETWORKDAYS.INTL(1,2)"),
    ("formula-arguments", "IF()"),
    ("formula-arguments", "IFERROR(B2)"),
    ("formula-arguments", "COUNTIFS(B2:B3,1,B2:B3)"),
    ("formula-arguments", "SUMIFS(B2:B3,B2:B3)"),
    ("formula-table-unknown", "SUM(tblTasks[花费])"),
    ("formula-table-unknown", "SUM([花费])"),
    ("formula-column-unknown", "SUM(tblTask[费用])"),
    ("formula-column-unknown", "SUM(tblTask[[编号]:[费用]])"),
    ("formula-sheet-unknown", "计画!B2"),
    ("formula-name-unknown", "spent*2"),
    ("formula-name-unknown", "here*2"),
    ("formula-this-row-outside", "tblTask[[#This Row],[花费]]"),
    ("formula-external", "[1]!PROMO_X(B2)"),
    ("formula-external", "[1]计划!B2"),
]


@pytest.mark.parametrize(("rule", "formula"), FAULTS)
def test_a_faulty_formula_in_a_cell_is_found_and_nothing_else(rule, formula, rules_after):
    assert rules_after((PLAN, "<f>1/0</f>", f"<f>{formula}</f>")) == {rule}


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (BOOK, ">计划!$B$2</definedName>", ">SUM(计划!$B$2</definedName>"),
        (PLAN, "<formula>$B2&gt;1</formula>", "<formula>$B2&gt;</formula>"),
        (PLAN, "<formula1>_live!$C$1:$C$2<", "<formula1>_live!$C$1:<"),
        (PLAN, "<xm:f>_live!C1:C2<", "<xm:f>_live!<"),
        (PLAN, 't="array" ref="J1:J2">B2:B3*10', 't="array" ref="J1:J2">B2:B3*'),
    ],
)
def test_faulty_formulas_are_found_outside_ordinary_cells(part, old, new, rules_after):
    assert rules_after((part, old, new)) == {"formula-syntax"}


def test_a_faulty_formula_of_a_table_column_is_found(rules_after):
    found = rules_after((TASKS, "[花费]]*2", "[花费]]*"))
    assert found == {"formula-syntax", "table-calculated-column-differs"}


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(tblTask[花费])+spend*2",
        "tblTask[[#Headers],[编号]:[花费]]",
        "tblTask[[#Data],[花费]]",
        "SUM(tblDay[金'[额']],tblDay[[#Totals],[金'[额']]])",
        "_live!here+'_live'!C1",
        "_xlfn.STDEV.S(B2:B3)",
        "IF(B2=1,,2)",
        "SUM((B2:B3,F2))",
        "B2:INDEX(B:B,3)",
        'LOOKUP(B2,{1,5,10;-1,"a",#N/A})',
        "COUNTIFS(B2:B3,1,B2:B3,2)",
        "-B2%^2&gt;=1E5+.5",
        "PROMO_PACE(tblTask[花费])+_xldudf_PROMO_PACE(B2)",
        "'计划'!$B$2:B3 B2:C2",
        'TEXT(B2,"0""万""")',
        "ROWS(tblTask)",
    ],
)
def test_a_right_formula_has_no_finding(formula, rules_after):
    assert rules_after((PLAN, "<f>1/0</f>", f"<f>{formula}</f>")) == set()


@pytest.mark.parametrize(
    ("formula", "lower"),
    [
        ("A1*$B$2+LOG10(A$1)", "B2*$B$2+LOG10(B$1)"),
        ("SUM(B:B,$C:D,1:1,$2:3)", "SUM(C:C,$C:E,2:2,$2:4)"),
        ("tblA[a'[b]+'A1'!B2:$C3", "tblA[a'[b]+'A1'!C3:$C4"),
        ('"A1"&tblA[[#This Row],[Q1]]', '"A1"&tblA[[#This Row],[Q1]]'),
    ],
)
def test_a_formula_moves_only_where_it_is_relative(formula, lower):
    assert moved(formula, 1, 1) == lower


def test_a_formula_inside_a_table_need_not_name_it(rules_after):
    named, bare = "<f>SUBTOTAL(109,tblDay[金'[额']])</f>", "<f>SUBTOTAL(109,[金'[额']])</f>"
    assert rules_after((PLAN, named, bare)) == set()
    assert rules_after((PLAN, named, "<f>SUBTOTAL(109,[花费])</f>")) == {"formula-column-unknown"}


def test_a_name_may_unite_areas_without_brackets(rules_after):
    titles = ">_live!$E$1:$F$5</definedName>"
    assert rules_after((BOOK, titles, ">_live!$A:$A,_live!$1:$1</definedName>")) == set()


def test_brackets_nested_without_end_are_refused_not_crashed_on():
    with pytest.raises(FormulaError):
        read_formula("(" * 5_000 + "1" + ")" * 5_000)
