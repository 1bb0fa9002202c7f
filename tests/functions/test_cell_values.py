"""Cells in, cells out: whatever a host passes becomes a plain value, and whatever is answered fits a cell."""

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.functions.cell_values import (
    COM_ERRORS,
    ERRORS,
    ColumnCells,
    UnreadableCellError,
    block_of,
    cell_in,
    cell_out,
    date_of,
    filled,
    flag_of,
    number_of,
    text_of,
)
from promo_xl.plan.defined import Defined
from promo_xl.sheetspec.formula.values import CellError
from promo_xl.sheetspec.storable import LONGEST_TEXT

SHANGHAI = timezone(timedelta(hours=8))
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20)
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
    | st.times()
    | st.binary(max_size=5)
    | st.tuples(st.integers())
    | st.complex_numbers()
)


class Scalar:
    """A number of numpy as functions see it: what matters is its `item`."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"

    def item(self) -> object:
        return self.value


class Scalars(Scalar):
    """An array of numpy with several numbers."""

    def item(self) -> object:
        raise ValueError("can only convert an array of size 1")

    def __str__(self) -> str:
        return "[1 2]"


class Itself(Scalar):
    """A scalar whose item is of its own kind."""

    def item(self) -> object:
        return self

    def __str__(self) -> str:
        return "itself"


class Text(str):
    """A text of another library."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("given", "cell"),
    [
        (None, None),
        ("", None),
        (" \t　", None),
        (True, True),
        (5, 5.0),
        (5.5, 5.5),
        (10**15, 1e15),
        (10**400, CellError("#NUM!")),
        (-(10**400), CellError("#NUM!")),
        (math.nan, CellError("#NUM!")),
        (math.inf, CellError("#NUM!")),
        (1e308, 1e308),
        (Decimal("12.30"), 12.3),
        (Decimal("922337203685477.5807"), 922337203685477.5807),
        (Decimal("NaN"), CellError("#NUM!")),
        (Decimal("sNaN"), CellError("#NUM!")),
        (Decimal("1e400"), CellError("#NUM!")),
        ("5000单", "5000单"),
        (" x ", " x "),
        ("#N/A", CellError("#N/A")),
        (" #DIV/0! ", CellError("#DIV/0!")),
        ("#1", "#1"),
        (-2146826246, CellError("#N/A")),
        (-2146826273, CellError("#VALUE!")),
        (-2146826000, CellError("#UNKNOWN!")),
        (-2146826246.0, -2146826246.0),
        (date(2026, 6, 1), 46174.0),
        (datetime(2026, 6, 1, 12), 46174.5),
        (datetime(2026, 6, 1, 12, tzinfo=UTC), 46174.5),
        (datetime(2026, 6, 1, 12, tzinfo=SHANGHAI), 46174.5),
        (timedelta(hours=36), 1.5),
        (time(6), 0.25),
        ({"basicValue": 0.5, "numberFormat": "0%"}, 0.5),
        ({}, None),
        (Scalar(7), 7.0),
        (Scalar(True), True),
        (Scalar("x"), "x"),
        (Scalar(""), None),
        (Scalar(Scalar(2.5)), "2.5"),
        (Scalar(math.nan), CellError("#NUM!")),
        (Scalars(0), "[1 2]"),
        (Itself(0), "itself"),
    ],
    ids=repr,
)
def test_a_cell_is_a_plain_value(given: object, cell: object) -> None:
    if isinstance(given, Scalar) and isinstance(given.value, Scalar):
        given = Scalar(given.value.item())
        cell = 2.5
    found = cell_in(given)
    assert (found, type(found)) == (cell, type(cell))


@settings(max_examples=200, derandomize=True)
@given(ANYTHING)
def test_any_object_is_a_cell(given: object) -> None:
    found = cell_in(given)
    assert type(found) in {type(None), bool, float, str, CellError}
    assert not isinstance(found, float) or math.isfinite(found)


def test_a_text_of_another_library_is_a_plain_text() -> None:
    assert type(cell_in(Text("KOL"))) is str


def test_the_integers_of_com_are_the_errors_that_texts_spell() -> None:
    assert set(COM_ERRORS.values()) <= ERRORS
    assert {cell_in(number) for number in COM_ERRORS} == {CellError(text) for text in COM_ERRORS.values()}


def test_a_block_has_the_shape_of_its_cells() -> None:
    assert block_of(5) == ((5.0,),)
    assert block_of([1, 2, 3]) == ((1.0,), (2.0,), (3.0,))
    assert block_of([[1, 2, 3]]) == ((1.0, 2.0, 3.0),)
    assert block_of(((1, "a"), (True, None))) == ((1.0, "a"), (True, None))


def test_merged_cells_are_a_value_with_blanks_below() -> None:
    assert block_of([["抖音"], [None], [None], ["KOL"], [""]]) == (("抖音",), (None,), (None,), ("KOL",), (None,))


