"""Laws of the spellings of calls: each is the bare name, and what is no call stays as it is."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.references import answer_name
from promo_xl.workbook.spelling import bare_calls, calls, spelled_calls, split_arguments, without_calls
from tests.proof.recalculate import bare_calls as bare_by_the_proof
from tests.proof.recalculate import formula_cells
from tests.workbook.as_saved import VARIANTS, XLSTART

BOOK = load_book()
ANSWERS = {answer_name(call.call, column) for call in BOOK.calls.values() for column in call.columns}
SPELLINGS = [
    "PROMO_ROI(",
    "[1]!PROMO_ROI(",
    "[12]!PROMO_ROI(",
    f"'{XLSTART}'!PROMO_ROI(",
    "'C:\\it''s [here]\\promo_xl.xlam'!PROMO_ROI(",
    "'C:\\Downloads\\promo_xl (1).xlam'!PROMO_ROI(",
    "'https://example.com/x/promo_xl.xlam'!PROMO_ROI(",
    "promo_xl.xlam!PROMO_ROI(",
    "_xldudf_PROMO_ROI(",
    "@PROMO_ROI(",
    "@[1]!PROMO_ROI(",
    "@_xldudf_PROMO_ROI(",
]
NO_CALLS = [
    '"PROMO_ROI("',
    '"[1]!PROMO_ROI(1)"&A1',
    '"say ""_xlfn.SINGLE(PROMO_ROI("&A1',
    "'PROMO_ROI(x)'!A1",
    "'a\"b'!A1&'_xldudf_PROMO_ROI(1)\"'!A1",
    "tbl[PROMO_ROI(1)]",
    "tbl[[#This Row],[a']PROMO_ROI(1]]",
    "tbl[it''s '[1']!PROMO_ROI(]",
    "MY_PROMO_ROI(1)",
    "x.PROMO_ROI(1)",
    "[2]甲!A1+[1]甲!B1",
    "'C:\\other\\[book.xlsx]甲'!A1",
    "'tools.xlam'!PROMO_ROI(1)",
    "PROMO_ROI+1",
    "_xlfn.SINGLE(A1:A3)",
    "_xlfn.STDEV.S(A1:A3)",
]
AROUND = ["{}", "IFERROR({},0)", "'甲''\"[1]'!A1+{}", 'IF(A1="PROMO_ROI(",{},"]")', "SUM(tbl['[x'']],{})"]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_bare_name(spelling: str, around: str) -> None:
    arguments = "tbl[[#This Row],[花费 '[元']]],\")\",'甲 (1)'!A1)"
    bare = around.format(f"PROMO_ROI({arguments}")
    assert bare_calls(around.format(spelling + arguments)) == bare
    assert bare_calls(around.format(f"_xlfn.SINGLE({spelling}{arguments})")) == bare
    assert calls(bare)


@pytest.mark.parametrize("formula", NO_CALLS)
def test_what_is_no_call_stays_as_it_is(formula: str) -> None:
    assert bare_calls(formula) == spelled_calls(formula, "officejs") == spelled_calls(formula, "xlam") == formula
    assert not calls(formula, ANSWERS)
    assert without_calls(formula, ANSWERS) is None


@pytest.mark.parametrize(
    ("formula", "bare"),
    [
        ("_xlfn.SINGLE(_xlfn.SINGLE(PROMO_ROI(1,2)))", "PROMO_ROI(1,2)"),
        (
            "_xlfn.SINGLE(PROMO_ROI(_xlfn.SINGLE([1]!PROMO_PLAN_VALUE(1)),2))+1",
            "PROMO_ROI(PROMO_PLAN_VALUE(1),2)+1",
        ),
        ("_xlfn.SINGLE(PROMO_ROI(1,_xlfn.SINGLE(A1:A3)))", "PROMO_ROI(1,_xlfn.SINGLE(A1:A3))"),
        ("_xlfn.SINGLE(PROMO_ROI(1)+A1:A3)", "_xlfn.SINGLE(PROMO_ROI(1)+A1:A3)"),
        ("_xlfn.SINGLE(PROMO_ROI(1)", "_xlfn.SINGLE(PROMO_ROI(1)"),
        ("@PROMO_ROI(@[1]!PROMO_ROI(1))", "PROMO_ROI(PROMO_ROI(1))"),
    ],
)
def test_one_value_is_wanted_of_a_call_alone(formula: str, bare: str) -> None:
    assert bare_calls(formula) == bare


@settings(derandomize=True, max_examples=300)
@given(st.text(alphabet="'\"[](),!@PROMO_X1a_xldufn.SINGLE#", max_size=60))
def test_no_text_is_too_odd_and_twice_is_once(text: str) -> None:
    once = bare_calls(text)
    assert bare_calls(once) == once
    without_calls(f"IFERROR({text},1)", ANSWERS)


def test_answers_are_read_by_name_and_by_nothing_longer() -> None:
    answers = {"goal.value"}
    assert calls("INDEX(goal.value,1)", answers)
    assert not calls("INDEX(my.goal.value,1)+goal.value.high+tbl[goal.value]", answers)
    assert not calls('"goal.value"&goal.value(1)', answers)


@pytest.mark.parametrize(
    ("formula", "ordinary"),
    [
        ('IFERROR([1]!PROMO_ROI(1,")"),IF(A1="","",A1/B1))', 'IF(A1="","",A1/B1)'),
        ("IFERROR(INDEX(goal.value,ROW()-1),tbl[a'],b])", "tbl[a'],b]"),
        ("IFERROR(PROMO_ROI({1,2;3,4}),'甲,)'!A1)", "'甲,)'!A1"),
        ("IFERROR(PROMO_ROI(1),0)+1", None),
        ("SUM(IFERROR(PROMO_ROI(1),0))", None),
        ("PROMO_ROI(1)", None),
        ("IFERROR(A1,PROMO_ROI(1))", None),
        ("IFERROR(PROMO_ROI(1),0", None),
    ],
)
def test_the_ordinary_formula_is_the_one_behind_a_live_one(formula: str, ordinary: str | None) -> None:
    assert without_calls(formula, ANSWERS) == ordinary


def test_arguments_are_split_at_their_own_commas_only() -> None:
    formula = "F(a,{1,2},\",\",'x,y'!A1,t[[#This Row],[a,']b]],G(1,2))"
    assert split_arguments(formula, 2) == [
        "a",
        "{1,2}",
        '","',
        "'x,y'!A1",
        "t[[#This Row],[a,']b]]",
        "G(1,2)",
    ]


def test_from_one_host_to_the_other_and_back_every_formula_is_itself(files: dict[str, Path]) -> None:
    seen = {
        formula
        for name in ("running_zh", "running_en", "hostile")
        for formula in formula_cells(files[name]).values()
    }
    assert len(seen) > 1000
    for formula in seen:
        assert spelled_calls(spelled_calls(formula, "officejs"), "xlam") == formula
        assert spelled_calls(formula, "xlam") == formula


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_proof_and_the_product_read_every_saved_formula_alike(files: dict[str, Path], variant: str) -> None:
    for formula in set(formula_cells(files["running_zh"]).values()):
        saved = VARIANTS[variant].spell(formula)
        assert bare_calls(saved) == bare_by_the_proof(saved) == formula


def test_without_calls_the_formulas_are_those_of_a_file_for_no_add_in(files: dict[str, Path]) -> None:
    live, plain = formula_cells(files["running_zh"]), formula_cells(files["without_add_in"])
    visible = {place: formula for place, formula in live.items() if place[0] != "_live"}
    assert {place: without_calls(formula, ANSWERS) or formula for place, formula in visible.items()} == plain
