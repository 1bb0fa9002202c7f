"""What stands behind a number: its mark (%, 成, 倍), its unit, and words such as 以上 and 左右."""

import re
from typing import NamedTuple

from promo_xl.plan.quantity.model import RefusedTextError
from promo_xl.plan.quantity.numerals import number_at
from promo_xl.plan.quantity.spelled import CHINESE, DIGITS, LARGE, SMALL
from promo_xl.plan.quantity.words import AFTER, FALL, FOREIGN, MONEY_UNITS, RISE, TIME_UNITS

_HANZI = "\u4e00-\u9fff"
_ENDS = rf"(?= *+(?:\Z|[^{_HANZI}A-Za-z ]|[A-Za-z]++ |[以及或含左上之至到起]|的?(?:增长|提升|增幅|降低|下降)))"
_MARK = re.compile(
    rf" *+(?:(?P<share>%|‰|(?i:per ?cent)\b)(?!点)|(?P<points>个? ?百分点"
    rf"|个?(?i:ppt|pp|pct)(?![A-Za-z])|个点{_ENDS}"
    rf"|(?i:percentage points?)\b)|(?P<tenths>成(?:(?P<more>[{''.join(DIGITS)}0-9半])(?![0-9{CHINESE}]))?{_ENDS})"
    rf"|(?P<discount>折{_ENDS})|(?P<times>倍(?![率数])|(?i:times)\b))"
)
_AFTER = re.compile(
    "|".join(
        map(
            re.escape,
            sorted((w for w in AFTER if w not in {"起", "内", "+"} and not w.isascii()), key=len, reverse=True),
        )
    )
)
_AFTER_ENGLISH = re.compile(
    rf"(?:\A| )({'|'.join(w for w in AFTER if w[0].isalpha() and w.isascii())})\Z", re.IGNORECASE
)
_VAGUE = re.compile(r" *+(?:多(?!媒体|平台)|余|来(?!自|源|电|访)|几|出头|不等|[万千百亿]?级(?!别? *用户)|\+\+)")
_CHANGE_WORD = re.compile("|".join(sorted((w for w in (*RISE, *FALL) if len(w) > 1), key=len, reverse=True)))
_CHANGE_NOUN = re.compile(
    r"的?(?:(?P<up>增长|提升|提高|增加|上升|上涨|增幅|涨幅)|(?P<down>降低|下降|减少|下滑|缩减|下跌|降幅))|"
    r"(?P<up_en>(?i:growth|increase|improvement|rise|uplift))|(?P<down_en>(?i:decrease|reduction|drop|decline))"
)
_PER = re.compile(r" *+(?:/|每|per )(?P<per> *+[^\W0-9]{1,20}+)\Z")
_NOT_IN_UNITS = re.compile(rf"[^{_HANZI}A-Za-z\u33a1\u00b0\u00c0-\u024f\u3400-\u4dbf /'.&·-]")
_DATE_UNIT = re.compile(r"月(?![度活均])|[日号](?![均活元币圆])|点(?=\Z|[钟半])")
_NUMBER = re.compile(rf"[0-9{CHINESE}]")
_WITHIN = re.compile(f"({'|'.join(sorted(TIME_UNITS, key=len, reverse=True))}) *+内(?!容)")
_NEGATION = re.compile("[不未没]")
_EDGE = " .。!！?？"
LONGEST_UNIT = 24
_NO_EDGE = " .&'·-"


class Mark(NamedTuple):
    """A share sign, 个百分点, 成, 折 or 倍 behind a number; `kind` is empty where there is none."""

    kind: str
    text: str
    more: str
    end: int


class Behind(NamedTuple):
    """The rest of a part: unit and noun (as one text), operator, and + or - where a change is named (50%增长)."""

    unit: str
    op: str
    change: str


def mark_at(part: str, at: int) -> Mark:
    """The mark behind a number that ends at `at`: `5%` -> share, `3成五` -> tenths with 五 more."""
    match = _MARK.match(part, at)
    if match is None:
        return Mark("", "", "", at)
    kind = next(k for k in ("share", "points", "tenths", "discount", "times") if match[k])
    return Mark(kind, match[kind], match["more"] or "", match.end())


