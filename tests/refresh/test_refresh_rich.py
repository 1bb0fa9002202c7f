"""Laws of a refresh of a workbook that planners made their own: what has no reason to change keeps its bytes."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from promo_xl.refresh.refreshing import Refreshed
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.patch import column_name
from promo_xl.workbook.shown import shown_in
from promo_xl.workbook.tables_in_file import area_of, named_areas
from tests.proof.areas import cell_name
from tests.proof.recalculate import cached_values, libreoffice_values, unequal
from tests.proof.validator import validate
from tests.proof.values import CellError, same
from tests.refresh.exports import NOW, opened, refresh
from tests.refresh.rich_plan import OWN, own_formulas, parts, rich_plan
from tests.workbook.live_cells import WHAT_CALCULATED, with_and_without

CHAIN = "xl/calcChain.xml"
NUMBERS = re.compile("<c:numRef><c:f>([^<]*)</c:f>(.*?)</c:numRef>")
POINT = re.compile('<c:pt idx="([0-9]+)"><c:v>([^<]*)</c:v>')
UNTOUCHED = re.compile(
    r"xl/(vbaProject\.bin|media/.*|styles\.xml|sharedStrings\.xml|theme/.*|comments.*|externalLinks/.*)"
    r"|xl/drawings/.*|customXml/.*|customUI/.*|docProps/.*|_rels/.*|xl/worksheets/_rels/.*|xl/charts/_rels/.*"
)


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Refreshed]:
    """The workbook before, after, and what the refresh says."""
    folder = tmp_path_factory.mktemp("rich")
    path = rich_plan(folder)
    before = Path(shutil.copy(path, folder / "before.xlsm"))
    return before, path, refresh(path, NOW.replace(month=7))


def test_thousands_of_cells_arrive(refreshed: tuple[Path, Path, Refreshed]) -> None:
    _, after, done = refreshed
    assert (done.new, done.changed, done.conflicts) == (144, 0, ())
    assert sum(w.sheet == "数据监控表" for w in done.performed.changes) >= 2000
    assert len(opened(after).promotion.readings) == 204


def test_only_parts_with_a_reason_differ(refreshed: tuple[Path, Path, Refreshed]) -> None:
    before, after, done = (*map(parts, refreshed[:2]), refreshed[2])
    assert before.keys() - after.keys() == {CHAIN}, "the order of calculation is made anew by Excel"
    assert after.keys() <= before.keys()
    differing = {name for name in after if after[name] != before[name]}
    assert [name for name in before if UNTOUCHED.fullmatch(name) and name in differing] == []
    sheets = {name for name in differing if name.startswith("xl/worksheets/")}
    tables = {name for name in differing if name.startswith("xl/tables/")}
    charts = {name for name in differing if name.startswith("xl/charts/")}
    assert differing - sheets - tables - charts == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/workbook.xml",
    }
    assert [name for name in tables if b'name="tblReadings"' not in after[name]] == []
    assert charts == {name for name in after if plotted(before, name) != plotted(after, name)}
    assert not any(b"calcChain" in after[name] for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"))
    assert done.grown == {"tblReadings": 114}


def plotted(content: Mapping[str, bytes], name: str) -> list[tuple[str, dict[int, float]]]:
    """The numbers that a chart remembers, with the cells from which they come; none of what is no chart."""
    if not name.startswith("xl/charts/chart"):
        return []
    return [
        (ref[1], {int(point[1]): float(point[2]) for point in POINT.finditer(ref[2])})
        for ref in NUMBERS.finditer(content[name].decode())
    ]


def test_what_charts_remember_is_what_their_cells_show(refreshed: tuple[Path, Path, Refreshed]) -> None:
    after, shown = parts(refreshed[1]), cached_values(refreshed[1])
    compared = 0
    for name in after:
        for formula, points in plotted(after, name):
            sheet, _, cells = formula.replace("'", "").replace("$", "").rpartition("!")
            area = area_of(sheet, cells)
            assert area is not None
            column = [shown.get((sheet, cell_name(row, area.left))) for row in range(area.top, area.bottom + 1)]
            numbers = {at: value for at, value in enumerate(column) if isinstance(value, int | float)}
            assert {at: points.get(at) for at in numbers} == pytest.approx(numbers), formula
            assert all(points[at] == 0 for at in points.keys() - numbers.keys()), "a text counts as 0"
            compared += len(numbers)
    assert compared > 204


def test_the_planners_chart_and_sparkline_go_on_with_the_table(refreshed: tuple[Path, Path, Refreshed]) -> None:
    after = parts(refreshed[1])
    assert b"$E$18:$E$221" in after["xl/charts/chart91.xml"]
    assert b"x14:dataBar" in after["xl/worksheets/own.xml"]
    assert b"x14:sparkline" in after["xl/worksheets/own.xml"]


def test_a_planners_formula_shows_what_is_right_or_nothing(refreshed: tuple[Path, Path, Refreshed]) -> None:
    shown = shown_in(BookFile.of(refreshed[1]))
    left = []
    for row, own in enumerate(own_formulas(), 1):
        found = shown[OWN, row, 1]
        assert found.formula.removeprefix("_xlfn.") == own.formula, "formulas stay as they are"
        if found.value is None:
            left.append(own.formula)
        else:
            assert same(found.value, own.right), own
    assert 'GETPIVOTDATA("花费",$H$1)' in left
    assert not any(formula.startswith(("SUMIFS", "A1", "COUNTIFS", "1/0", "TEXT(46000")) for formula in left)


def test_no_cell_shows_what_is_wrong(refreshed: tuple[Path, Path, Refreshed], tmp_path: Path) -> None:
    before, after, done = refreshed
    sheet, row, column = opened(after).cells[WHAT_CALCULATED]
    apart = {"_live", OWN}  # LibreOffice has no add-in, nor all that planners use
    different = [
        found
        for found in unequal(after, libreoffice_values([after], tmp_path)[after])
        if found.cached is not None and found.sheet not in apart
    ]
    assert [f"{found.sheet}!{found.cell}" for found in different] == [f"{sheet}!{column_name(column)}{row}"]
    had = {cell for cell, one in shown_in(BookFile.of(before)).items() if one.value is not None}
    blank = {cell for cell, one in shown_in(BookFile.of(after)).items() if one.value is None and not one.filled}
    assert done.unknown == len(blank & had)
    assert {sheet for sheet, _, _ in blank & had} <= {OWN, "_live"}, "what people see of ours has its value"


def test_what_the_add_in_answers_is_what_it_answers_of_the_plan_as_it_is_now(
    refreshed: tuple[Path, Path, Refreshed],
) -> None:
    after = refreshed[1]
    live, _ = with_and_without(opened(after).promotion, load_book(), "zh")
    shown, areas = cached_values(after), named_areas(after)
    wrong = []
    for name, call in live.book.calls.items():
        for column, values in zip(call.columns, live.answers(name), strict=True):
            area = areas[f"{name}.{column}"]
            places = [(area.sheet, cell_name(row, area.left)) for row in range(area.top, area.bottom + 1)]
            for place, value in zip(places, values, strict=False):
                if place in shown and not same(shown[place], value):
                    wrong.append((name, column, place, shown[place], value))
    assert wrong == []


def test_no_error_is_written_that_was_not_there(refreshed: tuple[Path, Path, Refreshed]) -> None:
    was, now = (cached_values(path) for path in refreshed[:2])
    assert {at for at, value in now.items() if isinstance(value, CellError)} == {
        at for at, value in was.items() if isinstance(value, CellError)
    }


def test_it_is_a_right_file(refreshed: tuple[Path, Path, Refreshed]) -> None:
    assert validate([refreshed[1]]) == validate([refreshed[0]]) == []


def test_the_same_source_leaves_its_bytes_alone(refreshed: tuple[Path, Path, Refreshed]) -> None:
    before = refreshed[1].read_bytes()
    assert refresh(refreshed[1], NOW.replace(month=8)).performed.changes == ()
    assert refreshed[1].read_bytes() == before
