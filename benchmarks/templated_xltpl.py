"""The same workbook from an xltpl template, as far as xltpl can: cells and their look.

It copies cells one by one; tables, colour rules, drop-downs, charts and cached values are left behind.
"""

from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell

from benchmarks.plain_openpyxl import names_of
from benchmarks.plain_xlsxwriter import Script


def made_template(workbook: str, script: Script, path: str) -> None:
    """A template from a workbook: `{{ c7 }}` stands in the seventh cell that a planner fills."""
    book, sheets = load_workbook(workbook), names_of(script)
    for number, call in enumerate(script.typed):
        cell = book[sheets[call.of]].cell(call.arguments[0] + 1, call.arguments[1] + 1)
        if not isinstance(cell, MergedCell):
            cell.value = f"{{{{ c{number} }}}}"
    book.save(path)


def rendering(template: str) -> Callable[[Script, str], None]:
    """What fills the template, which is loaded beforehand, with the cells of a script."""
    from xltpl.writerx import BookWriter

    writer = BookWriter(template)

    def render(script: Script, path: str) -> None:
        cells: dict[str, Any] = {}
        for number, call in enumerate(script.typed):
            cells[f"c{number}"] = "" if call.arguments[2] is None else call.arguments[2]
        names = names_of(script).values()
        writer.render_book(payloads=[{**cells, "tpl_name": name, "sheet_name": name} for name in names])
        writer.save(path)

    return render
