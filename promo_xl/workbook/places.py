"""Where rows and cells of a sheet part stand in its bytes."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.parsers import expat

from promo_xl.sources.plain_sheet import FORMULA as PLAIN_FORMULA
from promo_xl.sources.plain_sheet import PlainSheet, plain_text
from promo_xl.workbook.tables_in_file import Area, area_of, column_number
from promo_xl.workbook.xml_places import START_TAG

FORMULA = re.compile(rb"<((?:\w+:)?f)\b[^>]*?(?:/>|>.*?</\1>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PLAIN_TAG = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?/?>')
_PLAIN_NAMES = ("r", "s", "t")
_ARRAY_AREA = re.compile(rb"<(?:\w+:)?f\b[^>]*\bref=[\"']([A-Z0-9:]+)[\"'][^>]*>")
_ARRAY_KIND = re.compile(rb"\bt=[\"'](?:array|dataTable)[\"']")
Cell = tuple[int, int]
Ends = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """An element in a part: its first byte and the first one behind it."""

    part: bytes
    start: int
    end: int

    @property
    def content(self) -> bytes:
        """The element's bytes."""
        return self.part[self.start : self.end]

    @property
    def attributes(self) -> Mapping[str, str]:
        """What its start tag says."""
        if plain := _PLAIN_TAG.match(self.part, self.start):
            named = zip(_PLAIN_NAMES, plain.groups(), strict=True)
            return {name: value.decode() for name, value in named if value is not None}
        tag = START_TAG.match(self.part, self.start)
        assert tag is not None, "the parser found an element there"
        found = _ATTRIBUTE.finditer(tag[1])
        return {one[1].decode(): plain_text(one[3] if one[2] is None else one[2]) for one in found}


class Places:
    """Rows and cells of a part by their numbers from 1.

    `empty` is the element for rows where that is a single tag; `behind_rows` is where another row may follow.
    """

    def __init__(self, part: bytes, plain: PlainSheet | None = None) -> None:
        self.part = part
        self.prefix = ""
        self.empty: Span | None = None
        self.behind_rows: int | None
        self._ends: Mapping[Cell, Ends] = {}
        self._plain: Mapping[Cell, re.Match[bytes]] = {}
        if plain is not None:
            self.rows, self.behind_rows, self._plain = plain.rows, plain.behind, plain.cells
            return
        heard = _Heard(part)
        self.rows, self._ends = heard.rows, heard.cells
        self.prefix, self.behind_rows = heard.prefix, heard.behind_rows
        self.empty = heard.empty and Span(part, *heard.empty)

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._plain or self._ends)

    def cell(self, row: int, column: int) -> Span | None:
        """A cell; None where the part has none."""
        match = self._plain.get((row, column))
        ends = self._ends.get((row, column)) if match is None else match.span()
        return None if ends is None else Span(self.part, *ends)

    def formula(self, row: int, column: int) -> bytes | None:
        """The element of the formula in a cell; None where there is none."""
        if self._plain:
            match = self._plain.get((row, column))
            return None if match is None else match[PLAIN_FORMULA]
        ends = self._ends.get((row, column))
        found = None if ends is None else FORMULA.search(self.part, *ends)
        return found[0] if found else None

    def row(self, row: int) -> Span | None:
        """A row; None where the part has none."""
        ends = self.rows.get(row)
        return None if ends is None else Span(self.part, *ends)

    @cached_property
    def arrays(self) -> list[Area]:
        """The areas that array formulas fill."""
        found = (match for match in _ARRAY_AREA.finditer(self.part) if _ARRAY_KIND.search(match[0]))
        return [area for match in found if (area := area_of("", match[1].decode())) is not None]

    @cached_property
    def columns(self) -> Mapping[int, Collection[int]]:
        """The columns of the cells in each row."""
        found: dict[int, list[int]] = defaultdict(list)
        for row, column in self:
            found[row].append(column)
        return found


class _Heard:
    """Rows and cells as the XML parser tells of them."""

    def __init__(self, part: bytes) -> None:
        self.part = part
        self.rows: dict[int, Ends] = {}
        self.cells: dict[Cell, Ends] = {}
        self.prefix = ""
        self.empty: Ends | None = None
        self.behind_rows: int | None = None
        self._open: list[int] = []
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
            self._open.append(self._parser.CurrentByteIndex)

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind == "sheetData":
            self.behind_rows = self._parser.CurrentByteIndex
            if not self.part.startswith(f"</{name}".encode(), self.behind_rows):
                self.empty = self._data, self.behind_rows
        if kind not in {"row", "c"}:
            return
        start = self._open.pop()
        behind = self._parser.CurrentByteIndex  # of an empty element: already behind it
        if self.part.startswith(f"</{name}".encode(), behind):
            behind = self.part.index(b">", behind) + 1
        if kind == "row":
            self.rows[self._row] = start, behind
        else:
            self.cells[self._row, self._column] = start, behind
