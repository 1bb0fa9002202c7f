"""The table of readings of an opened workbook as the merge knows it, and back into cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.plan.readings import METRICS
from promo_xl.refresh.asked import READINGS
from promo_xl.refresh.baseline import Baseline, Key, decoded, encoded
from promo_xl.refresh.merge import FETCHED, SOURCE, Standing, Theirs, baseline_of
from promo_xl.sheetspec.formula.values import Value, serial
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.mend import typed
from promo_xl.workbook.obstacles import formula_cells
from promo_xl.workbook.patch import Change
from promo_xl.workbook.read import Opened

BASELINE = "baseline"
KEYS = ("date", "channel", "campaign")
WRITTEN = (*METRICS, SOURCE, FETCHED)


@dataclass(frozen=True, slots=True)
class ReadingRows:
    """The rows as they stand, the blank ones behind them that new readings may fill, and how many there are."""

    read: ReadTable
    standing: tuple[Standing, ...]
    spare: tuple[int, ...]
    last: int

    @property
    def count(self) -> int:
        """How many rows the table has, blank ones included."""
        return self.last - self.read.first + 1


def reading_rows(opened: Opened) -> ReadingRows:
    """The readings of the file; raises RefusedError where it has no place for what a refresh remembers."""
    read = opened.tables.get(READINGS)
    lacking = [field for field in (*KEYS, *WRITTEN, BASELINE) if read is None or field not in read.columns]
    if read is None or lacking:
        details = {"columns": "、".join(_labels(read, lacking, opened.language)) if read else ""}
        raise RefusedError(
            [*opened.findings, Finding("REFRESH_NO_PLACE", details=details, place=opened.file.file)]
        )
    last = opened.file.areas[read.table.name.lower()].bottom
    kept = {row: decoded(read.grid.value(row, read.columns[BASELINE])) for row in range(read.first, last + 1)}
    filled = dict(zip(read.numbers, read.rows, strict=True))
    rows = sorted(filled.keys() | {row for row, baseline in kept.items() if baseline is not None})
    fixed = formula_cells(opened.file, [(read.grid.name, row, read.columns[f]) for row in rows for f in WRITTEN])
    standing = tuple(
        Standing(
            row,
            _key(filled.get(row, {})),
            {field: typed(read.grid.value(row, read.columns[field])) for field in WRITTEN},
            frozenset(f for f in WRITTEN if (read.grid.name, row, read.columns[f]) in fixed),
            kept[row],
        )
        for row in rows
    )
    behind = range(max(rows, default=read.first - 1) + 1, last + 1)
    return ReadingRows(read, standing, tuple(_spare(opened.file, read, behind)), last)


def _spare(file: BookFile, read: ReadTable, rows: Sequence[int]) -> Iterator[int]:
    """The rows in which neither a value nor a formula of the planner's stands."""
    ours = {at for field, at in read.columns.items() if (c := read.table.column_of(field)) and c.computed}
    others = [at for at in range(min(read.columns.values()), max(read.columns.values()) + 1) if at not in ours]
    formulas = formula_cells(file, [(read.grid.name, row, at) for row in rows for at in others])
    own = {at for field, at in read.columns.items() if field in (*KEYS, *WRITTEN, BASELINE)}
    for row in rows:
        blank = all(
            read.grid.value(row, at) in (None, "") or (read.grid.name, row, at) in formulas for at in others
        )
        if blank and not any((read.grid.name, row, at) in formulas for at in own):
            yield row


def _key(row: object) -> Key | None:
    day = row.get("date") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(day, date):
        return None
    return day, str(row.get("channel") or ""), str(row.get("campaign") or "")


def _labels(read: ReadTable, fields: Sequence[str], language: str) -> Iterator[str]:
    for field in fields:
        column = read.table.column_of(field)
        yield column.label.text(language) if column else field


def row_changes(
    read: ReadTable, row: int, values: dict[str, Value], baseline: Baseline | None
) -> Iterator[Change]:
    """The cells of a row that is written: values by field, and what is remembered of them."""
    cells: dict[str, Value] = dict(values)
    if baseline is not None:
        cells[BASELINE] = encoded(baseline)
    for field, value in cells.items():
        yield Change(read.grid.name, row, read.columns[field], value, alike=True)


def new_row(read: ReadTable, row: int, reading: Theirs, fetched: float) -> Iterator[Change]:
    """The cells of a row for a reading that has none yet."""
    day, channel, campaign = reading.key
    values: dict[str, Value] = {"date": serial(day), "channel": channel, **reading.values}
    if campaign:
        values["campaign"] = campaign
    values |= {SOURCE: reading.label, FETCHED: fetched}
    yield from row_changes(read, row, values, baseline_of(reading, fetched))
