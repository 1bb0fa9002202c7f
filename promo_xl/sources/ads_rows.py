"""Lines of an API's report as readings, each (date, channel, campaign) once."""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.readings import METRICS
from promo_xl.sources.ads_range import Days
from promo_xl.sources.ads_told import told
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_values import is_missing
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import WEEKLY, Order, SourceRow

LONGEST_NAME = 255
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[ T]00:00(?::00)?)?")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_:]{0,99}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it came: `key` tells it from others of its day, `values` are by the API's own names."""

    day: object
    key: tuple[str, ...]
    channel: str
    campaign: str
    values: Mapping[str, object]


@dataclass(slots=True)
class Gathered:
    """Collects the lines of all pages."""

    place: str
    order: Order
    fields: Mapping[str, str]
    findings: BoundedFindings
    hidden: Callable[[], Iterable[str]] = tuple
    read: int = 0
    repeated: int = 0
    changed: int = 0
    unasked: int = 0
    _days: dict[dt.date, dict[tuple[str, ...], tuple[Line, dict[str, float]]]] = field(default_factory=dict)

    def add(self, line: Line, days: Days) -> bool:
        """Take a line; True if there was none of its day and key. The later of two that differ counts."""
        self.read += 1
        day = day_of(line.day)
        if day is None:
            self._note("SOURCE_DATE_UNREADABLE", "date", self._text(line.day), self.place)
            return True
        if not days.first <= day <= days.last:
            self.unasked += 1
            return True
        lines = self._days.setdefault(day, {})
        known = lines.get(line.key)
        if known is not None and known[0].values == line.values:
            self.repeated += 1
            return False
        values: dict[str, float] = {}
        for name, metric in self.fields.items():
            value = number_of(line.values.get(name))
            if isinstance(value, float):
                values[metric] = values.get(metric, 0.0) + value
            elif value is not None:
                self._note(value.code, metric, self._text(value.value), self._at(day))
        self.changed += known is not None
        lines[line.key] = line, values
        return known is None

    def sum(self, metric: str, days: Days) -> tuple[float, int]:
        """The sum of a metric over days, and how many lines have it."""
        found = [
            values[metric]
            for day in days.each()
            for _, values in self._days.get(day, {}).values()
            if metric in values
        ]
        return math.fsum(found), len(found)

    def rows(self) -> tuple[SourceRow, ...]:
        """The readings in the order of their days; weekly ones stand on Mondays."""
        sums: dict[tuple[dt.date, str, str], dict[str, list[float]]] = {}
        unnamed = 0
        for day, line, values in (
            (day, line, values) for day, lines in self._days.items() for line, values in lines.values()
        ):
            channel = line.channel or self.order.channel.strip()
            if not channel:
                unnamed += 1
                continue
            start = day - dt.timedelta(days=day.weekday()) if self.order.period == WEEKLY else day
            found = sums.setdefault((start, channel, line.campaign), {})
            for metric, value in values.items():
                found.setdefault(metric, []).append(value)
        if unnamed:
            missing = Finding("SOURCE_CHANNEL_MISSING", Severity.WARNING, "", "channel", {}, self.place)
            self.findings.add(missing, unnamed)
        return tuple(
            SourceRow(
                key,
                {name: round(math.fsum(all_of), 6) for name, all_of in values.items()},
                self._at(key[0]),
                days=7 if self.order.period == WEEKLY else 1,
            )
            for key, values in sorted(sums.items())
            if values
        )

    def told(self) -> tuple[Finding, ...]:
        """Everything that is to be said of the lines."""
        self._count("ADS_LINES_REPEATED", self.repeated, Severity.INFO)
        self._count("ADS_LINES_CHANGED", self.changed, Severity.WARNING)
        self._count("ADS_DAYS_UNASKED", self.unasked, Severity.WARNING)
        return self.findings.all()

    def _count(self, code: str, count: int, severity: Severity) -> None:
        if count:
            self._note(code, "", {"count": str(count)}, self.place, severity)

    def _note(
        self,
        code: str,
        metric: str,
        details: Mapping[str, str],
        place: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        self.findings.add(Finding(code, severity, "", metric, details, place))

    def _text(self, value: object) -> dict[str, str]:
        return {"text": told(value, self.hidden(), most=40)}

    def _at(self, day: dt.date) -> str:
        return f"{self.place} › {day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a value is not used."""

    code: str
    value: object


def number_of(value: object) -> float | Unusable | None:
    """A finite number of at least 0, None where the API gives none, else why it is not used."""
    text = value.strip() if isinstance(value, str) else value
    if text is None or (isinstance(text, str) and is_missing(text)):
        return None
    number: float = math.nan
    if isinstance(text, str) and _NUMBER.fullmatch(text):
        number = float(text)
    elif isinstance(text, int | float) and not isinstance(text, bool) and abs(text) < 1e15:
        number = text
    if not abs(number) < 1e15:
        return Unusable("SOURCE_VALUE_UNREADABLE", value)
    if number < 0:
        return Unusable("ADS_VALUE_NEGATIVE", value)
    return float(number)


def day_of(value: object) -> dt.date | None:
    """The day of 2026-06-01, 2026-06-01 00:00:00 or 20260601; None for anything else."""
    match = _DAY.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 40 else None
    if match is None:
        return None
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None


def name_of(value: object) -> str:
    """The name of a campaign or a channel, on one line."""
    text = told(value, most=LONGEST_NAME)
    return "" if is_missing(text) else text


def fields_of(order: Order, usual: Mapping[str, str]) -> dict[str, str]:
    """The API's names of the metrics and ours; the order's mapping adds, replaces and leaves out.

    A mapped name takes the place of the usual one of the same metric.
    """
    mapped = {name.strip(): metric.strip() for name, metric in order.mapping.items()}
    unknown = sorted({metric for metric in mapped.values() if metric and metric not in METRICS})
    if unknown:
        details = {"fields": _listed(unknown), "known": ", ".join(METRICS)}
        raise refused("SOURCE_MAPPING_FIELD_UNKNOWN", order.kind, **details)
    strange = sorted(name for name in mapped if not _FIELD.fullmatch(name))
    if strange:
        raise refused("ADS_METRIC_STRANGE", order.kind, names=_listed(strange))
    taken = set(mapped.values())
    fields = {name: metric for name, metric in usual.items() if name not in mapped and metric not in taken}
    fields |= {name: metric for name, metric in mapped.items() if metric}
    if not fields:
        raise refused("ADS_NO_METRIC", order.kind)
    return fields


def _listed(names: Iterable[str]) -> str:
    return told(", ".join(names), most=120)
