"""A sheet that is read a block of rows at a time, as often as anybody asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from promo_xl.sources.grid import Grid, Limits
from promo_xl.sources.tabular import read_sheets


@dataclass(frozen=True, slots=True)
class SheetStream:
    """One sheet; every call of `blocks` begins with its first row again."""

    blocks: Callable[[], Iterator[Grid]]
    whole: Callable[[], Grid]
    empty: bool = False


def open_sheets(path: Path, limits: Limits | None = None) -> list[SheetStream]:
    """Every sheet of a file in Excel, CSV or HTML; raises RefusedError if it cannot be read."""
    return [of_grid(grid) for grid in read_sheets(path, limits)]


def of_grid(grid: Grid) -> SheetStream:
    """A sheet that is in memory already."""
    return SheetStream(partial(_once, grid), lambda: grid, not grid.values)


def _once(grid: Grid) -> Iterator[Grid]:
    yield grid
