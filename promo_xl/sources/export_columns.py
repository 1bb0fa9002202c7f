"""Chunks of columns become readings as rows do in `export_rows`, without a look at each single cell."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from promo_xl.sources.export_alike import Lines, bits_of_bytes, bits_of_numbers, copies
from promo_xl.sources.export_cells import (
    Coded,
    LostTextError,
    blank_rows,
    cell_text,
    coded,
    missing_cells,
    name_in,
    row_cells,
)
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_headings import Columns, Header, totals_words
from promo_xl.sources.export_periods import Periods
from promo_xl.sources.export_rows import (
    date_finding,
    is_no_name,
    name_finding,
    repeats,
    value_finding,
)
from promo_xl.sources.export_sums import Sums
from promo_xl.sources.export_totals import TotalsRow, check_totals, is_totals_word, names_totals, place_of
from promo_xl.sources.export_values import BIGGEST, day_of, number_of, text_of
from promo_xl.sources.grid import Limits
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, SourceRow

Day = dt.date | str | None
MOST_SHOWN = 20
# In a frame with more dates than that (days with their time) no row is looked up for a date's place.
MOST_PLACED = 200
# A day, a channel and a campaign as one number of 64 bits.
NAME_BITS = 20
# As many as a sheet is read; a workbook that steers a promotion has a hundredth of that.
MOST_READINGS = Limits().rows
# Up to here a product with a million is exact.
ROUNDED_BELOW = 1e9


@dataclass(slots=True)
class ColumnReader:
    """Reads frame after frame of one file, but for the rows that are `copies` of others."""

    file: str
    header: Header
    order: Order
    findings: BoundedFindings
    copies: Any = None
    read: int = 0
    _sums: Sums = field(init=False)
    _lines: Lines = field(default_factory=Lines)
    _names: dict[str, dict[str, int]] = field(default_factory=lambda: {"channel": {}, "campaign": {}})
    _totals: list[TotalsRow] = field(default_factory=list)
    _words: frozenset[str] = frozenset()
    _periods: Periods = field(default_factory=Periods)

    def __post_init__(self) -> None:
        """Ask the order once for what every row needs."""
        self._words = totals_words(self.order)
        found, limit = f"> {MOST_READINGS}", str(MOST_READINGS)
        too_many = refused("SOURCE_TOO_MANY_READINGS", self.file, found=found, limit=limit)
        self._sums = Sums([name for name, _, _ in self.columns.metrics], MOST_READINGS, too_many)
        for finding in self.header.findings:
            self.findings.add(finding)

    @property
    def columns(self) -> Columns:
        """The columns that are read."""
        return self.header.columns

    def add(self, frame: Any) -> None:
        """Take one frame; `frame.index` are the numbers of its rows."""
        import numpy as np

        columns = self.columns
        self._check_width(frame)
        dates = coded(frame[columns.date])
        # Only a row without a day can be blank, or a remark, or a sum that is named in another column.
        if "" in dates[1]:
            frame = frame[~blank_rows(frame, dates)]
            dates = coded(frame[columns.date])
        if not len(frame):
            return
        self.read += len(frame)
        keys: dict[int | None, Coded] = {
            at: coded(frame[at]) for at in (columns.channel, columns.campaign) if at is not None
        }
        keys[columns.date] = codes, texts = dates
        days = [day_of(text) for text in texts]
        dayless = np.array([not isinstance(day, dt.date) for day in days], dtype=bool)[codes]
        totals = self._totals_mask(frame, keys)
        is_note = dayless.copy()
        if is_note.any():
            filled = [~missing_cells(frame[column]) for _, column, _ in columns.metrics]
            is_note &= ~np.logical_or.reduce(filled)
        rows = frame.index.to_numpy()
        kept = ~totals & ~is_note
        if self.copies is not None:
            kept &= ~np.isin(rows, self.copies)
        self._dates(frame, codes, texts, days, dayless & (kept | (is_note & ~totals)))
        values = {
            name: self._values(name, frame[column], column, factor, kept)
            for name, column, factor in columns.metrics
        }
        for at in np.flatnonzero(totals).tolist():
            cells = row_cells(frame, at, columns.width)
            self._totals.append(TotalsRow(int(rows[at]), cells, not dayless[at]))
        ordinals = np.array([day.toordinal() if isinstance(day, dt.date) else 0 for day in days], dtype=np.int64)
        day = ordinals[codes]
        channel, bad_channel = self._named("channel", len(rows), keys.get(columns.channel), self.order.channel)
        campaign, bad_campaign = self._named("campaign", len(rows), keys.get(columns.campaign), "")
        readings = (day << (2 * NAME_BITS)) | (channel << NAME_BITS) | campaign
        if self.copies is None:
            parts = [readings.view(np.uint64), *map(bits_of_numbers, values.values())]
            self._lines.add(rows, [*parts, *(bits_of_bytes(frame[at].to_numpy()) for at in self._unread())], kept)
        wanted = kept & ~dayless & self._is_wanted(day)
        self.findings.outside += int((kept & ~dayless & ~wanted).sum())
        for code in np.unique(codes[wanted]).tolist():
            number = int(rows[(wanted & (codes == code)).argmax()]) if len(texts) <= MOST_PLACED else 0
            place = place_of(self.file, "", columns.date, number) if number else self.file
            self._periods.add(days[code], texts[code], place)
        for meant, bad in (("channel", bad_channel), ("campaign", bad_campaign)):
            if bad is not None:
                self._faulty_names(meant, frame, wanted & bad)
                wanted &= ~bad
        if not kept.all():
            values = {name: column[kept] for name, column in values.items()}
            readings, rows, wanted = readings[kept], rows[kept], wanted[kept]
        self._sums.add(readings, values, rows, wanted)

    def done(self, again: Callable[[bool], Iterator[Any]]) -> Fetched:
        """Everything that was read; `again` gives the frames once more, on demand with every cell as a text."""
        alike = self._lines.alike()
        if not len(alike):
            return self._fetched(self._sums.totals(), 0)
        twice = copies(alike, again(True))
        if not len(twice):
            return self._fetched(self._sums.totals(), 0)
        once = ColumnReader(self.file, self.header, self.order, BoundedFindings(self.file), twice)
        for frame in again(False):
            once.add(frame)
        return once._fetched(self._sums.totals(), len(twice))

    def _fetched(self, with_copies: Mapping[str, float], identical: int) -> Fetched:
        sums = [self._sums.totals(), with_copies]
        for finding in check_totals(self._totals, sums, self.columns, self.file, ""):
            self.findings.add(finding)
        for finding in repeats(identical, *self._sums.summed(), self.file):
            self.findings.add(finding)
        for finding in self._periods.told(self.order, self.file):
            self.findings.add(finding)
        lengths = self._periods.lengths(self.order)
        names = {meant: list(known) for meant, known in self._names.items()}
        rows = []
        for reading, values, row in self._sums.each():
            day, rest = divmod(reading, 1 << (2 * NAME_BITS))
            channel, campaign = divmod(rest, 1 << NAME_BITS)
            if values:
                key = (dt.date.fromordinal(day), names["channel"][channel], names["campaign"][campaign])
                rows.append(SourceRow(key, values, place_of(self.file, "", 0, row), days=lengths[key[0]]))
        rows.sort(key=lambda row: row.key)
        return Fetched(tuple(rows), self.read, self.file, self.findings.all())

    def _unread(self) -> list[int]:
        columns = self.columns
        read = {columns.date, columns.channel, columns.campaign, *(column for _, column, _ in columns.metrics)}
        return [at for at in range(columns.width) if at not in read]

    def _check_width(self, frame: Any) -> None:
        width = self.columns.width
        for column in frame.columns[width:]:
            more = frame[column].to_numpy() != b""
            if more.any():
                more &= [bool(text_of(cell_text(cell))) for cell in frame[column].to_numpy()]
            if more.any():
                number = int(frame.index[more.argmax()])
                place = place_of(self.file, "", column, number)
                raise refused("SOURCE_ROW_WIDER_THAN_HEADER", place, cells=str(column + 1), headings=str(width))

    def _totals_mask(self, frame: Any, keys: Mapping[int | None, Coded]) -> Any:
        import numpy as np

        mask = np.zeros(len(frame), dtype=bool)
        for codes, texts in keys.values():
            marked = np.array([is_totals_word(text, self._words) for text in texts], dtype=bool)
            if marked.any():
                mask |= marked[codes]
        # The word may stand in another column, where the row has no day.
        codes, texts = keys[self.columns.date]
        nameless = np.array([not text for text in texts], dtype=bool)[codes] if "" in texts else mask
        for at in np.flatnonzero(nameless & ~mask).tolist():
            cells = row_cells(frame, at, self.columns.width)
            mask[at] = names_totals(cells, self.columns, self._words)
        return mask

    def _named(self, meant: str, length: int, coded: Coded | None, instead: str) -> tuple[Any, Any]:
        """The number of each row's name, and for which rows it is no name (None where all are)."""
        import numpy as np

        known = self._names[meant]
        codes, texts = coded or (np.zeros(length, dtype=np.int64), [""])
        names = [text or instead for text in texts]
        numbers = np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)
        if len(known) >> NAME_BITS:
            raise self._sums.too_many
        bad = [is_no_name(meant, name) for name in names]
        return numbers[codes], np.array(bad, dtype=bool)[codes] if any(bad) else None

    def _is_wanted(self, days: Any) -> Any:
        first = self.order.start.toordinal() if self.order.start else 0
        last = self.order.end.toordinal() if self.order.end else dt.date.max.toordinal()
        return (first <= days) & (days <= last)

    def _faulty_names(self, meant: str, frame: Any, faulty: Any) -> None:
        import numpy as np

        column = self.columns.channel if meant == "channel" else self.columns.campaign
        for shown, at in enumerate(np.flatnonzero(faulty).tolist()):
            cell = "" if column is None else frame[column].iloc[at]
            name = name_in(text_of(cell)) if isinstance(cell, str) else ""
            place = place_of(self.file, "", column or 0, int(frame.index[at])) if shown < MOST_SHOWN else self.file
            self.findings.add(name_finding(meant, name, place))

    def _dates(self, frame: Any, codes: Any, texts: list[str], days: list[Day], faulty: Any) -> None:
        import numpy as np

        at_fault = np.flatnonzero(faulty).tolist()
        if not at_fault:
            return
        filled = np.logical_or.reduce([~missing_cells(frame[column]) for _, column, _ in self.columns.metrics])
        at_fault = [at for at in at_fault if texts[codes[at]] or filled[at]]
        for at in at_fault[:MOST_SHOWN]:
            place = place_of(self.file, "", self.columns.date, int(frame.index[at]))
            code = codes[at]
            self.findings.add(date_finding(days[code], texts[code], place))
        for at in at_fault[MOST_SHOWN:]:
            self.findings.add(date_finding(days[codes[at]], "", self.file))

    def _values(self, name: str, series: Any, column: int, factor: float, kept: Any) -> Any:
        import numpy as np
        import pandas as pd

        if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
            numbers = series.to_numpy(dtype=np.float64) * factor
            biggest = float(np.nanmax(np.abs(numbers), initial=0.0))
            if biggest < ROUNDED_BELOW:
                return np.round(numbers, 6)
            if biggest <= BIGGEST:
                return np.where(np.abs(numbers) < ROUNDED_BELOW, np.round(numbers, 6), numbers)
        codes, uniques = pd.factorize(series.astype(object), use_na_sentinel=False)
        if any(isinstance(text, int) and not isinstance(text, bool) for text in uniques):
            raise LostTextError(column)
        texts = ["" if pd.isna(text) else str(text) for text in uniques]
        read = [number_of(text, factor) for text in texts]
        numbers = np.array([value if isinstance(value, float) else np.nan for value in read], dtype=np.float64)
        unreadable = np.array([isinstance(value, str) for value in read], dtype=bool)
        faults = np.flatnonzero(unreadable[codes] & kept)
        for at in faults[:MOST_SHOWN]:
            place = place_of(self.file, "", column, int(series.index[at]))
            code = codes[at]
            self.findings.add(value_finding(name, texts[code], place, str(read[code])))
        for _ in faults[MOST_SHOWN:]:
            self.findings.add(value_finding(name, "", self.file))
        return numbers[codes]
