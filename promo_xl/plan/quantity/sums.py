"""Sums of named parts: 抖音信息流500万+朋友圈300万+KOL200万."""

import re
from decimal import Decimal
from typing import NamedTuple

from promo_xl.plan.quantity.model import EXACT, SUMMED, Quantity, RefusedTextError, fits, plain
from promo_xl.plan.quantity.names import amount_start
from promo_xl.plan.quantity.numerals import number_at
from promo_xl.plan.quantity.shapes import read_part
from promo_xl.plan.quantity.spelled import SCALE_CHARS
from promo_xl.plan.quantity.words import MEASURES, NOT_PARTS, UNITS

_SEPARATOR = re.compile(r"[+、;\n]|(?<![0-9]),|,(?![0-9])")
_SMALL_PART, _LARGE_PART = Decimal(1000), Decimal(10000)
LONGEST_UNNAMED = 40
_UNNAMED = re.compile(r"[≥>~ ]*+[0-9.,]++ *+[万千百亿kKwWM]*+")
_UNIT = re.compile(r"[^0-9+;,、\n ]*+(?= *(?:[+;,、\n]|\Z))")
_YEAR = re.compile(r"[^0-9.,万千百亿+](?<!¥)20(?:1[5-9]|[23][0-9])\Z")
_SCALED = re.compile(r"[0-9] ?[万亿千百kKwWM]")
OR_MORE, EXPONENT, JOINT = "or more", "exponent", "joint"


class Part(NamedTuple):
    """A part of a text, where it begins, whether a + says "or more", and the joint before it."""

    at: int
    text: str
    more: bool
    joint: str


def split_parts(text: str) -> list[Part]:
    """The parts of a text: `抖音500万+KOL200万+` -> (0, 抖音500万), (7, KOL200万, more)."""
    parts: list[Part] = []
    begin, more = 0, -1
    for separator in _SEPARATOR.finditer(text):
        at = separator.start()
        if separator[0] == "+" and (meaning := _meaning(text, at)) != JOINT:
            if meaning == OR_MORE and more >= begin:
                raise RefusedTextError("part_without_number", at, at + 1)
            more = at if meaning == OR_MORE else more
            continue
        _add(parts, text, begin, at, more)
        begin = separator.end()
    _add(parts, text, begin, len(text), more)
    return parts


def _meaning(text: str, at: int) -> str:
    """What a + says: 500万+ and 1000+单 "or more", 1.13E+08 an exponent; a joint elsewhere."""
    behind = text[at + 1 : at + 12].lstrip(" ")
    before = text[at - 1] if at else ""
    if before in {"e", "E"} and at > 1 and text[at - 2].isdecimal() and behind[:1].isdecimal():
        return EXPONENT
    if not before or before in "+;,、\n":
        return JOINT
    if not behind or behind[0] in ";,、\n":
        return OR_MORE
    if not (before.isdecimal() or before in SCALE_CHARS or before in "kKwWM%"):
        return JOINT
    scaled = behind.lstrip(SCALE_CHARS) if before.isdecimal() else behind
    unit = _UNIT.match(scaled)
    whole = unit is not None and (
        unit[0] in MEASURES
        or (not unit[0] and scaled != behind)
        or (unit[0] in UNITS and _UNNAMED.fullmatch(text[max(0, at - LONGEST_UNNAMED) : at]) is not None)
    )
    return OR_MORE if whole else JOINT


def _add(parts: list[Part], text: str, begin: int, end: int, more: int) -> None:
    part = text[begin:end]
    if more >= begin:
        part = part[: more - begin] + part[more - begin + 1 :]
    bare = part.strip(" ")
    if bare:
        parts.append(Part(begin + len(part) - len(part.lstrip(" ")), bare, more >= begin, text[begin - 1 : begin]))
    elif text[begin - 1 : begin] == "+" or text[end : end + 1] == "+":
        raise RefusedTextError("part_without_number" if begin else "ambiguous_sign", begin, end + 1)


