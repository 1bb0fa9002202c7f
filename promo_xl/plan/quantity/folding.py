"""One writing for many: full-width characters, odd spaces and invisible marks fold before reading.

NFKC alone would make numbers out of what is none: `10²` would be 102, `①500万` 1500万, `5½` 51⁄2. Such
characters stay as they are, and are refused where a number is read.
"""

import re
import unicodedata

LONGEST_TEXT = 32767
# Digits that are no plain digits: ² ½ ① ❶ ㈠, and those of other scripts.
ODD_DIGITS = re.compile(
    "[^\\D0-9]|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2044\u2070-\u2089\u2150-\u215f\u2189\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3220-\u3229\u3248-\u324f"
    "\u3251-\u325f\u3280-\u3289\u32b1-\u32bf]"
)
_INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    "\ufe0e\ufe0f\x00"
)
_MEANT = {
    **dict.fromkeys("\t\xa0\u3000", " "),
    **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u2236\ua789", ":"),
    **dict.fromkeys("\u2212\u2010\u2011\u2012", "-"),
    **dict.fromkeys("\u301c\u223c", "~"),
    **dict.fromkeys("\u2018\u2019", "'"),
    **dict.fromkeys("〇○◯", "零"),
    "\uffe5": "¥",
    "\u066a": "%",
    "\u201a": ",",
    "\u2795": "+",
    "兩": "两",
    "萬": "万",
    "億": "亿",
}
_TABLE = {ord(char): "" for char in _INVISIBLE} | {ord(char): meant for char, meant in _MEANT.items()}
_ODD = re.compile("[" + re.escape(_INVISIBLE + "".join(_MEANT)) + "\u2000-\u200a\u202f\u205f]")
_SPACES = dict.fromkeys([*range(0x2000, 0x200B), 0x202F, 0x205F], " ")
_TABLE |= _SPACES


def fold(text: str) -> str:
    """The text in one writing: `１０００万` -> 1000万, `≧` stays (it has no other writing)."""
    if not text.isascii():
        if not unicodedata.is_normalized("NFKC", text):
            folded = unicodedata.normalize("NFKC", text)
            odd = any(map(_would_become_digits, text))
            text = "".join(map(_folded_character, text)) if odd else folded
        if _ODD.search(text):
            text = text.translate(_TABLE)
    elif not text.isprintable():
        text = text.translate(_TABLE)
    return text


def place_in(text: str, at: int, folded: str) -> int:
    """The offset in `text` of what stands at `at` in its folded form."""
    if len(folded) == len(text):
        return at
    so_far = 0
    for offset, character in enumerate(text):
        if so_far >= at and fold(character):
            return offset
        so_far += len(fold(character))
    return len(text)


def _would_become_digits(character: str) -> bool:
    """True for ², ①, ½, ㏠: NFKC would write digits where a person sees none."""
    if character < "\x80" or unicodedata.is_normalized("NFKC", character):
        return False
    if unicodedata.category(character) == "No":
        return True
    folded = unicodedata.normalize("NFKC", character)
    return unicodedata.category(character) != "Nd" and any(c.isdecimal() for c in folded)


def _folded_character(character: str) -> str:
    return character if _would_become_digits(character) else unicodedata.normalize("NFKC", character)
