"""Gives tables of a closed workbook more rows at their end, as Excel does when somebody types below a table.

What follows: the cells' formats, the formulas of calculated columns, colour rules, checks, charts, sparklines,
names, and ranges in formulas that cover all data rows. A row of totals moves down. Every other part keeps its
bytes. Not followed: sources of pivot tables and lists of form controls that are plain ranges.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sources.archive import check_archive
from promo_xl.workbook.growth_areas import Growth
from promo_xl.workbook.growth_parts import (
    TableReading,
    grown_book,
    grown_chart,
    grown_drawing,
    read_table,
)
from promo_xl.workbook.growth_rows import GrownRows
from promo_xl.workbook.growth_sheet import SheetReading
from promo_xl.workbook.links import BOOK, CALCULATION_CHAIN, RELATIONS, TYPES, without_mention
from promo_xl.workbook.obstacles import obstacles
from promo_xl.workbook.patch import calculated_on_opening, column_name, replace_parts
from promo_xl.workbook.tables_in_file import ROWS, Area, area_of, related_parts, sheet_parts, utf8_part
from promo_xl.workbook.xml_places import Element, walk

CHARTS = re.compile(r"xl/charts/[^/]+\.xml")
DRAWINGS = re.compile(r"xl/drawings/[^/]+\.xml")
APART = (("pivot", "/pivotTable", "location"), ("comment", "/comments", "comment"))  # kind, relation, element


def grown(path: Path, rows: Mapping[str, int]) -> None:
    """Give each table of `rows` (its name in the file) that many rows of data; one that has them stays.

    Excel is asked to calculate once on opening: formulas may count the new rows. Raises RefusedError, and then
    the file is as it was, if a table is missing, something stands where it is to grow, the sheet ends, the
    sheet is protected, or the file is damaged, signed, open elsewhere or cannot be written.
    """
    check_archive(path)
    with zipfile.ZipFile(path) as archive:
        tables = list(_tables(archive, path.name))
        growths = _growths(tables, rows, path.name)
        if not growths:
            return
        found = obstacles(path, {growth.sheet for growth in growths})
        parts = {part: sheet for sheet, part in sheet_parts(archive)}
        readings = {
            part: SheetReading(utf8_part(archive, part), sheet, (path.name, part), growths)
            for part, sheet in parts.items()
        }
        for part, reading in readings.items():
            found += _blocked(reading, [*_apart(archive, part, reading, path.name)], tables, path.name)
        if found:
            raise RefusedError(found)
        patched = dict(_patched(archive, growths, path.name))
        patched |= {table.part: table.grown(growths) for table in tables}
        columns = {table.name: table.formulas for table in tables}
        sheets = {part: GrownRows(reading) for part, reading in readings.items()}
        patched |= {part: sheet.content(columns) for part, sheet in sheets.items()}
        gone = set[str]()
        if CALCULATION_CHAIN in archive.namelist() and any(sheet.has_formulas for sheet in sheets.values()):
            gone.add(CALCULATION_CHAIN)
            patched |= without_mention({name: utf8_part(archive, name) for name in (TYPES, RELATIONS)}, gone)
        changed = {part: content for part, content in patched.items() if content != archive.read(part)}
    replace_parts(path, changed, gone)


def _tables(archive: zipfile.ZipFile, file: str) -> Iterator[TableReading]:
    for sheet, part in sheet_parts(archive):
        for target in related_parts(archive, part, "/table"):
            yield read_table(utf8_part(archive, target), target, sheet, file)


def _growths(tables: list[TableReading], rows: Mapping[str, int], file: str) -> tuple[Growth, ...]:
    found: list[Finding] = []
    growths: list[Growth] = []
    by_name = {table.name.lower(): table for table in tables}
    for name, wanted in rows.items():
        table = by_name.get(name.lower())
        if table is None or table.area is None:
            found.append(Finding("GROWTH_TABLE_MISSING", details={"table": name}, place=file))
            continue
        growth = table.growth(wanted)
        if growth is not None and growth.room.bottom > ROWS:
            most = wanted - (growth.room.bottom - ROWS)
            details = {"table": name, "rows": wanted, "most": most}
            found.append(Finding("GROWTH_TOO_LONG", details=details, place=f"{file} › {table.sheet}"))
        elif growth is not None:
            growths.append(growth)
    if found:
        raise RefusedError(found)
    return tuple(growths)


def _apart(archive: zipfile.ZipFile, part: str, reading: SheetReading, file: str) -> Iterator[tuple[str, Area]]:
    """What lies on a sheet but stands in parts of its own: pivot tables, comments."""
    if not reading.own:
        return
    for kind, relation, tag in APART:
        for target in related_parts(archive, part, relation):
            found: list[Element] = []
            walk(utf8_part(archive, target), (file, target), {tag: found.append})
            for element in found:
                area = area_of(reading.sheet, element.attributes.get("ref", ""))
                if area is not None:
                    yield kind, area


def _blocked(
    reading: SheetReading, apart: list[tuple[str, Area]], tables: list[TableReading], file: str
) -> Iterator[Finding]:
    """The uppermost thing that stands where each table of a sheet is to grow."""
    own = [("table", table.area) for table in tables if table.sheet == reading.sheet and table.area]
    for growth in reading.own:
        room = growth.room
        cells = [
            ("cell", Area(reading.sheet, row, column, row, column))
            for row in sorted(reading.cells)
            if room.top <= row
            for column, cell in reading.cells[row].items()
            if growth.has_column(column) and cell.filled
        ]
        lying = [(kind, area) for kind, area in [*own, *reading.taken, *apart] if kind != "comment"]
        found = [(kind, area) for kind, area in [*lying, *cells] if _meet(room, area)]
        if growth.totals:
            totals = Area(reading.sheet, growth.bottom, growth.left, growth.bottom, growth.right)
            on_totals = [*apart, *(one for one in reading.taken if one[0] == "merged")]
            found += [(kind, area) for kind, area in on_totals if kind != "pivot" and _meet(totals, area)]
        if found:
            kind, area = min(found, key=lambda one: (one[1].top, one[1].left))
            yield _in_the_way(growth, kind, area, file)


def _meet(one: Area, other: Area) -> bool:
    rows = one.top <= other.bottom and other.top <= one.bottom
    return rows and one.left <= other.right and other.left <= one.right


def _in_the_way(growth: Growth, kind: str, area: Area, file: str) -> Finding:
    room = growth.room
    free = f"{column_name(room.left)}{room.top}:{column_name(room.right)}{room.bottom}"
    details = {"table": growth.table, "rows": growth.more, "room": free, "reason": f"growth_{kind}"}
    place = f"{file} › {growth.sheet}!{column_name(area.left)}{area.top}"
    return Finding("GROWTH_BLOCKED", details=details, place=place)


def _patched(archive: zipfile.ZipFile, growths: tuple[Growth, ...], file: str) -> Iterator[tuple[str, bytes]]:
    """The book, its charts and its drawings afterwards."""
    yield BOOK, calculated_on_opening(grown_book(utf8_part(archive, BOOK), (file, BOOK), growths))
    for part in archive.namelist():
        if CHARTS.fullmatch(part):
            yield part, grown_chart(utf8_part(archive, part), (file, part), growths)
        elif DRAWINGS.fullmatch(part):
            yield part, grown_drawing(utf8_part(archive, part), (file, part), growths)
