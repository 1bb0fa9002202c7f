Attribute VB_Name = "PromoWizard"
' The texts that Excel's function wizard shows for the PROMO_ functions.
'
' They stand on a sheet of the add-in, a row for each function: its name, its description, the description of
' each argument. They are there in every language, which VBA source is not. Raises nothing.
Option Explicit
Option Private Module

Private Const CATEGORY As String = "promo_xl"
Private Const FIRST_ARGUMENT As Long = 3

' Set the texts of all functions on the sheet.
Public Sub PromoWizardTexts(ByVal texts As Object)
    Dim r As Long

    r = 1
    Do While Len(CStr(texts.Cells(r, 1).Value2)) > 0
        SetTexts texts, r
        r = r + 1
    Loop
End Sub

Private Sub SetTexts(ByVal texts As Object, ByVal r As Long)
    Dim macroName As String, described() As String, count As Long

    ' Excel refuses texts in some states, such as an add-in that it takes for a hidden workbook. They are a
    ' comfort: the functions work without, so a refusal ends this function's turn and nothing else.
    On Error GoTo refused
    macroName = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & CStr(texts.Cells(r, 1).Value2)
    Do While Len(CStr(texts.Cells(r, FIRST_ARGUMENT + count).Value2)) > 0
        count = count + 1
        ReDim Preserve described(1 To count)
        described(count) = CStr(texts.Cells(r, FIRST_ARGUMENT + count - 1).Value2)
    Loop
    If count = 0 Then
        Application.MacroOptions Macro:=macroName, Description:=CStr(texts.Cells(r, 2).Value2), Category:=CATEGORY
    Else
        Application.MacroOptions Macro:=macroName, Description:=CStr(texts.Cells(r, 2).Value2), _
            Category:=CATEGORY, ArgumentDescriptions:=described
    End If
refused:
End Sub
