"""A table of readings in a test, as a planner and a refresh see it: rows that are edited and merged into."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from promo_xl.plan.filled import Key
from promo_xl.refresh.baseline import Baseline
from promo_xl.refresh.merge import Merged, Standing, Theirs, baseline_of, merged
from promo_xl.sheetspec.formula.values import Value

DAY = dt.date(2026, 11, 1)
NOW = 46000.5


def key(day: int = 0, channel: str = "抖音", campaign: str = "") -> Key:
    """A key in short: the day counts from 1 November."""
    return DAY + dt.timedelta(days=day), channel, campaign


def says(readings: Mapping[Key, Mapping[str, float]], label: str = "导出.csv", days: int = 1) -> list[Theirs]:
    """What a source says, of so many days each time."""
    return [Theirs(one, dict(values), label, days=days) for one, values in readings.items()]


@dataclass(slots=True)
class Row:
    """A row that planners see, with the hidden cell."""

    key: Key | None
    cells: dict[str, Value] = field(default_factory=dict)
    baseline: Baseline | None = None
    formulas: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Sheet:
    """The rows from top to bottom."""

    rows: list[Row] = field(default_factory=list)

    def refresh(self, theirs: Iterable[Theirs], now: float = NOW) -> Merged:
        """Merge and write, as a refresh of a workbook does."""
        standing = [
            Standing(number, row.key, dict(row.cells), frozenset(row.formulas), row.baseline)
            for number, row in enumerate(self.rows)
        ]
        found = merged(standing, theirs, now)
        for number, values in found.writes.items():
            self.rows[number].cells |= values
        for number, baseline in found.baselines.items():
            self.rows[number].baseline = baseline
        for reading in found.new:
            cells: dict[str, Value] = {**reading.values, "data_source": reading.label, "fetched": now}
            self.rows.append(Row(reading.key, cells, baseline_of(reading, now)))
        return found

    def row(self, wanted: Key) -> Row:
        """The only row with this visible key."""
        (found,) = [row for row in self.rows if row.key == wanted]
        return found


def nothing_written(found: Merged) -> bool:
    """True if the merge left every cell as it was."""
    return not (found.writes or found.baselines or found.new)