def read_behind(part: str, at: int, *, plus: bool, ranged: bool = False) -> Behind:
    """The unit and the operator behind a number: `单以上` -> unit 单, op ≥; `次以上互动` -> unit 次互动, op ≥."""
    rest = part[at:].rstrip(_EDGE)
    op, change = "≥" if plus else "", ""
    if not rest:
        return Behind("", op, "")
    if vague := _VAGUE.match(rest):
        raise RefusedTextError("vague", at, at + vague.end())
    rest = rest.strip(" ")
    if ranged:
        rest = rest.removesuffix("之间").rstrip(" ")
        if not rest:
            return Behind("", op, "")
    before, after, found = _split_after(rest)
    if found and op and op != found:
        raise RefusedTextError("conflicting_operators", at, len(part))
    op = found or op
    if noun := _CHANGE_NOUN.fullmatch(before + after):
        return Behind("", op, "-" if noun["down"] or noun["down_en"] else "+")
    if after.startswith("的"):
        after = after[1:]
    unit = before + (f" {after}" if after and before.isascii() and before else after)
    if unit:
        _check_unit(unit, part, at)
        if found and _split_after(unit)[2]:
            raise RefusedTextError("conflicting_operators", at, len(part))
        if ((found and after) or unit[0].isascii()) and not _reads_as_unit(unit):
            raise RefusedTextError("malformed_number", at, len(part))
    return Behind(unit, op, change)


def _reads_as_unit(unit: str) -> bool:
    number = number_at(f"1 {unit}", 0)
    return number is not None and number.end == 1 and not mark_at(unit, 0).kind


def _split_after(rest: str) -> tuple[str, str, str]:
    """A rest as (before, after, op) around its first 以上, 左右 or the like."""
    if english := _AFTER_ENGLISH.search(rest):
        return rest[: english.start()].strip(" ,"), "", AFTER[english[1].lower()]
    match = _AFTER.search(rest)
    if match:
        return rest[: match.start()].rstrip(" "), rest[match.end() :].lstrip(" "), AFTER[match[0]]
    if within := _WITHIN.match(rest):
        return within[1], rest[within.end() :].lstrip(" "), "≤"
    if rest[-1] == "起":
        return rest[:-1].rstrip(" "), "", "≥"
    return rest, "", ""


def _check_unit(unit: str, part: str, at: int) -> None:
    """Refuse a unit that holds a number, a date, another operator, a currency or a change."""
    if len(unit) > LONGEST_UNIT:
        number = _NUMBER.search(unit)
        raise RefusedTextError("two_quantities" if number else "unreadable", at, len(part))
    if vague := _VAGUE.match(unit):
        raise RefusedTextError("vague", at, at + vague.end())
    if unit == "番":
        raise RefusedTextError("ambiguous_change", 0, len(part))
    if _DATE_UNIT.match(unit):
        raise RefusedTextError("date", 0, len(part))
    if _AFTER.search(unit) or _AFTER_ENGLISH.search(unit):
        raise RefusedTextError("conflicting_operators", at, len(part))
    if changed := _CHANGE_WORD.search(unit):
        raise RefusedTextError("ambiguous_change", at + changed.start(), len(part))
    per = _PER.search(unit)
    bare = unit[: per.start()] if per else unit
    if number := _NUMBER.search(bare):
        reason = "malformed_number" if number[0] in LARGE or number[0] in SMALL else "two_quantities"
        raise RefusedTextError(reason, at + number.start(), len(part))
    foreign = next((bare[:n] for n in range(10, 0, -1) if bare[:n] in FOREIGN), "")
    if foreign and not (foreign.isascii() and bare[len(foreign) :][:1].isalpha()):
        raise RefusedTextError("foreign_currency", at, at + len(foreign))
    if odd := _NOT_IN_UNITS.search(bare):
        reason = "foreign_currency" if odd[0] in "$€£₩฿₽₹" else "unreadable"
        raise RefusedTextError(reason, at + odd.start(), len(part))
    if unit[0] in _NO_EDGE or unit[-1] in _NO_EDGE or unit[-1] == "/":
        raise RefusedTextError("unreadable", at, len(part))
    if odd := _NEGATION.search(unit):
        raise RefusedTextError("unreadable", at + odd.start(), len(part))


def price_unit(unit: str) -> str:
    """元/单 for /单 and 每单, the unit of a price; empty for any other text."""
    per = _PER.fullmatch(unit)
    return f"元/{per['per'].strip(' ')}" if per else ""


def money_unit(unit: str) -> str | None:
    """元 or 元/次 for a unit of Chinese money, with what follows it after a blank; None for another unit.

    `元` -> 元, `元每单` -> 元/单, `块` -> 元; 块屏幕 is no money.
    """
    if unit in {"块", "块钱"}:
        return "元"
    word = next((word for word in MONEY_UNITS if unit.startswith(word)), "")
    if not word or (word.isascii() and unit[len(word) :][:1].isalpha()):
        return None
    rest = unit[len(word) :].strip(" ")
    if not rest:
        return "元"
    if per := price_unit(rest):
        return per
    return f"元 {rest}"
