"""The cells of a table's new rows, and the row of totals at its new place, as edits of the sheet's part."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from promo_xl.workbook.growth_areas import Growth
from promo_xl.workbook.growth_formulas import extended, is_relative, moved
from promo_xl.workbook.growth_sheet import Cell, SheetReading
from promo_xl.workbook.patch import column_name
from promo_xl.workbook.xml_places import (
    Edit,
    Element,
    attribute_edit,
    edited,
    escaped,
    start_tag,
    with_attributes,
)

HEIGHT = ("ht", "customHeight")
NOT_FOR_NEW_ROWS = dict.fromkeys(("spans", "hidden", "collapsed", "outlineLevel"))


@dataclass(frozen=True, slots=True)
class ColumnFormula:
    """What a table says of a calculated column."""

    text: str
    is_array: bool = False


Columns = Mapping[int, ColumnFormula]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A cell of a new row: its format, and a formula as it reads in row `row`; blank if the formula shows ""."""

    style: str | None
    formula: str = ""
    row: int = 0
    is_array: bool = False
    is_blank: bool = False
    metadata: str | None = None


@dataclass(slots=True)
class GrownRows:
    """Rows of a sheet with their new cells by column, the row that each is to look like, and what came of it."""

    reading: SheetReading
    fresh: dict[int, dict[int, bytes]] = field(default_factory=dict)
    looks: dict[int, Element | None] = field(default_factory=dict)
    has_formulas: bool = False

    def content(self, columns: Mapping[str, Columns]) -> bytes:
        """The sheet's part with all edits; `columns` are the calculated ones of each table by their numbers."""
        for growth in self.reading.own:
            if growth.totals:
                self._totals(growth)
            self._data(growth, columns[growth.table])
        edits = [*self.reading.edits]
        numbers = sorted(self.reading.rows)
        for row in sorted(self.fresh):
            edits += self._edits(row, numbers)
        return edited(self.reading.part, edits)

    def _data(self, growth: Growth, columns: Columns) -> None:
        last = self.reading.cells.get(growth.last, {})
        look = self.reading.rows.get(growth.last)
        patterns = self._patterns(growth, columns)
        for row in range(growth.last + 1, growth.new_last + 1):
            self.looks.setdefault(row, look)
            cells = self.fresh.setdefault(row, {})
            for column, pattern in patterns.items():
                if pattern.formula or column in last:
                    cells[column] = self._cell(row, column, pattern)

    def _patterns(self, growth: Growth, columns: Columns) -> dict[int, _Pattern]:
        reading = self.reading
        last, look = reading.cells.get(growth.last, {}), reading.rows.get(growth.last)
        row_style = look.attributes.get("s") if look and "customFormat" in look.attributes else None
        here = [cell for column, cell in last.items() if growth.has_column(column)]
        blank = not any(cell.filled for cell in here if cell.formula is None)
        found = {}
        for column in range(growth.left, growth.right + 1):
            cell = last.get(column)
            style = cell.element.attributes.get("s") if cell else row_style
            formula = columns.get(column)
            found[column] = (
                self._calculated((growth, column), formula, style, blank) if formula else _Pattern(style)
            )
            self.has_formulas |= formula is not None
        return found

    def _calculated(self, at: tuple[Growth, int], told: ColumnFormula, style: str | None, blank: bool) -> _Pattern:
        growth, column = at
        cell = self.reading.cells.get(growth.last, {}).get(column)
        if cell is not None and cell.formula is not None:
            shows_nothing = blank and cell.element.attributes.get("t") == "str" and not cell.shown
            metadata, text = cell.element.attributes.get("cm"), self.reading.followed(cell)
            return _Pattern(style, text, growth.last, cell.is_array, shows_nothing, metadata)
        model = self.reading.models.get((growth.table, column))
        if model is not None and is_relative(told.text):  # for which row the table says it, is not told
            return _Pattern(style, self.reading.followed(model), model.row, model.is_array)
        text = extended(told.text, self.reading.sheet, self.reading.growths, anchored=True)
        return _Pattern(style, text, 0, told.is_array)

    def _cell(self, row: int, column: int, pattern: _Pattern) -> bytes:
        p, place = self.reading.prefix, f"{column_name(column)}{row}"
        style = f" s={quoteattr(pattern.style)}" if pattern.style else ""
        if not pattern.formula:
            return f'<{p}c r="{place}"{style}/>'.encode()
        formula = moved(pattern.formula, row - pattern.row) if pattern.row else pattern.formula
        kind = ' t="str"' if pattern.is_blank else ""
        metadata = f" cm={quoteattr(pattern.metadata)}" if pattern.metadata else ""
        array = f' t="array" ref="{place}"' if pattern.is_array else ""
        value = f"<{p}v></{p}v>" if pattern.is_blank else ""
        head, tail = f'<{p}c r="{place}"{style}{kind}{metadata}><{p}f{array}>', f"</{p}f>{value}</{p}c>"
        return head.encode() + escaped(formula) + tail.encode()

    def _totals(self, growth: Growth) -> None:
        row = growth.bottom + growth.more
        self.looks[row] = self.reading.rows.get(growth.bottom)
        cells = self.fresh.setdefault(row, {})
        self.fresh.setdefault(growth.bottom, {})
        for column, cell in self.reading.cells.get(growth.bottom, {}).items():
            if growth.has_column(column):
                cells[column] = self._lowered(cell, row)
                self.has_formulas |= cell.formula is not None

    def _lowered(self, cell: Cell, row: int) -> bytes:
        """The bytes of a cell, with the edits inside it, for the same column of another row."""
        start, end = cell.element.start, cell.element.end
        inside = [edit for edit in self.reading.edits if start <= edit[0] and edit[1] <= end]
        self.reading.edits = [edit for edit in self.reading.edits if edit not in inside]
        place = attribute_edit(self.reading.part, cell.element, {"r": f"{column_name(cell.column)}{row}"})
        moved_edits = [(first - start, behind - start, text) for first, behind, text in [place, *inside]]
        return edited(self.reading.part[start:end], moved_edits)

    def _edits(self, row: int, numbers: list[int]) -> list[Edit]:
        reading, fresh = self.reading, self.fresh[row]
        whole = b"".join(fresh[column] for column in sorted(fresh))
        element, look = reading.rows.get(row), self.looks.get(row)
        if element is None:
            head = self._new_row(row, look)
            end = f"</{look.whole_name if look else reading.prefix + 'row'}>".encode()
            after = bisect_right(numbers, row)
            at = reading.behind_rows if after == len(numbers) else reading.rows[numbers[after]].start
            return [(at, at, head + whole + end)]
        start, behind, tag = attribute_edit(reading.part, element, self._row_attributes(row, look))
        if tag.endswith(b"/>"):
            end = f"</{element.whole_name}>".encode()
            return [(start, behind, tag[:-2].rstrip() + b">" + whole + end)]
        return [(start, behind, tag), *self._in_row(row, element)]

    def _in_row(self, row: int, element: Element) -> list[Edit]:
        """Edits that put new cells among those of a row and take away the old ones in their columns."""
        fresh, cells = self.fresh[row], self.reading.cells.get(row, {})
        columns = sorted(cells)
        edits: list[Edit] = []
        for column in columns:
            old = cells[column].element
            if column in fresh:
                edits.append((old.start, old.end, fresh[column]))
            elif self._replaced(row, column):
                edits.append((old.start, old.end, b""))
            elif "r" not in old.attributes:
                edits.append(attribute_edit(self.reading.part, old, {"r": f"{column_name(column)}{row}"}))
        for column in sorted(fresh.keys() - cells.keys()):
            after = bisect_right(columns, column)
            at = element.closing if after == len(columns) else cells[columns[after]].element.start
            edits.append((at, at, fresh[column]))
        return edits

    def _replaced(self, row: int, column: int) -> bool:
        return any(
            growth.has_column(column) and growth.last < row <= growth.room.bottom for growth in self.reading.own
        )

    def _new_row(self, row: int, look: Element | None) -> bytes:
        if look is None:
            return f'<{self.reading.prefix}row r="{row}">'.encode()
        tag = with_attributes(start_tag(self.reading.part, look.start), {"r": str(row), **NOT_FOR_NEW_ROWS})
        if _height(look, "ht") is None:
            tag = with_attributes(tag, dict.fromkeys(HEIGHT))
        return tag.removesuffix(b"/>").removesuffix(b">").rstrip() + b">"

    def _row_attributes(self, row: int, look: Element | None) -> dict[str, str | None]:
        """What changes of a row that is there: it is in sight, and as high as `look` if it is free."""
        others = (c for at, c in self.reading.cells.get(row, {}).items() if not self._replaced(row, at))
        seen: dict[str, str | None] = {"r": str(row), "spans": None, "hidden": None}
        if any(cell.filled for cell in others):
            return seen
        heights = {name: _height(look, name) if look is not None else None for name in HEIGHT}
        return seen | {"collapsed": None} | heights


def _height(row: Element, name: str) -> str | None:
    """The row's attribute for its height; none where it has no height because it is hidden."""
    given = row.attributes.get(name)
    height = row.attributes.get("ht", "")
    return None if height.strip("0.") == "" else given
