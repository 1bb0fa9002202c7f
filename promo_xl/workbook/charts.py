"""Writes the charts of a sheet from the columns of tables."""

from typing import Any

from promo_xl.sheetspec.model import Chart, Table
from promo_xl.workbook.layout import column_index
from promo_xl.workbook.sheet import Canvas

CROWDED = 12  # categories; beyond it only every fifth has its label


def write_charts(canvas: Canvas) -> None:
    """Every chart of the sheet, right of the block that it names."""
    for chart in canvas.sheet.charts:
        beside = canvas.layout.block(chart.beside_block)
        drawn = _chart(canvas, chart)
        place = {"x_offset": chart.shift[0], "y_offset": chart.shift[1], "object_position": 3}
        canvas.worksheet.insert_chart(beside.row, beside.column + beside.columns + 1, drawn, place)


def _chart(canvas: Canvas, chart: Chart) -> Any:
    kinds = list(dict.fromkeys(series.type for series in chart.series))
    parts = {kind: canvas.workbook.add_chart({"type": kind}) for kind in kinds}
    for series in chart.series:
        color = canvas.styles.color(series.color)
        look: dict[str, Any] = {"fill": {"color": color}, "gap": 60}
        if series.type == "line":
            look = {"line": {"color": color, "width": 1.75}}
        if series.labels:
            look["data_labels"] = {"value": True, "font": {"size": 8}}
        parts[series.type].add_series(
            {
                "name": _label(canvas, chart, series.values),
                "categories": _range(canvas, chart, chart.categories),
                "values": _range(canvas, chart, series.values),
                **look,
            }
        )
    first, *others = parts.values()
    for other in others:
        first.combine(other)
    _dress(canvas, chart, first)
    return first


def _dress(canvas: Canvas, chart: Chart, drawn: Any) -> None:
    font = {"name": canvas.styles.font, "size": 8, "color": canvas.styles.color("quiet")}
    line = {"none": True}
    title = {"name": canvas.styles.font, "size": 11, "bold": True, "color": canvas.styles.color("ink")}
    drawn.set_title({"name": chart.title.text(canvas.language), "name_font": title, "overlay": False})
    values: dict[str, Any] = {"num_font": font, "line": line}
    values["major_gridlines"] = {"visible": True, "line": {"color": canvas.styles.color("line"), "width": 0.5}}
    values |= {"log_base": 10} if chart.log else {"min": 0}
    if chart.number_format:
        values["num_format"] = chart.number_format
    categories: dict[str, Any] = {"num_font": font, "text_axis": True}
    if canvas.values.capacity(chart.table) > CROWDED:
        categories["interval_unit"] = 5
    if chart.series[0].type == "bar":  # XlsxWriter calls a bar chart's upright axis y
        drawn.set_y_axis({**categories, "reverse": True})
        drawn.set_x_axis({**values, "visible": False, "major_gridlines": {"visible": False}})
    else:
        drawn.set_x_axis(categories)
        drawn.set_y_axis(values)
    legend = {"none": True} if len(chart.series) == 1 else {"position": "bottom", "font": font}
    drawn.set_legend(legend)
    if chart.log:
        drawn.set_plotarea({"layout": {"x": 0.17, "y": 0.2, "width": 0.6, "height": 0.72}})
    drawn.set_size({"width": chart.size[0], "height": chart.size[1]})
    drawn.set_chartarea({"border": {"color": canvas.styles.color("line")}})


def _table(canvas: Canvas, chart: Chart) -> Table:
    table = canvas.layout.table(chart.table).block
    assert isinstance(table, Table)
    return table


def _label(canvas: Canvas, chart: Chart, field: str) -> str:
    column = _table(canvas, chart).column_of(field)
    assert column is not None
    return column.label.text(canvas.language)


def _range(canvas: Canvas, chart: Chart, field: str) -> list[Any]:
    placed = canvas.layout.table(chart.table)
    at = placed.column + column_index(_table(canvas, chart), field)
    last = placed.first + chart.rows - 1 if chart.rows else placed.last
    return [placed.sheet.name.text(canvas.language), placed.first, at, min(last, placed.last), at]
