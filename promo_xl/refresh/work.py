"""A file while an action decides what to change in it; all that differs is written in one step, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.mend import typed
from promo_xl.workbook.obstacles import formula_cells, missing, obstacles
from promo_xl.workbook.patch import Change, column_name, patch_workbook
from promo_xl.workbook.read import Opened, as_changed, open_workbook
from promo_xl.workbook.repair import Extension, Format
from promo_xl.workbook.template_version import newer


@dataclass(frozen=True, slots=True)
class Performed:
    """What an action did to a file and what it has to say.

    `changes` are all cells that differ now, none if there was nothing to do. `shown` is the cell to go to
    (`sheet!A1`) or "". `printed` are the areas that sheets print from now on. `formats` and `extensions`
    are what only Excel itself can repair. The sheets of `in_sight` are shown from now on.
    """

    action: str
    changes: tuple[Written, ...] = ()
    findings: tuple[Finding, ...] = ()
    shown: str = ""
    formats: tuple[Format, ...] = ()
    extensions: tuple[Extension, ...] = ()
    printed: Mapping[str, str] = field(default_factory=dict)
    in_sight: tuple[str, ...] = ()


@dataclass(slots=True)
class Work:
    """A file while an action decides what to change in it; nothing is written before all is decided.

    The sheets of `in_sight` are shown. Without `recalculate` no formula reads what is changed.
    """

    path: Path
    book: Book
    words: Wording
    opened: Opened
    changes: dict[tuple[str, int, int], Change] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    shown: str = ""
    in_sight: tuple[str, ...] = ()
    recalculate: bool = True
    heights: Mapping[str, Mapping[int, float | None]] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> BookFile:
        """The file as it is before the changes."""
        return self.opened.file

    def change(self, changes: list[Change]) -> None:
        """Decide on changes; from now on the workbook counts as changed."""
        self.changes |= {(c.sheet, c.row, c.column): c for c in changes}
        values = {(c.sheet, c.row, c.column): c.value for c in changes}
        self.opened = as_changed(self.file, self.book, self.opened, values)

    def go_to(self, changes: list[Change]) -> None:
        """The first change is what the planner should see."""
        if changes:
            self.shown = f"{changes[0].sheet}!{column_name(changes[0].column)}{changes[0].row}"


@dataclass(frozen=True, slots=True)
class Following:
    """What else is to be written with changes: other cells, and parts that are no sheets."""

    changes: Sequence[Change] = ()
    parts: Mapping[str, bytes] = field(default_factory=dict)


def carry_out(
    act: Callable[[Work], Performed],
    path: Path,
    book: Book,
    words: Wording,
    *,
    only_marks: bool = False,
    following: Callable[[Work, Sequence[Change]], Following] = lambda *_: Following(),
) -> Performed:
    """Let `act` decide what to change in the file, and change it; raises RefusedError, then nothing is written.

    A plan that lacks a table or a column, or was made by a newer promo_xl, is refused; an action that
    `only_marks` what it finds needs no whole plan, and an old enough one only to write. What is `following` from
    changes is written with them and not told of.
    """
    opened = open_workbook(path, book)
    work = Work(path, book, words, opened)
    performed = act(work)
    changes = _possible(work.file, list(work.changes.values()))
    found = [] if only_marks else [*newer(opened, path.name), *missing(opened.findings)]
    if changes or work.in_sight:
        at = [(change.sheet, change.row, change.column) for change in changes]
        found += newer(opened, path.name) if only_marks else []
        found += obstacles(work.file, {cell[0] for cell in at}, at, work.in_sight)
    if found:
        raise RefusedError(found)
    more = following(work, changes) if changes else Following()
    patch_workbook(
        path,
        [*changes, *more.changes],
        work.in_sight,
        recalculate=work.recalculate,
        heights=work.heights,
        printed=work.printed,
        parts=more.parts,
        file=work.file,
    )
    written = tuple(_written(opened, change) for change in changes)
    told = tuple(work.findings)
    said = replace(performed, changes=written, findings=told, shown=work.shown)
    return replace(said, printed=work.printed, in_sight=work.in_sight)


def _possible(file: BookFile, changes: list[Change]) -> list[Change]:
    """The changes that can be made: what a formula shows can be, where there is a formula."""
    results = formula_cells(file, [(c.sheet, c.row, c.column) for c in changes if c.result])
    return [c for c in changes if not c.result or (c.sheet, c.row, c.column) in results]


def _written(opened: Opened, change: Change) -> Written:
    grid = opened.grids.get(change.sheet)
    was = typed(grid.value(change.row, change.column)) if grid else None
    return Written(change.sheet, change.row, change.column, change.value, was, change.result)
