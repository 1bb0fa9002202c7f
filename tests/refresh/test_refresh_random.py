"""Laws of refreshes of real files, whatever planners do in between: nothing of theirs is lost, nothing doubled."""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promo_xl.plan.promotion import Promotion
from promo_xl.plan.readings import METRICS
from promo_xl.refresh.baseline import Baseline, Key, decoded, equal, known_by
from promo_xl.refresh.history import History
from promo_xl.sheetspec.formula.values import Value
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.mend import typed
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.tables_in_file import table_areas
from tests.proof.package_lint import lint
from tests.refresh.planner_edits import EDITS, OWN_COLUMN, TABLE, Planner
from tests.refresh.small_plan import FIRST, exported, few_rows, refreshed, small_plan

DAYS = st.integers(0, 3).map(lambda day: FIRST + dt.timedelta(days=day))
KEYS = st.tuples(DAYS, st.sampled_from(["抖音", "朋友圈"]), st.sampled_from(["", "A"]))
NUMBERS = st.sampled_from([0.0, 1.0, 2.5, 1e9])
SAID = st.dictionaries(st.sampled_from(["spend", "impressions"]), NUMBERS, min_size=1)
SOURCE = st.dictionaries(KEYS, SAID, min_size=1, max_size=6)
EDITED = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 99), NUMBERS), max_size=5)
ROUNDS = st.lists(st.tuples(EDITED, SOURCE), min_size=1, max_size=3)
UNCALCULATED = {"full-calc-on-load", "value-missing"}  # nobody calculated after the edits
KEPT = ("date", "channel", "campaign", "note", "deviation_reason", "adjustment")


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows of readings, everything that planners typed there, and the rest of the plan."""

    rows: Mapping[int, Mapping[str, Value]]
    baselines: Mapping[int, Baseline]
    rest: Promotion

    def key(self, row: int) -> Key | None:
        """The key that stands in a row."""
        values = self.rows[row]
        if not isinstance(values["date"], int | float):
            return None
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(values["date"]))
        return known_by((day, str(values["channel"] or ""), str(values["campaign"] or "")))

    def keys(self) -> Counter[Key]:
        """How many rows show each key, or carry it as what a source wrote."""
        shown = [key for row in self.rows if (key := self.key(row)) is not None]
        hidden = {known_by(one.key) for one in self.baselines.values()} - set(shown)
        return Counter([*shown, *hidden])


def seen(path: Path, book: Book) -> Seen:
    opened = open_workbook(path, book)
    table, area = opened.tables["readings"], table_areas(path)[TABLE.lower()]
    columns = dict(table.columns)
    if table.grid.cell(area.top, area.right).value == OWN_COLUMN:
        columns[OWN_COLUMN] = area.right
    names = [name for name in columns if name in (OWN_COLUMN, *KEPT, *METRICS, "data_source", "fetched")]
    rows = {
        row: {name: typed(table.grid.cell(row, columns[name]).value) for name in names}
        for row in range(area.top + 1, area.bottom + 1)
    }
    carried = {row: decoded(table.grid.cell(row, columns["baseline"]).value) for row in rows}
    plan = opened.promotion
    rest = replace(plan, readings=(), project={k: v for k, v in plan.project.items() if k != "as_of"})
    return Seen(rows, {row: one for row, one in carried.items() if one is not None}, rest)


def nothing_lost(before: Seen, after: Seen) -> None:
    assert after.rest == before.rest
    for row, was in before.rows.items():
        base = before.baselines.get(row)
        blank = all(value in (None, "") for value in was.values()) and base is None
        for name, value in was.items():
            machines = {**base.values, "data_source": base.label, "fetched": base.fetched} if base else {}
            if blank or (name not in (*KEPT, OWN_COLUMN) and equal(value, machines.get(name))):
                continue
            assert equal(after.rows[row][name], value), (row, name)


def nothing_doubled(before: Seen, after: Seen, source: Mapping[Key, Mapping[str, float]]) -> None:
    was, now = before.keys(), after.keys()
    for key, count in was.items():
        assert now[key] == count, key
    for key in now.keys() - was.keys():
        assert now[key] == 1, key
    for key, values in source.items():
        if known_by(key) not in was:
            (row,) = [row for row in after.rows if after.key(row) == known_by(key)]
            assert after.rows[row].items() >= values.items()


@dataclass(frozen=True, slots=True)
class Ground:
    """Templates of few rows, and a fresh workbook of them."""

    book: Book = field(repr=False)
    fresh: bytes = field(repr=False)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    book = few_rows(tmp_path_factory.mktemp("few"))
    return Ground(book, small_plan(tmp_path_factory.mktemp("small") / "a.xlsx", book).read_bytes())


def lived_through(rounds: list[tuple[list, dict]], ground: Ground) -> None:
    """Edits and refreshes in turn; each refresh keeps the laws, and the next one changes nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder, book = Path(name), ground.book
        path, history = folder / "计划.xlsx", History(folder / "history")
        path.write_bytes(ground.fresh)
        planner = Planner(path, book)
        for edits, source in rounds:
            for one in edits:
                planner.edit(*one)
            exported(folder, source)
            before = seen(path, book)
            refreshed(path, book, history)
            after = seen(path, book)
            nothing_lost(before, after)
            nothing_doubled(before, after, source)
            content = path.read_bytes()
            assert refreshed(path, book, history).performed.changes == ()
            assert path.read_bytes() == content
        assert {found.rule for found in lint(path)} <= UNCALCULATED


UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # to make a found example small takes minutes
CALM = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=UNSHRUNK)


@settings(CALM, max_examples=10)
@given(ROUNDS)
def test_nothing_is_lost_or_doubled_whatever_planners_do(ground: Ground, rounds: list[tuple[list, dict]]) -> None:
    lived_through(rounds, ground)


@pytest.mark.thorough
@settings(CALM, derandomize=False, max_examples=200)
@given(ROUNDS)
def test_nothing_is_lost_or_doubled_however_long_planners_try(
    ground: Ground, rounds: list[tuple[list, dict]]
) -> None:
    lived_through(rounds, ground)


@pytest.mark.parametrize("what", EDITS)
def test_after_each_edit_alone_a_refresh_keeps_the_laws(ground: Ground, what: str) -> None:
    source = {(FIRST, "抖音", ""): {"spend": 1.0}, (FIRST, "朋友圈", "A"): {"spend": 2.0, "impressions": 3.0}}
    later = {**source, (FIRST, "抖音", ""): {"spend": 5.0}, (dt.date(2026, 6, 3), "抖音", ""): {"spend": 7.0}}
    lived_through([([], source), ([(what, 3, 9.0), (what, 6, 8.0)], later)], ground)
