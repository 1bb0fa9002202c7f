"""The one way in: shapes come back as they went in, arrays fill their capacity, equal cells are remembered."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.functions import answering, memory, money
from promo_xl.functions.answering import MOST_ROWS, REMEMBERED, answer
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.faults import WrongArgumentError
from promo_xl.functions.model import Argument, said
from promo_xl.plan.defined import Defined
from promo_xl.plan.roi import total_roas
from promo_xl.sheetspec.formula.values import CellError

Calls = Callable[[str], list[tuple[object, ...]]]
BLANKS = [["", ""], ["", ""]]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    REMEMBERED.clear()
    yield
    REMEMBERED.clear()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Counts the calls of a function's answer: calls("PROMO_ROI") is the list of what it was called with."""

    def counted(name: str) -> list[tuple[object, ...]]:
        function, seen = CATALOGUE[name], []

        def noting(*values: object) -> object:
            seen.append(values)
            return function.answer(*values)

        monkeypatch.setitem(answering.CATALOGUE, name, dataclasses.replace(function, answer=noting))
        return seen

    return counted


def tasks(count: int) -> list[list[list[object]]]:
    """The columns of so many tasks of one day, all of them critical."""
    numbers = range(1, count + 1)
    days = [[date(2026, 6, 1)] for _ in numbers]
    blank: list[list[object]] = [[None] for _ in numbers]
    return [[[n] for n in numbers], [["海报"] for _ in numbers], days, days, blank, blank, blank]


def scheduled(count: int, capacity: object) -> object:
    return answer("PROMO_SCHEDULE", *tasks(count), None, None, None, capacity)


def test_the_shape_of_the_cells_is_the_shape_of_the_answer() -> None:
    assert answer("PROMO_ROI", 80, 10) == 8
    assert answer("PROMO_ROI", [[80], [30]], [[10], [10]]) == [[8], [3]]
    assert answer("PROMO_ROI", [[80, 30, 20]], [[10, 10, 10]]) == [[8, 3, 2]]
    assert answer("PROMO_ROI", [[80, 30], [20, 10]], [[10, 10], [10, 10]]) == [[8, 3], [2, 1]]


@settings(max_examples=60, derandomize=True)
@given(st.integers(1, 5), st.integers(1, 4), st.sampled_from([10, [[10]], [10], "10"]))
def test_a_block_is_answered_cell_by_cell(height: int, width: int, cost: object) -> None:
    revenue = [[10.0 * (row * width + column) for column in range(width)] for row in range(height)]
    expected = [[cell / 10 for cell in row] for row in revenue]
    found = answer("PROMO_ROI", revenue, cost)
    assert found == (expected if (height, width) != (1, 1) else expected[0][0])


def test_one_cell_serves_a_whole_column() -> None:
    assert answer("PROMO_ROI", [[80], [40]], 10) == answer("PROMO_ROI", [[80], [40]], [[10]]) == [[8], [4]]


def test_a_block_of_one_cell_is_a_cell() -> None:
    assert answer("PROMO_ROI", [[80]], ((10,),)) == 8


def test_several_columns_of_a_goal_stand_beside_each_other() -> None:
    assert answer("PROMO_TARGET", "3%-5%", None, "all") == [[0.03, 0.05, "range", "%"]]
    assert answer("PROMO_TARGET", [["3%-5%"], ["≤30元"]], None, "all") == [
        [0.03, 0.05, "range", "%"],
        [30, "", "down", "元"],
    ]


def test_a_bad_cell_takes_as_many_columns_as_its_neighbours() -> None:
    assert answer("PROMO_TARGET", [["#N/A", "≤30元"]], None, "all") == [["", "", "", "", 30, "", "down", "元"]]


@pytest.mark.parametrize(
    ("revenue", "cost", "argument", "found"),
    [
        ([[1], [2], [3]], [[1], [2]], "cost", "2 × 1 cells"),
        ([[1], [2]], [[1, 2]], "cost", "1 × 2 cells"),
        ([[1, 2], [3, 4]], [[1], [2]], "cost", "2 × 1 cells"),
    ],
)
def test_unequal_shapes_are_refused(revenue: object, cost: object, argument: str, found: str) -> None:
    with pytest.raises(WrongArgumentError) as refused:
        answer("PROMO_ROI", revenue, cost)
    details = refused.value.finding.details
    assert (details["function"], details["argument"], details["found"]) == ("PROMO_ROI", argument, found)
    assert "as many as" in str(details["expected"])


