"""A large .xlsx file as a stream of blocks of rows; what comes out equals what reading it whole gives."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path

from promo_xl.sources.archive import ArchiveLimits, check_archive_bytes
from promo_xl.sources.excel_file import check_kind
from promo_xl.sources.file_bytes import read_bytes
from promo_xl.sources.grid import GENERAL, CellValue, Grid, GridBuilder, Limits, MergedRange
from promo_xl.sources.package_parts import SheetPart, read_parts
from promo_xl.sources.sheet_stream import SheetStream
from promo_xl.sources.sheet_xml import Legend, PackedTexts, SheetScanner, gather_shared_strings

MOST_MERGED = 200
Row = tuple[int, list[CellValue], tuple[str, ...]]


def package_streams(path: Path, limits: Limits, block: int) -> list[SheetStream] | None:
    """Every worksheet; None for a file that is not in order, which is to be read whole. May raise RefusedError."""
    data = read_bytes(path, limits.file_bytes)
    check_archive_bytes(data, path.name, ArchiveLimits())
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            check_kind(archive, path.name)
            parts = read_parts(archive)
            texts = PackedTexts()
            if parts.shared_strings in archive.namelist():
                with archive.open(parts.shared_strings) as stream:
                    gather_shared_strings(stream, limits.cells, texts)
            legend = Legend(texts, parts.formats, parts.epoch)
            sheets = [_PackageSheet(data, path.name, part, legend, limits, block) for part in parts.sheets]
            looked = [(sheet, sheet.look()) for sheet in sheets]
    except Exception:  # whatever it is, reading the file whole names it
        return None
    if any(look is None for _, look in looked) or not any(look.rows for _, look in looked if look):
        return None
    return [
        SheetStream(partial(sheet.blocks, tuple(look.merged)), sheet.whole, not look.rows)
        for sheet, look in looked
        if look
    ]


@dataclass(slots=True)
class _Look:
    """Sees the rows pass by: whether they come in order, and how many they are."""

    limits: Limits
    default_format: str = GENERAL
    rows: int = 0
    width: int = 0
    in_order: bool = True
    merged: list[MergedRange] = field(default_factory=list)

    def add(self, row: int, values: list[CellValue], formats: Sequence[str] = ()) -> None:  # noqa: ARG002
        """See one row."""
        filled = next((n for n in range(len(values), 0, -1) if values[n - 1] is not None), 0)
        if filled:
            self.in_order = self.in_order and row > self.rows
            self.rows, self.width = row, max(self.width, filled)

    @property
    def fine(self) -> bool:
        """True if the rows may be read as they come."""
        few = self.rows <= self.limits.rows and self.rows * self.width <= self.limits.cells
        return self.in_order and few and len(self.merged) <= MOST_MERGED


@dataclass(slots=True)
class _Collected:
    """The rows that came since the last block."""

    default_format: str = GENERAL
    rows: list[Row] = field(default_factory=list)

    def add(self, row: int, values: list[CellValue], formats: Sequence[str] = ()) -> None:
        """Take one row; one without a value counts for nothing."""
        if any(value is not None for value in values):
            self.rows.append((row, values, tuple(formats)))


@dataclass(frozen=True, slots=True)
class _PackageSheet:
    """One sheet of an archive in memory."""

    data: bytes
    file: str
    part: SheetPart
    legend: Legend
    limits: Limits
    block: int

    def look(self) -> _Look | None:
        """What there is to know before reading; None if the rows cannot be read as they come."""
        look = _Look(self.limits)
        look.merged = self._scan(look).merged
        return look if look.fine else None

    def whole(self) -> Grid:
        """All rows at once."""
        builder = GridBuilder(self.part.name, self.file, self.limits, GENERAL, self.part.hidden)
        return builder.build(self._scan(builder).merged)

    def blocks(self, merged: Sequence[MergedRange]) -> Iterator[Grid]:
        """The rows in blocks."""
        taken, first = _Collected(), 1
        scanner = SheetScanner(self.legend, taken)
        with zipfile.ZipFile(BytesIO(self.data)) as archive, archive.open(self.part.part) as stream:
            for _ in scanner.scanning(stream):
                while len(taken.rows) >= self.block:
                    rows, taken.rows = taken.rows[: self.block], taken.rows[self.block :]
                    yield self._grid(rows, first, merged)
                    first = rows[-1][0] + 1
        if taken.rows:
            yield self._grid(taken.rows, first, merged)

    def _scan(self, taker: "_Look | GridBuilder") -> SheetScanner:
        scanner = SheetScanner(self.legend, taker)
        with zipfile.ZipFile(BytesIO(self.data)) as archive, archive.open(self.part.part) as stream:
            scanner.scan(stream)
        return scanner

    def _grid(self, rows: Sequence[Row], first: int, merged: Sequence[MergedRange]) -> Grid:
        width = max(len(values) for _, values, _ in rows)
        blank: tuple[CellValue, ...] = (None,) * width
        height = rows[-1][0] - first + 1
        cells, formats = [blank] * height, list[tuple[str, ...]]([()] * height)
        for number, values, codes in rows:
            for area in merged:
                _clear_under(area, number, values)
            cells[number - first] = (*values, *blank[len(values) :])
            formats[number - first] = codes
        return Grid(
            self.part.name,
            self.file,
            tuple(cells),
            tuple(formats),
            GENERAL,
            tuple(merged),
            self.part.hidden,
            first,
        )


def _clear_under(area: MergedRange, row: int, values: list[CellValue]) -> None:
    if area.top <= row <= area.bottom:
        start = area.left if row == area.top else area.left - 1
        for column in range(start, min(area.right, len(values))):
            values[column] = None
