"""The small parts of an .xlsx package: which sheets it has, its number formats, its date system."""

import datetime
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from promo_xl.sources.cell_format import CellFormat, format_codes, meaning_of
from promo_xl.sources.grid import GENERAL

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}"
LARGEST_TREE = 32 << 20


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a sheet lies in the package, in the order of its tabs."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class PackageParts:
    """What must be known before a sheet can be read."""

    sheets: tuple[SheetPart, ...]
    formats: tuple[CellFormat, ...]
    shared_strings: str
    epoch: datetime.datetime


def read_parts(archive: zipfile.ZipFile) -> PackageParts:
    """The parts of an archive that `check_archive` has passed."""
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

    workbook_part = next(
        part for kind, part in _relations(archive, "").values() if kind.endswith("/officeDocument")
    )
    workbook = _xml(archive, workbook_part)
    relations = _relations(archive, workbook_part)
    by_kind = {kind.rpartition("/")[2]: part for kind, part in relations.values()}
    properties = workbook.find(f"{MAIN}workbookPr")
    uses_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return PackageParts(
        sheets=tuple(_sheets(workbook, relations)),
        formats=tuple(_formats(archive, by_kind.get("styles", ""))),
        shared_strings=by_kind.get("sharedStrings", ""),
        epoch=MAC_EPOCH if uses_1904 else WINDOWS_EPOCH,
    )


def _xml(archive: zipfile.ZipFile, part: str) -> Element:
    from openpyxl.xml.functions import fromstring

    # A tree takes twenty times the room of its text.
    if archive.getinfo(part).file_size > LARGEST_TREE:
        raise ValueError(f"{part} > {LARGEST_TREE >> 20} MB")
    root: Element = fromstring(archive.read(part))
    return root


def _relations(archive: zipfile.ZipFile, source: str) -> dict[str, tuple[str, str]]:
    folder, name = posixpath.split(source)
    root = _xml(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    return {
        relation.get("Id", ""): (
            relation.get("Type", ""),
            posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/"),
        )
        for relation in root.iter(f"{PACKAGE_RELATION}Relationship")
        if relation.get("TargetMode") != "External"
    }


def _sheets(workbook: Element, relations: dict[str, tuple[str, str]]) -> Iterator[SheetPart]:
    for sheet in workbook.iterfind(f"{MAIN}sheets/{MAIN}sheet"):
        kind, part = relations[sheet.get(f"{RELATION}id", "")]
        # Chart and dialog sheets hold no cells.
        if kind.endswith("/worksheet"):
            yield SheetPart(sheet.get("name", ""), part, sheet.get("state", "visible") != "visible")


def _formats(archive: zipfile.ZipFile, part: str) -> Iterator[CellFormat]:
    if not part:
        return
    styles = _xml(archive, part)
    codes = format_codes()
    for own in styles.iterfind(f"{MAIN}numFmts/{MAIN}numFmt"):
        codes[int(own.get("numFmtId", "0"))] = own.get("formatCode", GENERAL)
    for cell_format in styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
        code = codes.get(int(cell_format.get("numFmtId", "0")), GENERAL)
        yield CellFormat(code, meaning_of(code))
