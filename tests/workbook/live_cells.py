"""A workbook's cells as they are with the add-in and without it, computed from one plan."""

import math
from collections.abc import Callable, Iterator

from promo_xl.functions.answering import answer
from promo_xl.functions.faults import WrongArgumentError
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.formula.values import VALUE, Area, Result, Value
from promo_xl.sheetspec.hosts import for_host
from promo_xl.sheetspec.model import Book, Table
from promo_xl.sheetspec.workings import Workings

WHAT_CALCULATED = "engine"  # the one cell that is meant to differ
Answer = Callable[..., object]


def add_in(function: str, arguments: list[Result]) -> Result:
    """The functions as Excel would call them: blocks in, blocks out, a wrong argument is #VALUE!."""
    cells = [tuple(zip(*a.columns, strict=True)) if isinstance(a, Area) else a for a in arguments]
    try:
        found = answer(function, *cells)
    except WrongArgumentError:
        raise VALUE from None
    return Area(tuple(map(list, zip(*found, strict=True)))) if isinstance(found, list) else found


def with_and_without(plan: Promotion, book: Book, language: str) -> tuple[Workings, Workings]:
    """The workings of a plan with the add-in and without it."""
    hosted = for_host(book, "xlam")
    return Workings(plan, hosted, language, functions=add_in), Workings(plan, hosted, language)


def differing(live: Workings, plain: Workings) -> Iterator[str]:
    """Every visible or hidden cell that is not the same in both."""
    for name, (_, table) in live.book.tables.items():
        assert isinstance(table, Table)
        for column in table.columns:
            rows = zip(live.column(name, column.field), plain.column(name, column.field), strict=True)
            for row, (one, other) in enumerate(rows):
                if not same(one, other):
                    yield f"{name}[{column.field}] row {row}: {one!r} with, {other!r} without the add-in"
    for field in live.book.singles.keys() - {WHAT_CALCULATED}:
        one, other = live.single(field), plain.single(field)
        if not same(one, other):
            yield f"{field}: {one!r} with, {other!r} without the add-in"


def same(one: Value, other: Value) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return (one or "") == (other or "") if one != 0 and other != 0 else one == other
