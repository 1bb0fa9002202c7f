"""Planner edits reach the formulas: what is asked of a table afterwards is answered rightly."""

from pathlib import Path

import pytest

from tests.proof.book import Book
from tests.proof.edit import HideColumn, InsertRow, MoveColumn, SetCell, SortTable, edited, edited_each
from tests.proof.made import made
from tests.proof.package import MAIN
from tests.proof.recalculate import cached_values
from tests.proof.values import Value

TWICE = "=tblA[[#This Row],[x]]*2"
QUESTIONS = {
    "A1": "=SUM(tblA[x])",
    "A2": "=SUM(tblA[倍])",
    "A3": "=SUM(甲!$C$3:$C$5)",
    "A4": '=INDEX(tblA[x],MATCH("甲",tblA[编号],0))',
    "A5": '=MATCH("倍",tblA[[#Headers],[编号]:[倍]],0)',
    "A6": "=INDEX(tblA[x],1)",
}
STEPS = {
    "nothing": [],
    "insert": [InsertRow("tblA", 1), SetCell("甲", "C4", 10)],
    "insert a row of the sheet": [InsertRow("tblA", 2, entire=True), SetCell("甲", "B5", "丁")],
    "sort": [SortTable("tblA", "x")],
    "sort downwards": [SortTable("tblA", "编号", descending=True)],
    "move to the front": [MoveColumn("tblA", "倍", before="编号")],
    "move to the end": [MoveColumn("tblA", "x", before=None)],
    "clear": [SetCell("甲", "C3", None)],
    "hide": [HideColumn("甲", "C")],
    "all": [MoveColumn("tblA", "x", before="编号"), InsertRow("tblA", 2), SortTable("tblA", "编号")],
}


def table_book(path: Path) -> Path:
    """甲!B2:D6: 编号 丙 甲 乙, x 3 1 2, 倍 = twice x, a totals row; the questions on the sheet 乙."""

    def build(workbook):
        sheet, other = workbook.add_worksheet("甲"), workbook.add_worksheet("乙")
        columns = [{"header": "编号"}, {"header": "x"}, {"header": "倍", "formula": TWICE}]
        sheet.add_table("B2:D6", {"name": "tblA", "columns": columns, "total_row": True})
        for row, (name, number) in enumerate([("丙", 3), ("甲", 1), ("乙", 2)], start=2):
            sheet.write_string(row, 1, name)
            sheet.write_number(row, 2, number)
            sheet.write_formula(row, 3, TWICE, None, number * 2)
        for cell, formula in QUESTIONS.items():
            other.write_formula(cell, formula, None, 0)

    return made(path, build)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("改 edit")
    path = table_book(folder / "book.xlsx")
    files = edited_each([(path, steps) for steps in STEPS.values()], folder)
    return dict(zip(STEPS, files, strict=True))


def answers(path: Path) -> list[Value]:
    values = cached_values(path)
    return [values.get(("乙", cell)) for cell in QUESTIONS]


def column(path: Path, letter: str, rows: range) -> list[Value]:
    values = cached_values(path)
    return [values.get(("甲", f"{letter}{row}")) for row in rows]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("nothing", [6, 12, 6, 1, 3, 3]),
        ("insert", [16, 32, 16, 1, 3, 3]),
        ("insert a row of the sheet", [6, 12, 6, 1, 3, 3]),
        ("sort", [6, 12, 6, 1, 3, 1]),
        ("move to the front", [6, 12, 6, 1, 1, 3]),
        ("move to the end", [6, 12, 6, 1, 2, 3]),
        ("clear", [3, 6, 3, 1, 3, 0]),
        ("hide", [6, 12, 6, 1, 3, 3]),
        ("all", [6, 12, 6, 1, 2, 3]),
    ],
)
def test_the_questions_are_answered_after(steps, expected, results):
    assert answers(results[steps]) == expected


def test_an_inserted_row_belongs_to_the_table_and_its_calculated_column_fills_it(results):
    assert column(results["insert"], "D", range(2, 7)) == ["倍", 6, 20, 2, 4]
    assert str(Book(results["insert"]).tables["tbla"][1].area) == "B2:D7"
    assert column(results["insert a row of the sheet"], "B", range(3, 7)) == ["丙", "甲", "丁", "乙"]


def test_sorting_keeps_rows_together(results):
    assert column(results["sort"], "B", range(3, 6)) == ["甲", "乙", "丙"]
    assert column(results["sort"], "D", range(3, 6)) == [2, 4, 6]


def test_a_moved_column_takes_its_cells_along(results):
    assert column(results["move to the front"], "B", range(2, 6)) == ["倍", 6, 2, 4]
    assert column(results["move to the end"], "D", range(2, 6)) == ["x", 3, 1, 2]


def test_a_hidden_column_is_hidden(results):
    columns = Book(results["hide"]).sheets[0].root.iterfind(f"{MAIN}cols/{MAIN}col[@min='3']")
    assert [one.get("hidden") for one in columns] == ["true"]


def test_a_step_that_cannot_be_done_says_why(tmp_path):
    path = table_book(tmp_path / "book.xlsx")
    with pytest.raises(RuntimeError, match="no column 没有"):
        edited(path, [SortTable("tblA", "没有")], tmp_path)
    with pytest.raises(RuntimeError, match="after data rows 1 to 2"):
        edited(path, [InsertRow("tblA", 3)], tmp_path)
