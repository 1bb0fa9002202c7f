"""Laws of every generated workbook, proved on real engines."""

import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from string import ascii_uppercase

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from tests.proof.package_lint import lint
from tests.proof.precedents import cycles, volatile_cells
from tests.proof.recalculate import cached_values, formula_cells, ironcalc_values, unequal
from tests.proof.validator import validate
from tests.proof.values import CellError, Values
from tests.workbook.files import PLANS

UNANSWERED = "_live"  # the hidden sheet of calls that the add-in answers
every_plan = pytest.mark.parametrize("name", PLANS)


def test_the_open_xml_validator_finds_nothing(files: dict[str, Path]) -> None:
    assert [str(problem) for problem in validate(files.values())] == []


@every_plan
def test_nothing_makes_excel_repair_the_file(files: dict[str, Path], name: str) -> None:
    assert [str(problem) for problem in lint(files[name])] == []


@every_plan
def test_no_cell_depends_on_itself_by_ranges(files: dict[str, Path], name: str) -> None:
    assert cycles(files[name]) == []


@every_plan
def test_no_cell_is_volatile(files: dict[str, Path], name: str) -> None:
    assert volatile_cells(files[name]) == []


@every_plan
def test_ironcalc_recalculates_every_cell_to_its_cached_value(files: dict[str, Path], name: str) -> None:
    assert [str(difference) for difference in unequal(files[name], ironcalc_values(files[name]))] == []


@every_plan
def test_libreoffice_recalculates_every_cell_to_its_cached_value(
    files: dict[str, Path], in_libreoffice: dict[Path, Values], name: str
) -> None:
    assert [str(difference) for difference in unequal(files[name], in_libreoffice[files[name]])] == []


@every_plan
def test_no_cell_shows_an_error(files: dict[str, Path], name: str) -> None:
    errors = {p: value for p, value in cached_values(files[name]).items() if isinstance(value, CellError)}
    assert {place: value for place, value in errors.items() if place[0] != UNANSWERED} == {}


@every_plan
def test_calls_wait_unanswered_on_a_hidden_sheet(files: dict[str, Path], name: str) -> None:
    errors = {p: value for p, value in cached_values(files[name]).items() if isinstance(value, CellError)}
    assert {value.code for value in errors.values()} == (set() if name == "without_add_in" else {"#NAME?"})
    states = openpyxl.load_workbook(files[name], read_only=True)
    hidden = [sheet.title for sheet in states.worksheets if sheet.sheet_state == "hidden"]
    assert hidden[:2] in [["检查结果", "取数记录"], ["Findings", "Refresh log"]]  # until the first of each
    assert hidden[2:] == (["_lists"] if name == "without_add_in" else ["_lists", UNANSWERED])


def test_blank_monitoring_rows_stay_blank(files: dict[str, Path]) -> None:
    cells = formula_cells(files["default_zh"])
    values = cached_values(files["default_zh"])
    rates = {
        (sheet, cell) for sheet, cell in cells if sheet == "数据监控表" and int(cell.lstrip(ascii_uppercase)) > 20
    }
    assert len(rates) > 900
    assert {values[place] for place in rates} <= {"", None}


def test_opening_needs_no_recalculation(files: dict[str, Path]) -> None:
    workbook = zipfile.ZipFile(files["default_zh"]).read("xl/workbook.xml").decode()
    assert '<calcPr calcId="191029"/>' in workbook


def test_a_typed_text_is_never_a_formula(files: dict[str, Path]) -> None:
    cells = formula_cells(files["hostile"])
    assert [formula for formula in cells.values() if "cmd" in str(formula) or "calc'" in str(formula)] == []


def test_every_formula_speaks_functions_of_excel_2016(files: dict[str, Path]) -> None:
    for path in files.values():
        assert not any("_xlfn" in str(formula) for formula in formula_cells(path).values())


@every_plan
def test_every_sheet_in_sight_prints_its_area_and_no_hidden_one_does(files: dict[str, Path], name: str) -> None:
    sheets = openpyxl.load_workbook(files[name]).worksheets
    assert {s.title: bool(s.print_area) for s in sheets} == {s.title: s.sheet_state == "visible" for s in sheets}


def test_the_whole_heat_map_is_on_the_covers_page(files: dict[str, Path]) -> None:
    cover = openpyxl.load_workbook(files["running_zh"]).worksheets[0]
    last = max(cell.row for row in cover.iter_rows() for cell in row if cell.value is not None)
    assert cover.print_area.endswith(f"${last}")


WITHOUT_DAYS, MONDAY = {"other_settings", "across_the_year"}, 0


@pytest.mark.parametrize("name", ["running_zh", "running_en", "across_the_year", "one_day", "other_settings"])
def test_the_gantt_sheet_prints_the_used_periods_beside_the_tasks_on_two_pages(
    files: dict[str, Path], name: str
) -> None:
    sheet = openpyxl.load_workbook(files[name], data_only=True).worksheets[2]
    head = next(row for row in range(1, 12) if sheet.cell(row, 1).value in ("编号", "ID"))
    ends = [row[7].value for row in sheet.iter_rows(min_row=head + 1) if isinstance(row[7].value, datetime)]
    right = range_boundaries(sheet.print_area.rpartition("!")[2])[2]
    shown = [sheet.cell(head, at).value for at in range(1, sheet.max_column + 1)]
    periods = [value for value in shown[:right] if isinstance(value, datetime)]
    hidden = [value for value in shown[right:] if isinstance(value, datetime)]
    assert (sheet.print_title_cols, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == ("$A:$C", 2, 0)
    assert (max(periods) <= max(ends) + timedelta(days=9), len(hidden) < 112) == (True, True)
    assert not hidden or min(hidden) > max(ends) + timedelta(days=3)
    assert not hidden or name in WITHOUT_DAYS or min(hidden).weekday() == MONDAY


@every_plan
def test_only_one_header_is_repeated_on_every_page(files: dict[str, Path], name: str) -> None:
    for sheet in openpyxl.load_workbook(files[name]).worksheets:
        repeated = sheet.print_title_rows
        heads = [int(range_boundaries(table.ref)[1]) for table in sheet.tables.values()]
        assert not repeated or heads.count(int(repeated.rpartition("$")[2])) == 1


def test_what_a_hidden_column_holds_never_spills_over_into_a_cell_in_sight(files: dict[str, Path]) -> None:
    sheets = openpyxl.load_workbook(files["running_zh"]).worksheets
    tables = [
        sheet[table.ref] for sheet in sheets if sheet.sheet_state == "visible" for table in sheet.tables.values()
    ]
    hidden = [column for table in tables for column in zip(*table, strict=True) if column[0].value.startswith("_")]
    assert len(hidden) > 30
    texts = [cell for _, *cells in hidden for cell in cells if cell.data_type == "s"]
    assert {cell.number_format for cell in texts} == {";;;"}
