"""The stream of an .xls file: records of the BIFF8 format, which Excel wrote from 1997 to 2003.

Read here and not by calamine, which tells no number formats, takes error cells for empty ones and was
seen to fill the whole memory over a damaged file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from promo_xl.sources.biff_text import Segments, TextReader, text_of
from promo_xl.sources.cell_format import CellFormat, format_codes, meaning_of, number_value
from promo_xl.sources.grid import GENERAL, OLD_XLS, CellValue, ErrorValue, Grid, GridBuilder, Limits, MergedRange
from promo_xl.sources.refusal import refused

BIFF8 = 0x0600
BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
ENCRYPTED, USES_1904, FORMAT, CELL_FORMAT, SHEET, SHARED_TEXTS = 0x2F, 0x22, 0x41E, 0xE0, 0x85, 0xFC
NUMBER, PACKED, PACKED_ROW, SHARED_TEXT, TEXT, RICH_TEXT = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6
TRUTH_OR_ERROR, FORMULA, FORMULA_TEXT, MERGED = 0x205, 0x06, 0x207, 0xE5
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(frozen=True, slots=True)
class _Record:
    kind: int
    segments: Segments

    @property
    def data(self) -> bytes:
        return self.segments[0]


@dataclass(slots=True)
class _Globals:
    """What the records before the first sheet say about all of them."""

    uses_1904: bool = False
    codes: dict[int, str] = field(default_factory=format_codes)
    format_numbers: list[int] = field(default_factory=list)
    sheets: list[tuple[int, str, bool]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def formats(self) -> list[CellFormat]:
        """The format of every cell style."""
        codes = [self.codes.get(number, GENERAL) for number in self.format_numbers]
        return [CellFormat(code, meaning_of(code)) for code in codes]


def read_workbook(stream: bytes, file: str, limits: Limits) -> list[Grid]:
    """Every worksheet in the order of its tabs."""
    found = _read_globals(stream, file)
    formats = found.formats()
    grids = []
    for start, name, hidden in found.sheets:
        builder = GridBuilder(name, file, limits, GENERAL, hidden)
        reader = _SheetReader(found, formats)
        for record in _own_records(stream, start):
            reader.hear(record)
        for row, (values, codes) in sorted(reader.rows.items()):
            builder.add(row, values, codes)
        grids.append(builder.build(reader.merged))
    return grids


def _records(stream: bytes, at: int) -> Iterator[_Record]:
    """The records from `at` on, each with what continues it."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        segments = [stream[at + 4 : at + 4 + length]]
        at += 4 + length
        while stream[at : at + 2] == CONTINUE.to_bytes(2, "little"):
            length = int.from_bytes(stream[at + 2 : at + 4], "little")
            segments.append(stream[at + 4 : at + 4 + length])
            at += 4 + length
        if at > len(stream):
            raise ValueError(f"record 0x{kind:X}")
        yield _Record(kind, segments)


def _own_records(stream: bytes, start: int) -> Iterator[_Record]:
    """The records of the part that begins at `start`, without those of charts inside of it."""
    depth = 0
    for record in _records(stream, start):
        if record.kind == BOF:
            depth += 1
        elif depth == 0:
            raise ValueError(f"BOF @{start}")
        if depth == 1:
            yield record
        if record.kind == EOF:
            depth -= 1
            if depth == 0:
                return


def _read_globals(stream: bytes, file: str) -> _Globals:
    found = _Globals()
    for record in _own_records(stream, 0):
        data = record.data
        if record.kind == BOF and struct.unpack_from("<H", data)[0] != BIFF8:
            raise refused("FILE_UNSUPPORTED", file, kind=OLD_XLS)
        if record.kind == ENCRYPTED:
            raise refused("FILE_ENCRYPTED", file)
        if record.kind == USES_1904:
            found.uses_1904 = data[0] == 1
        elif record.kind == FORMAT:
            found.codes[struct.unpack_from("<H", data)[0]] = text_of(record.segments, 2)
        elif record.kind == CELL_FORMAT:
            found.format_numbers.append(struct.unpack_from("<H", data, 2)[0])
        elif record.kind == SHEET:
            start, state, kind = struct.unpack_from("<IBB", data)
            # Chart and macro sheets hold no cells.
            if kind == 0:
                found.sheets.append((start, text_of(record.segments, 6, short=True), state & 3 != 0))
        elif record.kind == SHARED_TEXTS:
            found.texts = shared_texts(record.segments)
    return found


