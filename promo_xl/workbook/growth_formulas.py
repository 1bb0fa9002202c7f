"""How references in formulas and areas of formats follow a table that grows at its end."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from promo_xl.workbook.patch import column_name
from promo_xl.workbook.tables_in_file import COLUMNS, ROWS, Area, area_of, column_number

_WORD = r"(?:[\w.\\?]|[^\x00-\x7f])"
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_TOKENS = re.compile(
    rf"""
      (?P<sheet>(?:'(?:[^']|'')++'|(?:\[[0-9]++\])?{_WORD}++(?::{_WORD}++)?)!)?
      (?P<area>{_CELL}(?::{_CELL})?|\$?[0-9]{{1,7}}:\$?[0-9]{{1,7}}|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}})
      (?!{_WORD}|[(!\[])
    | "(?:[^"]|"")*+" | '(?:[^']|'')*+' | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*+\])*+\] | {_WORD}++
    """,
    re.VERBOSE | re.DOTALL,
)
_CORNER = re.compile(r"(?:(\$?)([A-Za-z]{1,3}))?(\$?)([0-9]*)")
_NO_CELL = "#REF!"


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


@dataclass(frozen=True, slots=True)
class _Corner:
    """One end of a reference; column 0 or row 0 where it names none."""

    fixed_column: str
    column: int
    fixed_row: str
    row: int

    def __str__(self) -> str:
        letters = column_name(self.column) if self.column else ""
        return f"{self.fixed_column}{letters}{self.fixed_row}{self.row or ''}"

    def moved(self, rows: int, columns: int) -> "_Corner":
        row = self.row if self.fixed_row or not self.row else self.row + rows
        column = self.column if self.fixed_column or not self.column else self.column + columns
        return _Corner(self.fixed_column, column, self.fixed_row, row)

    def on_sheet(self) -> bool:
        return 0 <= self.row <= ROWS and 0 <= self.column <= COLUMNS


@dataclass(frozen=True, slots=True)
class _Reference:
    """Cells that a formula names, as `written`; `sheet` is None for those of the formula's own sheet."""

    sheet: str | None
    spelled: str
    corners: tuple[_Corner, ...]
    written: str

    def at(self, corners: Iterable[_Corner]) -> str:
        """The same with other corners."""
        found = tuple(corners)
        return self.written if found == self.corners else self.spelled + ":".join(map(str, found))


def moved(formula: str, rows: int, columns: int = 0) -> str:
    """The formula as a copy so many rows below and columns beside reads: `A1*$B$2` one below -> `A2*$B$2`."""
    return "".join(piece if isinstance(piece, str) else _moved(piece, rows, columns) for piece in _pieces(formula))


def _moved(reference: _Reference, rows: int, columns: int) -> str:
    corners = [corner.moved(rows, columns) for corner in reference.corners]
    # A corner without row or column stays without one; one that left the sheet means nothing.
    left = any(
        not new.on_sheet() or bool(old.row) > (new.row > 0) or bool(old.column) > (new.column > 0)
        for old, new in zip(reference.corners, corners, strict=True)
    )
    return reference.spelled + _NO_CELL if left else reference.at(corners)


def is_relative(formula: str) -> bool:
    """True if a copy in another row reads other cells."""
    return moved(formula, 1) != formula


def extended(formula: str, sheet: str, growths: tuple[Growth, ...], *, anchored: bool) -> str:
    """The formula, which stands on `sheet`, with ranges over all data rows of a table at their new length.

    References to cells of the totals follow them. If the formula is `anchored` to more than one cell (a row of
    a table, a colour rule, a name), rows without $ are its own way of saying "here" and stay.
    """
    if not _ends(growths).search(formula):
        return formula
    return "".join(
        piece if isinstance(piece, str) else _extended(piece, sheet, growths, anchored)
        for piece in _pieces(formula)
    )


