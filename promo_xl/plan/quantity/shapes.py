"""The quick way: a text without its digits is a shape, and the shape decides everything but the number.

`曝光量≥500万次` and `曝光量≥730万次` have one shape. When it is met again it is read with numbers that
belong to no special case, and remembered; a shape whose reading depends on its number (8折 and 75折, 3C,
2026年) is none, and its texts are read one by one.
"""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from promo_xl.plan.quantity.folding import ODD_DIGITS
from promo_xl.plan.quantity.model import EXACT, SUMMED, Quantity, RefusedTextError, exact, plain
from promo_xl.plan.quantity.single import read_single
from promo_xl.plan.quantity.words import FESTIVALS, NOT_PARTS

MOST_SHAPES = 8192
_NUMBER = r"([1-9][0-9]{0,11}(?:\.[0-9]{0,5}[1-9])?|0\.[0-9]{0,5}[1-9]|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})"
_LEAD = r"([^0-9+,;、\n#.]{0,16}(?:1[:比](?=[0-9]))?)"
_TAIL = (
    r"((?: ?[千百]?[万亿]| ?[kKwWMB](?![A-Za-z])|[^0-9+,;、\n#.A-Za-z])?"
    r"(?:[^0-9+,;、\n#.A-Za-z]{0,11}|(?: [A-Za-z]{2,14}){1,3}))(\+?)"
)
_BETWEEN = r"([^0-9+,;、\n#.A-Za-z]{1,5})"
_FORM = re.compile(f"{_LEAD}{_NUMBER}(?:{_BETWEEN}{_NUMBER})?{_TAIL}")
_YEAR = re.compile("(?:19|20)[0-9][0-9]|2100")
_SAMPLES = (("4321", "5432"), ("87.6", "98.7"), ("53,864", "64,975"))
_SCALED_FROM, _SMALL_TO = Decimal(10000), Decimal(1000)


class _Shape(NamedTuple):
    """What every text of a shape says: each value is sign × number × 10^its exponent."""

    read: Quantity
    sign: int
    exponent: int
    second: int


def read_part(part: str, *, more: bool = False, alone: bool = True) -> Quantity:
    """The same as `read_single`, quick for a shape that has been read before."""
    return read_shaped(part, more=more, alone=alone) or read_single(part, plus=more, alone=alone)


def read_shaped(part: str, *, more: bool = False, alone: bool = True) -> Quantity | None:
    """The quantity of a text whose shape does not depend on its numbers; None for any other text."""
    match = _FORM.fullmatch(part)
    if match is None:
        return None
    lead, digits, between, others, tail, plus = match.groups()
    if digits in FESTIVALS or (len(digits) == 4 and _YEAR.match(digits)) or (plus and more):
        return None
    known = _known(lead, between or "", tail, more or bool(plus), alone)
    shape = known.shape if known.sampled else known.sample()
    if shape is None:
        return None
    read, sign, exponent, second = shape
    value: Decimal | None = _value(digits, sign, exponent)
    low: Decimal | None = None
    high: Decimal | None = None
    if others is not None:
        if others in FESTIVALS or (len(others) == 4 and _YEAR.match(others)):
            return None
        # A left end above the right one may be in another scale (8000-1万), or the range is reversed.
        if _value(digits, 1, 0) > _value(others, 1, 0):
            return None
        low, high, value = value, _value(others, sign, second), None
        low, high = (low, high) if sign > 0 else (high, low)
    return Quantity(
        read.kind, read.op, value, low, high, read.unit, (), read.needs_baseline, "", read.note, read.name
    )


def read_plain_sum(text: str) -> Quantity | None:
    """The total of named parts of known shapes and one unit; None for any other text.

    `抖音500万+KOL200万` -> 7000000.
    """
    pieces = text.split("+")
    if len(pieces) < 2:
        return None
    parts: list[tuple[str, Decimal]] = []
    total, unit, small = Decimal(0), None, True
    for piece in pieces:
        read = read_shaped(piece.strip(" "), alone=False)
        if read is None or read.op != "=" or not read.name or read.note or read.kind not in SUMMED:
            return None
        if read.name.startswith(NOT_PARTS) or read.name.endswith(NOT_PARTS):
            return None
        if read.value is None or (unit is not None and read.unit != unit):
            return None
        if len(parts) == len(pieces) - 1 and small and read.value >= _SCALED_FROM:
            return None
        unit, small = read.unit, small and read.value < _SMALL_TO
        parts.append((read.name, read.value))
        total = EXACT.add(total, read.value)
    return Quantity("sum", "=", plain(total), unit=unit or "", parts=tuple(parts))


def _value(digits: str, sign: int, exponent: int) -> Decimal:
    whole, _, decimals = digits.replace(",", "").partition(".")
    exponent -= len(decimals)
    number = sign * int(whole + decimals)
    return Decimal(number * 10**exponent) if exponent >= 0 else exact(number, exponent)


class _Known:
    """A shape that has been met; it is sampled when it is met again, as many names stand in one text only."""

    __slots__ = ("how", "met", "sampled", "shape", "texts")

    def __init__(self, texts: tuple[str, str, str], how: tuple[bool, bool]) -> None:
        self.texts, self.how = texts, how
        self.met = self.sampled = False
        self.shape: _Shape | None = None

    def sample(self) -> _Shape | None:
        """What all texts of the shape say; None where they are refused or depend on their numbers."""
        if not self.met:
            self.met = True
            return None
        self.sampled = True
        lead, between, tail = self.texts
        whole = "".join(self.texts)
        if not ODD_DIGITS.search(whole) and lead == lead.lstrip(" ") and tail == tail.rstrip(" 。"):
            shapes = {_sampled(lead, between, tail, sample, self.how) for sample in _SAMPLES}
            self.shape = shapes.pop() if len(shapes) == 1 else None
        return self.shape


@lru_cache(MOST_SHAPES)
def _known(lead: str, between: str, tail: str, more: bool, alone: bool) -> _Known:
    return _Known((lead, between, tail), (more, alone))


def _sampled(lead: str, between: str, tail: str, sample: tuple[str, str], how: tuple[bool, bool]) -> _Shape | None:
    first, second = sample if between else (sample[0], "")
    try:
        read = read_single(f"{lead}{first}{between}{second}{tail}", plus=how[0], alone=how[1])
    except RefusedTextError:
        return None
    values = [value for value in (read.value, read.low, read.high) if value is not None]
    if read.note == "ambiguous_times" or len(values) != 1 + bool(between):
        return None
    sign = -1 if values[0] < 0 else 1
    numbers = [Decimal(text.replace(",", "")) for text in (first, second)[: len(values)]]
    exponents = [v.adjusted() - n.adjusted() for v, n in zip(values[::sign], numbers, strict=True)]
    for value, number, exponent in zip(values[::sign], numbers, exponents, strict=True):
        if value.copy_abs() != number.scaleb(exponent):
            return None
    same = replace(read, value=None, low=None, high=None)
    return _Shape(same, sign, exponents[0], exponents[-1])


def forget_shapes() -> None:
    """Read every shape anew from here on; for measurements."""
    _known.cache_clear()
