"""A typed date without the habits of its typing: one width, one kind of dash, Arabic numerals, no notes.

`６月１日（周一）　至　六月三十日` -> `6月1日<0>~6月30日`. In the result `~` only ever separates the ends of a
span, `-` may also stand inside a date, `<0>` is Monday, `{6}` is a June in English letters.
"""

import re
import unicodedata

LONGEST = 200
MIDNIGHT = "\t"  # behind an end that is over as it begins: 6月30日0点
BLANK = frozenset(
    {"/", "\\", ".", "?", "??", "???", "待定", "未定", "暂定", "暂无", "无", "空", "待确认", "待确定",
     "tbd", "tbc", "n/a", "na", "none", "null", "nil"}
)  # fmt: skip

# Marks of reading direction and joiners that travel along when a date is copied.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a\u202c\u2060\ufeff]")
_SIGNS = str.maketrans(
    {"‐": "-", "−": "-"} | dict.fromkeys("‒–—―─━ー〜∼⁓→", "~") | dict(zip("【】〔〕", "()()", strict=True))
)
_OWN_SIGNS = re.compile(r"[<>{}\t]")
_EDGE = " 。.;,、'"

_ZH_WEEKDAYS, _EN_WEEKDAYS = "一二三四五六日天", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAY_ZH = re.compile(rf"(?:周|星期|礼拜) ?([{_ZH_WEEKDAYS}])|[(\[]([一二三四五六日])[)\]]")
_WEEKDAY_EN = re.compile(rf"(?<![a-z])({'|'.join(_EN_WEEKDAYS)})(?:s|nes|rs|ur)?(?:day)?(?![a-z])\.?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_EN = re.compile(
    r"(?<![a-z])(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)(?![a-z])")
_UNTIL = re.compile(r"^(?:至|到|(?:until|till)(?![a-z]))")
_TO = re.compile(r"至|到|[-=]>|(?<![a-z])(?:to|until|till|through|thru)(?![a-z])")

_CLOCK = (
    r"(?:2[0-4]|[01]?[0-9])(?::[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?|[点时](?:[0-5]?[0-9]分?|半|整)?)"
    r" ?(?:[ap]m)?(?: ?z|[+-][0-9]{2}:[0-9]{2})?"
)
_HALF_OF_DAY = r"(?:[上下中]午|早上|晚上|凌晨|傍晚|早|晚)"
_TIME = re.compile(
    rf"(?:(?:(?<=[日号>])|(?<=[0-9日号>])[t ])(?:{_HALF_OF_DAY} ?)?{_CLOCK}(?: ?[-~] ?{_CLOCK})?"
    rf"|(?<=[日号>]) ?{_HALF_OF_DAY})(?![0-9:])"
)
_NOTE = re.compile(
    rf"[(\[](?:当[天日]|[全整]天|含|含当[天日]|包含当[天日]|首尾两天|inclusive|(?:{_HALF_OF_DAY} ?)?{_CLOCK}"
    rf"(?: ?[-~] ?{_CLOCK})?|共? ?[0-9]+ ?个?(?:天|日|工作日|自然日|days?))[)\]]"
)
_WEEKDAY_IN_NOTE = re.compile(r"[(\[](<[0-6]>)[)\]]")
_WHOLE_DAY = re.compile(r"(?<=[日号>])(?:当[天日]|一?整天|全天|一天)")
_AT_MIDNIGHT = re.compile(r"(?<![0-9])[0零〇][点时]整?(之前|以前|前|为止|截止|止|结束)?$")

_NUMERAL = re.compile(r"[〇零○一二三四五六七八九十廿卅]+")
_DIGITS = {"〇": "0", "零": "0", "○": "0"} | {sign: str(n) for n, sign in enumerate("一二三四五六七八九", 1)}
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)|([廿卅])([一二三四五六七八九]?)")
_YEAR_BEFORE_NUMERAL = re.compile(r"(?<![0-9])([0-9]{4})(?=[一二三四五六七八九十]{1,3}[月季])")
_LOOSE_SPACE = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")


def plain_text(text: str) -> tuple[str, str]:
    """The text in plain signs and "", or "" and the reason why it can be no date and no span."""
    plain = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower().split())
    plain = plain.translate(_SIGNS)
    if not plain.strip("-~ ") or plain in BLANK:
        return "", "blank"
    if len(plain) > LONGEST:
        return "", "too_long"
    if _OWN_SIGNS.search(plain.replace("->", "").replace("=>", "")) or any(map(_is_ornament, set(text))):
        return "", "unreadable"
    plain = plain.strip(_EDGE)
    midnight = _AT_MIDNIGHT.search(plain)
    if midnight and midnight[1]:
        return "", "ambiguous"
    plain = _without_notes(_with_signs(plain))
    plain = _LOOSE_SPACE.sub("", re.sub(r" - |-{2,}|~{2,}", "~", plain))
    plain = re.sub(r"(?<=[0-9])[。·](?=[0-9])", ".", plain)
    return _with_digits(plain + MIDNIGHT if midnight else plain)


def _is_ornament(sign: str) -> bool:
    """True for ¹, ① or ½: a footnote's number that would otherwise join the number before it."""
    if sign < "\x80" or sign.isdecimal():
        return False
    plain = unicodedata.normalize("NFKC", sign)
    return plain[-1:] not in {"月", "日"} and any("0" <= digit <= "9" for digit in plain)


def _with_signs(plain: str) -> str:
    """Weekdays and English months as signs, the words for "to" as `~`."""
    plain = _WEEKDAY_ZH.sub(lambda m: f"<{min(_ZH_WEEKDAYS.index(m[1] or m[2]), 6)}>", plain)
    plain = _WEEKDAY_EN.sub(lambda m: f"<{_EN_WEEKDAYS.index(m[1])}>", plain)
    plain = _MONTH_EN.sub(lambda m: f"{{{_MONTHS.index(m[1][:3]) + 1}}}", plain)
    return _TO.sub("~", _UNTIL.sub("截~", _ORDINAL.sub("", plain)))


def _without_notes(plain: str) -> str:
    """Without times of day and without remarks in brackets that say nothing more about the day."""
    plain = _NOTE.sub("", _WEEKDAY_IN_NOTE.sub(r"\1", plain))
    return _WHOLE_DAY.sub("", _TIME.sub("", plain))


def _with_digits(plain: str) -> tuple[str, str]:
    """Chinese numerals as digits; 三四月 may be March and April, so only a year is read sign by sign."""
    plain = _YEAR_BEFORE_NUMERAL.sub(r"\1年", plain.replace("元月", "一月"))
    parts: list[str] = []
    at = 0
    for match in _NUMERAL.finditer(plain):
        before, after = plain[max(match.start() - 1, 0) : match.start()], plain[match.end() : match.end() + 1]
        number = _number(match[0], is_year=after == "年")
        if not number or before.isdigit() or after.isdigit():
            return "", "unreadable"
        parts += [plain[at : match.start()], number]
        at = match.end()
    return "".join([*parts, plain[at:]]), ""


def _number(numeral: str, *, is_year: bool) -> str:
    """`三十一` -> 31, `廿一` -> 21, as a year `二〇二四` -> 2024; "" where it could mean two things."""
    if tens := _TENS.fullmatch(numeral):
        sign = {"廿": "2", "卅": "3"}.get(tens[3] or "", "") or _DIGITS.get(tens[1] or "", "1")
        return sign + _DIGITS.get(tens[2] or tens[4] or "", "0")
    if len(numeral) == 1 or is_year or numeral[0] in "〇零○":
        return "".join(_DIGITS.get(sign, "?") for sign in numeral)
    return ""
