"""Names and help texts that VBA, Excel or Office.js would not take are found before a module is written."""

import pytest

from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.model import Argument, Function, said
from promo_xl.functions.names import is_cell_reference, problems_of
from promo_xl.sheetspec.words import Words

HELP = said("帮助。", "Help.")


def function(name: str, *arguments: Argument, help_text: Words = HELP) -> Function:
    return Function(name, help_text, arguments, answer=len)


def argument(name: str, *, optional: bool = False, help_text: Words = HELP) -> Argument:
    return Argument(name, "number", help_text, optional=optional)


def test_the_catalogue_has_no_problems() -> None:
    assert [str(problem) for problem in problems_of(CATALOGUE.values())] == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("_PROMO", "VBA wants a letter first"),
        ("1PROMO", "VBA wants a letter first"),
        ("PROMO ROI", "VBA wants a letter first"),
        ("PROMO.ROI", "VBA wants a letter first"),
        ("PROMO-ROI", "VBA wants a letter first"),
        ("投产比", "VBA wants a letter first"),
        ("ＲＯＩ", "VBA wants a letter first"),
        ("PROMO_RÓI", "VBA wants a letter first"),
        ("", "VBA wants a letter first"),
        ("End", "a reserved word of VBA"),
        ("next", "a reserved word of VBA"),
        ("PROMO_" + "X" * 250, "VBA takes 255 at most"),
        ("PROMO_" + "X" * 130, "Office.js takes 3 to 128"),
        ("PX", "Office.js takes 3 to 128"),
        ("FORECAST", "a worksheet function of Excel"),
        ("NetworkDays", "a worksheet function of Excel"),
        ("XLOOKUP", "a worksheet function of Excel"),
        ("ROI1", "Excel reads it as a cell"),
        ("R1C1", "Excel reads it as a cell"),
    ],
)
def test_a_bad_name_of_a_function_is_found(name: str, problem: str) -> None:
    assert problem in " | ".join(str(found) for found in problems_of([function(name)]))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        *((word, "a reserved word of VBA") for word in ("end", "type", "next", "Date", "string", "me", "array")),
        *((name, "VBA wants a letter first") for name in ("_cost", "2nd", "花费", "as-of", "as of", "café")),
        ("a" * 256, "VBA takes 255 at most"),
        ("PromoCall", "the wrapper itself calls something of this name"),
        ("promo_x", "the name is there already"),
        ("COST", "the name is there already"),
    ],
)
def test_a_bad_name_of_an_argument_is_found(name: str, problem: str) -> None:
    (found, *_) = problems_of([function("PROMO_X", argument("cost"), argument(name))])
    assert (found.function, found.argument) == ("PROMO_X", name)
    assert problem in found.said


@pytest.mark.parametrize("name", ["days", "values", "names", "path", "window", "a1", "Name", "value"])
def test_an_argument_may_be_called_as_a_cell_a_function_or_an_object_of_excel(name: str) -> None:
    assert problems_of([function("PROMO_X", argument(name))]) == ()


@pytest.mark.parametrize("name", ["ROI1", "a1", "XFD1048576", "R1C1", "r1c1", "R1", "C1", "RC", "R", "C", "R1C"])
def test_what_excel_reads_as_a_cell_is_one(name: str) -> None:
    assert is_cell_reference(name)


@pytest.mark.parametrize("name", ["ROI", "XFE1", "A0", "A1048577", "ABCD1", "PROMO_1", "A1B", "R1C1X", "", "AA"])
def test_what_excel_does_not_read_as_a_cell_is_none(name: str) -> None:
    assert not is_cell_reference(name)


def test_help_of_255_characters_is_taken_and_of_256_is_not() -> None:
    assert problems_of([function("PROMO_X", help_text=said("帮" * 255, "h" * 255))]) == ()
    (found,) = problems_of([function("PROMO_X", help_text=said("帮" * 256, "Help."))])
    assert str(found) == "PROMO_X: the help in zh has 256 characters; Excel takes 255 at most"
    (found,) = problems_of([function("PROMO_X", argument("cost", help_text=said("花费。", "c" * 300)))])
    assert str(found) == "PROMO_X(cost): the help in en has 300 characters; Excel takes 255 at most"


def test_a_sign_outside_the_basic_plane_counts_twice_as_in_vba() -> None:
    (found,) = problems_of([function("PROMO_X", help_text=said("📈" * 128, "Help."))])
    assert "the help in zh has 256 characters" in found.said


def test_help_that_is_missing_is_found() -> None:
    (found,) = problems_of([function("PROMO_X", help_text=said("帮助。", "  "))])
    assert str(found) == "PROMO_X: the help in en is empty"
    (found,) = problems_of([function("PROMO_X", help_text=Words())])
    assert str(found) == "PROMO_X: has no help"


def test_sixty_arguments_are_taken_and_sixty_one_are_not() -> None:
    many = [argument(f"given_{i}") for i in range(61)]
    assert problems_of([function("PROMO_X", *many[:60])]) == ()
    (found,) = problems_of([function("PROMO_X", *many)])
    assert str(found) == "PROMO_X: 61 arguments; VBA takes 60 at most"


def test_a_required_argument_after_an_optional_one_is_found() -> None:
    (found,) = problems_of([function("PROMO_X", argument("net", optional=True), argument("cost"))])
    assert str(found) == "PROMO_X(cost): is required, but an optional one stands before it"


def test_two_functions_of_one_name_are_found_whatever_the_case() -> None:
    (found,) = problems_of([function("PROMO_X"), function("Promo_x")])
    assert (found.function, found.argument) == ("Promo_x", "")
