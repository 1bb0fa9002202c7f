"""A workbook as its XML says it: sheets, cells, tables, defined names. No value is interpreted."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

from tests.proof.areas import Area, cell_name, read_area, read_cell
from tests.proof.formula import moved
from tests.proof.package import MAIN, REL_ID, Package, unescape


@dataclass(frozen=True, slots=True)
class Cell:
    """One `<c>`; `row` and `column` are 0 where the address cannot be read."""

    address: str
    row: int
    column: int
    row_number: int
    type: str
    style: str
    value: str | None
    formula: str | None
    array: Area | None

    def filled(self) -> list[str]:
        """The cells that its formula fills: itself, or the range of an array formula."""
        if self.formula is None:
            return []
        if self.array is None:
            return [self.address]
        rows = range(self.array.top, self.array.bottom + 1)
        columns = range(self.array.left, self.array.right + 1)
        return [cell_name(row, column) for row in rows for column in columns]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table with the formulas that fill it."""

    name: str
    id: str
    formula: str | None
    totals_label: str | None
    totals_formula: str | None
    dxfs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `area` includes header and totals rows."""

    part: str
    id: str
    name: str
    area: Area
    header_rows: int
    totals_rows: int
    filter_ref: str | None
    columns: tuple[TableColumn, ...]

    @property
    def data(self) -> Area:
        """The rows between header and totals."""
        return Area(
            self.area.top + self.header_rows,
            self.area.left,
            self.area.bottom - self.totals_rows,
            self.area.right,
        )

    def column_of(self, name: str) -> int | None:
        """The sheet column that bears this name, whatever its case."""
        for offset, column in enumerate(self.columns):
            if column.name.lower() == name.lower():
                return self.area.left + offset
        return None


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; `scope` is the sheet's position, None for the whole workbook."""

    name: str
    scope: int | None
    text: str


@dataclass(slots=True)
class Sheet:
    """A worksheet (or chart sheet, without cells)."""

    package: Package
    name: str
    part: str
    position: int
    state: str
    _cells: list[Cell] | None = None
    _tables: list[Table] | None = None

    @property
    def root(self) -> etree._Element:
        """The sheet's XML."""
        return self.package.tree(self.part)

    @property
    def cells(self) -> list[Cell]:
        """Every cell in the order of the file, shared formulas written out."""
        if self._cells is None:
            self._cells = list(_read_cells(self.root))
        return self._cells

    @property
    def tables(self) -> list[Table]:
        """The sheet's tables."""
        if self._tables is None:
            parts = self.package.targets(self.part, "table")
            self._tables = [_read_table(self.package, part) for part in parts]
        return self._tables

    def table_around(self, row: int, column: int) -> Table | None:
        """The table that this cell belongs to."""
        return next((table for table in self.tables if table.area.holds(row, column)), None)

    def at(self) -> dict[tuple[int, int], Cell]:
        """Cells by (row, column)."""
        return {(cell.row, cell.column): cell for cell in self.cells}


