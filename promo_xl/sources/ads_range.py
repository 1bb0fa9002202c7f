"""Which days are asked for, cut into the pieces that an API answers at once."""

import datetime as dt
from dataclasses import dataclass

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.source import WEEKLY, Order

USUAL, MOST = 30, 1100


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last day, both included; none if the last is earlier."""

    first: dt.date
    last: dt.date

    def each(self) -> list[dt.date]:
        """Day after day."""
        return [self.first + dt.timedelta(days=step) for step in range((self.last - self.first).days + 1)]

    def pieces(self, most: int) -> list["Days"]:
        """The same days in pieces of at most so many."""
        days = self.each()
        return [Days(days[at], days[at : at + most][-1]) for at in range(0, len(days), most)]


def days_of(order: Order, today: dt.date, place: str) -> tuple[Days, list[Finding]]:
    """The days of an order up to today: without a start the last 30, never more than three years.

    Weeks are asked for whole: half a week would look like a bad one.
    """
    weekly = order.period == WEEKLY
    last = today if order.end is None else min(order.end, today)
    if weekly and last < today:
        last = min(today, last + dt.timedelta(days=6 - last.weekday()))
    longest = dt.timedelta(days=USUAL if order.start is None else MOST)
    earliest = dt.date.fromordinal(max(1, last.toordinal() - longest.days + 1))
    first = earliest if order.start is None else max(order.start, earliest)
    findings = []
    if first != order.start:
        details = {"start": first.isoformat(), "end": last.isoformat()}
        findings.append(Finding("ADS_RANGE_CHOSEN", Severity.INFO, details=details, place=place))
    if weekly:
        first = dt.date.fromordinal(max(1, first.toordinal() - first.weekday()))
    return Days(first, last), findings
