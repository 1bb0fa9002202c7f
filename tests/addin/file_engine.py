"""An engine for xlwings over workbooks in files: commands run through xlwings' own classes, without Excel.

It takes and gives what Excel does: one value for a cell, rows for more; dates as datetimes; a leading
apostrophe makes a text; rows that a filter hides are passed over where several cells are written. `close`
writes what was typed into the file and computes what formulas show.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlwings
from xlwings import base_classes

from promo_xl.sheetspec.load import load_book
from promo_xl.sources.grid import ErrorValue
from promo_xl.sources.tabular import read_sheets
from promo_xl.workbook.growth import grown
from promo_xl.workbook.mend import recalculate
from promo_xl.workbook.obstacles import formula_cells
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.tables_in_file import table_areas

NAME = "file"


class BusyError(Exception):
    """What pywin32 raises: number, text, details, argument."""


@dataclass
class OpenFile:
    """A workbook that is open, with everything that was done to it."""

    path: Path
    name: str = ""
    cells: dict[str, dict[tuple[int, int], Any]] = field(default_factory=dict)
    typed: dict[tuple[str, int, int], Any] = field(default_factory=dict)
    visible: dict[str, bool] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    app: dict[str, Any] = field(default_factory=dict)
    before_write: Callable[[], None] = lambda: None
    filtered: set[tuple[str, int]] = field(default_factory=set)
    totals: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.name = self.name or self.path.name
        for grid in read_sheets(self.path):
            self.cells[grid.name] = {
                (r, c): value
                for r, row in enumerate(grid.values, 1)
                for c, value in enumerate(row, 1)
                if value is not None
            }
        self.app = {"screen_updating": True, "enable_events": True, "calculation": "automatic"}

    def type(self, sheet: str, row: int, column: int, value: Any) -> None:
        """A planner types a value."""
        self.cells[sheet][row, column] = value
        self.typed[sheet, row, column] = value

    def close(self) -> None:
        """Save; Excel has calculated."""
        patch_workbook(self.path, [Change(*at, value) for at, value in self.typed.items()])
        recalculate(self.path, load_book())


class Engine:
    name, type = NAME, "desktop"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(x: Any, options: Any) -> Any:
        return "" if x is None else x

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty: Any, numbers: Any, err_to_str: bool) -> list[list[Any]]:
        return [[empty if cell in ("", None) else _said(cell, err_to_str) for cell in row] for row in data]


def _said(cell: Any, err_to_str: bool) -> Any:
    if isinstance(cell, ErrorValue):
        return cell.text if err_to_str else None
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        return dt.datetime(cell.year, cell.month, cell.day)
    return cell


class Apps(base_classes.Apps):
    running: "list[App]"

    def __init__(self) -> None:
        self.running = []

    def __iter__(self) -> Iterator[Any]:
        return iter(self.running[-1:])

    def __len__(self) -> int:
        return len(self.running[-1:])


class App(base_classes.App):
    def __init__(self, file: OpenFile) -> None:
        self.file = file

    @property
    def engine(self) -> Engine:
        return ENGINE

    @property
    def pid(self) -> int:
        return 1

    def activate(self, steal_focus: bool = False) -> None:
        self.file.done.append("in front")

    @property
    def screen_updating(self) -> bool:
        return bool(self.file.app["screen_updating"])

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self.file.app["screen_updating"] = value

    @property
    def enable_events(self) -> bool:
        return bool(self.file.app["enable_events"])

    @enable_events.setter
    def enable_events(self, value: bool) -> None:
        self.file.app["enable_events"] = value

    @property
    def calculation(self) -> str:
        return str(self.file.app["calculation"])

    @calculation.setter
    def calculation(self, value: str) -> None:
        self.file.app["calculation"] = value

    @property
    def books(self) -> "Books":
        return Books()


class Books(base_classes.Books):
    """The workbooks that are open: the last one is in front."""

    def __len__(self) -> int:
        return len(ENGINE.apps.running)

    def __iter__(self) -> Iterator["Book"]:
        return (Book(app.file) for app in reversed(ENGINE.apps.running))


class Book(base_classes.Book):
    def __init__(self, file: OpenFile) -> None:
        self.file = file

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def fullname(self) -> str:
        return str(self.file.path)

    @property
    def app(self) -> App:
        return App(self.file)

    def activate(self) -> None:
        self.file.done.append("activate")

    @property
    def sheets(self) -> "Sheets":
        return Sheets(self.file)


class Sheets(base_classes.Sheets):
    def __init__(self, file: OpenFile) -> None:
        self.file = file

    def __call__(self, key: int | str) -> "Sheet":
        return Sheet(self.file, list(self.file.cells)[key - 1] if isinstance(key, int) else key)

    def __len__(self) -> int:
        return len(self.file.cells)

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self.file, name) for name in self.file.cells)


class Sheet(base_classes.Sheet):
    def __init__(self, file: OpenFile, name: str) -> None:
        self.file, self._name = file, name

    @property
    def name(self) -> str:
        return self._name

    @property
    def book(self) -> Book:
        return Book(self.file)

    @property
    def visible(self) -> bool:
        return self.file.visible.get(self._name, False)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.file.visible[self._name] = value

    def activate(self) -> None:
        self.file.done.append(f"activate {self._name}")

    @property
    def page_setup(self) -> "PageSetup":
        return PageSetup(self.file, self._name)

    @property
    def tables(self) -> "Tables":
        return Tables(self)

    def range(self, arg1: Any, arg2: Any = None) -> "Range":
        first = (arg1.row, arg1.column) if isinstance(arg1, Range) else arg1
        last = (arg2.row, arg2.column) if isinstance(arg2, Range) else arg2 or first
        return Range(self, first, last)


class Tables(base_classes.Tables):
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def __call__(self, key: str) -> "Table":
        area = table_areas(self.sheet.file.path).get(key.lower())
        if area is None or area.sheet != self.sheet.name:
            raise KeyError(key)
        return Table(self.sheet, key)


class Table(base_classes.Table):
    """A table that Excel makes longer with all that follows it."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet, self._name = sheet, name

    @property
    def name(self) -> str:
        return self._name

    @property
    def show_totals(self) -> bool:
        return self._name in self.sheet.file.totals

    @property
    def range(self) -> "Range":
        area = table_areas(self.sheet.file.path)[self._name.lower()]
        return Range(self.sheet, (area.top, area.left), (area.bottom, area.right))

    def resize(self, range: Any) -> None:  # noqa: A002 - xlwings names it so
        file = self.sheet.file
        assert (range.row, range.column, range.shape[1]) == (*self.range.first, self.range.shape[1])
        file.done.append(f"resize {self._name} {range.shape[0] - 1}")
        grown(file.path, {self._name: range.shape[0] - 1})


