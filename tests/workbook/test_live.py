"""Laws of live cells: with the add-in, without it and by the core, a workbook says the same."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.plan.findings import RefusedError
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.formula.nodes import Call, walk
from promo_xl.sheetspec.formula.values import Value
from promo_xl.sheetspec.hosts import for_host, live_formulas
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book, LiveCall
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.workings import Workings
from promo_xl.version import VERSION
from promo_xl.workbook.check import check_workbook
from promo_xl.workbook.mend import InFile
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.write import build
from tests.proof.areas import cell_name
from tests.proof.book import Book as FileBook
from tests.proof.made import Entries, changed
from tests.proof.recalculate import formula_cells, ironcalc_values
from tests.workbook.files import PLANS, STAMP, planned
from tests.workbook.live_cells import add_in, differing, with_and_without
from tests.workbook.test_native_and_core import PLANS as RANDOM_PLANS
from tests.workbook.test_native_and_core import QUIET, SMALL

MOST_CALLING_CELLS = 40
LONGEST_ARRAY_FORMULA = 255  # what Excel takes when an array formula is entered again
LONGEST_CALL = 500
BOOK = load_book()


@pytest.mark.parametrize("name", PLANS)
def test_with_the_add_in_every_cell_says_what_it_says_without(name: str) -> None:
    plan, language = PLANS[name]()
    assert list(differing(*with_and_without(plan, BOOK, language))) == []


@settings(max_examples=60, derandomize=True, **QUIET)
@given(RANDOM_PLANS)
def test_with_the_add_in_a_random_plan_says_what_it_says_without(plan: Promotion) -> None:
    assert list(differing(*with_and_without(plan, SMALL, "zh"))) == []


@pytest.mark.thorough
@settings(max_examples=2000, **QUIET)
@given(RANDOM_PLANS)
def test_with_the_add_in_thousands_of_random_plans_say_what_they_say_without(plan: Promotion) -> None:
    assert list(differing(*with_and_without(plan, SMALL, "zh"))) == []


def test_the_add_in_answers_every_call_of_a_workbook() -> None:
    live, plain = with_and_without(*PLANS["running_zh"]()[:1], BOOK, "zh")
    for call in live.book.calls:
        assert "#NAME?" not in {getattr(cell, "code", "") for cells in live.answers(call) for cell in cells}
        assert {getattr(cell, "code", "") for cells in plain.answers(call) for cell in cells} == {"#NAME?"}
    assert str(live.single("engine")).startswith(f"{VERSION} · ")
    assert plain.single("engine") == "公式模式"


def test_a_standard_workbook_calls_the_add_in_from_few_cells(files: dict[str, Path]) -> None:
    calling = [
        cell.formula
        for sheet in FileBook(files["running_zh"]).sheets
        for cell in sheet.cells
        if cell.formula and "PROMO_" in cell.formula
    ]
    by_function = Counter(formula.split("PROMO_")[1].split("(")[0] for formula in calling)
    assert by_function == {
        "ACHIEVEMENT": 15,
        **dict.fromkeys(("ROI", "VERSION", "TARGET", "PATH_TOTAL", "SPAN", "SMART"), 1),
        **dict.fromkeys(("SCHEDULE", "CONFLICTS", "LOAD", "CHANNEL_ROI"), 1),
    }
    assert len(calling) <= MOST_CALLING_CELLS


def test_calls_are_short_enough_to_be_entered_again(files: dict[str, Path]) -> None:
    for name in ("running_zh", "running_en", "long"):
        for (sheet, _), formula in formula_cells(files[name]).items():
            if "PROMO_" in formula:
                assert len(formula) <= (LONGEST_ARRAY_FORMULA - 1 if sheet == "_live" else LONGEST_CALL), formula


def test_no_name_of_the_workbook_is_the_name_of_a_function(files: dict[str, Path]) -> None:
    names = {name.name.upper() for name in FileBook(files["running_zh"]).names}
    assert names & CATALOGUE.keys() == set()
    assert len(names) > 50


def test_each_host_spells_the_calls_in_its_own_way(files: dict[str, Path]) -> None:
    def spelled(name: str) -> set[str]:
        called = [formula for formula in formula_cells(files[name]).values() if "PROMO_" in formula]
        return {formula[: formula.index("PROMO_")].removeprefix("IFERROR(") for formula in called}

    assert spelled("running_zh") == {""}
    assert spelled("office_js") == {"_xldudf_"}
    assert spelled("without_add_in") == set()


def test_a_call_reads_no_cell_that_depends_on_its_answer() -> None:
    typed = {
        (name, column.field)
        for name, (_, table) in BOOK.tables.items()
        for column in table.columns
        if not column.computed
    }
    for call in BOOK.calls.values():
        read = {(node.table, node.first) for node in walk(call.formula.node) if type(node).__name__ == "Columns"}
        assert read <= typed, call.call


def with_call(text: str, formula: Formula) -> Book:
    """The book with one call's formula exchanged."""
    sheets = [
        replace(
            sheet,
            blocks=tuple(
                replace(b, formula=formula) if isinstance(b, LiveCall) and b.call == text else b
                for b in sheet.blocks
            ),
        )
        for sheet in BOOK.sheets
    ]
    return replace(BOOK, sheets=tuple(sheets))


