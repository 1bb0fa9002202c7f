"""Both engines throw cached values away and find every wrong one."""

from pathlib import Path

import pytest

from tests.proof.made import changed, made, replaced
from tests.proof.recalculate import (
    cached_values,
    formula_cells,
    ironcalc_values,
    libreoffice_values,
    unequal,
)
from tests.proof.values import CellError, Values, same

RIGHT = {"E1": 6, "E2": True, "E3": "", "E4": "#DIV/0!", "E5": "文1", "E6": 7, "G": 10, "C": 2, "A": 7}
WRONG = {"E1": 99, "E2": False, "E3": "z", "E4": "#N/A", "E5": "文2", "E6": 99, "G": 99, "C": 99, "A": 99}


def book_with(cached: dict[str, object], path: Path) -> Path:
    """A table, an array formula, every type of value, a defined name, a hidden sheet."""

    def build(workbook):
        sheet, hidden = workbook.add_worksheet("甲"), workbook.add_worksheet("_h")
        hidden.hide()
        columns = [{"header": "编号"}, {"header": "x"}, {"header": "y"}]
        sheet.add_table("A1:C4", {"name": "tblA", "columns": columns, "data": [["a", 1], ["b", 2], ["c", 3]]})
        for row in range(1, 4):
            factor = row if cached["C"] == 2 else 1
            sheet.write_formula(row, 2, "=tblA[[#This Row],[x]]*2", None, cached["C"] * factor)
        sheet.write_formula("E1", "=SUM(tblA[x])", None, cached["E1"])
        sheet.write_formula("E2", "=IF(B2=1,TRUE,FALSE)", None, cached["E2"])
        sheet.write_formula("E3", '=IF(B2=1,"","z")', None, cached["E3"])
        sheet.write_formula("E4", "=1/0", None, cached["E4"])
        sheet.write_formula("E5", '="文"&B2', None, cached["E5"])
        sheet.write_formula("E6", "=IFERROR(PROMO_X(B2),7)", None, cached["E6"])
        sheet.write_array_formula("G1:G2", "{=B2:B3*10}", None, cached["G"])
        sheet.write_number("G2", cached["G"] * 2)
        hidden.write_formula("A1", "=甲!E1+NAME1", None, cached["A"])
        workbook.define_name("NAME1", "=甲!$B$2")

    return made(path, build)


ALL = {("甲", c) for c in ["C2", "C3", "C4", "E1", "E2", "E3", "E4", "E5", "E6", "G1", "G2"]} | {("_h", "A1")}


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Path, Values]]]:
    folder = tmp_path_factory.mktemp("引擎 recalc")
    files = [
        book_with(RIGHT, folder / "right.xlsx"),
        book_with(WRONG, folder / "wrong.xlsx"),
        changed(
            book_with(RIGHT, folder / "plain.xlsx"),
            folder / "as_excel_saves.xlsx",
            replaced("xl/worksheets/sheet1.xml", "IFERROR(PROMO_X(", "IFERROR([1]!PROMO_X("),
        ),
    ]
    office = libreoffice_values(files, folder / "office")
    return {
        "LibreOffice": [(file, office[file]) for file in files],
        "IronCalc": [(file, ironcalc_values(file)) for file in files],
    }


@pytest.mark.parametrize("engine", ["LibreOffice", "IronCalc"])
class TestEngine:
    def test_finds_right_values_equal(self, engine, engines):
        file, values = engines[engine][0]
        assert unequal(file, values) == []

    def test_recalculates_and_finds_every_wrong_value_even_on_hidden_sheets(self, engine, engines):
        file, values = engines[engine][1]
        assert {(d.sheet, d.cell) for d in unequal(file, values)} == ALL

    def test_lets_the_fallback_answer_where_excel_saved_the_call_of_an_add_in(self, engine, engines):
        file, values = engines[engine][2]
        assert unequal(file, values) == []
        assert values["甲", "E6"] == 7

    def test_tells_types_apart(self, engine, engines):
        _, values = engines[engine][1]
        found = [values.get(("甲", cell)) for cell in ("E1", "E2", "E3", "E4", "E5")]
        assert found == [6.0, True, "", CellError("#DIV/0!"), "文1"]


def test_every_cell_under_an_array_formula_is_a_formula_cell(tmp_path):
    assert set(formula_cells(book_with(RIGHT, tmp_path / "a.xlsx"))) == ALL


def test_cached_values_are_those_of_the_file(tmp_path):
    values = cached_values(book_with(WRONG, tmp_path / "a.xlsx"))
    assert values["甲", "E4"] == CellError("#N/A")
    assert values["甲", "E2"] is False
    assert values["_h", "A1"] == 99


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1.0, 1.0 + 1e-12, True),
        (1.0, 1.0 + 1e-8, False),
        ("", None, True),
        (0.0, None, False),
        (1.0, True, False),
        ("1", 1.0, False),
        ("#N/A", CellError("#N/A"), False),
        (CellError("#N/A"), CellError("#N/A"), True),
        ("a", "A", False),
    ],
)
def test_values_are_the_same_only_in_type_and_to_nine_digits(left, right, equal):
    assert same(left, right) is equal
