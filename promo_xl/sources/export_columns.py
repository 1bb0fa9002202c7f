"""Chunks of columns become readings as rows do in `export_rows`, without a look at each single cell."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_headings import Columns, Header, totals_words
from promo_xl.sources.export_rows import date_finding, is_wanted, repeats, value_finding
from promo_xl.sources.export_totals import TotalsRow, check_totals, is_totals_word, names_totals, place_of
from promo_xl.sources.export_values import day_of, is_missing, number_of, text_of
from promo_xl.sources.grid import Limits
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, SourceRow

Coded = tuple[Any, list[str]]
KEYS = ["day", "channel", "campaign"]
ROW = "row"
MOST_SHOWN = 20
# As many as a sheet is read; a workbook that steers a promotion has a hundredth of that.
MOST_READINGS = Limits().rows


@dataclass(slots=True)
class ColumnReader:
    """Reads frame after frame of one file."""

    file: str
    header: Header
    order: Order
    findings: BoundedFindings
    read: int = 0
    _parts: list[Any] = field(default_factory=list)
    _totals: list[TotalsRow] = field(default_factory=list)
    _channels: dict[str, int] = field(default_factory=dict)
    _campaigns: dict[str, int] = field(default_factory=dict)
    _words: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Ask the order once for what every row needs."""
        self._words = totals_words(self.order)
        for finding in self.header.findings:
            self.findings.add(finding)

    @property
    def columns(self) -> Columns:
        """The columns that are read."""
        return self.header.columns

    def add(self, frame: Any) -> None:
        """Take one frame; `frame.index` are the numbers of its rows."""
        import numpy as np
        import pandas as pd

        columns = self.columns
        self._check_width(frame)
        metrics = [frame[column] for _, column, _ in columns.metrics]
        dates = _coded(frame[columns.date])
        # Only a row without a day can be blank, or a remark, or a sum that is named in another column.
        if "" in dates[1]:
            frame = frame[~frame.isna().all(axis=1).to_numpy()]
            metrics = [frame[column] for _, column, _ in columns.metrics]
            dates = _coded(frame[columns.date])
        self.read += len(frame)
        keys: dict[int | None, Coded] = {
            at: _coded(frame[at]) for at in (columns.channel, columns.campaign) if at is not None
        }
        keys[columns.date] = codes, texts = dates
        days = [day_of(text) for text in texts]
        ordinals = np.array([day.toordinal() if isinstance(day, dt.date) else 0 for day in days], dtype=np.int64)
        totals = self._totals_mask(frame, keys)
        part = {"day": ordinals[codes]}
        part["channel"] = self._numbered(len(frame), keys.get(columns.channel), self._channels, self.order.channel)
        part["campaign"] = self._numbered(len(frame), keys.get(columns.campaign), self._campaigns, "")
        is_note = part["day"] == 0
        if is_note.any():
            is_note &= np.logical_and.reduce([series.isna().to_numpy() for series in metrics])
        kept = ~totals & ~is_note
        self._dates(frame, codes, texts, days, (part["day"] == 0) & ~totals)
        values = {
            name: self._values(name, frame[column], column, factor, kept)
            for name, column, factor in columns.metrics
        }
        for at in np.flatnonzero(totals):
            cells = [None if pd.isna(cell) else str(cell) for cell in frame.iloc[at, : columns.width]]
            self._totals.append(TotalsRow(int(frame.index[at]), cells, bool(part["day"][at])))
        table = pd.DataFrame({**part, **values, ROW: frame.index.to_numpy()}, copy=False)
        self._parts.append(table if kept.all() else table[kept])

    def done(self, again: Callable[[], Iterator[Any]]) -> Fetched:
        """Everything that was read; `again` gives the frames once more."""
        import pandas as pd

        names = [name for name, _, _ in self.columns.metrics]
        table = (
            pd.concat(self._parts, ignore_index=True)
            if self._parts
            else pd.DataFrame(columns=[*KEYS, *names, ROW])
        )
        self._parts.clear()
        twice = _sums(table, names)
        copies = self._copies(table, names, again)
        if copies is not None:
            table = table[~copies]
        sums = [_sums(table, names), twice]
        for finding in check_totals(self._totals, sums, self.columns, self.file, ""):
            self.findings.add(finding)
        wanted = table[self._wanted(table)]
        grouped = wanted.groupby(KEYS, sort=False)
        result = grouped[names].sum(min_count=1)
        lines = grouped[ROW].agg(["size", "first"])
        if len(result) > MOST_READINGS:
            raise refused("SOURCE_TOO_MANY_READINGS", self.file, found=str(len(result)), limit=str(MOST_READINGS))
        sizes = lines["size"]
        identical = 0 if copies is None else int(copies.sum())
        for finding in repeats(identical, int(sizes[sizes > 1].sum()), int((sizes > 1).sum()), self.file):
            self.findings.add(finding)
        rows = sorted(self._rows(result, lines["first"], names), key=lambda row: row.key)
        return Fetched(tuple(rows), self.read, self.file, self.findings.all())

    def _rows(self, result: Any, first: Any, names: list[str]) -> Iterator[SourceRow]:
        channels, campaigns = list(self._channels), list(self._campaigns)
        for (day, channel, campaign), numbers, row in zip(
            result.index, result.to_numpy().tolist(), first.tolist(), strict=True
        ):
            values = {
                name: round(value, 6) for name, value in zip(names, numbers, strict=True) if not math.isnan(value)
            }
            if values:
                place = place_of(self.file, "", 0, int(row))
                key = dt.date.fromordinal(day), channels[channel], campaigns[campaign]
                yield SourceRow(key, values, place)

    def _check_width(self, frame: Any) -> None:
        width = self.columns.width
        more = frame[width].notna().to_numpy()
        if more.any():
            number = int(frame.index[more.argmax()])
            place = place_of(self.file, "", width, number)
            raise refused("SOURCE_ROW_WIDER_THAN_HEADER", place, cells=str(width + 1), headings=str(width))

    def _totals_mask(self, frame: Any, keys: Mapping[int | None, Coded]) -> Any:
        import numpy as np
        import pandas as pd

        mask = np.zeros(len(frame), dtype=bool)
        for codes, texts in keys.values():
            marked = np.array([is_totals_word(text, self._words) for text in texts], dtype=bool)
            if marked.any():
                mask |= marked[codes]
        # The word may stand in another column, where the row has no day.
        codes, texts = keys[self.columns.date]
        nameless = np.array([not text for text in texts], dtype=bool)[codes] if "" in texts else mask
        for at in np.flatnonzero(nameless & ~mask):
            cells = [None if pd.isna(cell) else str(cell) for cell in frame.iloc[at]]
            mask[at] = names_totals(cells, self.columns, self._words)
        return mask

    def _numbered(self, length: int, coded: Coded | None, known: dict[str, int], instead: str) -> Any:
        import numpy as np

        if coded is None:
            return np.full(length, known.setdefault(instead, len(known)), dtype=np.int32)
        codes, texts = coded
        names = ["" if is_missing(text) else text for text in texts]
        return np.array([known.setdefault(name or instead, len(known)) for name in names], dtype=np.int32)[codes]

    def _dates(self, frame: Any, codes: Any, texts: list[str], days: list[Any], faulty: Any) -> None:
        import numpy as np

        at_fault = np.flatnonzero(faulty).tolist()
        metrics = [column for _, column, _ in self.columns.metrics]
        filled = frame[metrics].notna().any(axis=1).to_numpy() if at_fault else []
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
            numbers = series.to_numpy(dtype=np.float64)
            numbers = numbers if factor == 1 else np.round(numbers * factor, 6)
            wrong = np.isinf(numbers)
            if not wrong.any():
                return numbers
        codes, uniques = pd.factorize(series.astype(object), use_na_sentinel=False)
        texts = ["" if pd.isna(text) else str(text) for text in uniques]
        read = [number_of(text, factor) for text in texts]
        numbers = np.array([value if isinstance(value, float) else np.nan for value in read], dtype=np.float64)
        unreadable = np.array([isinstance(value, str) for value in read], dtype=bool)
        faults = np.flatnonzero(unreadable[codes] & kept)
        for at in faults[:MOST_SHOWN]:
            place = place_of(self.file, "", column, int(series.index[at]))
            self.findings.add(value_finding(name, texts[codes[at]], place))
        for _ in faults[MOST_SHOWN:]:
            self.findings.add(value_finding(name, "", self.file))
        return numbers[codes]

    def _wanted(self, table: Any) -> Any:
        import numpy as np

        days = table["day"].to_numpy(dtype=np.int64)
        uniques, codes = np.unique(days, return_inverse=True)
        wanted = np.array(
            [bool(day) and is_wanted(dt.date.fromordinal(day), self.order) for day in uniques.tolist()]
        )
        mask = wanted[codes] if len(uniques) else np.zeros(0, dtype=bool)
        self.findings.outside += int((~mask & (days != 0)).sum())
        if "" in self._channels:
            nameless = mask & (table["channel"].to_numpy() == self._channels[""])
            for row in table[ROW].to_numpy()[nameless][:MOST_SHOWN]:
                place = place_of(self.file, "", self.columns.channel or 0, int(row))
                self.findings.add(Finding("SOURCE_CHANNEL_MISSING", Severity.WARNING, "", "channel", {}, place))
            for _ in range(int(nameless.sum()) - MOST_SHOWN):
                self.findings.add(
                    Finding("SOURCE_CHANNEL_MISSING", Severity.WARNING, "", "channel", {}, self.file)
                )
            mask &= ~nameless
        return mask

    def _copies(self, table: Any, names: list[str], again: Callable[[], Iterator[Any]]) -> Any:
        """Which rows equal an earlier one in every column, the unread ones included; None if none does."""
        alike = _alike(table, [*KEYS, *names])
        if not alike.any():
            return None
        import numpy as np
        import pandas as pd

        numbers = pd.Index(table[ROW].to_numpy()[alike])
        lines = pd.concat([frame[frame.index.isin(numbers)] for frame in again()])
        copies = lines.index[lines.duplicated(keep="first").to_numpy()]
        mask = np.zeros(len(table), dtype=bool)
        mask[alike] = numbers.isin(copies)
        return mask if mask.any() else None


def _coded(series: Any) -> Coded:
    """A column of texts as a number for each row and the texts that they stand for."""
    import pandas as pd

    codes, texts = pd.factorize(series.to_numpy(), use_na_sentinel=False)
    return codes, ["" if pd.isna(text) else text_of(text) for text in texts]


def _sums(table: Any, names: Iterable[str]) -> dict[str, float]:
    return {name: float(table[name].sum()) for name in names}


def _alike(table: Any, names: list[str]) -> Any:
    """Which rows may have a copy: a number made of each row's numbers comes more than once."""
    import numpy as np

    mixed = np.zeros(len(table), dtype=np.uint64)
    for name in names:
        bits = table[name].to_numpy(dtype=np.float64).view(np.uint64)
        mixed = (mixed ^ bits) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    order = np.argsort(mixed)
    same = mixed[order][1:] == mixed[order][:-1]
    found = np.zeros(len(table), dtype=bool)
    found[order[1:][same]] = True
    found[order[:-1][same]] = True
    return found
