"""What sources say, merged into each table that they fill."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promo_xl.plan.filled import FILLED
from promo_xl.plan.findings import Finding, Severity
from promo_xl.refresh.fetching import Gathered
from promo_xl.refresh.filled_rows import FilledRows, filled_rows, new_row, row_changes
from promo_xl.refresh.merge import Merged, Theirs, merged
from promo_xl.refresh.work import Work
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.growth import grown
from promo_xl.workbook.patch import Change
from promo_xl.workbook.read import as_changed


@dataclass(frozen=True, slots=True)
class Filling:
    """One table: its rows, what the sources say of it, what becomes of both."""

    rows: FilledRows
    theirs: Sequence[Theirs]
    found: Merged

    @property
    def missing(self) -> int:
        """How many rows the table lacks for what is new."""
        return max(len(self.found.new) - len(self.rows.spare), 0)

    def changes(self, fetched: float) -> Iterator[Change]:
        """The cells of the rows that stand, then those of the new ones."""
        rows, found = self.rows, self.found
        for row in sorted(found.baselines):
            yield from row_changes(rows, row, found.writes.get(row, {}), found.baselines[row])
        free = [*rows.spare, *range(rows.last + 1, rows.last + 1 + self.missing)]
        for row, said in zip(free, found.new, strict=False):
            yield from new_row(rows, row, said, fetched)


def fillings(work: Work, gathered: Gathered, fetched: float) -> list[Filling]:
    """What becomes of each table; raises RefusedError where one has no place for what a refresh remembers.

    Of an optional one that the plan does without it is only told that there was something for it.
    """
    found = []
    for one in FILLED:
        theirs = [said for said in gathered.theirs if said.table == one.table]
        sheet, _ = work.book.tables.get(one.table, (None, None))
        if one.table not in work.opened.tables and (sheet is None or sheet.optional):
            if theirs:
                name = sheet.name.text(work.words.language) if sheet else one.table
                details = {"sheet": name, "count": len(theirs)}
                work.findings.append(
                    Finding("REFRESH_NO_SHEET", Severity.WARNING, details=details, place=work.path.name)
                )
            continue
        rows = filled_rows(work.opened, one)
        found.append(Filling(rows, theirs, merged(rows.standing, theirs, fetched)))
    return found


def grow(work: Work, parts: Sequence[Filling]) -> dict[str, int]:
    """Rows that tables lack for what is new, by the tables' names in the file; they have them afterwards."""
    longer = {part.rows.read.table.name: part.missing for part in parts if part.missing}
    if longer:
        counts = {part.rows.read.table.name: part.rows.count for part in parts}
        grown(work.path, {name: counts[name] + more for name, more in longer.items()})
        work.opened = as_changed(BookFile.of(work.path), work.book, work.opened, {})
    return longer
