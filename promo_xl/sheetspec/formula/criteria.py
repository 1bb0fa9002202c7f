"""Criteria of COUNTIFS, SUMIFS and AVERAGEIFS: which cells of a column meet one.

The answer is a bit mask, so several criteria are one `&`; each column is indexed once.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from promo_xl.sheetspec.formula.values import VALUE, Area, CellError, Result, Value, numeric_text

COMPARISONS = (">=", "<=", "<>", ">", "<", "=")  # the longer ones first
Key = float | str | None
WILD_SIGNS = frozenset("*?~")
STEP = 64  # distinct numbers between two masks that are kept
MOST_KEPT = 4096  # masks of a column


class Matcher:
    """Finds the cells that meet a criterion; remembers what it worked out for each column."""

    def __init__(self) -> None:
        self._indexes: dict[int, _Index] = {}

    def mask(self, area: Area, criterion: Result) -> int:
        """Bit i is set where row i of the only column of `area` meets the criterion."""
        if isinstance(criterion, Area):
            raise VALUE
        index = self._index(area)
        key = (type(criterion), criterion)
        if key not in index.masks:
            if len(index.masks) == MOST_KEPT:
                index.masks.clear()
            index.masks[key] = index.mask(criterion)
        return index.masks[key]

    def numbers(self, area: Area, mask: int) -> list[float]:
        """The numbers in the rows of a mask; raises the first error there."""
        index = self._index(area)
        if mask not in index.numbers:
            if len(index.numbers) == MOST_KEPT:
                index.numbers.clear()
            index.numbers[mask] = list(_numbers(index.cells, mask))
        return index.numbers[mask]

    def _index(self, area: Area) -> "_Index":
        cells = area.flat()
        index = self._indexes.get(id(cells))
        if index is None or index.cells is not cells:
            index = _Index(cells)
            if len(area.columns) == 1:  # else the cells were put together just now
                self._indexes[id(cells)] = index
        return index


class _Index:
    """The cells of a column by what criteria ask for; it takes time and room in proportion to them."""

    def __init__(self, cells: list[Value]) -> None:
        self.cells = cells
        self.masks: dict[tuple[type, Value], int] = {}
        self.numbers: dict[int, list[float]] = {}

    def mask(self, criterion: Value) -> int:
        sign, wanted = _split(criterion)
        if wanted is None and criterion != "":  # "=" and "<>" look at cells, not at what they show
            blank = mask_of([i for i, cell in enumerate(self.cells) if cell is None])
            return blank if sign == "=" else self._all & ~blank
        if sign == "=":
            return self._equal(wanted)
        if sign == "<>":
            return self._all & ~self._equal(wanted)
        if not isinstance(wanted, (int, float)):
            return 0
        end = (bisect_right if sign in ("<=", ">") else bisect_left)(self._numbers, wanted)
        below = self._below(end)
        return below if sign in ("<", "<=") else self._below(len(self._numbers)) & ~below

    @property
    def _all(self) -> int:
        return (1 << len(self.cells)) - 1

    def _equal(self, wanted: Key) -> int:
        if isinstance(wanted, str) and WILD_SIGNS.intersection(wanted):
            pattern = wildcard_pattern(wanted)
            return mask_of([i for i, c in enumerate(self.cells) if isinstance(c, str) and pattern.fullmatch(c)])
        return mask_of(self._rows_by_key.get(wanted, ()))

    @cached_property
    def _rows_by_key(self) -> dict[Key, list[int]]:
        found: dict[Key, list[int]] = defaultdict(list)
        for i, cell in enumerate(self.cells):
            found[_key(cell)].append(i)
        return found

    @cached_property
    def _rows_by_number(self) -> dict[float, list[int]]:
        found: dict[float, list[int]] = defaultdict(list)
        for i, cell in enumerate(self.cells):
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                found[cell].append(i)
        return found

    @cached_property
    def _numbers(self) -> list[float]:
        return sorted(self._rows_by_number)

    @cached_property
    def _steps(self) -> list[int]:
        """The rows of the first 0, STEP, 2 STEP… numbers."""
        masks = [0]
        for end in range(STEP, len(self._numbers) + 1, STEP):
            masks.append(masks[-1] | self._rows_of(end - STEP, end))
        return masks

    def _below(self, end: int) -> int:
        """The rows of the numbers that stand before the place `end` in their order."""
        return self._steps[end // STEP] | self._rows_of(end - end % STEP, end)

    def _rows_of(self, start: int, end: int) -> int:
        return mask_of([row for number in self._numbers[start:end] for row in self._rows_by_number[number]])


def mask_of(rows: Sequence[int]) -> int:
    """The mask with the bits of these rows."""
    if not rows:
        return 0
    bits = bytearray(max(rows) // 8 + 1)
    for row in rows:
        bits[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(bits, "little")


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
    rows: list[int] = []
    first = (mask & -mask).bit_length() - 1
    bits = bin(mask >> first)[:1:-1] if mask else ""
    at = bits.find("1")
    while at >= 0:
        rows.append(first + at)
        at = bits.find("1", at + 1)
    return rows


def _numbers(cells: list[Value], mask: int) -> Iterator[float]:
    for row in rows_of(mask):
        cell = cells[row]
        if isinstance(cell, CellError):
            raise cell
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            yield cell


def combined(matcher: Matcher, pairs: list[Result]) -> int:
    """The rows that meet every (column, criterion) of the arguments of COUNTIFS."""
    mask = -1
    for area, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        if not isinstance(area, Area):
            raise VALUE
        mask &= matcher.mask(area, criterion)
    return mask
