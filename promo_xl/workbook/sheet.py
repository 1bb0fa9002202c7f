"""One worksheet while it is written, and what its writers ask of the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from xlsxwriter.format import Format

from promo_xl.sheetspec.formula.render import render
from promo_xl.sheetspec.formula.values import Value
from promo_xl.sheetspec.model import Band, Book, Column, Grid, Sheet, Timeline
from promo_xl.sheetspec.schema import Formula
from promo_xl.workbook.cells import Cells
from promo_xl.workbook.layout import Layout, Shape
from promo_xl.workbook.references import CellReferences
from promo_xl.workbook.styles import Styles
from promo_xl.workbook.xlsx import StoredWorksheet, Workbook


class Values(Shape, Protocol):
    """The values of a workbook, as its writers ask for them. Nothing that they do depends on one."""

    def column(self, table: str, field: str) -> Sequence[Value]:
        """All values of a column, spare rows included."""

    def single(self, field: str) -> Value:
        """The value of a form's field or a card."""

    def note(self, column: Column) -> Value:
        """What stands beneath a card's value."""

    def band(self, timeline: Timeline, band: Band) -> Sequence[Value]:
        """One row of a timeline's head."""

    def cell_of(self, grid: Grid, row_head: int, column_head: int) -> tuple[Value, str]:
        """A grid's value and the style of its shade, which follows from the heads alone."""

    def heading(self, name: str) -> str:
        """What stands above a sheet of this name."""

    def title(self, words: str) -> str:
        """The title of the file."""

    def author(self) -> str:
        """Who the file says has made it."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """Everything that the writers of blocks share for one sheet."""

    workbook: Workbook
    worksheet: StoredWorksheet
    sheet: Sheet
    book: Book
    language: str
    values: Values
    layout: Layout
    styles: Styles
    cells: Cells

    def typed(self, row: int, column: int, value: Value, style: Format) -> None:
        """A cell that the planner fills."""
        self.worksheet.put(row, column, self.cells.typed(value, style))

    def computed(self, row: int, column: int, formula: str, value: Value, style: Format) -> None:
        """A formula with the value that it has now."""
        self.worksheet.put(row, column, self.cells.computed(formula, value, style))

    def stored(self, formula: Formula, references: CellReferences) -> str:
        """The text of a formula as the file holds it."""
        return "=" + render(formula.node, references)

    def references(self) -> CellReferences:
        """References for single values."""
        return CellReferences(self.book, self.language)
