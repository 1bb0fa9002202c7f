"""XlsxWriter with what it leaves open: no recalculation on load, formulas stored as they are rendered."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

from promo_xl.workbook.texts import Texts

CALC_ID = 191029  # what Excel 2019 and 365 write; a file with it is not recalculated on opening


class Drawn:
    """A cell that draws itself, for what XlsxWriter has no cell."""

    __slots__ = ()

    def draw(self, worksheet: "StoredWorksheet", row: int, column: int) -> None:
        """Write the cell, which stands at this row and column, to the file of the worksheet."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Unanswered(Drawn):
    """A cell of an array formula that shows an error; the first one holds the formula."""

    formula: str
    range: str
    error: str

    def draw(self, worksheet: "StoredWorksheet", row: int, column: int) -> None:
        """An error, with the formula if this is the cell that holds it."""
        worksheet._xml_start_tag("c", [("r", xl_rowcol_to_cell(row, column)), ("t", "e")])
        if self.formula:
            worksheet._write_cell_array_formula(self.formula.removeprefix("="), self.range)
        worksheet._write_cell_value(self.error)
        worksheet._xml_end_tag("c")


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
        if isinstance(cell, Drawn):
            cell.draw(self, row, col)
        else:
            super()._write_cell(row, col, cell)


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
        self._plotted: list[tuple[Any, int]] = []
        self._before: list[tuple[Any, dict[str, Any]]] = []

    def _add_chart_data(self) -> None:
        charts = [one for chart in self.charts for one in (chart, chart.combined) if one]
        self._before = [(chart, dict(chart.__dict__)) for chart in charts]
        self._plotted = [
            (chart, number) for chart in charts for number, data in enumerate(chart.formula_data) if data is None
        ]
        super()._add_chart_data()

    def plotted(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        """The areas that charts repeat: sheet, first row and column, last row and column, from 0."""
        for chart, number in self._plotted:
            place = next(place for place, one in chart.formula_ids.items() if one == number)
            sheet, area = self._get_chart_range(place)
            yield sheet, tuple(area)

    def charts_again(self) -> list[str]:
        """The charts with what their cells hold now; drawing one changes it, so each is first as it was before."""
        for chart, before in self._before:
            chart.__dict__.update(before)
            chart.axis_ids, chart.axis2_ids = [], []
        for chart, number in self._plotted:
            chart.formula_data[number] = None
        super()._add_chart_data()
        return [_drawn(chart) for chart in self.charts]


def _drawn(chart: Any) -> str:
    target = StringIO()
    chart._set_xml_writer(target)
    chart._assemble_xml_file()
    return target.getvalue()
