"""A workbook made with `--format xlsm` is its own add-in; all commands take it as they take an .xlsx."""

import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from promo_xl.addin.ingredients import ingredients
from promo_xl.addin.vba_project import body
from promo_xl.cli.main import main
from promo_xl.version import VERSION
from tests.addin.office_addin import answers
from tests.addin.vba_reader import vba_in
from tests.proof.package import Package
from tests.proof.package_lint import lint
from tests.proof.recalculate import cached_values
from tests.proof.validator import validate

NEW = ["new", "清泉", "--launch", "2026-06-01", "--as-of", "2026-06-10", "--lang", "zh"]
MACROS = "xl/vbaProject.bin"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("xlsm")
    assert main([*NEW, "-o", str(folder)]) == 0
    assert main([*NEW, "-o", str(folder), "--format", "xlsm"]) == 0
    return folder


@pytest.fixture(scope="module")
def plan(folder: Path) -> Path:
    return folder / "清泉-推广计划.xlsm"


@pytest.fixture
def copy(plan: Path, tmp_path: Path) -> Path:
    copy = tmp_path / plan.name
    copy.write_bytes(plan.read_bytes())
    return copy


def test_microsofts_validator_finds_nothing(plan: Path) -> None:
    assert [str(problem) for problem in validate([plan])] == []


def test_nothing_makes_excel_repair_the_file(plan: Path) -> None:
    assert [str(problem) for problem in lint(plan)] == []


def test_it_is_a_workbook_with_macros_and_a_ribbon(plan: Path) -> None:
    package = Package(plan)
    assert package.content_type("xl/workbook.xml") == "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert package.content_type(MACROS) == "application/vnd.ms-office.vbaProject"
    assert package.targets("", "extensibility") == ["customUI/customUI14.xml"]


def test_another_reader_finds_the_sources_and_a_module_for_each_sheet(plan: Path) -> None:
    found = vba_in(plan)
    assert {m.name: found[m.name] for m in ingredients().modules if m.kind == "standard"} == {
        m.name: m.text for m in ingredients().modules if m.kind == "standard"
    }
    for module in ingredients().modules:
        assert body(found[module.name]) == body(module.text)
    sheets = openpyxl.load_workbook(plan).sheetnames
    documents = {name for name, text in found.items() if "VB_Base" in text and "VB_PredeclaredId = True" in text}
    assert documents == {"ThisWorkbook", *(f"Sheet{number}" for number, _ in enumerate(sheets, 1))}


def test_the_sheets_bear_the_names_of_their_modules(plan: Path) -> None:
    book = openpyxl.load_workbook(plan)
    assert book.code_name == "ThisWorkbook"
    names = [sheet.sheet_properties.codeName for sheet in book.worksheets]
    assert names == [f"Sheet{number}" for number, _ in enumerate(names, 1)]


def test_the_plan_in_it_is_that_of_the_xlsx(plan: Path) -> None:
    cells, plain = cached_values(plan), cached_values(plan.with_suffix(".xlsx"))
    assert {place: value for place, value in cells.items() if not place[0].startswith("promo_")} == plain


def test_nobody_sees_the_sheets_of_texts(plan: Path) -> None:
    book = openpyxl.load_workbook(plan)
    added = {sheet.name for sheet in ingredients().sheets(installed=False)}
    assert {sheet.sheet_state for sheet in book.worksheets if sheet.title in added} == {"veryHidden"}
    assert added <= set(book.sheetnames)


def test_it_never_takes_itself_for_an_installed_add_in_that_is_old(plan: Path) -> None:
    build, *versions = [row[0] for row in openpyxl.load_workbook(plan)["promo_build"].values]
    assert (build, versions[0]) == ("", VERSION)


def test_the_same_plan_gives_the_same_bytes(plan: Path, tmp_path: Path) -> None:
    assert main([*NEW, "-o", str(tmp_path), "--format", "xlsm"]) == 0
    assert (tmp_path / plan.name).read_bytes() == plan.read_bytes()


def test_libreoffice_runs_a_function_of_the_workbook(plan: Path, tmp_path: Path) -> None:
    # Its cells have called by then, and no Python answered.
    fault_asked = "PromoBridge.PromoFault"
    calls = ["PromoBridge.PromoForgetFault", fault_asked, "PromoFunctions.PROMO_ROI:8|2", fault_asked]
    calls += [r"PromoLines.PromoUnescaped:\u0041\u0062c"]
    _, before, _, fault, text = answers(tmp_path, plan, calls)
    assert (before, text) == ("", "Abc")
    assert "Python could not be started" in fault


def test_a_batch_makes_them_in_several_processes(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "产品,上市日期\n清泉,2026-06-01\n暖芯,2026-07-01\n轻羽,2026-07-01\n山岚,2026-07-01\n", encoding="utf-8"
    )
    made = tmp_path / "made"
    batch = ["batch", str(tmp_path / "list.csv"), "-o", str(made), "--as-of", "2026-06-10", "--lang", "zh"]
    assert main([*batch, "--format", "xlsm", "--jobs", "2"]) == 0
    workbooks = list(made.glob("*.xls?"))
    assert [path.suffix for path in workbooks] == [".xlsm"] * 4
    assert len({zipfile.ZipFile(path).read(MACROS) for path in workbooks}) == 1


@pytest.mark.parametrize("host", ["none", "officejs"])
def test_another_add_in_is_refused_before_anything_is_made(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out"
    assert main([*NEW, "-o", str(target), "--format", "xlsm", "--host", host]) == 2
    assert f"不能再用 {host}" in capsys.readouterr().out
    assert not target.exists()


@pytest.mark.parametrize(
    "command", [["check"], ["check", "--recalculate", "--fix-ids"], ["schedule"], ["repair"]], ids=" ".join
)
def test_commands_take_it_as_the_xlsx_and_keep_its_macros(
    command: list[str], copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = zipfile.ZipFile(copy).read(MACROS)
    plain = copy.with_suffix(".xlsx")
    assert main([*NEW, "-o", str(copy.parent)]) == 0
    codes, said = [], []
    for path in (copy, plain):
        capsys.readouterr()
        codes.append(main([*command, str(path), "--lang", "en"]))
        said.append(capsys.readouterr().out.replace(path.name, "plan"))
    assert (codes[0], said[0]) == (codes[1], said[1])
    assert zipfile.ZipFile(copy).read(MACROS) == project
    assert validate([copy]) == []


@pytest.mark.parametrize("host", ["none", "officejs"])
def test_a_plan_that_is_its_own_add_in_is_converted_for_no_other(copy: Path, host: str) -> None:
    before = copy.read_bytes()
    assert main(["convert", str(copy), "--host", host, "--lang", "en"]) == 2
    assert copy.read_bytes() == before


def test_an_xlsx_loads_nothing_of_the_add_in(tmp_path: Path) -> None:
    script = (
        f"import sys; from promo_xl.cli.main import main; main({[*NEW, '-o', str(tmp_path)]!r});"
        "print([name for name in sys.modules if name.startswith(('promo_xl.addin', 'pyopenvba', 'xlwings'))])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"
