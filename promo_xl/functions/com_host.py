"""Excel on Windows: the catalogue as xlwings functions, which VBA calls by name.

A wrong argument raises here: over COM it is an error, for which the VBA wrapper answers #VALUE!.
"""

from collections.abc import Callable
from typing import Any

import xlwings

from promo_xl import user_settings
from promo_xl.functions.answering import Answer, answer
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.installed import help_in
from promo_xl.functions.model import Function
from promo_xl.functions.presented import presented

CATEGORY = "promo_xl"  # in Excel's list of functions
LANGUAGE = "en"  # of the docstrings; the planner's help comes from the add-in's own texts


def hosted(function: Function) -> Callable[..., Any]:
    """A function of the catalogue as an xlwings function: cells arrive as blocks, with their errors as texts.

    It takes its arguments by position; on other systems than Windows xlwings leaves it as it is.
    """

    def call(*cells: object) -> object:
        return as_doubles(answer(function.name, *cells))

    hosted_call: Callable[..., Any] = xlwings.func(category=CATEGORY)(presented(call, function, LANGUAGE))
    for argument in function.arguments:
        read = xlwings.arg(argument.name, ndim=2, err_to_str=True, doc=help_in(argument.help, LANGUAGE))
        hosted_call = read(hosted_call)
    return hosted_call


def as_doubles(found: Answer) -> object:
    """An answer with every number as a float, since a cell holds doubles: 5_000_000_000 -> 5e9.

    pywin32 passes whole numbers beyond 31 bits as integer variants that a cell does not take.
    """
    if isinstance(found, list):
        return [[as_doubles(cell) for cell in row] for row in found]
    return float(found) if type(found) is int else found


user_settings.mend_environment()  # before anything asks for the user's folders
# xlwings finds a function as an attribute of this module.
globals().update({name: hosted(function) for name, function in CATALOGUE.items()})
