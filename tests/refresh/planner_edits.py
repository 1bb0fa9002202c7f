"""What planners do to the table of readings between two refreshes, done to the file's XML as Excel leaves it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from promo_xl.sheetspec.model import Book
from promo_xl.workbook.growth import grown
from promo_xl.workbook.patch import Change, column_name, patch_workbook
from promo_xl.workbook.read import Opened, open_workbook
from promo_xl.workbook.tables_in_file import Area, column_number, table_areas
from tests.proof.made import Entries, changed

ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
CELL = re.compile(r'<c r="([A-Z]+)[0-9]+"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
DATA = re.compile(r"<sheetData>(.*)</sheetData>", re.DOTALL)
COLUMN = re.compile(r"<tableColumn\b[^>]*?(?:/>|>.*?</tableColumn>)", re.DOTALL)
TABLE = "tblReadings"
TYPED = (
    "date",
    "channel",
    "campaign",
    "spend",
    "impressions",
    "clicks",
    "data_source",
    "fetched",
    "note",
    "baseline",
)
VISIBLE = tuple(field for field in TYPED if field != "baseline")
OWN_COLUMN = "我的列"
Cell = tuple[str, str]  # attributes but for its place, content


@dataclass(slots=True)
class Rows:
    """The cells of a sheet by row and column, with what stands around them."""

    head: str
    rows: dict[int, tuple[str, dict[int, Cell]]]
    tail: str

    @classmethod
    def of(cls, text: str) -> "Rows":
        """A sheet's part."""
        data = DATA.search(text)
        assert data is not None
        rows: dict[int, tuple[str, dict[int, Cell]]] = {}
        for row in ROW.finditer(data[1]):
            number = re.search(r'\br="(\d+)"', row[1])
            assert number is not None
            cells = {column_number(c[1]): (c[2], c[3] or "") for c in CELL.finditer(row[2] or "")}
            rows[int(number[1])] = row[1], cells
        return cls(text[: data.start(1)], rows, text[data.end(1) :])

    def text(self) -> str:
        """The part again."""
        whole = []
        for row, (attributes, cells) in sorted(self.rows.items()):
            inside = "".join(
                f'<c r="{column_name(at)}{row}"{head}>{content}</c>'
                for at, (head, content) in sorted(cells.items())
            )
            whole.append(f"<row{attributes}>{inside}</row>")
        return self.head + "".join(whole) + self.tail

    def cell(self, row: int, column: int) -> Cell:
        """A cell; one that is not there is blank."""
        return self.rows[row][1].get(column, ("", "")) if row in self.rows else ("", "")

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Another cell at this place."""
        self.rows.setdefault(row, (f' r="{row}"', {}))[1][column] = cell


@dataclass(slots=True)
class Planner:
    """Edits a file; `at` and `value` choose among what is there."""

    path: Path
    book: Book

    def edit(self, what: str, at: int, value: float) -> None:
        """One edit by its name."""
        opened = open_workbook(self.path, self.book)
        table = opened.tables["readings"]
        rows = list(table.numbers)
        row = rows[at % len(rows)] if rows else table.first
        field = VISIBLE[3 + at % 3]
        here = table.grid.name, row
        match what:
            case "type" if rows:
                patch_workbook(self.path, [Change(*here, table.columns[field], value)])
            case "clear" if rows:
                patch_workbook(self.path, [Change(*here, table.columns[field], None)])
            case "note" if rows:
                patch_workbook(self.path, [Change(*here, table.columns["note"], f"自己写的 {at}")])
            case "rename" if rows:
                patch_workbook(self.path, [Change(*here, table.columns["channel"], f"自定义渠道{at % 2}")])
            case "own row":
                self._own_row(opened, at, value)
            case "wipe" if rows:
                patch_workbook(self.path, [Change(*here, table.columns[field], None) for field in VISIBLE])
            case "sort":
                self._rearranged(opened, lambda cells: _sorted(cells, at))
            case "insert" if rows:
                self._grow(1)
                self._rearranged(opened, lambda cells: [*cells[: at % len(rows)], {}, *cells[at % len(rows) : -1]])
            case "copy" if rows:
                self._grow(1)
                self._rearranged(opened, lambda cells: [*cells[:-1], cells[row - table.first]])
            case "format" if rows:
                self._format(opened, row, table.columns[field], table.columns["date"])
            case "hide":
                self._hide(opened, row, table.columns[field])
            case "move":
                self._move(opened, *(table.columns[f] for f in (TYPED[3 + at % 3], TYPED[8 + at % 2])))
            case "add column":
                self._add_column(opened)
            case "totals":
                self._totals(opened)
            case "rename sheet":
                self._rename_sheet(opened, f"监控表{at % 2}")

    def _own_row(self, opened: Opened, at: int, value: float) -> None:
        """A reading that the planner types below the others."""
        table = opened.tables["readings"]
        self._grow(1)
        row = self._area().bottom
        cells = {
            "date": 46174 + at % 4,
            "channel": ("抖音", "朋友圈")[at % 2],
            "spend": value,
            "note": f"自填 {at}",
        }
        patch_workbook(self.path, [Change(table.grid.name, row, table.columns[f], v) for f, v in cells.items()])

    def _area(self) -> Area:
        return table_areas(self.path)[TABLE.lower()]

    def _grow(self, more: int) -> None:
        area = self._area()
        grown(self.path, {TABLE: area.bottom - area.top + more})

    def _sheet(self, opened: Opened, change: Callable[[Rows], object]) -> None:
        part = self._part(opened)

        def edit(entries: Entries) -> None:
            rows = Rows.of(entries[part].decode())
            change(rows)
            entries[part] = rows.text().encode()

        changed(self.path, self.path, edit)

    def _part(self, opened: Opened) -> str:
        return f"xl/worksheets/sheet{list(opened.grids).index(opened.tables['readings'].grid.name) + 1}.xml"

    def _rearranged(self, opened: Opened, order: Callable[[list[dict[int, Cell]]], list[dict[int, Cell]]]) -> None:
        """The typed cells of all rows in another order; formulas of the table stay, as each reads its own row."""
        area, table = self._area(), opened.tables["readings"]
        ours = {at for field, at in table.columns.items() if (c := table.table.column_of(field)) and c.computed}
        columns = [at for at in range(area.left, area.right + 1) if at not in ours]

        def change(rows: Rows) -> None:
            data = range(area.top + 1, area.bottom + 1)
            cells = [{at: rows.cell(row, at) for at in columns} for row in data]
            for row, each in zip(data, order(cells), strict=True):
                for at in columns:
                    rows.put(row, at, each.get(at, ("", "")))

        self._sheet(opened, change)

    def _format(self, opened: Opened, row: int, column: int, like: int) -> None:
        def change(rows: Rows) -> None:
            style = re.search(r' s="\d+"', rows.cell(row, like)[0])
            head, content = rows.cell(row, column)
            rows.put(row, column, (re.sub(r' s="\d+"', "", head) + (style[0] if style else ""), content))

        self._sheet(opened, change)

    def _hide(self, opened: Opened, row: int, column: int) -> None:
        """A row that a filter hides, a column that is no longer seen."""

        def change(rows: Rows) -> None:
            attributes, cells = rows.rows[row]
            rows.rows[row] = attributes.replace(' hidden="1"', "") + ' hidden="1"', cells
            mark = f'<col min="{column}" max="{column}"'
            rows.head = (
                rows.head.replace(mark, f'{mark} hidden="1"', 1)
                if f"{mark} hidden" not in rows.head
                else rows.head
            )

        self._sheet(opened, change)

    def _move(self, opened: Opened, one: int, other: int) -> None:
        """Two columns change places, with their heads and what the table says of them."""
        area = self._area()

        def change(rows: Rows) -> None:
            for row in range(area.top, area.bottom + 1):
                first, second = rows.cell(row, one), rows.cell(row, other)
                rows.put(row, one, second)
                rows.put(row, other, first)

        self._sheet(opened, change)
        low, high = sorted((one - area.left, other - area.left))

        def table(text: str) -> str:
            columns = COLUMN.findall(text)
            columns[low], columns[high] = columns[high], columns[low]
            start, end = COLUMN.search(text), text.index("</tableColumns>")
            assert start is not None
            return text[: start.start()] + "".join(columns) + text[end:]

        self._table(table)

    def _table(self, change: Callable[[str], str]) -> None:
        def edit(entries: Entries) -> None:
            for name in [n for n in entries if n.startswith("xl/tables/")]:
                if f'name="{TABLE}"'.encode() in entries[name]:
                    entries[name] = change(entries[name].decode()).encode()

        changed(self.path, self.path, edit)

    def _add_column(self, opened: Opened) -> None:
        """A column of the planner's own behind the last one, with a word in each row."""
        area = self._area()
        table = opened.tables["readings"]
        if table.grid.cell(area.top, area.right).value == OWN_COLUMN:
            return
        words = [Change(area.sheet, row, area.right + 1, f"我的 {row}") for row in table.numbers]
        patch_workbook(self.path, [Change(area.sheet, area.top, area.right + 1, OWN_COLUMN), *words])
        old, new = (f"{column_name(right)}" for right in (area.right, area.right + 1))

        def wider(text: str) -> str:
            text = re.sub(rf'(ref="[A-Z]+\d+:){old}(\d+")', rf"\g<1>{new}\g<2>", text)
            text = re.sub(r'(<tableColumns count=")(\d+)', lambda m: f"{m[1]}{int(m[2]) + 1}", text)
            return text.replace("</tableColumns>", f'<tableColumn id="999" name="{OWN_COLUMN}"/></tableColumns>')

        self._table(wider)

    def _totals(self, opened: Opened) -> None:
        """A row of totals below the table."""
        area = self._area()
        spend = column_name(opened.tables["readings"].columns["spend"])
        done: list[bool] = []

        def longer(text: str) -> str:
            if 'totalsRowCount="1"' in text:
                return text
            done.append(True)
            place, attribute = (
                f"{column_name(area.right)}{area.bottom}",
                f"{column_name(area.right)}{area.bottom + 1}",
            )
            text = text.replace(f':{place}"', f':{attribute}"', 1)  # the filter ends above the totals
            return re.sub(r'\stotalsRowShown="\d"', "", text).replace(" ref=", ' totalsRowCount="1" ref=', 1)

        self._table(longer)
        if done:
            total = f"<f>SUBTOTAL(109,{TABLE}[花费])</f><v>0</v>"
            at = column_number(spend)
            words = "<is><t>合计</t></is>"
            self._sheet(opened, lambda rows: rows.put(area.bottom + 1, at, ("", total)))
            self._sheet(opened, lambda rows: rows.put(area.bottom + 1, area.left, (' t="inlineStr"', words)))

    def _rename_sheet(self, opened: Opened, name: str) -> None:
        before = opened.tables["readings"].grid.name

        def edit(entries: Entries) -> None:
            for part in [p for p in entries if p.endswith(".xml")]:
                entries[part] = entries[part].replace(before.encode(), name.encode())

        changed(self.path, self.path, edit)


def _sorted(cells: list[dict[int, Cell]], at: int) -> list[dict[int, Cell]]:
    """By one column, blank rows at the end."""
    column = sorted(cells[0])[at % 4]
    filled = [row for row in cells if any(content for _, content in row.values())]
    filled.sort(key=lambda row: row[column][1], reverse=bool(at % 2))
    return [*filled, *(row for row in cells if not any(content for _, content in row.values()))]


EDITS = (
    "type", "clear", "note", "rename", "own row", "wipe", "sort", "insert", "copy", "format", "hide", "move",
    "add column", "totals", "rename sheet",
)  # fmt: skip
