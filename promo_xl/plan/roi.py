"""What the money brought: ROAS (投产比, shown 1:8) and net ROI, of a channel and of a total."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from promo_xl.plan.defined import EXACT, Defined, Number, known, known_sum


def roas(revenue: Number | None, cost: Number | None) -> Defined:
    """Revenue per unit of cost: 80000 of 10000 -> 8, shown as 1:8.

    Undefined: `no_revenue`, `no_cost`, `zero_cost`, `negative_cost`, `not_a_number`, `out_of_range`.
    """
    return _per_cost(known(revenue, "no_revenue"), known(cost, "no_cost"))


def net_roi(revenue: Number | None, cost: Number | None) -> Defined:
    """What remains per unit of cost after the cost: 80000 of 10000 -> 7. Reasons as for `roas`."""
    return _net(roas(revenue, cost))


def total_roas(pairs: Iterable[tuple[Number | None, Number | None]]) -> Defined:
    """Σ revenue / Σ cost of (revenue, cost) pairs: (90, 10), (10, 40) -> 2, where the mean would say 4.625.

    A blank adds nothing to its sum, as in a column of a workbook; a side that is blank throughout is
    `no_revenue` or `no_cost`.
    """
    whole = list(pairs)
    return _per_cost(
        known_sum((revenue for revenue, _ in whole), "no_revenue"),
        known_sum((cost for _, cost in whole), "no_cost"),
    )


def ratio_of_sums(numerators: Iterable[Number | None], denominators: Iterable[Number | None]) -> Defined:
    """Σ numerator / Σ denominator: 1 of 2 and 1 of 98 clicks -> 0.02, never the mean of the rates.

    Undefined: `no_numerator`, `no_denominator`, `zero_denominator`, `negative_denominator`, `not_a_number`.
    """
    above = known_sum(numerators, "no_numerator")
    below = known_sum(denominators, "no_denominator")
    return _divided(above, below, "zero_denominator", "negative_denominator")


@dataclass(frozen=True, slots=True)
class ChannelReturn:
    """What one channel brought; `rank` is None where `roas` is undefined, equal channels share a rank."""

    channel: str
    roas: Defined
    net_roi: Defined
    rank: int | None


def rank_channels(rows: Iterable[tuple[str, Number | None, Number | None]]) -> tuple[ChannelReturn, ...]:
    """Channels by ROAS, best first, from rows of (channel, revenue, cost); undefined ones stand last.

    Rows of one channel are summed first. ROAS 8, 8, 3 -> ranks 1, 1, 3.
    """
    by_channel: dict[str, list[tuple[Number | None, Number | None]]] = {}
    for channel, revenue, cost in rows:
        by_channel.setdefault(channel, []).append((revenue, cost))
    totals = [(channel, total_roas(pairs)) for channel, pairs in by_channel.items()]
    values = sorted((total.value for _, total in totals if total.value is not None), reverse=True)
    ranked = [
        ChannelReturn(channel, total, _net(total), None if total.value is None else values.index(total.value) + 1)
        for channel, total in totals
    ]
    return tuple(sorted(ranked, key=lambda found: (found.rank is None, found.rank or 0)))


def _net(ratio: Defined) -> Defined:
    return ratio if ratio.value is None else Defined(EXACT.subtract(ratio.value, Decimal(1)))


def _per_cost(revenue: Defined, cost: Defined) -> Defined:
    return _divided(revenue, cost, "zero_cost", "negative_cost")


def _divided(above: Defined, below: Defined, zero: str, negative: str) -> Defined:
    if above.value is None:
        return above
    if below.value is None:
        return below
    if below.value <= 0:
        return Defined(reason=negative if below.value else zero)
    with localcontext(EXACT):
        return Defined(above.value / below.value)
