"""A sheet that is read a block of rows at a time, as often as anybody asks.

Large files in ordinary shape are read so; any other, and any in which something is wrong, is read whole, by which
what is wrong is named.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from promo_xl.sources.grid import Grid, Limits
from promo_xl.sources.tabular import ZIP_SIGNATURES, is_text, read_sheets

LARGE = 1 << 20  # bytes; what is smaller is in memory at once
BLOCK_ROWS = 1000


@dataclass(frozen=True, slots=True)
class SheetStream:
    """One sheet; every call of `blocks` begins with its first row again, and the first block with row 1."""

    blocks: Callable[[], Iterator[Grid]]
    whole: Callable[[], Grid]
    empty: bool = False


def open_sheets(
    path: Path, limits: Limits | None = None, large: int = LARGE, block: int = BLOCK_ROWS
) -> list[SheetStream]:
    """Every sheet of a file in Excel, CSV or HTML; raises RefusedError if it cannot be read."""
    limits = limits or Limits()
    streams = _streams(path, limits, block) if _size(path) >= large else None
    return streams or [of_grid(grid) for grid in read_sheets(path, limits)]


def of_grid(grid: Grid) -> SheetStream:
    """A sheet that is in memory already."""
    return SheetStream(partial(_once, grid), lambda: grid, not grid.values)


def _once(grid: Grid) -> Iterator[Grid]:
    yield grid


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError):
        return 0


def _streams(path: Path, limits: Limits, block: int) -> list[SheetStream] | None:
    with path.open("rb") as stream:
        head = stream.read(len(ZIP_SIGNATURES[0]))
    if head.startswith(ZIP_SIGNATURES):
        from promo_xl.sources.package_stream import package_streams

        return package_streams(path, limits, block)
    if is_text(path):
        from promo_xl.sources.text_stream import text_stream

        found = text_stream(path, limits, block)
        return [found] if found else None
    return None
