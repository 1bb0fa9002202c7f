"""战略 against 分解: whether the targets below a target reach it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.breakdown import Breakdown, breakdown_findings, breakdowns
from promo_xl.plan.targets import Target


def targets(text: str) -> list[Target]:
    """One target a line: `id goal`, `id goal <parent`, `id goal <parent source`."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [
        Target(row[0], goal=row[1], parent=row[2].removeprefix("<") if row[2:] else "", source="".join(row[3:]))
        for row in rows
    ]


def codes(text: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in breakdown_findings(targets(text))]


def test_parts_that_reach_the_whole_leave_no_gap() -> None:
    rows = targets("""
        T1   1000万次
        T1.1 600万次  <T1
        T1.2 400万次  <T1
    """)
    assert breakdowns(rows) == (
        Breakdown("T1", ("T1.1", "T1.2"), (), Decimal(10_000_000), Decimal(10_000_000), Decimal(0)),
    )
    assert list(breakdown_findings(rows)) == []


def test_parts_that_do_not_reach_the_whole_say_what_is_missing() -> None:
    rows = targets("""
        T1   1000万次
        T1.1 600万次  <T1
        T1.2 300万次  <T1
    """)
    (finding,) = breakdown_findings(rows)
    assert (finding.code, finding.subject, finding.field) == ("BREAKDOWN_GAP", "T1", "goal")
    assert finding.details == {
        "table": "targets",
        "row": 0,
        "metric": "",
        "value": Decimal(10_000_000),
        "total": Decimal(9_000_000),
        "gap": Decimal(1_000_000),
        "parts": ("T1.1", "T1.2"),
    }


def test_parts_may_promise_more_than_the_whole() -> None:
    assert codes("T1 1000万次 \n T2 1200万次 <T1") == []


def test_under_an_upper_limit_parts_must_not_exceed_it() -> None:
    assert codes("T1 ≤10万元 \n T2 ≤6万元 <T1 \n T3 ≤5万元 <T1") == [("BREAKDOWN_GAP", "T1")]
    assert codes("T1 ≤10万元 \n T2 ≤6万元 <T1 \n T3 ≤3万元 <T1") == []


def test_a_range_counts_what_it_promises() -> None:
    assert codes("T1 1000-1200单 \n T2 600-900单 <T1 \n T3 400-500单 <T1") == []
    assert codes("T1 1000单 \n T2 600-900单 <T1 \n T3 300-500单 <T1") == [("BREAKDOWN_GAP", "T1")]
    assert codes("T1 ≤1000元 \n T2 600-900元 <T1 \n T3 300-500元 <T1") == [("BREAKDOWN_GAP", "T1")]


def test_only_targets_that_measure_the_same_are_parts() -> None:
    rows = targets("""
        T1   5000单
        T1.1 5000单    <T1
        T1.2 20000次   <T1
        T1.3 客单价200元 <T1
        T1.4 ≥3%       <T1
    """)
    (found,) = breakdowns(rows)
    assert (found.parts, found.others, found.gap) == (("T1.1",), ("T1.2", "T1.3", "T1.4"), 0)


def test_the_same_unit_of_another_metric_is_no_part() -> None:
    rows = targets("""
        T1   1000万次 <   impressions
        T1.1 1000万次 <T1 impressions
        T1.2 20万次   <T1 clicks
    """)
    (found,) = breakdowns(rows)
    assert (found.parts, found.others, found.total) == (("T1.1",), ("T1.2",), 10_000_000)


def test_a_unit_that_is_not_written_agrees_with_any() -> None:
    assert codes("T1 1000万次 \n T2 600万 <T1 \n T3 400万次 <T1") == []


@pytest.mark.parametrize(("goal", "part"), [("≥5%", "≥3%"), ("1:8", "1:5"), ("8折", "9折"), ("2元/次", "1元/次")])
def test_rates_and_ratios_do_not_add_and_are_not_compared(goal: str, part: str) -> None:
    (found,) = breakdowns(targets(f"T1 {goal} \n T2 {part} <T1"))
    assert (found.gap, found.reason) == (None, "does_not_add")
    assert codes(f"T1 {goal} \n T2 {part} <T1") == []


def test_a_part_that_cannot_be_read_leaves_the_sum_open() -> None:
    (found,) = breakdowns(targets("T1 1000单 \n T2 600单 <T1 \n T3 待定 <T1"))
    assert (found.total, found.gap, found.reason) == (None, None, "unreadable_part")


def test_a_whole_that_cannot_be_read_says_why() -> None:
    (found,) = breakdowns(targets("T1 待定 \n T2 600单 <T1"))
    assert (found.gap, found.reason) == (None, "no_target")


def test_when_nothing_below_measures_the_same_it_is_said() -> None:
    (finding,) = breakdown_findings(targets("T1 1000单 \n T2 20000次 <T1"))
    assert (finding.code, finding.subject, finding.details["others"]) == ("BREAKDOWN_OTHER", "T1", ("T2",))


def test_a_parent_that_does_not_exist_is_named() -> None:
    (finding,) = breakdown_findings(targets("T1 1000单 \n T2 600单 <T7"))
    assert (finding.code, finding.subject, finding.details["parent"]) == ("PARENT_UNKNOWN", "T2", "T7")
    assert finding.details["row"] == 1


def test_targets_above_themselves_are_all_named() -> None:
    (finding, *rest) = breakdown_findings(targets("T1 10单 <T3 \n T2 10单 <T1 \n T3 10单 <T2 \n T4 10单 <T1"))
    assert (finding.code, finding.details["members"]) == ("PARENT_CYCLE", ("T1", "T3", "T2"))
    assert rest == []
    assert codes("T1 10单 <T1") == [("PARENT_CYCLE", "T1")]


def test_an_ambiguous_parent_is_not_compared() -> None:
    assert breakdowns(targets("T1 1000单 \n T1 10单 \n T2 600单 <T1")) == ()


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=10), st.integers(-(10**5), 10**5))
def test_the_gap_is_the_whole_minus_its_parts(parts: list[int], missing: int) -> None:
    whole = max(sum(parts) + missing, 1)
    rows = [
        Target("T", goal=f"{whole}单"),
        *(Target(f"T{n}", goal=f"{part}单", parent="T") for n, part in enumerate(parts)),
    ]
    assert [found.gap for found in breakdowns(rows)] == [whole - sum(parts)]
    assert len(list(breakdown_findings(rows))) == (whole > sum(parts))


IDS = st.sampled_from(["", "1", "2", "3", "4"])


@given(
    st.lists(
        st.builds(Target, IDS, goal=st.sampled_from(["10单", "", "5%", "?", "3万元"]), parent=IDS), max_size=8
    )
)
def test_whatever_is_typed_there_is_an_answer(rows: list[Target]) -> None:
    for found in breakdowns(rows):
        assert (found.gap is None) == bool(found.reason)
    for finding in breakdown_findings(rows):
        assert finding.details["table"] == "targets"