def test_columns_of_one_table_that_are_unequally_long_are_refused_by_name() -> None:
    channels, revenues, costs = [["KOL"], ["KOL"]], [[8], [9]], [[1], [2], [3]]
    with pytest.raises(WrongArgumentError, match=r"PROMO_CHANNEL_ROI: costs is '3 cells', expected 2 cells"):
        answer("PROMO_CHANNEL_ROI", "KOL", channels, revenues, costs)
    with pytest.raises(WrongArgumentError, match=r"PROMO_CHANNEL_ROI: revenues is '3 cells', expected 2 cells"):
        answer("PROMO_CHANNEL_ROI", "KOL", channels, costs, revenues)


def test_a_column_argument_takes_a_row_but_no_square() -> None:
    assert answer("PROMO_CHANNEL_ROI", "KOL", [["KOL", "KOL"]], [[8, 9]], [[1, 1]]) == 8.5
    with pytest.raises(WrongArgumentError, match="channels is '2 columns', expected one column"):
        answer("PROMO_CHANNEL_ROI", "KOL", [["KOL", "a"], ["KOL", "b"]], [[8], [9]], [[1], [1]])


def test_a_bad_cell_in_a_column_blanks_its_own_row_only() -> None:
    revenue = [[80], ["viel"], ["#N/A"], [None], [True], ["８０"], [Decimal("8.5")], [float("nan")], [40]]
    assert answer("PROMO_ROI", revenue, 10) == [[8], [""], [""], [""], [""], [8], [0.85], [""], [4]]


def test_a_bad_single_cell_is_refused_for_the_whole_column() -> None:
    with pytest.raises(WrongArgumentError, match="PROMO_ROI: cost is 'viel', expected number"):
        answer("PROMO_ROI", [[80], [40]], "viel")
    with pytest.raises(WrongArgumentError, match="PROMO_TARGET: part is 'most', expected value, high"):
        answer("PROMO_TARGET", [["5000单"], ["≥5%"]], None, "most")


@pytest.mark.parametrize(
    ("name", "cells", "argument", "found", "expected"),
    [
        ("PROMO_ROI", ("viel", 10), "revenue", "viel", "number"),
        ("PROMO_ROI", (80, "#DIV/0!"), "cost", "#DIV/0!", "number"),
        ("PROMO_ROI", (80, True), "cost", "True", "number"),
        ("PROMO_ROI", (80, 10, "vielleicht"), "net", "vielleicht", "flag"),
        ("PROMO_WORKDAYS", ("soon", "2026-06-30"), "start_date", "soon", "date"),
        ("PROMO_TARGET", (CellError("#REF!"),), "goal", "#REF!", "text"),
        ("PROMO_TARGET", ("5000单", None, "most"), "part", "most", "value, high, direction, unit, all"),
        ("PROMO_ROI", ("x" * 40_000, 10), "revenue", "x" * 60, "number"),
    ],
)
def test_a_wrong_cell_is_refused_with_everything_that_helps(
    name: str, cells: tuple[object, ...], argument: str, found: str, expected: str
) -> None:
    with pytest.raises(WrongArgumentError) as refused:
        answer(name, *cells)
    finding = refused.value.finding
    assert (finding.code, finding.subject, finding.field) == ("FUNCTION_ARGUMENT", name, argument)
    assert finding.details == {"function": name, "argument": argument, "found": found, "expected": expected}
    assert str(refused.value).startswith(f"{name}: {argument} is ")


def test_more_arguments_than_there_are_are_refused() -> None:
    with pytest.raises(WrongArgumentError, match=r"PROMO_ROI: .* is '4', expected 3 arguments at most"):
        answer("PROMO_ROI", 1, 2, False, 4)


