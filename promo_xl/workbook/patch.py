"""Changes single cells of a closed workbook; every part that has no reason to change keeps its bytes.

A cell's place in its part is found by the XML parser and replaced in the bytes, so what other
programs wrote around it (formats, comments, extensions) stays as it is. Typed texts go in as inline
strings. Excel is asked to calculate once on opening, because formulas that read a changed cell
still carry their old result.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr, unescape

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sheetspec.storable import storable
from promo_xl.sources.grid import NOT_CALCULATED
from promo_xl.workbook.atomic import write_atomically
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.links import BOOK
from promo_xl.workbook.places import Places, Span
from promo_xl.workbook.print_area import SHEET, SHEET_NAME, printing
from promo_xl.workbook.repack import repack
from promo_xl.workbook.xml_places import START_TAG, edited

CALCULATION = re.compile(rb"<((?:\w+:)?calcPr)\b([^>]*?)(/?)>")
ENCODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # would be read as a character
STATE = re.compile(rb"""\s+state=["'](?:hidden|veryHidden)["']""")
HEIGHT = re.compile(rb"""\s+(?:ht|customHeight)=(?:"[^"]*"|'[^']*')""")
FULL = re.compile(rb'\s+fullCalcOnLoad="[^"]*"')
BEHIND_CALCULATION = re.compile(
    rb"<(?:\w+:)?(?:oleSize|customWorkbookViews|pivotCaches|smartTagPr|smartTagTypes|webPublishing"
    rb"|fileRecoveryPr|webPublishObjects|extLst)\b|</(?:\w+:)?workbook>"
)


@dataclass(frozen=True, slots=True)
class Change:
    """A value for one cell; row and column are counted from 1, None empties the cell.

    A `result` is what a formula shows: the formula stays, and a cell without one is left alone.
    A cell that is not there yet looks like its neighbour above or below if it is `alike`.
    """

    sheet: str
    row: int
    column: int
    value: Value
    result: bool = False
    alike: bool = False


class NoRowsError(Exception):
    """A sheet part has no element for its rows."""


Heights = Mapping[str, Mapping[int, float | None]]


def patch_workbook(
    path: Path,
    changes: Iterable[Change],
    shown: Collection[str] = (),
    *,
    recalculate: bool = True,
    heights: Heights | None = None,
    printed: Mapping[str, str] | None = None,
    parts: Mapping[str, bytes] | None = None,
    file: BookFile | None = None,
) -> int:
    """Write `changes` into the file in one step and return how many cells differ now.

    The sheets of `shown` are in sight from then on. `heights` are those that rows of sheets get, in points;
    None takes a row's own height away. `printed` are the areas that sheets print. Without `recalculate` Excel is
    not asked to calculate: no formula reads a changed cell, or its result is among the changes. `parts` are others
    with what is to stand in them. `file` is what stands at the path, if that was read already.
    Raises RefusedError if the file is open elsewhere, damaged or cannot be written; then it is as it was.
    """
    file = file or BookFile.of(path)
    patched, count = patched_parts(file, changes, shown, recalculate=recalculate, heights=heights, printed=printed)
    patched |= parts or {}
    if patched:
        replace_parts(path, patched)
    return count


def patched_parts(
    file: BookFile,
    changes: Iterable[Change],
    shown: Collection[str] = (),
    *,
    recalculate: bool = True,
    heights: Heights | None = None,
    printed: Mapping[str, str] | None = None,
) -> tuple[dict[str, bytes], int]:
    """The parts that differ after `changes`, and how many cells do; all as `patch_workbook` says."""
    by_sheet: dict[str, dict[tuple[int, int], Change]] = {}
    for change in changes:
        by_sheet.setdefault(change.sheet, {})[change.row, change.column] = change
    patched: dict[str, bytes] = {}
    count = 0
    for sheet in by_sheet.keys() | (heights or {}).keys():
        part = file.parts[sheet]
        before = file.utf8(part)
        try:
            after, differing = _patched(file.places(sheet), by_sheet.get(sheet, {}))
        except NoRowsError:
            details = {"part": part, "reason": "sheetData"}
            raise RefusedError([Finding("FILE_CORRUPT", details=details, place=file.file)]) from None
        if heights and sheet in heights:  # finding the rows is half the work
            after = with_heights(after, heights[sheet])
        if after != before:
            patched[part] = after
            count += differing
    before = file.utf8(BOOK)
    after = in_sight(calculated_on_opening(before) if count and recalculate else before, shown)
    after = printing(after, printed or {})
    if after != before:
        patched[BOOK] = after
    return patched, count


def in_sight(workbook: bytes, shown: Collection[str]) -> bytes:
    """xl/workbook.xml with these sheets in sight."""

    def state(match: re.Match[bytes]) -> bytes:
        name = SHEET_NAME.search(match[0])
        said = unescape(name[1][1:-1].decode(), {"&quot;": '"', "&apos;": "'"}) if name else None
        return STATE.sub(b"", match[0]) if said in shown else match[0]

    return SHEET.sub(state, workbook)


def replace_parts(path: Path, patched: Mapping[str, bytes], dropped: Collection[str] = ()) -> None:
    """Write the file anew in one step, with other content in some parts and without those of `dropped`."""
    before = path.read_bytes()
    write_atomically(path, lambda stream: repack(before, stream, patched, dropped))


def calculated_on_opening(workbook: bytes) -> bytes:
    """xl/workbook.xml with the request to calculate everything once when the file is opened."""
    match = CALCULATION.search(workbook)
    if match:
        tag, attributes, end = match[1], FULL.sub(b"", match[2].rstrip()), match[3]
        whole = b"<" + tag + attributes + b' fullCalcOnLoad="1"' + end + b">"
        return workbook[: match.start()] + whole + workbook[match.end() :]
    behind = BEHIND_CALCULATION.search(workbook)
    assert behind is not None, "no workbook element"
    prefix = re.match(rb"</?((?:\w+:)?)", behind[0])
    name = (prefix[1] if prefix else b"") + b"calcPr"
    return workbook[: behind.start()] + b"<" + name + b' fullCalcOnLoad="1"/>' + workbook[behind.start() :]


def patch_cells(part: bytes, values: Mapping[tuple[int, int], Value]) -> tuple[bytes, int]:
    """A sheet part with other values in these cells, and how many cells differ."""
    changes = {(row, column): Change("", row, column, value) for (row, column), value in values.items()}
    return _patched(Places(part), changes)


def _patched(places: Places, changes: Mapping[tuple[int, int], Change]) -> tuple[bytes, int]:
    """A part after changes, and how many cells differ.

    A cell that the file does not hold (a row that was never written) is put in at its place; one that is to
    look `alike` gets the style of its neighbour.
    """
    part = places.part
    if places.empty is not None and changes:
        after, count = _patched(Places(_opened(places, places.empty)), changes)
        return (after, count) if count else (part, 0)
    edits: list[tuple[int, int, bytes]] = []
    new: dict[int, list[tuple[int, bytes]]] = {}
    count = 0
    for (row, column), change in sorted(changes.items(), key=lambda one: one[0]):
        span = places.cell(row, column)
        if span is None:
            if change.value is not None and not change.result:
                new.setdefault(row, []).append((column, _new_cell(places, change)))
                count += 1
            continue
        formula = places.formula(row, column) if change.result else None
        if change.result and formula is None:
            continue
        if formula is not None:
            after = _result(places.prefix, span.attributes, formula, change.value)
        else:
            after = _cell(places.prefix, span.attributes, change.value)
        if part[span.start : span.end] != after:
            edits.append((span.start, span.end, after))
            count += 1
    edits += _insertions(places, new)
    return edited(part, edits), count


def _new_cell(places: Places, change: Change) -> bytes:
    attributes = {"r": f"{column_name(change.column)}{change.row}"}
    if change.alike:
        attributes |= _neighbour_style(places, change.row, change.column)
    return _cell(places.prefix, attributes, change.value)


def with_heights(part: bytes, heights: Mapping[int, float | None]) -> bytes:
    """A sheet part whose rows have these heights in points; None takes a row's own height away.

    Only rows that are there get one. It is not fixed: where Excel changes such a row, it fits the height itself.
    """
    places = Places(part)
    edits: list[tuple[int, int, bytes]] = []
    for row, height in heights.items():
        span = places.row(row)
        if span is None:
            continue
        head = START_TAG.match(part, span.start)
        assert head is not None, "the parser found a row there"
        plain = HEIGHT.sub(b"", head[1])
        own = b"" if height is None else f' ht="{height:g}"'.encode()
        edits.append((span.start, head.end(1), plain + own))
    return edited(part, edits)


def _opened(places: Places, empty: Span) -> bytes:
    """The part with room for rows in its element for them, which has none yet."""
    head = places.part[empty.start : empty.end].removesuffix(b"/>").rstrip()
    end = f"</{places.prefix}sheetData>".encode()
    return places.part[: empty.start] + head + b">" + end + places.part[empty.end :]


def _neighbour_style(places: Places, row: int, column: int) -> dict[str, str]:
    """The style of the cell below, else of the one above, which may be a header."""
    near = places.cell(row + 1, column) or places.cell(row - 1, column)
    attributes = near.attributes if near else {}
    return {"s": attributes["s"]} if "s" in attributes else {}


def _kept(attributes: Mapping[str, str], keys: tuple[str, ...]) -> str:
    found = [(key, attributes[key]) for key in keys if key in attributes]
    return "".join([f' {key}="{one}"' if one.isalnum() else f" {key}={quoteattr(one)}" for key, one in found])


def _cell(prefix: str, attributes: Mapping[str, str], value: Value) -> bytes:
    kept = _kept(attributes, ("r", "s"))
    if value is None or value == "":
        return f"<{prefix}c{kept}/>".encode()
    if isinstance(value, bool):
        return f'<{prefix}c{kept} t="b"><{prefix}v>{int(value)}</{prefix}v></{prefix}c>'.encode()
    if isinstance(value, (int, float)):
        return f"<{prefix}c{kept}><{prefix}v>{value!r}</{prefix}v></{prefix}c>".encode()
    text = _written(str(value))
    space = ' xml:space="preserve"' if text != text.strip() else ""
    inside = f"<{prefix}is><{prefix}t{space}>{text}</{prefix}t></{prefix}is>"
    return f'<{prefix}c{kept} t="inlineStr">{inside}</{prefix}c>'.encode()


def _written(text: str) -> str:
    return escape(ENCODED.sub("_x005F_", storable(text)))


def _result(prefix: str, attributes: Mapping[str, str], formula: bytes, value: Value) -> bytes:
    kept = _kept(attributes, ("r", "s", "cm"))
    if isinstance(value, CellError):
        unknown = value.code == NOT_CALCULATED.text
        kind, shown = "" if unknown else ' t="e"', None if unknown else escape(value.code)
    elif isinstance(value, bool):
        kind, shown = ' t="b"', str(int(value))
    elif isinstance(value, (int, float)):
        kind, shown = "", repr(value)
    else:
        kind, shown = ' t="str"', _written("" if value is None else str(value))
    tail = f"</{prefix}c>" if shown is None else f"<{prefix}v>{shown}</{prefix}v></{prefix}c>"
    return f"<{prefix}c{kept}{kind}>".encode() + formula + tail.encode()


def _insertions(places: Places, new: Mapping[int, list[tuple[int, bytes]]]) -> Iterator[tuple[int, int, bytes]]:
    """Edits that put new cells, sorted by row and column, into rows that exist or not."""
    name = f"{places.prefix}row".encode()
    numbers = sorted(places.rows)
    for row, cells in new.items():
        span = places.row(row)
        if span is not None:
            yield from _in_row(places, row, span, cells)
            continue
        following = bisect_right(numbers, row)
        at = places.rows[numbers[following]][0] if following < len(numbers) else places.behind_rows
        if at is None:
            raise NoRowsError
        whole = b"".join(cell for _, cell in cells)
        yield at, at, b"<" + name + f' r="{row}">'.encode() + whole + b"</" + name + b">"


def _in_row(
    places: Places, row: int, span: Span, cells: list[tuple[int, bytes]]
) -> Iterator[tuple[int, int, bytes]]:
    name = f"{places.prefix}row".encode()
    if span.content.endswith(b"/>"):
        yield span.end - 2, span.end, b">" + b"".join(cell for _, cell in cells) + b"</" + name + b">"
        return
    behind = span.end - len(b"</" + name + b">")
    spans = [(column, places.cell(row, column)) for column in sorted(places.columns.get(row, ()))]
    starts = [(column, cell.start) for column, cell in spans if cell]
    edits: dict[int, bytes] = {}
    for column, cell in cells:
        at = next((start for other, start in starts if other > column), behind)
        edits[at] = edits.get(at, b"") + cell
    yield from ((at, at, text) for at, text in edits.items())


def column_name(number: int) -> str:
    """Column 28 is `AB`."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
