"""The large parts of an .xlsx package, shared texts and cells, read in one pass and little memory.

openpyxl's own streaming reader takes a little longer, keeps values hidden under merged cells, takes a
formula without a result for an empty cell, and cannot stop at a limit.
"""

import datetime
import math
import re
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol
from xml.parsers import expat

from promo_xl.sources.cell_format import CellFormat, number_value, plain_date
from promo_xl.sources.grid import NOT_CALCULATED, CellValue, ErrorValue, MergedRange

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
CELL, VALUE, FORMULA, ROW = (NAMESPACE + tag for tag in ("c", "v", "f", "row"))
TEXT, PHONETIC, SHARED_TEXT, MERGED = (NAMESPACE + tag for tag in ("t", "rPh", "si", "mergeCell"))
# Excel writes characters that XML forbids as _x000D_ and an underscore before such text as _x005F_.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LONGEST_EXACT_NUMBER = 15
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
CHUNK = 1 << 16


class ForbiddenDoctypeError(ValueError):
    """A part that holds cells declares a document type, which Excel never writes."""


class PackedTexts(Sequence[str]):
    """Very many texts in little memory."""

    def __init__(self) -> None:
        """None yet."""
        self._bytes, self._ends = bytearray(), array("Q", [0])

    def append(self, text: str) -> None:
        """Take a text."""
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ends) - 1

    def __getitem__(self, at: Any) -> Any:
        """A text by its number."""
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self._bytes[self._ends[at] : self._ends[at + 1]].decode("utf-8", "surrogatepass")


def read_shared_strings(stream: IO[bytes], most: int) -> list[str]:
    """The texts that cells point to by number, without their phonetic guides; at most `most`."""
    strings: list[str] = []
    gather_shared_strings(stream, most, strings)
    return strings


def gather_shared_strings(stream: IO[bytes], most: int, strings: list[str] | PackedTexts) -> None:
    """Append those texts to `strings`."""
    pieces: list[str] = []
    depth = {"text": False, "phonetic": False}

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name == TEXT:
            depth["text"] = not depth["phonetic"]
        elif name == PHONETIC:
            depth["phonetic"] = True

    def end(name: str) -> None:
        if name == TEXT:
            depth["text"] = False
        elif name == PHONETIC:
            depth["phonetic"] = False
        elif name == SHARED_TEXT:
            if len(strings) == most:
                raise ValueError(f"sharedStrings > {most}")
            strings.append(unescaped("".join(pieces)))
            pieces.clear()

    def characters(data: str) -> None:
        if depth["text"]:
            pieces.append(data)

    parser = _parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    _feed(parser, stream)


def _parser() -> expat.XMLParserType:
    def refuse_doctype(*_declared: object) -> None:
        raise ForbiddenDoctypeError

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    deque(_feeding(parser, stream), 0)


def _feeding(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)


def unescaped(text: str) -> str:
    """`a_x000D_b` is a carriage return between two letters; `_x005F_x000D_` is the text `_x000D_`."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    is_half_a_character = 0xD800 <= code <= 0xDFFF
    return escape[0] if is_half_a_character else chr(code)


@dataclass(frozen=True, slots=True)
class Legend:
    """What turns the marks in a sheet's XML into values."""

    shared_strings: Sequence[str]
    formats: tuple[CellFormat, ...]
    epoch: datetime.datetime

    def value(self, raw: str, kind: str, style: int, *, has_formula: bool) -> CellValue:
        """What a cell shows whose XML holds these characters, type and style."""
        if not raw:
            # A formula may well result in an empty text; without any mark it has no result at all.
            return NOT_CALCULATED if has_formula and kind == "n" else None
        if kind == "s":
            return self.shared_strings[int(raw)] or None
        if kind == "n":
            return self._number(raw, style)
        if kind == "b":
            return raw.strip() in ("1", "true")
        if kind == "e":
            return ErrorValue(raw)
        if kind == "d":
            from openpyxl.utils.datetime import from_ISO8601

            written: CellValue = from_ISO8601(raw)  # type: ignore[no-untyped-call]
            return plain_date(written)
        return unescaped(raw)

    def _number(self, raw: str, style: int) -> CellValue:
        is_integer = len(raw) <= LONGEST_EXACT_NUMBER and raw.lstrip("-").isdecimal()
        number = int(raw) if is_integer else float(raw)
        if not style:
            return number if math.isfinite(number) else ErrorValue("#NUM!")
        return number_value(number, self.formats[style], self.epoch)