def shared_texts(segments: Segments) -> list[str]:
    """The texts that cells point to by number."""
    count = struct.unpack_from("<I", segments[0], 4)[0]
    reader = TextReader(segments, 8)
    texts: list[str] = []
    # The number may be forged, but each text takes three bytes at least.
    while len(texts) < count and not reader.at_end:
        texts.append(reader.text())
    return texts


class _SheetReader:
    """Hears the records of one sheet and keeps its cells."""

    def __init__(self, found: _Globals, formats: list[CellFormat]) -> None:
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

        self.epoch = MAC_EPOCH if found.uses_1904 else WINDOWS_EPOCH
        self.texts = found.texts
        self.formats = formats
        self.rows: dict[int, tuple[list[CellValue], list[str]]] = {}
        self.merged: list[MergedRange] = []
        self.awaiting: tuple[int, int, int] | None = None

    def hear(self, record: _Record) -> None:
        """Take one record; of most kinds nothing is wanted."""
        kind, data = record.kind, record.data
        if kind == MERGED:
            self._merge(data)
        elif kind == FORMULA_TEXT and self.awaiting:
            self._put(*self.awaiting, text_of(record.segments, 0))
            self.awaiting = None
        elif kind == PACKED_ROW:
            row, column = struct.unpack_from("<HH", data)
            for offset in range(4, len(data) - 2, 6):
                style, packed = struct.unpack_from("<HI", data, offset)
                self._put_number(row, column, style, _unpacked(packed))
                column += 1
        elif kind in (NUMBER, PACKED, SHARED_TEXT, TEXT, RICH_TEXT, TRUTH_OR_ERROR, FORMULA):
            row, column, style = struct.unpack_from("<HHH", data)
            self._take(record, row, column, style)

    def _take(self, record: _Record, row: int, column: int, style: int) -> None:
        kind, data = record.kind, record.data
        if kind == NUMBER:
            self._put_number(row, column, style, struct.unpack_from("<d", data, 6)[0])
        elif kind == PACKED:
            self._put_number(row, column, style, _unpacked(struct.unpack_from("<I", data, 6)[0]))
        elif kind == SHARED_TEXT:
            self._put(row, column, style, self.texts[struct.unpack_from("<I", data, 6)[0]])
        elif kind in (TEXT, RICH_TEXT):
            self._put(row, column, style, text_of(record.segments, 6))
        elif kind == TRUTH_OR_ERROR:
            self._put(row, column, style, _truth_or_error(data[6], is_error=data[7] == 1))
        else:
            self._take_result(data, row, column, style)

    def _take_result(self, data: bytes, row: int, column: int, style: int) -> None:
        result = data[6:14]
        if result[6:] != b"\xff\xff":
            self._put_number(row, column, style, struct.unpack("<d", result)[0])
        elif result[0] == 0:
            self.awaiting = (row, column, style)
        elif result[0] in (1, 2):
            self._put(row, column, style, _truth_or_error(result[2], is_error=result[0] == 2))

    def _put_number(self, row: int, column: int, style: int, number: float) -> None:
        plain = int(number) if number.is_integer() and abs(number) < 1e15 else number
        self._put(row, column, style, number_value(plain, self.formats[style], self.epoch))

    def _put(self, row: int, column: int, style: int, value: CellValue) -> None:
        if column > 255:
            raise ValueError(f"column {column}")
        values, codes = self.rows.setdefault(row + 1, ([], []))
        values.extend([None] * (column + 1 - len(values)))
        codes.extend([GENERAL] * (column + 1 - len(codes)))
        values[column] = None if value == "" else value
        codes[column] = self.formats[style].code

    def _merge(self, data: bytes) -> None:
        count = struct.unpack_from("<H", data)[0]
        for index in range(count):
            top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * index)
            self.merged.append(MergedRange(top + 1, left + 1, bottom + 1, right + 1))


def _unpacked(packed: int) -> float:
    """The number in 30 bits: an integer or the upper half of a float, perhaps in hundredths."""
    if packed & 2:
        number = float((packed >> 2) - (1 << 30 if packed >> 31 else 0))
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return number / 100 if packed & 1 else number


def _truth_or_error(code: int, *, is_error: bool) -> CellValue:
    return ErrorValue(ERRORS.get(code, "#VALUE!")) if is_error else code == 1
