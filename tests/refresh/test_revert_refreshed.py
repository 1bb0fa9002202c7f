"""Laws of taking a refresh back after a planner went on typing: what was typed stays, what was fetched goes."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from promo_xl.refresh.history import History
from promo_xl.refresh.refreshing import Refreshed
from promo_xl.refresh.revert import Reverted, revert
from promo_xl.sheetspec.formula.values import Value
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.mend import typed
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from tests.refresh.small_plan import FIRST, Ground, exported, refreshed

THREE = [
    (FIRST, "抖音", 100.0),
    (FIRST + timedelta(days=1), "抖音", 200.0),
    (FIRST + timedelta(days=2), "视频号", 300.0),
]


@dataclass(frozen=True)
class Plan:
    """A small plan, its templates and its history."""

    path: Path
    book: Book
    history: History

    def refresh(self, readings: list[tuple[date, str, float]]) -> Refreshed:
        """Take in an export of days, channels and spends."""
        exported(self.path.parent, {(day, channel, ""): {"spend": spend} for day, channel, spend in readings})
        return refreshed(self.path, self.book, self.history)

    def back(self) -> Reverted:
        """Take back the last change."""
        return revert(self.path, self.book, self.history)

    @property
    def table(self) -> ReadTable:
        """The readings as they stand."""
        return open_workbook(self.path, self.book).tables["readings"]

    def values(self, field: str) -> list[object]:
        """What stands in a column, from top to bottom, blank rows left out."""
        table = self.table
        found = (table.grid.value(row, table.columns[field]) for row in range(table.first, table.last + 1))
        return [value for value in found if value not in (None, "")]

    def write(self, row: int, **values: Value) -> None:
        """A planner types into the row with this index."""
        table = self.table
        patch_workbook(
            self.path,
            [Change(table.grid.name, table.first + row, table.columns[f], value) for f, value in values.items()],
        )

    def row(self, row: int) -> dict[str, Value]:
        """All that is typed and remembered in the row with this index."""
        table, at = self.table, self.table.first + row
        fields = [c.field for c in table.table.columns if c.formula is None and c.field in table.columns]
        return {field: typed(table.grid.value(at, table.columns[field])) for field in fields}

    def exchange(self, one: int, other: int) -> None:
        """What sorting does to two rows."""
        first, second = self.row(one), self.row(other)
        self.write(one, **second)
        self.write(other, **first)


@pytest.fixture
def plan(ground: Ground, tmp_path: Path) -> Plan:
    """A plan that took in three readings."""
    path = tmp_path / "计划.xlsx"
    path.write_bytes(ground.fresh)
    made = Plan(path, ground.book, History(tmp_path / "history"))
    made.refresh(THREE)
    return made


def codes(done: Reverted) -> list[str]:
    return [finding.code for finding in done.findings]


def test_a_new_row_goes_and_what_was_typed_into_it_stays_and_is_told(plan: Plan) -> None:
    plan.write(1, note="加投一天")
    done = plan.back()
    assert codes(done) == ["REVERT_ROW_TYPED"]
    assert wording("zh").sentence(done.findings[0]).startswith("“2026-06-02 抖音”这一行已撤销")
    assert plan.values("note") == ["加投一天"]
    assert [plan.values(field) for field in ("date", "channel", "spend", "baseline")] == [[], [], [], []]


def test_a_number_typed_over_stays_and_the_rest_of_its_row_goes(plan: Plan) -> None:
    plan.write(1, spend=222)
    assert codes(plan.back()) == ["REVERT_KEPT"]
    assert [plan.values(field) for field in ("date", "channel", "spend", "baseline")] == [[], [], [222], []]


def test_a_correction_goes_back_in_a_row_into_which_somebody_typed(plan: Plan) -> None:
    before, corrected = plan.values("baseline"), [(FIRST, "抖音", 150.0), *THREE[1:]]
    assert plan.refresh(corrected).changed == 1
    plan.write(0, note="核对过", clicks=7)
    assert codes(plan.back()) == []
    assert (plan.values("spend"), plan.values("baseline")) == ([100, 200, 300], before)
    assert (plan.values("note"), plan.values("clicks")) == (["核对过"], [7])
    assert plan.refresh(corrected).changed == 1, "the correction arrives again"


def test_rows_that_were_sorted_and_typed_into_are_known(plan: Plan) -> None:
    plan.write(0, note="一")
    plan.exchange(0, 2)
    assert codes(plan.back()) == ["REVERT_ROW_TYPED"]
    assert [plan.values(field) for field in ("spend", "baseline", "note")] == [[], [], ["一"]]


def test_rows_that_a_table_got_are_known_too(plan: Plan) -> None:
    more = [(FIRST, f"渠道{number}", 1.0 + number) for number in range(8)]
    assert plan.refresh([*THREE, *more]).grown
    plan.write(10, note="最后一行")
    plan.exchange(10, 5)
    assert codes(plan.back()) == ["REVERT_ROW_TYPED"]
    assert [plan.values(field) for field in ("spend", "note")] == [[100, 200, 300], ["最后一行"]]


def test_a_copy_of_a_row_is_a_planners_own(plan: Plan) -> None:
    plan.write(2, **plan.row(0))
    assert "REVERT_ROW_GONE" in codes(plan.back())
    assert [plan.row(row)["spend"] for row in range(3)] == [None, None, 100]


def test_a_row_that_somebody_deleted_is_told(plan: Plan) -> None:
    plan.write(1, **dict.fromkeys(plan.row(1)))
    assert set(codes(plan.back())) == {"REVERT_ROW_GONE"}
    assert plan.values("spend") == []
