"""Heights of the rows of a report's table, so that every line of its long texts is seen."""

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from promo_xl.sheetspec.formula.values import Value
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.patch import Change

LINE_HEIGHT, LINE_GAP, HIGHEST = 15, 3, 409  # points; Excel has no higher rows


def heights(
    read: ReadTable, rows: Sequence[Mapping[str, Value]], changes: Sequence[Change], scale: float
) -> Iterator[tuple[int, float | None]]:
    """A height for each row of `rows` that shows all lines of its texts; rows that are emptied lose theirs."""
    wide = {c.field: c.width * scale for c in read.table.columns if c.type == "long" and c.width}
    for number, row in enumerate(rows, read.first):
        count = max((_lines(str(row.get(name) or ""), width) for name, width in wide.items()), default=1)
        yield number, float(min(count * LINE_HEIGHT + LINE_GAP, HIGHEST))
    below = {change.row for change in changes} - set(range(read.first + len(rows)))
    yield from ((number, None) for number in sorted(below))


def _lines(shown: str, width: float) -> int:
    """How many lines a text takes in a column; East Asian characters are two wide."""

    def one(line: str) -> int:
        needed = sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line)
        return max(1, math.ceil(needed / width))

    return sum(map(one, shown.split("\n")))
