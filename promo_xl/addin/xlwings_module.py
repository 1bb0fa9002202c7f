"""The add-in's module `xlwings`: xlwings' own text, licence included, with settings from the user's file alone.

As shipped it reads settings and code from any open workbook, and puts that workbook's path on a command line.
"""

import hashlib
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


# No names of workbooks and no folders: even an empty seventh field would put the current folder on sys.path.
_NO_NAMES = '        PYTHONPATH = "false"\n'
PATCHES = (
    Patch(
        "project name",
        'Public Const PROJECT_NAME As String = "myaddin"\n',
        "",
        "a3d01516bc587293",
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
        "modules from sheets",
        "    ' Automatically add embedded code sheets\n",
        "    Next\n",
        "60311d0b1c8dc378",
        "",
    ),
    Patch(
        "paths of the server",
        '        PYTHONPATH = AddExcelDir & ";" & ActiveWorkbook.FullName',
        'GetConfig("PYTHONPATH")\n',
        "62a6d92351fb4050",
        _NO_NAMES,
    ),
    Patch(
        "settings",
        '#If App = "Microsoft Excel" Then\nFunction GetConfigFromSheet(',
        "    GetConfig = default\n    GetConfig = ExpandEnvironmentStrings(GetConfig)\n\nEnd Function\n",
        "494a7a611203d36a",
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
    return text


def stretch(text: str, patch: Patch) -> str:
    """What stands from the patch's first line to its last; empty if they are not there."""
    start = text.find(patch.first)
    end = text.find(patch.last, start + len(patch.first)) if start >= 0 else -1
    return text[start : end + len(patch.last)] if end >= 0 else ""


def digest(text: str) -> str:
    """By which a stretch is known."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
