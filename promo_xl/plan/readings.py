"""Readings: what was measured, a row per day and channel."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of the monitoring sheet; counts are counts, money is in the workbook's currency."""

    date: dt.date | None = None
    channel: str = ""
    campaign: str = ""
    spend: float | None = None
    impressions: float | None = None
    clicks: float | None = None
    likes: float | None = None
    comments: float | None = None
    shares: float | None = None
    conversions: float | None = None
    orders: float | None = None
    revenue: float | None = None
    refund: float | None = None
    deviation_reason: str = ""
    adjustment: str = ""
    data_source: str = ""
    fetched: dt.datetime | None = None
    note: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
