"""A large text file as a stream of blocks of rows; what comes out equals what reading it whole gives."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.encoding import END_OF_FILE, encoding_of_file
from promo_xl.sources.grid import CellValue, Grid, Limits
from promo_xl.sources.sheet_stream import SheetStream
from promo_xl.sources.tabular import read_sheets
from promo_xl.sources.text_file import (
    CONTROL_CHARACTERS,
    SAMPLE_LENGTH,
    SEPARATOR_LINE,
    plain_field,
    separator_of,
)

TAIL = 4


def text_stream(path: Path, limits: Limits, block: int) -> SheetStream | None:
    """The only sheet of a text file; None for one that is not in order, which is to be read whole."""
    try:
        stream = _TextStream(path, block)
        return stream.stream(limits) if stream.is_in_order(limits) else None
    except (RefusedError, OSError, UnicodeError, csv.Error):
        return None


class _TextStream:
    """How a text file is cut into rows."""

    def __init__(self, path: Path, block: int) -> None:
        self._path, self._block = path, block
        self._encoding = encoding_of_file(path)
        with self._open() as stream:
            self._head = stream.read(SAMPLE_LENGTH + 1)
        self._separator = separator_of(self._head, path.name)[0]
        self._is_declared = SEPARATOR_LINE.match(self._head) is not None

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._encoding, newline="")

    def is_in_order(self, limits: Limits) -> bool:
        """True if every byte and every row is as it should be, and no limit is passed."""
        if self._path.stat().st_size > limits.file_bytes or CONTROL_CHARACTERS.search(self._head[:SAMPLE_LENGTH]):
            return False
        with self._path.open("rb") as stream:
            stream.seek(-TAIL, 2)
            if END_OF_FILE.encode() in stream.read():
                return False
        rows = width = 0
        for row in self._rows():
            rows += 1
            width = max(width, len(row))
        return rows <= limits.rows and rows * width <= limits.cells

    def stream(self, limits: Limits) -> SheetStream:
        """The rows in blocks."""
        return SheetStream(self._blocks, lambda: read_sheets(self._path, limits)[0])

    def _rows(self) -> Iterator[list[str]]:
        with self._open() as stream:
            if self._is_declared:
                stream.readline()
            yield from csv.reader(stream, delimiter=self._separator, strict=True)

    def _blocks(self) -> Iterator[Grid]:
        rows, first = self._rows(), 1
        while block := list(islice(rows, self._block)):
            width = max(map(len, block))
            yield Grid("", self._path.name, tuple(_cells(row, width) for row in block), first=first)
            first += len(block)


def _cells(row: list[str], width: int) -> tuple[CellValue, ...]:
    return (*(plain_field(field) or None for field in row), *[None] * (width - len(row)))
