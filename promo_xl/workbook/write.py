"""Writes a promotion as a workbook: the one builder from which every file of promo_xl comes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from xlsxwriter.utility import quote_sheetname

from promo_xl.functions.calls import examine_calls
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.hosts import for_host
from promo_xl.sheetspec.model import Book, Cards, Form, Grid, LiveCall, Sheet, Table, Timeline
from promo_xl.sheetspec.workings import Workings
from promo_xl.workbook.calls import name_columns, write_call
from promo_xl.workbook.cells import Cells
from promo_xl.workbook.charts import write_charts
from promo_xl.workbook.choices import write_lists
from promo_xl.workbook.layout import Placed, column_index, lay_out
from promo_xl.workbook.macros import Macros, write_macros
from promo_xl.workbook.panels import write_cards, write_form, write_grid, write_timeline
from promo_xl.workbook.references import defined_name
from promo_xl.workbook.sheet import Canvas, Values
from promo_xl.workbook.styles import Styles
from promo_xl.workbook.tables import write_table
from promo_xl.workbook.texts import Texts
from promo_xl.workbook.xlsx import Workbook

PAPER_A3, PAPER_A4 = 8, 9
WIDEST_ON_A4 = 170  # characters; beyond it the type would be too small to read
MOST_FROZEN_ROWS = 10  # more would leave a laptop too little to scroll
WRITERS: dict[type, Callable[[Canvas, Placed], None]] = {
    Table: write_table,
    Form: write_form,
    Cards: write_cards,
    Grid: write_grid,
    Timeline: write_timeline,
    LiveCall: write_call,
}


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a file says of its own making; a fixed `created` makes files reproducible byte for byte.

    `host` is the add-in that its live formulas call, `macros` what makes the file its own (see `macros.finished`).
    """

    created: datetime
    title: str = ""
    host: Host = "none"
    macros: Macros | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """What all workbooks of a run share: declarations for the host of the imprint, language, imprint."""

    book: Book
    language: str
    imprint: Imprint

    @classmethod
    def of(cls, book: Book, language: str, imprint: Imprint) -> "Edition":
        """The edition of a book as declared; raises RefusedError for wrong calls."""
        examine_calls(book)
        return cls(for_host(book, imprint.host), language, imprint)


def build(promotion: Promotion, book: Book, language: str, target: str | IO[bytes], imprint: Imprint) -> None:
    """Write the workbook of `promotion` to a path or a binary file; raises RefusedError for wrong calls."""
    edition = Edition.of(book, language, imprint)
    write(Workings(promotion, edition.book, language), edition, target)


def write(
    values: Values, edition: Edition, target: str | IO[bytes], kind: Callable[[Texts], Cells] = Cells
) -> Workbook:
    """Write a workbook of these values, its cells made by a `kind` of cells."""
    book, language, imprint = edition.book, edition.language, edition.imprint
    layout = lay_out(book, values)
    workbook = Workbook(target, book.theme.fonts.get(language) or book.theme.fonts["en"])
    styles, cells = Styles(workbook, book, language), kind(workbook.str_table)
    _properties(workbook, values, edition)
    canvases = [
        Canvas(
            workbook, _worksheet(workbook, sheet, language), sheet, book, language, values, layout, styles, cells
        )
        for sheet in book.sheets
    ]
    for canvas in canvases:
        _write_sheet(canvas)
    name_columns(workbook, book, language)
    if imprint.macros:
        write_macros(workbook, imprint.macros)
    workbook.close()
    return workbook


def _properties(workbook: Workbook, values: Values, edition: Edition) -> None:
    book, language, imprint = edition.book, edition.language, edition.imprint
    names = " · ".join(sheet.name.text(language) for sheet in book.sheets if sheet.in_sight)
    workbook.set_properties(
        {
            "title": values.title(imprint.title),
            "subject": names,
            "author": values.author(),
            "comments": f"promo_xl {book.version}",
            "created": imprint.created,
        }
    )


def _worksheet(workbook: Workbook, sheet: Sheet, language: str) -> Any:
    return workbook.add_worksheet(sheet.name.text(language))


def _write_sheet(canvas: Canvas) -> None:
    sheet, worksheet = canvas.sheet, canvas.worksheet
    worksheet.hide_gridlines(2)
    worksheet.set_zoom(sheet.zoom)
    if sheet.row_height:
        worksheet.set_default_row(sheet.row_height)
    if sheet.tab:
        worksheet.set_tab_color(canvas.styles.color(sheet.tab))
    for i, width in enumerate(sheet.widths):
        worksheet.set_column(i, i, width * _scale(canvas))
    places = list(canvas.layout.of(sheet))
    for placed in places:
        _widths(canvas, placed)
    if not sheet.in_sight:
        worksheet.hide()
    if sheet.hidden:
        if not sheet.live:
            write_lists(canvas)
    else:
        _heading(canvas)
    for placed in places:
        WRITERS[type(placed.block)](canvas, placed)
    write_charts(canvas)
    _view(canvas, places)


