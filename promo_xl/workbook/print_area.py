"""Which cells of a sheet are printed, in the workbook part of a file."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from xlsxwriter.utility import quote_sheetname

from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.links import BOOK
from promo_xl.workbook.tables_in_file import Area, area_of

SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
SHEET_NAME = re.compile(rb"""\bname=("[^"]*"|'[^']*')""")
NAMES = re.compile(rb"<((?:\w+:)?)definedNames\b[^>/]*>")
AREA = re.compile(
    rb"""<(?:\w+:)?definedName\b(?=[^>]*\bname=["']_xlnm\.Print_Area["'])"""
    rb"""(?=[^>]*\blocalSheetId=["'](\d+)["'])[^>]*(?:/>|>[^<]*</(?:\w+:)?definedName>)"""
)


def printing(workbook: bytes, areas: Mapping[str, str]) -> bytes:
    """xl/workbook.xml where of these sheets only these areas (`$A$1:$D$9`) are printed.

    A file without any defined name stays as it is; none of promo_xl's is.
    """
    numbers = {_name(tag): number for number, tag in enumerate(SHEET.findall(workbook))}
    for sheet, area in areas.items():
        workbook = _with_area(workbook, sheet, numbers[sheet], area)
    return workbook


def printed_areas(file: BookFile) -> dict[str, Area]:
    """The one rectangle that each sheet prints, where it prints no more and no less than one."""
    workbook = file.utf8(BOOK)
    sheets = [_name(tag) for tag in SHEET.findall(workbook)]
    found = {}
    for match in AREA.finditer(workbook):
        text = unescape(match[0][match[0].find(b">") + 1 : match[0].rfind(b"<")].decode())
        name = sheets[int(match[1])] if int(match[1]) < len(sheets) else None
        area = area_of(name or "", text.rpartition("!")[2].replace("$", ""))
        if name is not None and area is not None:
            found[name] = area
    return found


def _name(tag: bytes) -> str | None:
    name = SHEET_NAME.search(tag)
    return unescape(name[1][1:-1].decode(), {"&quot;": '"', "&apos;": "'"}) if name else None


def _with_area(workbook: bytes, sheet: str, number: int, area: str) -> bytes:
    names = NAMES.search(workbook)
    if names is None:
        return workbook
    prefix = names[1].decode()
    text = escape(f"{quote_sheetname(sheet)}!{area}")
    element = f'<{prefix}definedName name="_xlnm.Print_Area" localSheetId="{number}">{text}</{prefix}definedName>'
    for found in AREA.finditer(workbook):
        if int(found[1]) == number:
            return workbook[: found.start()] + element.encode() + workbook[found.end() :]
    return workbook[: names.end()] + element.encode() + workbook[names.end() :]
