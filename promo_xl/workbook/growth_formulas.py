"""How references in formulas follow a table that grows at its end."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from promo_xl.workbook.growth_areas import Growth
from promo_xl.workbook.patch import column_name
from promo_xl.workbook.tables_in_file import COLUMNS, ROWS, column_number

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
        if match["area"] is None:
            continue
        reference = _reference(match["sheet"], match["area"])
        if all(corner.on_sheet() for corner in reference.corners):  # XXA5 is a name
            pieces += [formula[at : match.start()], reference]
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
