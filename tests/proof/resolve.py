"""What cells the references of a formula mean: sheets, tables and names looked up in the workbook."""

from dataclasses import replace

from tests.proof.areas import Area
from tests.proof.book import Book, Sheet, Table
from tests.proof.formula import CellRef, Formula, FormulaError, NameRef, Reference, SpanRef, TableRef, read_formula

Target = tuple[int, Area]


class Resolver:
    """Turns references into (sheet position, area); what does not exist means no cell."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._known: dict[tuple[Reference, int], list[Target]] = {}
        self._open: set[tuple[str, int]] = set()

    def targets(self, formula: Formula, sheet: Sheet, row: int, column: int) -> list[Target]:
        """Every area that a formula in this cell of this sheet refers to, each counted entirely."""
        found: list[Target] = []
        for reference in formula.references:
            known = _named(reference, sheet, row, column) if isinstance(reference, TableRef) else reference
            found += self._one(known, sheet.position, row)
        return found

    def _one(self, reference: Reference, position: int, row: int) -> list[Target]:
        if isinstance(reference, TableRef) and "#this row" in reference.items:
            return self._table(reference, row)
        if isinstance(reference, SpanRef):
            return _span([target for end in reference.ends for target in self._one(end, position, row)])
        key = (reference, position)
        if key not in self._known:
            self._known[key] = self._look_up(reference, position)
        return self._known[key]

    def _look_up(self, reference: CellRef | NameRef | TableRef, position: int) -> list[Target]:
        if reference.book is not None:
            return []
        if isinstance(reference, TableRef):
            return self._table(reference, 0)
        if isinstance(reference, NameRef):
            return self._name(reference, position)
        return [(one, reference.area) for one in self._positions(reference.sheet, position)]

    def _positions(self, name: str | None, own: int) -> list[int]:
        """The sheets that a prefix names; `甲:丙` means every sheet from one to the other."""
        if name is None:
            return [own]
        sheets = self.book.sheet_by_name
        if name.lower() in sheets:
            return [sheets[name.lower()].position]
        first, _, last = name.lower().partition(":")
        if first not in sheets or last not in sheets:
            return []
        ends = sorted((sheets[first].position, sheets[last].position))
        return list(range(ends[0], ends[1] + 1))

    def _name(self, reference: NameRef, position: int) -> list[Target]:
        positions = self._positions(reference.sheet, position)
        name = self.book.name_at(reference.name, positions[0]) if positions else None
        if name is None:
            return self._table(TableRef(reference.name), 0)
        key = (name.name.lower(), positions[0])
        if key in self._open:  # a name that means itself
            return []
        self._open.add(key)
        try:
            inner = read_formula(name.text, unions=True).references
        except FormulaError:
            inner = ()
        found = [target for one in inner for target in self._one(one, positions[0], 0)]
        self._open.discard(key)
        return found

    def _table(self, reference: TableRef, row: int) -> list[Target]:
        known = self.book.tables.get(reference.table.lower())
        if known is None or reference.book is not None:
            return []
        sheet, table = known
        ends = [table.column_of(name) for name in (reference.first, reference.last) if name is not None]
        columns = [end for end in ends if end is not None] or [table.area.left, table.area.right]
        if None in ends:
            return []
        found: list[Target] = []
        for item in reference.items or ("#data",):
            top, bottom = _rows(table, item, row)
            if top <= bottom:
                found.append((sheet.position, Area(top, min(columns), bottom, max(columns))))
        return _span(found)


def _named(reference: TableRef, sheet: Sheet, row: int, column: int) -> TableRef:
    """The reference with the name of the table around the cell, where it names none."""
    around = None if reference.table else sheet.table_around(row, column)
    return reference if around is None else replace(reference, table=around.name)


def _rows(table: Table, item: str, row: int) -> tuple[int, int]:
    area, data = table.area, table.data
    if item == "#this row":
        return (row, row) if data.top <= row <= data.bottom else (1, 0)
    return {
        "#all": (area.top, area.bottom),
        "#headers": (area.top, area.top + table.header_rows - 1),
        "#totals": (area.bottom - table.totals_rows + 1, area.bottom),
    }.get(item, (data.top, data.bottom))


def _span(targets: list[Target]) -> list[Target]:
    """The smallest rectangle around areas of one sheet; areas of several sheets as they are."""
    if len({position for position, _ in targets}) != 1:
        return targets
    whole = targets[0][1]
    for _, area in targets[1:]:
        whole = whole.around(area)
    return [(targets[0][0], whole)]
