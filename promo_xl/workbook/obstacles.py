"""What in a file forbids changing its cells: formulas, protection, merged cells, days counted from 1904."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from promo_xl.plan.findings import Finding
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.links import BOOK
from promo_xl.workbook.patch import column_name, in_sight
from promo_xl.workbook.places import Places
from promo_xl.workbook.tables_in_file import area_of

Cell = tuple[str, int, int]
PROTECTION = re.compile(rb"<(?:\w+:)?sheetProtection\b[^>]*\bsheet=[\"'](?:1|true)[\"']")
DATE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=[\"'](?:1|true)[\"']")
LOCKED = re.compile(rb"<(?:\w+:)?workbookProtection\b[^>]*\blockStructure=[\"'](?:1|true)[\"']")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z0-9:]+)[\"']")
MISSING = frozenset({"TABLE_MISSING", "COLUMN_MISSING"})
SIGNATURES = "_xmlsignatures/"


def formula_cells(path: Path | BookFile, cells: Collection[Cell]) -> set[Cell]:
    """Those of `cells` (sheet, row and column from 1) whose value a formula gives."""
    if not cells:
        return set()
    file = BookFile.of(path)
    asked: dict[str, list[tuple[int, int]]] = {}
    for sheet, row, column in cells:
        asked.setdefault(sheet, []).append((row, column))
    return {
        (sheet, *at)
        for sheet, places in asked.items()
        if sheet in file.parts
        for at in _formulas(file.places(sheet), places)
    }


def _formulas(places: Places, cells: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for row, column in cells:
        filled = any(a.top <= row <= a.bottom and a.left <= column <= a.right for a in places.arrays)
        if filled or places.formula(row, column) is not None:
            yield row, column


def missing(findings: Iterable[Finding]) -> list[Finding]:
    """Those that say that a table or a column of the plan is gone: whoever went on would take it for empty."""
    return [finding for finding in findings if finding.code in MISSING]


def obstacles(
    path: Path | BookFile, sheets: Collection[str], cells: Collection[Cell] = (), shown: Collection[str] = ()
) -> list[Finding]:
    """Why these sheets and `cells` must not be changed, or those of `shown` not shown; none if they may be."""
    file = BookFile.of(path)
    changed = sorted({sheet for sheet in [*sheets, *(cell[0] for cell in cells)] if sheet in file.parts})
    contents = {sheet: file.utf8(file.parts[sheet]) for sheet in changed}
    workbook = file.utf8(BOOK)
    signed = any(name.startswith(SIGNATURES) for name in file.archive.namelist())
    protected = [sheet for sheet, content in contents.items() if PROTECTION.search(content)]
    found = [Finding("SHEET_PROTECTED", details={"sheet": s}, place=f"{file.file} › {s}") for s in protected]
    for sheet, content in contents.items():
        found += _merged(file.file, sheet, content, {(row, column) for s, row, column in cells if s == sheet})
    if LOCKED.search(workbook) and in_sight(workbook, shown) != workbook:
        found.append(Finding("BOOK_STRUCTURE_PROTECTED", place=file.file))
    if DATE_1904.search(workbook):
        found.append(Finding("BOOK_DATE_1904", place=file.file))
    if signed:
        found.append(Finding("BOOK_SIGNED", place=file.file))
    return found


def _merged(file: str, sheet: str, part: bytes, cells: set[tuple[int, int]]) -> Iterator[Finding]:
    """A finding for each merged area that shows only its first cell while another one is to change."""
    for match in MERGED.finditer(part):
        area = area_of("", match[1].decode())
        if area is None:
            continue
        unseen = sorted(
            (row, column)
            for row, column in cells
            if area.top <= row <= area.bottom
            and area.left <= column <= area.right
            and (row, column) != (area.top, area.left)
        )
        if unseen:
            row, column = unseen[0]
            place = f"{file} › {sheet}!{column_name(column)}{row}"
            yield Finding("CELL_MERGED", details={"area": match[1].decode()}, place=place)
