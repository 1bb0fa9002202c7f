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
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, unescape

from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sources.grid import NOT_CALCULATED
from promo_xl.workbook.formula_reads import Reads
from promo_xl.workbook.own_answers import OwnAnswers
from promo_xl.workbook.patch import FORMULA, Change, Places
from promo_xl.workbook.spelling import bare_calls
from promo_xl.workbook.tables_in_file import Area, area_of, sheet_parts, utf8_part

Cell = tuple[str, int, int]
UNKNOWN = CellError(NOT_CALCULATED.text)
MOST_FOR_ENGINE = 8000  # formulas; the engine's time grows with the square of what they sum over
_ARRAY = re.compile(rb"""\bt=["']array["'].*?\bref=["']([A-Z0-9:]{1,40})["']""")
_TYPED = frozenset({"s", "inlineStr"})
_VALUELESS = re.compile(rb"(</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(</(\w+:)?c>)")
_ANY_VALUE = rb"\1<\3v>0</\3v>\2"
_SHARED = re.compile(rb"""\bsi=["']([0-9]+)["']""")


@dataclass(frozen=True, slots=True)
class Shown:
    """A formula of a file and the value that stands beside it, None if none does.

    `like` is the formula of the first cell where several share one; only what names no cell is the same in all.
    `filled` is a cell without a formula of its own that an array formula above or left of it fills.
    """

    formula: str
    value: Value
    like: str = ""
    filled: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A workbook before or after a change: its file, and what our own formulas show in it."""

    path: Path
    answers: OwnAnswers


@dataclass(frozen=True, slots=True)
class Renewal:
    """The results that differ now, and the cells of which nobody can tell the value."""

    changes: tuple[Change, ...] = ()
    unknown: tuple[Cell, ...] = ()


def renewed(before: State, after: State, touched: Collection[Cell]) -> Renewal:
    """What the formulas of `after` must show, which is `before` with other values in the cells `touched`."""
    old, new = shown_in(before.path), shown_in(after.path)
    results: dict[Cell, Value] = {}
    left: dict[Cell, Shown] = {}
    for cell, one in new.items():
        value = after.answers.of(cell, one.like or one.formula)
        was = old.get(cell)
        right = was is None or _same(before.answers.of(cell, was.like or was.formula), was.value)
        if value is None or not right:
            left[cell] = one
        elif not _same(value, one.value):
            results[cell] = value
    unknown = _unsure(after.path, left, {*touched, *results})
    if unknown and len(new) <= MOST_FOR_ENGINE:
        results |= _by_engine(before.path, after.path, old, {cell: new[cell] for cell in unknown})
        unknown = _unsure(
            after.path, {c: one for c, one in left.items() if c not in results}, {*touched, *results}
        )
    differing = {cell: value for cell, value in results.items() if not _same(value, new[cell].value)}
    differing |= {cell: UNKNOWN for cell in sorted(unknown - results.keys()) if new[cell].value is not None}
    filled = {cell for cell in new if new[cell].filled}
    changes = [Change(*cell, value, result=True) for cell, value in differing.items() if cell not in filled]
    changes += [Change(*cell, None) for cell in differing if cell in filled]
    return Renewal(tuple(changes), tuple(sorted(unknown - results.keys() - filled)))


def _by_engine(
    before: Path, after: Path, old: Mapping[Cell, Shown], asked: Mapping[Cell, Shown]
) -> dict[Cell, Value]:
    """What IronCalc finds in the cells in which it found before what Excel had left."""
    was, found = _calculated(before, asked), dict[Cell, Value]()
    trusted = {cell for cell in asked if cell in old and _same(was.get(cell), old[cell].value)}
    for cell, value in _calculated(after, trusted).items() if trusted else ():
        if value is not None and (not isinstance(value, CellError) or value == old[cell].value):
            found[cell] = value
    return found


def shown_in(path: Path) -> dict[Cell, Shown]:
    """Every formula of the file with what it shows."""
    with zipfile.ZipFile(path) as archive:
        return {
            (sheet, *at): one
            for sheet, part in sheet_parts(archive)
            for at, one in _shown(utf8_part(archive, part))
        }


def _shown(part: bytes) -> Iterator[tuple[tuple[int, int], Shown]]:
    if not FORMULA.search(part):
        return
    places = Places(part)
    shared: dict[bytes, str] = {}
    arrays: list[tuple[Area, str]] = []
    for at, span in places.cells.items():
        formula = FORMULA.search(part, span.start, span.end)
        if formula is None:
            continue
        text = formula[0]
        inside = text[text.index(b">") + 1 : text.rindex(b"<")] if not text.endswith(b"/>") else b""
        own, like = unescape(inside.decode()), ""
        if group := _SHARED.search(text):
            like = shared.setdefault(group[1], own) if own else shared.get(group[1], "")
        if (match := _ARRAY.search(text[: text.index(b">")])) and (area := area_of("", match[1].decode())):
            arrays.append((area, own))
        yield at, Shown(own, _shown_value(part[formula.end() : span.end], span.attributes), like)
    for area, own in arrays:
        for at in _filled(area, places):
            span = places.cells[at]
            yield at, Shown(own, _shown_value(part[span.start : span.end], span.attributes), filled=True)


def _filled(area: Area, places: Places) -> list[tuple[int, int]]:
    """The cells that an array formula fills besides the first; none that holds a formula or a typed text."""
    if area.bottom == area.top and area.right == area.left:
        return []
    inside = (at for at in places.cells if area.top <= at[0] <= area.bottom and area.left <= at[1] <= area.right)
    return [
        at for at in inside if places.cells[at].attributes.get("t") not in _TYPED and not _is_formula(places, at)
    ]


def _is_formula(places: Places, at: tuple[int, int]) -> bool:
    return FORMULA.search(places.part, places.cells[at].start, places.cells[at].end) is not None


def _shown_value(inside: bytes, attributes: Mapping[str, str]) -> Value:
    """The value of a cell whose part, or what of it stands behind the formula, is `inside`."""
    opening, closing = inside.find(b"v>"), inside.rfind(b"</")
    raw = inside[opening + 2 : inside.rfind(b"</", 0, closing)] if opening >= 0 else None
    return _value(raw, attributes.get("t", "n"))


def _value(raw: bytes | None, kind: str) -> Value:
    if raw is None:
        return None
    text = unescape(raw.decode())
    if kind == "e":
        return CellError(text)
    if kind == "b":
        return text == "1"
    if kind == "str":
        return text
    try:
        return float(text)
    except ValueError:
        return None


def _calculated(path: Path, cells: Collection[Cell]) -> Mapping[Cell, Value]:
    """What the engine finds in these cells; nothing where it cannot read the file."""
    try:
        import ironcalc

        with tempfile.TemporaryDirectory(prefix="promo_xl-") as folder:
            copy = Path(folder) / "copy.xlsx"
            _with_bare_calls(path, copy)
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


def _with_bare_calls(path: Path, copy: Path) -> None:
    """A copy in which calls of the add-in stand by their bare names, which the engine answers with an error.

    Each formula has a value there: the engine complains of others on the standard output.
    """

    def bare(match: Any) -> bytes:
        text: bytes = match[0]
        head, tail = text.index(b">") + 1, text.rindex(b"<")
        if head > tail:
            return text
        return text[:head] + escape(bare_calls(unescape(text[head:tail].decode()))).encode() + text[tail:]

    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
        sheets = {part for _, part in sheet_parts(source)}
        for name in source.namelist():
            content = source.read(name)
            target.writestr(
                name, _VALUELESS.sub(_ANY_VALUE, FORMULA.sub(bare, content)) if name in sheets else content
            )


def _same(found: Value, shown: Value) -> bool:
    numbers = [isinstance(one, int | float) and not isinstance(one, bool) for one in (found, shown)]
    if all(numbers):
        return math.isclose(found, shown, rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]
    return type(found) is type(shown) and found == shown


def _unsure(path: Path, left: Mapping[Cell, Shown], changed: set[Cell]) -> set[Cell]:
    """Those of the cells `left` that read a changed cell, directly or through each other."""
    reads = Reads(path)
    areas = {cell: reads.areas(one.formula, cell[0]) for cell, one in left.items()}
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
