"""Laws of the merge: three values per cell, and planners always win."""

import copy
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.refresh.baseline import LONGEST, Baseline, decoded, encoded
from promo_xl.refresh.merge import Theirs
from tests.refresh.merge_by_hand import DAY, NOW, Row, Sheet, key, nothing_written, says


def refreshed(**values: float) -> Sheet:
    """A sheet with one reading that a source wrote."""
    sheet = Sheet()
    sheet.refresh(says({key(): values or {"spend": 100.0}}))
    return sheet


def test_a_new_reading_becomes_a_row_of_its_own() -> None:
    sheet = Sheet()
    found = sheet.refresh(says({key(1): {"spend": 2.0}, key(0): {"spend": 1.0}}))
    assert [row.key for row in sheet.rows] == [key(0), key(1)]
    assert sheet.row(key(0)).cells == {"spend": 1.0, "data_source": "导出.csv", "fetched": NOW}
    assert len(found.new) == 2


def test_the_same_source_changes_nothing_a_second_time() -> None:
    sheet = refreshed(spend=100.0, clicks=7.0)
    found = sheet.refresh(says({key(): {"spend": 100.0, "clicks": 7.0}}), NOW + 1)
    assert nothing_written(found)
    assert found.unchanged == 1


def test_a_late_correction_arrives_with_its_time() -> None:
    sheet = refreshed(spend=100.0)
    sheet.refresh(says({key(): {"spend": 120.0}}), NOW + 1)
    assert sheet.row(key()).cells == {"spend": 120.0, "data_source": "导出.csv", "fetched": NOW + 1}


def test_a_cell_that_the_planner_changed_is_kept() -> None:
    sheet = refreshed(spend=100.0)
    sheet.row(key()).cells["spend"] = 90.0
    found = sheet.refresh(says({key(): {"spend": 100.0}}))
    assert nothing_written(found)
    assert [(one.mine, one.base, one.theirs) for one in found.kept] == [(90.0, 100.0, 100.0)]


def test_a_cell_that_both_changed_is_shown_each_time_and_never_decided() -> None:
    sheet = refreshed(spend=100.0)
    sheet.row(key()).cells["spend"] = 90.0
    for _ in range(2):
        found = sheet.refresh(says({key(): {"spend": 120.0}}))
        assert sheet.row(key()).cells["spend"] == 90.0
        assert [(one.mine, one.base, one.theirs) for one in found.conflicts] == [(90.0, 100.0, 120.0)]


def test_a_conflict_ends_when_the_planner_types_what_the_source_says() -> None:
    sheet = refreshed(spend=100.0)
    sheet.row(key()).cells["spend"] = 90.0
    sheet.refresh(says({key(): {"spend": 120.0}}))
    sheet.row(key()).cells["spend"] = 120.0
    assert not sheet.refresh(says({key(): {"spend": 120.0}})).conflicts
    sheet.refresh(says({key(): {"spend": 130.0}}))
    assert sheet.row(key()).cells["spend"] == 130.0


def test_a_cell_that_the_planner_cleared_stays_blank() -> None:
    sheet = refreshed(spend=100.0)
    sheet.row(key()).cells["spend"] = None
    assert nothing_written(sheet.refresh(says({key(): {"spend": 100.0}})))
    found = sheet.refresh(says({key(): {"spend": 120.0}}))
    assert sheet.row(key()).cells["spend"] is None
    assert len(found.conflicts) == 1


def test_a_row_that_the_planner_typed_is_completed_and_not_doubled() -> None:
    sheet = Sheet([Row(key(), {"spend": 100.0})])
    found = sheet.refresh(says({key(): {"spend": 100.0, "clicks": 7.0}}))
    assert sheet.row(key()).cells["clicks"] == 7.0
    assert not found.new
    assert not found.conflicts


def test_a_row_that_the_planner_typed_otherwise_is_a_conflict_from_the_first_time() -> None:
    sheet = Sheet([Row(key(), {"spend": 90.0})])
    found = sheet.refresh(says({key(): {"spend": 100.0}}))
    assert sheet.row(key()).cells["spend"] == 90.0
    assert [(one.mine, one.base, one.theirs) for one in found.conflicts] == [(90.0, None, 100.0)]


