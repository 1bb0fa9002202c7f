"""The sheets of a workbook by their names, each read when somebody looks at it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from promo_xl.sources.grid import CellValue, Grid
from promo_xl.workbook.book_file import BookFile

Values = Mapping[tuple[int, int], CellValue]


class Grids(Mapping[str, Grid]):
    """What stands in a file, or would if some cells held other values."""

    def __init__(self, file: BookFile, known: Mapping[str, Grid] | None = None) -> None:
        self.file = file
        self._known = dict(known or {})

    def __getitem__(self, name: str) -> Grid:
        if name not in self._known:
            if name not in self.file.sheets:
                raise KeyError(name)
            self._known[name] = self.file.grid(name)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self.file.sheets

    def __iter__(self) -> Iterator[str]:
        return iter(self.file.sheets)

    def __len__(self) -> int:
        return len(self.file.sheets)

    def changed(self, file: BookFile, values: Mapping[str, Values]) -> "Grids":
        """The same with other values in cells (row and column from 1) of sheets, in `file` as it is by now."""
        filled = {name: _filled(self[name], cells) for name, cells in values.items() if name in self}
        return Grids(file, {**self._known, **filled})


def _filled(grid: Grid, values: Values) -> Grid:
    """A grid with these values."""
    width = max(grid.width, *(column for _, column in values))
    height = max(len(grid.values), *(row for row, _ in values))
    by_row: dict[int, list[CellValue]] = {}
    for (row, column), value in values.items():
        if row not in by_row:
            old = grid.values[row - 1] if row <= len(grid.values) else ()
            by_row[row] = [*old, *[None] * (width - len(old))]
        by_row[row][column - 1] = value
    if width > grid.width or height > len(grid.values):
        more = (*grid.values, *[()] * (height - len(grid.values)))
        rows = [(*row, *[None] * (width - len(row))) for row in more]
    else:
        rows = list(grid.values)
    for row, cells in by_row.items():
        rows[row - 1] = tuple(cells)
    return replace(grid, values=tuple(rows))
