"""The products of the benchmarks: default plans, their launch days spread over a year."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from promo_xl.plan.brief import Brief
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.compose import Setting, compose
from promo_xl.sheetspec.formula.values import Value
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Band, Column, Grid, Timeline
from promo_xl.sheetspec.workings import Workings

FIRST = date(2026, 1, 5)
DAYS = 365
SETTING = Setting("zh", date(2026, 6, 10))


def brief_of(number: int) -> Brief:
    """Product `number`; its campaign takes thirty days."""
    launch = FIRST + timedelta(days=number * 37 % DAYS)
    return Brief(f"产品{number}号", launch, launch, launch + timedelta(days=29), budget=1e5 + number * 100)


def plan_of(number: int) -> Promotion:
    """Its default plan."""
    return compose(brief_of(number), load_book(), SETTING)


class Known:
    """The values of a workbook, all computed beforehand."""

    def __init__(self, values: Workings) -> None:
        self._values = values
        self._known: dict[tuple[Any, ...], Any] = {}

    def _of(self, method: str, *given: Any) -> Any:
        key = (method, *[one if isinstance(one, str | int) else id(one) for one in given])
        if key not in self._known:
            self._known[key] = getattr(self._values, method)(*given)
        return self._known[key]

    def capacity(self, table: str) -> int:
        """As computed."""
        return int(self._of("capacity", table))

    def printed_rows(self, table: str) -> int:
        """As computed."""
        return int(self._of("printed_rows", table))

    def printed_periods(self, timeline: Timeline) -> int:
        """As computed."""
        return int(self._of("printed_periods", timeline))

    def column(self, table: str, field: str) -> Sequence[Value]:
        """As computed."""
        found: Sequence[Value] = self._of("column", table, field)
        return found

    def single(self, field: str) -> Value:
        """As computed."""
        found: Value = self._of("single", field)
        return found

    def note(self, column: Column) -> Value:
        """As computed."""
        found: Value = self._of("note", column)
        return found

    def band(self, timeline: Timeline, band: Band) -> Sequence[Value]:
        """As computed."""
        found: Sequence[Value] = self._of("band", timeline, band)
        return found

    def cell_of(self, grid: Grid, row_head: int, column_head: int) -> tuple[Value, str]:
        """As computed."""
        found: tuple[Value, str] = self._of("cell_of", grid, row_head, column_head)
        return found

    def heading(self, name: str) -> str:
        """As computed."""
        return str(self._of("heading", name))

    def title(self, words: str) -> str:
        """As computed."""
        return str(self._of("title", words))

    def author(self) -> str:
        """As computed."""
        return str(self._of("author"))
