"""The add-in's VBA in LibreOffice, whose compiler is another. A module it cannot compile shows nothing."""

from pathlib import Path

from promo_xl.addin.ingredients import Module, ingredients
from promo_xl.addin.places import TICKET_FILE
from promo_xl.addin.tickets import check_ticket
from promo_xl.user_settings import write_lines
from tests.functions import office_macros

TEXT = "C:\\计划😀\t~"
LINKED = "PROMO_ROI([Book2.xlsx]Sheet1!A1)"
PROGRAM = "PROMO_ROI(1)+cmd|'/c calc'!A0"
QUOTED = "'PROMO_ROI(1)'!A1&\"PROMO_ROI(\""
COLUMNS = "@PROMO_ROI(t[[#This Row],[a'[b\"']]])"
ASKS = """\
Attribute VB_Name = "Asks"
Option Explicit

Public Function XLPy() As Object
End Function

Public Function RunPython(ByVal command As String) As Variant
End Function

Public Function AskLine(ByVal given As String) As String
    AskLine = PromoLine("KEY", given)
End Function

Public Function AskBack(ByVal given As String) As String
    AskBack = PromoValue("A=x" & vbCrLf & PromoLine("KEY", given), "KEY")
End Function

Public Function AskFile(ByVal path As String) As String
    Dim first As Boolean, second As Boolean, content As String

    PromoWriteFile path, PromoLine("A", "1"), first
    PromoWriteFile path, PromoLine("A", "2"), second
    PromoReadFile path, content
    AskFile = first & second & PromoFileExists(path) & PromoValue(content, "A")
    PromoDeleteFile path
    AskFile = AskFile & PromoFileExists(path)
End Function

Public Function AskFolder(ByVal path As String) As String
    AskFolder = PromoFolderExists(path) & PromoFolderExists(path & "/none")
End Function

Public Function AskSetting(ByVal key As String) As String
    AskSetting = CStr(PromoSetting(key, "given"))
End Function

Public Function AskFilled() As String
    AskFilled = PromoFilled("{a} {b}{c} {", Array("a", "{b}", "b", 2))
End Function

Public Function AskFreed(ByVal formula As String) As String
    AskFreed = PromoFreed(formula) & " " & PromoCalls(formula)
End Function

Public Function AskLive(ByVal shown As String) As Boolean
    AskLive = PromoLooksBound(shown)
End Function

Public Function AskTicket() As String
    AskTicket = PromoNewTicket() & " " & PromoColor("FF8001") & " " & PromoRiskyName("a|b") & PromoRiskyName("a")
End Function
"""


def probed(module: Module) -> str:
    """The module with a function that shows whether it compiles."""
    name = f"Probe{module.name}"
    text = module.text.replace("Option Private Module\r\n", "")
    return f'{text}\r\nPublic Function {name}() As String\r\n    {name} = "compiles"\r\nEnd Function\r\n'


def test_libreoffice_compiles_every_module(tmp_path: Path) -> None:
    ours = [one for one in ingredients().modules if one.kind == "standard" and one.name != "xlwings"]
    modules = {one.name: probed(one) for one in ours} | {"Asks": ASKS.replace("\n", "\r\n")}
    formulas = {f"A{row}": f"=Probe{one.name}()" for row, one in enumerate(ours, 1)}
    shown = office_macros.shown(tmp_path, formulas, modules)
    assert {one.name: shown[f"A{row}"] for row, one in enumerate(ours, 1)} == {
        one.name: "compiles" for one in ours
    }


def test_libreoffice_finds_the_same_as_the_interpreter(tmp_path: Path) -> None:
    ours = [one for one in ingredients().modules if one.kind == "standard" and one.name != "xlwings"]
    modules = {one.name: one.text for one in ours} | {"Asks": ASKS.replace("\n", "\r\n")}
    file, folder = tmp_path / "计划.request", tmp_path
    formula = "='it''s\\promo_xl.xlam'!PROMO_ROI('a''b'!A1)&\"[1]!PROMO_X\"&[1]!promo_roi(t[x])"
    asked = {
        "A1": ("=AskLine(C1)", None),
        "A2": ("=AskBack(C1)", TEXT),
        "A3": (f'=AskFile("{file}")', "TrueTrueTrue2False"),
        "A4": (f'=AskFolder("{folder}")', "TrueFalse"),
        "A5": ('=AskSetting("ADD_WORKBOOK_TO_PYTHONPATH")', "false"),
        "A6": ('=AskSetting("LICENSE_KEY")', "given"),
        "A7": ("=AskFilled()", "{b} 2{c} {"),
        "A8": ('=AskFreed("="&C2)', "=PROMO_ROI('a''b'!A1)&\"[1]!PROMO_X\"&promo_roi(t[x]) True"),
        "A9": ("=AskLive(C3)", True),
        "A10": ('=AskLive("Not bound")', False),
        "A11": ("=AskTicket()", None),
    }
    read = {"C4": (LINKED, False), "C5": (PROGRAM, False), "C6": (QUOTED, False), "C7": (COLUMNS, True)}
    asked |= {f"B{at[1]}": (f'=AskFreed("="&{at})', f"={rest} {calls}") for at, (rest, calls) in read.items()}
    formulas = {cell: formula for cell, (formula, _) in asked.items()}
    cells = {"C1": TEXT, "C2": formula[1:], "C3": "0.3.0 · 11-26 09:30"}
    cells |= {at: rest for at, (rest, _) in read.items()}
    shown = office_macros.shown(tmp_path, formulas, modules, cells=cells)
    line, ticket = str(shown.pop("A1")).strip(), str(shown.pop("A11"))
    assert line.lower() == write_lines([("KEY", TEXT)]).strip().lower()
    made, color, risky = ticket.split(" ")
    assert check_ticket(made)[16:20] == "001-" and TICKET_FILE.fullmatch(f"{made}.request")
    assert (color, risky) == ("98559", "TrueFalse")
    assert shown == {cell: found for cell, (_, found) in asked.items() if cell in shown}