class PageSetup(base_classes.PageSetup):
    def __init__(self, file: OpenFile, sheet: str) -> None:
        self.file, self.sheet = file, sheet

    @property
    def print_area(self) -> str | None:
        return self.file.printed.get(self.sheet)

    @print_area.setter
    def print_area(self, value: str) -> None:
        if "no printer" in self.file.done:
            raise OSError("Unable to set the PrintArea property of the PageSetup class")
        self.file.printed[self.sheet] = value


class Range(base_classes.Range):
    options: dict[str, Any]

    def __init__(self, sheet: Sheet, first: tuple[int, int], last: tuple[int, int]) -> None:
        self.sheet, self.first, self.last = sheet, first, last

    @property
    def api(self) -> "Range":
        return self

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    @property
    def row(self) -> int:
        return self.first[0]

    @property
    def column(self) -> int:
        return self.first[1]

    @property
    def shape(self) -> tuple[int, int]:
        return self.last[0] - self.first[0] + 1, self.last[1] - self.first[1] + 1

    def __call__(self, row: int, column: int) -> "Range":
        at = self.first[0] + row - 1, self.first[1] + column - 1
        return Range(self.sheet, at, at)

    def _rows(self, cell: Callable[[tuple[int, int]], Any]) -> Any:
        rows = tuple(
            tuple(cell((r, c)) for c in range(self.first[1], self.last[1] + 1))
            for r in range(self.first[0], self.last[0] + 1)
        )
        return rows[0][0] if self.shape == (1, 1) else rows

    @property
    def raw_value(self) -> Any:
        cells = self.sheet.file.cells[self.sheet.name]
        return self._rows(cells.get)

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        file = self.sheet.file
        file.before_write()
        rows = data if isinstance(data, list) else [[data]]
        assert (len(rows), len(rows[0])) == self.shape
        for r, row in enumerate(rows, self.first[0]):
            for c, value in enumerate(row, self.first[1]):
                if len(rows) > 1 and (self.sheet.name, r) in file.filtered:
                    continue
                held = _taken(value)
                file.cells[self.sheet.name][r, c] = held
                file.typed[self.sheet.name, r, c] = held
        file.done.append(f"write {self.sheet.name} {self.first} {self.shape}")

    @property
    def formula(self) -> Any:
        name = self.sheet.name
        cells = self.sheet.file.cells[name]
        asked = [(name, r, c) for r in range(self.first[0], self.last[0] + 1)
                 for c in range(self.first[1], self.last[1] + 1)]  # fmt: skip
        own = {at for at in formula_cells(self.sheet.file.path, asked) if at not in self.sheet.file.typed}
        return self._rows(lambda at: "=A1" if (name, *at) in own else cells.get(at, ""))


def _taken(value: Any) -> Any:
    """What Excel makes of what is typed."""
    if value == "":
        return None
    if isinstance(value, str) and value.startswith("'"):
        return value[1:]
    assert not (isinstance(value, str) and value.startswith("=")), "a text became a formula"
    return value


ENGINE = Engine()


def opened(path: Path, name: str = "") -> tuple[OpenFile, Any]:
    """A workbook as it is open, and xlwings' Book of it."""
    if NAME not in {engine.name for engine in xlwings.engines}:
        xlwings.engines.add(xlwings.main.Engine(ENGINE))
    xlwings.engines[NAME].activate()
    file = OpenFile(path, name)
    ENGINE.apps.running.append(App(file))
    return file, xlwings.Book(impl=Book(file))
