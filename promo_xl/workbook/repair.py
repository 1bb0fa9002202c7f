"""Colour rules and calls of the add-in as they were generated, at the present place and size of their tables."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from xlsxwriter.utility import quote_sheetname

from promo_xl.sheetspec.formula.render import render
from promo_xl.sheetspec.hosts import SPELLED, for_host
from promo_xl.sheetspec.model import Block, Book, LiveCall, Rule, Table, Timeline
from promo_xl.sheetspec.workings import STEP
from promo_xl.sources.grid import CellValue, ErrorValue
from promo_xl.workbook.calls import CallReferences
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.patch import column_name
from promo_xl.workbook.read import Opened
from promo_xl.workbook.references import CellReferences, answer_name
from promo_xl.workbook.rules import FINDINGS, rules_of
from promo_xl.workbook.styles import style_properties
from promo_xl.workbook.tables_in_file import Area, named_areas, sheet_parts, table_areas


@dataclass(frozen=True, slots=True)
class Format:
    """A colour rule: the area (`A5:C60`) of a sheet, its formula, seen from the area's first cell.

    `style` holds what it changes, by XlsxWriter's names: font_color, bg_color (#RRGGBB), bold, italic,
    font_strikeout, num_format, top, bottom, left (1: a thin line) and their colours (top_color …).
    """

    sheet: str
    area: str
    formula: str
    style: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Extension:
    """A call of the add-in that its table has outgrown.

    `area` is its array now, `last` the row where the new one ends, `formula` the new one; `names` are the
    defined names of its answers with what they refer to then. Extensions come from the bottom of the sheet
    upwards: rows inserted below one array move only those that were extended before.
    """

    sheet: str
    area: str
    last: int
    formula: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReferencesInFile(CellReferences):
    """References of colour rules in a workbook that is there already: plain addresses, where its columns stand."""

    tables: Mapping[str, tuple[ReadTable, Area]] = field(default_factory=dict)

    def cell(self, field: str) -> str:
        """`$G6`: the column fixed, the row that of the first row of the table."""
        assert self.table is not None
        read, area = self.tables[self.table.table]
        return f"${column_name(read.columns[field])}{area.top + 1}"

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> str:
        """`'休息日'!$A$6:$A$105`."""
        read, area = self.tables[table]
        left, right = (column_name(read.columns[name]) for name in (first, last))
        top, bottom = (area.top, area.top) if headers else (area.top + 1, area.bottom)
        return f"{quote_sheetname(area.sheet)}!${left}${top}:${right}${bottom}"


def formats_in(path: Path, opened: Opened, book: Book) -> tuple[Format, ...]:
    """The colour rules of each table and timeline as they were generated, at their present place and size.

    A rule that reads a column which the file does not have any more is left out.
    """
    areas = table_areas(path)
    tables = {name: (read, areas[read.table.name.lower()]) for name, read in opened.tables.items()}
    drawn = _Drawn(book, opened, tables)
    return tuple(rule for sheet in book.sheets for block in sheet.blocks for rule in drawn.block(block))


@dataclass(frozen=True, slots=True)
class _Drawn:
    book: Book
    opened: Opened
    tables: Mapping[str, tuple[ReadTable, Area]]

    def block(self, block: Block) -> Iterator[Format]:
        """The rules of a table or a timeline; other blocks have none."""
        if isinstance(block, Table) and block.table in self.tables:
            yield from self._table(block)
        elif isinstance(block, Timeline) and block.beside_table in self.tables:
            yield from self._timeline(block)

    def _table(self, table: Table) -> Iterator[Format]:
        read, area = self.tables[table.table]
        for rule in rules_of(self.book, table, marked=FINDINGS in self.tables):
            columns = [read.columns[name] for name in rule.columns if name in read.columns]
            spans = {(min(columns), max(columns))} if rule.across and columns else [(at, at) for at in columns]
            for left, right in spans:
                letters = column_name(left)
                local = {"here": f"{letters}{area.top + 1}", "head": f"{letters}${area.top}"}
                place = replace(area, top=area.top + 1, left=left, right=right)
                yield from self._rule(rule, table, local, place)

    def _timeline(self, timeline: Timeline) -> Iterator[Format]:
        read, area = self.tables[timeline.beside_table]
        heads = next(iter(read.grid.values[area.top - 1 : area.top]), ())  # none in a sheet without a row
        dated = [at for at, head in enumerate(heads, 1) if at > area.right and _is_period(head)]
        if not dated:
            return
        left = dated[0]
        right = next((at for at in range(left, len(heads) + 1) if at not in dated), len(heads) + 1) - 1
        top = area.top - len(timeline.bands) + 1
        local = {band.field: f"{column_name(left)}${top + i}" for i, band in enumerate(timeline.bands)}
        for rule in timeline.rules:
            place = replace(area, top=area.top + 1, left=left, right=right)
            yield from self._rule(rule, read.table, local, place)

    def _rule(self, rule: Rule, table: Table, local: Mapping[str, str], area: Area) -> Iterator[Format]:
        references = ReferencesInFile(self.book, self.opened.language, table, local, tables=self.tables)
        try:
            formula = "=" + render(rule.when.node, references)
        except KeyError:  # a column or a table that is not there any more
            return
        yield Format(area.sheet, address(area), formula, style_properties(self.book.theme, rule.style))


def _is_period(head: CellValue) -> bool:
    return isinstance(head, date | int | float | ErrorValue)


def address(area: Area) -> str:
    """`A5:C60`, or `A5` for a single cell."""
    first = f"{column_name(area.left)}{area.top}"
    last = f"{column_name(area.right)}{area.bottom}"
    return first if first == last else f"{first}:{last}"


def extensions_in(path: Path, opened: Opened, book: Book) -> tuple[Extension, ...]:
    """The calls of the add-in whose table has more rows than they were made for, from the bottom upwards."""
    areas = named_areas(path)
    outgrown: list[tuple[Area, LiveCall, int]] = []
    for call in book.calls.values():
        area, table = areas.get(answer_name(call.call, call.columns[0])), opened.tables.get(call.rows_of)
        if area is not None and table is not None:
            rows = table.last - table.first + 1
            if rows > area.bottom - area.top + 1:
                outgrown.append((area, call, -(-(rows + table.table.spare) // STEP) * STEP))
    if not outgrown:
        return ()
    spelled = for_host(book, "officejs" if _is_office_js(path, outgrown[0][0].sheet) else "xlam").calls
    outgrown.sort(key=lambda one: -one[0].top)
    return tuple(
        _extension(book, opened.language, area, spelled[call.call], rows) for area, call, rows in outgrown
    )


def _extension(book: Book, language: str, area: Area, call: LiveCall, rows: int) -> Extension:
    array = replace(area, bottom=area.bottom + 1, right=area.left + len(call.columns) - 1)
    references = CallReferences(book, language, local={"capacity": str(rows + 1)})
    sheet, last = quote_sheetname(area.sheet), area.top + rows
    names = tuple(
        (answer_name(call.call, name), f"={sheet}!${letters}${area.top}:${letters}${last - 1}")
        for i, name in enumerate(call.columns)
        for letters in [column_name(area.left + i)]
    )
    return Extension(area.sheet, address(array), last, "=" + render(call.formula.node, references), names)


def _is_office_js(path: Path, sheet: str) -> bool:
    with zipfile.ZipFile(path) as archive:
        return SPELLED["officejs"].encode() in archive.read(dict(sheet_parts(archive))[sheet])
