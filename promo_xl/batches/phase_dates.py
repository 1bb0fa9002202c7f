"""Gives days to phases that were named without any."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import cast

from promo_xl.batches.cell_reading import UnreadableError
from promo_xl.plan.calendar import WorkCalendar
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.placing import Anchors

Row = Mapping[str, object]
ONE_DAY = dt.timedelta(days=1)


def dated_phases(rows: Sequence[Row], book: Book, launch: dt.date, window: tuple[dt.date, dt.date]) -> list[Row]:
    """The phases with days for each, in the order of their days.

    As many phases as the template has, none dated, take the template's places; otherwise a run of
    undated ones shares the days between its neighbours (or the window's ends) equally.
    """
    for row in rows:
        if (row.get("start") is None) != (row.get("end") is None):
            raise UnreadableError("PRODUCT_PHASE_HALF_DATED", found=str(row.get("name")))
    if all(row.get("start") is None for row in rows):
        defaults = book.tables["phases"][1].defaults
        if len(defaults) == len(rows):
            anchors = Anchors(launch, *window, WorkCalendar())
            return [
                {**row, "start": anchors.place(str(default["start"])), "end": anchors.place(str(default["end"]))}
                for row, default in zip(rows, defaults, strict=True)
            ]
    whole = list(_filled(rows, window))
    return sorted(whole, key=lambda row: cast("dt.date", row["start"]))


def _filled(rows: Sequence[Row], window: tuple[dt.date, dt.date]) -> Iterator[Row]:
    at = 0
    last = window[0] - ONE_DAY
    while at < len(rows):
        if rows[at].get("start") is not None:
            last = cast("dt.date", rows[at]["end"])
            yield rows[at]
            at += 1
            continue
        until = next((i for i in range(at, len(rows)) if rows[i].get("start") is not None), len(rows))
        first = last + ONE_DAY
        end = cast("dt.date", rows[until]["start"]) - ONE_DAY if until < len(rows) else window[1]
        days = (end - first).days + 1
        names = ", ".join(str(row.get("name")) for row in rows[at:until])
        if days < until - at:
            raise UnreadableError("PRODUCT_PHASE_ROOM", found=names, days=max(days, 0), phases=until - at)
        cuts = [first + dt.timedelta(days=days * i // (until - at)) for i in range(until - at + 1)]
        for row, (start, after) in zip(rows[at:until], pairwise(cuts), strict=True):
            yield {**row, "start": start, "end": after - ONE_DAY}
        last = end
        at = until


def misplaced(rows: Sequence[Row], window: tuple[dt.date, dt.date]) -> Iterator[tuple[str, Row, Row | None]]:
    """Phases that end before they start, leave the window, or overlap the one before: code, phase, other."""
    before: Row | None = None
    for row in rows:
        start, end = cast("dt.date", row["start"]), cast("dt.date", row["end"])
        if end < start:
            yield "PRODUCT_PHASE_REVERSED", row, None
            continue
        if start < window[0] or end > window[1]:
            yield "PRODUCT_PHASE_OUTSIDE", row, None
        if before is not None and start <= cast("dt.date", before["end"]):
            yield "PRODUCT_PHASE_OVERLAP", row, before
        before = row
