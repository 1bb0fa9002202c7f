"""Ratios of cost to revenue: 1:8, 1比8以上, 1:8-1:10."""

import re
from decimal import Decimal

from promo_xl.plan.quantity.amounts import Amount
from promo_xl.plan.quantity.before import Before, changed_within
from promo_xl.plan.quantity.behind import Mark, mark_at, read_behind
from promo_xl.plan.quantity.meaning import Said
from promo_xl.plan.quantity.model import Quantity, RefusedTextError, exact, fits
from promo_xl.plan.quantity.numerals import number_at
from promo_xl.plan.quantity.ranges import TO, check_range

RATIO = "1:x"
TO_REVENUE = re.compile(r" *+(?::|比) *+(?=[0-9零一二三四五六七八九十两])")


def read_ratio(part: str, before: Before, first: Amount, *, plus: bool) -> Quantity:
    """1:8 -> 8 yuan of revenue for each yuan of cost; 8:1 could be either way round and is refused."""
    value, end = _revenue(part, first)
    if before.minus or before.per or before.money:
        raise RefusedTextError("ambiguous_ratio", first.at, end)
    if before.change or changed_within(before.name):
        raise RefusedTextError("ambiguous_change", first.at, end)
    if to := TO.match(part, end):
        return _ratio_range(part, before, value, first._replace(at=to.end()))
    behind = read_behind(part, end, plus=plus)
    if behind.unit or behind.change:
        raise RefusedTextError("unreadable", end, len(part))
    said = Said(value, before, behind, Mark("", "", "", end), first.at, len(part))
    return Quantity("ratio", said.op, value, unit=RATIO, name=before.name, note=said.note)


def _revenue(part: str, cost: Amount) -> tuple[Decimal, int]:
    """The right side of a ratio whose left side is 1."""
    match = TO_REVENUE.match(part, cost.mark.end)
    assert match is not None
    number = number_at(part, match.end())
    one = (cost.number.digits, cost.number.exponent, cost.number.scaled, cost.mark.kind) == (1, 0, False, "")
    scaled = number is not None and number.scaled and number.typed
    if not one or number is None or scaled or mark_at(part, number.end).kind:
        raise RefusedTextError("ambiguous_ratio", cost.at, len(part))
    value = exact(number.digits, number.exponent)
    if not fits(value):
        raise RefusedTextError("too_long", cost.at, number.end)
    return value, number.end


def _ratio_range(part: str, before: Before, low: Decimal, cost: Amount) -> Quantity:
    """1:8-1:10, and 1:8-10 where the left side serves both."""
    number = number_at(part, cost.at)
    assert number is not None
    if TO_REVENUE.match(part, number.end):
        high, end = _revenue(part, Amount(cost.at, number, mark_at(part, number.end)))
    else:
        high, end = exact(number.digits, number.exponent), number.end
        if not fits(high) or number.scaled or mark_at(part, end).kind:
            raise RefusedTextError("ambiguous_ratio", cost.at, len(part))
    behind = read_behind(part, end, plus=False)
    said = Said(high, before, behind, Mark("", "", "", end), cost.at, len(part))
    check_range(said, low, high)
    if behind.unit or behind.change:
        raise said.refused("unreadable")
    return Quantity("ratio", "range", low=low, high=high, unit=RATIO, name=before.name)