def test_a_formula_of_the_planner_is_never_written_over() -> None:
    sheet = Sheet([Row(key(), {"spend": 90.0}, formulas={"spend", "fetched"})])
    sheet.refresh(says({key(): {"spend": 100.0, "clicks": 7.0}}))
    assert sheet.row(key()).cells == {"spend": 90.0, "clicks": 7.0, "data_source": "导出.csv"}


def test_a_row_is_known_however_its_channel_is_spelled_or_renamed() -> None:
    sheet = refreshed(spend=100.0)
    sheet.rows[0].key = key(channel="抖音信息流")
    sheet.refresh(says({key(channel=" 抖音 "): {"spend": 120.0}}))
    assert [row.cells["spend"] for row in sheet.rows] == [120.0]


def test_a_copied_row_is_the_planners_own() -> None:
    sheet = refreshed(spend=100.0)
    mine = copy.deepcopy(sheet.rows[0])
    mine.key = key(1)
    sheet.rows.append(mine)
    found = sheet.refresh(says({key(): {"spend": 120.0}}))
    assert [row.cells["spend"] for row in sheet.rows] == [120.0, 100.0]
    assert found.copies == [1]


def test_a_copied_row_takes_the_readings_of_its_own_day_once_they_are_there() -> None:
    sheet = refreshed(spend=100.0)
    mine = copy.deepcopy(sheet.rows[0])
    mine.key, mine.cells["spend"] = key(1), None
    sheet.rows.append(mine)
    sheet.refresh(says({key(): {"spend": 100.0}, key(1): {"spend": 55.0}}))
    assert [(row.key, row.cells["spend"]) for row in sheet.rows] == [(key(0), 100.0), (key(1), 55.0)]
    assert sheet.rows[1].baseline is not None
    assert sheet.rows[1].baseline.key == key(1)


def test_rows_that_nobody_can_tell_apart_are_left_alone_and_named() -> None:
    sheet = refreshed(spend=100.0)
    sheet.rows.append(copy.deepcopy(sheet.rows[0]))
    found = sheet.refresh(says({key(): {"spend": 120.0}}))
    assert nothing_written(found)
    assert found.doubled == [(0, 1)]


def test_a_deleted_row_returns_as_long_as_the_source_has_it() -> None:
    sheet = refreshed(spend=100.0)
    sheet.rows.clear()
    sheet.refresh(says({key(): {"spend": 100.0}}))
    assert len(sheet.rows) == 1


def test_what_the_source_lost_stays_and_is_named() -> None:
    sheet = refreshed(spend=100.0)
    found = sheet.refresh(says({key(1): {"spend": 1.0}}))
    assert sheet.row(key()).cells["spend"] == 100.0
    assert found.vanished == [0]


def test_a_source_that_says_less_takes_nothing_away() -> None:
    sheet = refreshed(spend=100.0, clicks=7.0)
    assert nothing_written(sheet.refresh(says({key(): {"spend": 100.0}})))


NUMBERS = st.sampled_from([0.0, 1.0, 2.5, 1e9])
KEYS = st.builds(key, st.integers(0, 3), st.sampled_from(["抖音", "朋友圈"]))
SOURCE = st.dictionaries(
    KEYS, st.dictionaries(st.sampled_from(["spend", "clicks"]), NUMBERS, min_size=1), max_size=6
)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["type", "clear", "sort", "delete", "insert", "copy", "rename"]),
        st.integers(0, 9),
        NUMBERS,
    ),
    max_size=6,
)


