"""The yardstick: a plain XlsxWriter script that writes what one of our workbooks holds.

It knows every value, formula, format and chart beforehand and does nothing but call XlsxWriter's public methods.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellBooleanTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from promo_xl.workbook.xlsx import StoredWorksheet

NOT_CALLS = {"close", "worksheets", "get_default_url_format"}
FONT = "default_format_properties"
WORKBOOK = 0


@dataclass(frozen=True, slots=True)
class Given:
    """An object that the script has made before."""

    number: int


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a public method; what it returns is object number `makes`."""

    of: int
    method: str
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    makes: int | None = None


@dataclass(slots=True)
class Script:
    """The calls of one workbook, in their order; `typed` are those for cells that a planner fills."""

    options: dict[str, Any] = field(default_factory=dict)
    calls: list[Step] = field(default_factory=list)
    typed: list[Step] = field(default_factory=list)
    made: dict[int, tuple[int, Any]] = field(default_factory=dict)
    inside: bool = False

    def play(self, path: str, kind: type[xlsxwriter.Workbook] = xlsxwriter.Workbook, **options: Any) -> None:
        """Write the same workbook with plain XlsxWriter, or with another kind of its workbooks."""
        workbook = kind(path, {FONT: dict(self.options[FONT]), **options})
        objects = {WORKBOOK: workbook}
        for call in self.calls:
            own = [_own(objects, argument) for argument in call.arguments]
            options = {key: _own(objects, value) for key, value in call.options.items()}
            result = getattr(objects[call.of], call.method)(*own, **options)
            if call.makes is not None:
                objects[call.makes] = result
        workbook.close()

    def note(self, target: Any, method: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> int:
        """Add a call; returns its place."""
        kept = self._kept(arguments)
        self.calls.append(Step(self.made[id(target)][0], method, kept, self._kept(options)))
        return len(self.calls) - 1

    def number(self, made: Any) -> int:
        """The number of an object, which stays alive so that no other gets its place."""
        return self.made.setdefault(id(made), (len(self.made), made))[0]

    def _kept(self, value: Any) -> Any:
        """A copy, since XlsxWriter changes the options that it is given."""
        if id(value) in self.made:
            return Given(self.number(value))
        if isinstance(value, dict):
            return {key: self._kept(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._kept(item) for item in value)
        return value


def _own(objects: Mapping[int, Any], value: Any) -> Any:
    if isinstance(value, Given):
        return objects[value.number]
    if isinstance(value, dict):
        return {key: _own(objects, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_own(objects, item) for item in value]
    return value


@contextmanager
def recorded() -> Iterator[Script]:
    """The script of the workbook that is built inside the block."""
    script = Script()
    with ExitStack() as patches:
        patches.enter_context(patch.object(xlsxwriter.Workbook, "__init__", _begun(script)))
        for kind in (xlsxwriter.Workbook, Worksheet, Chart, Format):
            for name in public(kind):
                patches.enter_context(patch.object(kind, name, _noting(script, kind, name)))
        patches.enter_context(patch.object(StoredWorksheet, "put", _put(script)))
        patches.enter_context(patch.object(StoredWorksheet, "write_call", _write_call(script)))
        yield script


def public(kind: type) -> list[str]:
    """The public methods of a class of XlsxWriter that change the workbook."""
    return [n for n, one in vars(kind).items() if callable(one) and not n.startswith("_") and n not in NOT_CALLS]


def _begun(script: Script) -> Callable[..., None]:
    begin = xlsxwriter.Workbook.__init__

    def begun(workbook: Any, target: Any, options: dict[str, Any]) -> None:
        script.options = {FONT: dict(options[FONT])}
        script.number(workbook)
        script.inside = True
        begin(workbook, target, options)
        script.inside = False

    return begun


def _noting(script: Script, kind: type, name: str) -> Callable[..., Any]:
    method = getattr(kind, name)

    def noted(target: Any, *arguments: Any, **options: Any) -> Any:
        if script.inside:
            return method(target, *arguments, **options)
        at = script.note(target, name, arguments, options)
        script.inside = True
        try:
            result = method(target, *arguments, **options)
        finally:
            script.inside = False
        if hasattr(result, "__dict__"):
            call = script.calls[at]
            script.calls[at] = Step(call.of, call.method, call.arguments, call.options, script.number(result))
        return result

    return noted


def _put(script: Script) -> Callable[..., None]:
    put = StoredWorksheet.put

    def noted(worksheet: Any, row: int, column: int, cell: Any) -> None:
        method, values = as_call(cell)
        at = script.note(worksheet, method, (row, column, *values), {})
        if method != "write_formula":
            script.typed.append(script.calls[at])
        put(worksheet, row, column, cell)

    return noted


def as_call(cell: Any) -> tuple[str, tuple[Any, ...]]:
    """The method that makes this cell, and what it is given after row and column."""
    match cell:
        case CellBlankTuple():
            return "write_blank", (None, cell.format)
        case CellStringTuple():
            return "write_string", (str(cell.string), cell.format)
        case CellBooleanTuple():
            return "write_boolean", (bool(cell.boolean), cell.format)
        case CellNumberTuple():
            return "write_number", (cell.number, cell.format)
        case CellFormulaTuple():
            return "write_formula", (f"={cell.formula}", cell.format, cell.value)
    raise TypeError(type(cell))


def _write_call(script: Script) -> Callable[..., None]:
    write = StoredWorksheet.write_call

    def noted(worksheet: Any, area: tuple[int, int, int, int], formula: str, error: str) -> None:
        script.note(worksheet, "write_array_formula", (*area, formula, None, error), {})
        write(worksheet, area, formula, error)
        top, left, bottom, right = area
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    script.note(worksheet, "write_string", (row, column, error), {})

    return noted
