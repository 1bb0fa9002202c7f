"""Where a file says its tables and single values are: names and areas, read from its parts."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

from promo_xl.plan.findings import Finding, RefusedError

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
ROWS, COLUMNS = 1_048_576, 16_384  # of a sheet
_CELL = r"\$?([A-Z]{1,3})\$?([0-9]{1,7})"
_AREA = re.compile(rf"{_CELL}(?::{_CELL})?")
_NAMED = re.compile(rf"(?:'((?:[^']|'')+)'|([^'!]+))!({_CELL})")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_UTF_8 = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a sheet; rows and columns are counted from 1, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


def table_areas(path: Path) -> dict[str, Area]:
    """The head and the data rows of every Excel table of the file, by its name in lower case."""
    with zipfile.ZipFile(path) as archive:
        return {name.lower(): area for name, area, _ in tables_of(archive)}


def tables_of(archive: zipfile.ZipFile) -> Iterator[tuple[str, Area, list[str]]]:
    """Every Excel table: its name, the area of head and data without a row of totals, its columns' names."""
    for sheet, part in sheet_parts(archive):
        for target in related_parts(archive, part, "/table"):
            root = _xml(archive, target)
            area = area_of(sheet, root.get("ref", ""))
            if area is not None:
                columns = [str(column.get("name", "")) for column in root.iter(f"{MAIN}tableColumn")]
                totals = root.get("totalsRowCount", "0") not in {"", "0"} and area.bottom > area.top
                yield str(root.get("name", "")), replace(area, bottom=area.bottom - totals), columns


def defined_texts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Every defined name of the whole workbook, and what it stands for."""
    for name in _xml(archive, "xl/workbook.xml").iter(f"{MAIN}definedName"):
        if name.get("localSheetId") is None:
            yield str(name.get("name")), name.text or ""


def named_cells(path: Path) -> dict[str, Area]:
    """Every defined name that is one cell, by the name."""
    with zipfile.ZipFile(path) as archive:
        return named_cells_of(archive)


def named_cells_of(archive: zipfile.ZipFile) -> dict[str, Area]:
    """The same for an archive."""
    found = {}
    for name in _xml(archive, "xl/workbook.xml").iter(f"{MAIN}definedName"):
        match = _NAMED.fullmatch(name.text or "")
        if match:
            sheet = match[1].replace("''", "'") if match[1] else match[2]
            area = area_of(sheet, match[3])
            if area is not None:
                found[str(name.get("name"))] = area
    return found


def named_areas(path: Path) -> dict[str, Area]:
    """Every defined name that is one rectangle of cells, by the name."""
    with zipfile.ZipFile(path) as archive:
        workbook = _xml(archive, "xl/workbook.xml")
    found = {}
    for name in workbook.iter(f"{MAIN}definedName"):
        sheet, _, place = (name.text or "").rpartition("!")
        area = area_of(sheet.strip("'").replace("''", "'"), place.replace("$", "")) if sheet else None
        if area is not None:
            found[str(name.get("name"))] = area
    return found


def column_number(letters: str) -> int:
    """`A` is 1, `AA` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def area_of(sheet: str, text: str) -> Area | None:
    """The area that an address such as `$A$1:C5` means; None if it means none that a sheet has."""
    match = _AREA.fullmatch(text)
    if match is None:
        return None
    left, top = column_number(match[1]), int(match[2])
    right = column_number(match[3]) if match[3] else left
    bottom = int(match[4] or top)
    if not (1 <= top <= bottom <= ROWS and 1 <= left <= right <= COLUMNS):
        return None
    return Area(sheet, top, left, bottom, right)


def utf8_part(archive: zipfile.ZipFile, part: str) -> bytes:
    """The bytes of a part that may be looked through and changed as UTF-8; raises RefusedError for another."""
    content = archive.read(part)
    check_utf8(content, part, posixpath.basename(str(archive.filename).replace("\\", "/")))
    return content


def check_utf8(content: bytes, part: str, place: str) -> None:
    """Raises RefusedError for a part that is not to be looked through and changed as UTF-8."""
    declared = _DECLARED.match(content)
    found = declared[1].decode("ascii", "replace") if declared and declared[1].lower() not in _UTF_8 else ""
    if not found and b"\0" in content:
        found = "UTF-16"
    if not found:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            found = "?"
    if found:
        raise RefusedError([Finding("FILE_PART_ENCODING", details={"part": part, "found": found}, place=place)])


def _xml(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314 - the archive was checked: no entities


def sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Every sheet's name and the part that holds its cells."""
    targets = dict(_targets(archive, "xl/workbook.xml"))
    for sheet in _xml(archive, "xl/workbook.xml").iter(f"{MAIN}sheet"):
        part = targets.get(str(sheet.get(RELATION)))
        if part is not None:
            yield str(sheet.get("name")), part


def related_parts(archive: zipfile.ZipFile, part: str, kind: str) -> list[str]:
    """The parts that a part is related to by relationships whose type ends in `kind`."""
    return [target for _, target in _targets(archive, part, kind)]


def _targets(archive: zipfile.ZipFile, part: str, kind: str = "") -> Iterator[tuple[str, str]]:
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return
    for relation in _xml(archive, relations).iter(f"{PACKAGE}Relationship"):
        target = str(relation.get("Target"))
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        if str(relation.get("Type")).endswith(kind) and whole in archive.namelist():
            yield str(relation.get("Id")), whole