def edit(sheet: Sheet, what: str, at: int, value: float) -> None:
    """What planners do to a table between two refreshes."""
    if what == "insert":
        sheet.rows.insert(at % (len(sheet.rows) + 1), Row(key(at % 4), {"spend": value, "note": f"自己填 {at}"}))
    if not sheet.rows:
        return
    row = sheet.rows[at % len(sheet.rows)]
    if what == "type":
        row.cells["spend"] = value
        row.cells["typed"] = value
    elif what == "clear":
        row.cells["spend"] = None
        row.cells["typed"] = "cleared"
    elif what == "sort":
        sheet.rows.sort(key=lambda one: (str(one.key), str(one.cells)), reverse=bool(at % 2))
    elif what == "delete":
        sheet.rows.remove(row)
    elif what == "copy":
        sheet.rows.insert(at % (len(sheet.rows) + 1), copy.deepcopy(row))
    elif what == "rename":
        row.key = key(at % 4, "自定义渠道")


@given(st.lists(st.tuples(EDITS, SOURCE), min_size=1, max_size=5))
def test_no_value_of_a_planner_is_ever_lost_whatever_happens_in_between(rounds: list[tuple[list, dict]]) -> None:
    sheet = Sheet()
    for edits, source in rounds:
        for one in edits:
            edit(sheet, *one)
        before = copy.deepcopy(sheet.rows)
        found = sheet.refresh(says(source))
        for row, was in zip(sheet.rows, before, strict=False):  # rows are only added below
            base = was.baseline.values.get("spend") if was.baseline else None
            if was.cells.get("spend") != base:
                assert row.cells.get("spend") == was.cells.get("spend")
            assert {k: v for k, v in row.cells.items() if k in ("note", "typed")} == {
                k: v for k, v in was.cells.items() if k in ("note", "typed")
            }
            assert row.key == was.key
        assert len(sheet.rows) == len(before) + len(found.new)
        assert nothing_written(sheet.refresh(says(source)))


