"""Laws of giving a workbook to another add-in, or to none."""

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.check import check_workbook
from promo_xl.workbook.convert import Converted, convert_workbook
from promo_xl.workbook.mend import recalculate
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook, read_workbook
from promo_xl.workbook.write import build
from tests.proof.book import Book as FileBook
from tests.proof.made import Entries, changed
from tests.proof.package_lint import lint
from tests.proof.recalculate import (
    cached_values,
    formula_cells,
    ironcalc_values,
    libreoffice_values,
    unequal,
)
from tests.proof.validator import validate
from tests.proof.values import Place
from tests.sources.zips import package, sheet
from tests.workbook.as_saved import FULL_PATH, VARIANTS, add_link, as_saved, put_before
from tests.workbook.files import STAMP, running

BOOK = load_book()
Conversions = dict[tuple[str, str], tuple[Path, Converted]]
LINK = {"xl/externalLinks/externalLink1.xml", "xl/externalLinks/_rels/externalLink1.xml.rels"}
CHAIN = "xl/calcChain.xml"
AROUND = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
FORMULAS = re.compile(r"xl/(worksheets/sheet|tables/table)[0-9]+\.xml")
SHEET_NAMES = '<sheetNames><sheetName val="甲"/></sheetNames>'
SAVED = ("linked_by_path", "path_in_each_call", "office_js", "one_value_of_a_link")
SOURCES = ["generated", *SAVED]
HOSTS: list[Host] = ["xlam", "officejs", "none"]
every_source = pytest.mark.parametrize("source", SOURCES)
every_host = pytest.mark.parametrize("host", HOSTS)


