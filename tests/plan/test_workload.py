"""Who is busy when: sums over working days."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.plan.people import parse_owner
from promo_xl.plan.tasks import Task
from promo_xl.plan.workload import Run, Span, count_overlaps, peak, peak_load, runs_above
from tests.plan.conflict_plans import CALENDAR, plan

JUNE = date(2026, 6, 1)
SPANS = st.lists(st.builds(Span, st.integers(0, 20), st.integers(0, 20), st.integers(0, 90)), max_size=8)


def test_a_run_is_the_days_on_which_the_sum_exceeds_the_capacity() -> None:
    assert runs_above([Span(0, 5, 70), Span(3, 10, 50)], 100) == [Run(3, 5, 120)]
    assert runs_above([Span(0, 5, 50), Span(3, 10, 50)], 100) == []


def test_a_run_does_not_break_where_one_task_takes_over_from_another() -> None:
    assert runs_above([Span(0, 9, 70), Span(1, 4, 40), Span(4, 6, 50)], 100) == [Run(1, 6, 120)]


@given(SPANS, st.integers(0, 150))
def test_runs_are_those_that_every_day_looked_at_by_itself_shows(spans: list[Span], capacity: int) -> None:
    sums = [sum(span.amount for span in spans if span.first <= day < span.end) for day in range(21)]
    expected: list[Run] = []
    for day, total in enumerate(sums):
        if total <= capacity:
            continue
        if expected and expected[-1].end == day:
            expected[-1] = Run(expected[-1].first, day + 1, max(expected[-1].peak, total))
        else:
            expected.append(Run(day, day + 1, total))
    assert runs_above(spans, capacity) == expected
    assert peak(spans) == max(sums)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=12))
def test_overlapping_pairs_are_counted_without_looking_at_them(spans: list[tuple[int, int]]) -> None:
    spans = sorted(spans)
    pairs = sum(
        spans[later][0] < start + length
        for i, (start, length) in enumerate(spans)
        for later in range(i + 1, len(spans))
    )
    assert count_overlaps([s for s, _ in spans], sorted(s + n for s, n in spans)) == pairs


def test_the_peak_load_is_the_sum_on_the_fullest_day() -> None:
    tasks = plan("""
        1 | 海报 | 6-1..6-5  | 张三[60%]
        2 | 视频 | 6-4..6-10 | 设计专员[60%]、李四
        3 | 文案 | 6-5..6-8  | 张三*[50%]
    """)
    assert peak_load(tasks, CALENDAR, ["张三", "设计专员"]) == 170
    assert peak_load(tasks, CALENDAR, "张三") == 110
    assert peak_load(tasks, CALENDAR, "李四") == 100
    assert peak_load(tasks, CALENDAR, "王五") == 0


def test_a_task_without_units_takes_the_default() -> None:
    tasks = plan("1 || 6-1 | 张三\n 2 || 6-1 | 张三[30%]")
    assert peak_load(tasks, CALENDAR, "张三") == 130
    assert peak_load(tasks, CALENDAR, "张三", default=50) == 80


def test_what_takes_no_working_time_is_no_load() -> None:
    tasks = plan("""
        1   | 准备 | 6-1..6-9 | 张三
        1.1 | 海报 | 6-1..6-9 | 李四
        2   | 上线 | 6-1      | 张三 | | milestone
        3   | 取消 | 6-1      | 张三 | | cancelled
        4   | 周末 | 6-6..6-7 | 张三
        5   | 反了 | 6-9..6-1 | 张三
        6   | 没有 | -..6-1   | 张三
    """)
    assert peak_load(tasks, CALENDAR, "张三") == 0


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 30), st.integers(0, 9), st.sampled_from(["张三", "张三[40%]", "李四", "组长[20%]"])
        ),
        max_size=8,
    ),
    st.sampled_from([50, 100]),
)
def test_the_peak_load_is_the_one_that_every_working_day_shows(
    rows: list[tuple[int, int, str]], default: int
) -> None:
    tasks = [
        Task(str(n), "", JUNE + timedelta(days=start), JUNE + timedelta(days=start + length), None, (owner,))
        for n, (start, length, owner) in enumerate(rows)
    ]
    loads = [0]
    for n in range(50):
        day = JUNE + timedelta(days=n)
        mine = [parse_owner(task.owners[0]) for task in tasks if task.start <= day <= task.end]
        if CALENDAR.is_workday(day):
            loads.append(
                sum(
                    default if owner.units is None else owner.units
                    for owner in mine
                    if owner.name in {"张三", "组长"}
                )
            )
    assert peak_load(tasks, CALENDAR, ["张三", "组长"], default) == max(loads)
