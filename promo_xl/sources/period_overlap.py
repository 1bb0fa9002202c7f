"""No day of a channel counts twice because one source gives days and another weeks."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from promo_xl.plan.filled import days_from, filled, known_by
from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.source import SourceRow

MOST_CHANNELS = 20


@dataclass(slots=True)
class Covered:
    """The days that the readings so far stand for, each with the first day and the length of its reading.

    Of levels, which nobody adds up, it keeps nothing.
    """

    _periods: dict[tuple[str, dt.date], tuple[dt.date, int]] = field(default_factory=dict)

    def added(self, rows: Iterable[SourceRow], findings: list[Finding]) -> list[SourceRow]:
        """The rows but for those that overlap one of another length, which are told by their channel."""
        kept: list[SourceRow] = []
        left: Counter[str] = Counter()
        first: dict[str, SourceRow] = {}
        for row in rows:
            if any(self._periods.get(day, own) != own for own in [(row.date, row.days)] for day in _days(row)):
                left[row.key[1]] += 1
                first.setdefault(row.key[1], row)
            else:
                kept.append(row)
        for row in kept:
            self._periods |= dict.fromkeys(_days(row), (row.date, row.days))
        for channel, row in list(first.items())[:MOST_CHANNELS]:
            details = {"channel": channel, "first": str(row.date), "count": str(left[channel])}
            findings.append(Finding("SOURCES_PERIODS_MIXED", Severity.WARNING, "", "date", details, row.place))
        return kept


def _days(row: SourceRow) -> list[tuple[str, dt.date]]:
    if filled(row.table).levels:
        return []
    name = known_by(row.key)[1]
    return [(name, day) for day in days_from(row.date, row.days)]
