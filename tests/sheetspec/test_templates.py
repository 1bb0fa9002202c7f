"""Templates: mistakes are named with file, line and what was expected; and the drills stay cheap."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from promo_xl import assets
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.read import read_workbook
from promo_xl.workbook.write import Imprint, build
from tests.proof.package_lint import lint
from tests.proof.recalculate import cached_values, ironcalc_values, unequal
from tests.proof.validator import validate
from tests.workbook.files import JUNE, Setting, compose

Change = Callable[[str, str, str], None]


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A planner's own copy of the templates."""
    return Path(shutil.copytree(assets.workbook_templates(), tmp_path / "templates"))


@pytest.fixture
def change(templates: Path) -> Change:
    """Replaces a text of one file, which must be there."""

    def changed(file: str, old: str, new: str) -> None:
        path = templates / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return changed


def findings(templates: Path) -> list[Finding]:
    with pytest.raises(RefusedError) as refused:
        load_book(templates)
    return list(refused.value.findings)


def line_of(path: Path, text: str) -> int:
    return path.read_text(encoding="utf-8")[: path.read_text(encoding="utf-8").index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "found", "expected"),
    [
        ("type: money, width: 11", "type: mony, width: 11", "mony", "one of text, long"),
        ("type: money, width: 11", "type: money, width: wide", "wide", "a number"),
        ("{field: budget, label", "{feild: budget, label", "feild", "field?"),
        ("[owners]=\"\",\" \"&check_mark", "[ownrs]=\"\",\" \"&check_mark", "ownrs", "owners?"),
        ("COUNTIFS(tasks[id_key]", "COUNTIFS(task[id_key]", "task", "tasks?"),
        ("check_mark.missing_date", "check_mark.missing_dat", "missing_dat", "missing_date?"),
        ("duration_basis=duration", "duratoin_basis=duration", "duratoin_basis", "duration_basis?"),
        ("IF([milestone]=mark.yes,0,", "XLOOKUP([milestone]=mark.yes,0,", "XLOOKUP", "a formula"),
        ("'IF([id]=\"\",\"\",KEY([id]))'", "'IF([id]=\"\",\"\",TODAY())'", "TODAY in a cell", "as_of"),
        ("label: {zh: 预算, en: Budget}", "label: {zh: 状态, en: Budget}", "label 状态 twice", "once"),
        ("{field: note, label: {zh: 备注, en: Note}", "{field: note, label: {fr: Note}", "language fr", "en, zh"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_file_and_what_was_expected(
    templates: Path, change: Change, old: str, new: str, found: str, expected: str
) -> None:
    change("sheets/gantt.yml", old, new)
    said = findings(templates)
    assert any(
        f.place.startswith("gantt.yml:")
        and found in str(f.details["found"])
        and expected in str(f.details["expected"])
        for f in said
    ), [(f.place, dict(f.details)) for f in said]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("shade: IF(row_head*column_head>=15", "shade: IF(row_head*column_head>=budget", "depends on budget"),
        ("shade: IF(row_head*column_head>=15", "shade: IF(SUM(risks[impact])>=15", "depends on cells"),
    ],
)
def test_a_shade_that_could_not_follow_its_value_is_refused(
    templates: Path, change: Change, old: str, new: str, found: str
) -> None:
    change("sheets/cover.yml", old, new)
    assert [(f.place.split(":")[0], found in str(f.details["found"])) for f in findings(templates)] == [
        ("cover.yml", True)
    ]


def test_the_line_is_that_of_the_mistake(templates: Path, change: Change) -> None:
    change("sheets/risks.yml", "type: grade, choices: grade_1_to_5", "type: grad, choices: grade_1_to_5")
    line = line_of(templates / "sheets/risks.yml", "type: grad, choices")
    assert [f.place for f in findings(templates)] == [f"risks.yml:{line}"]


def test_all_mistakes_are_told_at_once(templates: Path, change: Change) -> None:
    change("sheets/risks.yml", "spare: 7", "spare: seven")
    change("sheets/team.yml", "freeze: role", "frieze: role")
    assert sorted(f.place.split(":")[0] for f in findings(templates)) == ["risks.yml", "team.yml"]


