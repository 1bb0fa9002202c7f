"""From the rows below a header to readings, each key once."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from promo_xl.plan.filled import Key, key_of
from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_headings import Columns, Header, totals_words
from promo_xl.sources.export_periods import Periods
from promo_xl.sources.export_totals import TotalsRow, check_totals, names_totals, place_of, totals_of_levels
from promo_xl.sources.export_values import (
    BIGGEST,
    HUGE,
    LONGEST_NAME,
    NO_YEAR,
    UNREADABLE,
    day_of,
    is_missing,
    number_of,
    text_of,
)
from promo_xl.sources.grid import CellValue
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, SourceRow

SHOWN = 40
NAMELESS = {"channel": "SOURCE_CHANNEL_MISSING", "keyword": "SOURCE_KEYWORD_MISSING"}


@dataclass(slots=True)
class _Sum:
    """The readings of one key, with what they are made of."""

    place: str
    lines: int = 0
    values: dict[str, list[float]] = field(default_factory=dict)


@dataclass(slots=True)
class RowReader:
    """Reads row after row of one sheet."""

    file: str
    sheet: str
    header: Header
    order: Order
    findings: BoundedFindings
    read: int = 0
    identical: int = 0
    _sums: dict[Key, _Sum] = field(default_factory=dict)
    _totals: list[TotalsRow] = field(default_factory=list)
    _seen: set[tuple[CellValue, ...]] = field(default_factory=set)
    _once: dict[str, list[float]] = field(default_factory=dict)
    _twice: dict[str, list[float]] = field(default_factory=dict)
    _words: frozenset[str] = frozenset()
    _periods: Periods = field(init=False)

    def __post_init__(self) -> None:
        """Ask the order once for what every row needs."""
        self._words = totals_words(self.order)
        self._periods = Periods(added_up=not self.columns.table.levels)
        for finding in self.header.findings:
            self.findings.add(finding)

    @property
    def columns(self) -> Columns:
        """The columns that are read."""
        return self.header.columns

    def add(self, number: int, cells: Sequence[CellValue]) -> None:
        """Take the row with this number; one of blanks and dashes counts for nothing."""
        if all(is_missing(text_of(cell)) for cell in cells):
            return
        # In a text file a separator without quotes shifts a later row as well; beside a sheet may stand remarks.
        if self.read == 0 or not self.sheet:
            check_width(self.file, self.sheet, number, cells, self.columns.width)
        self.read += 1
        day = day_of(cells[self.columns.date])
        # Of a level there is no sum, and a keyword may be any word.
        is_dated_level = self.columns.table.levels and isinstance(day, dt.date)
        if not is_dated_level and names_totals(cells, self.columns, self._words):
            self._totals.append(TotalsRow(number, tuple(cells), isinstance(day, dt.date)))
            return
        if not isinstance(day, dt.date) and all(
            is_missing(text_of(cells[at])) for _, at, _ in self.columns.metrics
        ):
            self._skip_note(number, cells, day)
            return
        line = tuple(cells)
        is_new = line not in self._seen
        self._seen.add(line)
        values = self._values(number, cells, report=is_new)
        for name, value in values.items():
            self._twice.setdefault(name, []).append(value)
            if is_new:
                self._once.setdefault(name, []).append(value)
        if not is_new:
            self.identical += 1
            return
        key = self._key(number, cells, day)
        if key is None:
            return
        found = self._sums.setdefault(key, _Sum(self._place(0, number)))
        found.lines += 1
        for name, value in values.items():
            found.values.setdefault(name, []).append(value)

    def done(self) -> Fetched:
        """Everything that was read."""
        told = self._of_levels() if self.columns.table.levels else self._of_sums()
        for finding in told:
            self.findings.add(finding)
        for finding in self._periods.told(self.order, self.file):
            self.findings.add(finding)
        lengths = self._periods.lengths(self.order)
        rows = tuple(
            SourceRow(key, _summed(each), each.place, self.columns.table.table, lengths[key[0]])
            for key, each in sorted(self._sums.items())
            if each.values
        )
        return Fetched(rows, self.read, self.file, self.findings.all())

    def _of_sums(self) -> list[Finding]:
        """What the totals rows say against the sums, and how many lines were added up."""
        sums = [{name: math.fsum(values) for name, values in each.items()} for each in (self._once, self._twice)]
        summed = sum(each.lines for each in self._sums.values() if each.lines > 1)
        keys = sum(each.lines > 1 for each in self._sums.values())
        return [
            *check_totals(self._totals, sums, self.columns, self.file, self.sheet),
            *repeats(self.identical, summed, keys, self.file),
        ]

    def _of_levels(self) -> list[Finding]:
        """Which numbers of one key contradict each other; none of them counts."""
        found = [
            levels_differ(key, name, each.values.pop(name), each.place)
            for key, each in self._sums.items()
            for name in [name for name, values in each.values.items() if len(set(values)) > 1]
        ]
        for each in self._sums.values():
            each.values = {name: values[:1] for name, values in each.values.items()}
        return [*totals_of_levels(self._totals, self.file), *found]

    def _place(self, column: int, row: int) -> str:
        return place_of(self.file, self.sheet, column, row)

    def _key(self, number: int, cells: Sequence[CellValue], day: dt.date | str | None) -> Key | None:
        if not isinstance(day, dt.date):
            self.findings.add(date_finding(day, cells[self.columns.date], self._place(self.columns.date, number)))
            return None
        if not is_wanted(day, self.order, self.columns.table.days_before):
            self.findings.outside += 1
            return None
        self._periods.add(day, cells[self.columns.date], self._place(self.columns.date, number))
        table = self.columns.table
        first, *others = (_name(cells, column) for column in self.columns.names)
        names = (first or ("" if table.needs else self.order.channel), *others)
        for meant, name, column in zip(table.names, names, self.columns.names, strict=True):
            if is_no_name(meant, name):
                self.findings.add(name_finding(meant, name, self._place(column or 0, number)))
                return None
        return key_of(day, names)

    def _values(self, number: int, cells: Sequence[CellValue], *, report: bool) -> dict[str, float]:
        values = {}
        for name, column, factor in self.columns.metrics:
            value = number_of(cells[column], factor)
            if isinstance(value, float):
                values[name] = value
            elif value is not None and report:
                self.findings.add(value_finding(name, cells[column], self._place(column, number), value))
        return values

    def _skip_note(self, number: int, cells: Sequence[CellValue], day: dt.date | str | None) -> None:
        # A remark below the table has no day and no number.
        if day is not None:
            self.findings.add(date_finding(day, cells[self.columns.date], self._place(self.columns.date, number)))


def _summed(each: _Sum) -> dict[str, float]:
    return {name: round(math.fsum(values), 6) for name, values in each.values.items()}


def check_width(file: str, sheet: str, number: int, cells: Sequence[CellValue], width: int) -> None:
    """Refuse a sheet whose rows have more cells than headings: every column may mean its neighbour."""
    filled = max((at + 1 for at, cell in enumerate(cells) if text_of(cell)), default=0)
    if filled > width:
        place = place_of(file, sheet, filled - 1, number)
        raise refused("SOURCE_ROW_WIDER_THAN_HEADER", place, cells=str(filled), headings=str(width))


def is_wanted(day: dt.date, order: Order, days_before: int = 0) -> bool:
    """True for a day between the order's first, or so many days before it, and the last."""
    starts = order.start is None or (order.start - day).days <= days_before
    return starts and (order.end is None or day <= order.end)


