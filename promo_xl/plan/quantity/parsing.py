"""Quantities as planners write them: 1000万次, ≥5%, 5000单, 1:8, 抖音500万+KOL200万."""

import re
from decimal import Decimal

from promo_xl.plan.quantity.folding import LONGEST_TEXT, ODD_DIGITS, fold, place_in
from promo_xl.plan.quantity.model import Quantity, RefusedTextError, as_decimal
from promo_xl.plan.quantity.shapes import read_plain_sum, read_shaped
from promo_xl.plan.quantity.single import read_single
from promo_xl.plan.quantity.sums import read_sum, split_parts
from promo_xl.plan.quantity.words import EXCEL_ERRORS, PLACEHOLDERS

LONGEST_FOUND = 40
LONGEST_REMARK = 60
_EDGES = " \n;,、"
_QUOTES = {("“", "”"), ('"', '"'), ("「", "」"), ("『", "』"), ("《", "》")}
_CHANGE = r"(?:more|less|lower|higher|fewer|off)\b(?! than)|points? (?:rise|fall|drop|gain|more|less)"
_UNSURE = (
    (re.compile(r"负 ?(?=[0-9¥.]|百分之|千分之)"), "ambiguous_sign"),
    (re.compile(r"\b[a-z] ?: ?[0-9]", re.IGNORECASE), "ambiguous_ratio"),
    (re.compile(r"[0-9] ?kw\b", re.IGNORECASE), "ambiguous_scale"),
    (re.compile(r"\b(?:up|down) (?!to\b)|\b(?:rise|fall|drop) of\b", re.IGNORECASE), "ambiguous_change"),
    (re.compile(rf"[0-9] ?%? ?(?:{_CHANGE})", re.IGNORECASE), "ambiguous_change"),
)
_OPERATOR_APART = re.compile(r"([<>]) (?==)")
# A remark says what is counted. Brackets that may hold a unit, a currency or a number are no remarks.
_REMARK = re.compile(
    r" ?\((?:不?含|不?包[括含]|除|扣除|剔除|仅|只[计算含]|去重|全渠道|including |excluding |incl|excl|without )"
    r"[^()0-9一二两三四五六七八九十百千万亿%]*\) ?\Z",
    re.IGNORECASE,
)


def parse_quantity(text: object) -> Quantity:
    """What a text says, exact and never guessed: `1000万次` -> count 10000000 次, `≥5%` -> percent ≥ 0.05.

    Total: what cannot be read comes back as kind none with a `reason`, the offset `at` and what was `found`
    there. A plain number is a count; None is `blank`; nan, True and anything else is `not_a_number`.
    """
    if not isinstance(text, str):
        return _of_value(text)
    if len(text) > LONGEST_TEXT:
        return Quantity("none", reason="too_long", at=LONGEST_TEXT)
    folded = fold(text)
    try:
        return _read(_plain(folded))
    except RefusedTextError as refusal:
        return _refused(text, folded, refusal)


def _plain(folded: str) -> str:
    """The text without what says nothing of the number: `"5000单 (不含退货)"` -> `5000单`, `> = 5` -> `>= 5`."""
    for pattern, reason in _UNSURE:
        if unsure := pattern.search(folded):
            raise RefusedTextError(reason, unsure.start(), unsure.end())
    bare = folded.strip(" ")
    if len(bare) > 2 and (bare[0], bare[-1]) in _QUOTES:
        folded = bare[1:-1]
    if ")" in folded[-3:]:
        folded = _REMARK.sub("", folded[-LONGEST_REMARK:]).join((folded[:-LONGEST_REMARK], ""))
    return _OPERATOR_APART.sub(r"\1", folded) if "=" in folded else folded


def _of_value(value: object) -> Quantity:
    if value is None:
        return Quantity("none", reason="blank")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = as_decimal(value)
        if number is not None:
            return Quantity("count", value=number)
        long = isinstance(value, int) or Decimal(value).is_finite()
        return Quantity("none", reason="too_long" if long else "not_a_number")
    return Quantity("none", reason="not_a_number")


def _read(folded: str) -> Quantity:
    if shaped := read_shaped(folded) or read_plain_sum(folded):
        return shaped
    bare = folded.strip(" \n")
    if len(bare) <= 12 and (bare.casefold().strip("()[]【】") in PLACEHOLDERS or not bare):
        raise RefusedTextError("blank")
    if "#" in bare or "Err:" in bare:
        error = next((at for error in EXCEL_ERRORS if (at := folded.find(error)) >= 0), -1)
        if error >= 0:
            raise RefusedTextError("excel_error", error)
    if odd := ODD_DIGITS.search(folded):
        raise RefusedTextError("malformed_number", odd.start(), odd.end())
    begin = len(folded) - len(folded.lstrip(_EDGES))
    try:
        return _read_parts(folded[begin : len(folded.rstrip(f"{_EDGES}。"))])
    except RefusedTextError as refusal:
        raise refusal.moved(begin) from None


def _read_parts(text: str) -> Quantity:
    parts = split_parts(text)
    if len(parts) > 1:
        return read_sum(parts)
    if not parts:
        raise RefusedTextError("no_number")
    try:
        return read_single(parts[0].text, plus=parts[0].more)
    except RefusedTextError as refusal:
        raise refusal.moved(parts[0].at) from None


def _refused(text: str, folded: str, refusal: RefusedTextError) -> Quantity:
    if refusal.reason == "blank":
        return Quantity("none", reason="blank")
    at = place_in(text, max(0, min(refusal.at, len(folded))), folded)
    end = len(text) if refusal.end < 0 else place_in(text, min(refusal.end, len(folded)), folded)
    return Quantity("none", reason=refusal.reason, at=at, found=text[at:end][:LONGEST_FOUND])
