"""What a refresh has to say of a table besides its counts: conflicts, copies, doubled keys, what is gone."""

from collections.abc import Iterator, Sequence

from promo_xl.plan.filled import DATE, known_by
from promo_xl.plan.findings import Finding, Severity
from promo_xl.refresh.fetching import Gathered
from promo_xl.refresh.filled_rows import FilledRows
from promo_xl.refresh.merge import Merged, Theirs
from promo_xl.workbook.read import Opened

MOST_OF_A_KIND = 20


def told(
    opened: Opened, rows: FilledRows, found: Merged, theirs: Sequence[Theirs], gathered: Gathered
) -> Iterator[Finding]:
    """The findings of a merge of `theirs`, a few of each kind and a count of the rest."""
    for kind in (
        list(_conflicts(rows, found)),
        list(_overlapping(rows, found)),
        [_rows("REFRESH_DOUBLED", Severity.WARNING, rows, numbers) for numbers in found.doubled],
        [_rows("REFRESH_COPIES", Severity.INFO, rows, found.copies)] if found.copies else [],
        list(_vanished(rows, found, theirs, gathered)),
        list(_unplanned(opened, rows, theirs)),
    ):
        yield from kind[:MOST_OF_A_KIND]
        if len(kind) > MOST_OF_A_KIND:
            rest = {"code": kind[0].code, "count": len(kind) - MOST_OF_A_KIND, "shown": MOST_OF_A_KIND}
            yield Finding("SOURCE_MORE_FINDINGS", Severity.INFO, details=rest, place=rows.read.grid.file)


def _conflicts(rows: FilledRows, found: Merged) -> Iterator[Finding]:
    for one in found.conflicts:
        details = {"mine": "" if one.mine is None else one.mine, "theirs": one.theirs, "source": one.label}
        code = "REFRESH_CONFLICT" if one.mine is not None else "REFRESH_CONFLICT_CLEARED"
        place = rows.read.grid.place(one.row, rows.read.columns[one.field])
        yield Finding(code, Severity.WARNING, field=one.field, details=details, place=place)


def _overlapping(rows: FilledRows, found: Merged) -> Iterator[Finding]:
    """By channel, how many readings would count days twice that rows of another period count already."""
    left: dict[str, list[tuple[Theirs, int]]] = {}
    for reading, row in found.overlapping:
        left.setdefault(known_by(reading.key)[1], []).append((reading, row))
    for (first, row), *others in left.values():
        details = {"channel": first.key[1], "first": first.key[0], "count": len(others) + 1, "row": row}
        place = rows.read.grid.place(row, rows.read.columns[DATE])
        yield Finding("REFRESH_PERIODS_MIXED", Severity.WARNING, field=DATE, details=details, place=place)


def _rows(code: str, severity: Severity, rows: FilledRows, numbers: Sequence[int]) -> Finding:
    shown = ", ".join(map(str, numbers[:MOST_OF_A_KIND]))
    place = rows.read.grid.place(numbers[0], rows.read.columns[DATE])
    return Finding(
        code, severity, details={"rows": shown, "count": len(numbers), "reason": rows.filled.table}, place=place
    )


def _vanished(rows: FilledRows, found: Merged, theirs: Sequence[Theirs], gathered: Gathered) -> Iterator[Finding]:
    """Rows whose reading their source no longer has, though it speaks of the days around."""
    labels = {answer.label for answer in gathered.answers}
    days = [said.key[0] for said in theirs]
    if gathered.failed or not days:
        return
    written = {row.row: row.baseline for row in rows.standing if row.baseline is not None}
    gone = [
        row
        for row in found.vanished
        if written[row].label in labels and min(days) <= written[row].key[0] <= max(days)
    ]
    if gone:
        yield _rows("REFRESH_VANISHED", Severity.INFO, rows, gone)


def _unplanned(opened: Opened, rows: FilledRows, theirs: Sequence[Theirs]) -> Iterator[Finding]:
    """First names of the sources that the plan does not list where it should, so that no sum counts them."""
    name = rows.filled.names[0]
    table = opened.tables.get(rows.filled.listed_in)
    if table is None or not theirs:
        return
    day = theirs[0].key[0]
    planned = {known_by((day, str(row.get(name) or "")))[1] for row in table.rows}
    named = dict.fromkeys(said.key[1] for said in theirs if known_by(said.key)[1] not in planned)
    if named:
        details = {"channels": "、".join(list(named)[:MOST_OF_A_KIND]), "count": len(named)}
        yield Finding("REFRESH_CHANNEL_UNPLANNED", Severity.INFO, details=details, place=table.grid.file)