def date_finding(day: dt.date | str | None, cell: CellValue, place: str) -> Finding:
    """Why a row has no day."""
    code = "SOURCE_DATE_WITHOUT_YEAR" if day == NO_YEAR else "SOURCE_DATE_UNREADABLE"
    return Finding(code, Severity.WARNING, "", "date", {"text": text_of(cell)[:SHOWN]}, place)


def is_no_name(field_name: str, name: str) -> bool:
    """True for a channel or a keyword that is missing and for a text as long as no name is."""
    return len(name) > LONGEST_NAME or (not name and field_name in NAMELESS)


def name_finding(field_name: str, name: str, place: str) -> Finding:
    """A row without a channel or a keyword, or with a name as long as no name is."""
    if not name:
        return Finding(NAMELESS[field_name], Severity.WARNING, "", field_name, {}, place)
    details = {"text": name[:SHOWN], "limit": str(LONGEST_NAME)}
    return Finding("SOURCE_NAME_TOO_LONG", Severity.WARNING, "", field_name, details, place)


def value_finding(field_name: str, cell: CellValue, place: str, reason: str = UNREADABLE) -> Finding:
    """A cell that is no number, or one too big to be believed."""
    details = {"text": text_of(cell)[:SHOWN]}
    if reason == HUGE:
        details |= {"reason": HUGE, "limit": f"{BIGGEST:.0e}"}
    return Finding("SOURCE_VALUE_UNREADABLE", Severity.WARNING, "", field_name, details, place)


def levels_differ(key: Key, name: str, values: Sequence[float], place: str) -> Finding:
    """The different numbers that a file gives for one day and name."""
    details = {"date": key[0], "values": " / ".join(f"{v:g}" for v in values[:5])}
    return Finding("SOURCE_LEVELS_DIFFER", Severity.WARNING, key[1][:SHOWN], name, details, place)


def repeats(identical: int, summed: int, keys: int, file: str) -> list[Finding]:
    """What is told of lines that stand twice and of lines that were added up."""
    findings = []
    if identical:
        details = {"count": str(identical)}
        findings.append(Finding("SOURCE_LINES_IDENTICAL", Severity.WARNING, details=details, place=file))
    if summed:
        details = {"lines": str(summed), "count": str(keys)}
        findings.append(Finding("SOURCE_LINES_SUMMED", Severity.INFO, details=details, place=file))
    return findings


def _name(cells: Sequence[CellValue], column: int | None) -> str:
    text = "" if column is None else text_of(cells[column])
    return "" if is_missing(text) else text