class Book:
    """The workbook inside a package."""

    def __init__(self, path: str | Path | Package) -> None:
        self.package = path if isinstance(path, Package) else Package(path)
        mains = self.package.targets("", "officeDocument")
        if not mains:
            raise ValueError(f"{self.package.path}: no workbook part")
        self.part = mains[0]
        self.root = self.package.tree(self.part)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The sheets in the order of their tabs; those without a part are left out."""
        found = []
        elements = self.root.iterfind(f"{MAIN}sheets/{MAIN}sheet")
        for position, element in enumerate(elements):
            part = self.package.target(self.part, element.get(f"{REL_ID}id", ""))
            if part is not None:
                state = element.get("state", "visible")
                found.append(Sheet(self.package, element.get("name", ""), part, position, state))
        return found

    @cached_property
    def sheet_by_name(self) -> dict[str, Sheet]:
        """Sheets by lower-case name."""
        return {sheet.name.lower(): sheet for sheet in self.sheets}

    @cached_property
    def tables(self) -> dict[str, tuple[Sheet, Table]]:
        """Tables by lower-case name."""
        return {table.name.lower(): (sheet, table) for sheet in self.sheets for table in sheet.tables}

    @cached_property
    def names(self) -> list[DefinedName]:
        """The defined names in the order of the file."""
        found = []
        for element in self.root.iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
            scope = element.get("localSheetId")
            found.append(
                DefinedName(element.get("name", ""), int(scope) if scope is not None else None, element.text or "")
            )
        return found

    def name_at(self, name: str, position: int | None) -> DefinedName | None:
        """The defined name that a formula on this sheet means: its own before the workbook's."""
        return self._name_index.get((name.lower(), position)) or self._name_index.get((name.lower(), None))

    @cached_property
    def _name_index(self) -> dict[tuple[str, int | None], DefinedName]:
        return {(name.name.lower(), name.scope): name for name in self.names}

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings as stored, before `_xHHHH_` is read."""
        parts = self.package.targets(self.part, "sharedStrings")
        if not parts:
            return []
        return [stored_text(item) for item in self.package.tree(parts[0]).iterchildren(f"{MAIN}si")]

    def text_of(self, cell: Cell) -> str | None:
        """The text of a text cell; None for every other cell."""
        if cell.value is None:
            return None
        if cell.type == "s":
            index = int(cell.value) if cell.value.isdecimal() else -1
            return unescape(self.strings[index]) if 0 <= index < len(self.strings) else None
        return unescape(cell.value) if cell.type in ("str", "inlineStr") else None


def stored_text(item: etree._Element) -> str:
    """The text of a string item: plain or in runs, without phonetic hints."""
    plain = [element.text or "" for element in item.iterchildren(f"{MAIN}t")]
    runs = [element.text or "" for element in item.iterfind(f"{MAIN}r/{MAIN}t")]
    return "".join(plain + runs)


def _read_cells(root: etree._Element) -> Iterator[Cell]:
    masters: dict[str, tuple[str, str]] = {}
    row_number = 0
    for row in root.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        text = row.get("r")
        row_number = int(text) if text and text.isdecimal() else row_number + 1
        column = 0
        for element in row.iterchildren(f"{MAIN}c"):
            address = element.get("r") or cell_name(row_number, column + 1)
            place = read_cell(address)
            column = place[1] if place else column + 1
            formula, array = _read_formula(element.find(f"{MAIN}f"), address, masters)
            kind = element.get("t", "n")
            yield Cell(
                address,
                place[0] if place else 0,
                column if place else 0,
                row_number,
                kind,
                element.get("s", "0"),
                _stored_value(element, kind),
                formula,
                array,
            )


def _stored_value(element: etree._Element, kind: str) -> str | None:
    if kind == "inlineStr":
        item = element.find(f"{MAIN}is")
        return stored_text(item) if item is not None else None
    value = element.find(f"{MAIN}v")
    return None if value is None else value.text or ""


def _read_formula(
    element: etree._Element | None, address: str, masters: dict[str, tuple[str, str]]
) -> tuple[str | None, Area | None]:
    if element is None:
        return None, None
    text, kind = element.text or "", element.get("t", "normal")
    if kind == "array":
        return text, read_area(element.get("ref", ""))
    if kind == "shared":
        index = element.get("si", "")
        if text:
            masters[index] = (text, address)
        elif index in masters:
            master, origin = masters[index]
            text = _from_master(master, origin, address)
    return text, None


def _from_master(master: str, origin: str, address: str) -> str:
    first, here = read_cell(origin), read_cell(address)
    return moved(master, here[0] - first[0], here[1] - first[1]) if first and here else master


def _read_table(package: Package, part: str) -> Table:
    root = package.tree(part)
    columns = []
    for element in root.iterfind(f"{MAIN}tableColumns/{MAIN}tableColumn"):
        dxfs = ("headerRowDxfId", "dataDxfId", "totalsRowDxfId")
        columns.append(
            TableColumn(
                unescape(element.get("name", "")),
                element.get("id", ""),
                element.findtext(f"{MAIN}calculatedColumnFormula"),
                element.get("totalsRowLabel"),
                element.findtext(f"{MAIN}totalsRowFormula"),
                tuple(element.get(name) for name in dxfs if element.get(name) is not None),
            )
        )
    filtered = root.find(f"{MAIN}autoFilter")
    return Table(
        part,
        root.get("id", ""),
        root.get("displayName", root.get("name", "")),
        read_area(root.get("ref", "")) or Area(0, 0, 0, 0),
        int(root.get("headerRowCount", "1")),
        int(root.get("totalsRowCount", "0")),
        None if filtered is None else filtered.get("ref", ""),
        tuple(columns),
    )
