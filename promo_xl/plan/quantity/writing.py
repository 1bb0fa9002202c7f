"""Quantities written so that they read back the same: 5000000 -> 500万 or 5M."""

from dataclasses import replace
from decimal import Decimal

from promo_xl.plan.quantity.model import EXACT, Quantity, plain
from promo_xl.plan.quantity.words import FESTIVALS

HUGE = Decimal(10**15)  # beyond it no planner writes 万
_YEARS = range(2015, 2040)  # a name before 2026 would make it a year; 2,026 is none
_FLIPPED = {"≥": "≤", "≤": "≥", ">": "<", "<": ">"}
_WORDS = {
    "zh": {
        "~": "约",
        "up": "增长",
        "down": "降低",
        "lowered": "降至",
        "times": "倍",
        "points": "个百分点",
        "money": "",
    },
    "en": {
        "~": "about ",
        "up": "increase by ",
        "down": "reduce by ",
        "lowered": "reduce to ",
        "times": " times",
        "points": "pp",
        "money": "CNY ",
    },
}


def format_quantity(quantity: Quantity, language: str) -> str:
    """A text that `parse_quantity` reads as the same quantity; empty for one that could not be read.

    count ≥ 5000000 次 -> ≥500万次 in zh, ≥5M 次 in en. `language` is zh or en.
    """
    if quantity.reason or quantity.kind == "none":
        return ""
    words = _WORDS["zh" if language == "zh" else "en"]
    if quantity.kind == "sum":
        amounts = _amounts([amount for _, amount in quantity.parts], quantity, words, language)
        op = words.get(quantity.op, quantity.op.strip("="))
        # A day named by its number stays without the unit, which the other parts have: 618 is no 618次.
        bare = replace(quantity, unit="")
        texts = [_with_unit(op, a, bare if a in FESTIVALS else quantity, words) for a in amounts]
        named = zip(quantity.parts, texts, strict=True)
        return "+".join(f"{name} {text}" if name else text for (name, _), text in named)
    text = _range(quantity, words, language) if quantity.op == "range" else _one(quantity, words, language)
    return f"{quantity.name} {text}" if quantity.name else text


def format_amount(value: Decimal, language: str) -> str:
    """A round amount the way a planner writes it: 5000000 -> 500万, or 5M in English."""
    exponent, sign = (4, "万") if language == "zh" else (6, "M")
    if abs(value) >= HUGE or abs(value) < 10**exponent:
        return f"{plain(value):f}"
    small = plain(value.scaleb(-exponent, EXACT))
    decimals = small.as_tuple().exponent
    return f"{small:f}{sign}" if isinstance(decimals, int) and decimals >= -1 else f"{plain(value):f}"


def _one(quantity: Quantity, words: dict[str, str], language: str) -> str:
    value = quantity.value
    assert value is not None
    op, lead = quantity.op, ""
    if quantity.needs_baseline:
        lead = words["down" if value < 0 else "up"]
        op = _FLIPPED.get(op, op) if value < 0 else op
        value = value.copy_abs()
    elif quantity.note == "lowered":
        lead = words["lowered"]
    amount = _amounts([value], quantity, words, language)[0]
    return _with_unit(lead + words.get(op, op.strip("=")), amount, quantity, words)


def _range(quantity: Quantity, words: dict[str, str], language: str) -> str:
    low, high, lead = quantity.low, quantity.high, ""
    assert low is not None
    assert high is not None
    if quantity.needs_baseline:
        lead = words["down" if low < 0 else "up"]
        low, high = (high.copy_abs(), low.copy_abs()) if low < 0 else (low, high)
    elif quantity.note == "lowered":
        lead = words["lowered"]
    first, last = _amounts([low, high], quantity, words, language)
    return _with_unit(lead, f"{first}-{last}", quantity, words)


def _amounts(values: list[Decimal], quantity: Quantity, words: dict[str, str], language: str) -> list[str]:
    """The numbers with their marks; a scale only where all have one, as the last would lend its own."""
    if quantity.kind == "ratio":
        return [f"1:{value:f}" for value in values]
    if quantity.note == "ambiguous_times":
        return [f"{value:f}{words['times']}" for value in values]
    if quantity.kind == "points":
        return [f"{_hundredfold(value)}{words['points']}" for value in values]
    if quantity.unit == "%" or quantity.kind == "relative":
        return [f"{_hundredfold(value)}%" for value in values]
    texts = [format_amount(value, language) for value in values]
    if all(text[-1] in "万M" for text in texts):
        return texts
    if quantity.kind == "count" and not quantity.unit and quantity.op != "range":
        return [f"{value:,}" if quantity.name and value in _YEARS else f"{plain(value):f}" for value in values]
    return [f"{plain(value):f}" for value in values]


def _hundredfold(value: Decimal) -> str:
    return f"{plain(value.scaleb(2, EXACT)):f}"


def _with_unit(lead: str, amount: str, quantity: Quantity, words: dict[str, str]) -> str:
    unit = quantity.unit
    if quantity.kind in {"ratio", "relative", "points"} or unit in {"%", ""}:
        return f"{lead}{amount}"
    if unit.partition("/")[0] == "元" and words["money"]:
        return f"{lead}{words['money']}{amount}{unit[1:]}"
    gap = " " if words["money"] or unit[0].isascii() else ""
    return f"{lead}{amount}{gap}{unit}"
