"""Laws of refreshes of real files, whatever planners do in between: nothing of theirs is lost, nothing doubled."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promo_xl.refresh.history import History
from tests.proof.package_lint import lint
from tests.refresh.planner_edits import EDITS, Planner
from tests.refresh.small_plan import FIRST, Ground, exported, refreshed
from tests.refresh.what_stands import nothing_doubled, nothing_lost, seen

DAYS = st.integers(0, 3).map(lambda day: FIRST + dt.timedelta(days=day))
KEYS = st.tuples(DAYS, st.sampled_from(["抖音", "朋友圈"]), st.sampled_from(["", "A"]))
NUMBERS = st.sampled_from([0.0, 1.0, 2.5, 1e9])
SAID = st.dictionaries(st.sampled_from(["spend", "impressions"]), NUMBERS, min_size=1)
SOURCE = st.dictionaries(KEYS, SAID, min_size=1, max_size=6)
EDITED = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 99), NUMBERS), max_size=5)
ROUNDS = st.lists(st.tuples(EDITED, SOURCE), min_size=1, max_size=3)
UNCALCULATED = {"full-calc-on-load", "value-missing"}  # nobody calculated after the edits


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
