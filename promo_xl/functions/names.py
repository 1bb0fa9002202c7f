"""Names and help texts of functions: what VBA, Excel and Office.js would not take.

A name that VBA does not take makes the whole module fail to compile, so that every function is gone at once.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from promo_xl.functions.model import Argument, Function
from promo_xl.functions.reserved import VBA_WORDS, WORKSHEET_FUNCTIONS
from promo_xl.sheetspec.words import Words

LONGEST_NAME = 255  # a VBA identifier
LONGEST_ID = 128  # an Office.js function
SHORTEST_ID = 3
LONGEST_HELP = 255  # what Application.MacroOptions takes, in UTF-16 units
MOST_ARGUMENTS = 60  # of a VBA procedure
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
TWICE = "the name is there already; VBA does not tell upper from lower case"
OUR_WORDS = frozenset({"promocall"})  # what the body of a wrapper calls

_VBA = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_A1 = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_R1C1 = re.compile(r"(R[0-9]*)?(C[0-9]*)?")


@dataclass(frozen=True, slots=True)
class NameProblem:
    """One thing that a host would not take; `argument` is "" where it is about the function itself."""

    function: str
    argument: str
    said: str

    def __str__(self) -> str:
        return f"{self.function}{f'({self.argument})' if self.argument else ''}: {self.said}"


def problems_of(functions: Iterable[Function]) -> tuple[NameProblem, ...]:
    """Everything about these functions that a host would not take; nothing where all is well."""
    found: list[NameProblem] = []
    seen: set[str] = set()
    for function in functions:
        found += _of(function)
        if function.name.lower() in seen:
            found.append(NameProblem(function.name, "", TWICE))
        seen.add(function.name.lower())
    return tuple(found)


def _of(function: Function) -> Iterator[NameProblem]:
    for said in (*_identifier(function.name), *_function_name(function.name), *_help(function.help)):
        yield NameProblem(function.name, "", said)
    if len(function.arguments) > MOST_ARGUMENTS:
        said = f"{len(function.arguments)} arguments; VBA takes {MOST_ARGUMENTS} at most"
        yield NameProblem(function.name, "", said)
    seen = {function.name.lower()}
    optional = False
    for argument in function.arguments:
        for said in _argument(argument, seen):
            yield NameProblem(function.name, argument.name, said)
        if optional and not argument.optional:
            yield NameProblem(function.name, argument.name, "is required, but an optional one stands before it")
        optional = optional or argument.optional
        seen.add(argument.name.lower())


def _argument(argument: Argument, seen: set[str]) -> Iterator[str]:
    yield from _identifier(argument.name)
    yield from _help(argument.help)
    if argument.name.lower() in seen:
        yield TWICE
    if argument.name.lower() in OUR_WORDS:
        yield "the wrapper itself calls something of this name"


def _identifier(name: str) -> Iterator[str]:
    if not _VBA.fullmatch(name):
        yield "VBA wants a letter first, then letters, digits and _, all ASCII"
    if len(name) > LONGEST_NAME:
        yield f"{len(name)} characters; VBA takes {LONGEST_NAME} at most"
    if name.lower() in VBA_WORDS:
        yield "a reserved word of VBA"


def _function_name(name: str) -> Iterator[str]:
    if not SHORTEST_ID <= len(name) <= LONGEST_ID:
        yield f"{len(name)} characters; Office.js takes {SHORTEST_ID} to {LONGEST_ID}"
    if name.upper() in WORKSHEET_FUNCTIONS:
        yield "a worksheet function of Excel"
    if is_cell_reference(name):
        yield "Excel reads it as a cell"


def is_cell_reference(name: str) -> bool:
    """Whether Excel reads a name as a cell, a row or a column: ROI1, XFD1048576, R1C1, RC, R, C."""
    upper = name.upper()
    if upper and _R1C1.fullmatch(upper):
        return True
    match = _A1.fullmatch(upper)
    return match is not None and _column(match[1]) <= LAST_COLUMN and 1 <= int(match[2]) <= LAST_ROW


def _column(letters: str) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _help(words: Words) -> Iterator[str]:
    for language, text in words.by_language.items():
        length = len(text.encode("utf-16-le")) // 2  # as VBA counts
        if length > LONGEST_HELP:
            yield f"the help in {language} has {length} characters; Excel takes {LONGEST_HELP} at most"
        if not text.strip():
            yield f"the help in {language} is empty"
    if not words:
        yield "has no help"
