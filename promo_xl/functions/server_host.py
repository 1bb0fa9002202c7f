"""Excel on a Mac and on the web: the catalogue as Office.js functions of xlwings Server.

xlwings Server and xlwings PRO, of which `xlwings.server` is a part, are under PolyForm Noncommercial 1.0.0
or a paid licence. Import this module only where xlwings Server runs.
"""

import logging
from collections.abc import Callable
from typing import Any

import xlwings.server
from xlwings import XlwingsError

from promo_xl.functions.answering import answer
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.faults import WrongArgumentError
from promo_xl.functions.installed import help_in, words
from promo_xl.functions.model import Function
from promo_xl.functions.presented import presented

RICH_CELL = "__xlwings_not_an_object_handle__"  # what xlwings sends for one cell with a stock or a place
_LOG = logging.getLogger("promo_xl")


def hosted(function: Function) -> Callable[..., Any]:
    """A function of the catalogue for Office.js: cells arrive as Excel passes them, a block goes back.

    What cannot be answered raises XlwingsError: the server answers HTTP 400, which Excel is not to ask for again,
    and the cell shows #VALUE!, so that the formula behind answers. Any other exception would be HTTP 500, three
    calls each.
    """

    def call(*cells: object) -> list[list[Any]]:
        try:
            found = answer(function.name, *map(as_block, cells))
        except WrongArgumentError as wrong:
            raise XlwingsError(words().sentence(wrong.finding)) from wrong
        except Exception as failure:
            _LOG.exception("%s", function.name)
            raise XlwingsError(f"{function.name}: {type(failure).__name__}") from failure
        return found if isinstance(found, list) else [[found]]

    whole: Callable[..., Any] = xlwings.server.func(presented(call, function, words().language))
    for argument in function.arguments:
        doc = help_in(argument.help, words().language)
        whole = xlwings.server.arg(argument.name, "raw", doc=doc)(whole)
    return xlwings.server.ret("raw")(whole)


def as_block(cells: object) -> object:
    """The cells as rows: xlwings hands over a row as a flat list, and a rich cell as a mark, which is an error."""
    if isinstance(cells, str):
        return "#VALUE!" if cells == RICH_CELL else cells
    flat = isinstance(cells, list) and not any(isinstance(row, list) for row in cells)
    return [cells] if flat else cells


FUNCTIONS = {name: hosted(function) for name, function in CATALOGUE.items()}
# xlwings finds a function as an attribute of a module; `from … import *` passes them on.
globals().update(FUNCTIONS)
__all__ = list(FUNCTIONS)