@pytest.mark.parametrize(
    ("called", "arguments", "found", "expected"),
    [
        ("PROMO_TARGETS", 1, "PROMO_TARGETS", "PROMO_TARGET?"),
        ("PROMO_PATH_TOTAL", 3, "PROMO_PATH_TOTAL with 3 arguments", "1 to 2 arguments"),
    ],
)
def test_a_template_that_calls_wrongly_is_refused_with_its_place(
    called: str, arguments: int, found: str, expected: str, tmp_path: Path
) -> None:
    own = next(b for b in BOOK.calls.values() if b.call == "path")
    node = Call(called, (own.formula.node.arguments[0],) * arguments)  # type: ignore[union-attr]
    book = with_call("path", Formula("", node, "live.yml:30"))
    with pytest.raises(RefusedError) as refused:
        build(planned(), book, "zh", str(tmp_path / "x.xlsx"), STAMP)
    (finding,) = refused.value.findings
    assert finding.place == "live.yml:30"
    assert (finding.details["found"], finding.details["expected"]) == (found, expected)


def test_every_live_formula_has_an_ordinary_one_behind_it() -> None:
    assert len(list(live_formulas(BOOK))) > 20
    hosted = for_host(BOOK, "xlam")
    for _, table in hosted.tables.values():
        for column in table.columns:
            if column.live is not None:
                assert isinstance(column.formula.node, Call)  # type: ignore[union-attr]
                assert column.formula.node.function == "IFERROR"  # type: ignore[union-attr]


def test_a_workbook_for_an_add_in_reads_back_as_the_same_plan(files: dict[str, Path]) -> None:
    with_calls, without = (open_workbook(files[n], BOOK).promotion for n in ("running_zh", "without_add_in"))
    assert with_calls == without


def test_a_changed_goal_is_live_with_the_add_in_and_asks_for_recalculation_without(made: Path) -> None:
    targets = open_workbook(made, BOOK).tables["targets"]
    goal = Change(targets.grid.name, targets.numbers[0], targets.columns["goal"], "2000万次")
    assert patch_workbook(made, [goal]) == 1
    opened = open_workbook(made, BOOK)
    shown = cell_name(targets.numbers[0], targets.columns["goal_value"])
    assert ironcalc_values(made)[targets.grid.name, shown] == "需重算"
    typed = InFile(opened)
    live = Workings(opened.promotion, for_host(BOOK, "xlam"), "zh", typed, functions=add_in)
    assert live.column("targets", "goal_value")[:3] == [20_000_000, 0.05, 5000]


