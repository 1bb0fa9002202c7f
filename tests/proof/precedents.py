"""Who needs whom among the formula cells, as strictly as Excel: IF, IFERROR and INDEX hide nothing.

Cannot see: what INDIRECT and OFFSET reach (they are volatile and reported as such), other workbooks.
Ranges are never written out cell by cell: a column's formula cells stand in a tree, a range is a few
branches of it.
"""

from bisect import bisect_left, bisect_right
from pathlib import Path

from tests.proof.areas import Area
from tests.proof.book import Book, Cell, Sheet
from tests.proof.formula import Formula, FormulaError, NameRef, SpanRef, read_formula
from tests.proof.functions import PREFIX, VOLATILE
from tests.proof.graph import Edges, circles
from tests.proof.resolve import Resolver, Target


def cycles(path: str | Path) -> list[list[str]]:
    """One circular reference out of each knot of them: `[["甲!A1", "甲!B1"]]`, A1 needs B1, B1 needs A1."""
    return _Precedents(Book(path)).cycles()


def precedents(path: str | Path) -> dict[str, list[str]]:
    """The areas that each formula cell refers to: `{"甲!C2": ["甲!B2", "乙!A1:A1048576"]}`."""
    book = Book(path)
    resolver = Resolver(book)
    names = {sheet.position: sheet.name for sheet in book.sheets}
    found = {}
    for sheet, cell, formula in _formulas(book):
        targets = dict.fromkeys(resolver.targets(formula, sheet, cell.row, cell.column))
        found[f"{sheet.name}!{cell.address}"] = [f"{names[position]}!{area}" for position, area in targets]
    return found


def volatile_cells(path: str | Path) -> list[tuple[str, str]]:
    """Each formula cell that calls a volatile function, by a defined name too: `[("甲!A1", "TODAY")]`."""
    book = Book(path)
    found = []
    for sheet, cell, formula in _formulas(book):
        names = sorted(_volatile_calls(book, formula, sheet.position, frozenset()))
        found += [(f"{sheet.name}!{cell.address}", name) for name in names]
    return found


def _formulas(book: Book) -> list[tuple[Sheet, Cell, Formula]]:
    found = []
    for sheet in book.sheets:
        for cell in sheet.cells:
            if cell.formula is not None:
                try:
                    found.append((sheet, cell, read_formula(cell.formula)))
                except FormulaError as error:
                    raise ValueError(f"{sheet.name}!{cell.address} ={cell.formula}: {error}") from error
    return found


def _volatile_calls(book: Book, formula: Formula, position: int, seen: frozenset[str]) -> set[str]:
    found = {call.name.removeprefix(PREFIX) for call in formula.calls} & VOLATILE
    for reference in formula.references:
        ends = reference.ends if isinstance(reference, SpanRef) else (reference,)
        for end in ends:
            name = book.name_at(end.name, position) if isinstance(end, NameRef) else None
            if name is not None and name.name not in seen:
                inner = read_formula(name.text, unions=True)
                found |= _volatile_calls(book, inner, position, seen | {name.name})
    return found


class _Precedents:
    """Nodes below `len(self.labels)` are formula cells; the others are ranges and branches."""

    def __init__(self, book: Book) -> None:
        self.labels: list[str] = []
        self.edges: Edges = []
        self.columns: dict[tuple[int, int], _Column] = {}
        self.ranges: dict[Target, int] = {}
        self._place_cells(book)
        self._plant_trees()
        self._draw_edges(book)

    def cycles(self) -> list[list[str]]:
        """The circles without the ranges between their cells."""
        cells = len(self.labels)
        return [[self.labels[node] for node in circle if node < cells] for circle in circles(self.edges)]

    def _place_cells(self, book: Book) -> None:
        places: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for sheet in book.sheets:
            for cell in sheet.cells:
                if cell.formula is None:
                    continue
                node = self._node()
                self.labels.append(f"{sheet.name}!{cell.address}")
                area = cell.array or Area(cell.row, cell.column, cell.row, cell.column)
                for column in range(area.left, area.right + 1):
                    rows = places.setdefault((sheet.position, column), [])
                    rows += [(row, node) for row in range(area.top, area.bottom + 1)]
        self.columns = {key: _Column(sorted(rows)) for key, rows in places.items()}

    def _node(self) -> int:
        self.edges.append([])
        return len(self.edges) - 1

    def _plant_trees(self) -> None:
        """A binary tree over each column; its leaves are the cells themselves."""
        for column in self.columns.values():
            size = len(column.rows)
            column.tree = [*(self._node() for _ in range(size)), *column.nodes]
            for branch in range(1, size):
                self.edges[column.tree[branch]] = [column.tree[2 * branch], column.tree[2 * branch + 1]]

    def _draw_edges(self, book: Book) -> None:
        resolver = Resolver(book)
        used: dict[int, list[int]] = {}
        for position, column in self.columns:
            used.setdefault(position, []).append(column)
        for node, (sheet, cell, formula) in enumerate(_formulas(book)):
            targets = dict.fromkeys(resolver.targets(formula, sheet, cell.row, cell.column))
            self.edges[node] = [self._range(target, used.get(target[0], [])) for target in targets]

    def _range(self, target: Target, used: list[int]) -> int:
        if target not in self.ranges:
            node = self._node()
            self.ranges[target] = node
            position, area = target
            for number in used:
                if area.left <= number <= area.right:
                    self.edges[node] += self.columns[position, number].between(area.top, area.bottom)
        return self.ranges[target]


class _Column:
    """The formula cells of one column, by row."""

    def __init__(self, places: list[tuple[int, int]]) -> None:
        self.rows = [row for row, _ in places]
        self.nodes = [node for _, node in places]
        self.tree: list[int] = []

    def between(self, top: int, bottom: int) -> list[int]:
        """The few branches that together hold exactly these rows."""
        low = bisect_left(self.rows, top) + len(self.rows)
        high = bisect_right(self.rows, bottom) + len(self.rows)
        found = []
        while low < high:
            if low & 1:
                found.append(self.tree[low])
                low += 1
            if high & 1:
                high -= 1
                found.append(self.tree[high])
            low //= 2
            high //= 2
        return found
