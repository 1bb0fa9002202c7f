"""What a number and the words around it mean: a count, money, a share, a change, a multiple."""

from decimal import Decimal
from typing import NamedTuple

from promo_xl.plan.quantity.before import Before, changed_within, is_plain_name
from promo_xl.plan.quantity.behind import Behind, Mark, money_unit, price_unit
from promo_xl.plan.quantity.model import EXACT, Quantity, RefusedTextError

SHARE = "%"
ONE = Decimal(1)
_SHARES = frozenset({"share", "tenths", "discount"})
_FLIPPED = {"≥": "≤", "≤": "≥", ">": "<", "<": ">"}
_YEARS = (1900, 2100)


class Said(NamedTuple):
    """A value with everything that is said around it, and the span of the text that says it."""

    value: Decimal
    before: Before
    behind: Behind
    mark: Mark
    at: int
    end: int

    def refused(self, reason: str) -> RefusedTextError:
        """A refusal of the whole."""
        return RefusedTextError(reason, self.at, self.end)

    @property
    def op(self) -> str:
        """The one operator of both sides; 控制在 is a limit where no other stands."""
        first, second = self.before.op, self.behind.op
        if first and second and first != second:
            raise self.refused("conflicting_operators")
        return first or second or ("≤" if self.before.kept else "=")

    @property
    def change(self) -> str:
        """+ or - where a change is said on either side."""
        if self.behind.change and (self.before.change or self.before.level):
            raise self.refused("ambiguous_change")
        return self.before.change or self.behind.change

    @property
    def note(self) -> str:
        """`lowered` for a level to come down to that has no operator."""
        return "lowered" if self.before.lowered and self.op == "=" else ""

    @property
    def name(self) -> str:
        """The name before the number, or that behind a share: 5%的转化率 -> 转化率."""
        name = one_name(self, self.behind.unit)
        if self.mark.kind == "discount" and name.endswith("打"):
            name = name[:-1].rstrip(" ")
            if name and not is_plain_name(name):
                raise self.refused("unreadable")
        return name


def meant(said: Said) -> Quantity:
    """The quantity that a value and the words around it make."""
    before, kind = said.before, said.mark.kind
    if kind or before.per or before.change or said.behind.change:
        return _changed(said)
    if said.behind.unit[:1] == "年" and _YEARS[0] <= said.value <= _YEARS[1]:
        raise said.refused("date")
    kind, unit, noun = _unit(said)
    name = one_name(said, noun) if noun else before.name
    return Quantity(kind, said.op, said.value, unit=unit, name=name, note=said.note)


def _unit(said: Said) -> tuple[str, str, str]:
    """Kind, unit and noun of a count or an amount of money: ¥30/单 -> money, 元/单."""
    unit = said.behind.unit
    money = money_unit(unit)
    if said.before.money and money is None:
        money = price_unit(unit) if unit else "元"
        if not money:
            raise said.refused("unreadable")
    if money is None:
        if unit.endswith("元"):
            raise said.refused("unreadable")
        return "count", unit, ""
    unit, _, noun = money.partition(" ")
    return "money", unit, noun


def one_name(said: Said, behind: str) -> str:
    """The name before the number or the noun behind it; refused where there are both."""
    noun = behind.removeprefix("的").strip(" ")
    if not noun:
        return said.before.name
    if said.before.name or not is_plain_name(noun) or changed_within(noun):
        raise said.refused("unreadable")
    return noun


def _changed(said: Said) -> Quantity:
    """A share, a change or a multiple."""
    before, kind, change = said.before, said.mark.kind, said.change
    share = bool(before.per) or kind in _SHARES
    if before.money:
        raise said.refused("unreadable")
    if kind == "times":
        return _times(said)
    if kind == "points":
        if before.level or (change and before.minus):
            raise said.refused("ambiguous_change")
        return turned(said, "points", said.value, change)
    if before.minus:
        raise said.refused("ambiguous_sign")
    if not share:
        raise said.refused("absolute_change")
    if before.unsure or (not change and not before.level and changed_within(before.name)):
        raise said.refused("ambiguous_change")
    if change:
        if kind == "discount":
            raise said.refused("unreadable")
        return turned(said, "relative", said.value, change)
    return Quantity("percent", said.op, said.value, unit=SHARE, name=said.name, note=said.note)


def turned(said: Said, kind: str, value: Decimal, change: str, note: str = "") -> Quantity:
    """A change with its sign: 降低20%以上 is a change of -20 % or less."""
    op = said.op
    if change == "-":
        value, op = value.copy_negate() if value else value, _FLIPPED.get(op, op)
    unit = SHARE if kind == "points" else ""
    return Quantity(kind, op, value, unit=unit, needs_baseline=True, name=said.name, note=note)


def _times(said: Said) -> Quantity:
    """增长3倍 is read as a change of +300 % and flagged; 增长到3倍 is three times as much, a change of +200 %."""
    before, value, change = said.before, said.value, said.change
    if before.minus:
        raise said.refused("ambiguous_sign")
    if change == "-" or (before.level and (before.lowered or value < 1)):
        raise said.refused("ambiguous_change")
    if before.level:
        return turned(said, "relative", EXACT.subtract(value, ONE), "+")
    if change:
        return turned(said, "relative", value, "+", "" if value == 1 else "ambiguous_times")
    if changed_within(before.name):
        raise said.refused("ambiguous_change")
    return Quantity("count", said.op, value, unit=f"倍{said.behind.unit}", name=before.name)
