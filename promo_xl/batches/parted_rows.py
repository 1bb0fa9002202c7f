"""Checks the phases and channels of one product: their shares make up the whole, the phases fit the window."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from promo_xl.batches.cell_reading import Share, UnreadableError, settled
from promo_xl.batches.parted_text import Part
from promo_xl.batches.phase_dates import dated_phases, misplaced
from promo_xl.plan.budget import shares_gap
from promo_xl.plan.findings import Severity
from promo_xl.sheetspec.model import Book

Row = Mapping[str, object]
WARNINGS = {"PRODUCT_PHASE_OUTSIDE", "PRODUCT_PHASE_OVERLAP"}


@dataclass(frozen=True, slots=True)
class Campaign:
    """The days of one product that phases are held against."""

    launch: dt.date
    start: dt.date
    end: dt.date

    @property
    def window(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something wrong with a product's phases or channels."""

    code: str
    details: Mapping[str, object]
    severity: Severity = Severity.ERROR


def rows_of_parts(parts: Sequence[Part], kind: str) -> list[Row]:
    """The rows that the parts of a text stand for, shares as typed."""
    if kind == "channels":
        return [{"channel": part.name, "share": part.share} for part in parts]
    return [{"name": p.name, "start": p.start, "end": p.end, "share": p.share} for p in parts]


def checked_rows(
    rows: Sequence[Row], kind: str, book: Book, campaign: Campaign | None
) -> tuple[list[Row], list[Doubt]]:
    """The rows with plain shares and, for phases, with days; and what is wrong with them."""
    settled_rows = with_shares(rows, "share")
    doubts: list[Doubt] = []
    if gap := shares_gap(_share_of(row) for row in settled_rows):
        doubts.append(Doubt("PRODUCT_SHARES_GAP", {"sum": gap + 1, "gap": gap}))
    if kind == "phases" and campaign is not None:
        settled_rows, more = _placed(settled_rows, book, campaign)
        doubts += more
    return [_filled(row) for row in settled_rows], doubts


def with_shares(rows: Sequence[Row], name: str) -> list[Row]:
    """The rows with the shares of one column settled among themselves."""
    given = [row.get(name) for row in rows]
    shares = settled([share if isinstance(share, Share) else None for share in given])
    return [{**row, name: share} for row, share in zip(rows, shares, strict=True)]


def _placed(rows: list[Row], book: Book, campaign: Campaign) -> tuple[list[Row], list[Doubt]]:
    any_dated = any(row.get("start") for row in rows)
    try:
        placed = dated_phases(rows, book, campaign.launch, campaign.window)
    except UnreadableError as problem:
        return rows, [Doubt(problem.code, problem.details)]
    return placed, list(_doubts(placed, campaign)) if any_dated else []


def _doubts(rows: Sequence[Row], campaign: Campaign) -> Iterator[Doubt]:
    for code, row, other in misplaced(rows, campaign.window):
        details = {"phase": row.get("name"), "start": str(row["start"]), "end": str(row["end"])}
        details |= {"window_start": str(campaign.start), "window_end": str(campaign.end)}
        if other is not None:
            details |= {"other": other.get("name"), "other_end": str(other["end"])}
        yield Doubt(code, details, Severity.WARNING if code in WARNINGS else Severity.ERROR)


def _share_of(row: Row) -> float | None:
    share = row.get("share")
    return share if isinstance(share, float) else None


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}
