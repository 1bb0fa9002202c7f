"""Columns of cells as a plan: the same reading as that of a whole workbook, so that both conclude the same."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from promo_xl.functions.cell_values import Cell, date_of, text_of
from promo_xl.functions.installed import book
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.binding import RECORDS, fits, from_cell
from promo_xl.sheetspec.formula.values import CellError

FRAME = ("start", "end", "calendar_from", "calendar_to", "duration_basis", "language")


@dataclass(frozen=True, slots=True)
class Rows:
    """The records of one table, and at which row of its columns each stands."""

    records: tuple[Any, ...]
    places: tuple[int, ...]


def rows_from(table: str, columns: Mapping[str, Sequence[Cell]]) -> Rows:
    """The rows of a table of the templates, from cells by field; blank rows are left out.

    What a column cannot hold (a word in a date column, an error) is as if nothing stood there.
    """
    blank = (None,) * len(columns)
    places = tuple(i for i, cells in enumerate(zip(*columns.values(), strict=True)) if cells != blank)
    read = [_values(cells, table, field) for field, cells in columns.items()]
    rows = list(zip(*read, strict=True))
    return Rows(tuple(_records(table, tuple(columns), [rows[place] for place in places])), places)


def _records(table: str, fields: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Any]:
    """The plan's objects as `records_of` makes them, for fields that are all of the plan's own."""
    record = RECORDS[table][1]
    known = {field.name for field in dataclasses.fields(record)}
    assert known.issuperset(fields), (table, fields)
    named = {"id": ""} if "id" in known else {}
    for row in rows:
        values = {field: value for field, value in zip(fields, row, strict=True) if value is not None}
        yield record(**{**named, **values})


def _values(cells: Sequence[Cell], table: str, field: str) -> list[object]:
    """The plan's values of a column's cells; what stands there often is read once."""
    column = book().tables[table][1].column_of(field)
    assert column is not None, (table, field)
    known: dict[type, dict[Cell, object]] = defaultdict(dict)  # by type, since TRUE equals 1
    values: list[object] = []
    for cell in cells:
        alike = known[type(cell)]
        if cell not in alike:
            value = from_cell(cell, column, book())
            alike[cell] = value if fits(value, column) else None
        values.append(alike[cell])
    return values


def week_from(works: Sequence[Cell]) -> tuple[Mapping[str, object], ...]:
    """The working week: Monday to Sunday, 是 or TRUE where people work; none where nothing is given."""
    column = book().tables["week"][1].column_of("works")
    assert column is not None
    if all(cell is None for cell in works):
        return ()
    days = [cell if isinstance(cell, bool) else from_cell(cell, column, book()) for cell in works[:7]]
    return tuple({"n": n, "works": bool(working)} for n, working in enumerate(days))


def frame_from(cells: Sequence[Cell]) -> dict[str, object]:
    """What the cells of the frame say, in the order of FRAME; missing ones say nothing."""
    found: dict[str, object] = {}
    for name, cell in zip(FRAME, cells, strict=False):
        if cell is None or isinstance(cell, CellError):
            continue
        value = _day(cell) if name not in {"duration_basis", "language"} else text_of(cell)
        if name == "duration_basis":
            value = book().code_of("duration_basis", text_of(cell)) or "workdays"
        if value:
            found[name] = value
    return found


def _day(cell: Cell) -> date | None:
    try:
        return date_of(cell)
    except ValueError:
        return None


def plan_of(frame: Mapping[str, object], works: Sequence[Cell], **records: tuple[Any, ...]) -> Promotion:
    """The promotion that the records make up, with its working week."""
    week = week_from(works)
    return Promotion(project=dict(frame), more={"week": week} if week else {}, **records)
