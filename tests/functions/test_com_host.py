"""Functions as Excel on Windows calls them: the real xlwings, behind a stand-in for pywin32."""

import math
import subprocess
import sys
from datetime import datetime
from decimal import Decimal

import pytest

from promo_xl.functions import com_host
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.model import Argument, Function
from tests.functions.com_process import ADD_IN, ComProcess, RefusedError
from tests.functions.pywin32_stand_in import MISSING, Book, Cells, com_date

FUNCTIONS = pytest.mark.parametrize("function", CATALOGUE.values(), ids=CATALOGUE.keys())
DIV0, NA, SPILL = -2146826281, -2146826246, -2146826243  # errors as COM passes them
CONNECT, NEWER = -2146826242, -2146826066
LAST_DAY = com_date(9999, 12, 31)
HOSTILE = (
    *(None, "", "   ", True, False, 0.0, -1.0, 1e308, -1e308, math.nan, math.inf, -math.inf, 5e-324),
    *("=1+1", "１２３", "1,234.5", "8%", "x", "\x00", "\ud800", "开" * 40_000, "9" * 400, "1e999", "NaN"),
    *(DIV0, NA, SPILL, CONNECT, NEWER, Decimal("1.5"), Decimal("922337203685477.5807")),
    *(com_date(2026, 6, 1), com_date(1899, 12, 30, 12), LAST_DAY, com_date(1900, 1, 1)),
)
# What answers numbers and nothing else; of tables, how many of their first columns do.
NUMBERS = {
    **dict.fromkeys(("PROMO_PATH_TOTAL", "PROMO_ROI", "PROMO_CHANNEL_ROI", "PROMO_ACHIEVEMENT"), 1),
    **dict.fromkeys(("PROMO_WORKDAYS", "PROMO_FORECAST", "PROMO_PACE", "PROMO_TARGET", "PROMO_SPAN"), 1),
    "PROMO_SCHEDULE": 3,
    "PROMO_LOAD": 1,
}
COLUMNS = {
    "ids": ("T1", "T2", "T3"),
    "names": ("海报设计", "拍摄", "活动落地"),
    "starts": (com_date(2026, 6, 1), com_date(2026, 6, 4), com_date(2026, 6, 15)),
    "ends": (com_date(2026, 6, 5), com_date(2026, 6, 12), com_date(2026, 6, 19)),
    "predecessors": (None, "T1", "T2"),
    "owners": ("张三", "李四", "张三"),
    "roles": ("经理", "设计", "投放"),
    "people": ("张三", "李四", "王五"),
    "channels": ("KOL", "抖音", "KOL"),
    "days": (com_date(2026, 6, 1), com_date(2026, 6, 2), com_date(2026, 6, 3)),
    "values": (100.0, 150.0, 120.0),
    "revenues": (80.0, 0.0, 40.0),
    "costs": (10.0, 5.0, 5.0),
    "works": (True, True, True, True, True, False, False),
    "frame": (com_date(2026, 6, 1), com_date(2026, 6, 30), None, None, None, "zh"),
}
BY_NAME = {
    "start_date": com_date(2026, 6, 1),
    "end_date": com_date(2026, 6, 30),
    "window": "6月1日-6月30日",
    "path": "抖音500万+KOL200万",
    "language": "zh",
    "target": 3000.0,
    "high": MISSING,
    "baseline": MISSING,
    "capacity": 4.0,
}
SINGLE = {
    "number": 5.0,
    "date": com_date(2026, 6, 10),
    "text": "1000万次",
    "word": MISSING,
    "flag": MISSING,
    "any": "KOL",
}


def column(*cells: object) -> Cells:
    """A range of one column."""
    return Cells(tuple((cell,) for cell in cells))


def good(argument: Argument) -> object:
    """What a planner's workbook passes for an argument."""
    if argument.column:
        return column(*COLUMNS.get(argument.name, (None, None, None)))
    return BY_NAME.get(argument.name, SINGLE[argument.kind])


def cells_of(answer: object) -> list[object]:
    """All cells of an answer."""
    if not isinstance(answer, list):
        return [answer]
    return [cell for row in answer for cell in (row if isinstance(row, list) else [row])]


def faults(function: Function, answer: object) -> list[object]:
    """The cells of an answer that no cell should ever show."""
    bad = [
        cell for cell in cells_of(answer) if type(cell) not in {bool, float, str} or cell in (math.inf, -math.inf)
    ]
    bad += [cell for cell in cells_of(answer) if cell != cell]
    rows = answer if isinstance(answer, list) and isinstance(answer[0], list) else [cells_of(answer)]
    if len(rows) > 1 and len(rows[-1]) > 1 and not any(rows[-1][1:]):
        rows = rows[:-1]  # the last row may say that there is more
    numbers = NUMBERS.get(function.name, 0)
    return bad + [cell for row in rows for cell in row[:numbers] if isinstance(cell, str) and cell]


