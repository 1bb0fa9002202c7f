"""The sheet of findings and the marks in the plan: what a check leaves in a workbook, judged by engines."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from promo_xl.assets import workbook_templates
from promo_xl.plan.findings import RefusedError, Severity
from promo_xl.refresh.steps import perform
from promo_xl.refresh.work import Performed
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.check import check_workbook
from promo_xl.workbook.convert import convert_workbook
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook, read_workbook
from promo_xl.workbook.repair import formats_in
from promo_xl.workbook.write import build
from tests.proof.edit import InsertRow, SortTable, edited
from tests.proof.package_lint import lint
from tests.proof.recalculate import cached_values, formula_cells
from tests.proof.validator import validate
from tests.workbook.files import STAMP, planned
from tests.workbook.marks import marked, marked_in_libreoffice

BOOK = load_book()
SHEETS = {"zh": "检查结果", "en": "Findings"}
WITH_FINDINGS = ["running_zh", "running_en", "broken", "without_add_in", "office_js"]
every_plan = pytest.mark.parametrize("name", WITH_FINDINGS)


def check(path: Path) -> Performed:
    return perform("check", path, BOOK, wording("en"))


@pytest.fixture
def files_checked(files: dict[str, Path], tmp_path: Path) -> "Checked":
    return Checked(files, tmp_path)


class Checked:
    """Copies of the plans after a check."""

    def __init__(self, files: Mapping[str, Path], folder: Path) -> None:
        self.files, self.folder = files, folder

    def __call__(self, name: str) -> Path:
        path = Path(shutil.copy(self.files[name], self.folder / f"{name}.xlsx"))
        check(path)
        return path


def rows(path: Path) -> list[Mapping[str, object]]:
    """The filled rows of the table of findings."""
    return [
        {key: value for key, value in row.items() if value}
        for row in open_workbook(path, BOOK).tables["findings"].rows
    ]


def at(path: Path, table: str, row: int, field: str) -> tuple[str, int, int]:
    """Sheet, row and column of a field in a row (from 0) of a table."""
    read = open_workbook(path, BOOK).tables[table]
    return read.grid.name, read.numbers[row], read.columns[field]


def typed(path: Path, place: tuple[str, int, int], value: float | str | None) -> None:
    """A planner types a value into a cell."""
    patch_workbook(path, [Change(*place, value)])


@every_plan
def test_each_finding_has_its_row_and_the_worst_come_first(files_checked: Checked, name: str) -> None:
    path = files_checked(name)
    opened = open_workbook(path, BOOK)
    words, found = wording(opened.language), check_workbook(path, BOOK)
    told = rows(path)
    assert found
    assert [row["sentence"] for row in told] == [words.sentence(finding) for finding in found]
    labels = [BOOK.label_of("severity", f.severity.name.lower(), opened.language) for f in found]
    assert [row["severity"] for row in told] == labels
    assert [f.severity for f in found] == sorted((f.severity for f in found), reverse=True)


@every_plan
def test_each_place_is_a_link_to_its_cell(files_checked: Checked, name: str) -> None:
    path = files_checked(name)
    told, values = rows(path), cached_values(path)
    read = open_workbook(path, BOOK).tables["findings"]
    for number, row, finding in zip(read.numbers, told, check_workbook(path, BOOK), strict=True):
        sheet, _, cell = finding.place.removeprefix(f"{path.name} › ").rpartition("!")
        assert row["target"] == f"'{sheet}'!{cell}" or row["target"] == f"{sheet}!{cell}"
        assert row["place"] == row["shown"] == f"→ {sheet}!{cell}"
        formula = formula_cells(path)[read.grid.name, f"B{number}"]
        assert "HYPERLINK" in formula
        assert values[read.grid.name, f"B{number}"] == row["place"]


@every_plan
def test_the_cells_of_errors_and_warnings_are_marked_and_no_others(files_checked: Checked, name: str) -> None:
    path = files_checked(name)
    opened = open_workbook(path, BOOK)
    grid = opened.tables["tasks"].grid
    found = [f for f in check_workbook(path, BOOK) if f.place.startswith(f"{path.name} › {grid.name}!")]
    wanted = {f.place.rpartition("!")[2] for f in found if f.severity > Severity.INFO}
    grades = marked(path, "tasks")
    assert wanted
    ids = [row.get("id") for row in opened.tables["tasks"].rows]
    if len(set(ids)) == len(ids):
        assert grades.keys() == wanted
    else:  # rows of one id that hold the same cannot be told apart
        assert wanted <= grades.keys() <= wanted | {"E9", "E10", "H9", "H10", "A10"}
    errors = {f.place.rpartition("!")[2] for f in found if f.severity == Severity.ERROR}
    assert errors <= {cell for cell, grade in grades.items() if grade == "error"}


@pytest.mark.parametrize("name", ["broken", "running_en"])
def test_libreoffice_marks_the_same_cells(files_checked: Checked, tmp_path: Path, name: str) -> None:
    path = files_checked(name)
    found = marked(path, "tasks")
    assert len(found) > 1
    assert marked_in_libreoffice(path, "tasks", tmp_path) == found


def test_a_mark_goes_as_soon_as_its_cell_is_changed_and_the_others_stay(files_checked: Checked) -> None:
    path = files_checked("running_zh")
    before = marked(path, "tasks")
    late = next(cell for cell in before if cell.startswith("H"))
    typed(path, ("推广执行甘特图", int(late[1:]), 8), 46203)
    assert marked(path, "tasks") == {cell: grade for cell, grade in before.items() if cell != late}


def test_a_cell_that_was_blank_loses_its_mark_when_something_is_typed(files_checked: Checked) -> None:
    path = files_checked("running_zh")
    unassigned = next(cell for cell in marked(path, "tasks") if cell.startswith("E"))
    for value in ("张三", 0, " "):
        typed(path, ("推广执行甘特图", int(unassigned[1:]), 5), value)
        assert unassigned not in marked(path, "tasks"), value
    typed(path, ("推广执行甘特图", int(unassigned[1:]), 5), None)
    assert unassigned in marked(path, "tasks")


def test_a_number_and_the_same_signs_as_a_text_are_told_apart(files_checked: Checked) -> None:
    path = files_checked("running_zh")
    late = next(cell for cell in marked(path, "tasks") if cell.startswith("H"))
    place = ("推广执行甘特图", int(late[1:]), 8)
    held = cached_values(path)["推广执行甘特图", late]
    assert isinstance(held, int | float)
    typed(path, place, str(int(held)))
    assert late not in marked(path, "tasks")
    typed(path, place, held)
    assert late in marked(path, "tasks")


@pytest.mark.parametrize(
    "step", [SortTable("tblTasks", "任务名称"), InsertRow("tblTasks", 2, entire=True)], ids=["sorted", "inserted"]
)
def test_marks_go_with_their_rows(files_checked: Checked, tmp_path: Path, step: SortTable | InsertRow) -> None:
    path = files_checked("running_zh")
    (tmp_path / "edited").mkdir()
    moved_on = edited(path, [step], tmp_path / "edited")

    def named(file: Path) -> set[tuple[object, str]]:
        read = open_workbook(file, BOOK).tables["tasks"]
        by_row = dict(zip(read.numbers, read.rows, strict=True))
        return {(by_row[int(cell[1:])]["name"], cell[0]) for cell in marked(file, "tasks")}

    assert len(named(path)) == 2
    assert named(moved_on) == named(path)
    assert marked(moved_on, "tasks") != marked(path, "tasks")


def test_what_is_mended_is_gone_after_the_next_check(files_checked: Checked) -> None:
    path = files_checked("running_zh")
    late = next(i for i, row in enumerate(rows(path)) if "2026-06-12" in str(row["sentence"]))
    task = next(cell for cell in marked(path, "tasks") if cell.startswith("H"))
    typed(path, ("推广执行甘特图", int(task[1:]), 8), 46203)
    owner = next(cell for cell in marked(path, "tasks") if cell.startswith("E"))
    typed(path, ("推广执行甘特图", int(owner[1:]), 5), "组长")
    before = [row["sentence"] for row in rows(path)]
    check(path)
    after = [row["sentence"] for row in rows(path)]
    assert before[late] not in after
    assert not {task, owner} & marked(path, "tasks").keys()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("host", ["none", "xlam", "officejs"])
def test_a_plan_without_findings_says_so_in_a_friendly_sentence(tmp_path: Path, language: str, host: str) -> None:
    path = tmp_path / "plan.xlsx"
    plan = planned(language=language, as_of=date(2026, 4, 1))
    owned = tuple(replace(task, owners=task.owners or ("M",)) for task in plan.tasks)
    build(replace(plan, tasks=owned, members=()), BOOK, language, str(path), replace(STAMP, host=host))  # type: ignore[arg-type]
    assert check_workbook(path, BOOK) == []
    done = check(path)
    assert done.findings == ()
    assert rows(path) == []
    said = wording(language).in_excel("checked_clean", as_of="2026-04-01")
    assert cached_values(path)[SHEETS[language], "B5"] == said
    assert marked(path, "tasks") == {}


@pytest.mark.parametrize("name", [*WITH_FINDINGS, "hostile", "default_en"])
def test_a_second_check_of_an_unchanged_plan_leaves_every_byte(files_checked: Checked, name: str) -> None:
    path = files_checked(name)
    before = path.read_bytes()
    assert check(path).changes == ()
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["running_zh", "running_en", "without_add_in"])
def test_the_sheet_is_out_of_sight_until_a_check_shows_it(
    files: dict[str, Path], files_checked: Checked, name: str
) -> None:
    def state(path: Path) -> str:
        workbook = openpyxl.load_workbook(path, read_only=True)
        return next(s.sheet_state for s in workbook.worksheets if s.title in SHEETS.values())

    path = files_checked(name)
    assert (state(files[name]), state(path)) == ("hidden", "visible")
    assert check(path).shown.rpartition("!")[0] in SHEETS.values()


@pytest.mark.parametrize("name", ["running_zh", "running_en", "broken", "hostile", "without_add_in", "office_js"])
def test_a_checked_file_is_well_formed(files_checked: Checked, name: str) -> None:
    path = files_checked(name)
    assert lint(path) == []
    assert validate([path]) == []


def test_findings_are_no_part_of_the_plan(files: dict[str, Path], files_checked: Checked) -> None:
    for name in WITH_FINDINGS:
        before, after = read_workbook(files[name], BOOK), read_workbook(files_checked(name), BOOK)
        assert after == before
        assert not after.more.keys() & BOOK.reports
        assert not after.project.keys() & BOOK.reports


def test_texts_of_a_plan_stay_texts(files: dict[str, Path], files_checked: Checked) -> None:
    path = files_checked("hostile")
    assert formula_cells(path) == formula_cells(files["hostile"])
    assert any("=cmd|" in str(row["sentence"]) for row in rows(path))


@pytest.mark.parametrize("name", ["hostile", "long"])
def test_more_findings_than_rows_are_counted_in_the_last_one(files_checked: Checked, name: str) -> None:
    path = files_checked(name)
    found, told = check_workbook(path, BOOK), rows(path)
    assert len(told) == 100 < len(found)
    assert [row["sentence"] for row in told[:-1]] == [wording("zh").sentence(f) for f in found[:99]]
    assert told[-1] == {"sentence": wording("zh").in_excel("checked_more", count=len(found) - 99)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_without_the_sheet_is_told_so_and_all_findings_come_all_the_same(
    files: dict[str, Path], tmp_path: Path, language: str
) -> None:
    path = tmp_path / "plan.xlsx"
    workbook = openpyxl.load_workbook(files[f"running_{language}"])
    del workbook[SHEETS[language]]
    workbook.save(path)
    before, found = path.read_bytes(), check_workbook(path, BOOK)
    assert not any("plan_check_marks" in one.formula for one in formats_in(path, open_workbook(path, BOOK), BOOK))
    assert "TABLE_MISSING" not in {finding.code for finding in found}
    done = check(path)
    assert list(done.findings[:-1]) == found
    assert (done.findings[-1].code, done.findings[-1].severity) == ("FINDINGS_SHEET_MISSING", Severity.INFO)
    assert SHEETS[language] in wording(language).sentence(done.findings[-1])
    assert path.read_bytes() == before


def test_templates_without_the_sheet_make_plans_without_marks(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(workbook_templates(), tmp_path / "templates"))
    (folder / "sheets" / "checks.yml").unlink()
    book, path = load_book(folder), tmp_path / "plan.xlsx"
    build(planned(), book, "zh", str(path), STAMP)
    opened = open_workbook(path, book)
    assert not any("plan_check_marks" in one.formula for one in formats_in(path, opened, book))
    assert perform("check", path, book, wording("zh")).findings[-1].code == "FINDINGS_SHEET_MISSING"


def test_a_key_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(workbook_templates(), tmp_path / "templates"))
    file = folder / "sheets" / "cover.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("key: '[name]'", "key: '[nme]'"), encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        load_book(folder)
    (finding,) = refused.value.findings
    assert (finding.code, finding.details["found"], finding.details["expected"]) == ("TEMPLATE", "nme", "name?")


@pytest.mark.parametrize("name", ["running_zh", "running_en", "without_add_in", "office_js"])
def test_no_colour_rule_names_another_sheet(files: dict[str, Path], name: str) -> None:
    found = formats_in(files[name], open_workbook(files[name], BOOK), BOOK)
    assert len([one for one in found if "plan_check_marks" in one.formula]) == 2 * 10  # tables with a key
    assert [one for one in found if "!" in one.formula] == []


def test_findings_outside_the_tasks_are_marked_at_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    plan = planned()
    doubled = (replace(plan.risks[1], id="R1"), *plan.risks[1:])
    shares = (replace(plan.phases[0], share=0.9), *plan.phases[1:])
    build(replace(plan, risks=(plan.risks[0], *doubled), phases=shares), BOOK, "zh", str(path), STAMP)
    check(path)
    sheet, row, column = at(path, "risks", 0, "id")
    assert (sheet, column) == ("风险预案表", 1)
    assert marked(path, "risks") == {f"A{row}": "error", f"A{row + 1}": "error"} | {
        cell: grade for cell, grade in marked(path, "risks").items() if not cell.startswith("A")
    }
    _, row, _ = at(path, "phases", 0, "share")
    assert [grade for cell, grade in marked(path, "phases").items() if cell.endswith(str(row))] == ["warning"]


def test_what_a_cell_cannot_hold_is_marked_until_it_is_mended(files: dict[str, Path], tmp_path: Path) -> None:
    path = Path(shutil.copy(files["running_zh"], tmp_path / "plan.xlsx"))
    place = at(path, "risks", 0, "likelihood")
    held = cached_values(path)["风险预案表", f"J{place[1]}"]
    typed(path, place, "很高")
    check(path)
    assert any("很高" in str(row["sentence"]) for row in rows(path))
    assert f"J{place[1]}" in marked(path, "risks")
    typed(path, place, held)  # type: ignore[arg-type]
    assert f"J{place[1]}" not in marked(path, "risks")


def test_an_id_that_is_missing_does_not_keep_a_row_from_being_marked(
    files: dict[str, Path], tmp_path: Path
) -> None:
    path = Path(shutil.copy(files["running_zh"], tmp_path / "plan.xlsx"))
    check(path)
    unassigned = next(cell for cell in marked(path, "tasks") if cell.startswith("E"))
    typed(path, ("推广执行甘特图", int(unassigned[1:]), 1), None)
    check(path)
    assert unassigned in marked(path, "tasks")


@pytest.mark.parametrize("name", ["running_zh", "running_en"])
def test_converting_to_no_add_in_keeps_findings_and_marks(files_checked: Checked, name: str) -> None:
    path = files_checked(name)
    before, told = marked(path, "tasks"), rows(path)
    convert_workbook(path, BOOK, "none")
    assert (marked(path, "tasks"), rows(path)) == (before, told)


def heights(path: Path, sheet: str) -> dict[int, float]:
    """The rows below the table's header that have a height of their own."""
    rows = openpyxl.load_workbook(path)[sheet].row_dimensions
    return {number: row.height for number, row in rows.items() if number > 7 and row.height}


