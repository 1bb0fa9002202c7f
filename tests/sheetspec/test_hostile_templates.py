"""Templates come from other people too: whatever a file holds, the answer is a sentence with its place."""

import shutil
from pathlib import Path

import pytest

from promo_xl import assets
from promo_xl.plan.findings import RefusedError
from promo_xl.sheetspec.load import load_book

BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)
)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return Path(shutil.copytree(assets.workbook_templates(), tmp_path / "templates"))


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "a: &a [*a]",
        "[" * 5000,
        "order: !!python/name:os.system x",
        "order: !!int abc",
        "order: 2026-02-31",
        "sheet: x\norder: 1\nname: x\nblocks: [{form: f, fields: [{field: f, label: l, formula: '"
        + "(" * 3000
        + "'}]}]",
    ],
)
def test_a_hostile_file_is_refused_with_its_place(templates: Path, text: str) -> None:
    (templates / "sheets" / "own.yml").write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        load_book(templates)
    assert all("own.yml" in finding.place for finding in refused.value.findings)


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("sheets/team.yml", "name: tblMembers", "name: R1C1", "R1C1"),
        ("sheets/team.yml", "name: tblMembers", "name: tbl Members", "tbl Members"),
        ("sheets/team.yml", "name: tblMembers", "name: tblTasks", "tblTasks twice"),
        ("sheets/team.yml", "zh: 项目组分工表", "zh: 项目组/分工表", "项目组/分工表"),
        ("sheets/team.yml", "zh: 项目组分工表", "zh: 推广执行甘特图", "推广执行甘特图 twice"),
        ("sheets/team.yml", "spare: 8", "spare: 2000000", "spare 2000000"),
        ("sheets/team.yml", "width: 34", "width: 3400", "width 3400"),
        ("sheets/team.yml", "width: 34", "width: -34", "width -34"),
        ("sheets/team.yml", "freeze: role", "freeze: rolle", "freeze rolle"),
        ("sheets/gantt.yml", "zoom: 85", "zoom: 4", "zoom 4"),
        ("sheets/gantt.yml", "pages_across: 2", "pages_across: 0", "pages_across 0"),
        ("sheets/gantt.yml", "MAX(tasks[end])+3", "MAX(tasks[ende])+3", "ende"),
        ("sheets/cover.yml", "row_height: 16.5", "row_height: 900", "row_height 900"),
        ("sheets/risks.yml", "[likelihood]*[impact])'", "[grade]*[impact])'", "risks[grade]"),
        ("sheets/risks.yml", "[likelihood]*[impact])'", "[value]*[impact])'", "risks[value]"),
        ("sheets/risks.yml", "[likelihood]*[impact])'", "IF())'", "IF()"),
        ("theme.yml", 'ink: "#1F2A37"', "ink: 紫红", "紫红"),
        ("sheets/team.yml", "short: m", "short: t", "t twice"),
        ("sheets/team.yml", "short: m", "short: schedule", "schedule twice"),
        ("sheets/team.yml", "short: m", "short: A1", "A1"),
        ("sheets/live.yml", "columns: [total, none]", "columns: [total, 2 none]", "2 none"),
        ("sheets/live.yml", "rows_of: members", "rows_of: people", "people"),
        ("sheets/team.yml", "HERE(load[peak])", "HERE(load[high])", "high"),
        ("sheets/team.yml", "kind: remembered, compute: peak_load,", "", "live peak_load"),
        (
            "sheets/team.yml",
            "'IF([role]&[name]=",
            "'PROMO_VERSION()&IF([role]&[name]=",
            "PROMO_VERSION outside live:",
        ),
        (
            "sheets/cover.yml",
            "formula: engine.formulas",
            "formula: POSITION()",
            "POSITION outside a table's column",
        ),
        ("sheets/risks.yml", "style: struck", "style: struk", "struk"),
    ],
)
def test_what_would_make_a_broken_workbook_is_refused_before_any_is_made(
    templates: Path, file: str, old: str, new: str, found: str
) -> None:
    path = templates / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        load_book(templates)
    assert any(found in str(finding.details["found"]) for finding in refused.value.findings), refused.value


@pytest.mark.parametrize("file", ["theme.yml", "choices.yml", "formulas.yml"])
def test_a_missing_file_is_named(templates: Path, file: str) -> None:
    (templates / file).unlink()
    with pytest.raises(RefusedError) as refused:
        load_book(templates)
    assert refused.value.findings[0].place == file