def test_a_ragged_block_is_filled_up_with_blanks_and_no_cells_are_a_blank() -> None:
    assert block_of([[1, 2], [3], []]) == ((1.0, 2.0), (3.0, None), (None, None))
    assert block_of([]) == block_of([[]]) == block_of(()) == block_of(None) == ((None,),)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (None, None),
        (5.5, 5.5),
        ("5", Decimal(5)),
        (" 5.50 ", Decimal("5.5")),
        ("５００", Decimal(500)),
        ("１，２３４．５", Decimal("1234.5")),
        ("1,234,567.89", Decimal("1234567.89")),
        ("8%", Decimal("0.08")),
        ("８％", Decimal("0.08")),
        ("-3", Decimal(-3)),
        ("−3", Decimal(-3)),
        ("+.5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("1e3", Decimal(1000)),
    ],
    ids=repr,
)
def test_a_number_is_read_as_planners_type_it(cell: str | float | None, number: Decimal | float | None) -> None:
    assert number_of(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        True,
        False,
        CellError("#N/A"),
        "五",
        "5元",
        "1,23",
        "12,34",
        "1.2.3",
        "--1",
        "%",
        ".",
        "e5",
        "1_000",
        "NaN",
        "inf",
        "0x10",
        "1 2",
        "9" * 401,
        "9" * 40000,
        "1," * 20000,
    ],
    ids=lambda cell: repr(cell)[:12],
)
def test_what_is_no_number_is_refused(cell: str | bool | CellError) -> None:
    with pytest.raises(UnreadableCellError):
        number_of(cell)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (None, None),
        (46174.0, date(2026, 6, 1)),
        (46174.99, date(2026, 6, 1)),
        (1.0, date(1899, 12, 31)),
        ("2026-06-01", date(2026, 6, 1)),
        ("2026年6月1日", date(2026, 6, 1)),
        ("２０２６/６/１", date(2026, 6, 1)),
    ],
    ids=repr,
)
def test_a_day_is_a_serial_number_or_a_text_with_its_year(cell: str | float | None, day: date | None) -> None:
    assert date_of(cell) == day


@pytest.mark.parametrize(
    "cell",
    [
        True,
        CellError("#REF!"),
        0.0,
        -1.0,
        2958466.0,
        1e300,
        "soon",
        "6月",
        "2026-02-30",
        "6月1日-6月3日",
        "开" * 40_000,
    ],
    ids=lambda cell: repr(cell)[:12],
)
def test_what_is_no_day_is_refused(cell: str | float | CellError) -> None:
    with pytest.raises(UnreadableCellError):
        date_of(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("KOL", "KOL"),
        (3.0, "3"),
        (1.1, "1.1"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (True, "TRUE"),
        (1e300, "1e+300"),
        (False, "FALSE"),
    ],
)
def test_a_text_is_what_the_cell_shows(cell: str | float | None, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        (None, None),
        (True, True),
        (False, False),
        (1.0, True),
        (0.0, False),
        ("是", True),
        ("◆", True),
        ("Yes", True),
        ("FALSE", False),
        ("否", False),
        (" TRUE ", True),
    ],
)
def test_yes_and_no_are_read_in_words_and_signs(cell: str | float | None, flag: bool | None) -> None:
    assert flag_of(cell) is flag


@pytest.mark.parametrize("cell", [2.0, "maybe", CellError("#N/A")])
def test_what_is_neither_yes_nor_no_is_refused(cell: str | float | CellError) -> None:
    with pytest.raises(UnreadableCellError):
        flag_of(cell)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (math.nan, ""),
        (math.inf, ""),
        (-math.inf, ""),
        (Decimal("NaN"), ""),
        (Decimal("sNaN"), ""),
        (Decimal("-Infinity"), ""),
        (Decimal("1e999"), ""),
        (10**400, ""),
        (Defined(), ""),
        (Defined(reason="zero_cost"), ""),
        (Defined(Decimal("1.24")), 1.24),
        (-0.0, 0),
        (Decimal("-0"), 0),
        (Decimal("1e-500"), 0),
        (0.0, 0),
        (5.0, 5),
        (Decimal(7_000_000), 7_000_000),
        (1e15, 1e15),
        (0.25, 0.25),
        (True, True),
        (date(2026, 6, 1), 46174),
        (datetime(2026, 6, 1, 12, tzinfo=UTC), 46174.5),
        ("KOL", "KOL"),
        ("a\x00b\ud800c", "abc"),
        ("x\r\ny", "x\ny"),
        (CellError("#N/A"), "#N/A"),
    ],
    ids=repr,
)
def test_an_answer_is_a_number_a_text_or_a_truth_value(value: object, cell: object) -> None:
    found = cell_out(value)
    assert (found, type(found)) == (cell, type(cell))
    assert math.copysign(1, found) == 1 if found == 0 else True


@settings(max_examples=200, derandomize=True)
@given(ANYTHING)
def test_any_answer_fits_a_cell(value: object) -> None:
    found = cell_out(value)
    assert type(found) in {bool, int, float, str}
    assert not isinstance(found, float) or math.isfinite(found)


def test_a_long_text_is_cut_where_a_cell_ends() -> None:
    assert cell_out("开" * 40_000) == "开" * LONGEST_TEXT
    assert cell_out("😀" * 40_000) == "😀" * (LONGEST_TEXT // 2)


@settings(max_examples=50, derandomize=True)
@given(st.integers(0, 6), st.integers(1, 4), st.integers(1, 6))
def test_rows_fill_exactly_their_capacity(count: int, width: int, capacity: int) -> None:
    rows = filled([[n] * width for n in range(1, count + 1)], width, capacity, "{} more".format)
    assert len(rows) == max(capacity, 2)
    assert {len(row) for row in rows} == {max(width, 2)}
    shown = count if count <= len(rows) else len(rows) - 1
    assert [row[0] for row in rows[:shown]] == list(range(1, shown + 1))
    rest = [row for row in rows[shown:] if row != [""] * max(width, 2)]
    assert rest == ([] if shown == count else [[f"{count - shown} more", *[""] * (max(width, 2) - 1)]])


def test_a_column_is_equal_to_itself_alone() -> None:
    column = ColumnCells((True, 2.0))
    assert column == column
    assert column != ColumnCells((1.0, 2.0))
    assert {column: "kept"}.get(ColumnCells(column)) is None
    assert list(column) == [True, 2.0]
