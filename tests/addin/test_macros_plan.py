"""The formulas of a plan as it is generated, entered again by the VBA in pyOpenVBA's model of Excel."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from pyopenvba.apps.excel import ExcelApplication

from promo_xl.addin.ingredients import ingredients
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.write import build
from tests.addin.macros_stand_in import FAKES, ON_WINDOWS_ONLY
from tests.workbook.files import STAMP, running

# The model knows them in part; this is an Excel before 365, which knows none of them.
OLDER = {
    "    SpillingFormula = cell.Formula2": "    Err.Raise 438",
    "    Spills = cell.HasSpill": "    Err.Raise 438",
}
ASKS = """\
Attribute VB_Name = "Asks"
Option Explicit

Public Function AskKind() As String
    AskKind = PromoIsPlan(ActiveWorkbook) & " " & PromoIsLive(ActiveWorkbook)
End Function

Public Function AskAll() As String
    Dim sheet As Object, found As Variant, one As Variant
    Application.Calculation = -4135
    For Each sheet In ActiveWorkbook.Worksheets
        found = sheet.UsedRange.Formula
        For Each one In found
            AskAll = AskAll & one & vbLf
        Next one
    Next sheet
End Function

Public Function AskReentered() As Long
    Dim sheet As Object, kept As String
    Application.Calculation = -4135
    For Each sheet In ActiveWorkbook.Worksheets
        AskReentered = AskReentered + PromoReenter(sheet, 255, kept)
    Next sheet
    If kept <> "" Then AskReentered = -1
End Function
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "计划.xlsx"
    build(running("zh"), load_book(), "zh", str(path), STAMP)
    return path


def opened(path: Path) -> ExcelApplication:
    app = ExcelApplication.open(path, with_vba=False)
    for module in ingredients().modules:
        if module.kind == "standard" and module.name not in {"xlwings", "PromoFunctions"}:
            text = module.text.replace(ON_WINDOWS_ONLY, "#ElseIf False Then")
            for one, other in OLDER.items():
                text = text.replace(one, other)
            app.add_module(text, name=module.name)
    app.add_module(FAKES, name="Fakes")
    app.add_module(ASKS, name="Asks")
    return app


def calls_in(path: Path) -> int:
    """How many cells and arrays of the file call PROMO_ functions."""
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    texts = [getattr(cell.value, "text", cell.value) for cell in cells]
    return sum(isinstance(text, str) and text.startswith("=") and "PROMO_" in text for text in texts)


def test_every_call_of_a_plan_is_entered_again_and_no_formula_changes(plan: Path) -> None:
    app = opened(plan)
    assert app.run("AskKind") == "True False"
    before = app.run("AskAll")
    assert app.run("AskReentered") == calls_in(plan) > 20
    assert app.run("AskAll") == before
