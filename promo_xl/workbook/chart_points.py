"""Charts of a closed workbook after cells were changed: what they remember follows the cells that they plot.

A chart that plots nothing of what has changed keeps its bytes. A point whose value or spelling nobody knows goes,
until Excel draws the chart anew: a text under a number format is spelled only in a way in which the chart spelled
the cells before.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from promo_xl.sheetspec.formula.values import CellError, Value, day_of, text
from promo_xl.sheetspec.storable import storable
from promo_xl.sources.grid import Grid
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.chart_parts import LEVELS, NEWER, NUMBERS, Plotted, Points, plotted_in, point_edits
from promo_xl.workbook.formula_reads import Reads
from promo_xl.workbook.growth import CHARTS
from promo_xl.workbook.mend import typed
from promo_xl.workbook.patch import ENCODED, Change
from promo_xl.workbook.tables_in_file import ROWS, Area, area_of, column_number
from promo_xl.workbook.xml_places import edited

MOST_CELLS = 4_000_000  # looked at for all charts of a workbook
DEEPEST = 8  # names that stand for names
_PIECES = re.compile(r"((?:'(?:[^']|'')*'|[^,'])+)(?:,|$)")
_COLUMN = re.compile(r"([A-Z]{1,3}):([A-Z]{1,3})")
_ISO, _SLASHES, _AMERICAN = (
    "{0.year}-{0.month:02}-{0.day:02}",
    "{0.year}/{0.month}/{0.day}",
    "{0.month}/{0.day}/{0.year}",
)
_DAYS = (_ISO, _SLASHES, _AMERICAN, "{0.month}月{0.day}日", "{0.year}年{0.month}月{0.day}日")
Cell = tuple[str, int, int]
Spelling = Callable[[Value], str | None]


@dataclass(frozen=True, slots=True)
class Redrawn:
    """The parts of charts that differ, and those of newer kinds that plot what has changed and stay."""

    parts: Mapping[str, bytes]
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cells:
    """What stands in the cells of a workbook, by the names of its sheets."""

    file: BookFile
    grids: Mapping[str, Grid]
    changes: Sequence[Change] = ()

    @cached_property
    def changed(self) -> Mapping[Cell, Value]:
        """The cells of the changes with what they hold then."""
        return {(c.sheet.casefold(), c.row, c.column): c.value for c in self.changes}

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """The sheets as formulas may spell them."""
        return {name.casefold(): name for name in self.grids}

    def value(self, cell: Cell) -> Value:
        """What a cell holds, an empty text being nothing; the sheet is spelled in lower case."""
        if cell in self.changed:
            return None if (found := self.changed[cell]) == "" else found
        return typed(self.grids[self.by_name[cell[0]]].value(cell[1], cell[2]))

    def height(self, sheet: str) -> int:
        """The last row of a sheet with something in it."""
        last = len(self.grids[self.by_name[sheet]].values) if sheet in self.by_name else 0
        return max([last, *(row for name, row, _ in self.changed if name == sheet)])


def redrawn(before: Cells, after: Cells) -> Redrawn:
    """What becomes of the charts of a workbook whose cells were as `before`."""
    drawing = _Drawing(before, after)
    parts: dict[str, bytes] = {}
    left: list[str] = []
    for part in after.file.archive.namelist():
        if CHARTS.fullmatch(part):
            content = after.file.utf8(part)
            found = plotted_in(content, (after.file.file, part))
            old = (
                found if before.file is after.file else plotted_in(before.file.utf8(part), (after.file.file, part))
            )
            grew = [one.formula != new.formula for one, new in zip(old, found, strict=True)]
            touched = [one for one, more in zip(found, grew, strict=True) if drawing.is_touched(one, grew=more)]
            left += [part for one in touched[:1] if one.kind == NEWER]
            edits = [edit for one in touched if one.kind != NEWER for edit in drawing.edits(content, one)]
            if edits:
                parts[part] = edited(content, edits)
    return Redrawn(parts, tuple(left))


class _Drawing:
    """The cells before and after, and how many of them may still be looked at."""

    def __init__(self, before: Cells, after: Cells) -> None:
        self.before, self.after = before, after
        self.sheets = {change.sheet.casefold() for change in after.changes}
        self.budget = MOST_CELLS
        self.reads = Reads(after.file)
        self.names = {name.casefold(): text for name, text in after.file.defined.items()}

    def is_touched(self, plotted: Plotted, *, grew: bool) -> bool:
        """True if one of the cells that are plotted holds something else now, or nobody can tell that."""
        areas = self.areas(plotted.formula)
        if grew or areas is None:
            return grew or self._may_read(plotted.formula)
        meeting = [area for area in areas if area.sheet in self.sheets]
        cells = [cell for area in meeting for cell in self._cells(area)]
        differing = any(self.before.value(cell) != self.after.value(cell) for cell in cells)
        return differing or (bool(meeting) and self.budget < 0)

    def _may_read(self, formula: str) -> bool:
        """True if a formula that names no plain cells may read a changed sheet."""
        named = self.reads.areas(formula, "")
        if named is not None:
            return any(area.sheet.casefold() in self.sheets for area in named)
        told = self.names.get(formula.rpartition("!")[2].casefold(), formula).casefold()
        return "indirect(" in told or any(sheet in told for sheet in self.sheets)

    def areas(self, formula: str, depth: int = 0) -> list[Area] | None:
        """The cells that a reference names, in their order; None if it names no plain ones."""
        found: list[Area] = []
        inside = formula[1:-1] if formula.startswith("(") and formula.endswith(")") else formula
        for piece in _PIECES.findall(inside):
            where, _, cells = piece.strip().rpartition("!")
            sheet = (where[1:-1].replace("''", "'") if where.startswith("'") else where).casefold()
            plain = cells.replace("$", "").upper()
            column = _COLUMN.fullmatch(plain)
            area = area_of(sheet, plain)
            if column:
                area = Area(sheet, 1, column_number(column[1]), ROWS, column_number(column[2]))
            if area is not None and sheet in self.after.by_name:
                found.append(area)
                continue
            named = self.names.get(cells.casefold(), "") if depth < DEEPEST else ""
            inner = self.areas(named, depth + 1) if named else None
            if inner is None:
                return None
            found += inner
        return found or None

    def _cells(self, area: Area) -> list[Cell]:
        """The cells of an area down to the last row with something in it; none of more than may be looked at."""
        last = min(area.bottom, max(self.before.height(area.sheet), self.after.height(area.sheet)))
        size = max(last - area.top + 1, 0) * (area.right - area.left + 1)
        self.budget -= size
        if self.budget < 0:
            return []
        columns = range(area.left, area.right + 1)
        return [(area.sheet, row, column) for row in range(area.top, last + 1) for column in columns]

    def edits(self, part: bytes, plotted: Plotted) -> Iterator[tuple[int, int, bytes]]:
        """The edits of a part after which the points of a reference are those of its cells."""
        areas = self.areas(plotted.formula)
        lines = self._lines(plotted, areas) if areas and self.budget >= 0 else None
        for level, points in enumerate(plotted.levels):
            cells = None if lines is None or level >= len(lines) else lines[level]
            if cells is None:
                yield from point_edits(part, plotted, points, dict.fromkeys(points.points))
            else:
                yield from point_edits(part, plotted, points, dict(self._points(plotted, points, cells)))

    def _lines(self, plotted: Plotted, areas: list[Area]) -> list[list[Cell]] | None:
        """The cell of each point, level by level; None if the chart does not have a point for each cell."""
        if plotted.kind == LEVELS:
            return self._levels(plotted, areas)
        total = sum((a.bottom - a.top + 1) * (a.right - a.left + 1) for a in areas)
        cells = [cell for area in areas for cell in self._cells(area)]
        if plotted.size == total:
            return [cells]
        seen = [cell for cell in cells if not self._is_hidden(cell)]
        return [seen] if plotted.size == total - (len(cells) - len(seen)) else None

    def _levels(self, plotted: Plotted, areas: list[Area]) -> list[list[Cell]] | None:
        """Columns from the right, or rows from the bottom where the points lie side by side."""
        if len(areas) != 1:
            return None
        area, cells = areas[0], self._cells(areas[0])
        width = area.right - area.left + 1
        if plotted.size == area.bottom - area.top + 1:
            return [cells[at::width] for at in range(width - 1, -1, -1)]
        if plotted.size == width:
            rows = range(area.bottom - area.top, -1, -1)  # one that is blank has no cells here
            return [cells[at * width : (at + 1) * width] for at in rows]
        return None

    def _is_hidden(self, cell: Cell) -> bool:
        row = self.after.file.places(self.after.by_name[cell[0]]).row(cell[1])
        return row is not None and row.attributes.get("hidden") in ("1", "true")

    def _points(self, plotted: Plotted, points: Points, cells: list[Cell]) -> Iterator[tuple[int, str | None]]:
        """What each point must say; one whose cell has not changed stays if nobody knows how it is spelled."""
        known: Spelling = _number if plotted.kind == NUMBERS else _text
        was, now = [self.before.value(cell) for cell in cells], [self.after.value(cell) for cell in cells]
        odd = _spelling(known, dict(enumerate(was)), points.texts)
        for number, (old, new) in enumerate(zip(was, now, strict=True)):
            spelled = known(new)
            if spelled is None:
                if number in points.points and old == new:
                    continue
                spelled = None if isinstance(new, CellError) else odd(new)
            if spelled is not None or number in points.points:
                stands = points.texts.get(number)
                yield number, stands if _says(stands, spelled, plotted.kind) else spelled


def _says(stands: str | None, spelled: str | None, kind: str) -> bool:
    """True if a point says the same nothing or the same number already, spelled in another way."""
    if stands is None or spelled is None:
        return False
    try:
        return kind == NUMBERS and float(stands) == float(spelled)
    except ValueError:
        return False


def _number(value: Value) -> str | None:
    return (
        repr(value).removesuffix(".0") if isinstance(value, int | float) and not isinstance(value, bool) else None
    )


def _text(value: Value) -> str | None:
    return ENCODED.sub("_x005F_", storable(value)) if isinstance(value, str) else None


def _spelling(known: Spelling, was: Mapping[int, Value], points: Mapping[int, str]) -> Spelling:
    """How the chart spelled what has no spelling of its own, where it did so without exception."""
    odd = {at: value for at, value in was.items() if at in points and value is not None and known(value) is None}
    odd = {at: value for at, value in odd.items() if not isinstance(value, CellError)}
    for way in (_number, text, _zero, *map(_day, _DAYS)) if odd else ():
        if all(way(value) == points[at] for at, value in odd.items()):
            return way
    return lambda _: None


def _zero(value: Value) -> str | None:
    return "0" if isinstance(value, str) else None


def _day(pattern: str) -> Spelling:
    def spelled(value: Value) -> str | None:
        try:
            return pattern.format(day_of(value)) if isinstance(value, int | float) else None
        except CellError:
            return None

    return spelled
