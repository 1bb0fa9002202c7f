"""XlsxWriter with what it leaves open: no recalculation on load, formulas stored as they are rendered."""

from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

CALC_ID = 191029  # what Excel 2019 and 365 write; a file with it is not recalculated on opening


class EmptyText(str):
    """The empty text as the value of a formula: XlsxWriter takes a plain one for "not computed"."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = str.__hash__


EMPTY_TEXT = EmptyText()


class StoredWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes formulas in their stored form, as `formula.render` writes them.

    XlsxWriter would search each for thirty newer functions and for arrays: over a third of its time.
    """

    def _write_formula(self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0) -> int:
        self.table[row][col] = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
        self._check_dimensions(row, col)
        return 0

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")


class Workbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook whose cached values are complete, so that opening it needs no calculation."""

    worksheet_class = StoredWorksheet

    def __init__(self, target: Any, font: str) -> None:
        options = {
            "in_memory": True,
            "default_format_properties": {"font_name": font, "font_size": 10},
        }
        super().__init__(target, options)
        self.calc_id = CALC_ID
        self.calc_on_load = False
