"""Colour rules and live calls as they were generated, at the place and size that a workbook has now."""

import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from promo_xl.assets import workbook_templates
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.repair import Format, extensions_in, formats_in
from promo_xl.workbook.tables_in_file import sheet_parts, table_areas
from promo_xl.workbook.write import build
from tests.proof.edit import InsertRow, edited
from tests.workbook.files import STAMP, planned

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rules_in(path: Path) -> list[tuple[str, str, str, dict[str, object]]]:
    """Sheet, area, formula and look of every rule with a formula, by sheet and priority."""
    with zipfile.ZipFile(path) as archive:
        looks = [_look(dxf) for dxf in ET.fromstring(archive.read("xl/styles.xml")).iter(f"{MAIN}dxf")]
        found = []
        for sheet, part in sheet_parts(archive):
            rules = [
                (int(rule.attrib["priority"]), area.attrib["sqref"], rule)
                for area in ET.fromstring(archive.read(part)).iter(f"{MAIN}conditionalFormatting")
                for rule in area.iter(f"{MAIN}cfRule")
                if rule.attrib["type"] == "expression"
            ]
            for _, area, rule in sorted(rules, key=lambda one: one[0]):
                found.append((sheet, area, rule.findtext(f"{MAIN}formula"), looks[int(rule.attrib["dxfId"])]))
    return found  # type: ignore[return-value]


def _look(dxf: ET.Element) -> dict[str, object]:
    look: dict[str, object] = {}
    for key, tag in (("font_color", "font"), ("bg_color", "fill")):
        color = dxf.find(f"{MAIN}{tag}//{MAIN}{'color' if tag == 'font' else 'bgColor'}")
        if color is not None:
            look[key] = "#" + color.attrib["rgb"][2:]
    for key, tag in (("bold", "b"), ("italic", "i"), ("font_strikeout", "strike")):
        if dxf.find(f"{MAIN}font/{MAIN}{tag}") is not None:
            look[key] = True
    number = dxf.find(f"{MAIN}numFmt")
    if number is not None:
        look["num_format"] = number.attrib["formatCode"]
    for side in ("left", "top", "bottom"):
        line = dxf.find(f"{MAIN}border/{MAIN}{side}")
        if line is not None and line.get("style"):
            look[side], look[f"{side}_color"] = 1, "#" + line.find(f"{MAIN}color").attrib["rgb"][2:]  # type: ignore[union-attr]
    return look


def formats(path: Path) -> tuple[Format, ...]:
    book = load_book()
    return formats_in(path, open_workbook(path, book), book)


@pytest.mark.parametrize("name", ["running_zh", "running_en", "long", "without_add_in", "office_js"])
def test_a_file_as_it_was_made_has_these_rules_already(files: dict[str, Path], name: str) -> None:
    wanted = [(f.sheet, f.area, f.formula.removeprefix("="), dict(f.style)) for f in formats(files[name])]
    assert len(wanted) > 50
    look_alike = [(*one[:3], {k: v for k, v in one[3].items() if k != "num_format"}) for one in wanted]
    found = [(*one[:3], {k: v for k, v in one[3].items() if k != "num_format"}) for one in rules_in(files[name])]
    assert look_alike == found


def test_a_rule_across_reads_each_cell_and_its_head(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(workbook_templates(), tmp_path / "templates"))
    file, declared = folder / "sheets" / "gantt.yml", "      - {when: '[status]=task_status.done',"
    own = """      - {when: 'here=head', style: bad, columns: [owners, phase], across: true}\n"""
    text = file.read_text(encoding="utf-8")
    assert text.count(declared) == 1
    file.write_text(text.replace(declared, own + declared), encoding="utf-8")
    book, path = load_book(folder), tmp_path / "plan.xlsx"
    build(planned(), book, "zh", str(path), STAMP)
    (drawn,) = [(area, formula) for _, area, formula, _ in rules_in(path) if formula == "B9=B$8"]
    assert drawn == ("B9:E58", "B9=B$8")
    assert [f.area for f in formats_in(path, open_workbook(path, book), book) if f.formula == "=B9=B$8"] == [
        "B9:E58"
    ]


def test_a_table_that_has_grown_is_covered_whole(files: dict[str, Path], tmp_path: Path) -> None:
    before = formats(files["running_zh"])
    steps = [InsertRow("tblTasks", 3, entire=True), InsertRow("tblTasks", 5, entire=True)]
    path = edited(files["running_zh"], steps, tmp_path)
    after = formats(path)
    bottom = table_areas(path)["tbltasks"].bottom
    assert bottom == table_areas(files["running_zh"])["tbltasks"].bottom + 2
    gantt = open_workbook(path, load_book()).tables["tasks"].grid.name
    assert len(after) == len(before)
    assert {f.area.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for f in after if f.sheet == gantt} == {
        str(bottom)
    }
    assert [f.formula for f in after if f.sheet == gantt] == [f.formula for f in before if f.sheet == gantt]


def test_a_call_that_its_table_has_outgrown_gets_room_from_the_bottom_up(
    files: dict[str, Path], tmp_path: Path
) -> None:
    book = load_book()
    path = edited(files["running_zh"], [InsertRow("tblTasks", 3, entire=True) for _ in range(6)], tmp_path)
    opened = open_workbook(path, book)
    found = extensions_in(path, opened, book)
    assert extensions_in(files["running_zh"], open_workbook(files["running_zh"], book), book) == ()
    tops = [int(one.area.split(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for one in found]
    assert tops == sorted(tops, reverse=True)
    rows = opened.tables["tasks"].last - opened.tables["tasks"].first + 1
    schedule = next(one for one in found if "PROMO_SCHEDULE" in one.formula)
    capacity = int(schedule.formula.rstrip(")").rpartition(",")[2])
    assert capacity > rows
    assert schedule.last - tops[found.index(schedule)] + 1 == capacity
    assert [name for name, _ in schedule.names] == [
        f"schedule.{column}" for column in ("early_start", "late_finish", "slack", "critical")
    ]
    assert all(refers.endswith(f"${schedule.last - 1}") for _, refers in schedule.names)
