"""A Python function under the name, the help and the arguments of an entry of the catalogue."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from promo_xl.functions.installed import help_in
from promo_xl.functions.model import Function


def presented(call: Callable[..., Any], function: Function, language: str) -> Callable[..., Any]:
    """`call`, which takes cells by position, as hosts look at it: arguments by name, optional ones with None."""
    call.__name__ = call.__qualname__ = function.name
    call.__doc__ = help_in(function.help, language)
    call.__annotations__ = {}  # xlwings would take them for converters
    call.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(
                argument.name,
                Parameter.POSITIONAL_OR_KEYWORD,
                default=None if argument.optional else Parameter.empty,
            )
            for argument in function.arguments
        ]
    )
    return call