def long_name(path: Path, name: str) -> None:
    """The task without an owner gets this name."""
    read = open_workbook(path, BOOK).tables["tasks"]
    row = next(i for i, values in enumerate(read.rows) if not values["owners"])
    typed(path, at(path, "tasks", row, "name"), name)


@pytest.mark.parametrize("name", ["running_zh", "running_en"])
def test_a_row_of_findings_is_as_high_as_its_sentence_and_an_emptied_one_as_any_other(
    files_checked: Checked, name: str
) -> None:
    path = files_checked(name)
    told = {i + 8: str(row["sentence"]) for i, row in enumerate(rows(path))}
    low = heights(path, SHEETS[name[-2:]])
    assert low == dict.fromkeys(told, 18)
    long_name(path, "长" * 120)  # 240 wide, in a column of 110 or 123
    check(path)
    high = heights(path, SHEETS[name[-2:]])
    number = next(i + 8 for i, row in enumerate(rows(path)) if "长长" in str(row["sentence"]))
    assert {**high, number: 18} == low
    assert high[number] == 15 * 3 + 3
    for row, values in enumerate(open_workbook(path, BOOK).tables["tasks"].rows):
        if not values["owners"]:
            typed(path, at(path, "tasks", row, "owners"), "甲")
    check(path)
    assert heights(path, SHEETS[name[-2:]]).keys() <= {i + 8 for i in range(len(rows(path)))}


