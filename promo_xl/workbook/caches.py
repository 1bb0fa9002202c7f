"""What formulas show in a closed workbook after cells were changed: each value is trusted with care.

Our own formulas are computed as when a workbook is made; for a planner's formula that reads what has changed
IronCalc calculates the file as it was and as it is. Either answer goes in only where the same way, asked about
the file as it was, gave what Excel had left there. Any other formula keeps its value if nothing that it reads has
changed; else it stands without one until Excel calculates. An error of the engine is never written.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from promo_xl.sheetspec.formula.parse import OWN
from promo_xl.sheetspec.formula.values import NAME, CellError, Value
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.engine import calculated
from promo_xl.workbook.formula_reads import Reads
from promo_xl.workbook.own_answers import OwnAnswers, plain
from promo_xl.workbook.patch import Change, patched_parts
from promo_xl.workbook.repack import repack
from promo_xl.workbook.shown import UNKNOWN, Cell, Shown, changed, shown_in
from promo_xl.workbook.tables_in_file import Area

NUMBERS = frozenset({int, float})
MOST_FOR_ENGINE = 8000  # formulas; the engine's time grows with the square of what they sum over


@dataclass(frozen=True, slots=True)
class State:
    """A workbook before or after a change: its file, what is to change in it, what our own formulas show then."""

    file: BookFile
    answers: OwnAnswers
    changes: tuple[Change, ...] = ()

    def content(self) -> bytes:
        """The whole file as it is after the changes."""
        stream = BytesIO()
        repack(self.file.data, stream, patched_parts(self.file, self.changes)[0])
        return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Renewal:
    """The results that differ now, and the cells of which nobody can tell the value."""

    changes: tuple[Change, ...] = ()
    unknown: tuple[Cell, ...] = ()


CALL = OWN.casefold()
"""What a `plain` call of the add-in begins with."""


def renewed(before: State, after: State) -> Renewal:
    """What the formulas of `after` must show, which is `before` with other values in the cells of its changes."""
    old = shown_in(before.file)
    new = changed(dict(old) if after.file is before.file else shown_in(after.file), after.changes)
    touched = {(change.sheet, change.row, change.column) for change in after.changes}
    results: dict[Cell, Value] = {}
    left: dict[Cell, Shown] = {}
    texts: dict[str, str] = {}
    for cell, one in new.items():
        formula = one.like or one.formula
        if (text := texts.get(formula)) is None:
            text = texts[formula] = plain(formula)
        value = after.answers.of_plain(cell, text)
        if value is None and one.value == NAME and text.startswith(CALL):
            continue  # no add-in has answered it yet, and none does here
        if value is None or not _was_right(before.answers, cell, old.get(cell), one, text):
            left[cell] = one
        elif value is not one.value and not _same(value, one.value):
            results[cell] = value
    reads = Reads(after.file)
    areas = {cell: reads.areas(one.formula, cell[0]) for cell, one in left.items()}
    unknown = _unsure(areas, {*touched, *results})
    if unknown and len(new) <= MOST_FOR_ENGINE:
        results |= _by_engine(before, after, old, {cell: new[cell] for cell in unknown})
        unknown = _unsure({c: area for c, area in areas.items() if c not in results}, {*touched, *results})
    differing = {cell: value for cell, value in results.items() if not _same(value, new[cell].value)}
    differing |= {cell: UNKNOWN for cell in sorted(unknown - results.keys()) if new[cell].value is not None}
    filled = {cell for cell in new if new[cell].filled}
    changes = [Change(*cell, value, result=True) for cell, value in differing.items() if cell not in filled]
    changes += [Change(*cell, None) for cell in differing if cell in filled]
    return Renewal(tuple(changes), tuple(sorted(unknown - results.keys() - filled)))


def _was_right(answers: OwnAnswers, cell: Cell, was: Shown | None, one: Shown, text: str) -> bool:
    """True if our own answer was what the cell showed before; `text` is the plain formula that it has now."""
    if was is None:
        return True
    if was.formula is not one.formula or was.like is not one.like:
        text = plain(was.like or was.formula)
    return _same(answers.of_plain(cell, text), was.value)


def _by_engine(
    before: State, after: State, old: Mapping[Cell, Shown], asked: Mapping[Cell, Shown]
) -> dict[Cell, Value]:
    """What IronCalc finds in the cells in which it found before what Excel had left."""
    was, found = calculated(before.content(), asked), dict[Cell, Value]()
    trusted = {cell for cell in asked if cell in old and _same(was.get(cell), old[cell].value)}
    for cell, value in calculated(after.content(), trusted).items() if trusted else ():
        if value is not None and (not isinstance(value, CellError) or value == old[cell].value):
            found[cell] = value
    return found


def _same(found: Value, shown: Value) -> bool:
    if type(found) in NUMBERS and type(shown) in NUMBERS:  # True is none
        return found == shown or math.isclose(found, shown, rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]
    return type(found) is type(shown) and found == shown


def _unsure(areas: Mapping[Cell, list[Area] | None], changed: set[Cell]) -> set[Cell]:
    """Those cells whose formulas, with what they read, read a changed cell, directly or through each other."""
    unknown: set[Cell] = set()
    rows: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))

    def add(cell: Cell) -> None:
        rows[cell[0]][cell[1]].add(cell[2])

    for cell in changed:
        add(cell)
    grew = True
    while grew:
        grew = False
        for cell in areas.keys() - unknown:
            found = areas[cell]
            if found is None or any(_meets(area, rows.get(area.sheet, {})) for area in found):
                unknown.add(cell)
                add(cell)
                grew = True
    return unknown


def _meets(area: Area, rows: Mapping[int, set[int]]) -> bool:
    inside = range(area.top, area.bottom + 1)
    few = inside if len(inside) < len(rows) else rows
    return any(
        area.left <= column <= area.right for row in few if row in rows and row in inside for column in rows[row]
    )
