"""Builds the add-in: VBA project, ribbon and hidden sheets, the same bytes from the same ingredients."""

from datetime import datetime
from io import BytesIO

from promo_xl.addin.ingredients import Ingredients, ingredients
from promo_xl.addin.vba_project import vba_project
from promo_xl.version import VERSION
from promo_xl.workbook.macros import Macros, finished, write_macros
from promo_xl.workbook.xlsx import Workbook

NAME = "promo_xl"
FONT = "Calibri"
MADE = datetime(2000, 1, 1)  # a file that named its hour would differ each time
ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"


def build_id() -> str:
    """Which build the add-in of now would be, without building it."""
    return ingredients().build


def macros(sheets: int) -> Macros:
    """What a workbook with this many sheets of its own needs to be its own add-in."""
    return _macros(ingredients(), sheets, installed=False)


def build_addin() -> bytes:
    """The add-in as a file."""
    known = ingredients()
    target = BytesIO()
    workbook = Workbook(target, FONT)
    workbook.set_properties(_properties(known))
    # Excel wants a sheet that is not hidden, even where no sheet is ever seen.
    workbook.add_worksheet(NAME).write_string(0, 0, f"{NAME} {VERSION}")
    write_macros(workbook, _macros(known, 1, installed=True))
    workbook.close()
    return finished(target.getvalue(), known.ribbon, ADDIN_TYPE)


def _macros(known: Ingredients, sheets: int, *, installed: bool) -> Macros:
    hidden = known.sheets(installed=installed)
    return Macros(vba_project(known.modules, sheets + len(hidden)), known.ribbon, hidden)


def _properties(known: Ingredients) -> dict[str, object]:
    # Excel's list of add-ins shows the title, and the comments below it.
    return {"title": NAME, "comments": f"promo_xl {VERSION} · {known.build[:8]}", "author": NAME, "created": MADE}
