"""From the rows of a database to readings, each (date, channel, campaign) once: rows of one key are added up.

Unlike a line of an export, a row that equals another is a row of its own, and no word makes it a total.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_headings import Columns, Header
from promo_xl.sources.export_rows import date_finding, is_wanted, name_finding, value_finding
from promo_xl.sources.export_values import BIGGEST, LONGEST_NAME, day_of, is_missing, number_of, text_of
from promo_xl.sources.grid import CellValue, Limits
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import WEEKLY, Fetched, Order, SourceRow

Key = tuple[dt.date, str, str]
MOST_READINGS = Limits().rows
MOST_KNOWN = 100_000
LONGEST_NUMBER = 25
_NUMBERS = frozenset({float, int, Decimal})


@dataclass(slots=True)
class _Sum:
    """The readings of one key: for each metric the sum, and what rounding took from it."""

    row: int
    values: list[float | None]
    lost: list[float]
    rows: int = 0


@dataclass(slots=True)
class DatabaseRows:
    """Reads row after row; memory grows with the readings, not with the rows."""

    place: str
    header: Header
    order: Order
    findings: BoundedFindings
    read: int = 0
    most: int = MOST_READINGS
    _sums: dict[Key, _Sum] = field(default_factory=dict)
    _known: dict[tuple[object, ...], _Sum] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with what the header has to tell."""
        for finding in self.header.findings:
            self.findings.add(finding)

    @property
    def columns(self) -> Columns:
        """The columns that are read."""
        return self.header.columns

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Take some rows; those outside the order's days count for nothing."""
        columns = self.columns
        keys = [at for at in (columns.date, columns.channel, columns.campaign) if at is not None]
        metrics = tuple(enumerate(columns.metrics))
        for cells in rows:
            self.read += 1
            found = self._sum([cells[at] for at in keys], cells)
            if found is None:
                continue
            found.rows += 1
            for slot, (name, at, factor) in metrics:
                cell = cells[at]
                if cell is None:
                    continue
                value = float(cell) * factor if type(cell) in _NUMBERS else math.nan  # type: ignore[arg-type]
                if not abs(value) <= BIGGEST:
                    slow = self._value(name, cell, factor)
                    if slow is None:
                        continue
                    value = slow
                so_far = found.values[slot]
                if so_far is None:
                    found.values[slot] = value
                    continue
                # Knuth's sum: what a float has no room for is kept beside it.
                total = so_far + value
                part = total - so_far
                found.lost[slot] += (so_far - (total - part)) + (value - part)
                found.values[slot] = total

    def done(self, label: str) -> Fetched:
        """Everything that was read."""
        summed = [each.rows for each in self._sums.values() if each.rows > 1]
        if summed:
            details = {"rows": str(sum(summed)), "count": str(len(summed))}
            self.findings.add(Finding("SOURCE_ROWS_SUMMED", Severity.INFO, details=details, place=self.place))
        names = [name for name, _, _ in self.columns.metrics]
        days = 7 if self.order.period == WEEKLY else 1
        rows = (
            SourceRow(key, _rounded(names, each), f"{self.place} › {each.row}", days=days)
            for key, each in sorted(self._sums.items(), key=lambda item: item[0])
        )
        return Fetched(tuple(row for row in rows if row.values), self.read, label, self.findings.all())

    def _sum(self, raw: list[object], cells: Sequence[object]) -> _Sum | None:
        """The sum that a row belongs to, found at once where a row before began with the same cells."""
        known = tuple(raw)
        try:
            if (found := self._known.get(known)) is not None:
                return found
        except TypeError:  # an array or another value that nothing is found by
            known = ()
        key = self._key(cells)
        if key is None:
            return None
        if key not in self._sums:
            if len(self._sums) == self.most:
                details = {"found": f"> {self.most}", "limit": str(self.most), "reason": "sql"}
                raise refused("SOURCE_TOO_MANY_READINGS", self.place, **details)
            width = len(self.columns.metrics)
            self._sums[key] = _Sum(self.read, [None] * width, [0.0] * width)
        is_short = all(not isinstance(cell, str | bytes) or len(cell) <= LONGEST_NAME for cell in raw)
        if known and is_short and len(self._known) < MOST_KNOWN:
            self._known[known] = self._sums[key]
        return self._sums[key]

    def _key(self, cells: Sequence[object]) -> Key | None:
        columns = self.columns
        cell = cells[columns.date]
        day = cell if type(cell) is dt.date else day_of(_cell(cell))
        if not isinstance(day, dt.date):
            if day is not None or any(cells[at] is not None for _, at, _ in columns.metrics):
                self.findings.add(date_finding(day, _cell(cell), f"{self.place} › {self.read}"))
            return None
        if not is_wanted(day, self.order):
            self.findings.outside += 1
            return None
        names = []
        for meant, at in (("channel", columns.channel), ("campaign", columns.campaign)):
            name = "" if at is None else _name(cells[at])
            if len(name) > LONGEST_NAME:
                self.findings.add(name_finding(meant, name, f"{self.place} › {self.read}"))
                return None
            names.append(name)
        channel = names[0] or self.order.channel
        if not channel:
            place = f"{self.place} › {self.read}"
            self.findings.add(Finding("SOURCE_CHANNEL_MISSING", Severity.WARNING, "", "channel", {}, place))
            return None
        return day, channel, names[1]

    def _value(self, name: str, cell: object, factor: float) -> float | None:
        """The number of a cell that is none yet, or is too big to be believed."""
        plain = _cell(cell)
        number = number_of(plain, factor)
        if isinstance(number, float):
            return number
        if number is not None:
            self.findings.add(value_finding(name, plain, f"{self.place} › {self.read}", number))
        return None


def _rounded(names: Sequence[str], each: _Sum) -> Mapping[str, float]:
    return {
        name: round(value + lost, 6)
        for name, value, lost in zip(names, each.values, each.lost, strict=True)
        if value is not None
    }


def _cell(value: object) -> CellValue:
    """A database's value as a cell of an export has it; what no export can hold is its text."""
    if isinstance(value, str):
        return value[: LONGEST_NAME + 1]
    if value is None or isinstance(value, int | float | dt.date):
        return value
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else math.nan
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value[: 4 * LONGEST_NAME]).decode("utf-8", "replace")[: LONGEST_NAME + 1]
    return str(value)[: LONGEST_NAME + 1]


def _name(value: object) -> str:
    """A channel's or campaign's name, cut where it is too long for one; a number keeps all its digits."""
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < LONGEST_NUMBER:
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
    return _plain_name(text_of(_cell(value)))


@lru_cache(16_384)
def _plain_name(text: str) -> str:
    plain = text_of(text)
    return "" if is_missing(plain) else plain
