"""Amounts that are words of their own: 一半, 减半, 翻一番, 十分之三."""

import re
from decimal import Decimal

from promo_xl.plan.quantity.amounts import HALF, amount_at, value_of
from promo_xl.plan.quantity.before import changed_within, read_before
from promo_xl.plan.quantity.behind import Mark, read_behind
from promo_xl.plan.quantity.meaning import ONE, SHARE, Said, meant, turned
from promo_xl.plan.quantity.model import Quantity, RefusedTextError, exact
from promo_xl.plan.quantity.numerals import number_at
from promo_xl.plan.quantity.spelled import CHINESE, DIGITS

WHOLE_WORDS = re.compile(
    r"(?P<half>一半|半数)|(?P<full>百分之?百(?![分万零一二三四五六七八九]))|(?P<halved>减半)|翻(?:了)?(?P<turns>[一二两三四五六七八九1-9]?)(?:番|倍(?P<fold>))"
)
_FRACTION = re.compile(
    rf"(?P<below>[0-9]{{1,4}}|[{CHINESE}]{{1,4}}) *分之 *(?P<above>[0-9]{{1,4}}|[{CHINESE}]{{1,6}})"
)
_PER_WORDS = frozenset("百千万")
_HALF = Decimal("0.5")


def whole_word(part: str, *, plus: bool) -> Quantity:
    """Amounts that are one word: 一半, 减半, 翻一番, 翻倍, 百分百, 半成."""
    match = WHOLE_WORDS.search(part) or HALF.search(part)
    if match is None:
        raise RefusedTextError("no_number")
    at, end = match.span()
    before = read_before(part[:at])
    if match.re is HALF:
        first = amount_at(part, at)
        behind = read_behind(part, first.mark.end, plus=plus)
        return meant(Said(value_of(first, before), before, behind, first.mark, at, len(part)))
    said = Said(_HALF, before, read_behind(part, end, plus=plus), Mark("share", "", "", end), at, len(part))
    if before.minus or before.per or before.money or before.level:
        raise said.refused("unreadable")
    if match["half"] or match["full"]:
        return _share(said._replace(value=_HALF if match["half"] else ONE))
    if said.change:
        raise said.refused("ambiguous_change")
    if match["halved"]:
        return turned(said, "relative", _HALF, "-")
    return turned(said, "relative", _turns(match, said), "+")


def _share(said: Said) -> Quantity:
    if said.change:
        return turned(said, "relative", said.value, said.change)
    if changed_within(said.name):
        raise said.refused("ambiguous_change")
    return Quantity("percent", said.op, said.value, unit=SHARE, name=said.name)


def _turns(match: re.Match[str], said: Said) -> Decimal:
    """翻一番 doubles, 翻两番 doubles twice: a change of +100 % and of +300 %; 翻3倍 could be either."""
    turns = match["turns"]
    count = 1 if not turns else int(turns) if turns.isdecimal() else DIGITS[turns]
    if match["fold"] is not None and count != 1:
        raise said.refused("ambiguous_change")
    return Decimal(2**count - 1)


def fraction_in(part: str) -> Quantity | None:
    """十分之三 -> 0.3, 四分之一 -> 0.25; 三分之一 has no exact share and is refused."""
    match = _FRACTION.search(part)
    if match is None or match["below"] in _PER_WORDS:
        return None
    below, above = number_at(match["below"], 0), number_at(match["above"], 0)
    assert below is not None
    assert above is not None
    at, end = match.span()
    if not below.digits or not above.digits or above.digits > below.digits:
        raise RefusedTextError("malformed_number", at, end)
    if 10**8 * above.digits % below.digits:
        raise RefusedTextError("inexact_fraction", at, end)
    value = exact(10**8 * above.digits // below.digits, -8)
    behind = read_behind(part, end, plus=False)
    return meant(Said(value, read_before(part[:at]), behind, Mark("share", "%", "", end), at, len(part)))
