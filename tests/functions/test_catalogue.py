"""Every function of the catalogue answers planners' cells, and answers hostile cells with cells all the same."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import promo_xl.plan
from promo_xl.functions import installed
from promo_xl.functions.answering import Answer, answer
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.faults import WrongArgumentError
from promo_xl.functions.model import Argument, Catalogue, Function
from promo_xl.functions.vba_wrappers import wizard_texts
from promo_xl.sheetspec.formula.values import CellError
from promo_xl.version import VERSION

FUNCTIONS = pytest.mark.parametrize("function", CATALOGUE.values(), ids=CATALOGUE.keys())
EACH = [function for function in CATALOGUE.values() if function.form == "each"]


def column(*cells: object) -> list[list[object]]:
    """A range of one column."""
    return [[cell] for cell in cells]


def june(*days: int) -> list[list[object]]:
    """A column of dates in June 2026, blank for 0."""
    return column(*(date(2026, 6, day) if day else None for day in days))


TASKS: dict[str, Any] = {
    "ids": column("1", "2", "3"),
    "names": column("海报", "拍摄", "落地"),
    "starts": june(1, 4, 8),
    "ends": june(3, 5, 8),
    "milestones": column(None, None, None),
    "predecessors": column(None, "1", "1"),
    "statuses": column(None, None, None),
}
OWNERS = column("张三", "张三", "李四")
FRAME = column(date(2026, 6, 1), date(2026, 6, 30), None, None, None, "zh")
WINDOW = {"start_date": date(2026, 6, 1), "end_date": date(2026, 6, 30), "as_of": date(2026, 6, 10)}
LACKS_A = "▲ lacks (A) path reaching the goal"
LATE_START = (
    "任务“拍摄”2026-06-04 至 2026-06-05，不符合前置依赖 1："
    "前置任务“海报”是 2026-06-01 至 2026-06-04，差 1 个工作日。"
)
BOTH_AT_ONCE = "张三 在 2026-06-04 至 2026-06-04（1 个工作日）同时负责“拍摄”和“海报”。"
# What a planner's cells are answered with; the sentences of conflicts go on with what to do.
EXAMPLES: list[tuple[str, Mapping[str, object], Answer]] = [
    ("PROMO_TARGET", {"goal": "1000万次"}, 10_000_000),
    ("PROMO_TARGET", {"goal": "增长50%", "baseline": 1000}, 1500),
    ("PROMO_TARGET", {"goal": "3%-5%", "part": "high"}, 0.05),
    ("PROMO_TARGET", {"goal": "≤30元", "part": "all"}, [[30, "", "down", "元"]]),
    ("PROMO_TARGET", {"goal": "大幅提升"}, ""),
    ("PROMO_PATH_TOTAL", {"path": "抖音500万+KOL200万"}, 7_000_000),
    ("PROMO_PATH_TOTAL", {"path": "首页引流"}, ""),
    ("PROMO_SPAN", {"window": "6月1日-6月30日", "reference": date(2026, 6, 1)}, 46174),
    ("PROMO_SPAN", {"window": "6月1日-6月30日", "reference": date(2026, 6, 1), "part": "end"}, 46203),
    ("PROMO_SPAN", {"window": "6月", "reference": 46174, "part": "all"}, [[46174, 46203]]),
    ("PROMO_SPAN", {"window": "待定"}, ""),
    (
        "PROMO_SMART",
        {"metric": "销量", "goal": "5000单", "path": "首页引流", "owner": "销售部", "window": "2026年6月"},
        "✓ SMART",
    ),
    (
        "PROMO_SMART",
        {"metric": "销量", "goal": "5000单", "owner": "张三", "window": "6月", "language": "en"},
        LACKS_A,
    ),
    ("PROMO_SMART", {"metric": None, "goal": None}, ""),
    ("PROMO_ACHIEVEMENT", {"actual": 0.062, "target": "≥5%"}, 1.24),
    ("PROMO_ACHIEVEMENT", {"actual": 25, "target": 50, "direction": "down"}, 1.5),
    ("PROMO_ACHIEVEMENT", {"actual": 4, "target": 3, "high": 5}, 1),
    ("PROMO_ACHIEVEMENT", {"actual": 1250, "target": 1500, "baseline": 1000}, 0.5),
    ("PROMO_ACHIEVEMENT", {"actual": 5, "target": 0}, ""),
    ("PROMO_PACE", {"actual": 1200, "target": 3000, **WINDOW}, 1.2),
    ("PROMO_PACE", {"actual": 1200, "target": 3000, **WINDOW, "part": "state"}, "ahead"),
    ("PROMO_PACE", {"actual": 1200, "target": 3000, **WINDOW, "part": "needed_per_day"}, 90),
    (
        "PROMO_FORECAST",
        {"days": june(1, 0, 2), "values": column(100, None, 200), **WINDOW, "as_of": date(2026, 6, 2)},
        4500,
    ),
    ("PROMO_ROI", {"revenue": 80_000, "cost": 10_000}, 8),
    ("PROMO_ROI", {"revenue": 80_000, "cost": 10_000, "net": True}, 7),
    ("PROMO_ROI", {"revenue": 80_000, "cost": 0}, ""),
    (
        "PROMO_CHANNEL_ROI",
        {
            "channel": "kol",
            "channels": column("KOL", "抖音", "KOL", None),
            "revenues": column(90, 500, 10, 7),
            "costs": column(10, 10, 40, 7),
        },
        2,
    ),
    ("PROMO_WORKDAYS", {"start_date": date(2026, 6, 1), "end_date": date(2026, 6, 30)}, 21),
    (
        "PROMO_WORKDAYS",
        {
            "start_date": date(2026, 6, 1),
            "end_date": date(2026, 6, 7),
            "rest_dates": june(2, 6),
            "rest_kinds": column("休息", "调休上班"),
            "works": column(*["是"] * 5, "否", "否"),
        },
        5,
    ),
    ("PROMO_WORKDAYS", {"start_date": date(9999, 12, 30), "end_date": date(9999, 12, 31)}, 2),
    (
        "PROMO_SCHEDULE",
        TASKS,
        [[46174, 46176, 0, True], [46177, 46178, 0, True], [46177, 46178, 1, False]],
    ),
    (
        "PROMO_CONFLICTS",
        {**TASKS, "ends": june(4, 5, 8), "owners": OWNERS, "people": column("张三", "李四", None), "frame": FRAME},
        [["✗", "2", "拍摄", LATE_START], ["▲", "2", "拍摄", BOTH_AT_ONCE]],
    ),
    ("PROMO_CONFLICTS", {**TASKS, "owners": OWNERS, "frame": FRAME, "by_task": True}, [["", 0], ["", 0], ["", 0]]),
    (
        "PROMO_LOAD",
        {
            **TASKS,
            "roles": column("经理", "设计"),
            "people": column("张三", "王五"),
            "owners": OWNERS,
            "frame": FRAME,
        },
        [[1, ""], ["", "○ 暂无任务"]],
    ),
    ("PROMO_VERSION", {}, VERSION),
]
# Which columns of an answer are numbers (n), texts (t) or truth values (f), whatever the cells are.
ANSWERS: list[tuple[str, Mapping[str, object], str]] = [
    ("PROMO_TARGET", {"part": None}, "n"),
    ("PROMO_TARGET", {"part": "high"}, "n"),
    ("PROMO_TARGET", {"part": "unit"}, "t"),
    ("PROMO_TARGET", {"part": "all"}, "nntt"),
    ("PROMO_PATH_TOTAL", {}, "n"),
    ("PROMO_SPAN", {"part": "end"}, "n"),
    ("PROMO_SPAN", {"part": "all"}, "nn"),
    ("PROMO_SMART", {}, "t"),
    ("PROMO_ACHIEVEMENT", {}, "n"),
    ("PROMO_PACE", {"part": None}, "n"),
    ("PROMO_PACE", {"part": "expected"}, "n"),
    ("PROMO_PACE", {"part": "needed_per_day"}, "n"),
    ("PROMO_PACE", {"part": "remaining_days"}, "n"),
    ("PROMO_PACE", {"part": "state"}, "t"),
    ("PROMO_FORECAST", {"part": None}, "n"),
    ("PROMO_FORECAST", {"part": "phase_plan"}, "n"),
    ("PROMO_ROI", {}, "n"),
    ("PROMO_CHANNEL_ROI", {}, "n"),
    ("PROMO_WORKDAYS", {}, "n"),
    ("PROMO_SCHEDULE", {}, "nnnf"),
    ("PROMO_CONFLICTS", {"by_task": None}, "tttt"),
    ("PROMO_CONFLICTS", {"by_task": True}, "tn"),
    ("PROMO_LOAD", {}, "nt"),
    ("PROMO_VERSION", {}, "t"),
]
KINDS: dict[str, set[type]] = {"n": {int, float}, "t": {str}, "f": {bool}}
HOSTILE: tuple[object, ...] = (
    *(None, "", "   ", True, False, 0, 0.0, -0.0, -1, 1, 2.5, 10**400, 1e308, -1e308, math.nan, math.inf, 5e-324),
    *("=1+1", "１２３", "1,234.5", "8%", "x", "\x00", "\ud800", "9" * 400, "1e999", "e5", "NaN", "是", "#N/A"),
    *(CellError("#DIV/0!"), -2146826246, Decimal("1.5"), Decimal("1e400"), Decimal("sNaN"), "1:8", "增长50%"),
    *(date(2026, 6, 1), datetime(9999, 12, 31, 23), date(1, 1, 1), 46174, 2958465, 2958466, "6月1日-6月30日"),
    *(
        "1,2FS+999999999d",
        "3SS-2d,x",
        "张三[70%]、李四",
        "zh",
        "en",
        "down",
        "all",
        "已取消",
        "1.1",
        object(),
        b"x",
    ),
)
CELLS = st.sampled_from(HOSTILE) | st.text(max_size=6) | st.floats() | st.integers(-3, 60_000)
DAYS = st.integers(46150, 46250) | CELLS


@st.composite
def cells_for(draw: st.DrawFn, function: Function, fixed: Mapping[str, object]) -> list[object]:
    """Cells for each argument: left out, one cell, or a column; columns are equally long."""
    height = draw(st.integers(1, 4))
    given: list[object] = []
    for argument in function.arguments:
        if argument.name in fixed or argument.name == "capacity":
            given.append(fixed.get(argument.name))
            continue
        cells = _kind_of(argument)
        form = draw(st.sampled_from(["blank", "column", "column", "cell"]))
        if argument.column and form == "cell" and height > 1:
            form = "column"
        if form == "blank":
            given.append(None)
        elif form == "cell":
            given.append(draw(cells))
        else:
            given.append([[draw(cells)] for _ in range(height)])
    return given


def _kind_of(argument: Argument) -> st.SearchStrategy[object]:
    if argument.kind == "date" or argument.name in {"starts", "ends", "deadlines", "rest_dates"}:
        return DAYS
    if argument.kind == "word":
        return st.sampled_from([*argument.words, None]) | CELLS
    return CELLS


def cells_of(function: Function, named: Mapping[str, object]) -> list[object]:
    """The cells of the arguments in order, blank where `named` has none."""
    return [named.get(argument.name) for argument in function.arguments]


def begun(sentence: object) -> object:
    """The first sentence of a text."""
    return f"{sentence.partition('。')[0]}。" if isinstance(sentence, str) and sentence else sentence


def rows_of(found: Answer) -> list[list[object]]:
    """The rows of an answer; a single cell is one row of one."""
    return found if isinstance(found, list) else [[found]]


def check(found: Answer, kinds: str) -> None:
    """Raise unless every cell is one, all rows are equally long, and each column is of its kind or blank."""
    rows = rows_of(found)
    assert rows
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        for place, cell in enumerate(row):
            assert type(cell) in {bool, int, float, str}, cell
            assert not isinstance(cell, float) or math.isfinite(cell)
            assert cell == "" or place < len(kinds), (place, cell)
            assert cell == "" or type(cell) in KINDS[kinds[place]], (place, cell)


def test_every_entry_has_an_example_and_says_what_it_answers() -> None:
    names = list(CATALOGUE)
    assert list(dict.fromkeys(name for name, _, _ in EXAMPLES)) == names
    assert list(dict.fromkeys(name for name, _, _ in ANSWERS)) == names


@pytest.mark.parametrize(("name", "named", "wanted"), EXAMPLES)
def test_an_entry_answers_its_example(name: str, named: Mapping[str, object], wanted: Answer) -> None:
    found = answer(name, *cells_of(CATALOGUE[name], named))
    if name == "PROMO_CONFLICTS" and isinstance(found, list):
        found = [[*row[:-1], begun(row[-1])] for row in found]
    assert (found if name != "PROMO_VERSION" else str(found).partition(" · ")[0]) == wanted


def test_an_entry_is_entered_once() -> None:
    catalogue = Catalogue()
    catalogue.add(CATALOGUE["PROMO_ROI"])
    with pytest.raises(ValueError, match="PROMO_ROI is in the catalogue twice"):
        catalogue.add(CATALOGUE["PROMO_ROI"])


@FUNCTIONS
def test_an_entry_is_one_that_excel_and_vba_take(function: Function) -> None:
    names = [argument.name for argument in function.arguments]
    optional = [argument.optional for argument in function.arguments]
    assert function.name.startswith("PROMO_")
    assert function.name.isascii()
    assert len(names) == len(set(names)) <= 60
    assert all(name.isascii() and name.isidentifier() for name in names)
    assert "capacity" not in names[:-1]
    assert sorted(optional) == optional
    for text in [function.help, *[argument.help for argument in function.arguments]]:
        assert text.text("zh")
        assert text.text("en")
        assert max(len(text.text("zh")), len(text.text("en"))) <= 255  # of the function wizard


@FUNCTIONS
def test_what_an_entry_says_computes_it_is_there(function: Function) -> None:
    if not function.plan:
        assert function.name == "PROMO_VERSION"
        return
    module, _, name = function.plan.rpartition(".")
    __import__(f"promo_xl.plan.{module}")
    assert hasattr(getattr(promo_xl.plan, module), name)


@pytest.mark.parametrize(
    "function", [f for f in CATALOGUE.values() if f.columns], ids=lambda function: function.name
)
def test_a_table_has_the_columns_that_its_entry_names(function: Function) -> None:
    wide = max(len(kinds) for name, _, kinds in ANSWERS if name == function.name)
    assert wide == len(function.columns)


@FUNCTIONS
def test_blanks_are_answered_with_blanks(function: Function) -> None:
    blanks: Sequence[object]
    for blanks in ((), [None] * len(function.arguments), [""] * len(function.arguments), [[[]]]):
        found = answer(function.name, *blanks)
        assert function.name == "PROMO_VERSION" or {cell for row in rows_of(found) for cell in row} == {""}


@pytest.mark.parametrize("function", EACH, ids=lambda function: function.name)
def test_columns_of_blanks_are_answered_with_columns_of_blanks(function: Function) -> None:
    if function.name != "PROMO_VERSION":
        blank = column(None, None, None)
        cells = [None if argument.name == "capacity" else blank for argument in function.arguments]
        assert answer(function.name, *cells) == column("", "", "")


@pytest.mark.parametrize(
    ("name", "fixed", "kinds"), ANSWERS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_hostile_cells_are_answered_or_refused(name: str, fixed: Mapping[str, object], kinds: str) -> None:
    @settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cells_for(CATALOGUE[name], fixed))
    def fuzz(cells: list[object]) -> None:
        try:
            found = answer(name, *cells)
        except WrongArgumentError as refused:
            assert refused.finding.subject == name
            return
        check(found, kinds)

    fuzz()


@FUNCTIONS
def test_texts_of_forty_thousand_characters_are_answered_or_refused(function: Function) -> None:
    for text in ("开" * 40_000, "1" * 40_000, "a+" * 20_000, "6月" * 20_000, "1-" * 20_000, "x,y;" * 10_000):
        cells = [
            None if argument.name in {"capacity", "by_task"} else column(text, text)
            for argument in function.arguments
        ]
        for row in rows_of(answer(function.name, *cells)):
            assert all(type(cell) in {bool, int, float, str} for cell in row)
            assert all(len(cell) <= 32_767 for cell in row if isinstance(cell, str))


@pytest.mark.parametrize("function", EACH, ids=lambda function: function.name)
def test_a_bad_cell_of_a_column_is_as_a_blank_in_its_own_row_only(function: Function) -> None:
    _, named, wanted = next(example for example in EXAMPLES if example[0] == function.name)
    first = function.arguments[0]
    if first.column or function.name == "PROMO_VERSION":
        return
    cells = cells_of(function, named)
    good = cells[0]
    found = answer(function.name, column(good, CellError("#REF!"), good), *cells[1:])
    assert found == answer(function.name, column(good, None, good), *cells[1:])
    assert [found[0], found[2]] == [[wanted], [wanted]]


def test_a_word_for_a_baseline_leaves_the_goal_readable() -> None:
    goals, baselines = column("1000万次", "增长50%"), column("abc", "abc")
    assert answer("PROMO_TARGET", goals, baselines) == column(10_000_000, "")


def test_a_word_that_is_none_leaves_its_answer_blank() -> None:
    assert answer("PROMO_ACHIEVEMENT", column(3, 3), 4, None, column("down", "sideways")) == column(1.25, "")


@pytest.mark.parametrize("share", [1e308, -1e308, 1e306, math.nan, "1e308", "all", True])
def test_a_share_of_time_beyond_all_measure_is_answered(share: object) -> None:
    people = {**TASKS, "people": column("张三", "李四"), "owners": OWNERS, "shares": column(share, 0.5)}
    found = answer("PROMO_LOAD", *cells_of(CATALOGUE["PROMO_LOAD"], people))
    check(found, "nt")
    assert rows_of(found)[1][0] == 0.5


def test_a_new_language_is_one_file_for_functions_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = "name: Deutsch\ntexts: {Revenue.: Umsatz.}\n"
    (tmp_path / "labels.de.yml").write_text(labels, encoding="utf-8")
    monkeypatch.setattr(installed, "folder", lambda: tmp_path)
    installed.words.cache_clear()
    roi = next(row for row in wizard_texts("de") if row.name == "PROMO_ROI")
    installed.words.cache_clear()
    assert roi.arguments[:2] == ("Umsatz.", "Cost.")
