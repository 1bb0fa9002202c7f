"""A table that grew is the table that was made longer from the start; nothing else in the file changes."""

import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promo_xl.cli.main import main
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Block, Book, Table
from promo_xl.workbook.growth import grown
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook, read_workbook
from promo_xl.workbook.tables_in_file import table_areas
from promo_xl.workbook.write import build
from tests.proof.package_lint import lint
from tests.proof.recalculate import formula_cells, ironcalc_values, libreoffice_values
from tests.proof.validator import validate
from tests.proof.values import Values, same
from tests.workbook.as_saved import VARIANTS, as_saved
from tests.workbook.files import PLANS, STAMP
from tests.workbook.rich_book import FILLED, HEAD, rich_book

BOOK = load_book()
# What differs without meaning: a hint about the width of a row, the request to calculate
HINTS = re.compile(rb' spans="[^"]*"| fullCalcOnLoad="1"')
CACHED = re.compile(rb"(<f\b[^>]*>[^<]*</f>)<v>[^<]*</v>")
REMEMBERED = re.compile(rb'<c:pt idx="[0-9]+">.*?</c:pt>', re.DOTALL)  # by a chart
CHAIN = "xl/calcChain.xml"
few = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate, Phase.target],
)
many = settings(few, max_examples=40)


def with_rows(table: str, rows: int) -> Book:
    """The declarations with so many rows for one table."""

    def block(one: Block) -> Block:
        return replace(one, least=rows, spare=0) if isinstance(one, Table) and one.table == table else one

    sheets = (replace(s, blocks=tuple(map(block, s.blocks))) for s in BOOK.sheets)
    return replace(BOOK, sheets=tuple(sheets))


def made_with(path: Path, plan: str, table: str, rows: int) -> Path:
    promotion, language = PLANS[plan]()
    build(promotion, with_rows(table, rows), language, str(path), STAMP)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def meaning(path: Path, *, values: bool = True) -> dict[str, bytes]:
    """The parts without what means nothing; without `values` also without results of formulas."""
    said = {name: HINTS.sub(b"", content) for name, content in parts(path).items()}
    return (
        said
        if values
        else {name: REMEMBERED.sub(b"", CACHED.sub(rb"\1", content)) for name, content in said.items()}
    )


@few
@given(rows=st.integers(64, 90), more=st.integers(1, 200), plan=st.sampled_from(["running_zh", "default_en"]))
def test_a_grown_table_of_readings_is_the_one_that_is_generated_longer(
    tmp_path: Path, rows: int, more: int, plan: str
) -> None:
    path = made_with(tmp_path / "grown.xlsx", plan, "readings", rows)
    grown(path, {"tblReadings": rows + more})
    longer = made_with(tmp_path / "longer.xlsx", plan, "readings", rows + more)
    assert meaning(path) == meaning(longer)


def test_rules_charts_and_names_of_other_sheets_follow_the_days_of_rest(tmp_path: Path) -> None:
    path = made_with(tmp_path / "grown.xlsx", "running_zh", "rest_days", 110)
    grown(path, {"tblRestDays": 137})
    longer = made_with(tmp_path / "longer.xlsx", "running_zh", "rest_days", 137)
    assert meaning(path, values=False) == meaning(longer, values=False)


@many
@given(rows=st.integers(FILLED + 1, 12), more=st.integers(1, 40), totals=st.booleans())
def test_everything_follows_a_table_of_the_planner(tmp_path: Path, rows: int, more: int, totals: bool) -> None:
    path = rich_book(tmp_path / "grown.xlsx", rows, totals=totals)
    grown(path, {"tblSpend": rows + more})
    longer = meaning(rich_book(tmp_path / "longer.xlsx", rows + more, totals=totals, was=rows), values=False)
    found = meaning(path, values=False)
    assert longer.pop(CHAIN)
    assert CHAIN not in found
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        assert b"calcChain" in longer[name]
        assert b"calcChain" not in found[name]
        del longer[name], found[name]
    assert found == longer


@many
@given(
    rows=st.integers(FILLED, 10), steps=st.lists(st.integers(1, 15), min_size=2, max_size=3), totals=st.booleans()
)
def test_growing_step_by_step_is_growing_once(tmp_path: Path, rows: int, steps: list[int], totals: bool) -> None:
    path, once = (rich_book(tmp_path / f"{name}.xlsx", rows, totals=totals) for name in ("steps", "once"))
    for number, _ in enumerate(steps, 1):
        grown(path, {"tblSpend": rows + sum(steps[:number])})
    grown(once, {"tblSpend": rows + sum(steps)})
    assert parts(path) == parts(once)


