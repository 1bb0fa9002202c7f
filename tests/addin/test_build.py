"""The add-in that `promo-xl addin build` writes: right for Office, the same every time, its sources readable."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from pyopenvba import ExcelFile

from promo_xl.addin.build import build_addin, build_id
from promo_xl.addin.ingredients import Ingredients, ingredients
from promo_xl.addin.vba_project import body
from promo_xl.cli.main import main
from promo_xl.functions.vba_wrappers import wizard_texts
from promo_xl.sheetspec.wording import languages, wording
from tests.addin.office_addin import answers
from tests.addin.vba_reader import vba_in
from tests.proof.made import changed, replaced
from tests.proof.package import Package
from tests.proof.package_lint import lint
from tests.proof.validator import validate

CUSTOM_UI = "{http://schemas.microsoft.com/office/2009/07/customui}"


@pytest.fixture(scope="module")
def known() -> Ingredients:
    return ingredients()


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addin") / "promo_xl.xlam"
    path.write_bytes(build_addin())
    return path


def opened(addin: Path) -> openpyxl.Workbook:
    """The add-in as openpyxl takes it: as a workbook."""
    change = replaced("[Content_Types].xml", "ms-excel.addin.macro", "ms-excel.sheet.macro")
    return openpyxl.load_workbook(changed(addin, addin.with_suffix(".xlsm"), change))


def test_microsofts_validator_finds_nothing(addin: Path) -> None:
    assert [str(problem) for problem in validate([addin])] == []


def test_nothing_makes_excel_repair_the_add_in(addin: Path) -> None:
    assert [str(problem) for problem in lint(addin)] == []


def test_excel_takes_the_file_for_an_add_in(addin: Path) -> None:
    package = Package(addin)
    assert package.content_type("xl/workbook.xml") == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    assert package.content_type("xl/vbaProject.bin") == "application/vnd.ms-office.vbaProject"
    assert package.targets("", "extensibility") == ["customUI/customUI14.xml"]


def test_another_reader_finds_exactly_the_sources(addin: Path, known: Ingredients) -> None:
    found = vba_in(addin)
    for module in known.modules:
        assert body(found[module.name].replace("\r\n", "\n").replace("\n", "\r\n")) == body(module.text), (
            module.name
        )
        if module.kind == "standard":
            assert found[module.name].startswith(f'Attribute VB_Name = "{module.name}"')


def test_the_project_has_a_module_for_the_workbook_and_each_sheet_and_no_other(
    addin: Path, known: Ingredients
) -> None:
    sheets = opened(addin).sheetnames
    documents = {"ThisWorkbook", *(f"Sheet{number}" for number, _ in enumerate(sheets, 1))}
    assert set(vba_in(addin)) == documents | {module.name for module in known.modules}


def test_the_writer_itself_finds_no_contradiction(addin: Path) -> None:
    with ExcelFile(addin) as book:
        assert book.validate() == []


def test_two_builds_are_the_same_bytes_wherever_they_are_made(tmp_path: Path) -> None:
    script = "import hashlib, promo_xl.addin.build as b; print(hashlib.sha256(b.build_addin()).hexdigest())"
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); {script}"]
    elsewhere = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()
    assert hashlib.sha256(build_addin()).hexdigest() == elsewhere


def test_the_texts_stand_on_hidden_sheets_in_every_language(addin: Path) -> None:
    book = opened(addin)
    (key, *spoken), *rows = book["promo_texts"].values
    assert (key, sorted(map(str, spoken))) == ("key", list(languages()))
    texts = {str(row[0]): dict(zip(map(str, spoken), row[1:], strict=True)) for row in rows}
    for language in languages():
        tab = wording(language).labels["ribbon"]["promoTab"]
        assert texts["ribbon.promoTab.label"][language] == tab["label"]
        described = [row[:2] for row in book[f"promo_wizard_{language}"].values]
        assert described == [(text.name, text.description) for text in wizard_texts(language)]
    assert {sheet.sheet_state for sheet in book.worksheets[1:]} == {"veryHidden"}


def test_the_build_stands_in_the_file(addin: Path) -> None:
    book = opened(addin)
    assert book["promo_build"]["A1"].value == build_id()
    assert book.properties.title == "promo_xl"
    assert build_id()[:8] in str(book.properties.description)


def test_whatever_changes_is_another_build(known: Ingredients) -> None:
    module, *others = known.modules
    changed_module = replace(module, text=module.text + "' \r\n")
    builds = [
        known.build,
        replace(known, modules=(changed_module, *others)).build,
        replace(known, ribbon=known.ribbon + " ").build,
        replace(known, texts=known.texts[1:]).build,
        replace(known, versions=(("promo_xl", "9.9.9"), *known.versions[1:])).build,
    ]
    assert len(set(builds)) == len(builds)
    assert replace(known, modules=(module, *others)).build == known.build


def test_every_callback_of_the_ribbon_is_a_procedure(known: Ingredients) -> None:
    asked = {value for name, value in callbacks(known.ribbon)}
    there = {name for module in known.modules for name in re.findall(r"^(?:Public )?Sub (\w+)", module.text, re.M)}
    assert asked - there == set()


def test_every_control_of_the_ribbon_has_its_texts(known: Ingredients) -> None:
    texts = {row[0] for sheet in known.texts if sheet.name == "promo_texts" for row in sheet.rows}
    controls = [e for e in ElementTree.fromstring(known.ribbon).iter() if e.get("getLabel")]
    assert [e.get("id") for e in controls if f"ribbon.{e.get('id')}.label" not in texts] == []
    tipped = [e for e in controls if e.get("getScreentip") or e.get("getSupertip")]
    assert [e.get("id") for e in tipped if f"ribbon.{e.get('id')}.tip" not in texts] == []


def callbacks(ribbon: str) -> Iterator[tuple[str, str]]:
    """The attributes that name procedures."""
    for element in ElementTree.fromstring(ribbon).iter():
        yield from (
            (name, value)
            for name, value in element.attrib.items()
            if name.startswith(("get", "on")) or name == "loadImage"
        )


def test_libreoffice_runs_the_functions_of_the_add_in(addin: Path, tmp_path: Path) -> None:
    # No Python answers there, so the bridge notes why and asks no more.
    text, before, _, fault = answers(
        tmp_path,
        addin,
        [
            r"PromoLines.PromoUnescaped:\u0041\u0062c",
            "PromoBridge.PromoFault",
            "PromoFunctions.PROMO_ROI:8|2",
            "PromoBridge.PromoFault",
        ],
    )
    assert text == "Abc"
    assert before == ""
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d; Python could not be started; error \d+", fault)


def test_a_build_that_stands_there_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "加载项.xlam"
    assert main(["addin", "build", "-o", str(target), "--lang", "en"]) == 0
    written = target.stat()
    assert main(["addin", "build", "-o", str(target), "--lang", "en"]) == 0
    assert target.stat().st_mtime_ns == written.st_mtime_ns
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"{target} is that build already")


def test_an_add_in_is_called_xlam(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["addin", "build", "-o", str(tmp_path / "promo_xl.xlsm"), "--lang", "en"]) == 2
    assert "does not end in .xlam" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_without_the_packages_the_sentence_says_how_to_get_them(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    hidden = tmp_path / "packages"
    hidden.mkdir()
    for package in ("xlsxwriter", "yaml", "_yaml", "chinese_calendar"):
        found = [Path(p) / package for p in sys.path if (Path(p) / package).is_dir()]
        (hidden / package).symlink_to(found[0])
    command = [sys.executable, "-S", "-m", "promo_xl", "addin", "build", "--lang", "en"]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": f"{root}:{hidden}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (2, "")
    assert "xlwings is not installed" in run.stdout
    assert "pyOpenVBA is not installed" in run.stdout
    assert 'pip install ".[excel]"' in run.stdout
