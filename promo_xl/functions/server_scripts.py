"""What the buttons of the Office.js add-in run; under the same licence as server_host."""

import xlwings
import xlwings.server

from promo_xl.functions.installed import book as declared
from promo_xl.functions.installed import words
from promo_xl.version import VERSION

__all__ = ["hello_world", "promo_status"]
_SHOWN = 10


@xlwings.server.script
def promo_status(book: xlwings.Book) -> None:
    """Say which promo_xl answers here, and which cells of the workbook wait for `promo-xl check --recalculate`."""
    stale = tuple(declared().label_of("stale", "stale", language) for language in ("zh", "en"))
    waiting = [
        f"{sheet.name}!{sheet[i, j].get_address(row_absolute=False, column_absolute=False)}"
        for sheet in book.sheets
        for i, row in enumerate(_rows(sheet))
        for j, value in enumerate(row)
        if isinstance(value, str) and value.startswith(stale)
    ]
    places = " · ".join(waiting[:_SHOWN]) + (" …" if len(waiting) > _SHOWN else "")
    key = "serve_status_waiting" if waiting else "serve_status"
    book.app.alert(words().say(key, version=VERSION, count=len(waiting), places=places), title="promo_xl")


@xlwings.server.script
def hello_world(book: xlwings.Book) -> None:
    """The same, under the name that the button of xlwings Server's own ribbon calls."""
    promo_status(book)


def _rows(sheet: xlwings.Sheet) -> list[list[object]]:
    last = sheet.used_range.last_cell
    return list(sheet.range((1, 1), (last.row, last.column)).options(ndim=2).value)