class Typing:
    """A plan's cells with others typed over the first of some columns, and over some single values."""

    def __init__(
        self, plain: Workings, columns: dict[tuple[str, str], list[Value]], singles: dict[str, Value]
    ) -> None:
        self.plain, self.columns, self.singles = plain, columns, singles

    def column(self, table: str, field: str) -> list[Value]:
        """The typed cells from the first row on, then those of the plan."""
        over, rows = self.columns.get((table, field), []), len(self.plain.rows(table))
        return [*over, *self.plain.column(table, field)[len(over) : rows]]

    def single(self, field: str) -> Value:
        """The typed cell, or the plan's."""
        return self.singles[field] if field in self.singles else self.plain.single(field)


def test_what_is_no_number_or_date_is_left_out_with_the_add_in_too() -> None:
    plan = PLANS["running_zh"]()[0]
    unread = replace(
        plan,
        project={**plan.project, "start": None},
        targets=tuple(replace(target, goal="增长50%", baseline=None) for target in plan.targets),
        readings=tuple(replace(r, spend=None) if i < 2 else r for i, r in enumerate(plan.readings)),
    )
    columns: dict[tuple[str, str], list[Value]] = {
        ("targets", "baseline"): ["4000", "约四千", True],
        ("readings", "spend"): ["1,000", "100"],
    }
    typed, hosted = Typing(Workings(unread, BOOK, "zh"), columns, {"start": "2026-06-01"}), for_host(BOOK, "xlam")
    live = Workings(unread, hosted, "zh", typed, functions=add_in)
    assert list(differing(live, Workings(unread, hosted, "zh", typed))) == []
    assert live.column("targets", "goal_value")[:3] == [""] * 3


def test_a_row_without_what_it_needs_stays_blank_with_the_add_in_too() -> None:
    plan = PLANS["running_zh"]()[0]
    tasks = (replace(plan.tasks[0], id="", name=""), *plan.tasks[1:])
    members = (replace(plan.members[0], role="", name="张三"), *plan.members[1:])
    live, plain = with_and_without(replace(plan, tasks=tasks, members=members), BOOK, "zh")
    assert list(differing(live, plain)) == []
    assert (live.column("tasks", "conflict")[0], live.column("members", "duty_check")[0]) == ("", "")


def test_channels_are_compared_without_the_signs_that_mean_anything() -> None:
    plan = PLANS["running_zh"]()[0]
    channels = tuple(replace(channel, channel=f"K*{i}") for i, channel in enumerate(plan.channels))
    readings = tuple(replace(reading, channel="K＊0") for reading in plan.readings)
    live, plain = with_and_without(replace(plan, channels=channels, readings=readings), BOOK, "zh")
    assert list(differing(live, plain)) == []
    assert live.column("channels", "roi")[0] != ""


def test_a_table_that_outgrew_its_calls_is_told_with_the_first_row_below(made: Path) -> None:
    assert [f for f in check_workbook(made, BOOK) if f.code == "LIVE_CAPACITY"] == []

    def only_five_rows(entries: Entries) -> None:
        text = entries["xl/workbook.xml"].decode()
        first = int(re.search(r'"schedule.early_start">_live!\$A\$(\d+)', text)[1])  # type: ignore[index]
        whole = f"_live!$A${first}:$A${first + 49}</"
        assert whole in text
        entries["xl/workbook.xml"] = text.replace(whole, f"_live!$A${first}:$A${first + 4}</").encode()

    found = check_workbook(changed(made, made.parent / "grown.xlsx", only_five_rows), BOOK)
    (told,) = [finding for finding in found if finding.code == "LIVE_CAPACITY"]
    assert (told.details["rows"], told.details["prepared"], told.details["below"]) == (50, 5, 45)
    assert told.place.endswith("推广执行甘特图!A14")
