"""What a refresh has to say besides its counts: conflicts, copies, doubled keys, readings that are gone."""

from collections.abc import Iterator, Sequence

from promo_xl.plan.findings import Finding, Severity
from promo_xl.refresh.baseline import known_by
from promo_xl.refresh.fetching import Gathered
from promo_xl.refresh.merge import Merged
from promo_xl.refresh.reading_rows import ReadingRows
from promo_xl.workbook.read import Opened

MOST_OF_A_KIND = 20


def told(opened: Opened, rows: ReadingRows, found: Merged, gathered: Gathered) -> Iterator[Finding]:
    """The findings of a merge, a few of each kind and a count of the rest."""
    for kind in (
        list(_conflicts(rows, found)),
        [_rows("REFRESH_DOUBLED", Severity.WARNING, rows, numbers) for numbers in found.doubled],
        [_rows("REFRESH_COPIES", Severity.INFO, rows, found.copies)] if found.copies else [],
        list(_vanished(rows, found, gathered)),
        list(_unplanned(opened, gathered)),
    ):
        yield from kind[:MOST_OF_A_KIND]
        if len(kind) > MOST_OF_A_KIND:
            rest = {"code": kind[0].code, "count": len(kind) - MOST_OF_A_KIND, "shown": MOST_OF_A_KIND}
            yield Finding("SOURCE_MORE_FINDINGS", Severity.INFO, details=rest, place=rows.read.grid.file)


def _conflicts(rows: ReadingRows, found: Merged) -> Iterator[Finding]:
    for one in found.conflicts:
        details = {"mine": "" if one.mine is None else one.mine, "theirs": one.theirs, "source": one.label}
        code = "REFRESH_CONFLICT" if one.mine is not None else "REFRESH_CONFLICT_CLEARED"
        place = rows.read.grid.place(one.row, rows.read.columns[one.field])
        yield Finding(code, Severity.WARNING, field=one.field, details=details, place=place)


def _rows(code: str, severity: Severity, rows: ReadingRows, numbers: Sequence[int]) -> Finding:
    shown = ", ".join(map(str, numbers[:MOST_OF_A_KIND]))
    place = rows.read.grid.place(numbers[0], rows.read.columns["date"])
    return Finding(code, severity, details={"rows": shown, "count": len(numbers)}, place=place)


def _vanished(rows: ReadingRows, found: Merged, gathered: Gathered) -> Iterator[Finding]:
    """Rows whose reading their source no longer has, though it speaks of the days around."""
    labels = {answer.label for answer in gathered.answers}
    days = [reading.key[0] for reading in gathered.theirs]
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


def _unplanned(opened: Opened, gathered: Gathered) -> Iterator[Finding]:
    """Channels of the sources that the plan does not list, so that no sum by channel counts them."""
    table = opened.tables.get("channels")
    if table is None:
        return
    some = next(iter(gathered.theirs), None)
    if some is None:
        return
    planned = {known_by((some.key[0], channel.channel, ""))[1] for channel in opened.promotion.channels}
    named = dict.fromkeys(reading.key[1] for reading in gathered.theirs if known_by(reading.key)[1] not in planned)
    if named:
        details = {"channels": "、".join(list(named)[:MOST_OF_A_KIND]), "count": len(named)}
        yield Finding("REFRESH_CHANNEL_UNPLANNED", Severity.INFO, details=details, place=table.grid.file)
