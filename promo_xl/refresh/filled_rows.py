"""A table that sources fill, in an opened workbook: its rows as the merge knows them, and back into cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from promo_xl.plan.filled import DATE, Filled, Key, key_of
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.baseline import Baseline, decoded, encoded
from promo_xl.refresh.merge import FETCHED, SOURCE, Standing, Theirs, baseline_of
from promo_xl.sheetspec.formula.values import Value, serial
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.mend import typed
from promo_xl.workbook.obstacles import formula_cells
from promo_xl.workbook.patch import Change
from promo_xl.workbook.read import Opened

BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class FilledRows:
    """The rows as they stand, the blank ones behind them that new ones may fill, and how many there are."""

    filled: Filled
    read: ReadTable
    standing: tuple[Standing, ...]
    spare: tuple[int, ...]
    last: int

    @property
    def count(self) -> int:
        """How many rows the table has, blank ones included."""
        return self.last - self.read.first + 1


def _written(filled: Filled) -> tuple[str, ...]:
    """The fields that a refresh writes into a row that stands."""
    return (*filled.values, SOURCE, FETCHED)


def filled_rows(opened: Opened, filled: Filled) -> FilledRows:
    """The table's rows in the file; raises RefusedError where it has no place for what a refresh remembers."""
    read = opened.tables.get(filled.table)
    written = _written(filled)
    lacking = [f for f in (*filled.key, *written, BASELINE) if read is None or f not in read.columns]
    if read is None or lacking:
        details = {
            "columns": "、".join(label_of(read, f, opened.language) for f in lacking) if read else "",
            "sheet": read.grid.name if read else filled.table,
        }
        raise RefusedError(
            [*opened.findings, Finding("REFRESH_NO_PLACE", details=details, place=opened.file.file)]
        )
    last = opened.file.areas[read.table.name.lower()].bottom
    kept = {
        row: decoded(read.grid.value(row, read.columns[BASELINE]), filled) for row in range(read.first, last + 1)
    }
    typed_in = dict(zip(read.numbers, read.rows, strict=True))
    rows = sorted(typed_in.keys() | {row for row, baseline in kept.items() if baseline is not None})
    fixed = formula_cells(opened.file, [(read.grid.name, row, read.columns[f]) for row in rows for f in written])
    standing = tuple(
        Standing(
            row,
            _key(typed_in.get(row, {}), filled),
            {field: typed(read.grid.value(row, read.columns[field])) for field in written},
            frozenset(f for f in written if (read.grid.name, row, read.columns[f]) in fixed),
            kept[row],
        )
        for row in rows
    )
    behind = range(max(rows, default=read.first - 1) + 1, last + 1)
    return FilledRows(filled, read, standing, tuple(_spare(opened.file, read, filled, behind)), last)


def _spare(file: BookFile, read: ReadTable, filled: Filled, rows: Sequence[int]) -> Iterator[int]:
    """The rows in which neither a value nor a formula of the planner's stands."""
    ours = {at for field, at in read.columns.items() if (c := read.table.column_of(field)) and c.computed}
    others = [at for at in range(min(read.columns.values()), max(read.columns.values()) + 1) if at not in ours]
    formulas = formula_cells(file, [(read.grid.name, row, at) for row in rows for at in others])
    own = {at for field, at in read.columns.items() if field in (*filled.key, *_written(filled), BASELINE)}
    for row in rows:
        blank = all(
            read.grid.value(row, at) in (None, "") or (read.grid.name, row, at) in formulas for at in others
        )
        if blank and not any((read.grid.name, row, at) in formulas for at in own):
            yield row


def _key(row: Mapping[str, object], filled: Filled) -> Key | None:
    day = row.get(DATE)
    return key_of(day, (str(row.get(name) or "") for name in filled.names)) if isinstance(day, date) else None


def label_of(read: ReadTable, field: str, language: str) -> str:
    """The heading of a field, or its name where the table knows none."""
    column = read.table.column_of(field)
    return column.label.text(language) if column else field


def row_changes(
    rows: FilledRows, row: int, values: Mapping[str, Value], baseline: Baseline | None
) -> Iterator[Change]:
    """The cells of a row that is written: values by field, and what is remembered of them."""
    cells: dict[str, Value] = dict(values)
    if baseline is not None:
        cells[BASELINE] = encoded(baseline, rows.filled)
    for field, value in cells.items():
        yield Change(rows.read.grid.name, row, rows.read.columns[field], value, alike=True)


def new_row(rows: FilledRows, row: int, said: Theirs, fetched: float) -> Iterator[Change]:
    """The cells of a row for what a source says and has no row yet."""
    day, *names = said.key
    values: dict[str, Value] = {DATE: serial(day), **said.values}
    values |= {field: name for field, name in zip(rows.filled.names, names, strict=True) if name}
    values |= {SOURCE: said.label, FETCHED: fetched}
    yield from row_changes(rows, row, values, baseline_of(said, fetched))
