"""Numbers in digits, in Chinese characters and in both: 1,000, 3千5百, 1亿2000万, 一千二百万, 壹拾, 一点五万, 2w5.

A number that could be two is refused: 三四百 and 1万50 are vague, 1,00 is malformed.
"""

import re
from typing import NamedTuple

from promo_xl.plan.quantity.model import MOST_DIGITS, RefusedTextError
from promo_xl.plan.quantity.spelled import CHINESE, DIGIT_CHARS, DIGITS, LARGE, SCALE_CHARS, SMALL, TENS, spelled
from promo_xl.plan.quantity.words import LATIN_UNITS, METRICS

LATIN_SCALES = {"k": 3, "K": 3, "w": 4, "W": 4, "M": 6, "B": 9, "bn": 9, "BN": 9, "Bn": 9, "mn": 6, "MM": 6}
WORD_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

PLAIN = re.compile(r"[0-9]++(?:[.,][0-9]++)*+")
CHINESE_RUN = re.compile(rf"[{CHINESE}]++(?:点[{DIGIT_CHARS}]++[{SCALE_CHARS}]*+)?+")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SCIENTIFIC = re.compile(r"[eE]([+-])([0-9]{1,3})(?![0-9])")
_SCALES = re.compile(rf" *+([{SCALE_CHARS}]++)")
_COMPOUND = re.compile(r"([十拾百佰千仟]?)(万亿|万|亿)|[十拾百佰千仟]")
_MIXED = re.compile(rf"[0-9]++|[{DIGIT_CHARS}]++|[{SCALE_CHARS}廿卅]")
_LATIN = re.compile(r" *+([A-Za-z]++)")


class Number(NamedTuple):
    """digits × 10^exponent, read up to `end`; `scaled` if a scale (万, k) was written.

    `scale` is the exponent of that scale where it is one (百万 -> 6), `typed` that the number began with 0-9.
    """

    digits: int
    exponent: int
    end: int
    scale: int
    scaled: bool
    typed: bool


def number_at(text: str, at: int) -> Number | None:
    """The number that begins at `at`, with its scale; None where none begins there."""
    typed = PLAIN.match(text, at)
    if typed:
        return _typed(text, typed)
    run = CHINESE_RUN.match(text, at)
    return _chinese(run) if run else None


def _typed(text: str, match: re.Match[str]) -> Number:
    digits, at, end = match[0], match.start(), match.end()
    if end - at > 4 * MOST_DIGITS:
        raise RefusedTextError("too_long", at, end)
    if "," in digits:
        if not _THOUSANDS.fullmatch(digits):
            raise RefusedTextError("malformed_number", at, end)
        digits = digits.replace(",", "")
    whole, _, decimals = digits.partition(".")
    if "." in decimals or (len(whole) > 1 and whole[0] == "0"):
        raise RefusedTextError("malformed_number", at, end)
    number, exponent = int(whole + decimals), -len(decimals)
    scales = _SCALES.match(text, end)
    if scales is None:
        if text[end : end + 1] in DIGITS or text[end : end + 1] in TENS:
            raise RefusedTextError("malformed_number", at, end + 1)
        return _latin(text, Number(number, exponent, end, 0, scaled=False, typed=True))
    after = scales.end()
    if after < len(text) and (text[after].isdecimal() or text[after] in DIGITS or text[after] in TENS):
        return _mixed(text, at, decimals)
    scale = _compound(scales[1])
    if scale is None:
        raise RefusedTextError("malformed_number", at, after)
    return Number(number, exponent + scale, after, scale, scaled=True, typed=True)


def _compound(scales: str) -> int | None:
    """百万 -> 6, 万亿 -> 12; None for 万万 and 万百."""
    match = _COMPOUND.fullmatch(scales)
    if match is None:
        return None
    return sum(SMALL.get(scale, 0) + LARGE.get(scale, 0) for scale in scales)


def _latin(text: str, bare: Number) -> Number:
    """The scale in letters, if they are one: 5k, 10w, 5M, 2 million; not 5kg and not 5000KOL."""
    if scientific := _SCIENTIFIC.match(text, bare.end):
        power = int(scientific[1] + scientific[2])
        if abs(power) > MOST_DIGITS:
            raise RefusedTextError("too_long", bare.end, scientific.end())
        return Number(bare.digits, bare.exponent + power, scientific.end(), 0, scaled=True, typed=True)
    match = _LATIN.match(text, bare.end)
    if match is None:
        return bare
    letters, start = match[1], match.start(1)
    scale = LATIN_SCALES.get(letters) or WORD_SCALES.get(letters.lower())
    if scale:
        return _after_latin(text, _raised(bare, scale, match.end()), letters)
    if letters in LATIN_UNITS:
        return bare
    first, rest = letters[0], letters[1:]
    if first in LATIN_SCALES and rest and (rest in METRICS or rest in LATIN_UNITS):
        return Number(
            bare.digits,
            bare.exponent + LATIN_SCALES[first],
            start + 1,
            LATIN_SCALES[first],
            scaled=True,
            typed=True,
        )
    if first in "kKwWmMbB" and len(letters) <= 3:
        raise RefusedTextError("ambiguous_scale", start, match.end())
    return bare


def _raised(bare: Number, scale: int, end: int) -> Number:
    return Number(bare.digits, bare.exponent + scale, end, scale, scaled=True, typed=True)


def _after_latin(text: str, number: Number, letters: str) -> Number:
    """2w5 is 25000, as people write it; 3k5 and 2w50 are refused."""
    follows = PLAIN.match(text, number.end)
    if follows is None:
        scales = _SCALES.match(text, number.end)
        if scales:
            raise RefusedTextError("malformed_number", number.end, scales.end())
        return number
    if letters in "wW" and number.exponent == LATIN_SCALES["w"] and len(follows[0]) == 1:
        return Number(number.digits * 10 + int(follows[0]), 3, follows.end(), 0, scaled=True, typed=True)
    raise RefusedTextError("malformed_number", follows.start(), follows.end())


def _mixed(text: str, at: int, decimals: str) -> Number:
    items, end = [], at
    while match := _MIXED.match(text, end):
        items.append(match[0])
        end = match.end()
    if decimals or end - at > 4 * MOST_DIGITS:
        raise RefusedTextError("malformed_number", at, end)
    if text[end : end + 1] in {".", ","} and text[end + 1 : end + 2].isdecimal():
        raise RefusedTextError("malformed_number", at, end + 2)
    return Number(_placed(items, at, end), 0, end, 0, scaled=True, typed=True)


def _chinese(match: re.Match[str]) -> Number:
    run, at, end = match[0], match.start(), match.end()
    if end - at > 2 * MOST_DIGITS:
        raise RefusedTextError("too_long", at, end)
    whole, point, rest = run.partition("点")
    digits = _placed(_MIXED.findall(whole), at, end)
    scaled = any(c in SCALE_CHARS or c in TENS for c in run)
    if not point:
        return Number(digits, 0, end, 0, scaled, typed=False)
    decimals = rest.rstrip(SCALE_CHARS)
    scales = rest[len(decimals) :]
    scale = _compound(scales) if scales else 0
    if scale is None:
        raise RefusedTextError("malformed_number", at, end)
    number = int(f"{digits}{''.join(str(DIGITS[c]) for c in decimals)}")
    return Number(number, scale - len(decimals), end, scale, scaled, typed=False)


def _placed(items: list[str], at: int, end: int) -> int:
    try:
        return spelled(items)
    except RefusedTextError as refusal:
        raise RefusedTextError(refusal.reason, at, end) from None