@pytest.mark.parametrize("text", ["a: [1, 2", "\t- x", "a: b: c", "", "- 1", "blocks: 3"])
def test_a_file_that_is_no_sheet_is_refused_and_not_crashed_on(templates: Path, text: str) -> None:
    (templates / "sheets/own.yml").write_text(text, encoding="utf-8")
    assert {f.code for f in findings(templates)} == {"TEMPLATE"}


def written(templates: Path, target: Path, language: str = "zh") -> Path:
    book = load_book(templates)
    plan = compose(JUNE, book, Setting(language, JUNE.start))
    build(plan, book, language, str(target), Imprint(datetime(2026, 6, 1)))
    assert read_workbook(target, book) == plan
    return target


def sound(path: Path) -> None:
    assert [str(problem) for problem in (*validate([path]), *lint(path))] == []
    assert unequal(path, ironcalc_values(path)) == []


def test_a_new_column_with_a_formula_is_one_line_in_one_file(
    templates: Path, change: Change, tmp_path: Path
) -> None:
    change(
        "sheets/gantt.yml",
        "      - {field: note, ",
        "      - {field: cost_center, label: {zh: 成本中心, en: Cost center}, width: 12}\n"
        "      - {field: per_day, label: {zh: 日均预算, en: Budget a day}, type: money, width: 12, "
        "formula: 'RATIO([budget],[duration])'}\n"
        "      - {field: note, ",
    )
    change("sheets/gantt.yml", 'id: "1.1", phase', 'id: "1.1", budget: 900, cost_center: A-7, phase')
    path = written(templates, tmp_path / "own.xlsx")
    sound(path)
    assert {"成本中心", "日均预算", "A-7", 225.0} <= set(cached_values(path).values())
    assert read_workbook(path, load_book(templates)).tasks[0].more == {"cost_center": "A-7"}


def test_a_new_sheet_is_one_new_file(templates: Path, tmp_path: Path) -> None:
    (templates / "sheets/materials.yml").write_text(
        """
sheet: materials
order: 55
name: {zh: 物料表, en: Materials}
freeze: name
blocks:
  - table: materials
    name: tblMaterials
    least: 10
    spare: 5
    columns:
      - {field: name, label: {zh: 物料, en: Material}, width: 20, needed: true}
      - {field: price, label: {zh: 单价, en: Price}, type: money, width: 10}
      - {field: count, label: {zh: 数量, en: Count}, type: count, width: 8}
      - {field: total, label: {zh: 小计, en: Total}, type: money, width: 12, formula: 'RATIO([price]*[count],1)'}
      - {field: due, label: {zh: 到货日, en: Due}, type: date, width: 12}
    defaults:
      - {name: {zh: 海报, en: Poster}, price: 12.5, count: 40, due: launch-3wd}
""",
        encoding="utf-8",
    )
    path = written(templates, tmp_path / "own.xlsx")
    sound(path)
    assert cached_values(path)["物料表", "D6"] == 500


def test_a_new_language_is_one_new_file(templates: Path, tmp_path: Path) -> None:
    english = (templates / "labels.en.yml").read_text(encoding="utf-8")
    (templates / "labels.ja.yml").write_text(
        english.replace("name: English", "name: 日本語")
        + "\ntexts:\n  Gantt: ガントチャート\n  Task: タスク\n  Done: 完了\n",
        encoding="utf-8",
    )
    path = written(templates, tmp_path / "own.xlsx", "ja")
    sound(path)
    values = cached_values(path)
    assert ("ガントチャート", "A1") in values
    assert "タスク" in values.values()


def test_a_changed_file_is_read_again_and_a_relative_folder_is_not_confused(
    templates: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(templates.parent)
    before = load_book(Path("templates"))
    assert load_book(templates) is before
    change("choices.yml", "zh: 未开始", "zh: 待启动")
    assert load_book(Path("templates")).label_of("task_status", "not_started", "zh") == "待启动"