def read_sum(parts: list[Part]) -> Quantity:
    """The total of at least two parts, exact; refused where units differ or a part has no number."""
    read = []
    missing: RefusedTextError | None = None
    for at, part, plus, _ in parts:
        try:
            read.append((at, _summand(part, plus=plus)))
        except RefusedTextError as refusal:
            if refusal.reason != "no_number":
                raise refusal.moved(at) from None
            missing = missing or RefusedTextError("part_without_number", at, at + len(part))
    if not read:
        raise RefusedTextError("no_number")
    if missing:
        raise missing
    unit = _one_unit(read)
    op = _one_operator(read)
    _check_names(parts, read)
    _check_scales(parts, read)
    total = Decimal(0)
    for _, quantity in read:
        assert quantity.value is not None
        total = EXACT.add(total, quantity.value)
    total = plain(total)
    if not fits(total):
        raise RefusedTextError("too_long")
    named = tuple((quantity.name, quantity.value) for _, quantity in read if quantity.value is not None)
    return Quantity("sum", op, total, unit=unit, parts=named)


def _summand(part: str, *, plus: bool) -> Quantity:
    quantity = read_part(part, more=plus, alone=False)
    if quantity.kind not in SUMMED or quantity.value is None or quantity.note:
        raise RefusedTextError("mixed_units", 0, len(part))
    return quantity


def _one_unit(read: list[tuple[int, Quantity]]) -> str:
    """The unit of all parts; parts without one take that of the others, unless it is a share."""
    unit = ""
    for at, quantity in read:
        if not quantity.unit:
            continue
        if unit and quantity.unit != unit:
            raise RefusedTextError("mixed_units", at)
        unit = quantity.unit
    if unit == "%":
        bare = next((at for at, quantity in read if not quantity.unit), None)
        if bare is not None:
            raise RefusedTextError("mixed_units", bare)
    return unit


def _one_operator(read: list[tuple[int, Quantity]]) -> str:
    """The operator of a total: = with ≥ is ≥, ≥ with > is >; ≥ with ≤ is refused."""
    found = {quantity.op for _, quantity in read} - {"="}
    for pair, strict in (({"≥", ">"}, ">"), ({"≤", "<"}, "<")):
        if found <= pair and found:
            return strict if strict in found else found.pop()
    if len(found) > 1:
        raise RefusedTextError("conflicting_operators", read[0][0])
    return found.pop() if found else "="


def _check_names(parts: list[Part], read: list[tuple[int, Quantity]]) -> None:
    """Parts are all named; without any name only + makes a sum: 100、200 may be two choices."""
    for at, quantity in read:
        if quantity.name.startswith(NOT_PARTS) or quantity.name.endswith(NOT_PARTS):
            raise RefusedTextError("not_parts", at)
    named = [bool(quantity.name) for _, quantity in read]
    if any(named) and not all(named):
        raise RefusedTextError("unnamed_parts", read[named.index(False)][0])
    if not any(named) and any(part.joint != "+" for part in parts[1:]):
        raise RefusedTextError("unnamed_parts", parts[0].at)


def _check_scales(parts: list[Part], read: list[tuple[int, Quantity]]) -> None:
    """500+300+200万 may mean 500万: small parts without a scale before one in 万 are refused."""
    year = next((part.at for part in parts if _YEAR.search(part.text)), -1)
    if year >= 0 and any(_SCALED.search(part.text) for part in parts):
        raise RefusedTextError("date", year)
    values = [quantity.value for _, quantity in read if quantity.value is not None]
    if values[-1] < _LARGE_PART or not all(abs(v) < _SMALL_PART for v in values[:-1]) or not any(values[:-1]):
        return
    last = parts[-1].text
    start = amount_start(last)
    number = number_at(last, start) if start >= 0 else None
    if number is None or number.scaled:
        raise RefusedTextError("ambiguous_scale", read[0][0])
