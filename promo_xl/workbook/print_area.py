"""Which cells of a sheet are printed, in the workbook part of a file."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from xlsxwriter.utility import quote_sheetname

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
