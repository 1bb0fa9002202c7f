"""Places a template's default rows around a product's dates.

launch-38wd      38 working days before the launch
ready-5wd        before whatever comes first, the launch or the campaign
start+25%+1d     a quarter into the campaign, and a day
end+6wd          the sixth working day after the campaign
5wd              (as an end) five working days from the row's own start
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from promo_xl.plan.brief import Brief
from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.dates import format_span
from promo_xl.plan.quantity import HUGE, format_amount, parse_quantity
from promo_xl.sheetspec.binding import from_cell
from promo_xl.sheetspec.model import Book, Column, Table

_PLACE = re.compile(r"(launch|ready|start|end)((?:[+-]\d+(?:wd|d|%))*)")
_STEP = re.compile(r"([+-]\d+)(wd|d|%)")
_DURATION = re.compile(r"(\d+)wd")
DATES = frozenset({"date", "month_day"})
LISTS = frozenset({"names", "links"})


class PlacingError(ValueError):
    """A default row that says something unknown; the message says what."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """The dates that default rows hang on."""

    launch: date
    start: date
    end: date
    calendar: WorkCalendar

    @property
    def ready(self) -> date:
        """When everything must be prepared."""
        return min(self.launch, self.start)

    def place(self, text: str) -> date:
        """The day that `text` names."""
        match = _PLACE.fullmatch(text)
        if match is None:
            raise PlacingError(f"{text!r} is no place such as launch-5wd or start+25%")
        day: date = getattr(self, match[1])
        inside = "%" in text
        for amount, unit in _STEP.findall(match[2]):
            day = self._step(day, int(amount), unit)
        return min(day, self.end) if inside else day

    def _step(self, day: date, amount: int, unit: str) -> date:
        if unit == "wd":
            rests = amount > 0 and not self.calendar.is_workday(day)  # the first working day after counts as one
            return self.calendar.shift(day, amount - rests)
        if unit == "%":
            return day + timedelta(days=round((self.end - self.start).days * amount / 100))
        return day + timedelta(days=amount)


def place_rows(table: Table, book: Book, language: str, anchors: Anchors, brief: Brief) -> list[dict[str, object]]:
    """The default rows of `table` as plan values, in `language`, around the anchors."""
    own = [(row.get("channel"), row.get("share")) for row in brief.rows.get("channels", ())]
    if not all(share for _, share in own):
        own = [(name, Decimal(1) / len(own)) for name, _ in own]
    placing = _Placing(book, language, anchors, brief.goals, tuple(own))
    return [placing.row(table, defaults) for defaults in table.defaults]


@dataclass(frozen=True, slots=True)
class _Placing:
    book: Book
    language: str
    anchors: Anchors
    goals: Mapping[str, str]
    channels: tuple[tuple[object, object], ...]

    def row(self, table: Table, defaults: Mapping[str, object]) -> dict[str, object]:
        row: dict[str, object] = {}
        goal = self.goals.get(str(defaults.get("source") or ""))
        for field, given in defaults.items():
            value = goal if field == "goal" and goal else given
            column = table.column_of(field)
            if column is None:
                raise PlacingError(f"{field!r} is no column of {table.table}")
            row[field] = self.value(value, column, row)
        return row

    def value(self, given: object, column: Column, row: Mapping[str, object]) -> object:
        if isinstance(given, dict):
            given = self.mapping(given, row)
        if column.type in LISTS and isinstance(given, str):
            return from_cell(given, column, self.book) or ()
        if column.type in DATES and isinstance(given, str):
            return self.date(given, row)
        return given

    def date(self, text: str, row: Mapping[str, object]) -> date:
        duration = _DURATION.fullmatch(text)
        start = row.get("start")
        if duration is None or not isinstance(start, date):
            return self.anchors.place(text)
        return self.anchors.calendar.shift(start, int(duration[1]) - 1)

    def mapping(self, given: Mapping[str, object], row: Mapping[str, object]) -> object:
        if given.keys() <= set(self.book.languages):
            return in_language(given, self.language)
        match given:
            case {"span": [str(first), str(last)]}:
                return format_span(self.anchors.place(first), self.anchors.place(last), self.language)
            case {"split": list(parts)}:
                return self.split(parts, str(row.get("goal") or ""))
        raise PlacingError(f"{given!r} is neither a text by language nor span or split")

    def split(self, parts: list[object], goal: str) -> str:
        total = parse_quantity(goal).value
        if total is None:
            return ""
        gap = "" if self.language == "zh" else " "
        named = [(f"{name}{gap}", share) for name, share in self.channels]
        named = named or [_named(part, self.language) for part in parts]
        amounts = _whole_amounts(total, [Decimal(str(share)) for _, share in named])
        texts = [f"{name}{format_amount(a, self.language)}" for (name, _), a in zip(named, amounts, strict=True)]
        return "+".join(texts)


def _whole_amounts(total: Decimal, shares: list[Decimal]) -> list[Decimal]:
    """The parts of `total` in whole numbers; the last one takes what rounding leaves."""
    if total >= HUGE:
        return [total * share for share in shares]
    amounts = [(total * share).quantize(Decimal(1)) for share in shares]
    if sum(shares) > Decimal("0.999"):
        amounts[-1] += total - sum(amounts)
    return amounts


def _named(part: object, language: str) -> tuple[str, object]:
    name, share = part if isinstance(part, list) and len(part) == 2 else (part, 0)
    return (in_language(name, language) if isinstance(name, dict) else str(name)), share


def in_language(texts: Mapping[str, object], language: str) -> str:
    """The text in `language`, else in English, else the first there is."""
    return str(texts.get(language) or texts.get("en") or next(iter(texts.values()), ""))
