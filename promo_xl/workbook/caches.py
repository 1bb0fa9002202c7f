"""What formulas show in a closed workbook after cells were changed: an engine calculates, trusted with care.

IronCalc calculates the file as it was and as it is. A cell gets a new value only where the engine, asked
about the file as it was, found what Excel had left there. Any other formula keeps its value if nothing that it
reads has changed; else it stands without one until Excel calculates. An error of the engine is never written.
"""

import math
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, unescape

from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sources.grid import NOT_CALCULATED
from promo_xl.workbook.formula_reads import Reads
from promo_xl.workbook.patch import FORMULA, Change, Places
from promo_xl.workbook.spelling import bare_calls
from promo_xl.workbook.tables_in_file import sheet_parts, utf8_part

Cell = tuple[str, int, int]
UNKNOWN = CellError(NOT_CALCULATED.text)


@dataclass(frozen=True, slots=True)
class Shown:
    """A formula of a file and the value that stands beside it; None if none does."""

    formula: str
    value: Value


@dataclass(frozen=True, slots=True)
class Renewal:
    """The results that differ now, and the cells of which nobody can tell the value."""

    changes: tuple[Change, ...] = ()
    unknown: tuple[Cell, ...] = ()


def renewed(before: Path, after: Path, touched: Collection[Cell]) -> Renewal:
    """What the formulas of `after` must show, which is `before` with other values in the cells `touched`."""
    old, new = shown_in(before), shown_in(after)
    was, now = _calculated(before, old), _calculated(after, new)
    trusted = {cell for cell, one in old.items() if one.value is not None and _same(was.get(cell), one.value)}
    doubtful = {(s, c) for (s, r, c), one in old.items() if one.value is not None and (s, r, c) not in trusted}
    fresh = {cell for cell in new if cell not in old and (cell[0], cell[2]) not in doubtful}  # the table grew
    results: dict[Cell, Value] = {}
    left: dict[Cell, Shown] = {}
    for cell, one in new.items():
        value = now.get(cell)
        if cell not in trusted | fresh or value is None or (isinstance(value, CellError) and value != one.value):
            left[cell] = one
        elif not _same(value, one.value):
            results[cell] = value
    unknown = _unsure(after, left, {*touched, *results})
    changes = [Change(*cell, value, result=True) for cell, value in results.items() if cell not in unknown]
    changes += [Change(*cell, UNKNOWN, result=True) for cell in sorted(unknown) if new[cell].value is not None]
    return Renewal(tuple(changes), tuple(sorted(unknown)))


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
    for at, span in places.cells.items():
        formula = FORMULA.search(part, span.start, span.end)
        if formula is None:
            continue
        text = formula[0]
        inside = text[text.index(b">") + 1 : text.rindex(b"<")] if not text.endswith(b"/>") else b""
        rest = part[formula.end() : span.end]
        opening, closing = rest.find(b"v>"), rest.rfind(b"</")
        raw = rest[opening + 2 : rest.rfind(b"</", 0, closing)] if opening >= 0 else None
        yield at, Shown(unescape(inside.decode()), _value(raw, span.attributes.get("t", "n")))


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
    """A copy in which calls of the add-in stand by their bare names, which the engine answers with an error."""

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
            target.writestr(name, FORMULA.sub(bare, content) if name in sheets else content)


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


def _meets(area: Any, rows: Mapping[int, set[int]]) -> bool:
    with suppress(StopIteration):
        return next(
            True
            for row in (range(area.top, area.bottom + 1) if area.bottom - area.top < len(rows) else rows)
            if row in rows and area.top <= row <= area.bottom
            for column in rows[row]
            if area.left <= column <= area.right
        )
    return False
