"""The add-in's module `xlwings`: xlwings' own text, licence included, with settings from the user's file alone.

As shipped it reads settings and code from any open workbook, and puts that workbook's path on a command line.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from promo_xl.plan.findings import Finding, RefusedError


@dataclass(frozen=True, slots=True)
class Patch:
    """A stretch of xlwings' text from first line to last, known by its digest, and what stands there instead.

    `times` is how often the stretch occurs.
    """

    name: str
    first: str
    last: str
    digest: str
    replacement: str
    times: int = 1


OFFERED = ("RunPython", "XLPy", "KillPy")  # what the add-in's other modules call
PROCEDURE = re.compile(r"^(?:Public )?(?P<kind>Function|Sub) (?P<name>\w+)", re.MULTILINE)
# No names of workbooks and no folders: even an empty seventh field would put the current folder on sys.path.
_NO_NAMES = '        PYTHONPATH = "false"\n'
PATCHES = (
    Patch(
        "project name",
        'Public Const PROJECT_NAME As String = "myaddin"\n',
        "",
        "a3d01516bc587293",
        "' Changed by promo_xl; its file promo_xl/addin/xlwings_module.py says how.\n"
        'Public Const PROJECT_NAME As String = "promo_xl"\n',
    ),
    Patch(
        "code from sheets",
        "    ' Check for embedded Python code\n",
        "    Next i\n",
        "d374b40cede2399f",
        "    uses_embedded_code = False\n",
    ),
    Patch(
        "paths of RunPython",
        "    #If Mac Then\n        If InStr(ActiveWorkbook.FullName",
        'GetConfig("SHAREPOINT_WIN") & ";" & GetConfig("PYTHONPATH")\n    #End If\n',
        "21a166c480082cb0",
        _NO_NAMES,
    ),
    Patch(
        "programs and modules of a workbook",
        "Public Function RunFrozenPython(",
        "End Function\n\nPrivate Sub CleanUp()\n",
        "00726dbdbcd6707f",
        "Private Sub CleanUp()\n",
    ),
    Patch(
        "paths of the server",
        '        PYTHONPATH = AddExcelDir & ";" & ActiveWorkbook.FullName',
        'GetConfig("PYTHONPATH")\n',
        "62a6d92351fb4050",
        _NO_NAMES,
    ),
    Patch(
        "imports and settings",
        "Sub ImportPythonUDFsBase(",
        '\'Attribute VB_Name = "Utils"\n',
        "137923233bbe11d9",
        'Function GetConfig(configKey As String, Optional default As String = "", '
        'Optional source As String = "") As Variant\n'
        "    GetConfig = PromoSetting(configKey, default)\n"
        "End Function\n",
    ),
    Patch(
        "errors",
        '    If GetConfig("SHOW_ERROR_POPUPS", "True") = "False" Then\n',
        '"Error", OK_BUTTON_ERROR\n        #End If\n    End If\n',
        "4093bbcec862bd61",
        "    PromoProblem Content\n",
    ),
    Patch(
        "names of sheets",
        '#If App = "Microsoft Excel" Then\nFunction SheetExists(',
        "Public Function CreateGUID() As String\n",
        "bc5cbcdb3ecf5125",
        "Public Function CreateGUID() As String\n",
    ),
    Patch(
        "places of workbooks",
        '#If App = "Microsoft Excel" Then\nFunction GetFullName(',
        "End Function\n#End If\n",
        "a17bafb683e3e1b7",
        "",
    ),
    Patch(
        "calls from cells",
        "    SourcePythonCommand = PythonCommand\n",
        "",
        "eccd79b4d44a931d",
        "    ' A formula of some workbook could hand any text to Python.\n"
        '    If TypeName(Application.Caller) = "Range" Then Exit Function\n'
        "    SourcePythonCommand = PythonCommand\n",
    ),
)


def patched(text: str, version: str, file: str, patches: Sequence[Patch] = PATCHES) -> str:
    """xlwings' text, with line feeds, as the add-in holds it; raises RefusedError naming each failed patch."""
    findings = []
    for patch in patches:
        found = stretch(text, patch)
        if text.count(found) != patch.times or digest(found) != patch.digest:
            details = {"patch": patch.name, "version": version, "file": file}
            findings.append(Finding("XLWINGS_CHANGED", details=details, place=file))
            continue
        text = text.replace(found, patch.replacement)
    if findings:
        raise RefusedError(findings)
    return PROCEDURE.sub(_kept_inside, text)


def _kept_inside(procedure: re.Match[str]) -> str:
    """A function that is not Private answers any formula: `=ReadFile("C:\\...")`, `=ExecuteWindows(...)`."""
    name = procedure["name"]
    return procedure[0] if name in OFFERED else f"Private {procedure['kind']} {name}"


def stretch(text: str, patch: Patch) -> str:
    """What stands from the patch's first line to its last; empty if they are not there."""
    start = text.find(patch.first)
    end = text.find(patch.last, start + len(patch.first)) if start >= 0 else -1
    return text[start : end + len(patch.last)] if end >= 0 else ""


def digest(text: str) -> str:
    """By which a stretch is known."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
