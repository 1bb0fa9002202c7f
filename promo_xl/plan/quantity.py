"""Quantities as planners write them: 1000万次, ≥5%, 5000单, 1:8, 抖音信息流500万+KOL200万.

Exact (Decimal), total: a text that is no plain quantity comes back with a reason, never as a guess.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

SCALES = {
    "": 1,
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "w": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "k": 10**3,
    "m": 10**6,
    "million": 10**6,
    "thousand": 10**3,
}
OPERATORS = {
    "≥": "≥", ">=": "≥", "≧": "≥", "不低于": "≥", "不少于": "≥", "至少": "≥", "at least": "≥",
    "≤": "≤", "<=": "≤", "≦": "≤", "不超过": "≤", "不高于": "≤", "至多": "≤", "at most": "≤",
    ">": ">", "超过": ">", "高于": ">", "<": "<", "低于": "<", "约": "~",
}  # fmt: skip
AFTER = {"以上": "≥", "以下": "≤", "以内": "≤", "+": "≥", "左右": "~"}
NOTHING = frozenset({"", "-", "—", "/", "待定", "n/a", "无", "tbd"})
HUGE = Decimal(10**15)  # beyond it no planner writes 万
EXCEL_ERRORS = "#"
DOWNWARD = frozenset({"≤", "<"})

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_SCALE = r"\s*(?P<scale>百万|千万|百|千|万|亿|million|thousand|[kKwWmM](?![A-Za-z]))?"
_OPERATOR = "(?:" + "|".join(map(re.escape, sorted(OPERATORS, key=len, reverse=True))) + ")"
_AFTER = "(?:" + "|".join(map(re.escape, AFTER)) + ")"
_PLAIN = re.compile(
    rf"(?P<op>{_OPERATOR})?\s*(?P<sign>[¥$])?\s*{_NUMBER}{_SCALE}\s*(?P<unit>%|‰|[^\d\s+:：、，,；;≥≤<>=~%‰-]*?)\s*(?P<after>{_AFTER})?",
    re.IGNORECASE,
)
_RATIO = re.compile(r"1\s*[::]\s*(\d+(?:\.\d+)?)")
_PART = re.compile(rf"(?P<name>[^\d+、,，;；]+?)\s*{_NUMBER}{_SCALE}\s*(?P<unit>[^\d\s+、,，;；%]*)")
_SEPARATOR = re.compile(r"\s*[+、;；]\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a text says; `value` is exact (a percent as a share: ≥5% -> 0.05), None where there is none.

    `kind` is count, percent, money, ratio, sum or none; `reason` is set when nothing could be read.
    """

    kind: str
    op: str = "="
    value: Decimal | None = None
    unit: str = ""
    parts: tuple[tuple[str, Decimal], ...] = ()
    reason: str = ""


def parse_quantity(text: str) -> Quantity:
    """`1000万次` -> count 10000000 次; `≥5%` -> percent 0.05; `抖音500万+KOL200万` -> sum 7000000."""
    plain = _folded(text)
    if plain.lower() in NOTHING:
        return Quantity("none", reason="blank")
    if len(plain) > 200:
        return Quantity("none", reason="too_long")
    if plain.startswith(EXCEL_ERRORS):
        return Quantity("none", reason="excel_error")
    if ratio := _RATIO.fullmatch(plain):
        return Quantity("ratio", value=Decimal(ratio[1]), unit="1:x")
    if match := _PLAIN.fullmatch(plain):
        return _single(match)
    return _sum(plain)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _single(match: re.Match[str]) -> Quantity:
    value = _amount(match)
    op = OPERATORS.get((match["op"] or "").lower(), "") or AFTER.get(match["after"] or "", "=")
    unit = match["unit"].strip()
    if unit in {"%", "‰"}:
        return Quantity("percent", op, value / (100 if unit == "%" else 1000), "%")
    if match["sign"] == "$":
        return Quantity("none", reason="foreign_currency")
    if match["sign"] or unit in {"元", "块", "RMB", "CNY"}:
        return Quantity("money", op, value, "元")
    return Quantity("count", op, value, unit)


def _amount(match: re.Match[str]) -> Decimal:
    return Decimal(match["number"].replace(",", "")) * SCALES[(match["scale"] or "").lower()]


def _sum(plain: str) -> Quantity:
    pieces = [piece for piece in _SEPARATOR.split(plain) if piece]
    matches = [_PART.fullmatch(piece) for piece in pieces]
    whole = [match for match in matches if match is not None]
    if len(whole) != len(pieces) or len(whole) < 2:
        return Quantity("none", reason="unreadable")
    parts = tuple((match["name"].strip(), _amount(match)) for match in whole)
    return Quantity(
        "sum", value=sum((amount for _, amount in parts), Decimal(0)), parts=parts, unit=whole[0]["unit"]
    )


def format_amount(value: Decimal, language: str) -> str:
    """A round amount the way a planner writes it: 5000000 -> 500万, or 5M in English."""
    big, sign = (Decimal(10**4), "万") if language == "zh" else (Decimal(10**6), "M")
    if value >= HUGE:
        return f"{value:f}"
    small = value / big
    if value >= big and small == small.quantize(Decimal("0.1")):
        return f"{small.normalize():f}{sign}"
    return f"{value.normalize():f}"
