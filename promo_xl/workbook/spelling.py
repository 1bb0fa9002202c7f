"""How files spell the calls of the add-in: as written here, and as Excel saves them.

PROMO_ROI(…)                          an add-in in VBA; the bare name
[1]!PROMO_ROI(…)                      the same after Excel has saved, through a link to the add-in
'C:\\…\\promo_xl.xlam'!PROMO_ROI(…)     the same where the add-in is missing
_xldudf_PROMO_ROI(…)                  an Office.js add-in
_xlfn.SINGLE(PROMO_ROI(…)), @PROMO_ROI(…)   where Excel 365 wants one value

What stands in a text, in a quoted sheet name or in the brackets of a structured reference is no call.
"""

import re
from collections.abc import Collection

from promo_xl.sheetspec.formula.parse import OWN
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.hosts import SPELLED

_BOOK = r"'(?:[^']|'')*promo_xl[^'\\/\[\]]*\]?'!|\[[0-9]+\]!|(?<![\w.!\]])promo_xl\.xla[mx]?!"
_FUNCTION = rf"{OWN}[A-Z_]+\("
_PARTS = re.compile(
    rf"""
      (?P<call>@?(?:{_BOOK}|(?<![\w.!]))(?:_xldudf_)?(?={_FUNCTION}))
    | (?P<other>"(?:[^"]|"")*" | '(?:[^']|'')*' | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SINGLE = re.compile(rf"_xlfn\.SINGLE\((?={_FUNCTION}|_xlfn\.SINGLE\()", re.IGNORECASE)


def bare_calls(formula: str) -> str:
    """`formula` with every call of the add-in as its bare name; texts stay as they are."""
    return _without_single(_called(formula, ""))


def spelled_calls(formula: str, host: Host) -> str:
    """`formula` with every call of the add-in as `host` spells it in a file."""
    return _called(bare_calls(formula), SPELLED[host].removesuffix(OWN))


def calls(formula: str, answers: Collection[str] = ()) -> bool:
    """True if `formula` calls the add-in, or reads one of the names of its `answers`."""
    low = formula.lower()
    named = [name for name in answers if name.lower() in low]
    if not named and OWN.lower() not in low:
        return False
    if any(match["call"] is not None for match in _PARTS.finditer(formula)):
        return True
    outside = _PARTS.sub(" ", formula)
    return any(re.search(rf"(?<![\w.!]){re.escape(name)}(?![\w.(!])", outside, re.IGNORECASE) for name in named)


def without_calls(formula: str, answers: Collection[str]) -> str | None:
    """The ordinary formula behind a live one: `IFERROR(live, ordinary)` -> ordinary; None where there is none."""
    formula = bare_calls(formula)
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
        if other := _PARTS.match(formula, at):
            at = max(other.end(), at + 1)
            continue
        sign = formula[at]
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


def _called(formula: str, prefix: str) -> str:
    return _PARTS.sub(lambda match: match[0] if match["call"] is None else prefix, formula)


def _without_single(formula: str) -> str:
    """`_xlfn.SINGLE(PROMO_ROI(…))` -> `PROMO_ROI(…)`; around anything else it has a meaning and stays."""
    if not _SINGLE.search(formula):
        return formula
    pieces, at = [], 0
    closing: list[int | None] = []  # of every open bracket: the piece that goes with it
    while at < len(formula):
        if (other := _PARTS.match(formula, at)) and other["other"] is not None:
            pieces.append(other[0])
            at = other.end()
            continue
        if single := _SINGLE.match(formula, at):
            closing.append(len(pieces))
            pieces.append(single[0])
            at = single.end()
            continue
        sign = formula[at]
        if sign == "(":
            closing.append(None)
        elif sign == ")" and closing:
            opened = closing.pop()
            if opened is not None and _is_one_call("".join(pieces[opened + 1 :])):
                pieces[opened] = sign = ""
        pieces.append(sign)
        at += 1
    return "".join(pieces)


def _is_one_call(text: str) -> bool:
    found = re.match(_FUNCTION, text, re.IGNORECASE)
    return found is not None and split_arguments(text, found.end()) is not None
