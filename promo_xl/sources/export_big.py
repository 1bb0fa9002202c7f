"""A big text file, read in columns by pandas; what comes out equals what the other way gives for small ones."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.encoding import decoded, encoding_of_file
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_headings import Header, find_header
from promo_xl.sources.export_values import MISSING
from promo_xl.sources.file_bytes import read_bytes
from promo_xl.sources.grid import Limits
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, Surroundings
from promo_xl.sources.text_file import SEPARATORS, read_text

HEAD = 64 * 1024
CHUNK_ROWS = 50_000
# A wider file is cut into fewer rows at a time, so that a chunk's cells take no more memory than these.
CHUNK_CELLS = 1_000_000
# An export has some dozens of columns; a file of thousands would take minutes.
MOST_COLUMNS = 2000
# Bytes of a cell that tell a blank one, a word for a sum and (with the metrics) most lines from each other.
BEGINNING = "S48"
_DECLARED = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the text is to be cut: `skipped` are the lines before the first row below the header.

    `cells` is how many a row may have, blank ones behind the last heading included; `texts` are columns of
    metrics in which pandas would read more as a number than is one.
    """

    path: Path
    encoding: str
    separator: str
    skipped: int
    header: Header
    cells: int
    texts: frozenset[int] = frozenset()


def read_big(path: Path, order: Order, surroundings: Surroundings, chunk_rows: int = CHUNK_ROWS) -> Fetched:
    """The readings of a big text file, of which only a chunk and its numbers are in memory at once."""
    from promo_xl.sources.export_cells import LostTextError

    _check_size(path)
    layout = _layout(path, order)
    while True:
        try:
            return _read(layout, order, surroundings, chunk_rows)
        except LostTextError as error:
            layout = replace(layout, texts=layout.texts | {error.column})


def _read(layout: Layout, order: Order, surroundings: Surroundings, chunk_rows: int) -> Fetched:
    from promo_xl.sources.export_columns import ColumnReader

    path = layout.path
    reader = ColumnReader(path.name, layout.header, order, BoundedFindings(path.name))
    total = path.stat().st_size
    with path.open("rb") as stream:
        for chunk in chunks(layout, stream, chunk_rows):
            reader.add(chunk)
            surroundings.progress(min(total, stream.tell()), total)
    return reader.done(lambda as_text: chunks(layout, None, chunk_rows, as_text=as_text))


def chunks(layout: Layout, stream: Any, chunk_rows: int, *, as_text: bool = False) -> Iterator[Any]:
    """Frames of the rows below the header, with the row's number as index and a column behind the last heading.

    Of columns that are not read only the beginning of each cell is kept. `as_text` leaves every cell as it is
    written, so that lines can be compared.
    """
    import pandas as pd

    columns = layout.header.columns
    metrics = {column for _, column, _ in columns.metrics}
    # A day and a name stay the texts that they are: 00123 keeps its zeros (as a category it would not).
    texts = {columns.date, columns.channel, columns.campaign, *layout.texts}
    types = {
        at: object if as_text or at in texts else BEGINNING
        for at in range(layout.cells)
        if as_text or at in texts or at not in metrics
    }
    try:
        with pd.read_csv(
            stream or layout.path,
            sep=layout.separator,
            encoding=layout.encoding,
            header=None,
            skiprows=layout.skipped,
            names=range(layout.cells),
            index_col=False,
            dtype=types,
            keep_default_na=False,
            na_values=[] if as_text else [*MISSING, *(text.upper() for text in MISSING)],
            skip_blank_lines=False,
            chunksize=max(1, min(chunk_rows, CHUNK_CELLS // layout.cells)),
            low_memory=False,
            engine="c",
        ) as frames:
            for frame in frames:
                frame.index += layout.header.row + 1
                yield frame
    except UnicodeDecodeError as error:
        decoded(read_bytes(layout.path), layout.path.name)
        raise refused("FILE_UNREADABLE", layout.path.name, path=str(layout.path), reason="encoding") from error
    except pd.errors.EmptyDataError:
        return
    except pd.errors.ParserError as error:
        raise _parser_refusal(str(error), layout) from error
    except (OSError, ValueError) as error:  # a separator that pandas does not take, a disk that fails
        raise refused(
            "FILE_UNREADABLE", layout.path.name, path=str(layout.path), reason=str(error)[:80]
        ) from error


def _parser_refusal(message: str, layout: Layout) -> RefusedError:
    found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    file = layout.path.name
    if found:
        width = str(layout.header.columns.width)
        return refused("SOURCE_ROW_WIDER_THAN_HEADER", f"{file} › {found[2]}", cells=found[3], headings=width)
    if "inside string" in message:
        return refused("FILE_QUOTE_OPEN", file, text="")
    return refused("FILE_CORRUPT", file, reason=message[:80], part="")


def _check_size(path: Path) -> None:
    limit, size = Limits().file_bytes, path.stat().st_size
    if size > limit:
        sizes = {"found_mb": round(size / 2**20, 1), "limit_mb": round(limit / 2**20, 1)}
        raise refused("FILE_TOO_BIG", path.name, **sizes)


def _layout(path: Path, order: Order) -> Layout:
    encoding = encoding_of_file(path)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    text = head.decode(encoding, "ignore")
    text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    grid = read_text(text.encode(), path.name, Limits())
    header = find_header(grid.values, order, path.name)
    declared = _DECLARED.match(text)
    row = tuple(value or "" for value in grid.values[header.row - 1])
    separator = declared[1] if declared else _separator(text, header.row, row)
    widths = _widths(text[declared.end() if declared else 0 :], separator)
    cells = max(header.columns.width + 1, max(widths, default=0))
    if cells > MOST_COLUMNS:
        raise refused("FILE_TOO_MANY_COLUMNS", path.name, found=cells, limit=MOST_COLUMNS)
    return Layout(path, encoding, separator, header.row + bool(declared), header, cells)


def _widths(text: str, separator: str) -> Iterator[int]:
    """How many cells each of the first rows has, blank ones included."""
    return (len(fields) for fields in csv.reader(StringIO(text, newline=""), delimiter=separator))


def _separator(text: str, number: int, row: tuple[object, ...]) -> str:
    """The separator that cuts the header as it was cut when it was found."""
    for separator in SEPARATORS:
        for at, fields in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), 1):
            if at == number:
                if tuple(fields) == row[: len(fields)] and not any(row[len(fields) :]):
                    return separator
                break
    return ","
