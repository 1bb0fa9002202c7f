"""The VBA of the add-in: the modules of macros/, and one wrapper for each function.

`=PROMO_ROI(B2,C2)` -> `PROMO_ROI = PromoCall("PROMO_ROI", Array(revenue, cost, net))` -> Python.
"""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from promo_xl import assets
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.installed import help_in
from promo_xl.functions.model import Function

FUNCTIONS_MODULE = "PromoFunctions"
NAMES_MODULE = "PromoNames"
HAND_WRITTEN = "*.[bc][al]s"  # modules and classes
LONGEST_LINE = 100
NAMES_A_LINE = 3
_INDENT = "    "
_HEADER = f"""\
Attribute VB_Name = "{FUNCTIONS_MODULE}"
' The PROMO_ functions as Excel calls them; promo_xl writes this module from its catalogue.
'
' Each hands its arguments to PromoCall in PromoBridge, which asks Python. Raises nothing; an answer that cannot
' be had is #VALUE!, and #N/A while an argument is not calculated yet.
Option Explicit
"""
_NAMES = f"""\
Attribute VB_Name = "{NAMES_MODULE}"
' The names of the PROMO_ functions, each between bars; promo_xl writes this module from its catalogue.
Option Explicit
Option Private Module

"""


@dataclass(frozen=True, slots=True)
class WizardText:
    """What Excel's function wizard says about a function, in one language."""

    name: str
    description: str
    arguments: tuple[str, ...]

    @property
    def row(self) -> tuple[str, ...]:
        """The cells of its row on the sheet that PromoWizardTexts reads."""
        return (self.name, self.description, *self.arguments)


def modules() -> dict[str, str]:
    """The VBA modules by name, as a VBA project stores them: with CR LF at the end of each line."""
    texts = {path.stem: path.read_text(encoding="ascii") for path in sorted(assets.macros().glob(HAND_WRITTEN))}
    texts[FUNCTIONS_MODULE] = functions_module(CATALOGUE.values())
    texts[NAMES_MODULE] = names_module(CATALOGUE)
    return {name: text.replace("\n", "\r\n") for name, text in texts.items()}


def functions_module(functions: Iterable[Function]) -> str:
    """The module with one wrapper for each function, ASCII throughout, with line feeds."""
    return "\n".join([_HEADER, *("\n".join([*_wrapper(function), ""]) for function in functions)])


def names_module(names: Iterable[str]) -> str:
    """The module that names the functions, by which a formula is known as one that calls them."""
    parts = [f'"{name}|"' for name in names]
    lines = [" & ".join(parts[at : at + NAMES_A_LINE]) for at in range(0, len(parts), NAMES_A_LINE)]
    folded = f" _\n{_INDENT}& ".join(['"|"', *lines])
    return f"{_NAMES}Public Const PROMO_NAMES As String = {folded}\n"


def wizard_texts(language: str) -> tuple[WizardText, ...]:
    """The texts of the function wizard, in English where the language has none."""
    return tuple(
        WizardText(
            function.name,
            help_in(function.help, language),
            tuple(help_in(argument.help, language) for argument in function.arguments),
        )
        for function in CATALOGUE.values()
    )


def _wrapper(function: Function) -> Iterator[str]:
    declared = [
        f"{'Optional ' if argument.optional else ''}{argument.name} As Variant" for argument in function.arguments
    ]
    passed = [argument.name for argument in function.arguments]
    yield from _folded(f"Public Function {function.name}(", declared, ") As Variant", _INDENT * 2)
    yield from _folded(
        f'{_INDENT}{function.name} = PromoCall("{function.name}", Array(', passed, "))", _INDENT * 2
    )
    yield "End Function"


def _folded(opening: str, parts: list[str], closing: str, indent: str) -> Iterator[str]:
    """One statement over as many lines as it needs; VBA takes 24 continuations of it."""
    whole = f"{opening}{', '.join(parts)}{closing}"
    if len(whole) <= LONGEST_LINE:
        yield whole
        return
    # A part such as "Optional net As Variant" stays on one line.
    inner = textwrap.wrap(", ".join(part.replace(" ", "\0") for part in parts), LONGEST_LINE - len(indent) - 2)
    yield f"{opening} _"
    for line in inner[:-1]:
        yield f"{indent}{line} _".replace("\0", " ")
    yield f"{indent}{inner[-1]}{closing}".replace("\0", " ")
