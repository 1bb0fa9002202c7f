"""What every formula of a workbook's file shows."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sources.grid import NOT_CALCULATED
from promo_xl.sources.plain_sheet import FORMULA, KIND, VALUE, PlainSheet, plain_text
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.patch import Change
from promo_xl.workbook.places import FORMULA as FORMULA_TAG
from promo_xl.workbook.places import Places

Cell = tuple[str, int, int]
UNKNOWN = CellError(NOT_CALCULATED.text)
Marked = tuple[tuple[int, int], bytes, bytes | None, bytes | None]
"""Row and column of a formula, its element, and the type and the characters of what it shows."""
SHORTEST_HEAD = len("<x:f>")
_SHARED = re.compile(rb"""\bsi=["']([0-9]+)["']""")
_TYPED = frozenset({"s", "inlineStr"})


class Shown(NamedTuple):
    """A formula of a file and the value that stands beside it, None if none does.

    `like` is the formula of the first cell where several share one; only what names no cell is the same in all.
    `filled` is a cell without a formula of its own that an array formula above or left of it fills.
    """

    formula: str
    value: Value
    like: str = ""
    filled: bool = False


def shown_in(file: BookFile) -> dict[Cell, Shown]:
    """Every formula of the file with what it shows."""
    found: dict[Cell, Shown] = {}
    for sheet, part in file.parts.items():
        content = file.utf8(part)
        if (b"<f" in content or b":f" in content) and FORMULA_TAG.search(content):
            plain_part = file.plain(part)
            marked = _heard(file.places(sheet)) if plain_part is None else _plainly(plain_part)
            found.update(_shown(sheet, marked))
            if file.places(sheet).arrays:
                found.update(_filled(sheet, file.places(sheet)))
    return found


def _shown(sheet: str, formulas: Iterable[Marked]) -> Iterator[tuple[Cell, Shown]]:
    shared: dict[bytes, str] = {}
    texts: dict[bytes, str] = {}
    for (row, column), formula, kind, raw in formulas:
        own, like = texts.get(formula), ""
        if own is None:
            head, own = formula.partition(b">")[0], _text(formula)
            if len(head) > SHORTEST_HEAD and (group := _SHARED.search(head)):
                like = shared.setdefault(group[1], own) if own else shared.get(group[1], "")
            else:
                texts[formula] = own
        yield (sheet, row, column), Shown(own, None if raw is None else _value(raw, kind), like)


def _filled(sheet: str, places: Places) -> Iterator[tuple[Cell, Shown]]:
    """The cells that array formulas fill besides the first; none that holds a formula or a typed text."""
    for area in places.arrays:
        columns = range(area.left, area.right + 1)
        own = _text(places.formula(area.top, area.left) or b"")
        for row in range(area.top, area.bottom + 1):
            for column in [one for one in places.columns.get(row, ()) if one in columns]:
                span = places.cell(row, column)
                if span is None or places.formula(row, column) is not None:
                    continue
                attributes = span.attributes
                if attributes.get("t") not in _TYPED:
                    raw = _characters(span.content)
                    kind = attributes.get("t", "").encode()
                    value = None if raw is None else _value(raw, kind)
                    yield (sheet, row, column), Shown(own, value, filled=True)


def _text(formula: bytes) -> str:
    text = formula.partition(b">")[2]
    return plain_text(text[: text.rfind(b"<")])


def _plainly(plain_part: PlainSheet) -> Iterator[Marked]:
    for at, match in plain_part.cells.items():
        if (formula := match[FORMULA]) is not None:
            yield at, formula, match[KIND], match[VALUE]


def _heard(places: Places) -> Iterator[Marked]:
    for at in places:
        span, formula = places.cell(*at), places.formula(*at)
        if span and formula:
            raw = _characters(span.content.partition(formula)[2])
            yield at, formula, span.attributes.get("t", "").encode() or None, raw


def _characters(inside: bytes) -> bytes | None:
    """What stands in the element of a value; None where there is none."""
    opening, closing = inside.find(b"v>"), inside.rfind(b"</")
    return inside[opening + 2 : inside.rfind(b"</", 0, closing)] if opening >= 0 else None


def changed(shown: dict[Cell, Shown], changes: Iterable[Change]) -> dict[Cell, Shown]:
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
