"""What sources say, merged into each table that they fill."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promo_xl.plan.filled import FILLED
from promo_xl.refresh.fetching import Gathered
from promo_xl.refresh.filled_rows import FilledRows, filled_rows, new_row, row_changes
from promo_xl.refresh.merge import Merged, Theirs, merged
from promo_xl.refresh.work import Work
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.growth import grown
from promo_xl.workbook.patch import Change
from promo_xl.workbook.read import Opened, as_changed


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


def fillings(opened: Opened, gathered: Gathered, fetched: float) -> list[Filling]:
    """What becomes of each table; raises RefusedError where one has no place for what a refresh remembers."""
    found = []
    for one in FILLED:
        theirs = [said for said in gathered.theirs if said.table == one.table]
        rows = filled_rows(opened, one)
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
