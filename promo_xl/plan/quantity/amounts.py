"""A number with its mark, and what both are worth: 5% -> 0.05, 8折 -> 0.8, 三成五 -> 0.35."""

import re
from decimal import Decimal
from typing import NamedTuple

from promo_xl.plan.quantity.before import Before
from promo_xl.plan.quantity.behind import Mark, mark_at
from promo_xl.plan.quantity.model import RefusedTextError, exact, fits
from promo_xl.plan.quantity.numerals import Number, number_at
from promo_xl.plan.quantity.spelled import DIGITS

HALF = re.compile(r"半(?=亿|成|个百分点)")
_TWO_DIGIT_DISCOUNT = re.compile("([一二三四五六七八九])([一二三四五六七八九])(?=折)")


class Amount(NamedTuple):
    """A number with its mark, as typed from `at` on."""

    at: int
    number: Number
    mark: Mark


def amount_at(part: str, at: int) -> Amount:
    """The number that begins at `at`; refused where none does or it is malformed."""
    if half := HALF.match(part, at):
        number: Number | None = Number(5, -1, half.end(), scale=0, scaled=False, typed=False)
        if part.startswith("亿", half.end()):
            number = Number(5, 7, half.end() + 1, scale=8, scaled=True, typed=False)
    elif spelled := _TWO_DIGIT_DISCOUNT.match(part, at):
        digits = 10 * DIGITS[spelled[1]] + DIGITS[spelled[2]]
        number = Number(digits, 0, spelled.end(), scale=0, scaled=False, typed=True)
    else:
        number = number_at(part, at)
    if number is None:
        raise RefusedTextError("no_number", at)
    return Amount(at, number, mark_at(part, number.end))


def value_of(amount: Amount, before: Before) -> Decimal:
    """The exact number: shares as parts of 1, 8折 as 0.8, 三成五 as 0.35."""
    at, number, mark = amount
    digits, exponent = number.digits, number.exponent - before.per
    if before.per and mark.kind:
        raise RefusedTextError("unreadable", at, mark.end)
    match mark.kind:
        case "share":
            exponent -= 3 if mark.text == "‰" else 2
        case "points":
            exponent -= 2
        case "tenths":
            if mark.more:
                more = 5 if mark.more == "半" else DIGITS[mark.more] if mark.more in DIGITS else int(mark.more)
                if exponent or number.scaled:
                    raise RefusedTextError("malformed_number", at, mark.end)
                digits, exponent = digits * 10 + more, -1
            exponent -= 1
        case "discount":
            exponent -= _discount(amount)
    value = exact(-digits if before.minus else digits, exponent)
    if not fits(value):
        raise RefusedTextError("too_long", at, number.end)
    if mark.kind in {"tenths", "discount"} and not 0 <= value <= 1:
        raise RefusedTextError("malformed_number", at, mark.end)
    return value


def _discount(amount: Amount) -> int:
    """8折 is 0.8 and 75折 is 0.75; 10折 could be either and is refused."""
    number = amount.number
    if exact(number.digits, number.exponent) < 10 and not number.scaled:
        return 1
    if number.exponent == 0 and number.typed and not number.scaled and number.digits > 10:
        return 2
    raise RefusedTextError("malformed_number", amount.at, amount.mark.end)
