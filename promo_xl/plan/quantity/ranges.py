"""Ranges: 100-200万, 5%~8%, 3至5万元, 介于100和200之间."""

import re
from decimal import Decimal
from typing import NamedTuple

from promo_xl.plan.quantity.amounts import Amount, amount_at, value_of
from promo_xl.plan.quantity.before import Before
from promo_xl.plan.quantity.behind import money_unit, read_behind
from promo_xl.plan.quantity.meaning import Said, meant
from promo_xl.plan.quantity.model import EXACT, Quantity, RefusedTextError
from promo_xl.plan.quantity.spelled import CHINESE, LARGE, SCALE_CHARS, SMALL

MOST_APART = Decimal(1000)  # 500-1万 is a range from 500; 5-3万 is more likely one that is reversed
TO = re.compile(
    r" *+(?:-{1,2}|~|–|—{1,2}|―|至|到|to\b|(?P<and>和|与|and\b)) *+"
    rf"(?=(?:¥|百分之|千分之|万分之|RMB)? *+[0-9{CHINESE}])"
)
_PER = {"百分之": 2, "千分之": 3, "万分之": 4}
_SECOND = re.compile(r" *+(¥|RMB|百分之|千分之|万分之) *+")
_FARTHEST = 36
_SIDES = ("之间", "间")


class Gap(NamedTuple):
    """What stands between the ends of a range: the left end's unit; where the right end begins."""

    unit: str
    end: int


def gap_behind(part: str, first: Amount, before: Before) -> Gap | None:
    """The gap behind a number, where a range is written: `100单到200单` -> 单, 5."""
    begin = first.mark.end
    match = TO.match(part, begin)
    if match is None and not first.mark.kind:
        match = TO.search(part, begin, begin + _FARTHEST)
        if match and not part[begin : match.start()].replace(" ", "").replace("/", "").isalpha():
            return None
    if match is None or (match["and"] and not (before.between or part.rstrip(" .。").endswith(_SIDES))):
        return None
    return Gap(part[begin : match.start()].strip(" "), match.end())


def read_range(part: str, before: Before, first: Amount, gap: Gap) -> Quantity:
    """From low to high; the right end's scale and mark serve the left where it has none: 100-200万."""
    second = amount_at(part, _second_at(part, before, gap.end, first.at))
    behind = read_behind(part, second.mark.end, plus=False, ranged=True)
    left = first
    if first.mark[:3] != second.mark[:3]:
        if first.mark.kind or gap.unit:
            raise RefusedTextError("mixed_units", first.at, len(part))
        left = first._replace(mark=second.mark)
    same = gap.unit == behind.unit or (
        money_unit(gap.unit) is not None and money_unit(gap.unit) == money_unit(behind.unit)
    )
    if gap.unit and not same:
        raise RefusedTextError("mixed_units", first.at, len(part))
    low = _left_end(part, before, left, second, alone=bool(gap.unit or first.mark.kind))
    said = Said(value_of(second, before), before, behind, second.mark, first.at, len(part))
    check_range(said, low, said.value)
    bare = said._replace(before=before._replace(op="", kept=False), behind=behind._replace(op=""))
    one, other = meant(bare), meant(bare._replace(value=low))
    assert one.value is not None
    assert other.value is not None
    ends = sorted((one.value, other.value))
    note = one.note if one.note == other.note else "ambiguous_times"
    return Quantity(
        one.kind,
        "range",
        low=ends[0],
        high=ends[1],
        unit=one.unit,
        needs_baseline=one.needs_baseline,
        note=note,
        name=one.name,
    )


def _same_unit(left: str, right: str) -> bool:
    money = money_unit(left)
    return left == right or (money is not None and money == money_unit(right))


def _second_at(part: str, before: Before, at: int, begin: int) -> int:
    """Where the right end's digits begin; its own 百分之 or ¥ has to be that of the left end."""
    while match := _SECOND.match(part, at):
        fits = _PER[match[1]] == before.per if match[1] in _PER else before.money
        if not fits:
            raise RefusedTextError("mixed_units", begin, len(part))
        at = match.end()
    return at


def _left_end(part: str, before: Before, left: Amount, right: Amount, *, alone: bool) -> Decimal:
    """The left end's value: with the right end's scale if it has none of its own and stays below."""
    low, high = value_of(left, before), value_of(right, before)
    scale = 0 if alone else _served(part, left, right)
    if scale < 0:
        raise RefusedTextError("ambiguous_scale", left.at, right.mark.end)
    if not scale:
        return low
    raised = left.number._replace(exponent=left.number.exponent + scale)
    scaled = value_of(left._replace(number=raised), before)
    if scaled <= high:
        return scaled
    if low <= high and high > EXACT.multiply(low, MOST_APART):
        raise RefusedTextError("reversed_range", left.at, right.mark.end)
    return low


def _served(part: str, left: Amount, right: Amount) -> int:
    """The scale that a right end lends to its left: 3-5万 -> 4, 三十到五十万 -> 4.

    -1 for 三到五十万, which may begin at 3万 or at 30万.
    """
    low, high = left.number, right.number
    if not high.scaled or any(large in part[left.at : low.end] for large in LARGE):
        return 0
    if high.typed:
        return 0 if low.scaled else high.scale
    text = part[right.at : high.end]
    trail = text[len(text.rstrip(SCALE_CHARS)) :]
    large = trail.lstrip("".join(SMALL))
    if low.scaled or len(trail) == len(text):
        return sum(LARGE[c] for c in large)
    return -1 if large and large != trail else sum(LARGE.get(c, 0) + SMALL.get(c, 0) for c in trail)


def check_range(said: Said, low: Decimal, high: Decimal) -> None:
    """Refuse a range with a sign or an operator other than 约, and one whose left end is the larger."""
    if said.before.op not in {"", "~"} or said.behind.op not in {"", "~"}:
        raise said.refused("conflicting_operators")
    if said.before.minus:
        raise said.refused("ambiguous_sign")
    if low > high:
        raise said.refused("reversed_range")
