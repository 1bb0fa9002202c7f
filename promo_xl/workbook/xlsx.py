"""XlsxWriter with what it leaves open: no recalculation on load, formulas stored as they are rendered."""

from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

from promo_xl.workbook.texts import Texts

CALC_ID = 191029  # what Excel 2019 and 365 write; a file with it is not recalculated on opening


class Unanswered(NamedTuple):
    """A cell of an array formula that shows an error; the first one holds the formula."""

    formula: str
    range: str
    error: str
    format: None = None


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

    def put(self, row: int, column: int, cell: Any) -> None:
        """A cell as it is, at row and column from 0."""
        self._check_dimensions(row, column)
        self.table[row][column] = cell

    def write_call(self, area: tuple[int, int, int, int], formula: str, error: str) -> None:
        """An array formula that nobody answers yet: every cell of the area (from 0) shows `error`."""
        top, left, bottom, right = area
        self._check_dimensions(top, left)
        self._check_dimensions(bottom, right)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                first = (row, column) == (top, left)
                self.table[row][column] = Unanswered(formula if first else "", xl_range(*area), error)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if not isinstance(cell, Unanswered):
            super()._write_cell(row, col, cell)
            return
        self._xml_start_tag("c", [("r", xl_rowcol_to_cell(row, col)), ("t", "e")])
        if cell.formula:
            self._write_cell_array_formula(cell.formula.removeprefix("="), cell.range)
        self._write_cell_value(cell.error)
        self._xml_end_tag("c")


class Workbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook whose cached values are complete, so that opening it needs no calculation."""

    worksheet_class = StoredWorksheet

    def __init__(self, target: Any, font: str) -> None:
        options = {
            "in_memory": True,
            "default_format_properties": {"font_name": font, "font_size": 10},
        }
        super().__init__(target, options)
        self.str_table = Texts()
        self.calc_id = CALC_ID
        self.calc_on_load = False
