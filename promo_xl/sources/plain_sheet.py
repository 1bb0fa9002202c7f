"""The cells of a sheet part as Excel and this program write them, found without hearing each element.

The bytes between the tags of `sheetData` must be rows and cells of the known shapes and nothing else, and the
XML parser must have passed the whole part; in any other part the cells are for the parser to find.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

LARGEST = 64 << 20  # bytes of a part; what is larger is read in little memory
_TOKEN = re.compile(
    rb"""<c\ r="([A-Z]{1,3})([0-9]{1,7})"
        (?:\ s="([0-9]{1,9})")?(?:\ cm="[0-9]+")?(?:\ t="([A-Za-z]+)")?(?:\ cm="[0-9]+")?(?:\ vm="[0-9]+")?
        \ ?(?:/>|>
        (<f(?:\ (?!xmlns)[A-Za-z0-9:]+="[^"<>]*")*(?:/>|>[^<]*</f>))?
        (?:<v(?:\ ?/>|>([^<]*)</v>)|<is><t(?:\ xml:space="preserve")?(?:\ ?/>|>([^<]*)</t>)</is>)?
        </c>)
    |<row\ r="([0-9]{1,7})"(?:\ (?!xmlns)[A-Za-z0-9:]+="[^"<>]*")*\ ?/?>
    |</row>""",
    re.VERBOSE,
)
_DATA = re.compile(rb"<sheetData>")
_ROOT = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_NAMED = re.compile(rb"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([a-z]+));")
_SIGNS = {b"amp": "&", b"lt": "<", b"gt": ">", b"quot": '"', b"apos": "'"}
COLUMN, ROW, STYLE, KIND, FORMULA, VALUE, INLINE, ROW_NUMBER = range(1, 9)
SLASH = ord("/")


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """Where each row stands in the bytes, and each cell as the match of its bytes, by row and column from 1.

    `around` is the part without its rows, `behind` the place behind the last one.
    """

    around: bytes
    behind: int
    rows: Mapping[int, tuple[int, int]]
    cells: Mapping[tuple[int, int], re.Match[bytes]]


def plain_sheet(part: bytes) -> PlainSheet | None:
    """The rows and cells of a part; None if anything in it is not as it mostly is."""
    opened = _DATA.search(part)
    if opened is None or len(part) > LARGEST or b"\r" in part:
        return None
    rows: dict[int, tuple[int, int]] = {}
    cells: dict[tuple[int, int], re.Match[bytes]] = {}
    numbers: dict[bytes, int] = {}
    at, row, text, start, last = opened.end(), 0, b"", 0, 0
    for match in _TOKEN.finditer(part, at):
        if match.start() != at:
            break
        at, kind = match.end(), match.lastindex
        if kind is None:
            rows[row] = start, at
            row = 0
        elif kind == ROW_NUMBER:
            if row or int(match[ROW_NUMBER]) in rows:
                return None
            text, start, last = match[ROW_NUMBER], match.start(), 0
            row = int(text)
            if part[at - 2] == SLASH:
                rows[row] = start, at
                row = 0
        else:
            letters, number = match.group(COLUMN, ROW)
            column = numbers.get(letters) or numbers.setdefault(letters, _column(letters))
            if not row or number != text or column <= last:
                return None
            cells[row, column] = match
            last = column
    known = not row and all(1 <= one <= LAST_ROW for one in rows)
    if not (known and part.startswith(b"</sheetData>", at) and max(numbers.values(), default=0) <= LAST_COLUMN):
        return None
    around = part[: opened.end()] + part[at:]
    return PlainSheet(around, at, rows, cells) if _is_plain(around) and _is_whole(part) else None


def _is_plain(around: bytes) -> bool:
    """True if each `<` opens a tag, and tags without a prefix belong to sheets; `around` is what is no cell."""
    declared = around[: around.find(b"?>")].lower() if around.startswith(b"<?xml") else b""
    return (
        (b"encoding" not in declared or b'"utf-8"' in declared)
        and b"<!" not in around
        and around.find(b"<?", 2) < 0
        and around.count(b"xmlns=") == around.count(_ROOT, 0, around.find(b"<sheetData")) == 1
        and around.count(b"<sheetData") == 1
    )


def _is_whole(part: bytes) -> bool:
    parser = expat.ParserCreate()
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        return False
    return True


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def plain_text(raw: bytes) -> str:
    """Characters between tags as the parser hands them on."""
    text = raw.decode()
    return _NAMED.sub(_sign, raw).decode() if "&" in text else text


def _sign(match: re.Match[bytes]) -> bytes:
    code = int(match[1], 16) if match[1] else int(match[2]) if match[2] else 0
    return (chr(code) if code else _SIGNS[match[3]]).encode()
