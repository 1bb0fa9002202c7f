"""Criteria of COUNTIFS, SUMIFS and AVERAGEIFS: which cells of a column meet one.

The answer is a bit mask, so several criteria are one `&`; equal cells are indexed once per column.
"""

import operator
import re
from collections.abc import Callable

from promo_xl.sheetspec.formula.values import VALUE, Area, CellError, Result, Value, numeric_text

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "<>": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
Key = float | str | None
WILD_SIGNS = frozenset("*?~")


class Matcher:
    """Finds the cells that meet a criterion; remembers what it worked out for each column."""

    def __init__(self) -> None:
        self._indexes: dict[int, tuple[list[Value], dict[Key, int]]] = {}

    def mask(self, area: Area, criterion: Result) -> int:
        """Bit i is set where row i of the only column of `area` meets the criterion."""
        cells = area.flat()
        if isinstance(criterion, Area):
            raise VALUE
        sign, wanted = _split(criterion)
        if wanted is None and criterion != "":  # "=" and "<>" look at cells, not at what they show
            blank = sum(1 << i for i, cell in enumerate(cells) if cell is None)
            return blank if sign == "=" else ((1 << len(cells)) - 1) & ~blank
        if sign == "=":
            return self._equal(cells, wanted)
        if sign == "<>":
            return ((1 << len(cells)) - 1) & ~self._equal(cells, wanted)
        found = 0
        if isinstance(wanted, (int, float)):
            compare = COMPARISONS[sign]
            for i, cell in enumerate(cells):
                if isinstance(cell, (int, float)) and not isinstance(cell, bool) and compare(cell, wanted):
                    found |= 1 << i
        return found

    def _equal(self, cells: list[Value], wanted: Key) -> int:
        if isinstance(wanted, str) and WILD_SIGNS.intersection(wanted):
            pattern = wildcard_pattern(wanted)
            return sum(1 << i for i, c in enumerate(cells) if isinstance(c, str) and pattern.fullmatch(c))
        return self._index(cells).get(wanted, 0)

    def _index(self, cells: list[Value]) -> dict[Key, int]:
        known = self._indexes.get(id(cells))
        if known is not None and known[0] is cells:
            return known[1]
        index: dict[Key, int] = {}
        for i, cell in enumerate(cells):
            key = _key(cell)
            index[key] = index.get(key, 0) | 1 << i
        self._indexes[id(cells)] = (cells, index)
        return index


def _key(cell: Value) -> Key:
    if cell is None or cell == "":
        return None
    if isinstance(cell, CellError):
        return cell.code
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, str):
        parsed = numeric_text(cell)
        return cell.lower() if parsed is None else parsed
    return cell


def _split(criterion: Value) -> tuple[str, Key]:
    if not isinstance(criterion, str):
        return "=", (0 if criterion is None else _key(criterion))
    for sign in COMPARISONS:
        if criterion.startswith(sign):
            return sign, _key(criterion[len(sign) :])
    return "=", _key(criterion)


WILD = re.compile(r"~[~*?]|[*?]|[^~*?]+|~", re.DOTALL)


def wildcard_pattern(wanted: str) -> re.Pattern[str]:
    """What `*`, `?` and `~` mean in criteria and in MATCH."""
    parts = WILD.findall(wanted)
    plain = (part.removeprefix("~") or "~" for part in parts)
    signs = {"*": ".*", "?": "."}
    text = "".join(signs.get(part) or re.escape(one) for part, one in zip(parts, plain, strict=True))
    return re.compile(text, re.IGNORECASE | re.DOTALL)


def rows_of(mask: int) -> list[int]:
    """The positions of the set bits, in order."""
    rows = []
    while mask:
        low = mask & -mask
        rows.append(low.bit_length() - 1)
        mask ^= low
    return rows


def combined(matcher: Matcher, pairs: list[Result]) -> int:
    """The rows that meet every (column, criterion) of the arguments of COUNTIFS."""
    mask = -1
    for area, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        if not isinstance(area, Area):
            raise VALUE
        mask &= matcher.mask(area, criterion)
    return mask
