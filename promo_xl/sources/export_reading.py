"""One export file as readings, by whichever way suits its size."""

from collections.abc import Sequence
from pathlib import Path

from promo_xl.plan.filled import FILLED, READINGS, Filled
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sources.encoding import encoding_of
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_headings import Header, find_header
from promo_xl.sources.export_rows import RowReader
from promo_xl.sources.grid import Grid, Limits
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, Surroundings
from promo_xl.sources.tabular import is_text, read_sheets
from promo_xl.sources.text_file import read_text

# From here on a text file is read in columns, which takes less time and memory than a value for each cell.
BIG_TEXT = 2 * 1024 * 1024
HEAD = 64 * 1024


def read_export(
    path: Path,
    order: Order,
    surroundings: Surroundings,
    big: int = BIG_TEXT,
    tables: Sequence[Filled] = FILLED,
) -> Fetched:
    """What one file says of the one of `tables` that its header speaks of; raises RefusedError with all faults."""
    if READINGS in tables and _size(path) > big:
        from promo_xl.sources.export_big import read_big

        if is_text(path) and _head_of(path, order, tables) is READINGS:
            return read_big(path, order, surroundings)
    grid, header, others = _sheet(read_sheets(path), order, path.name, tables)
    findings = BoundedFindings(path.name)
    if others:
        details = {"used": grid.name, "others": ", ".join(others[:20])}
        findings.add(Finding("SOURCE_SHEETS_NOT_READ", Severity.INFO, details=details, place=path.name))
    reader = RowReader(path.name, grid.name, header, order, findings)
    for number, cells in enumerate(grid.values[header.row :], header.row + 1):
        reader.add(number, cells)
    surroundings.progress(reader.read, reader.read)
    return reader.done()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _head_of(path: Path, order: Order, tables: Sequence[Filled]) -> Filled:
    """The table that the header of a big text speaks of; of readings where it is none, which is told later."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    try:
        text = head.decode(encoding_of(head), "ignore")
        grid = read_text(text[: text.rfind("\n") + 1].encode(), path.name, Limits())
        return find_header(grid.values, order, path.name, tables).columns.table
    except RefusedError:
        return READINGS


def _sheet(grids: list[Grid], order: Order, file: str, tables: Sequence[Filled]) -> tuple[Grid, Header, list[str]]:
    """The sheet that the order names, else the first visible one with a header; and others that have one."""
    named = [grid for grid in grids if grid.name == order.query]
    if order.query and grids[0].name and not named:
        sheets = ", ".join(grid.name for grid in grids[:20])
        raise refused("SOURCE_SHEET_MISSING", file, sheet=order.query[:80], found=sheets)
    asked = named or [grid for grid in grids if not grid.hidden] or grids
    found: list[tuple[Grid, Header]] = []
    refusals: list[Finding] = []
    for grid in asked:
        place = f"{file} › {grid.name}" if grid.name else file
        try:
            found.append((grid, find_header(grid.values, order, place, tables)))
        except RefusedError as error:
            if grid.values:
                refusals += error.findings
    if not found:
        raise RefusedError(refusals or refused("FILE_EMPTY", file, bytes=0).findings)
    return *found[0], [grid.name for grid, _ in found[1:]]