@pytest.mark.parametrize("name", WITH_FINDINGS)
def test_the_sheet_prints_its_findings_and_no_row_below_them(files_checked: Checked, name: str) -> None:
    path = files_checked(name)
    sheet = openpyxl.load_workbook(path)[SHEETS["en" if name in ("running_en", "office_js") else "zh"]]
    told = [row for row in rows(path) if row.get("sentence")]
    assert told
    assert sheet.print_area == f"'{sheet.title}'!$A$1:$D${7 + len(told)}"
    assert [problem for problem in lint(path) if "name" in problem.code] == []


def test_what_is_printed_follows_each_check_and_nothing_below_the_header_where_nothing_is_wrong(
    files_checked: Checked,
) -> None:
    path = files_checked("running_zh")
    before = openpyxl.load_workbook(path)["检查结果"].print_area
    for row, values in enumerate(open_workbook(path, BOOK).tables["tasks"].rows):
        if not values["owners"]:
            typed(path, at(path, "tasks", row, "owners"), "林悦")
        elif values["status"] == "delayed":
            typed(path, at(path, "tasks", row, "status"), "已完成")
    check(path)
    after = openpyxl.load_workbook(path)["检查结果"].print_area
    assert rows(path) == []
    assert (before, after) == ("'检查结果'!$A$1:$D$9", "'检查结果'!$A$1:$D$7")
