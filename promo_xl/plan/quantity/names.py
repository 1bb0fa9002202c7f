"""Which digits belong to a name: H5, 618大促, 双11, 3C, Top10, 小红书2.0, 7日留存 hold no amount."""

import re

from promo_xl.plan.quantity.model import RefusedTextError
from promo_xl.plan.quantity.numerals import CHINESE_RUN, LATIN_SCALES, WORD_SCALES
from promo_xl.plan.quantity.spelled import CHINESE, DIGITS, SCALE_CHARS
from promo_xl.plan.quantity.words import AFTER, BEFORE, FESTIVALS, FOREIGN, LATIN_UNITS, METRICS, TIME_UNITS, UNITS

_TOKEN = re.compile(r"[0-9]++(?:[.,][0-9]++)*+")
_LATIN = re.compile(r"[A-Za-z]++")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]")
_VERSION = re.compile(r"[0-9]\.[0-9]")
_CODES = frozenset({"TOP", "NO", "VOL", "VER", "V", "T", "LV", "WEB", "COVID", "IPHONE", "MATE"})
GENERATIONS = frozenset({"60", "70", "80", "85", "90", "95", "00", "05", "10"})
_RANK = "第前"


_VAGUE = "多余来几级"
# What may stand behind an amount in Chinese characters that is no known unit.
_FOLLOWS = re.compile(
    rf"[%‰:比~—/+{_VAGUE}-]|出头|不等|[至到][{CHINESE}0-9]|[折成](?![\u4e00-\u9fff])|[折成][五以左上之及至到半{CHINESE}]"
    r"|个?百分点|个点|倍|个?pp|番|" + "|".join(map(re.escape, sorted(FOREIGN, key=len, reverse=True)))
)


def amount_start(part: str) -> int:
    """The offset of the first digits that belong to no name; -1 where there are none.

    `H5 500万` -> 3, `618大促300万` -> 5, `双11` -> -1.
    """
    tokens = list(_TOKEN.finditer(part))
    for number, token in enumerate(tokens):
        if not _in_name(part, token, later=number + 1 < len(tokens)):
            return token.start()
    return -1


def keeps_its_digits(name: str) -> bool:
    """Whether the digits of a name are read as part of it when a number follows: H5 does, 近500 does not."""
    return not _TOKEN.search(name) or amount_start(f"{name} 5") == len(name) + 1


def unit_at(part: str, at: int) -> str:
    """The longest known unit that stands at `at`: `5000粉丝量` at 4 -> 粉丝."""
    latin = _LATIN.match(part, at)
    if latin:
        return latin[0] if latin[0] in LATIN_UNITS else ""
    return next((part[at : at + n] for n in (3, 2, 1) if part[at : at + n] in UNITS), "")


def _in_name(part: str, token: re.Match[str], *, later: bool) -> bool:
    start, end = token.span()
    before = part[start - 1] if start else ""
    after = part[end : end + 1]
    if before and before in _RANK:
        if before == "前" and not later:
            raise RefusedTextError("ordinal", start - 1, end)
        return True
    if before == "双":
        if token[0] not in {"11", "12", "11.11", "12.12"}:
            raise RefusedTextError("ambiguous_name", start - 1, end)
        return True
    if token[0] in FESTIVALS and _names_festival(part, end):
        return True
    if before.isascii() and before.isalpha():
        return _ends_code(part, start, end)
    if after == "后" and token[0] in GENERATIONS:
        return True
    if "," in token[0] or len(token[0]) > 5:
        return False
    return _begins_name(part, token[0], end, before, after, later=later)


def _ends_code(part: str, start: int, end: int) -> bool:
    """Whether digits after Latin letters are part of a name: H5 and Top10 are, KOL200 and TikTok300万 are not."""
    first = start
    while first and part[first - 1].isascii() and part[first - 1].isalpha():
        first -= 1
    word = part[first:start]
    if word.upper() in METRICS or word in BEFORE or word.lower() in BEFORE or word in FOREIGN:
        return False
    amount = _amount_follows(part, end)
    if len(word) == 1 or word.upper() in _CODES:
        if amount and part[end : end + 1] not in TIME_UNITS:
            raise RefusedTextError("ambiguous_name", first, end)
        return True
    return not amount


