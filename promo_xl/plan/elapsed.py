"""How much of a window is over: by its days, or by what the phases plan for them.

Days are calendar days, both ends of a window included; the as-of date is a day whose numbers are in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from promo_xl.plan.budget import Phase
from promo_xl.plan.defined import known


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How much of a window is over: days so far, days in all, and the share that was planned by now.

    `by_phases` says whether the phases weigh that share; otherwise every day weighs the same.
    """

    days: int = 0
    total: int = 0
    planned: Fraction = Fraction(0)
    by_phases: bool = False
    reason: str = ""


def elapsed_share(
    start: date | None, end: date | None, as_of: date | None, phases: Iterable[Phase] = ()
) -> Elapsed:
    """What is over of a window, clamped to it: 2026-06-01 to 06-30 as of 06-15 -> 15 of 30 days, planned 1/2.

    A phase spreads its share evenly over its days; the planned share is what these days hold of the
    window's days, so shares need not add up to 1 and a window may cover a part of the phases. When a day
    of the window lies in no phase, a phase lacks a date, or one in the window lacks its share, every day
    weighs the same. Undefined: `no_window`, `reversed_window`, `no_as_of`.
    """
    first, last, today = day_number(start), day_number(end), day_number(as_of)
    if first is None or last is None:
        return Elapsed(reason="no_window")
    if last < first:
        return Elapsed(reason="reversed_window")
    if today is None:
        return Elapsed(reason="no_as_of")
    total = last - first + 1
    days = min(max(today - first + 1, 0), total)
    curve = _curve(phases, first, last)
    if curve is None:
        return Elapsed(days, total, Fraction(days, total))
    whole, so_far = _weight(curve, first, last), _weight(curve, first, first + days - 1)
    return Elapsed(days, total, so_far / whole, by_phases=True)


def day_number(day: date | None) -> int | None:
    """The day as a number; a time of day is dropped, whatever is no date is None."""
    if isinstance(day, datetime):
        day = day.date()
    return day.toordinal() if isinstance(day, date) else None


def _curve(phases: Iterable[Phase], first: int, last: int) -> list[tuple[int, int, Fraction]] | None:
    """Each phase of the window as (first day, last day, share per day); None where they cannot weigh it."""
    curve: list[tuple[int, int, Fraction]] = []
    for phase in phases:
        begins, ends = day_number(phase.start), day_number(phase.end)
        if begins is None or ends is None or ends < begins:
            return None
        if ends < first or last < begins:
            continue
        share = known(phase.share, "no_share").value
        if share is None or share < 0:
            return None
        curve.append((begins, ends, Fraction(share) / (ends - begins + 1)))
    curve.sort()
    return curve if _covers(curve, first, last) and _weight(curve, first, last) else None


def _covers(curve: Sequence[tuple[int, int, Fraction]], first: int, last: int) -> bool:
    reached = first - 1
    for begins, ends, _ in curve:
        if begins > reached + 1:
            return False
        reached = max(reached, ends)
    return reached >= last


def _weight(curve: Sequence[tuple[int, int, Fraction]], first: int, last: int) -> Fraction:
    parts = ((max(begins, first), min(ends, last), share) for begins, ends, share in curve)
    return sum((share * (to - since + 1) for since, to, share in parts if since <= to), Fraction(0))
