"""Quantities as planners write them: 1000万次, ≥5%, 5000单, 1:8, 抖音500万+KOL200万."""

from decimal import Decimal

from promo_xl.plan.quantity.folding import LONGEST_TEXT, ODD_DIGITS, fold, place_in
from promo_xl.plan.quantity.model import Quantity, RefusedTextError, as_decimal
from promo_xl.plan.quantity.shapes import read_plain_sum, read_shaped
from promo_xl.plan.quantity.single import read_single
from promo_xl.plan.quantity.sums import read_sum, split_parts
from promo_xl.plan.quantity.unsure import put_plainly, sure
from promo_xl.plan.quantity.words import EXCEL_ERRORS, PLACEHOLDERS

LONGEST_FOUND = 40
_EDGES = " \n;,、"


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
        plain = put_plainly(folded)
        return sure(_read(plain), plain)
    except RefusedTextError as refusal:
        return _refused(text, folded, refusal)


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