@lru_cache(maxsize=16)
def _ends(growths: tuple[Growth, ...]) -> re.Pattern[str]:
    """What a formula holds that may name the last row of a table: most hold none."""
    rows = {str(row) for growth in growths for row in (growth.last, growth.bottom)}
    return re.compile(rf"(?<![0-9])(?:{'|'.join(sorted(rows))})(?![0-9])")


def _extended(reference: _Reference, sheet: str, growths: Collection[Growth], anchored: bool) -> str:
    where = (sheet if reference.sheet is None else reference.sheet).casefold()
    top, bottom = reference.corners[0], reference.corners[-1]
    for growth in growths:
        if growth.sheet.casefold() != where or not top.row or not _between(top, bottom, growth):
            continue
        begins, ends = top.row, bottom.row
        kept = anchored and not bottom.fixed_row
        if len(reference.corners) > 1 and ends == growth.last and not kept:
            from_here = anchored and not top.fixed_row
            ends += growth.more if begins <= growth.first or from_here else 0
        elif growth.totals and ends == growth.bottom and not kept:
            ends += growth.more
        if growth.totals and begins == growth.bottom and not (anchored and not top.fixed_row):
            begins += growth.more
        if (begins, ends) != (top.row, bottom.row):
            rows = (begins, ends) if len(reference.corners) > 1 else (ends,)
            return reference.at(
                replace(corner, row=row) for corner, row in zip(reference.corners, rows, strict=True)
            )
    return reference.written


def _between(top: _Corner, bottom: _Corner, growth: Growth) -> bool:
    """True for whole rows, and for cells in columns of the table."""
    return not top.column or (growth.has_column(top.column) and growth.has_column(bottom.column))


def printed(formula: str, growths: tuple[Growth, ...]) -> str:
    """The areas of a sheet that are printed: one with a table's last row goes on, also if it is wider."""
    return "".join(piece if isinstance(piece, str) else _printed(piece, growths) for piece in _pieces(formula))


def _printed(reference: _Reference, growths: tuple[Growth, ...]) -> str:
    top, bottom = reference.corners[0], reference.corners[-1]
    ends = bottom.row
    for growth in growths:
        here = growth.sheet.casefold() == (reference.sheet or "").casefold()
        beside = top.column and (bottom.column < growth.left or top.column > growth.right)
        if here and not beside and len(reference.corners) > 1 and top.row <= growth.last <= bottom.row:
            ends = max(ends, growth.new_last + (growth.totals and bottom.row >= growth.bottom))
    return reference.at([*reference.corners[:-1], replace(bottom, row=ends)])


def size_of(formula: str, *, across: bool) -> int:
    """How many cells the references of a formula name together, or without `across` how many rows."""
    return sum(
        (last.row - first.row + 1) * (last.column - first.column + 1 if across else 1)
        for piece in _pieces(formula)
        if not isinstance(piece, str)
        for first, last in [(piece.corners[0], piece.corners[-1])]
    )


@lru_cache(maxsize=512)
def _pieces(formula: str) -> tuple[str | _Reference, ...]:
    """The formula's references, and the text between them as it stands."""
    pieces: list[str | _Reference] = []
    at = 0
    for match in _TOKENS.finditer(formula):
        if match["area"] is not None:
            start = match.start()
            pieces += [formula[at:start], _reference(match["sheet"], match["area"])]
            at = match.end()
    return (*pieces, formula[at:])


def _reference(sheet: str | None, area: str) -> _Reference:
    corners = []
    for text in area.split(":"):
        found = _CORNER.fullmatch(text)
        assert found is not None, "the token is made of such corners"
        letters = (found[2] or "").upper()
        row = found[1] if found[1] and not letters else found[3]
        corners.append(_Corner(found[1] or "", column_number(letters), row or "", int(found[4] or 0)))
    name = sheet[:-1] if sheet else None
    if name and name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return _Reference(name, sheet or "", tuple(corners), (sheet or "") + area)


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