def test_words_of_a_drop_down_are_understood_in_every_language() -> None:
    down = [
        answer("PROMO_ACHIEVEMENT", 40, 30, None, word)
        for word in ("down", "DOWN", "↓ 越低越好", "↓ lower is better")
    ]
    assert down == [pytest.approx(2 / 3)] * 4


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5])
def test_an_array_fills_exactly_its_capacity_and_says_what_it_hides(count: int) -> None:
    rows = scheduled(count, 4) if count else answer("PROMO_SCHEDULE", *[None] * 10, 4)
    assert isinstance(rows, list)
    assert [len(row) for row in rows] == [4] * 4
    one = [46174, 46174, 0, True]
    last = ["▲ 还有 2 行放不下", "", "", ""]
    assert rows == ([one] * 3 + [last] if count > 4 else [one] * count + [["", "", "", ""]] * (4 - count))


@pytest.mark.parametrize("capacity", [1, 2, None])
def test_an_array_is_two_by_two_at_least(capacity: object) -> None:
    rows = scheduled(1, capacity)
    assert rows == [[46174, 46174, 0, True], ["", "", "", ""]]
    assert answer("PROMO_PATH_TOTAL", "抖音500万+KOL200万", capacity) == (
        7_000_000 if capacity is None else [[7_000_000, ""], ["", ""]]
    )
    assert answer("PROMO_PATH_TOTAL", [[None], [None]], 2) == BLANKS


def test_without_a_capacity_a_table_has_as_many_rows_as_it_needs() -> None:
    rows = scheduled(30, None)
    assert isinstance(rows, list)
    assert len(rows) == 30


def test_a_column_of_answers_takes_a_capacity_too() -> None:
    goals = [["5000单"], ["#N/A"], ["≥5%"], [None]]
    assert answer("PROMO_TARGET", goals, None, None, 5)[:3] == [[5000] + [""] * 3, [""] * 4, [0.05] + [""] * 3]  # type: ignore[index]
    assert answer("PROMO_PATH_TOTAL", [["抖音1万"], ["抖音2万"], ["抖音3万"]], 2)[1][0].startswith("▲ ")  # type: ignore[index]


@pytest.mark.parametrize("name", [name for name, f in CATALOGUE.items() if f.arguments[-1].name == "capacity"])
@pytest.mark.parametrize("wrong", [0, 1.5, -1, "many", 10**9, MOST_ROWS + 1, True, "#N/A", [[1], [2]], "1e999"])
def test_a_capacity_that_is_no_number_of_rows_is_refused(name: str, wrong: object) -> None:
    rest = [None] * (len(CATALOGUE[name].arguments) - 1)
    with pytest.raises(WrongArgumentError) as refused:
        answer(name, *rest, wrong)
    assert (refused.value.finding.subject, refused.value.finding.field) == (name, "capacity")


@pytest.mark.parametrize("capacity", [3, 3.0, "3", "３", Decimal(3), [[3]]])
def test_a_capacity_may_be_written_as_any_number(capacity: object) -> None:
    assert len(scheduled(1, capacity)) == 3  # type: ignore[arg-type]


def test_equal_cells_are_answered_once(calls: Calls) -> None:
    seen = calls("PROMO_ROI")
    assert [answer("PROMO_ROI", 80, 10) for _ in range(5)] == [8] * 5
    assert answer("PROMO_ROI", 80.0, Decimal(10)) == 8
    assert answer("PROMO_ROI", [[80]], [[10]]) == 8
    assert len(seen) == 1
    assert answer("PROMO_ROI", 80, 20) == 4
    assert len(seen) == 2


def test_a_column_of_channels_sums_the_readings_of_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    summed: list[int] = []

    def noting(pairs: list[tuple[float | None, float | None]]) -> Defined:
        summed.append(len(pairs))
        return total_roas(pairs)

    monkeypatch.setattr(money, "total_roas", noting)
    channels, revenues, costs = [["KOL"], ["抖音"], ["KOL"]], [[8], [9], [10]], [[1], [1], [1]]
    asked = [["kol"], ["抖音"], ["朋友圈"], [None]] * 10
    assert answer("PROMO_CHANNEL_ROI", asked, channels, revenues, costs) == [[9], [9], [""], [""]] * 10
    assert summed == [2, 1]


