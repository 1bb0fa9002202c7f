"""How the money is divided: phases in time, channels in kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from promo_xl.plan.defined import EXACT, Number, known, known_sum

TOLERANCE = Decimal("0.000001")
CENT = Decimal("0.01")
WIDE = Context(prec=2000, traps=[])  # the largest total in its smallest unit, without rounding


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


@dataclass(frozen=True, slots=True)
class PartsCheck:
    """What parts add up to; `gap` is their sum minus the whole, 0 within the tolerance."""

    sum: Decimal | None = None
    gap: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Amounts that add up to the whole exactly, in the order of their shares; none with a reason."""

    amounts: tuple[Decimal, ...] = ()
    reason: str = ""


def shares_gap(shares: Iterable[Number | None]) -> Decimal:
    """How far the stated shares are from 100 %; 0 when none is stated; 40+30+20+10 % -> 0.

    What is no number counts as not stated; `budget_check` says so instead.
    """
    stated = [found.value for share in shares if (found := known(share, "")).value is not None]
    return budget_check(stated).gap or Decimal(0)


def budget_check(parts: Iterable[Number | None], total: Number | None = 1) -> PartsCheck:
    """Whether parts make up the whole: shares 40+30+20+10 % of 1, or amounts of a total, -> gap 0.

    Differences up to a millionth of the whole, half a cent at most, are rounding. Blanks are parts not
    yet stated and add nothing. Undefined: `no_parts` when none is stated, `no_total`, `negative_part`
    (the sum is given, the gap is not), `not_a_number`.
    """
    stated = [part for part in parts if part is not None]
    added, whole = known_sum(stated, "no_parts"), known(total, "no_total")
    if added.value is None or whole.value is None:
        return PartsCheck(added.value, None, added.reason or whole.reason)
    if any(part < 0 for part in stated):
        return PartsCheck(added.value, None, "negative_part")
    with localcontext(EXACT):
        gap = added.value - whole.value
        rounding = min(TOLERANCE * abs(whole.value), CENT / 2)
        return PartsCheck(added.value, Decimal(0) if abs(gap) <= rounding else gap)


def allocate(total: Number | None, shares: Sequence[Number | None]) -> Allocation:
    """`total` divided by `shares`, to the cent, with nothing lost: 100 by 1, 1, 1 -> 33.34, 33.33, 33.33.

    Shares may be shares, percent numbers or any weights; a blank share gets 0. Cents that rounding down
    leaves over go to the largest remainders, the first of equal ones. A total with more than two
    decimals keeps them. Undefined: `no_total`, `no_shares` (none above 0), `negative_share`, `not_a_number`.
    """
    whole = known(total, "no_total")
    if whole.value is None:
        return Allocation(reason=whole.reason)
    weights: list[Fraction] = []
    for share in shares:
        weight = known(0 if share is None else share, "")
        if weight.value is None or weight.value < 0:
            return Allocation(reason=weight.reason or "negative_share")
        weights.append(Fraction(weight.value))
    together = sum(weights)
    if not together:
        return Allocation(reason="no_shares")
    exact = Fraction(whole.value)
    return Allocation(apportion([exact * weight / together for weight in weights], finest_unit([whole.value])))


def apportion(parts: Sequence[Fraction], unit: Decimal = CENT) -> tuple[Decimal, ...]:
    """Exact parts as multiples of `unit` that keep their sum, which must be such a multiple itself.

    Largest remainders are rounded up first: 1/3, 1/3, 1/3 in steps of 0.01 -> 0.34, 0.33, 0.33.
    """
    steps = [part / Fraction(unit) for part in parts]
    whole = [step.numerator // step.denominator for step in steps]
    left = round(sum(steps)) - sum(whole)
    by_remainder = sorted(range(len(steps)), key=lambda place: (whole[place] - steps[place], place))
    for place in by_remainder[:left]:
        whole[place] += 1
    with localcontext(WIDE):
        return tuple(count * unit for count in whole)


def finest_unit(amounts: Iterable[Decimal]) -> Decimal:
    """The largest unit of a cent or less that all amounts are multiples of: 3, 0.125 -> 0.001."""
    unit = CENT
    for amount in amounts:
        exponent = amount.normalize(EXACT).as_tuple().exponent
        assert isinstance(exponent, int)
        unit = min(unit, Decimal(1).scaleb(exponent, EXACT)) if amount else unit
    return unit
