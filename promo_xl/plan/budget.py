"""How the money is divided: phases in time, channels in kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

TOLERANCE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the campaign (预热, 爆发, 持续) with its share of the budget."""

    name: str = ""
    start: date | None = None
    end: date | None = None
    share: float | None = None
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel with its share of the budget."""

    channel: str = ""
    share: float | None = None
    more: Mapping[str, object] = field(default_factory=dict)


def shares_gap(shares: Iterable[float | None]) -> Decimal:
    """How far the stated shares are from 100 %; 0 when none is stated; 40+30+20+10 % -> 0."""
    stated = [Decimal(str(share)) for share in shares if share is not None]
    gap = sum(stated, Decimal(0)) - 1 if stated else Decimal(0)
    return Decimal(0) if abs(gap) <= TOLERANCE else gap
