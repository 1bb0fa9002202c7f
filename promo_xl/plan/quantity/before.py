"""What stands before a number: its name, and the words that say how the number is meant."""

import re
import unicodedata
from typing import NamedTuple

from promo_xl.plan.quantity.model import RefusedTextError
from promo_xl.plan.quantity.names import keeps_its_digits, spelled_start
from promo_xl.plan.quantity.spelled import CHINESE
from promo_xl.plan.quantity.words import BEFORE, FALL, FOREIGN, LONGEST_BEFORE, NAME_ENDS, NEGATIONS, RISE

_CHANGED = re.compile(
    "(?:"
    + "|".join(sorted((w for w in (*RISE, *FALL) if len(w) > 1), key=len, reverse=True))
    + "|涨|递增|激增)(?![率额量速幅值期中])"
    "|同比$|环比$|翻$|(?i:\\b(?:increase|growth|improve|reduce|decrease|raise)\\b(?! rate))"
)
_FALLEN = frozenset(FALL)
_SCALE_IN_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*?[万亿千百元%‰wWkKM]")
_NOT_IN_NAMES = re.compile("[≥≤<>=≈%‰~→⇒^|±]|一半|半数|减半|分之")
_FROM = ("从", "由", "自", "from")
_STEADY = frozenset({"提升", "提高"})  # 提升达到8% may be a level or a change
KEPT_AT = "控制在"  # ≤ unless another operator stands by it
MOST_WORDS = 8
_LETTERS = re.compile(r"[A-Za-z.]")


class Before(NamedTuple):
    """What a text says ahead of its number.

    `change` is + or -; `level` and `lowered` that a level is named (提升至, 降至); `per` the zeros of 百分之;
    `kept` that 控制在 makes it a limit unless another operator stands by it; `unsure` that it may be a
    change or a level.
    """

    name: str = ""
    op: str = ""
    change: str = ""
    level: bool = False
    lowered: bool = False
    money: bool = False
    per: int = 0
    minus: bool = False
    between: bool = False
    kept: bool = False
    unsure: bool = False


class _Word(NamedTuple):
    """A word before a number, what stands before it, and what it says."""

    text: str
    rest: str
    what: str
    says: str


def read_before(text: str) -> Before:
    """The meaning of what precedes a number: `转化率提升至≥` -> name 转化率, op ≥, level."""
    rest = text.rstrip(" ")
    words: list[_Word] = []
    while word := _next_word(rest, words):
        words.append(word)
        rest = word.rest
        if len(words) > MOST_WORDS:
            raise RefusedTextError("unreadable", len(rest), len(text))
    if not words:
        _check_name(rest, len(text), minus=False)
        return Before(rest.lstrip(" "))
    said = {word.what: word.says for word in words}
    minus = "minus" in said
    if minus and text != text.rstrip(" "):
        raise RefusedTextError("ambiguous_sign", len(rest), len(text) + 1)
    name, before = rest.strip(" "), _interpreted(words, len(text))
    _check_name(name, len(text), minus=minus)
    if before.level and name and (changed_within(name) or not is_plain_name(name)):
        raise RefusedTextError("ambiguous_change", 0, len(text))
    return before._replace(
        name=name,
        money="money" in said,
        per=int(said.get("per", "0")),
        minus=minus,
        between="between" in said,
        kept=any(word.text == KEPT_AT for word in words),
    )


def _next_word(rest: str, words: list[_Word]) -> _Word | None:
    """The word at the end of a text that says something about the number; None where the name begins."""
    text = _last_word(rest)
    if not text:
        return None
    what, says = BEFORE.get(text) or BEFORE[text.lower()]
    remaining = rest[: len(rest) - len(text)].rstrip(" ")
    if what == "op" and text in "》〉" and ("《" in remaining or "〈" in remaining):
        return None
    if what in {"change", "minus"} and any(word.what == what for word in words):
        return None
    if what == "toward":
        changed = _CHANGED.search(remaining)
        if changed:
            remaining = f"{remaining[: changed.start()]}{remaining[changed.end() :]}".rstrip(" ")
            says = "lowered" if changed[0] in _FALLEN else ""
        elif remaining:
            return None
        what = "level"
    return _Word(text, remaining, what, says)


