"""Whole numbers as digits and scales alternate: 一千二百万, 3千5百, 1亿2000万, 一万零五, 二〇二六."""

from itertools import pairwise

from promo_xl.plan.quantity.model import RefusedTextError

SMALL = {"十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3}
LARGE = {"万": 4, "亿": 8}
DIGITS = {
    c: n
    for n, cs in enumerate(
        ("零", "一壹弌", "二贰貳弍两", "三叁參叄", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for c in cs
}
TENS = {"廿": 2, "卅": 3}
DIGIT_CHARS, SCALE_CHARS = "".join(DIGITS), "十拾百佰千仟万亿"
CHINESE = f"{DIGIT_CHARS}{SCALE_CHARS}廿卅"
MOST_IN_GROUP = 9999


class _Running:
    """What has been read so far: what stands before 亿, what before 万, and the thousands at hand."""

    __slots__ = ("above", "current", "last_small", "section", "thousands", "width", "zero")

    def __init__(self) -> None:
        self.above = self.thousands = self.section = self.width = 0
        self.current: int | None = None
        self.last_small, self.zero = 9, False

    def small(self, power: int, *, first: bool) -> None:
        """十, 百 or 千: each below the one before it; only 十 may stand without a digit (十五)."""
        if self.current is None and power > 1:
            raise RefusedTextError("vague" if first else "malformed_number")
        if power >= self.last_small or (self.current is not None and self.current > 9):
            raise RefusedTextError("malformed_number")
        self.section += (1 if self.current is None else self.current) * 10**power
        self.current, self.last_small, self.zero = None, power, False

    def large(self, power: int, *, first: bool) -> None:
        """万 or 亿: each closes what stands before it."""
        group = self.section + (self.current or 0)
        again = self.above if power > 4 else self.thousands
        too_much = power == 4 and group > MOST_IN_GROUP
        group += self.thousands if power > 4 else 0
        if not group or again or too_much:
            raise RefusedTextError("vague" if first else "malformed_number")
        if power == 4:
            self.thousands = group * 10**4
        else:
            self.above, self.thousands = group * 10**8, 0
        self.section, self.current, self.last_small, self.zero = 0, None, 9, False

    def digits(self, item: str) -> None:
        """A group of digits; 零 before one keeps it from being worth the next lower scale."""
        if item[0] not in DIGITS:
            number, self.width = int(item), len(item)
        else:
            bare = item.lstrip("零")
            self.zero = self.zero or bare != item
            if len(bare) > 1:
                raise RefusedTextError("vague")
            if not bare:
                return
            number, self.width = DIGITS[bare], 1
        if self.current is not None:
            raise RefusedTextError("malformed_number")
        self.current = number


def spelled(items: list[str]) -> int:
    """The whole number that alternating digits and scales say: [1, 亿, 2000, 万] -> 120000000.

    Raises RefusedTextError: `vague` for 三四百 and 百万, `malformed_number` for 百百.
    """
    if len(items) == 1 and items[0][0] in DIGITS:
        return _positional(items[0])
    running = _Running()
    for position, item in enumerate(items):
        if item in SMALL:
            running.small(SMALL[item], first=not position)
        elif item in LARGE:
            running.large(LARGE[item], first=not position)
        elif item in TENS:
            running.digits("二" if item == "廿" else "三")
            running.small(1, first=False)
        else:
            running.digits(item)
    if running.zero and running.current is None:
        raise RefusedTextError("malformed_number")
    return running.above + running.thousands + running.section + _tail(items, running)


def _tail(items: list[str], running: _Running) -> int:
    """What the last digits are worth: 5 in 1万5 is 5000, in 一万零五 it is 5, in 二十五 it is 5."""
    current, width = running.current, running.width
    if current is None:
        return 0
    scales = [item for item in items[:-1] if item[0] not in DIGITS and not item.isdecimal()]
    last = scales[-1] if scales else ""
    power: int = SMALL.get(last, 0) + LARGE.get(last, 0) + (last in TENS)
    if not power:
        return current
    if running.zero:
        if current < 10**power:
            return current
    elif width == 1 and power > 1:
        if len(items) < 3 or not (items[-3] in SMALL and items[-2] in LARGE):
            return int(current * 10 ** (power - 1))
    elif width == power or (power == 4 and width == 3):
        return current
    raise RefusedTextError("vague")


def _positional(digits: str) -> int:
    """二〇二六 -> 2026; 七八 (seven or eight) and 三四五 are refused."""
    values = [DIGITS[c] for c in digits]
    if len(values) > 1 and not values[0]:
        raise RefusedTextError("malformed_number")
    rising = all(after - before == 1 for before, after in pairwise(values))
    if len(values) > 1 and 0 not in values and (len(values) == 2 or rising):
        raise RefusedTextError("vague")
    return int("".join(map(str, values)))
