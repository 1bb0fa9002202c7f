"""References follow a table that grows; what only looks like one stays."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promo_xl.workbook.growth_areas import Growth, covered, without
from promo_xl.workbook.growth_formulas import extended, is_relative, moved, printed
from promo_xl.workbook.tables_in_file import Area
from tests.proof.formula import moved as moved_by_proof

GROWTH = Growth("tbl", "", "花 费", 2, 4, 5, 9, 10)
WITH_TOTALS = Growth("tbl", "", "花 费", 2, 4, 5, 9, 10, totals=True)


def followed(formula: str, sheet: str = "花 费", *, anchored: bool = False, growth: Growth = GROWTH) -> str:
    return extended(formula, sheet, (growth,), anchored=anchored)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(B5:B9)", "SUM(B5:B19)"),
        ("SUM($B$5:$C$9)", "SUM($B$5:$C$19)"),
        ("SUM(B4:B9)", "SUM(B4:B19)"),
        ("SUM(5:9)+SUM($5:$9)", "SUM(5:19)+SUM($5:$19)"),
        ("SUM('花 费'!B5:B9)", "SUM('花 费'!B5:B19)"),
        ("B5:INDEX(B5:B9,2)", "B5:INDEX(B5:B19,2)"),
        ('COUNTIF(D5:D9,"<>"&B9)', 'COUNTIF(D5:D19,"<>"&B9)'),
    ],
)
def test_a_range_over_all_rows_of_a_column_goes_on(before: str, after: str) -> None:
    assert followed(before) == after


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(B5:B8)",
        "SUM(B6:B9)",
        "SUM(A5:B9)",
        "SUM(B5:E9)",
        "SUM(B5:B10)",
        "B9",
        "SUM(B:B)",
        "SUM(汇总!B5:B9)",
        "SUM('[1]花 费'!B5:B9)",
        "SUM([1]Sheet1!B5:B9)",
        "SUM('花 费:汇总'!B5:B9)",
        '"B5:B9"&"\'花 费\'!B5:B9"""',
        "tbl[[#This Row],[B5:B9]]+SUM(tbl['[B5:B9'] ])",
        "roi_B5:B9_all",
        "🍑B5",
    ],
)
def test_other_references_and_what_only_looks_like_one_stay(formula: str) -> None:
    assert followed(formula) == formula


def test_a_formula_on_another_sheet_names_the_table_only_with_its_sheet() -> None:
    assert followed("SUM(B5:B9)+SUM('花 费'!B5:B9)", "汇总") == "SUM(B5:B9)+SUM('花 费'!B5:B19)"


def test_a_quote_in_the_name_of_a_sheet_and_its_case_are_understood() -> None:
    growth = Growth("tbl", "", "It's", 2, 4, 5, 9, 10)
    assert followed("SUM('IT''S'!B5:B9)", growth=growth) == "SUM('IT''S'!B5:B19)"


def test_a_running_total_of_a_row_stays_that_of_its_row() -> None:
    assert followed("SUM(B$5:B9)", anchored=True) == "SUM(B$5:B9)"
    assert followed("B9/SUM(B$5:B$9)+SUM(B7:B$9)", anchored=True) == "B9/SUM(B$5:B$19)+SUM(B7:B$19)"


def test_references_to_the_totals_follow_them() -> None:
    assert followed("B10+SUM(B5:B10)+SUM(B10:D10)", growth=WITH_TOTALS) == "B20+SUM(B5:B20)+SUM(B20:D20)"
    assert followed("B9/B$10+B10", growth=WITH_TOTALS, anchored=True) == "B9/B$20+B10"
    assert followed("B10+A10") == "B10+A10"


def test_a_copy_below_reads_the_cells_below() -> None:
    assert moved("A1*$B$2+C$3:$D4+SUM(3:$4)", 2) == "A3*$B$2+C$3:$D6+SUM(5:$4)"
    assert moved("A1*$B$2+A:$B", 0, 1) == "B1*$B$2+B:$B"
    assert moved("tbl[[#This Row],[A1]]&\"A1\"&LOG10(A1)&'A1'!A1", 1) == (
        "tbl[[#This Row],[A1]]&\"A1\"&LOG10(A2)&'A1'!A2"
    )
    assert moved("A1048576", 1) == moved("Z1", -1) == "#REF!"
    assert not is_relative("tbl[[#This Row],[A1]]*$A$1")


CELLS = st.from_regex(r"\$?[A-Z]{1,2}\$?[1-9][0-9]{0,3}", fullmatch=True)
PIECES = st.one_of(
    CELLS,
    st.tuples(CELLS, CELLS).map(":".join),
    st.sampled_from(["SUM(", ")", "+", ",", "tbl[[#This Row],[A1]]", '"A1"', "'A 1'!B2", "LOG10(", "x1.y2", "12"]),
)


@given(pieces=st.lists(PIECES, max_size=8), rows=st.integers(0, 50), columns=st.integers(0, 50))
def test_copies_read_as_another_reader_of_formulas_says(pieces: list[str], rows: int, columns: int) -> None:
    formula = "+".join(pieces)
    assert moved(formula, rows, columns) == moved_by_proof(formula, rows, columns)


@example("XXA5")
@example("A1048577")
@given(st.text(st.sampled_from("AB59:$!'\"[]()#, x花🍑"), max_size=60))
def test_any_text_is_taken_apart_without_loss(text: str) -> None:
    assert moved(text, 0) == text
    assert extended(text, "x", (Growth("t", "", "y", 1, 2, 5, 9, 1),), anchored=False) == text or "y" in text


@pytest.mark.parametrize("text", ['"' * 30_001, "'" * 30_001, "[a" * 30_000, "A1:" * 30_000, "'a!" * 20_001])
def test_hostile_formulas_take_no_time(text: str) -> None:
    assert moved(text, 0) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("B5:B9", "B5:B19"),
        ("B9", "B9:B19"),
        ("A1:Z100", "A1:Z100"),
        ("B1:B12", "B1:B19"),
        ("A5:Z9", "A5:Z9 B10:D19"),
        ("A5:A9 C5:C9 F1", "A5:A9 C5:C19 F1"),
        ("B5:B8 B10:B12", "B5:B8 B10:B12"),
    ],
)
def test_formats_of_the_last_row_go_on_in_the_columns_of_the_table(before: str, after: str) -> None:
    assert covered(before, [GROWTH]) == after


def test_formats_of_the_totals_move_with_them() -> None:
    assert covered("B10:D10 B5:B10 C5:C9 A10:D10", [WITH_TOTALS]) == "B20:D20 B5:B20 C5:C19 A10:D10"


def test_a_printed_area_goes_on_though_it_is_wider() -> None:
    assert printed("'花 费'!$A$1:$H$9,'花 费'!$J$1:$K$9,'花 费'!$A:$A", (GROWTH,)) == (
        "'花 费'!$A$1:$H$19,'花 费'!$J$1:$K$9,'花 费'!$A:$A"
    )
    assert printed("'花 费'!$A$1:$H$8", (GROWTH,)) == "'花 费'!$A$1:$H$8"


def test_areas_without_a_hole_are_what_lies_around_it() -> None:
    hole = Area("", 5, 2, 9, 4)
    assert without("A1:F12", [hole]) == "A1:F4 A5:A9 E5:F9 A10:F12"
    assert without("B6:C7 A1", [hole]) == "A1"
    assert without("B5:D9", [hole]) == ""
