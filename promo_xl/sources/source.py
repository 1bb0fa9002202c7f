"""What a place that readings come from is asked, and what it answers; each kind is a module in `kinds/`.

A kind is one file: a module of `promo_xl.sources.kinds` with a constant `SOURCE` that keeps the protocol
`Source`. Nothing else lists it.
"""

import datetime as dt
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from promo_xl.plan.filled import READINGS, Key
from promo_xl.plan.findings import Finding

DAILY, WEEKLY = "daily", "weekly"


@dataclass(frozen=True, slots=True)
class Order:
    """What a workbook asks of a source.

    `place` is where the readings are: a file, a folder, a database's URL, the number of an account. `query`
    narrows it where the kind has a use for that: a sheet's name, a table, a SELECT. `mapping` says which field
    (of a table that is filled) a heading of the source means, before any alias is asked;
    `""` leaves the column out. Rows that name no channel belong to `channel`. Only days from `start` to `end`
    (both included, None is open) are wanted. Relative places start from `folder`, where the workbook is; without
    one (None: it is not saved, or lies on the internet) they are refused.
    `headings` are the declared aliases: field to headings, from workbook_templates/source_headings.yml.
    """

    kind: str
    place: str
    query: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""
    period: str = DAILY
    start: dt.date | None = None
    end: dt.date | None = None
    folder: Path | None = Path()
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What a source says of one key of a table that is filled; in weekly readings its day is the week's first.

    `values` holds a number for each metric that the source gives: money in the currency's unit (never 万),
    counts as counts. `place` is where a person finds the row (`export.csv › A7`, `orders: row 12`). `days` is how
    many days it stands for.
    """

    key: Key
    values: Mapping[str, float]
    place: str = ""
    table: str = READINGS.table
    days: int = 1

    @property
    def date(self) -> dt.date:
        """The day, or the first one of the week."""
        return self.key[0]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows of a source, each key of a table once, and what the planner should know of them.

    `read` is how many rows the source held, the skipped ones included. `findings` say what was skipped and why,
    which totals do not add up, which columns nobody knows. `label` goes into the column 数据来源.
    """

    rows: tuple[SourceRow, ...]
    read: int
    label: str
    findings: tuple[Finding, ...] = ()

    @property
    def newest(self) -> dt.date | None:
        """The last day that has a reading."""
        return max((row.date for row in self.rows), default=None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source may use besides its order: secrets by name, a place for tokens, who hears of progress.

    `secret("PROMO_XL_GA4_CREDENTIALS")` is the secret's text or "" if nobody set it (environment, then the
    system's keyring). `progress(done, total)` hears how far the reading is; total 0 is unknown.
    """

    secret: Callable[[str], str] = lambda name: ""
    progress: Callable[[int, int], None] = lambda done, total: None


class Source(Protocol):
    """A kind of source. Nothing of it is imported before it is asked."""

    @property
    def kind(self) -> str:
        """Its name in files and on the command line, such as `ga4`."""

    def identity(self, order: Order) -> str:
        """The place as it is confirmed once on each machine: absolute, without secrets, always the same.

        Raises RefusedError if the place is of no kind that may be asked (another scheme, a network path ...).
        """

    def read(self, order: Order, surroundings: Surroundings) -> Fetched:
        """Ask the source, changing nothing there. Raises RefusedError with everything that is wrong."""


def kinds() -> tuple[str, ...]:
    """The names of all kinds, in alphabetical order."""
    from promo_xl.sources import kinds as package

    return tuple(sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0] != "_"))


def source_of(kind: str) -> Source:
    """The source of this kind; raises KeyError if there is none."""
    if kind not in kinds():
        raise KeyError(kind)
    source: Source = importlib.import_module(f"promo_xl.sources.kinds.{kind}").SOURCE
    return source
