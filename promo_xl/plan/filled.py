"""The tables of a plan that sources fill: a row for each day and its names, with a number for each value."""

import datetime as dt
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
    """

    table: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    listed_in: str = ""

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


READINGS = Filled("readings", ("channel", "campaign"), METRICS, listed_in="channels")

FILLED = (READINGS,)


def filled(table: str) -> Filled:
    """The table with this id; raises KeyError if no source fills it."""
    return {one.table: one for one in FILLED}[table]
