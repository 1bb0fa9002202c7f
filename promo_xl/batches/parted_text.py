"""Phases and channels written in one cell: `预热 6/1-6/10 20%；爆发 6/11-6/20 80%`, `抖音 50%、KOL 50%`."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from promo_xl.batches.cell_reading import Share, UnreadableError
from promo_xl.plan.dates import parse_span, reversed_days

_SEPARATORS = {
    "phases": re.compile(r"[;\n、,]+"),
    "channels": re.compile(r"[;\n、,+]+"),
}
_SHARE = re.compile(
    r"(?P<before>.*?)(?P<gap>[\s:=(]*)(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>%)?\s*\)?\s*", re.DOTALL
)
_DATE_SIGNS = re.compile(r"[\d\s年月日号/.\-~—–至到]*(?:to[\d\s/.\-]*)?", re.IGNORECASE)
_DATE_INSIDE = re.compile(r"\d\s*[年月/.\-]\s*\d")
UNREADABLE = {"phases": "PRODUCT_PHASE_UNREADABLE", "channels": "PRODUCT_CHANNEL_UNREADABLE"}
_LOOSE = " \t:=()-~—–"


@dataclass(frozen=True, slots=True)
class Part:
    """One phase or channel: the text it was written as, and what that says."""

    piece: str
    name: str
    start: dt.date | None = None
    end: dt.date | None = None
    share: Share | None = None


def parse_parts(text: str, kind: str, reference: dt.date) -> tuple[list[Part], list[UnreadableError]]:
    """Every part of the text, and every piece that is none; dates without a year are near `reference`."""
    parts: list[Part] = []
    problems: list[UnreadableError] = []
    for piece in _pieces(text, kind):
        try:
            part = _part(piece, kind, reference)
        except UnreadableError as problem:
            problems.append(problem)
            continue
        if any(_same(part.name, other.name) for other in parts):
            problems.append(UnreadableError("PRODUCT_PART_TWICE", found=part.name))
        parts.append(part)
    return parts, problems


def _pieces(text: str, kind: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text)
    return (piece.strip() for piece in _SEPARATORS[kind].split(plain) if piece.strip())


def _same(name: str, other: str) -> bool:
    return name.casefold().split() == other.casefold().split()


def _part(piece: str, kind: str, reference: dt.date) -> Part:
    rest, share = _share(piece, dated=kind == "phases")
    name, start, end = _dated(rest, piece, reference) if kind == "phases" else (rest, None, None)
    if share is None and start is not None:
        name, share = _share(name.rstrip(), dated=False)
    name = name.strip(_LOOSE)
    # What still holds a percent sign or nothing but digits is a share that went wrong, not a name.
    if not name or "%" in name or (start is None and name.isdigit()):
        raise UnreadableError(UNREADABLE[kind], found=piece)
    return Part(piece, name, start, end, share)


def _share(piece: str, *, dated: bool) -> tuple[str, Share | None]:
    """The piece without the share at its end; a bare number counts only after a space or colon."""
    match = _SHARE.fullmatch(piece)
    if match is None or (not match["percent"] and not match["gap"]):
        return piece, None
    number = Decimal(match["number"])
    is_day = number > 1 and "." in match["number"]  # 6.1 is the first of June
    if dated and not match["percent"] and (is_day or _in_date(match["before"])):
        return piece, None
    return match["before"], Share(number / 100 if match["percent"] else number, bare=not match["percent"])


def _in_date(before: str) -> bool:
    """True if a number after this text belongs to a date, as in `6/1 -` or `6月`."""
    return bool(re.search(r"[年月/.\-~—–至到]\s*$|\bto\s*$", before, re.IGNORECASE))


def _dated(text: str, piece: str, reference: dt.date) -> tuple[str, dt.date | None, dt.date | None]:
    """Name and days of a phase; the days are the longest tail that reads as a span."""
    for at in range(len(text)):
        begins = text[at].isdigit() and (at == 0 or not _DATE_SIGNS.fullmatch(text[at - 1]) or text[at - 1] == " ")
        tail = text[at:].rstrip(_LOOSE)
        if not begins or not _DATE_SIGNS.fullmatch(tail) or not _DATE_INSIDE.search(tail):
            continue
        span = parse_span(tail, reference)
        if span.reason == "no_such_day":
            raise UnreadableError("PRODUCT_DATE_NO_SUCH_DAY", found=tail)
        if days := reversed_days(tail, reference):
            return text[:at], *days
        if span.start and span.end:
            return text[:at], span.start, span.end
    if _DATE_INSIDE.search(text):
        raise UnreadableError(UNREADABLE["phases"], found=piece)
    return text, None, None
