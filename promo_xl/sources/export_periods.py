"""Which days the rows of a file stand for: each day once, whether a row is of a day or of a week."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.export_values import LONGEST_WEEK, days_of
from promo_xl.sources.grid import CellValue
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import WEEKLY, Order


@dataclass(slots=True)
class Periods:
    """First day and number of days of each row's date, with the first place where it stands.

    Where rows are `added_up`, no day may stand in two of them.
    """

    added_up: bool = True
    _places: dict[tuple[dt.date, int], str] = field(default_factory=dict)

    def add(self, day: dt.date, cell: CellValue, place: str) -> None:
        """Take the date of a row."""
        self._places.setdefault((day, days_of(cell)), place)

    def lengths(self, order: Order) -> dict[dt.date, int]:
        """How many days the reading of each first day stands for; of a week only the first may be written."""
        lengths = dict(sorted(self._places))
        if order.period == WEEKLY and not _are_days(sorted(self._places)):
            return {first: LONGEST_WEEK if days == 1 else days for first, days in lengths.items()}
        return lengths

    def told(self, order: Order, file: str) -> list[Finding]:
        """What differs from the period that the order names; refused if a day would be counted twice."""
        spans = sorted(self._places)
        for (first, days), (second, more) in pairwise(spans):
            if self.added_up and second <= first + dt.timedelta(days - 1):
                details = {"first": _shown(first, days), "second": _shown(second, more)}
                details["at"] = self._places[first, days]
                raise refused("SOURCE_PERIODS_OVERLAP", self._places[second, more], **details)
        weeks = [span for span in spans if span[1] > 1]
        if weeks and order.period != WEEKLY:
            details = {"text": _shown(*weeks[0]), "count": str(len(weeks))}
            return [Finding("SOURCE_WEEKS_FOUND", Severity.WARNING, "", "date", details, file)]
        if spans and not weeks and order.period == WEEKLY and _are_days(spans):
            return [Finding("SOURCE_DAYS_FOUND", Severity.WARNING, "", "date", {}, file)]
        return []


def _are_days(spans: list[tuple[dt.date, int]]) -> bool:
    """True if two dates are less than a week apart, which the first days of weeks never are."""
    return any((second - first).days < LONGEST_WEEK for (first, _), (second, _) in pairwise(spans))


def _shown(first: dt.date, days: int) -> str:
    return f"{first}" if days == 1 else f"{first} ~ {first + dt.timedelta(days - 1)}"
