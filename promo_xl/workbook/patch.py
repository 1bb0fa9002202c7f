"""Changes single cells of a closed workbook; every part that has no reason to change keeps its bytes.

A cell's place in its part is found by the XML parser and replaced in the bytes, so what other
programs wrote around it (formats, comments, extensions) stays as it is. Typed texts go in as inline
strings. Excel is asked to calculate once on opening, because formulas that read a changed cell
still carry their old result.
"""

import re
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr, unescape

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sheetspec.storable import storable
from promo_xl.sources.archive import check_archive
from promo_xl.sources.grid import NOT_CALCULATED
from promo_xl.workbook.atomic import write_atomically
from promo_xl.workbook.links import BOOK
from promo_xl.workbook.print_area import SHEET, SHEET_NAME, printing
from promo_xl.workbook.tables_in_file import column_number, sheet_parts, utf8_part
from promo_xl.workbook.xml_places import START_TAG, edited

CALCULATION = re.compile(rb"<((?:\w+:)?calcPr)\b([^>]*?)(/?)>")
FORMULA = re.compile(rb"<((?:\w+:)?f)\b[^>]*?(?:/>|>.*?</\1>)", re.DOTALL)
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
) -> int:
    """Write `changes` into the file in one step and return how many cells differ now.

    The sheets of `shown` are in sight from then on. `heights` are those that rows of sheets get, in points;
    None takes a row's own height away. `printed` are the areas that sheets print. Without `recalculate`
    Excel is not asked to calculate: no formula reads a changed cell, or its result is among the changes.
    Raises RefusedError if the file is open elsewhere, damaged or cannot be written; then it is as it was.
    """
    check_archive(path)
    by_sheet: dict[str, dict[tuple[int, int], Value]] = {}
    results: dict[str, set[tuple[int, int]]] = {}
    alike: dict[str, set[tuple[int, int]]] = {}
    for change in changes:
        by_sheet.setdefault(change.sheet, {})[change.row, change.column] = change.value
        if change.result:
            results.setdefault(change.sheet, set()).add((change.row, change.column))
        if change.alike:
            alike.setdefault(change.sheet, set()).add((change.row, change.column))
    with zipfile.ZipFile(path) as archive:
        parts = dict(sheet_parts(archive))
        patched: dict[str, bytes] = {}
        count = 0
        for sheet in by_sheet.keys() | (heights or {}).keys():
            before = utf8_part(archive, parts[sheet])
            cells = by_sheet.get(sheet, {})
            try:
                after, differing = patch_cells(before, cells, results.get(sheet, ()), alike.get(sheet, ()))
            except NoRowsError:
                details = {"part": parts[sheet], "reason": "sheetData"}
                raise RefusedError([Finding("FILE_CORRUPT", details=details, place=path.name)]) from None
            if heights and sheet in heights:  # finding the rows is half the work
                after = with_heights(after, heights[sheet])
            if after != before:
                patched[parts[sheet]] = after
                count += differing
        before = utf8_part(archive, BOOK)
        after = in_sight(calculated_on_opening(before) if count and recalculate else before, shown)
        after = printing(after, printed or {})
        if after != before:
            patched[BOOK] = after
    if patched:
        replace_parts(path, patched)
    return count


def in_sight(workbook: bytes, shown: Collection[str]) -> bytes:
    """xl/workbook.xml with these sheets in sight."""

    def state(match: re.Match[bytes]) -> bytes:
        name = SHEET_NAME.search(match[0])
        said = unescape(name[1][1:-1].decode(), {"&quot;": '"', "&apos;": "'"}) if name else None
        return STATE.sub(b"", match[0]) if said in shown else match[0]

    return SHEET.sub(state, workbook)


def replace_parts(path: Path, patched: Mapping[str, bytes], dropped: Collection[str] = ()) -> None:
    """Write the file anew in one step, with other content in some parts and without those of `dropped`."""
    with zipfile.ZipFile(path) as archive:
        entries = [(e, archive.read(e)) for e in archive.infolist() if e.filename not in dropped]
    write_atomically(path, lambda stream: _write(stream, entries, patched))


def _write(stream: IO[bytes], entries: list[tuple[zipfile.ZipInfo, bytes]], patched: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, patched.get(entry.filename, content), compress_type=entry.compress_type)


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


@dataclass(frozen=True, slots=True)
class _Span:
    """Where an element stands: first byte of its start tag, first byte behind its end tag, its attributes."""

    start: int
    end: int
    attributes: Mapping[str, str]