@given(st.lists(SOURCE, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_no_reading_is_ever_doubled_however_the_rows_are_sorted(sources: list[dict], random: object) -> None:
    sheet = Sheet()
    for source in sources:
        random.shuffle(sheet.rows)  # type: ignore[attr-defined]
        sheet.refresh(says(source))
        keys = [row.key for row in sheet.rows]
        assert len(keys) == len(set(keys))
    for one, values in sources[-1].items():
        assert sheet.row(one).cells.items() >= values.items()


@given(
    st.dates(),
    st.text(max_size=20),
    st.text(max_size=20),
    st.dictionaries(st.sampled_from(["spend", "clicks"]), NUMBERS),
    st.integers(1, 7),
)
def test_a_baseline_reads_back_from_its_cell(
    day: dt.date, channel: str, campaign: str, values: dict[str, float], days: int
) -> None:
    baseline = Baseline((day, channel, campaign), values, channel, 46000.25, days)
    assert decoded(encoded(baseline)) == baseline


@pytest.mark.parametrize(
    "cell",
    [
        None,
        7,
        "",
        "说明",
        "{",
        "{}",
        "[1]",
        '{"key":["2026-11-01","a"],"values":{},"label":"","fetched":null}',
        '{"key":["2026-13-01","a",""],"values":{},"label":"","fetched":null}',
        '{"key":["2026-11-01","a",""],"values":{"spend":"1"},"label":"","fetched":null}',
        '{"key":["2026-11-01","a",""],"values":{"spend":NaN},"label":"","fetched":null}',
        '{"key":["2026-11-01","a",""],"values":{"spend":1e999},"label":"","fetched":null}',
        '{"key":["2026-11-01","a",""],"values":{"spend":true},"label":"","fetched":null}',
        '{"key":["2026-11-01",1,""],"values":{},"label":"","fetched":null}',
        '{"key":["2026-11-01","a",""],"values":[],"label":"","fetched":null}',
        '{"key":["2026-11-01","a",""],"values":{},"label":"","fetched":null,"days":30}',
        '{"key":["2026-11-01","a",""],"values":{},"label":"","fetched":null,"days":true}',
        '{"a":' * 100_000,
        '{"key":["2026-11-01","' + "a" * LONGEST + '",""],"values":{},"label":"","fetched":null}',
    ],
)
def test_a_cell_that_holds_anything_else_is_no_baseline(cell: object) -> None:
    assert decoded(cell) is None


def test_only_metrics_are_taken_from_a_baseline() -> None:
    cell = '{"key":["2026-11-01","a",""],"values":{"note":1,"spend":2},"label":"","fetched":null}'
    assert decoded(cell) == Baseline((DAY, "a", ""), {"spend": 2.0})


def test_a_reading_is_a_date_a_channel_and_a_campaign() -> None:
    sheet = Sheet()
    sheet.refresh(
        [
            Theirs(key(campaign="甲"), {"spend": 1.0}, "a"),
            Theirs(key(campaign="乙"), {"spend": 2.0}, "a"),
            Theirs(key(channel="朋友圈"), {"spend": 3.0}, "a"),
        ]
    )
    assert len(sheet.rows) == 3


@pytest.mark.parametrize("channel", ["抖音", "KOL"])
@pytest.mark.parametrize("day", range(7))
def test_a_week_is_not_added_to_a_day_of_it_nor_a_day_to_its_week(day: int, channel: str) -> None:
    days, week = says({key(day, channel): {"spend": 1.0}}), says({key(0, channel.lower()): {"spend": 7.0}}, days=7)
    sheet = Sheet()
    sheet.refresh(days)
    found = sheet.refresh(week)
    if day:  # of the first day only one row stands, which then stands for the week
        assert nothing_written(found)
        assert found.overlapping == [(week[0], 0)]
    assert len(sheet.rows) == 1
    sheet = Sheet()
    sheet.refresh(week)
    found = sheet.refresh(days)
    assert nothing_written(found)
    assert found.overlapping == [(days[0], 0)]


def test_a_day_that_stands_for_its_week_is_a_week_from_then_on() -> None:
    sheet = refreshed(spend=7.0)
    sheet.refresh(says({key(): {"spend": 7.0}}, days=7))
    found = sheet.refresh(says({key(1): {"spend": 1.0}}))
    assert nothing_written(found)
    assert len(found.overlapping) == 1
    assert nothing_written(sheet.refresh(says({key(): {"spend": 7.0}}, days=7)))


def test_days_of_another_channel_another_metric_or_without_a_number_keep_no_week_out() -> None:
    sheet = Sheet(
        [Row(key(1), {"likes": 5.0}), Row(key(2)), Row(key(3), {"spend": None}), Row(None, {"spend": 2.0})]
    )
    sheet.refresh(says({key(1, "朋友圈"): {"spend": 1.0}, key(9): {"spend": 1.0}}))
    found = sheet.refresh(says({key(0): {"spend": 7.0}}, days=7))
    assert (len(found.new), found.overlapping) == (1, [])


def test_a_day_that_the_planner_typed_keeps_a_week_out_too() -> None:
    found = Sheet([Row(key(3), {"spend": 5.0})]).refresh(says({key(): {"spend": 7.0}}, days=7))
    assert (found.new, [row for _, row in found.overlapping]) == ([], [0])


def test_campaigns_of_one_week_stand_side_by_side() -> None:
    sheet = Sheet()
    sheet.refresh(says({key(): {"spend": 7.0}}, days=7))
    assert len(sheet.refresh(says({key(campaign="甲"): {"spend": 1.0}}, days=7)).new) == 1


PERIODS = st.lists(
    st.tuples(st.sampled_from([1, 7]), st.sets(st.integers(0, 20), max_size=6)), min_size=1, max_size=4
)


@given(PERIODS)
def test_no_day_of_a_channel_ever_counts_twice(asked: list[tuple[int, set[int]]]) -> None:
    sheet = Sheet()
    for days, starts in asked:
        first = {start // 7 * 7 if days == 7 else start for start in starts}
        sheet.refresh(says({key(start): {"spend": float(days)} for start in first}, days=days))
        counted = [
            row.baseline.key[0] + dt.timedelta(each)
            for row in sheet.rows
            if row.baseline is not None
            for each in range(row.baseline.days)
        ]
        assert len(counted) == len(set(counted))
