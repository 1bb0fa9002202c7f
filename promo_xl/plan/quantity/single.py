"""One quantity, named or not: `≥5%`, `曝光量1000万次`, `ROI 1:8`, `转化率提升至8%`, `100-200万`."""

import re

from promo_xl.plan.quantity.amounts import Amount, amount_at, value_of
from promo_xl.plan.quantity.before import Before, read_before
from promo_xl.plan.quantity.behind import Behind, read_behind
from promo_xl.plan.quantity.meaning import Said, meant
from promo_xl.plan.quantity.model import Quantity, RefusedTextError
from promo_xl.plan.quantity.names import amount_start, spelled_start, unit_at
from promo_xl.plan.quantity.ranges import gap_behind, read_range
from promo_xl.plan.quantity.ratios import TO_REVENUE, read_ratio
from promo_xl.plan.quantity.whole_words import WHOLE_WORDS, fraction_in, whole_word
from promo_xl.plan.quantity.words import FESTIVALS

_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-/](?:0?[1-9]|1[0-2])(?![0-9.万亿wk])|[0-9]{1,2}/[0-9]|0[0-9]-[0-9]{2}(?![0-9])|[0-9]{1,2}-0[0-9](?![0-9])"
    r"|[0-9]{1,2} *月[0-9]|[0-9]{1,2}点[0-9]"
)
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}|(?!1:)[0-9]{1,2}:[0-5][0-9](?![0-9.])|1:0[0-9]")
NEAR_YEAR = re.compile("20(?:1[5-9]|[23][0-9])")
_VAGUE = re.compile(
    r"几[十百千万亿个]|十几|数[十百千万亿](?![0-9])|[十百千万亿]几|(?<![线以])上[十百千万亿]|若干|大量|无数|成千上万|数以|好几|很多|众多|许多|大批|海量|少量|一些"
    r"|亿万|千百万"
)


def read_single(part: str, *, plus: bool = False, alone: bool = True) -> Quantity:
    """The one quantity that a text holds; `plus` if a + for "or more" stood behind it.

    `alone` unless it is a part of a sum: 春节2026 alone names a year.

    Raises RefusedTextError with the reason and its place where it holds none or more than one.
    """
    if vague := _VAGUE.search(part):
        raise RefusedTextError("vague", vague.start(), vague.end())
    if ("翻" in part or "百分" in part) and WHOLE_WORDS.search(part):
        return whole_word(part, plus=plus)
    if "分之" in part and (fraction := fraction_in(part)):
        return fraction
    start = amount_start(part)
    if start < 0:
        start = spelled_start(part)
    if start < 0:
        return whole_word(part, plus=plus)
    before = read_before(part[:start])
    if date := _DATE.match(part, start) or _TIME.match(part, start):
        raise RefusedTextError("date", start, date.end())
    first = amount_at(part, start)
    if TO_REVENUE.match(part, first.mark.end):
        return read_ratio(part, before, first, plus=plus)
    gap = gap_behind(part, first, before)
    if gap is not None:
        return read_range(part, before, first, gap)
    behind = read_behind(part, first.mark.end, plus=plus)
    _check_digits(part[start : first.number.end], before, behind, first, alone=alone)
    return meant(Said(value_of(first, before), before, behind, first.mark, start, len(part)))


def _check_digits(digits: str, before: Before, behind: Behind, first: Amount, *, alone: bool) -> None:
    """Refuse digits that are more likely a name's: 618 of 618大促, 2.0 of 小红书2.0, 2026 of 春节2026."""
    if first.mark.kind:
        return
    if behind.unit:
        if digits in FESTIVALS and not unit_at(behind.unit, 0):
            raise RefusedTextError("ambiguous_name", first.at, first.number.end)
        return
    if before.name and not (before.op or before.money or before.change or behind.op or first.number.scaled):
        if digits.endswith(".0"):
            raise RefusedTextError("ambiguous_name", first.at, first.number.end)
        if alone and NEAR_YEAR.fullmatch(digits):
            raise RefusedTextError("date", first.at, first.number.end)