def _begins_name(part: str, digits: str, end: int, before: str, after: str, *, later: bool) -> bool:
    if _EXPONENT.match(part, end):
        return False
    latin = _LATIN.match(part, end)
    if latin:
        known = latin[0] in LATIN_UNITS or latin[0] in LATIN_SCALES or latin[0][0] in "kKwWmMB"
        if known and not (
            latin[0] in TIME_UNITS and later and _is_name_character(part[latin.end() : latin.end() + 1])
        ):
            return False
        return len(latin[0]) <= 2 and "." not in digits and (later or (len(digits) == 1 and latin[0].isupper()))
    if not after or not ("\u4e00" <= after <= "\u9fff"):
        if later and after in {".", ")"} and not before:
            return True
        return (
            later
            and bool(_VERSION.fullmatch(digits))
            and _is_name_character(before)
            and after == " "
            and digits.endswith(".0")
        )
    if time := next((part[end : end + n] for n in (3, 2, 1) if part[end : end + n] in TIME_UNITS), ""):
        follows = end + len(time)
        return later and _is_name_character(part[follows : follows + 1]) and not _word_at(part, follows, AFTER, 4)
    if _says_amount(part, end):
        return False
    return later and not before and "." not in digits and int(digits) % 10 != 0


def _names_festival(part: str, end: int) -> bool:
    while part[end : end + 1] == " ":
        end += 1
    return "\u4e00" <= part[end : end + 1] <= "\u9fff" and not _says_amount(part, end)


def _says_amount(part: str, end: int) -> bool:
    return _amount_follows(part, end) or _word_at(part, end, AFTER, 5) or part[end] in "多余来级至到比折成"


def _amount_follows(part: str, end: int) -> bool:
    """Whether a scale, a share sign or a known unit stands behind the digits."""
    after = part[end : end + 1]
    if not after:
        return False
    latin = _LATIN.match(part, end)
    if latin:
        return latin[0] in LATIN_SCALES or latin[0].lower() in WORD_SCALES or latin[0] in LATIN_UNITS
    return after in SCALE_CHARS or after in "%‰¥" or bool(unit_at(part, end))


def _word_at(text: str, at: int, words: dict[str, str], longest: int) -> bool:
    return any(text[at : at + n] in words for n in range(1, longest + 1))


def _is_name_character(character: str) -> bool:
    return character.isalpha() and character not in DIGITS and character not in SCALE_CHARS


def spelled_start(part: str) -> int:
    """The offset of the first amount in Chinese characters; -1 where all of them belong to names.

    `新增粉丝五千` -> 4, `三成` -> 0; 百度, 千川, 双十一, 一线城市 hold none.
    """
    for run in CHINESE_RUN.finditer(part):
        if _spells_amount(part, run):
            return run.start()
    return -1


def _spells_amount(part: str, run: re.Match[str]) -> bool:
    start, end = run.span()
    before = part[start - 1] if start else ""
    if (before and before in "第双初周") or part.startswith("分之", end) or part.startswith("分百", end):
        return False
    glued = _is_name_character(before) and not any(
        part[max(0, start - n) : start] in BEFORE for n in (1, 2, 3, 4, 5)
    )
    alone = not run[0].strip(SCALE_CHARS) and run[0][0] not in "十拾"
    rest = part[end : end + 24]
    if not rest or rest[0] == " ":
        big = any(scale in run[0] for scale in "百佰千仟万亿")
        return not (glued and (not big or alone))
    unit = unit_at(rest, 0)
    if unit:
        behind = rest[len(unit) :]
        small = len(run[0]) == 1 and run[0] not in "半"
        named = _is_name_character(behind[:1]) and not _word_at(behind, 0, AFTER, 5)
        if small and named:
            return False
        return not (glued and alone)
    follows = _FOLLOWS.match(rest) is not None or _word_at(rest, 0, AFTER, 5)
    return follows and not (glued and alone and rest[0] not in _VAGUE)
