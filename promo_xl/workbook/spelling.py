"""How files spell the calls of the add-in: as written here, and as Excel saves them.

PROMO_ROI(…)                          an add-in in VBA; the bare name
[1]!PROMO_ROI(…)                      the same after Excel has saved, through a link to the add-in
'C:\\…\\promo_xl.xlam'!PROMO_ROI(…)     the same where the add-in is missing
_xldudf_PROMO_ROI(…)                  an Office.js add-in
_xlfn.SINGLE(PROMO_ROI(…)), @PROMO_ROI(…)   where Excel 365 wants one value
"""

import re
from collections.abc import Callable, Collection

from promo_xl.sheetspec.formula.parse import OWN
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.hosts import SPELLED

_TEXTS = re.compile(r'("(?:[^"]|"")*")')
_SPELT = re.compile(
    r"@?(?:'(?:[^']|'')*?promo_xl[^'\[\]]*\]?'!|\[[0-9]+\]!|[\w.]*promo_xl\.xla[mx]?!)?(?:_xldudf_)?(?=PROMO_[A-Z_]+\()",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"_xlfn\.SINGLE\((?=PROMO_[A-Z_]+\()")
_CLOSING = {"(": ")", "{": "}"}


def bare_calls(formula: str) -> str:
    """`formula` with every call of the add-in as its bare name; texts stay as they are."""
    return _outside_texts(_without_single(formula), lambda part: _SPELT.sub("", part))


def spelled_calls(formula: str, host: Host) -> str:
    """`formula` with every call of the add-in as `host` spells it in a file."""
    return _outside_texts(bare_calls(formula), lambda part: re.sub(rf"\b{OWN}(?=[A-Z_]+\()", SPELLED[host], part))


def calls(formula: str, answers: Collection[str] = ()) -> bool:
    """True if `formula` calls the add-in, or reads one of the names of its `answers`."""
    outside = "".join(_TEXTS.split(bare_calls(formula))[::2])
    return re.search(rf"\b{OWN}[A-Z_]+\(", outside) is not None or any(
        re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.(])", outside) for name in answers
    )


def without_calls(formula: str, answers: Collection[str]) -> str | None:
    """The ordinary formula behind a live one: `IFERROR(live, ordinary)` -> ordinary; None where there is none."""
    if not formula.upper().startswith("IFERROR("):
        return None
    parts = split_arguments(formula, len("IFERROR("))
    if parts is None or len(parts) != 2 or not calls(parts[0], answers):
        return None
    return parts[1]


def split_arguments(formula: str, start: int) -> list[str] | None:
    """The arguments of a call whose bracket opens before `start` and closes at the formula's end."""
    parts, depth, begin, at = [], 0, start, start
    while at < len(formula):
        sign = formula[at]
        if sign in "\"'":
            end = _end_of_quoted(formula, at)
            if end is None:
                return None
            at = end
            continue
        if sign == "[":
            at = _end_of_brackets(formula, at)
            continue
        if sign in "({":
            depth += 1
        elif sign in ")}":
            if depth == 0:
                parts.append(formula[begin:at])
                return parts if at == len(formula) - 1 else None
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(formula[begin:at])
            begin = at + 1
        at += 1
    return None


def _end_of_quoted(formula: str, start: int) -> int | None:
    quote, at = formula[start], start + 1
    while at < len(formula):
        if formula[at] == quote:
            if formula[at : at + 2] != quote * 2:
                return at + 1
            at += 1
        at += 1
    return None


def _end_of_brackets(formula: str, start: int) -> int:
    """Behind `[…]` of a structured reference, in which ' guards the sign behind it."""
    depth, at = 0, start
    while at < len(formula):
        if formula[at] == "'":
            at += 1
        elif formula[at] == "[":
            depth += 1
        elif formula[at] == "]":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return at


def _without_single(formula: str) -> str:
    while match := _SINGLE.search(formula):
        inside = formula[match.end() :]
        opening = inside.index("(") + 1
        depth, at = 1, opening
        while at < len(inside) and depth:
            if inside[at] in "\"'":
                at = _end_of_quoted(inside, at) or len(inside)
                continue
            if inside[at] == "[":
                at = _end_of_brackets(inside, at)
                continue
            depth += {"(": 1, ")": -1}.get(inside[at], 0)
            at += 1
        formula = formula[: match.start()] + inside[:at] + inside[at:].removeprefix(")")
    return formula


def _outside_texts(formula: str, change: Callable[[str], str]) -> str:
    pieces = _TEXTS.split(formula)
    return "".join(piece if i % 2 else change(piece) for i, piece in enumerate(pieces))
