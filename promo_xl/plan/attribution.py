"""Which channels an order is owed to: its touches share it, its revenue goes with the shares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from promo_xl.plan.budget import PartsCheck, apportion, budget_check, finest_unit
from promo_xl.plan.defined import EXACT, Number, known, known_sum

MODELS = ("first", "last", "linear", "position", "time_decay")
HALF_LIFE_DAYS = 7
ENDS = Fraction(2, 5)  # the first and the last touch take 40 % each, those between them the rest
FADED = 100  # half-lives after which nothing is left of a share in its smallest unit
SHARE_UNIT = Decimal("1E-12")


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact with a channel on the way to an order; `at` may be a day or a moment."""

    channel: str
    at: date | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What an order brought and the touches before it."""

    revenue: Number | None
    touches: tuple[Touch, ...] = ()


@dataclass(frozen=True, slots=True)
class TouchShares:
    """Shares in the order of the touches, with a sum of exactly 1; none with a reason."""

    shares: tuple[Decimal, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attributed:
    """Revenue by channel; with `unattributed`, the revenue of orders without touches, it is all orders' sum.

    `left_out` counts the orders whose revenue is not known.
    """

    by_channel: Mapping[str, Decimal] = field(default_factory=dict)
    unattributed: Decimal = Decimal(0)
    left_out: int = 0
    reason: str = ""


def touch_shares(touches: Sequence[Touch], model: str) -> TouchShares:
    """The shares of an order's touches under a model; they add up to exactly 1.

    - first, last: 1 for one touch. linear: the same for each, 3 touches -> 0.333333333334, 0.333333333333, ….
    - position: 40 % first, 40 % last, 20 % between; two touches 50/50.
    - time_decay: half as much for every 7 days before the last touch: 7 days and 0 days -> 1/3, 2/3.

    Touches are taken by their time when all have one, else as they stand. Undefined: `no_touches`,
    `no_time` (time_decay), `unknown_model`.
    """
    if model not in MODELS:
        return TouchShares(reason="unknown_model")
    if not touches:
        return TouchShares(reason="no_touches")
    moments = [_moment(touch.at) for touch in touches]
    times = [moment for moment in moments if moment is not None]
    timed = len(times) == len(touches)
    if model == "time_decay" and not timed:
        return TouchShares(reason="no_time")
    order = sorted(range(len(touches)), key=times.__getitem__) if timed else list(range(len(touches)))
    weights = _decay(times) if model == "time_decay" else _by_place(order, model)
    whole = sum(weights)
    return TouchShares(apportion([weight / whole for weight in weights], SHARE_UNIT))


def check_shares(shares: Iterable[Number | None]) -> PartsCheck:
    """Whether the shares of an order add up to 1 within a millionth: 0.4, 0.2, 0.4 -> gap 0."""
    return budget_check(shares)


def attributed(orders: Iterable[Order], model: str) -> Attributed:
    """Each channel's revenue under a model, to the cent, with nothing lost or made.

    An order of 90 over 抖音, KOL, 抖音, linear -> 抖音 60, KOL 30. Undefined: `unknown_model`, `no_time` (an
    order with touches has one without a time, under time_decay), `no_orders` (none with a known revenue).
    """
    if model not in MODELS:
        return Attributed(reason="unknown_model")
    parts: dict[str | None, Fraction] = {}
    taken: list[Decimal] = []
    left_out = 0
    for order in orders:
        revenue = known(order.revenue, "no_revenue").value
        if revenue is None:
            left_out += 1
            continue
        found = touch_shares(order.touches, model)
        if found.reason == "no_time":
            return Attributed(left_out=left_out, reason=found.reason)
        taken.append(revenue)
        channels: list[str | None] = [touch.channel for touch in order.touches]
        for channel, share in zip(channels or [None], found.shares or (Decimal(1),), strict=True):
            parts[channel] = parts.get(channel, Fraction(0)) + Fraction(revenue) * Fraction(share)
    total = known_sum(taken, "no_orders")
    if total.value is None:
        return Attributed(left_out=left_out, reason=total.reason)
    amounts = dict(zip(parts, apportion(list(parts.values()), finest_unit(taken)), strict=True))
    unattributed = amounts.pop(None, Decimal(0))
    by_channel = {channel: amount for channel, amount in amounts.items() if channel is not None}
    return Attributed(by_channel, unattributed, left_out)


def _by_place(order: Sequence[int], model: str) -> list[Fraction]:
    """The weight of each touch, given the places of the touches from the first to the last."""
    count = len(order)
    weights = [Fraction(0)] * count
    if model == "first":
        weights[order[0]] = Fraction(1)
    elif model == "last":
        weights[order[-1]] = Fraction(1)
    elif model == "linear" or count <= 2:
        weights = [Fraction(1)] * count
    else:
        weights = [(1 - 2 * ENDS) / (count - 2)] * count
        weights[order[0]] = weights[order[-1]] = ENDS
    return weights


def _decay(times: Sequence[Fraction]) -> list[Fraction]:
    latest = max(times)
    with localcontext(EXACT):
        return [_halved((latest - time) / HALF_LIFE_DAYS) for time in times]


@lru_cache(maxsize=4096)  # whole days repeat from order to order, and a power of fifty digits is slow
def _halved(times: Fraction) -> Fraction:
    if times > FADED:
        return Fraction(0)
    return Fraction(Decimal(2) ** (-Decimal(times.numerator) / times.denominator))


def _moment(at: date | None) -> Fraction | None:
    """Days since the calendar began; a time zone is dropped, so that times compare as they are written."""
    if isinstance(at, datetime):
        seconds = (at.hour * 60 + at.minute) * 60 + at.second
        return at.toordinal() + Fraction(seconds * 10**6 + at.microsecond, 86_400 * 10**6)
    return Fraction(at.toordinal()) if isinstance(at, date) else None
