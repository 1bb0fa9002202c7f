"""What sources say into a plan in a file: rows, as-of date, remembered values and the log, in one step."""

import contextlib
import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from xlsxwriter.utility import xl_range_abs

from promo_xl.plan.filled import DATE
from promo_xl.plan.findings import Finding, Severity
from promo_xl.refresh.fetching import Answered, Gathered
from promo_xl.refresh.filling import Filling, fillings, grow
from promo_xl.refresh.merge import Difference
from promo_xl.refresh.refresh_log import Logged, LogSheet, as_of_moved, log_changes, logged
from promo_xl.refresh.refresh_told import told
from promo_xl.refresh.work import Following, Performed, Work, carry_out
from promo_xl.refresh.written import Written
from promo_xl.sheetspec.formula.values import serial
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.caches import Renewal, State, renewed
from promo_xl.workbook.chart_points import Cells, redrawn
from promo_xl.workbook.mend import remembered, same
from promo_xl.workbook.obstacles import formula_cells
from promo_xl.workbook.own_answers import own_answers
from promo_xl.workbook.patch import Change
from promo_xl.workbook.print_area import printed_areas
from promo_xl.workbook.read import Opened

REFRESH, AS_OF = "refresh", "as_of"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a refresh takes place, and the as-of date that the user fixed, if any."""

    now: datetime
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: rows of the sources by what became of them, the as-of date.

    `answers` are what the sources held. `log` is what the workbook's own log says of this refresh. `grown` are the
    rows that tables got, by their names in the file. `renewed` counts formulas that show a new value, `unknown`
    those that show none until Excel calculates.
    """

    performed: Performed
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: tuple[Difference, ...] = ()
    conflicts: tuple[Difference, ...] = ()
    as_of: date | None = None
    grown: Mapping[str, int] = field(default_factory=dict)
    log: tuple[Logged, ...] = ()
    renewed: int = 0
    unknown: int = 0
    answers: tuple[Answered, ...] = ()

    @property
    def changes(self) -> tuple[Written, ...]:
        """Every cell that differs now, none if there was nothing to do."""
        return self.performed.changes

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is to be told of the sources and of the readings."""
        return self.performed.findings


@contextlib.contextmanager
def collecting_later() -> Iterator[None]:
    """Leave what nobody needs in memory until the work is done: looking for it again and again takes time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def refresh_file(path: Path, book: Book, words: Wording, gathered: Gathered, moment: Moment) -> Refreshed:
    """Merge what the sources said into the file, which should be a private copy; raises RefusedError.

    What planners typed stays. The same sources and the same as-of date change nothing.
    """
    with collecting_later():
        return _refresh_file(path, book, words, gathered, moment)


def _refresh_file(path: Path, book: Book, words: Wording, gathered: Gathered, moment: Moment) -> Refreshed:
    done: list[Refreshed] = []
    before: list[Opened] = []
    shown = Renewal()

    def act(work: Work) -> Performed:
        before.append(work.opened)
        done.append(_refreshed(work, gathered, moment))
        return done[0].performed

    def following(work: Work, changes: Sequence[Change]) -> Following:
        nonlocal shown
        then = State(before[0].file, own_answers(before[0], book, _lasts(before[0])))
        answers = own_answers(work.opened, book, _lasts(work.opened), then.answers)
        shown = renewed(then, State(work.file, answers, tuple(changes)))
        return Following(shown.changes, _charts(work, before[0], [*changes, *shown.changes]))

    performed = carry_out(act, path, book, words, following=following)
    return replace(
        done[0],
        performed=replace(performed, action=REFRESH),
        renewed=len(shown.changes) - len(shown.unknown),
        unknown=len(shown.unknown),
        answers=tuple(gathered.answers),
    )


