"""What stands in a workbook before and after a refresh, and what must be the same."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from promo_xl.plan.filled import Key, known_by
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.readings import METRICS
from promo_xl.refresh.baseline import Baseline, decoded, equal
from promo_xl.sheetspec.formula.values import Value
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.mend import typed
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.tables_in_file import table_areas
from tests.refresh.planner_edits import OWN_COLUMN, TABLE

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
    """What stands in the file now."""
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
    """What differs from what a source last wrote is a planner's, and stays."""
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
    """A key that stood there has no further row, any other one has one row with what the source says."""
    was, now = before.keys(), after.keys()
    for key, count in was.items():
        assert now[key] == count, key
    for key in now.keys() - was.keys():
        assert now[key] == 1, key
    for key, values in source.items():
        if known_by(key) not in was:
            (row,) = [row for row in after.rows if after.key(row) == known_by(key)]
            assert after.rows[row].items() >= values.items()
