"""Runs VBA in LibreOffice: modules and formulas go into an .xlsm, what its cells show comes out.

A module that LibreOffice cannot compile makes every call answer 0 or "": tests assert values.
"""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import xlsxwriter
from pyopenvba import ExcelFile, VBAModuleKind

from tests.proof import office

# `--convert-to` lets no macro run, a macro of the user's own may load a workbook that does.
CALCULATOR = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Calculator"
  script:language="StarBasic">
Sub Calculate(source As String, target As String)
    Dim asked(1) As New com.sun.star.beans.PropertyValue, wanted(0) As New com.sun.star.beans.PropertyValue
    Dim book As Object
    asked(0).Name = &quot;Hidden&quot;
    asked(0).Value = True
    asked(1).Name = &quot;MacroExecutionMode&quot;
    asked(1).Value = 4
    book = StarDesktop.loadComponentFromURL(source, &quot;_blank&quot;, 0, asked())
    wanted(0).Name = &quot;FilterName&quot;
    wanted(0).Value = &quot;Calc MS Excel 2007 XML&quot;
    book.storeToURL(target, wanted())
    book.close(True)
    StarDesktop.terminate()
End Sub
</script:module>
"""
# The first start would put the empty library of every new user in place of this one.
NOT_THE_FIRST_START = """<item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop>
</item>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
  library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Calculator"/>
</library:library>
"""
LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple"
  library:link="false"/>
</library:libraries>
"""


def shown(
    workdir: Path,
    formulas: Mapping[str, str],
    modules: Mapping[str, str],
    classes: Sequence[str] = (),
    cells: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """What the cells show for their formulas, with these VBA modules behind; `classes` names class modules."""
    source, target = workdir / "asked.xlsm", workdir / "answered.xlsx"
    _write(source, formulas, vba_project(workdir, modules, classes), cells or {})
    said = run_macro(workdir, CALCULATOR, f'Calculate("{source.as_uri()}","{target.as_uri()}")')
    assert target.is_file(), said
    sheet = openpyxl.load_workbook(target, data_only=True).active
    assert sheet is not None
    return {cell: sheet[cell].value for cell in formulas}


def run_macro(workdir: Path, module: str, call: str) -> str:
    """Call a macro of this module `Calculator`, in a fresh profile; what LibreOffice said."""
    profile = office.profile(workdir)
    settings = workdir / "profile" / "user" / "registrymodifications.xcu"
    said = settings.read_text(encoding="utf-8").replace("</oor:items>", f"{NOT_THE_FIRST_START}</oor:items>")
    settings.write_text(said, encoding="utf-8")
    standard = workdir / "profile" / "user" / "basic" / "Standard"
    standard.mkdir(parents=True, exist_ok=True)
    (standard / "Calculator.xba").write_text(module, encoding="utf-8")
    (standard / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    (standard.parent / "script.xlc").write_text(LIBRARIES, encoding="utf-8")
    macro = f"macro:///Standard.Calculator.{call}"
    return office.run([office.soffice(), profile, "--headless", "--norestore", macro], workdir / "said.txt", 90)


def vba_project(workdir: Path, modules: Mapping[str, str], classes: Sequence[str] = ()) -> bytes:
    """A VBA project with these modules, as it stands in a workbook."""
    made = workdir / "modules.xlsm"
    with ExcelFile.create_new(made) as book:
        project = book.vba_project()
        for name, text in modules.items():
            if name in classes:
                project.add_module(name, text, kind=VBAModuleKind.other)
            else:
                project.add_module(name, text)
        book.save()
    with zipfile.ZipFile(made) as package:
        return package.read("xl/vbaProject.bin")


def _write(path: Path, formulas: Mapping[str, str], project: bytes, cells: Mapping[str, object]) -> None:
    (path.parent / "project.bin").write_bytes(project)
    book = xlsxwriter.Workbook(path)
    book.add_vba_project(str(path.parent / "project.bin"))
    book.set_vba_name("ThisWorkbook")
    sheet = book.add_worksheet()
    sheet.set_vba_name("Sheet1")
    for cell, value in cells.items():
        sheet.write(cell, value)
    for cell, formula in formulas.items():
        sheet.write_formula(cell, formula, None, "not calculated")
    book.close()
