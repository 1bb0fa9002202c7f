"""Laws of workbooks that Excel has saved: however it spells the calls, they are the same plan."""

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from promo_xl.plan.findings import Finding
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.check import check_workbook
from promo_xl.workbook.mend import fix_ids, recalculate
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook, read_workbook
from tests.proof.book import Book as FileBook
from tests.proof.package_lint import lint
from tests.proof.recalculate import cached_values, formula_cells, ironcalc_values, libreoffice_values
from tests.proof.validator import validate
from tests.proof.values import Place, Value, Values, same
from tests.workbook.as_saved import VARIANTS, as_saved

BOOK = load_book()
WITHOUT_ADD_IN = "公式模式"
HIDDEN = {"_live", "_lists", "检查结果", "取数记录"}
every_variant = pytest.mark.parametrize("variant", VARIANTS)


@pytest.fixture(scope="module")
def saved(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The running campaign as Excel saves it, in every way."""
    folder = tmp_path_factory.mktemp("saved")
    return {
        name: as_saved(files["running_zh"], folder / f"{name}.xlsx", variant) for name, variant in VARIANTS.items()
    }


@pytest.fixture(scope="module")
def saved_in_libreoffice(saved: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Values]:
    return libreoffice_values(saved.values(), tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def with_another_goal(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Values]:
    """The generated file after another goal was typed and computed: how many cells differ, and all values."""
    path = Path(shutil.copy(files["running_zh"], tmp_path_factory.mktemp("goal") / "plan.xlsx"))
    type_another_goal(path)
    return recalculate(path, BOOK), cached_values(path)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def found_in(path: Path) -> list[Finding]:
    """What a check finds; the name of the file is left out."""
    return [replace(f, place=f.place.replace(path.name, "")) for f in check_workbook(path, BOOK)]


def type_another_goal(path: Path) -> None:
    targets = open_workbook(path, BOOK).tables["targets"]
    row = targets.numbers[0]
    assert patch_workbook(path, [Change(targets.grid.name, row, targets.columns["goal"], "2000万次")]) == 1


def test_the_open_xml_validator_finds_nothing(saved: dict[str, Path]) -> None:
    different = set(VARIANTS) - {"one_value_wanted", "office_js"}  # no other parts, and it reads no formula
    assert [str(problem) for problem in validate(saved[name] for name in sorted(different))] == []


@every_variant
def test_what_excel_saves_is_sound(saved: dict[str, Path], variant: str) -> None:
    problems = lint(saved[variant], external=True)
    newer = [p for p in problems if p.rule == "formula-function-unknown" and "SINGLE is newer" in p.message]
    assert [str(problem) for problem in problems if problem not in newer] == []
    assert (newer != []) == variant.startswith("one_value")


@every_variant
def test_the_answers_of_the_add_in_stand_in_the_file(saved: dict[str, Path], variant: str) -> None:
    values = cached_values(saved[variant])
    assert values["_live", "A13"] == 10_000_000
    assert values["_live", "C13"] == "up"
    assert values["项目信息", "I17"] != WITHOUT_ADD_IN


@every_variant
def test_a_check_finds_what_it_finds_in_the_generated_file(
    files: dict[str, Path], saved: dict[str, Path], variant: str
) -> None:
    assert found_in(saved[variant]) == found_in(files["running_zh"])


@every_variant
def test_it_reads_back_as_the_same_plan(files: dict[str, Path], saved: dict[str, Path], variant: str) -> None:
    assert read_workbook(saved[variant], BOOK) == read_workbook(files["running_zh"], BOOK)


@every_variant
def test_a_fresh_file_needs_no_recalculation(saved: dict[str, Path], tmp_path: Path, variant: str) -> None:
    path = Path(shutil.copy(saved[variant], tmp_path / "plan.xlsx"))
    assert recalculate(path, BOOK) == 0
    assert path.read_bytes() == saved[variant].read_bytes()


@every_variant
def test_recalculated_after_another_goal_it_says_what_the_generated_file_says(
    with_another_goal: tuple[int, Values], saved: dict[str, Path], tmp_path: Path, variant: str
) -> None:
    count, generated = with_another_goal
    path = Path(shutil.copy(saved[variant], tmp_path / "saved.xlsx"))
    before, formulas = parts(path), formula_cells(path)
    values_before = cached_values(path)
    type_another_goal(path)
    assert recalculate(path, BOOK) == count > 0
    after = cached_values(path)
    differing = {place for place in after if not same(after[place], values_before.get(place))}
    assert {place for place, value in after.items() if place[0] not in HIDDEN and value == 20_000_000.0}
    assert {sheet for sheet, _ in differing} <= {"推广目标设定表"}
    assert {place: after[place] for place in differing} == {place: generated[place] for place in differing}
    assert formula_cells(path) == formulas
    changed = [name for name, content in parts(path).items() if content != before[name]]
    assert parts(path).keys() == before.keys()
    assert sorted(changed) == ["xl/workbook.xml", "xl/worksheets/sheet2.xml"]


@every_variant
def test_missing_ids_are_given(saved: dict[str, Path], tmp_path: Path, variant: str) -> None:
    path = Path(shutil.copy(saved[variant], tmp_path / "saved.xlsx"))
    tasks = open_workbook(path, BOOK).tables["tasks"]
    patch_workbook(path, [Change(tasks.grid.name, tasks.numbers[-1], tasks.columns["id"], None)])
    formulas = formula_cells(path)
    (given,) = fix_ids(path, BOOK)
    assert given.details["id"] == read_workbook(path, BOOK).tasks[-1].id
    assert formula_cells(path) == formulas


def unequal_to(path: Path, wanted: Values, found: Values) -> dict[Place, tuple[Value, Value]]:
    """Formula cells that people see and that an engine, which has no add-in, finds otherwise than `wanted`."""
    hidden = {sheet.name for sheet in FileBook(path).sheets if sheet.state != "visible"}
    assert hidden == HIDDEN
    return {
        place: (wanted.get(place), found.get(place))
        for place in formula_cells(path)
        if place[0] not in hidden and not same(wanted.get(place), found.get(place))
    }


@every_variant
def test_ironcalc_finds_what_the_file_without_add_in_says(
    files: dict[str, Path], saved: dict[str, Path], variant: str
) -> None:
    assert unequal_to(saved[variant], expected(files), ironcalc_values(saved[variant])) == {}


@every_variant
def test_libreoffice_finds_what_the_file_without_add_in_says(
    files: dict[str, Path], saved: dict[str, Path], saved_in_libreoffice: dict[Path, Values], variant: str
) -> None:
    assert unequal_to(saved[variant], expected(files), saved_in_libreoffice[saved[variant]]) == {}


def expected(files: dict[str, Path]) -> Values:
    """What the workbook made for no add-in says, the same places in both."""
    without = cached_values(files["without_add_in"])
    assert without["项目信息", "I17"] == WITHOUT_ADD_IN
    return without