def test_a_table_that_has_its_rows_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = rich_book(tmp_path / "plan.xlsx", 6)
    before = path.read_bytes()
    grown(path, {"tblSpend": 6})
    grown(path, {"tblspend": 2})
    grown(path, {})
    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def longer_books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Grown books and those that were made so long, each with new rows filled."""
    folder = tmp_path_factory.mktemp("longer")
    books = {}
    for totals in (False, True):
        kind = "totals" if totals else "plain"
        books[f"grown {kind}"] = rich_book(folder / f"grown-{kind}.xlsx", 5, totals=totals)
        grown(books[f"grown {kind}"], {"tblSpend": 12})
        books[f"made {kind}"] = rich_book(folder / f"made-{kind}.xlsx", 12, totals=totals, was=5)
    for path in books.values():
        filled = [Change("花 费", HEAD + row, 2, 10.0 * row) for row in range(4, 13)]
        assert patch_workbook(path, filled) == 9
    return books


def differing(path: Path, found: Values, wanted: Values) -> dict[tuple[str, str], tuple[object, object]]:
    return {
        place: (found.get(place), wanted.get(place))
        for place in formula_cells(path)
        if not same(found.get(place), wanted.get(place))
    }


@pytest.mark.parametrize("kind", ["plain", "totals"])
def test_ironcalc_finds_the_same_values_in_a_grown_book_as_in_one_made_so_long(
    longer_books: dict[str, Path], kind: str
) -> None:
    path, longer = longer_books[f"grown {kind}"], longer_books[f"made {kind}"]
    found = ironcalc_values(path)
    assert found["花 费", "E16"] == 240.0
    assert differing(path, found, ironcalc_values(longer)) == {}
    assert formula_cells(path) == formula_cells(longer)


def test_libreoffice_finds_them_too(longer_books: dict[str, Path], tmp_path: Path) -> None:
    values = libreoffice_values(longer_books.values(), tmp_path)
    for kind in ("plain", "totals"):
        path, longer = longer_books[f"grown {kind}"], longer_books[f"made {kind}"]
        assert values[path]["花 费", "C16"] == 600.0 + sum(10.0 * row for row in range(4, 13))
        assert differing(path, values[path], values[longer]) == {}


def test_the_open_xml_validator_and_the_lint_find_nothing(longer_books: dict[str, Path]) -> None:
    grown_books = [path for name, path in longer_books.items() if name.startswith("grown")]
    assert [str(problem) for problem in validate(grown_books)] == []
    rules = {problem.rule for path in grown_books for problem in lint(path)}
    assert rules <= {"full-calc-on-load", "value-missing"}  # both meant: whoever grows it calculates


@pytest.mark.filterwarnings("ignore::UserWarning")  # about what it cannot read
def test_openpyxl_reads_the_grown_table(longer_books: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(longer_books["grown totals"])["花 费"]
    assert (sheet.tables["tblSpend"].ref, sheet.tables["tblSpend"].autoFilter.ref) == ("A4:F17", "A4:F16")
    assert (sheet["A17"].value, sheet["B17"].value) == ("合计", "=SUBTOTAL(109,[花费])")
    assert (sheet.row_dimensions[16].height, sheet.row_dimensions[17].height) == (21, 33)
    assert {str(rule.sqref) for rule in sheet.data_validations.dataValidation} == {"A5:A16", "B5:B16"}


@pytest.mark.parametrize("variant", ["linked_by_path", "office_js", "one_value_of_a_link"])
def test_a_workbook_as_excel_saves_it_grows_and_says_the_same(
    files: dict[str, Path], tmp_path: Path, variant: str
) -> None:
    path = as_saved(files["running_zh"], tmp_path / "saved.xlsx", VARIANTS[variant])
    before, plan, formulas = parts(path), read_workbook(path, BOOK), formula_cells(path)
    grown(path, {"tblReadings": 130})
    after = parts(path)
    assert before.keys() - after.keys() == {CHAIN}
    assert after.keys() <= before.keys()
    assert sorted(name for name in after if after[name] != before[name]) == [
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/tables/table7.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet6.xml",
    ]
    assert read_workbook(path, BOOK) == plan
    assert table_areas(path)["tblreadings"].bottom == 17 + 130
    assert formulas.items() <= formula_cells(path).items()
    assert {problem.rule for problem in lint(path, external=True)} <= {
        "full-calc-on-load",
        "formula-function-unknown",
    }
    if variant == "linked_by_path":  # the validator takes no other part of a formula into account
        assert [str(problem) for problem in validate([path])] == []


def test_new_readings_are_calculated_as_if_they_had_been_there(files: dict[str, Path], tmp_path: Path) -> None:
    path = Path(shutil.copy(files["without_add_in"], tmp_path / "grown.xlsx"))
    readings = open_workbook(path, BOOK).tables["readings"]
    grown(path, {"tblReadings": 120})
    new = {"date": 46200.0, "channel": "KOL", "spend": 100.0, "impressions": 1000.0, "clicks": 50.0}
    row = readings.first + 119
    patch_workbook(path, [Change("数据监控表", row, readings.columns[f], value) for f, value in new.items()])
    values = ironcalc_values(path)
    assert values["数据监控表", f"P{row}"] == 0.05
    assert values["数据监控表", f"Q{row}"] == 2.0
    read = read_workbook(path, BOOK).readings[-1]
    assert (read.date, read.channel, read.spend) == (date(2026, 6, 27), "KOL", 100.0)


def test_a_workbook_with_macros_and_a_ribbon_loses_nothing(tmp_path: Path) -> None:
    arguments = ["new", "清泉", "--launch", "2026-06-01", "--as-of", "2026-06-10", "--lang", "zh"]
    assert main([*arguments, "-o", str(tmp_path), "--format", "xlsm"]) == 0
    (path,) = tmp_path.glob("*.xlsm")
    before = parts(path)
    grown(path, {"tblReadings": 150})
    after = parts(path)
    assert list(after) == list(before)
    changed_parts = {name for name in after if after[name] != before[name]}
    assert changed_parts == {"xl/workbook.xml", "xl/tables/table7.xml", "xl/worksheets/sheet6.xml"}
    assert [str(problem) for problem in validate([path])] == []