def _charts(work: Work, before: Opened, changes: Sequence[Change]) -> Mapping[str, bytes]:
    """The charts that plot what is different now; of those that cannot follow it is said."""
    drawn = redrawn(Cells(before.file, before.grids), Cells(work.file, work.opened.grids, changes))
    if drawn.left:
        details = {"count": len(drawn.left)}
        work.findings.append(Finding("CHARTS_NOT_REDRAWN", Severity.INFO, details=details, place=work.path.name))
    return drawn.parts


def _lasts(opened: Opened) -> dict[str, int]:
    """The last row of each table, blank ones included."""
    areas = opened.file.areas
    return {name: areas[read.table.name.lower()].bottom for name, read in opened.tables.items()}


def _refreshed(work: Work, gathered: Gathered, moment: Moment) -> Refreshed:
    fetched = serial(moment.now.replace(microsecond=0))
    work.findings += gathered.findings
    parts = fillings(work, gathered, fetched)
    log = [line for part in parts for line in logged(part.rows, part.found, work.words)]
    for part in parts:
        work.findings += told(work.opened, part.rows, part.found, part.theirs, gathered)
    longer = grow(work, parts)
    changes = [change for part in parts for change in part.changes(fetched)]
    work.change(changes)
    if (day := _as_of(work, moment)) is not None:
        log.append(as_of_moved(work.words, work.opened.promotion.project.get(AS_OF), day))
        work.change([Change(*work.opened.cells[AS_OF], serial(day), alike=True)])
    if work.changes:
        work.change(list(remembered(work.opened, work.book)))
    conflicts = [(part.rows, part.found.conflicts) for part in parts]
    sheet = log_changes(work, conflicts, log, moment.now)
    if sheet is not None:
        work.change(list(sheet.changes))
        work.in_sight = (sheet.name,)
        work.heights = {sheet.name: sheet.heights}
    days = {(part.rows.read.grid.name, part.rows.read.columns[DATE]) for part in parts}
    work.go_to([c for c in changes if (c.sheet, c.column) in days] or changes)
    work.printed = dict(_printed(work, parts, sheet))
    now = work.opened.promotion.project.get(AS_OF)
    return Refreshed(
        Performed(REFRESH),
        sum(len(part.found.new) for part in parts),
        sum(len(part.found.writes) for part in parts),
        sum(part.found.unchanged for part in parts),
        tuple(one for part in parts for one in part.found.kept),
        tuple(one for part in parts for one in part.found.conflicts),
        now if isinstance(now, date) else None,
        longer,
        tuple(log),
    )


def _printed(work: Work, parts: Sequence[Filling], log: LogSheet | None) -> Iterator[tuple[str, str]]:
    """Areas that are printed down to the last row with something in it."""
    areas, sheets = printed_areas(work.file), [part.rows.read.grid.name for part in parts]
    wanted = {
        sheet: max((c.row for c in work.changes.values() if c.sheet == sheet), default=0) for sheet in sheets
    }
    if log is not None:
        wanted[log.name] = log.last
    for name, last in wanted.items():
        area = areas.get(name)
        if area is not None and area.bottom < last:
            yield name, xl_range_abs(area.top - 1, area.left - 1, last - 1, area.right - 1)


def _as_of(work: Work, moment: Moment) -> date | None:
    """The as-of date if it moves: to the fixed one, or forward to the last day that has a reading."""
    cell = work.opened.cells.get(AS_OF)
    if cell is None:
        return None
    sheet, row, column = cell
    days = [reading.date for reading in work.opened.promotion.readings if reading.date is not None]
    newest = max((day for day in days if day <= moment.now.date()), default=None)
    stands = work.opened.promotion.project.get(AS_OF)
    wanted = moment.as_of or newest
    if wanted is None or (moment.as_of is None and isinstance(stands, date) and wanted <= stands):
        return None
    if same(work.opened.grids[sheet].value(row, column), serial(wanted)):
        return None
    if formula_cells(work.file, [cell]):
        place = work.opened.singles.get(AS_OF, "")
        work.findings.append(
            Finding("AS_OF_IS_FORMULA", Severity.INFO, field=AS_OF, details={"day": wanted}, place=place)
        )
        return None
    return wanted