def test_every_function_is_there_with_its_arguments() -> None:
    for function in CATALOGUE.values():
        hosted = getattr(com_host, function.name)
        assert hosted.__name__ == function.name
        parameters = hosted.__signature__.parameters.values()
        assert [(p.name, p.default is None) for p in parameters] == [
            (a.name, a.optional) for a in function.arguments
        ]


def test_the_host_loads_nothing_heavy_of_our_own() -> None:
    script = "import sys, xlwings; before = set(sys.modules); import promo_xl.functions.com_host;"
    script += "print(sorted({'pandas', 'numpy', 'openpyxl', 'xlsxwriter'} & (set(sys.modules) - before)))"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


@FUNCTIONS
def test_a_function_answers_a_planners_cells(excel: ComProcess, function: Function) -> None:
    answer = excel.call(function.name, *[good(argument) for argument in function.arguments])
    assert faults(function, answer) == []
    assert any(cell != "" for cell in cells_of(answer))


def test_a_schedule_arrives_row_by_row_and_is_padded(excel: ComProcess) -> None:
    june = com_date(2026, 6, 1)
    schedule = excel.call(
        "PROMO_SCHEDULE",
        *(column("T1", "T2"), column("设计", "拍摄")),
        *(column(june, com_date(2026, 6, 8)), column(com_date(2026, 6, 5), com_date(2026, 6, 12))),
        *(column(None, None), column(None, "T1"), column(None, None)),
        *(Cells(None), Cells(None), Cells(None), 4.0),
    )
    assert schedule == [
        [46174.0, 46178.0, 0.0, True],  # 1 to 5 June
        [46181.0, 46185.0, 0.0, True],  # 8 to 12 June
        ["", "", "", ""],
        ["", "", "", ""],
    ]


@FUNCTIONS
def test_no_cell_however_hostile_makes_an_answer_that_is_no_cell(excel: ComProcess, function: Function) -> None:
    bad = []
    arguments = [good(argument) for argument in function.arguments]
    for i, argument in enumerate(function.arguments):
        for cell in HOSTILE:
            for given in (cell, Cells(cell), column(cell, cell, cell)):
                try:
                    answer = excel.call(function.name, *arguments[:i], given, *arguments[i + 1 :])
                except RefusedError as refused:
                    if not str(refused).startswith("WrongArgumentError: "):
                        bad.append((argument.name, given, str(refused)))
                else:
                    bad += [(argument.name, str(given)[:50], cell) for cell in faults(function, answer)]
    assert bad == []


@FUNCTIONS
def test_missing_optional_arguments_are_as_empty_cells(excel: ComProcess, function: Function) -> None:
    if function.name == "PROMO_VERSION":
        assert excel.call("PROMO_VERSION", MISSING).startswith("0.")
        return
    required = [good(argument) for argument in function.arguments[: function.required]]
    rest = len(function.arguments) - len(required)
    missing = excel.call(function.name, *required, *[MISSING] * rest)
    assert missing == excel.call(function.name, *required, *[Cells(None)] * rest)


@pytest.mark.parametrize(
    "function", [f for f in CATALOGUE.values() if f.form == "each"], ids=lambda function: function.name
)
def test_a_column_of_cells_gets_a_column_of_answers(excel: ComProcess, function: Function) -> None:
    columns = [
        good(argument) if argument.column or argument.optional else column(*[good(argument)] * 5)
        for argument in function.arguments
        if argument.name != "capacity"
    ]
    if function.name == "PROMO_VERSION":
        columns = [column(*[None] * 5)]
    answer = excel.call(function.name, *columns)
    assert [len(row) for row in answer] == [1] * 5


def test_a_row_of_cells_gets_a_row_of_answers(excel: ComProcess) -> None:
    assert excel.call("PROMO_ROI", Cells(((80.0, 40.0),)), Cells(((10.0, 10.0),)), MISSING) == [8.0, 4.0]


def test_a_block_of_cells_gets_a_block_of_answers(excel: ComProcess) -> None:
    revenue, cost = Cells(((80.0, 40.0), (None, 20.0))), Cells(((10.0, 10.0), (10.0, 0.0)))
    assert excel.call("PROMO_ROI", revenue, cost, MISSING) == [[8.0, 4.0], ["", ""]]


