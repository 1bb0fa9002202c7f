"""What in a file forbids changing its cells: formulas, protection, days counted from 1904."""

import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

from promo_xl.plan.findings import Finding
from promo_xl.workbook.patch import FORMULA, Places
from promo_xl.workbook.tables_in_file import area_of, sheet_parts

Cell = tuple[str, int, int]
PROTECTION = re.compile(rb"<(?:\w+:)?sheetProtection\b[^>]*\bsheet=[\"'](?:1|true)[\"']")
DATE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=[\"'](?:1|true)[\"']")
ARRAY_AREA = re.compile(rb"<(?:\w+:)?f\b[^>]*\bref=[\"']([A-Z0-9:]+)[\"'][^>]*>")
ARRAY_KIND = re.compile(rb"\bt=[\"'](?:array|dataTable)[\"']")
SIGNATURES = "_xmlsignatures/"


def formula_cells(path: Path, cells: Collection[Cell]) -> set[Cell]:
    """Those of `cells` (sheet, row and column from 1) whose value a formula gives."""
    with zipfile.ZipFile(path) as archive:
        parts = dict(sheet_parts(archive))
        asked = {sheet: {(r, c) for s, r, c in cells if s == sheet} for sheet in {cell[0] for cell in cells}}
        return {
            (sheet, *at)
            for sheet, places in asked.items()
            if sheet in parts
            for at in _formulas(archive.read(parts[sheet]), places)
        }


def _formulas(part: bytes, cells: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    places = Places(part)
    arrays = [
        area
        for match in ARRAY_AREA.finditer(part)
        if ARRAY_KIND.search(match[0]) and (area := area_of("", match[1].decode())) is not None
    ]
    for row, column in cells:
        span = places.cells.get((row, column))
        own = span is not None and FORMULA.search(part, span.start, span.end) is not None
        if own or any(a.top <= row <= a.bottom and a.left <= column <= a.right for a in arrays):
            yield row, column


def obstacles(path: Path, sheets: Collection[str]) -> list[Finding]:
    """Why cells of these sheets must not be changed; none if they may be."""
    with zipfile.ZipFile(path) as archive:
        parts = dict(sheet_parts(archive))
        protected = sorted(s for s in sheets if s in parts and PROTECTION.search(archive.read(parts[s])))
        found = [Finding("SHEET_PROTECTED", details={"sheet": s}, place=f"{path.name} › {s}") for s in protected]
        if DATE_1904.search(archive.read("xl/workbook.xml")):
            found.append(Finding("BOOK_DATE_1904", place=path.name))
        if any(name.startswith(SIGNATURES) for name in archive.namelist()):
            found.append(Finding("BOOK_SIGNED", place=path.name))
    return found