class RowTaker(Protocol):
    """Takes the rows of a sheet as they come."""

    default_format: str

    def add(self, row: int, values: list[CellValue], formats: Sequence[str] = ()) -> None:
        """Take one row."""


class SheetScanner:
    """Hears the elements of one sheet and hands its rows to a builder."""

    def __init__(self, legend: Legend, builder: RowTaker) -> None:
        """Begin before the first row."""
        self.legend = legend
        self.builder = builder
        self.merged: list[MergedRange] = []
        self.row = 0
        self.column = 0
        self.values: list[CellValue] = []
        self.formats: list[str] = []
        self.kind = "n"
        self.style = 0
        self.has_formula = False
        self.pieces: list[str] = []
        self.listening = False
        self.phonetic = False
        self.column_numbers: dict[str, int] = {}

    def scan(self, stream: IO[bytes]) -> None:
        """Read the sheet to its end."""
        deque(self.scanning(stream), 0)

    def scanning(self, stream: IO[bytes]) -> Iterator[None]:
        """Read the sheet, and stop for a moment after each piece of it."""
        parser = _parser()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        yield from _feeding(parser, stream)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens; the commonest come first because a sheet has millions of them."""
        if name == VALUE:
            self.listening = True
        elif name == CELL:
            reference = attributes.get("r")
            self.column = self._column(reference) if reference else self.column + 1
            self.kind = attributes.get("t", "n")
            self.style = int(attributes.get("s", 0))
            self.has_formula = False
            self.pieces = []
        elif name == ROW:
            self.row = int(attributes.get("r", self.row + 1))
            if not 1 <= self.row <= LAST_ROW:
                raise ValueError(self.row)
            self.column = 0
            self.values = []
            self.formats = []
        elif name == FORMULA:
            self.has_formula = True
        elif name == TEXT:
            self.listening = not self.phonetic
        elif name == PHONETIC:
            self.phonetic = True
        elif name == MERGED:
            self.merged.append(_merged_range(attributes["ref"]))

    def characters(self, data: str) -> None:
        """Text inside a value."""
        if self.listening:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        """An element closes."""
        if name == VALUE:
            self.listening = False
        elif name == CELL:
            self._take_cell()
        elif name == ROW:
            self.builder.add(self.row, self.values, self.formats)
        elif name == TEXT:
            self.listening = False
        elif name == PHONETIC:
            self.phonetic = False

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self.column_numbers.get(letters)
        if column is None:
            from openpyxl.utils import column_index_from_string

            column = column_index_from_string(letters)
            if column > LAST_COLUMN:
                raise ValueError(reference)
            self.column_numbers[letters] = column
        return column

    def _take_cell(self) -> None:
        value = self.legend.value("".join(self.pieces), self.kind, self.style, has_formula=self.has_formula)
        if value is None:
            return
        missing = self.column - len(self.values)
        if missing > 0:
            self.values.extend([None] * missing)
        self.values[self.column - 1] = value
        if self.style:
            code = self.legend.formats[self.style].code
            missing = self.column - len(self.formats)
            if missing > 0:
                self.formats.extend([self.builder.default_format] * missing)
            self.formats[self.column - 1] = code


def _merged_range(reference: str) -> MergedRange:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return MergedRange(top or 1, left or 1, bottom or LAST_ROW, right or LAST_COLUMN)
