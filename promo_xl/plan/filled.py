"""The tables of a plan that sources fill: a row for each day and its names, with a number for each value."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from promo_xl.plan.readings import METRICS

DATE = "date"
Key = tuple[dt.date, str, *tuple[str, ...]]
"""What a row is known by: its day, then its names in the order in which they are declared."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A table that sources fill, by its id in the templates.

    `names` are the texts that together with the day make a row's key; the first of them is never blank.
    `values` are what is measured. The first name is `listed_in` a column of that name of another table, if it is.
    A name of `needs` has a column in every export. Where a key stands twice in a file its numbers are added up,
    unless they are `levels`, such as an index: those are the same or contradict each other. Days count from
    `days_before` the campaign on.
    """

    table: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    listed_in: str = ""
    needs: tuple[str, ...] = ()
    levels: bool = False
    days_before: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        """The fields of the key."""
        return (DATE, *self.names)

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that a source gives."""
        return (*self.key, *self.values)


def key_of(day: dt.date, names: Iterable[str]) -> Key:
    """The key of a row with this day and these names, of which there is one at least."""
    first, *others = names
    return (day, first, *others)


def known_by(key: Key) -> Key:
    """The key by which a row is recognised: width, case and blanks of its texts do not count."""
    day, *names = key
    return key_of(day, (" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in names))


def days_from(day: dt.date, count: int) -> list[dt.date]:
    """So many days in a row, as far as there are days."""
    first = day.toordinal()
    return [dt.date.fromordinal(each) for each in range(first, min(first + count, dt.date.max.toordinal() + 1))]


READINGS = Filled("readings", ("channel", "campaign"), METRICS, listed_in="channels")

# Interest is compared with the week before, and with how it was before anybody had heard of the product.
INDICES = Filled(
    "indices", ("keyword",), ("composite_index", "search_index"), needs=("keyword",), levels=True, days_before=28
)

FILLED = (READINGS, INDICES)


def filled(table: str) -> Filled:
    """The table with this id; raises KeyError if no source fills it."""
    return {one.table: one for one in FILLED}[table]
