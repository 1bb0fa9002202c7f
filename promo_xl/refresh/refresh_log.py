"""The sheet of what refreshes changed: where planner and source differ now, and the latest changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from promo_xl.refresh.filled_rows import FilledRows, label_of
from promo_xl.refresh.merge import FETCHED, SOURCE, Difference, Merged
from promo_xl.refresh.work import Work
from promo_xl.sheetspec.formula.values import Value, serial
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.storable import storable
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.mend import same, typed
from promo_xl.workbook.patch import Change, column_name
from promo_xl.workbook.read import Opened
from promo_xl.workbook.row_heights import heights
from promo_xl.workbook.tables_in_file import Area

CONFLICTS, LOG, RESULT = "conflicts", "refresh_log", "refresh_result"
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Logged:
    """One change of a refresh: a cell, or a whole new row."""

    what: str
    channel: str = ""
    campaign: str = ""
    column: str = ""
    before: Value = None
    after: Value = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class LogSheet:
    """The log's sheet, its cells that differ, its last row with something in it, and how high its rows are."""

    name: str
    changes: tuple[Change, ...]
    last: int
    heights: Mapping[int, float | None]


def logged(rows: FilledRows, found: Merged, words: Wording) -> Iterator[Logged]:
    """A line for each cell that is changed and for each new row, in the order of the rows."""
    standing = {row.row: row for row in rows.standing}
    for number, values in sorted(found.writes.items()):
        row = standing[number]
        day, *names = row.key or found.baselines[number].key
        for field, value in values.items():
            if field not in (SOURCE, FETCHED):
                what = words.in_excel("log_updated", date=day)
                label = found.baselines[number].label
                column = label_of(rows.read, field, words.language)
                yield Logged(what, *_two(names), column, row.mine.get(field), value, label)
    for reading in found.new:
        day, *names = reading.key
        told = "; ".join(
            f"{label_of(rows.read, field, words.language)} {value:,.15g}"
            for field, value in reading.values.items()
        )
        yield Logged(words.in_excel("log_new", date=day), *_two(names), after=told, source=reading.label)


def _two(names: Sequence[str]) -> tuple[str, str]:
    """The names of a key for the two columns that the log has for them."""
    first, second, *_ = (*names, "", "")
    return first, second


def as_of_moved(words: Wording, before: object, after: object) -> Logged:
    """The line for the as-of date."""
    return Logged(words.in_excel("log_as_of"), before=str(before or ""), after=str(after))


def log_changes(
    work: Work,
    conflicts: Sequence[tuple[FilledRows, Sequence[Difference]]],
    log: Sequence[Logged],
    now: datetime,
) -> LogSheet | None:
    """What the log must say after a refresh, with each table's conflicts.

    None where it says that already or the workbook has no log.
    """
    opened, words = work.opened, work.words
    sheet = _sheet(opened, work.book)
    if sheet is None:
        return None
    areas = work.file.areas
    reads = {name: opened.tables[name] for name in (CONFLICTS, LOG)}
    places = {name: areas[read.table.name.lower()] for name, read in reads.items()}
    differ = [row for rows, found in conflicts for row in _conflict_rows(rows, found, words.language)]
    count = len(differ)
    room = places[CONFLICTS].bottom - places[CONFLICTS].top
    if len(differ) > room:
        differ[room - 1 :] = [{"conflict_what": words.in_excel("checked_more", count=len(differ) - room + 1)}]
    changes = list(_table_changes(reads[CONFLICTS], places[CONFLICTS], differ))
    high: dict[int, float | None] = {}
    if log:
        before = list(_standing_rows(reads[LOG], places[LOG]))
        lines = [*_log_rows(log, serial(now.replace(microsecond=0))), *before]
        lines = lines[: places[LOG].bottom - places[LOG].top]
        told = list(_table_changes(reads[LOG], places[LOG], lines))
        changes += told
        high = dict(heights(reads[LOG], lines, told, work.book.theme.width_scale.get(opened.language, 1)))
    if changes and RESULT in opened.cells:
        result = words.in_excel("log_changed", when=f"{now:%Y-%m-%d %H:%M}", count=len(log), conflicts=count)
        changes.append(Change(*opened.cells[RESULT], result, alike=True))
    last = max((c.row for c in changes if c.value is not None), default=0)
    return LogSheet(sheet, tuple(changes), last, high) if changes else None


def _conflict_rows(rows: FilledRows, found: Sequence[Difference], language: str) -> Iterator[Row]:
    """A row for each cell in which planner and source differ."""
    keys = {row.row: row.key for row in rows.standing}
    for one in found:
        key = keys.get(one.row)
        first, second = _two(key[1:] if key else ())
        cell = f"{column_name(rows.read.columns[one.field])}{one.row}"
        yield {
            "conflict_date": serial(key[0]) if key else None,
            "conflict_what": f"{rows.read.grid.name}!{cell}",
            "conflict_channel": first,
            "conflict_campaign": second,
            "conflict_field": label_of(rows.read, one.field, language),
            "conflict_mine": one.mine,
            "conflict_theirs": one.theirs,
            "conflict_source": one.label,
        }


def _log_rows(entries: Sequence[Logged], when: float) -> Iterator[Row]:
    """A row for each change, all of one time."""
    for one in entries:
        yield {
            "log_when": when,
            "log_what": one.what,
            "log_channel": one.channel,
            "log_campaign": one.campaign,
            "log_field": one.column,
            "log_before": one.before,
            "log_after": one.after,
            "log_source": one.source,
        }


def _table_changes(read: ReadTable, area: Area, rows: Sequence[Row]) -> Iterator[Change]:
    """The cells of a report's table that differ from these rows, which are cut where the table ends."""
    for i, number in enumerate(range(area.top + 1, area.bottom + 1)):
        row = rows[i] if i < len(rows) else {}
        for field, column in read.columns.items():
            value = row.get(field)
            wanted = storable(value) if isinstance(value, str) else value
            if not same(read.grid.value(number, column), wanted):
                yield Change(area.sheet, number, column, wanted)


def _standing_rows(read: ReadTable, area: Area) -> Iterator[Row]:
    """What a report's table holds now, row by row up to the first blank one."""
    for number in range(area.top + 1, area.bottom + 1):
        row = {f: typed(read.grid.value(number, column)) for f, column in read.columns.items()}
        if all(value is None for value in row.values()):
            return
        yield row


def _sheet(opened: Opened, book: Book) -> str | None:
    """The log's sheet in this workbook; None where planners removed it or put something else there."""
    reads = [opened.tables.get(name) for name in (CONFLICTS, LOG)]
    sheets = {read.grid.name for read in reads if read is not None}
    if len(sheets) != 1 or None in reads:
        return None
    others = {read.grid.name for name, read in opened.tables.items() if name not in (CONFLICTS, LOG)}
    singles = {sheet for name, (sheet, _, _) in opened.cells.items() if name != RESULT}
    return None if sheets & (others | singles) or LOG not in book.tables else next(iter(sheets))