class Places:
    """Rows and cells of a sheet part by their numbers, in bytes."""

    def __init__(self, part: bytes) -> None:
        self.part = part
        self.rows: dict[int, _Span] = {}
        self.cells: dict[tuple[int, int], _Span] = {}
        self.prefix = ""
        self.empty: _Span | None = None
        self.behind_rows: int | None = None
        self._open: list[tuple[str, int, dict[str, str]]] = []
        self._row = self._column = self._data = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.Parse(part, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "sheetData":
            self.prefix = name.removesuffix(kind)
            self._data = self._parser.CurrentByteIndex
        elif kind == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif kind == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            self._column = column_number(letters) if letters else self._column + 1
        if kind in {"row", "c"}:
            self._open.append((kind, self._parser.CurrentByteIndex, attributes))

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind == "sheetData":
            self.behind_rows = self._parser.CurrentByteIndex
            if not self.part.startswith(f"</{name}".encode(), self.behind_rows):
                self.empty = _Span(self._data, self.behind_rows, {})
        if kind not in {"row", "c"}:
            return
        _, start, attributes = self._open.pop()
        behind = self._parser.CurrentByteIndex  # of an empty element: already behind it
        if self.part.startswith(f"</{name}".encode(), behind):
            behind = self.part.index(b">", behind) + 1
        span = _Span(start, behind, attributes)
        if kind == "row":
            self.rows[self._row] = span
        else:
            self.cells[self._row, self._column] = span


def patch_cells(
    part: bytes,
    values: Mapping[tuple[int, int], Value],
    results: Collection[tuple[int, int]] = (),
    alike: Collection[tuple[int, int]] = (),
) -> tuple[bytes, int]:
    """A sheet part with other values in cells that exist, and how many cells differ.

    Those of `results` are results of formulas: the formula stays.

    A cell that the file does not hold (a row that was never written) is put in at its place; one of `alike`
    gets the style of its neighbour. Raises NoRowsError where there is no such place.
    """
    places = Places(part)
    if places.empty is not None and values:
        opened = _opened(places, places.empty)
        after, count = patch_cells(opened, values, results, alike)
        return (after, count) if count else (part, 0)
    edits: list[tuple[int, int, bytes]] = []
    new: dict[int, list[tuple[int, bytes]]] = {}
    count = 0
    for (row, column), value in sorted(values.items()):
        span = places.cells.get((row, column))
        if (row, column) in results:
            formula = FORMULA.search(part, span.start, span.end) if span else None
            if span and formula:
                after = _result(places.prefix, span.attributes, formula[0], value)
                edits.append((span.start, span.end, after))
                count += part[span.start : span.end] != after
            continue
        if span is None and value is not None:
            attributes = {"r": f"{column_name(column)}{row}"}
            if (row, column) in alike:
                attributes |= _neighbour_style(places, row, column)
            cell = _cell(places.prefix, attributes, value)
            new.setdefault(row, []).append((column, cell))
            count += 1
        elif span is not None:
            after = _cell(places.prefix, span.attributes, value)
            if part[span.start : span.end] != after:
                edits.append((span.start, span.end, after))
                count += 1
    for row, cells in new.items():
        edits += _insertions(places, row, cells)
    return edited(part, edits), count


def with_heights(part: bytes, heights: Mapping[int, float | None]) -> bytes:
    """A sheet part whose rows have these heights in points; None takes a row's own height away.

    Only rows that are there get one. It is not fixed: where Excel changes such a row, it fits the height itself.
    """
    places = Places(part)
    edits: list[tuple[int, int, bytes]] = []
    for row, height in heights.items():
        span = places.rows.get(row)
        if span is None:
            continue
        head = START_TAG.match(part, span.start)
        assert head is not None, "the parser found a row there"
        plain = HEIGHT.sub(b"", head[1])
        own = b"" if height is None else f' ht="{height:g}"'.encode()
        edits.append((span.start, head.end(1), plain + own))
    return edited(part, edits)


def _opened(places: Places, empty: _Span) -> bytes:
    """The part with room for rows in its element for them, which has none yet."""
    head = places.part[empty.start : empty.end].removesuffix(b"/>").rstrip()
    end = f"</{places.prefix}sheetData>".encode()
    return places.part[: empty.start] + head + b">" + end + places.part[empty.end :]


def _neighbour_style(places: Places, row: int, column: int) -> dict[str, str]:
    """The style of the cell below, else of the one above, which may be a header."""
    near = places.cells.get((row + 1, column)) or places.cells.get((row - 1, column))
    return {"s": near.attributes["s"]} if near and "s" in near.attributes else {}


def _cell(prefix: str, attributes: Mapping[str, str], value: Value) -> bytes:
    kept = "".join(f" {key}={quoteattr(attributes[key])}" for key in ("r", "s") if key in attributes)
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
    kept = "".join(f" {key}={quoteattr(attributes[key])}" for key in ("r", "s", "cm") if key in attributes)
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


def _insertions(places: Places, row: int, cells: list[tuple[int, bytes]]) -> list[tuple[int, int, bytes]]:
    """Edits that put new cells, sorted by column, into a row that exists or not."""
    name = f"{places.prefix}row".encode()
    whole = b"".join(cell for _, cell in cells)
    span = places.rows.get(row)
    if span is None:
        at = min((s.start for number, s in places.rows.items() if number > row), default=None)
        at = places.behind_rows if at is None else at
        if at is None:
            raise NoRowsError
        return [(at, at, b"<" + name + f' r="{row}">'.encode() + whole + b"</" + name + b">")]
    if places.part[span.start : span.end].endswith(b"/>"):
        return [(span.end - 2, span.end, b">" + whole + b"</" + name + b">")]
    behind = span.end - len(b"</" + name + b">")
    starts = sorted((column, s.start) for (r, column), s in places.cells.items() if r == row)
    edits: dict[int, bytes] = {}
    for column, cell in cells:
        at = next((start for other, start in starts if other > column), behind)
        edits[at] = edits.get(at, b"") + cell
    return [(at, at, text) for at, text in edits.items()]


def column_name(number: int) -> str:
    """Column 28 is `AB`."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
