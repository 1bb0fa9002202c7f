"""Criteria find the same cells however many there are, in time that grows as the cells do."""

import operator
import time
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from promo_xl.sheetspec.formula.criteria import Matcher, mask_of, rows_of
from promo_xl.sheetspec.formula.values import Area, Value

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
CELLS = st.lists(
    st.one_of(st.none(), st.booleans(), st.integers(-90, 90), st.sampled_from([0.5, "5", "甲", ""])), max_size=300
)


@given(CELLS, st.sampled_from(sorted(COMPARISONS)), st.integers(-95, 95))
def test_a_range_holds_the_numbers_that_compare_so(cells: list[Value], sign: str, wanted: int) -> None:
    found = rows_of(Matcher().mask(Area((cells,)), f"{sign}{wanted}"))
    numbers = [(i, cell) for i, cell in enumerate(cells) if type(cell) in (int, float)]
    assert found == [i for i, cell in numbers if COMPARISONS[sign](cell, wanted)]  # type: ignore[arg-type]


def test_true_is_no_one_and_a_text_is_no_number() -> None:
    matcher, area = Matcher(), Area(([1, True, "1", 1.0],))
    assert [rows_of(matcher.mask(area, one)) for one in (1, True, "1", 1.0)] == [
        [0, 2, 3],
        [1],
        [0, 2, 3],
        [0, 2, 3],
    ]


@given(st.sets(st.integers(0, 2000)))
def test_a_mask_has_the_bits_of_its_rows(rows: set[int]) -> None:
    assert mask_of(list(rows)) == sum(1 << row for row in rows)
    assert rows_of(mask_of(list(rows))) == sorted(rows)


def test_ten_times_the_rows_take_nothing_like_a_hundred_times_as_long() -> None:
    def seconds(count: int) -> float:
        days: list[Value] = [45000 + i // 5 for i in range(count)]
        names: list[Value] = [f"渠道{i % 5}" for i in range(count)]
        areas, matcher = (Area((days,)), Area((names,))), Matcher()
        start = time.process_time()
        for day, name in zip(days, names, strict=True):
            week = matcher.mask(areas[0], f"<={day}") & matcher.mask(areas[0], f">{day - 7}")  # type: ignore[operator]
            rows_of(week & matcher.mask(areas[1], name))
        return time.process_time() - start

    assert seconds(20_000) < 40 * seconds(2_000)
