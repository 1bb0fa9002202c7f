"""Run by the Python that has LibreOffice's bridge: carries out planner edits on workbooks.

    python3 office_edits.py JOB.json

The job names the LibreOffice program, its options, and a list of files with their steps.
Uses nothing of the project, for that Python does not have it. Whoever runs it ends what it started:
soffice is a script around the real program, and only its whole process group can be ended for sure.
"""

import contextlib
import json
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet.CellDeleteMode import LEFT
from com.sun.star.sheet.CellInsertMode import DOWN, RIGHT
from com.sun.star.table import CellAddress, CellRangeAddress, TableSortField

CLEARED = 1 | 2 | 4 | 16  # numbers, dates, texts, formulas


def main() -> None:
    """Starts LibreOffice, edits every file, asks LibreOffice to end whatever happened."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    pipe = f"edits{uuid.uuid4().hex}"
    accept = f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"
    office = subprocess.Popen([*job["office"], "--headless", "--norestore", "--nologo", accept])
    desktop = _connect(office, pipe)
    try:
        for task in job["tasks"]:
            _edit(desktop, task)
    finally:
        with contextlib.suppress(Exception):  # the bridge breaks when its other end goes away
            desktop.terminate()
        office.wait(timeout=30)


def _connect(office: "subprocess.Popen[bytes]", pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        if office.poll() not in (None, 0):
            raise SystemExit(f"LibreOffice ended with code {office.returncode}")
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise SystemExit("LibreOffice did not answer within 30 seconds")


def _property(name: str, value: Any) -> Any:
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def _edit(desktop: Any, task: dict[str, Any]) -> None:
    url = uno.systemPathToFileUrl(task["came"])
    document = desktop.loadComponentFromURL(url, "_blank", 0, (_property("Hidden", True),))
    if document is None:
        raise SystemExit(f"LibreOffice cannot load {task['came']}")
    try:
        for step in task["steps"]:
            STEPS[step["do"]](document, step, task["tables"])
        document.calculateAll()
        target = uno.systemPathToFileUrl(task["went"])
        document.storeToURL(target, (_property("FilterName", "Calc MS Excel 2007 XML"),))
    finally:
        document.close(True)


class Table:
    """A table where it stands at this moment; rows and columns counted from 0."""

    def __init__(self, document: Any, name: str, facts: dict[str, Any]) -> None:
        area = document.DatabaseRanges.getByName(name).DataArea
        self.sheet = document.Sheets.getByIndex(area.Sheet)
        self.number = area.Sheet
        self.left, self.right = area.StartColumn, area.EndColumn
        self.header = area.StartRow
        self.first = area.StartRow + facts[name]["headers"]
        self.last = area.EndRow - facts[name]["totals"]
        self.bottom = area.EndRow
        self.calculated = facts[name]["calculated"]

    def column(self, name: str) -> int:
        """The sheet column with this header."""
        for number in range(self.left, self.right + 1):
            if self.sheet.getCellByPosition(number, self.header).getString() == name:
                return number
        raise SystemExit(f"the table has no column {name}")

    def area(self, left: int, top: int, right: int, bottom: int) -> Any:
        """A rectangle on the table's sheet."""
        found = CellRangeAddress()
        found.Sheet, found.StartColumn, found.StartRow = self.number, left, top
        found.EndColumn, found.EndRow = right, bottom
        return found

    def place(self, column: int, row: int) -> Any:
        """One cell on the table's sheet."""
        found = CellAddress()
        found.Sheet, found.Column, found.Row = self.number, column, row
        return found


def insert_row(document: Any, step: dict[str, Any], facts: dict[str, Any]) -> None:
    """A new row inside the table; calculated columns fill it, as Excel does."""
    table = Table(document, step["table"], facts)
    row = table.first + step["after"]
    if not table.first < row <= table.last:
        raise SystemExit(f"a row can be inserted after data rows 1 to {table.last - table.first}")
    if step["entire"]:
        table.sheet.Rows.insertByIndex(row, 1)
    else:
        table.sheet.insertCells(table.area(table.left, row, table.right, row), DOWN)
    for name in table.calculated:
        column = table.column(name)
        table.sheet.copyRange(table.place(column, row), table.area(column, row - 1, column, row - 1))


def sort_table(document: Any, step: dict[str, Any], facts: dict[str, Any]) -> None:
    """The data rows in the order of one column."""
    table = Table(document, step["table"], facts)
    field = TableSortField()
    field.Field = table.column(step["column"]) - table.left
    field.IsAscending = not step["descending"]
    data = table.sheet.getCellRangeByPosition(table.left, table.first, table.right, table.last)
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    uno.invoke(data, "sort", ((_property("SortFields", fields), _property("ContainsHeader", False)),))


def move_column(document: Any, step: dict[str, Any], facts: dict[str, Any]) -> None:
    """A column of the table to the place before another one, or to the end.

    Room is made inside the table only: cells inserted at its edge would not belong to it.
    """
    table = Table(document, step["table"], facts)

    def cells(column: int) -> Any:
        return table.area(column, table.header, column, table.bottom)

    def move(source: int, target: int) -> None:
        table.sheet.moveRange(table.place(target, table.header), cells(source))

    target = table.right + 1 if step["before"] is None else table.column(step["before"])
    room = min(max(target, table.left + 1), table.right)
    table.sheet.insertCells(cells(room), RIGHT)
    if target < room:
        move(target, room)
    elif target > room:
        move(room + 1, room)
    source = Table(document, step["table"], facts).column(step["column"])
    move(source, target)
    table.sheet.removeRange(cells(source), LEFT)


def hide_column(document: Any, step: dict[str, Any], facts: dict[str, Any]) -> None:
    """A whole column of a sheet out of sight."""
    sheet = document.Sheets.getByName(step["sheet"])
    sheet.Columns.getByName(step["column"]).IsVisible = False


def set_cell(document: Any, step: dict[str, Any], facts: dict[str, Any]) -> None:
    """A number, a text, or nothing typed into a cell."""
    cell = document.Sheets.getByName(step["sheet"]).getCellRangeByName(step["cell"])
    value = step["value"]
    if value is None:
        cell.clearContents(CLEARED)
    elif isinstance(value, str):
        cell.getCellByPosition(0, 0).setString(value)
    else:
        cell.getCellByPosition(0, 0).setValue(value)


STEPS = {
    "InsertRow": insert_row,
    "SortTable": sort_table,
    "MoveColumn": move_column,
    "HideColumn": hide_column,
    "SetCell": set_cell,
}

if __name__ == "__main__":
    main()