def test_true_one_and_the_text_1_are_three_cells(calls: Calls) -> None:
    seen = calls("PROMO_CHANNEL_ROI")
    channels = [[True], [1.0], ["1"], ["TRUE"]]
    revenues, costs = [[10], [20], [40], [80]], [[1], [1], [1], [1]]
    found = [answer("PROMO_CHANNEL_ROI", cell, channels, revenues, costs) for cell in (True, 1.0, "1", 1, "TRUE")]
    assert found == [45, 30, 30, 30, 45]
    assert len(seen) == 4


def test_equal_cells_in_another_shape_or_function_are_not_confused(calls: Calls) -> None:
    assert answer("PROMO_ROI", [[80, 40]], 10) == [[8, 4]]
    assert answer("PROMO_ROI", [[80], [40]], 10) == [[8], [4]]
    assert answer("PROMO_TARGET", "5000单") == 5000
    assert answer("PROMO_PATH_TOTAL", "抖音3000单+KOL2000单") == 5000
    assert answer("PROMO_TARGET", "CellError('#N/A')") == ""


def test_what_was_remembered_is_nobodys_list() -> None:
    revenue = [[80], [40]]
    first = answer("PROMO_ROI", revenue, 10)
    assert isinstance(first, list)
    first[0][0] = "spoiled"
    assert answer("PROMO_ROI", revenue, 10) == [[8], [4]]
    revenue[0][0] = 20
    assert answer("PROMO_ROI", revenue, 10) == [[2], [4]]


def test_a_wrong_argument_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(WrongArgumentError):
            answer("PROMO_ROI", "viel", 10)
    assert len(REMEMBERED) == 0


def test_the_version_is_answered_anew_each_time(calls: Calls) -> None:
    seen = calls("PROMO_VERSION")
    answer("PROMO_VERSION", 1)
    answer("PROMO_VERSION", 1)
    assert len(seen) == 2
    assert len(REMEMBERED) == 0


def test_the_memory_holds_a_bounded_number_of_answers(calls: Calls) -> None:
    seen = calls("PROMO_ROI")
    for revenue in range(memory.REMEMBERED_ANSWERS + 50):
        answer("PROMO_ROI", revenue, 10)
        answer("PROMO_ROI", 5000, 10)  # asked for often, so kept
    assert len(REMEMBERED) == memory.REMEMBERED_ANSWERS
    before = len(seen)
    answer("PROMO_ROI", 5000, 10)
    answer("PROMO_ROI", memory.REMEMBERED_ANSWERS + 49, 10)
    assert len(seen) == before
    answer("PROMO_ROI", 0, 10)
    assert len(seen) == before + 1


def test_the_memory_holds_a_bounded_number_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "REMEMBERED_CELLS", 1_000)
    for first in range(20):
        answer("PROMO_ROI", [[first + row] for row in range(100)], 10)
        assert 0 < REMEMBERED.cells <= 1_000
    remembered = len(REMEMBERED)
    assert 0 < remembered < 20
    answer("PROMO_ROI", [[row] for row in range(2_000)], 10)  # more than there is room for
    answer("PROMO_PATH_TOTAL", "抖音500万", 2_000)  # one cell in, many out
    answer("PROMO_TARGET", "x" * 40_000)  # as long as many cells
    assert len(REMEMBERED) == remembered


def test_a_memory_that_forgets_counts_back_to_nothing() -> None:
    answer("PROMO_ROI", [[1], [2]], 10)
    assert REMEMBERED.cells > 0
    REMEMBERED.clear()
    assert (len(REMEMBERED), REMEMBERED.cells) == (0, 0)


def test_a_new_entry_of_the_catalogue_is_answered_like_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    double = dataclasses.replace(
        CATALOGUE["PROMO_ROI"],
        name="PROMO_DOUBLE",
        arguments=(Argument("number", "number", said("数", "number")),),
        answer=lambda number: None if number is None else number * 2,
    )
    monkeypatch.setitem(answering.CATALOGUE, "PROMO_DOUBLE", double)
    assert answer("PROMO_DOUBLE", [[1], [None], ["2.5"]]) == [[2], [""], [5]]
