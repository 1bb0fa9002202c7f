"""The yardstick: a plain XlsxWriter script that writes what one of our workbooks holds.

It knows every value, formula and format beforehand and does nothing but write them. Charts are left out.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

SHEET_CALLS = (
    "write_string",
    "write_number",
    "write_blank",
    "write_boolean",
    "write_formula",
    "write_url",
    "set_row",
    "set_column",
    "merge_range",
    "add_table",
    "data_validation",
    "conditional_format",
    "ignore_errors",
    "freeze_panes",
)


@dataclass(slots=True)
class Script:
    """The calls of one workbook, in their order, and the properties of its formats."""

    sheets: list[str] = field(default_factory=list)
    calls: list[tuple[str, str, tuple[Any, ...], Mapping[str, Any]]] = field(default_factory=list)
    formats: dict[int, tuple[Any, dict[str, Any]]] = field(default_factory=dict)
    inside: bool = False

    def play(self, path: str) -> None:
        """Write the same cells with plain XlsxWriter and its defaults."""
        workbook = xlsxwriter.Workbook(path)
        made = {key: workbook.add_format(properties) for key, (_, properties) in self.formats.items()}
        sheets = {name: workbook.add_worksheet(name) for name in self.sheets}
        for name, method, arguments, options in self.calls:
            own = [_own(made, argument) for argument in arguments]
            getattr(sheets[name], method)(*own, **{key: _own(made, value) for key, value in options.items()})
        workbook.close()


def _own(made: Mapping[int, Any], value: Any) -> Any:
    if isinstance(value, xlsxwriter.format.Format):
        return made[id(value)]
    if isinstance(value, dict):
        return {key: _own(made, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_own(made, item) for item in value]
    return value


def _kept(value: Any) -> Any:
    """A copy, since XlsxWriter changes the options that it is given."""
    if isinstance(value, dict):
        return {key: _kept(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_kept(item) for item in value)
    return value


@contextmanager
def recorded() -> Iterator[Script]:
    """The script of the workbook that is built inside the block."""
    script = Script()
    with patch.multiple(Worksheet, **{name: _noting(script, name) for name in SHEET_CALLS}):
        add = xlsxwriter.Workbook.add_format

        def add_format(workbook: Any, properties: dict[str, Any] | None = None) -> Any:
            made = add(workbook, properties)
            own = {key: value for key, value in (properties or {}).items() if key != "xf_index"}
            script.formats[id(made)] = (made, own)
            return made

        with patch.object(xlsxwriter.Workbook, "add_format", add_format):
            yield script


def _noting(script: Script, name: str) -> Callable[..., Any]:
    method = getattr(Worksheet, name)

    def noted(worksheet: Any, *arguments: Any, **options: Any) -> Any:
        if script.inside:
            return method(worksheet, *arguments, **options)
        if worksheet.name not in script.sheets:
            script.sheets.append(worksheet.name)
        script.calls.append((worksheet.name, name, _kept(arguments), _kept(options)))
        script.inside = True
        try:
            return method(worksheet, *arguments, **options)
        finally:
            script.inside = False

    return noted