@FUNCTIONS
def test_columns_of_every_hostile_cell_keep_their_shape(excel: ComProcess, function: Function) -> None:
    mixed = [cell for cell in HOSTILE if cell != LAST_DAY]  # from it to itself no working days can be counted
    everything = column(*mixed)
    answer = excel.call(
        function.name,
        *[
            everything if argument.column or not argument.optional else MISSING
            for argument in function.arguments
            if argument.name not in {"capacity", "after"}
        ],
        *[everything for argument in function.arguments if argument.name == "after"],
    )
    assert faults(function, answer) == []
    wholes = [argument for argument in function.arguments if not argument.column]
    if function.form == "each" and not wholes[0].optional:
        assert [len(row) for row in answer] == [1] * len(mixed)


def test_a_column_goes_on_after_a_cell_that_cannot_be_read(excel: ComProcess) -> None:
    revenue = column(80.0, "none", DIV0, None, Decimal(30))
    cost = column(10.0, 10.0, 10.0, 10.0, Decimal(10))
    assert excel.call("PROMO_ROI", revenue, cost, MISSING) == [[8.0], [""], [""], [""], [3.0]]


@pytest.mark.parametrize(
    "revenue",
    [80.0, 80, "80", "８０", "80.00", Decimal(80), Cells(80.0), Cells(Decimal(80)), Cells("80"), ((80.0,),)],
    ids=repr,
)
def test_a_number_is_a_number_however_it_arrives(excel: ComProcess, revenue: object) -> None:
    assert excel.call("PROMO_ROI", revenue, 10.0, MISSING) == 8.0


@pytest.mark.parametrize(
    "first", [com_date(2026, 6, 1), Cells(com_date(2026, 6, 1)), 46174.0, Cells(46174.0), "2026-06-01"], ids=repr
)
def test_a_date_is_a_date_however_it_arrives(excel: ComProcess, first: object) -> None:
    assert excel.call("PROMO_WORKDAYS", first, com_date(2026, 6, 30), MISSING, MISSING, MISSING) == 21.0


def test_numbers_leave_as_doubles_since_no_cell_takes_longer_integers(excel: ComProcess) -> None:
    for path, total in (("抖音50亿", 5e9), ("抖音500万+KOL200万", 7e6), ("抖音30亿", 3e9)):
        answer = excel.call("PROMO_PATH_TOTAL", path)
        assert (answer, type(answer)) == (total, float)


@pytest.mark.parametrize(
    "wrong", ["plenty", True, DIV0, SPILL, CONNECT, NEWER, Cells(NA), Cells("plenty")], ids=repr
)
def test_a_wrong_argument_raises(excel: ComProcess, wrong: object) -> None:
    with pytest.raises(RefusedError, match=r"WrongArgumentError: PROMO_ROI: revenue is .*, expected number"):
        excel.call("PROMO_ROI", wrong, 10.0, MISSING)


def test_columns_of_unequal_height_raise(excel: ComProcess) -> None:
    with pytest.raises(RefusedError, match="PROMO_CHANNEL_ROI: costs is '2 cells', expected 3 cells"):
        excel.call(
            "PROMO_CHANNEL_ROI", "KOL", column("KOL", "KOL", "a"), column(8.0, 8.0, 8.0), column(1.0, 1.0), MISSING
        )


@pytest.mark.parametrize(
    ("cell", "arrives"),
    [
        (5.0, 5.0),
        (True, True),
        (None, None),
        ("", None),
        ("  ", "  "),
        ("１", "１"),
        (Decimal("1.5"), Decimal("1.5")),
        (com_date(2026, 6, 1), datetime(2026, 6, 1)),
        (com_date(1899, 12, 30, 12), datetime(1899, 12, 30, 12)),
        (DIV0, "#DIV/0!"),
        (NA, "#N/A"),
        (SPILL, SPILL),
    ],
    ids=repr,
)
def test_xlwings_hands_cells_on_as_blocks(excel: ComProcess, cell: object, arrives: object) -> None:
    assert excel.read(cell) == [[arrives]]
    assert excel.read(Cells(cell)) == [[arrives]]
    assert excel.read(column(cell, None)) == [[arrives], [None]]
    assert excel.read(Cells(((cell, None),))) == [[arrives, None]]


def test_xlwings_looks_for_code_in_the_workbook_that_it_is_given(excel: ComProcess) -> None:
    # This is why our wrappers give it the add-in, never the planner's workbook.
    with pytest.raises(RefusedError, match="LicenseError: Embedded code"):
        excel.call("VERSION", module="promo_xl.version", book=Book("from a mail.xlsx", ("code.py",)))
    assert excel.call("PROMO_ROI", 8.0, 1.0, MISSING, book=ADD_IN) == 8.0