def _widths(canvas: Canvas, placed: Placed) -> None:
    if not isinstance(placed.block, Table):
        return
    for i, column in enumerate(placed.block.columns):
        at = placed.column + i
        if column.hidden:
            canvas.worksheet.set_column(at, at, None, None, {"hidden": True})
        elif column.width:
            options = {"level": 1, "hidden": True} if column.fold else {}
            canvas.worksheet.set_column(at, at, round(column.width * _scale(canvas), 1), None, options)


def _scale(canvas: Canvas) -> float:
    return canvas.book.theme.width_scale.get(canvas.language, 1)


def _heading(canvas: Canvas) -> None:
    worksheet, styles, language = canvas.worksheet, canvas.styles, canvas.language
    name, left = canvas.sheet.name.text(language), 1 if canvas.sheet.widths else 0
    title = f'={defined_name("product")}&" · {name}"'
    worksheet.set_row(0, 28)
    canvas.computed(0, left, title, canvas.values.heading(name), styles.of("title"))
    worksheet.write_string(1, left, canvas.sheet.intro.text(language), styles.of("intro"))
    first, *others = [sheet for sheet in canvas.book.sheets if sheet.in_sight]
    if canvas.sheet is not first:
        _link(canvas, 2, left, first)
        return
    for i, sheet in enumerate(others):
        _link(canvas, 2, left + i, sheet)


def _link(canvas: Canvas, row: int, column: int, sheet: Sheet) -> None:
    name = sheet.name.text(canvas.language)
    place = f"internal:{quote_sheetname(name)}!A1"
    canvas.worksheet.write_url(row, column, place, canvas.styles.of("nav"), f"→ {name}")


def _view(canvas: Canvas, places: list[Placed]) -> None:
    sheet, worksheet = canvas.sheet, canvas.worksheet
    tables = [place for place in places if isinstance(place.block, Table)]
    table = max(tables, key=lambda place: place.rows, default=None)
    _freeze(canvas, tables)
    if table is not None and not sheet.one_page:
        worksheet.repeat_rows(table.head)
    if sheet.in_sight and places:  # a hidden sheet with a print area is printed by some programs
        right = max(place.column + _columns_printed(canvas, place) for place in places) - 1
        worksheet.print_area(0, 0, _last_printed(canvas, places), right)
    if sheet.landscape:
        worksheet.set_landscape()
    worksheet.set_paper(PAPER_A4 if _width(canvas, places) <= WIDEST_ON_A4 * sheet.pages_across else PAPER_A3)
    worksheet.fit_to_pages(sheet.pages_across, int(sheet.one_page))
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.set_footer("&L&8&F · &A&C&8&P / &N&R&8&D &T")


def _freeze(canvas: Canvas, tables: list[Placed]) -> None:
    name = canvas.sheet.freeze
    of_that_name = [table for table in tables if isinstance(table.block, Table) and table.block.column_of(name)]
    table = max(of_that_name, key=lambda place: place.rows, default=None)
    if table is None or not isinstance(table.block, Table):
        return
    rows = table.first if table.first <= MOST_FROZEN_ROWS else 0
    columns = table.column + column_index(table.block, name) + 1
    canvas.worksheet.freeze_panes(rows, columns)
    if canvas.sheet.pages_across > 1:
        canvas.worksheet.repeat_columns(0, columns - 1)


def _columns_printed(canvas: Canvas, place: Placed) -> int:
    if isinstance(place.block, Timeline):
        return canvas.values.printed_periods(place.block)
    return place.columns


def _last_printed(canvas: Canvas, places: list[Placed]) -> int:
    """The last row with something on it and a few to write on; all the empty spare rows stay off the paper."""
    last = 0
    for place in places:
        filled = place.rows
        if isinstance(place.block, Table) and not canvas.sheet.report:
            filled = canvas.values.printed_rows(place.block.table)
        last = max(last, place.head + filled) if not isinstance(place.block, Timeline) else last
    return last


def _width(canvas: Canvas, places: list[Placed]) -> float:
    """How wide the sheet prints, in characters."""
    wide = sum(canvas.sheet.widths)
    for place in places:
        if isinstance(place.block, Table):
            shown = [c.width for c in place.block.columns if not c.hidden and not c.fold]
            wide = max(wide, sum(shown) * _scale(canvas))
        elif isinstance(place.block, Timeline):
            wide += _columns_printed(canvas, place) * place.block.width
    return wide
