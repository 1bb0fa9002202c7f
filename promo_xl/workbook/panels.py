"""Writes what is no table: forms, cards, the risk grid and the timeline."""

from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell

from promo_xl.sheetspec.model import Cards, Column, Form, Grid, Table, Timeline
from promo_xl.workbook.layout import Placed, cell_of
from promo_xl.workbook.references import CellReferences, RuleReferences, defined_name
from promo_xl.workbook.sheet import Canvas
from promo_xl.workbook.tables import validation_of

STATES = (("●", "good"), ("▲", "watch"), ("▼", "bad"), ("○", "muted"))


def write_form(canvas: Canvas, placed: Placed) -> None:
    """Labels and values side by side; each value has its defined name."""
    form = placed.block
    assert isinstance(form, Form)
    if form.title:
        canvas.worksheet.write_string(
            placed.row, placed.column, form.title.text(canvas.language), canvas.styles.of("section")
        )
    for i, column in enumerate(form.fields):
        row, at = cell_of(placed, i)
        canvas.worksheet.write_string(row, at - 1, column.label.text(canvas.language), canvas.styles.of("label"))
        style = "section" if canvas.sheet.report else "value_computed" if column.computed else "value"
        _value(canvas, column, row, at, style)
        if style == "value" and (validation := validation_of(canvas, column)):
            canvas.worksheet.data_validation(row, at, row, at, validation)

    if form.named:
        first, last = cell_of(placed, 0), cell_of(placed, len(form.fields) - 1)
        area = xl_range_abs(*first, *last)
        canvas.workbook.define_name(defined_name(form.form), f"={quote_sheetname(canvas.worksheet.name)}!{area}")


def _value(canvas: Canvas, column: Column, row: int, at: int, style: str) -> None:
    value = canvas.values.single(column.field)
    shown = canvas.styles.cell(style, column)
    if column.formula is None:
        canvas.typed(row, at, value, shown)
    else:
        canvas.computed(row, at, canvas.stored(column.formula, canvas.references()), value, shown)
    address = xl_rowcol_to_cell(row, at, row_abs=True, col_abs=True)
    sheet = quote_sheetname(canvas.worksheet.name)
    canvas.workbook.define_name(defined_name(column.field), f"={sheet}!{address}")


def write_cards(canvas: Canvas, placed: Placed) -> None:
    """A label with a link, a large figure, and how it stands: symbol and colour."""
    cards = placed.block
    assert isinstance(cards, Cards)
    for i, column in enumerate(cards.fields):
        row, at = cell_of(placed, i)
        _card_label(canvas, column, row - 1, at)
        canvas.worksheet.set_row(row, 32)
        canvas.worksheet.merge_range(row, at, row, at + 1, "", canvas.styles.cell("card_value", column))
        _value(canvas, column, row, at, "card_value")
        note = canvas.styles.of("card_note")
        canvas.worksheet.merge_range(row + 1, at, row + 1, at + 1, "", note)
        if column.note is not None:
            stored = canvas.stored(column.note, canvas.references())
            canvas.computed(row + 1, at, stored, canvas.values.note(column), note)
        for sign, style in STATES:
            rule = {"type": "text", "criteria": "begins with", "value": sign, "format": canvas.styles.rule(style)}
            canvas.worksheet.conditional_format(row + 1, at, row + 1, at, rule)


def _card_label(canvas: Canvas, column: Column, row: int, at: int) -> None:
    label, style = column.label.text(canvas.language), canvas.styles.of("card_label")
    canvas.worksheet.merge_range(row, at, row, at + 1, "", style)
    target = next((sheet for sheet in canvas.book.sheets if sheet.sheet == column.link), None)
    if target is None:
        canvas.worksheet.write_string(row, at, label, style)
        return
    place = f"internal:{quote_sheetname(target.name.text(canvas.language))}!A1"
    canvas.worksheet.write_url(row, at, place, style, label)


def write_grid(canvas: Canvas, placed: Placed) -> None:
    """A matrix with heads; each cell's shade follows from its heads."""
    grid = placed.block
    assert isinstance(grid, Grid)
    text, worksheet, head = canvas.language, canvas.worksheet, canvas.styles.of("grid_head")
    worksheet.write_string(placed.row - 1, placed.column, grid.title.text(text), canvas.styles.of("section"))
    corner = f"{grid.row_label.text(text)} ↓ {grid.column_label.text(text)} →"
    worksheet.write_string(placed.head, placed.column, corner, head)
    if not canvas.sheet.widths:
        worksheet.set_column(placed.column, placed.column, 18)
        worksheet.set_column(placed.column + 1, placed.column + len(grid.columns), 7)
    for j, column_head in enumerate(grid.columns):
        worksheet.write_number(placed.head, placed.column + 1 + j, column_head, head)
    for i, row_head in enumerate(grid.rows):
        row = placed.first + i
        worksheet.write_number(row, placed.column, row_head, head)
        for j, column_head in enumerate(grid.columns):
            at = placed.column + 1 + j
            local = {
                "row_head": xl_rowcol_to_cell(row, placed.column, col_abs=True),
                "column_head": xl_rowcol_to_cell(placed.head, at, row_abs=True),
            }
            stored = canvas.stored(grid.formula, CellReferences(canvas.book, canvas.language, local=local))
            value, shade = canvas.values.cell_of(grid, row_head, column_head)
            canvas.computed(row, at, stored, value, canvas.styles.of(shade))


def write_timeline(canvas: Canvas, placed: Placed) -> None:
    """The head of dates, a mark in every cell that shows only at milestones, and the bars as colour rules."""
    timeline = placed.block
    assert isinstance(timeline, Timeline)
    worksheet, styles = canvas.worksheet, canvas.styles
    last = placed.column + timeline.periods - 1
    worksheet.set_column(placed.column, last, timeline.width)
    rows = {band.field: placed.row + i for i, band in enumerate(timeline.bands)}
    for band in timeline.bands:
        style = styles.of("band_hidden" if band.hidden else "band_dates")
        if not band.hidden:
            style.set_num_format(canvas.book.theme.formats[band.type].text(canvas.language))
        for k, value in enumerate(canvas.values.band(timeline, band)):
            references = CellReferences(canvas.book, canvas.language, local={"k": str(k)})
            stored = canvas.stored(band.formula, references)
            canvas.computed(rows[band.field], placed.column + k, stored, value, style)
    mark = styles.of("timeline")
    for row in range(placed.first, placed.last + 1):
        for at in range(placed.column, last + 1):
            worksheet.write_string(row, at, timeline.mark, mark)
    local = {field: xl_rowcol_to_cell(row, placed.column, row_abs=True) for field, row in rows.items()}
    beside = canvas.layout.table(timeline.beside_table)
    assert isinstance(beside.block, Table)
    references = RuleReferences(
        canvas.book, canvas.language, beside.block, local, placed=beside, layout=canvas.layout
    )
    for rule in timeline.rules:
        options = {
            "type": "formula",
            "criteria": canvas.stored(rule.when, references),
            "format": styles.rule(rule.style),
        }
        worksheet.conditional_format(placed.first, placed.column, placed.last, last, options)