def _interpreted(words: list[_Word], end: int) -> Before:
    """Operator, change and level: of a change and a level, the one nearer to the number holds."""
    ops = {word.says for word in words if word.what == "op" and word.text != KEPT_AT}
    if len(ops) > 1:
        raise RefusedTextError("conflicting_operators", len(words[-1].rest), end)
    op = ops.pop() if ops else ""
    turn = next((word for word in words if word.what in {"change", "level"}), None)
    if turn is None:
        return Before(op=op)
    if turn.what == "level":
        return Before(op=op, level=True, lowered=turn.says == "lowered")
    reached = any(word.what == "reach" for word in words[: words.index(turn)])
    return Before(op=op, change=turn.says, unsure=reached and turn.text in _STEADY)


def changed_within(name: str) -> bool:
    """Whether a name speaks of a change that is not its own subject: 提升转化率 does, 增长率 does not."""
    return _CHANGED.search(name) is not None


def is_plain_name(text: str) -> bool:
    """Whether a text would be read as a name and nothing else if it stood before a number."""
    try:
        return bool(text) and read_before(text) == Before(text)
    except RefusedTextError:
        return False


def _last_word(text: str) -> str:
    """The longest known word at the end of a text, unless a longer word there is a name: 预约 is not 约."""
    if not text:
        return ""
    if _LETTERS.match(text[-1]):
        ending = text[-LONGEST_BEFORE:]
        for n in range(len(ending), 1, -1):
            word = ending[-n:]
            if (word in BEFORE or word.lower() in BEFORE) and not _letter_before(text, n):
                return word
        return ""
    for n in range(min(LONGEST_BEFORE, len(text)), 0, -1):
        word = text[-n:]
        if word in NAME_ENDS:
            return ""
        if word in BEFORE:
            return word
    return ""


def _letter_before(text: str, n: int) -> bool:
    return len(text) > n and text[-n - 1].isascii() and text[-n - 1].isalpha()


def _check_name(name: str, upto: int, *, minus: bool) -> None:
    if not name:
        return
    end = len(name)
    if minus:
        raise RefusedTextError("ambiguous_sign", end, upto + 1)
    if unicodedata.category(name[-1]) == "Sc" or _foreign_end(name):
        raise RefusedTextError("foreign_currency", end - 1, end)
    if scale := _SCALE_IN_BRACKETS.search(name):
        raise RefusedTextError("unit_in_name", scale.start(), scale.end())
    if odd := _NOT_IN_NAMES.search(name):
        raise RefusedTextError("unreadable", odd.start(), odd.end())
    if name[-1] in NEGATIONS or not any(map(str.isalnum, name)):
        raise RefusedTextError("unreadable", end - 1, end)
    if name.endswith(_FROM):
        raise RefusedTextError("two_quantities", end - 1, upto + 1)
    _check_numbers(name)


def _check_numbers(name: str) -> None:
    """Refuse a name that holds an amount, or ends in one: 五百单, 近500, 国庆十一."""
    end = len(name)
    if not keeps_its_digits(name):
        raise RefusedTextError("two_quantities", 0, end)
    amount = spelled_start(name)
    if amount >= 0:
        raise RefusedTextError("two_quantities", amount, end)
    if name[-1] in CHINESE:
        run = name[len(name.rstrip(CHINESE)) - 1 : end]
        if not run.startswith("双"):
            raise RefusedTextError("ambiguous_name", end - len(run), end)


def _foreign_end(name: str) -> bool:
    return any(name[-n:] in FOREIGN and not (name[-n:].isascii() and _letter_before(name, n)) for n in range(1, 8))
