"""A table that grows at its end, and how areas of formats and checks follow it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from promo_xl.workbook.patch import column_name
from promo_xl.workbook.tables_in_file import Area, area_of


@dataclass(frozen=True, slots=True)
class Growth:
    """A table and the rows that it gets: data rows `first` to `last` now, `more` of them behind.

    Rows and columns are counted from 1. A row of totals stands below the data and moves down.
    """

    table: str
    part: str
    sheet: str
    left: int
    right: int
    first: int
    last: int
    more: int
    totals: bool = False

    @property
    def new_last(self) -> int:
        """The last row of data afterwards."""
        return self.last + self.more

    @property
    def bottom(self) -> int:
        """The last row of the table now, totals included."""
        return self.last + self.totals

    @property
    def room(self) -> Area:
        """The cells that the table takes and that must be free."""
        return Area(self.sheet, self.bottom + 1, self.left, self.bottom + self.more, self.right)

    def has_column(self, column: int) -> bool:
        """True for the columns of the table."""
        return self.left <= column <= self.right

    def holds(self, row: int, column: int) -> bool:
        """True for the cells of the data."""
        return self.first <= row <= self.last and self.has_column(column)

    def moves(self, row: int, column: int) -> bool:
        """True for the cells of the totals."""
        return self.totals and row == self.bottom and self.has_column(column)


def covered(areas: str, growths: Collection[Growth]) -> str:
    """The areas of a format or a check, divided by spaces: one on a table's last data row goes on to the new one.

    What stands on a row of totals only follows it.
    """
    found: list[str] = []
    for text in areas.split():
        area = area_of("", text)
        found += [text] if area is None else _covered(text, area, growths)
    after = " ".join(found)
    return areas if after == " ".join(areas.split()) else after


def _covered(text: str, area: Area, growths: Collection[Growth]) -> Iterator[str]:
    top, bottom = area.top, area.bottom
    beyond: list[str] = []
    for growth in growths:
        left, right = max(area.left, growth.left), min(area.right, growth.right)
        if left > right:
            continue
        whole = (left, right) == (area.left, area.right)
        if area.top <= growth.last <= area.bottom:
            ends = growth.new_last + (growth.totals and area.bottom >= growth.bottom)
            if whole:
                bottom = max(bottom, ends)
            elif ends > area.bottom:
                beyond.append(written(area.bottom + 1, left, ends, right))
        elif whole and growth.totals and area.top == area.bottom == growth.bottom:
            top, bottom = top + growth.more, bottom + growth.more
    unchanged = (top, bottom) == (area.top, area.bottom)
    yield text if unchanged else written(top, area.left, bottom, area.right)
    yield from beyond


def overlaps(areas: str, holes: Collection[Area]) -> list[Area]:
    """What the areas have in common with the holes."""
    found = []
    for area in filter(None, (area_of("", text) for text in areas.split())):
        for hole in holes:
            top, bottom = max(area.top, hole.top), min(area.bottom, hole.bottom)
            left, right = max(area.left, hole.left), min(area.right, hole.right)
            if top <= bottom and left <= right:
                found.append(Area("", top, left, bottom, right))
    return found


def without(areas: str, holes: Collection[Area]) -> str:
    """The areas without the cells of the holes."""
    pieces = areas.split()
    for hole in holes:
        pieces = [left for piece in pieces for left in _without(piece, hole)]
    return " ".join(pieces)


def _without(text: str, hole: Area) -> Iterator[str]:
    area = area_of("", text)
    common = overlaps(text, [hole])
    if area is None or not common:
        yield text
        return
    (cut,) = common
    if area.top < cut.top:
        yield written(area.top, area.left, cut.top - 1, area.right)
    if area.left < cut.left:
        yield written(cut.top, area.left, cut.bottom, cut.left - 1)
    if cut.right < area.right:
        yield written(cut.top, cut.right + 1, cut.bottom, area.right)
    if cut.bottom < area.bottom:
        yield written(cut.bottom + 1, area.left, area.bottom, area.right)


def written(top: int, left: int, bottom: int, right: int) -> str:
    """The address of an area: `A5:C60`, or `A5` for a single cell."""
    first, last = f"{column_name(left)}{top}", f"{column_name(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


def lengthened(area: str, growth: Growth, last: int) -> str:
    """An area of the table's own (its filter, its order) that ends in row `last`, at its new length."""
    found = area_of("", area)
    if found is None or found.bottom != last:
        return area
    return written(found.top, found.left, found.bottom + growth.more, found.right)