@pytest.fixture(scope="module")
def sources(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The running campaign as generated for the .xlam, and as Excel saves it."""
    folder, generated = tmp_path_factory.mktemp("sources"), files["running_zh"]
    saved = {name: as_saved(generated, folder / f"{name}.xlsx", VARIANTS[name]) for name in SAVED}
    return {"generated": generated, **saved}


@pytest.fixture(scope="module")
def built(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same campaign generated for each host."""
    office = tmp_path_factory.mktemp("built") / "officejs.xlsx"
    build(running("zh"), BOOK, "zh", str(office), replace(STAMP, host="officejs"))
    return {"xlam": files["running_zh"], "none": files["without_add_in"], "officejs": office}


@pytest.fixture(scope="module")
def converted(sources: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Conversions:
    """Every source after conversion for every host."""
    folder, made = tmp_path_factory.mktemp("converted"), {}
    for source, path in sources.items():
        for host in HOSTS:
            copy = Path(shutil.copy(path, folder / f"{source}_{host}.xlsx"))
            made[source, host] = copy, convert_workbook(copy, BOOK, host)
    return made


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def formulas(path: Path) -> dict[Place, str]:
    """The formulas of cells and of columns of tables."""
    columns = {
        (table.name, column.name): column.formula
        for _, table in FileBook(path).tables.values()
        for column in table.columns
        if column.formula is not None
    }
    return formula_cells(path) | columns


def names(path: Path) -> set[str]:
    return {name.name for name in FileBook(path).names}


@every_source
@every_host
def test_formulas_are_those_of_a_workbook_made_for_that_host(
    converted: Conversions, built: dict[str, Path], source: str, host: Host
) -> None:
    found, wanted = formulas(converted[source, host][0]), formulas(built[host])
    if host == "none":
        assert not any("PROMO_" in formula for formula in found.values())
        found = {place: formula for place, formula in found.items() if place[0] != "_live"}
    assert found == wanted


@every_source
@every_host
def test_nothing_else_changes(
    sources: dict[str, Path],
    converted: Conversions,
    source: str,
    host: Host,
) -> None:
    before, after = parts(sources[source]), parts(converted[source, host][0])
    linked = source in {"linked_by_path", "one_value_of_a_link"}
    gone = (LINK if linked else set()) | ({CHAIN} if host == "none" and CHAIN in before else set())
    assert before.keys() - after.keys() == gone
    assert list(after) == [name for name in before if name not in gone]
    differing = {name for name, content in after.items() if content != before[name]}
    assert {name for name in differing if not FORMULAS.fullmatch(name)} <= (
        AROUND if gone else {"xl/workbook.xml"}
    )
    text = b"".join(after[name] for name in AROUND)
    assert (b"xternal" in text) is False
    assert (b"calcChain" in text) == (CHAIN in after)


@every_source
@every_host
def test_a_second_time_there_is_nothing_to_change(converted: Conversions, source: str, host: Host) -> None:
    path, first = converted[source, host]
    before = path.read_bytes()
    already = (source, host) in {("generated", "xlam"), ("office_js", "officejs")}
    assert (first.count > 10) is not already
    assert first.findings == ()
    assert convert_workbook(path, BOOK, host) == Converted(0)
    assert path.read_bytes() == before


@every_source
@every_host
def test_the_plan_and_what_a_check_finds_stay_the_same(
    sources: dict[str, Path],
    converted: Conversions,
    source: str,
    host: Host,
) -> None:
    def found(path: Path) -> list[Finding]:
        return [replace(f, place=f.place.replace(path.name, "")) for f in check_workbook(path, BOOK)]

    path = converted[source, host][0]
    assert read_workbook(path, BOOK) == read_workbook(sources[source], BOOK)
    if host == "none":
        assert found(path) == found(sources[source])


def test_the_open_xml_validator_finds_nothing(converted: Conversions) -> None:
    chosen = [("linked_by_path", host) for host in HOSTS] + [
        ("generated", "none"),
        ("one_value_of_a_link", "none"),
    ]
    assert [str(problem) for problem in validate(converted[key][0] for key in chosen)] == []


@pytest.mark.parametrize("source", ["generated", "linked_by_path"])
@every_host
def test_excel_has_nothing_to_repair_and_is_asked_to_calculate_once(
    converted: Conversions, source: str, host: Host
) -> None:
    path, first = converted[source, host]
    assert [problem.rule for problem in lint(path)] == (["full-calc-on-load"] if first.count else [])


def test_without_add_in_both_engines_agree_with_the_file(
    files: dict[str, Path], converted: Conversions, tmp_path: Path
) -> None:
    generated, saved = converted["generated", "none"][0], converted["linked_by_path", "none"][0]
    assert unequal(generated, ironcalc_values(generated)) == []
    office = libreoffice_values([saved], tmp_path / "office")[saved]
    for values in (ironcalc_values(saved), office):
        differing = {(d.sheet, d.cell) for d in unequal(saved, values)}
        assert differing == {("项目信息", "I17")}  # who calculated: the add-in, until the file is opened
    wanted = cached_values(files["without_add_in"])
    assert office["项目信息", "I17"] == wanted["项目信息", "I17"] == "公式模式"


def test_names_of_answers_go_with_the_calls(sources: dict[str, Path], converted: Conversions) -> None:
    answers = {f"{call.call}.{column}" for call in BOOK.calls.values() for column in call.columns}
    before = names(sources["linked_by_path"])
    assert answers <= before
    assert names(converted["linked_by_path", "none"][0]) == before - answers
    assert names(converted["linked_by_path", "officejs"][0]) == before


def planner_writes(*formulas: str) -> Callable[[Entries], None]:
    """A planner's own formulas in AZ1000, AZ1001 … of the cover."""

    def change(entries: Entries) -> None:
        rows = "".join(
            f'<row r="{number}"><c r="AZ{number}"><f>{escape(formula)}</f><v>0</v></c></row>'
            for number, formula in enumerate(formulas, 1000)
        )
        put_before(entries, "xl/worksheets/sheet1.xml", "</sheetData>", rows)

    return change


def test_what_has_no_ordinary_formula_behind_it_stays_and_is_told(made: Path, tmp_path: Path) -> None:
    own = {
        "AZ1000": "PROMO_ROI(1,2)",
        "AZ1001": "INDEX(schedule.slack,1)",
        "AZ1002": 'IFERROR([1]!PROMO_ROI(1,2),"<-")',
        "AZ1003": "IFERROR(PROMO_ROI(1,2),0)+1",
        "AZ1004": '"PROMO_ROI(1)"&A1',
    }
    path = changed(made, tmp_path / "own.xlsx", planner_writes(*own.values()))
    (told,) = convert_workbook(path, BOOK, "none").findings
    assert (told.code, told.severity, told.place) == ("CONVERT_LEFT", Severity.WARNING, "own.xlsx")
    assert told.details == {"count": 3, "cells": "项目信息!AZ1000, 项目信息!AZ1001, 项目信息!AZ1003"}
    found = formula_cells(path)
    assert {cell: found["项目信息", cell] for cell in own} == own | {"AZ1002": '"<-"'}
    again = convert_workbook(path, BOOK, "none")
    assert (again.count, again.findings) == (0, (told,))


def test_an_array_formula_of_a_planner_stays(made: Path, tmp_path: Path) -> None:
    formula = '<f t="array" ref="AZ1000:AZ1001">PROMO_PATH_TOTAL(g.path)</f>'
    array = f'<row r="1000"><c r="AZ1000">{formula}<v>0</v></c></row>'
    path = changed(
        made,
        tmp_path / "own.xlsx",
        lambda entries: put_before(entries, "xl/worksheets/sheet1.xml", "</sheetData>", array),
    )
    (told,) = convert_workbook(path, BOOK, "none").findings
    assert told.details["cells"] == "项目信息!AZ1000"
    assert formula_cells(path)["项目信息", "AZ1001"] == "PROMO_PATH_TOTAL(g.path)"


def test_many_cells_that_stay_are_counted_and_ten_are_named(made: Path, tmp_path: Path) -> None:
    path = changed(made, tmp_path / "own.xlsx", planner_writes(*["PROMO_ROI(1,2)"] * 12))
    (told,) = convert_workbook(path, BOOK, "none").findings
    assert told.details["count"] == 12
    assert str(told.details["cells"]).endswith("项目信息!AZ1009 …")


def test_what_stays_as_a_call_through_the_link_keeps_the_link(sources: dict[str, Path], tmp_path: Path) -> None:
    path = changed(sources["linked_by_path"], tmp_path / "own.xlsx", planner_writes("[1]!PROMO_ROI(1,2)"))
    assert len(convert_workbook(path, BOOK, "none").findings) == 1
    assert formula_cells(path)["项目信息", "AZ1000"] == "[1]!PROMO_ROI(1,2)"
    assert parts(path).keys() >= LINK
    convert_workbook(path, BOOK, "xlam")
    assert parts(path).keys() & LINK == set()
    assert formula_cells(path)["项目信息", "AZ1000"] == "PROMO_ROI(1,2)"


def test_a_link_to_another_workbook_stays_with_its_number(sources: dict[str, Path], tmp_path: Path) -> None:
    def with_link(entries: Entries) -> None:
        add_link(entries, FULL_PATH, "file:///C:\\plans\\%E9%A2%84%E7%AE%97.xlsx", SHEET_NAMES)
        planner_writes("[2]甲!A1")(entries)

    path = changed(sources["linked_by_path"], tmp_path / "own.xlsx", with_link)
    before = parts(path)
    assert convert_workbook(path, BOOK, "none").count > 20
    after = parts(path)
    links = {name for name in before if name.startswith("xl/externalLinks/")}
    assert len(links) == 4
    assert {name: after[name] for name in links} == {name: before[name] for name in links}
    kept = rb'<externalReference r:id="rId\d+"/>'
    assert re.findall(kept, after["xl/workbook.xml"]) == re.findall(kept, before["xl/workbook.xml"])
    assert len(re.findall(kept, after["xl/workbook.xml"])) == 2
    assert formula_cells(path)["项目信息", "AZ1000"] == "[2]甲!A1"
    assert [p.rule for p in lint(path, external=True)] == ["full-calc-on-load"]
    assert [str(problem) for problem in validate([path])] == []


def refusal_of(path: Path, host: Host) -> list[str]:
    before = path.read_bytes()
    with pytest.raises(RefusedError) as refused:
        convert_workbook(path, BOOK, host)
    assert path.read_bytes() == before
    return [finding.code for finding in refused.value.findings]


def test_a_file_without_live_formulas_cannot_be_given_to_an_add_in(built: dict[str, Path], tmp_path: Path) -> None:
    path = Path(shutil.copy(built["none"], tmp_path / "plan.xlsx"))
    assert refusal_of(path, "xlam") == refusal_of(path, "officejs") == ["CONVERT_NO_CALLS"]
    assert convert_workbook(path, BOOK, "none") == Converted(0)


@every_host
def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path: Path, host: Host) -> None:
    path = tmp_path / "other.xlsx"
    path.write_bytes(package(sheet('<row r="1"><c r="A1"><f>PROMO_ROI(1,2)</f></c></row>')))
    assert refusal_of(path, host) == ["NOT_A_PLAN"]


def test_a_file_that_is_open_elsewhere_is_left_alone(made: Path) -> None:
    made.with_name(f"~${made.name}").write_bytes(b"")
    assert refusal_of(made, "none") == ["OUTPUT_OPEN"]


def test_a_hostile_file_is_left_alone(made: Path, tmp_path: Path) -> None:
    def with_entities(entries: Entries) -> None:
        entries["xl/worksheets/sheet1.xml"] = (
            b'<!DOCTYPE x [<!ENTITY a "b">]>' + entries["xl/worksheets/sheet1.xml"]
        )

    assert refusal_of(changed(made, tmp_path / "bad.xlsx", with_entities), "none") == ["FILE_HOSTILE"]
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(made.read_bytes()[:-2000])
    assert refusal_of(cut, "none") == ["FILE_CORRUPT"]


def test_a_converted_plan_can_be_changed_and_recalculated_like_any_other(
    converted: Conversions, tmp_path: Path
) -> None:
    path = Path(shutil.copy(converted["linked_by_path", "none"][0], tmp_path / "plan.xlsx"))
    targets = open_workbook(path, BOOK).tables["targets"]
    goal = Change(targets.grid.name, targets.numbers[0], targets.columns["goal"], "2000万次")
    assert patch_workbook(path, [goal]) == 1
    assert recalculate(path, BOOK) > 0
    assert 20_000_000 in cached_values(path).values()
