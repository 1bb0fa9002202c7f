"""Opens a workbook with macros in LibreOffice and asks its functions.

A module that LibreOffice cannot compile answers nothing: tests assert values.
"""

from collections.abc import Sequence
from pathlib import Path

from tests.functions.office_macros import run_macro

ASKER = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Calculator"
  script:language="StarBasic">
Sub Ask(source As String, names As String, target As String)
    Dim asked(2) As New com.sun.star.beans.PropertyValue
    Dim book As Object, script As Object, name As String, i As Integer, all, answer, given(), places(), out()
    asked(0).Name = &quot;Hidden&quot;
    asked(0).Value = True
    asked(1).Name = &quot;MacroExecutionMode&quot;
    asked(1).Value = 4
    asked(2).Name = &quot;FilterName&quot;
    asked(2).Value = &quot;Calc MS Excel 2007 VBA XML&quot;
    book = StarDesktop.loadComponentFromURL(source, &quot;_blank&quot;, 0, asked())
    all = Split(names, &quot;;&quot;)
    Open target For Output As #1
    On Error GoTo failed
    For i = 0 To UBound(all)
        name = Split(all(i), &quot;:&quot;)(0)
        given = Array()
        If InStr(all(i), &quot;:&quot;) &gt; 0 Then given = Split(Split(all(i), &quot;:&quot;)(1), &quot;|&quot;)
        script = book.getScriptProvider().getScript(&quot;vnd.sun.star.script:VBAProject.&quot; &amp; name _
            &amp; &quot;?language=Basic&amp;location=document&quot;)
        answer = script.invoke(given, places, out)
        If IsError(answer) Then answer = &quot;an error value&quot;
        Print #1, OneLine(CStr(answer))
    Next i
    Close #1
    GoTo done
failed:
    Print #1, name &amp; &quot;: &quot; &amp; OneLine(Error$)
    Close #1
done:
    book.close(True)
    StarDesktop.terminate()
End Sub

Function OneLine(text As String) As String
    OneLine = Replace(Replace(text, Chr(13), &quot;&quot;), Chr(10), &quot; &quot;)
End Function
</script:module>
"""


def answers(workdir: Path, source: Path, calls: Sequence[str]) -> list[str]:
    """What these functions answer, called one after the other: `PromoBridge.PromoFault`, `Module.Name:a|b`."""
    target = workdir / "answers.txt"
    said = run_macro(workdir, ASKER, f'Ask("{source.as_uri()}","{";".join(calls)}","{target.as_uri()}")')
    assert target.is_file(), said
    return target.read_text(encoding="utf-8").splitlines()
