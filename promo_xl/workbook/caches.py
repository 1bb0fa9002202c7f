"""What formulas show in a closed workbook after cells were changed: each value is trusted with care.

Our own formulas are computed as when a workbook is made; for a planner's formula that reads what has changed
IronCalc calculates the file as it was and as it is. Either answer goes in only where the same way, asked about
the file as it was, gave what Excel had left there. Any other formula keeps its value if nothing that it reads has
changed; else it stands without one until Excel calculates. An error of the engine is never written.
"""

import math
import re
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, unescape

from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sources.grid import NOT_CALCULATED
from promo_xl.sources.plain_sheet import FORMULA, KIND, VALUE, PlainSheet, plain_text
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.formula_reads import Reads
from promo_xl.workbook.own_answers import OwnAnswers, plain
from promo_xl.workbook.patch import Change, patched_parts
from promo_xl.workbook.places import FORMULA as FORMULA_TAG
from promo_xl.workbook.places import Places
from promo_xl.workbook.repack import repack
from promo_xl.workbook.spelling import bare_calls
from promo_xl.workbook.tables_in_file import Area, sheet_parts

Cell = tuple[str, int, int]
UNKNOWN = CellError(NOT_CALCULATED.text)
Marked = tuple[tuple[int, int], bytes, bytes | None, bytes | None]
"""Row and column of a formula, its element, and the type and the characters of what it shows."""
NUMBERS = frozenset({int, float})
SHORTEST_HEAD = len("<x:f>")
MOST_FOR_ENGINE = 8000  # formulas; the engine's time grows with the square of what they sum over
_SHARED = re.compile(rb"""\bsi=["']([0-9]+)["']""")


class Shown(NamedTuple):
    """A formula of a file and the value that stands beside it, None if none does.

    `like` is the formula of the first cell where several share one; only what names no cell is the same in all.
    """

    formula: str
    value: Value
    like: str = ""


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


def renewed(before: State, after: State) -> Renewal:
    """What the formulas of `after` must show, which is `before` with other values in the cells of its changes."""
    old = shown_in(before.file)
    new = _with(dict(old) if after.file is before.file else shown_in(after.file), after.changes)
    touched = {(change.sheet, change.row, change.column) for change in after.changes}
    results: dict[Cell, Value] = {}
    left: dict[Cell, Shown] = {}
    texts: dict[str, str] = {}
    for cell, one in new.items():
        formula = one.like or one.formula
        if (text := texts.get(formula)) is None:
            text = texts[formula] = plain(formula)
        value = after.answers.of_plain(cell, text)
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
    unknown -= results.keys()
    changes = [
        Change(*cell, value, result=True) for cell, value in results.items() if not _same(value, new[cell].value)
    ]
    changes += [Change(*cell, UNKNOWN, result=True) for cell in sorted(unknown) if new[cell].value is not None]
    return Renewal(tuple(changes), tuple(sorted(unknown)))


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
    was, found = _calculated(before, asked), dict[Cell, Value]()
    trusted = {cell for cell in asked if cell in old and _same(was.get(cell), old[cell].value)}
    for cell, value in _calculated(after, trusted).items() if trusted else ():
        if value is not None and (not isinstance(value, CellError) or value == old[cell].value):
            found[cell] = value
    return found


def shown_in(file: BookFile) -> dict[Cell, Shown]:
    """Every formula of the file with what it shows."""
    found: dict[Cell, Shown] = {}
    for sheet, part in file.parts.items():
        content = file.utf8(part)
        if (b"<f" in content or b":f" in content) and FORMULA_TAG.search(content):
            plain_part = file.plain(part)
            marked = _heard(file.places(sheet)) if plain_part is None else _plainly(plain_part)
            found.update(_shown(sheet, marked))
    return found


def _shown(sheet: str, formulas: Iterable[Marked]) -> Iterator[tuple[Cell, Shown]]:
    shared: dict[bytes, str] = {}
    texts: dict[bytes, str] = {}
    for (row, column), formula, kind, raw in formulas:
        own, like = texts.get(formula), ""
        if own is None:
            head, _, text = formula.partition(b">")
            own = plain_text(text[: text.rfind(b"<")])
            if len(head) > SHORTEST_HEAD and (group := _SHARED.search(head)):
                like = shared.setdefault(group[1], own) if own else shared.get(group[1], "")
            else:
                texts[formula] = own
        yield (sheet, row, column), Shown(own, None if raw is None else _value(raw, kind), like)


def _plainly(plain_part: PlainSheet) -> Iterator[Marked]:
    for at, match in plain_part.cells.items():
        if (formula := match[FORMULA]) is not None:
            yield at, formula, match[KIND], match[VALUE]


def _heard(places: Places) -> Iterator[Marked]:
    for at in places:
        span, formula = places.cell(*at), places.formula(*at)
        if span and formula:
            rest = span.content.partition(formula)[2]
            opening, closing = rest.find(b"v>"), rest.rfind(b"</")
            raw = rest[opening + 2 : rest.rfind(b"</", 0, closing)] if opening >= 0 else None
            yield at, formula, span.attributes.get("t", "").encode() or None, raw


def _with(shown: dict[Cell, Shown], changes: Iterable[Change]) -> dict[Cell, Shown]:
    """The formulas after changes of cells, with what they show then."""
    for change in changes:
        at = change.sheet, change.row, change.column
        if change.result and at in shown:
            shown[at] = shown[at]._replace(value=_left(change.value))
        elif not change.result:
            shown.pop(at, None)
    return shown


def _left(value: Value) -> Value:
    """A result as it is read again."""
    if value is None:
        return ""
    if value == UNKNOWN:
        return None
    return float(value) if type(value) is int else value


def _value(raw: bytes, kind: bytes | None) -> Value:
    if kind == b"e":
        return CellError(plain_text(raw))
    if kind == b"b":
        return raw == b"1"
    if kind == b"str":
        return plain_text(raw)
    try:
        return float(raw)
    except ValueError:
        return None


def _calculated(state: State, cells: Collection[Cell]) -> Mapping[Cell, Value]:
    """What the engine finds in these cells; nothing where it cannot read the file."""
    try:
        import ironcalc

        with tempfile.TemporaryDirectory(prefix="promo_xl-") as folder:
            copy = Path(folder) / "copy.xlsx"
            _with_bare_calls(state, copy)
            model = ironcalc.load_from_xlsx(str(copy), "en", "UTC", "en")
        model.evaluate()
        sheets = {one["name"]: number for number, one in enumerate(model.get_worksheets_properties())}
        return {cell: _found(ironcalc, model, sheets[cell[0]], cell) for cell in cells if cell[0] in sheets}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return {}


def _found(ironcalc: Any, model: Any, sheet: int, cell: Cell) -> Value:
    value: Value = model.get_cell_value(sheet, cell[1], cell[2])
    if model.get_cell_type(sheet, cell[1], cell[2]) == ironcalc.CellType.ErrorValue:
        return CellError(str(value))
    return "" if value is None else value


def _with_bare_calls(state: State, copy: Path) -> None:
    """A copy in which calls of the add-in stand by their bare names, which the engine answers with an error."""

    def bare(match: Any) -> bytes:
        text: bytes = match[0]
        head, tail = text.index(b">") + 1, text.rindex(b"<")
        if head > tail:
            return text
        return text[:head] + escape(bare_calls(unescape(text[head:tail].decode()))).encode() + text[tail:]

    with (
        zipfile.ZipFile(BytesIO(state.content())) as source,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target,
    ):
        sheets = {name for _, name in sheet_parts(source)}
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, FORMULA_TAG.sub(bare, part) if name in sheets else part)


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
