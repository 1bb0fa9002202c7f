Attribute VB_Name = "PromoExtending"
' Enlarges calls of the add-in that their tables have outgrown:
' extend=<sheet>|<area of the array>|<new last row>|<new formula>, then name=<defined name>|<refers to>.
'
' The lines come from the bottom of a sheet upwards, so that a row that is put in moves nothing that is still to
' come. All is examined before anything is changed; an array that is refused is put back. Raises nothing.
Option Explicit
Option Private Module

Private Const LONGEST_ARRAY As Long = 255

' Carry out the lines of an answer; answers what did not succeed.
Public Function PromoExtend(ByVal book As Object, ByVal answer As String) As String
    Dim events As Boolean, updating As Boolean

    If PromoValues(answer, "extend").Count = 0 Then Exit Function
    events = Application.EnableEvents
    updating = Application.ScreenUpdating
    PromoExtend = Extended(book, answer)
    Restore events, updating
End Function

Private Function Extended(ByVal book As Object, ByVal answer As String) As String
    Dim one As Variant, parts() As String, at As String, area As Object, before As String

    On Error GoTo failed
    For Each one In PromoValues(answer, "extend")
        parts = Split(one, vbTab, 4)
        at = parts(0) & "!" & parts(1)
        Set area = book.Worksheets(parts(0)).Range(parts(1))
        ' The present formula may have to be entered again.
        If Len(parts(3)) > LONGEST_ARRAY Or Len(area.Cells(1, 1).Formula) > LONGEST_ARRAY Then
            Extended = PromoText("vba_too_long", "place", at)
            Exit Function
        End If
        If area.Worksheet.ProtectContents Or Not IsWholeArray(area) Then
            Extended = PromoText("vba_extend_failed", "place", at, "error", "")
            Exit Function
        End If
    Next one
    For Each one In PromoValues(answer, "name")
        parts = Split(one, vbTab, 2)
        at = parts(0)
        before = book.Names(at).RefersTo ' raises where there is none
    Next one
    Application.EnableEvents = False
    Application.ScreenUpdating = False
    Application.CutCopyMode = False ' else the rows that are put in would be those that were copied
    For Each one In PromoValues(answer, "extend")
        parts = Split(one, vbTab, 4)
        at = parts(0) & "!" & parts(1)
        Enlarge book.Worksheets(parts(0)), parts(1), CLng(parts(2)), parts(3)
    Next one
    For Each one In PromoValues(answer, "name")
        parts = Split(one, vbTab, 2)
        at = parts(0)
        book.Names(parts(0)).RefersTo = parts(1)
    Next one
    Exit Function
failed:
    Extended = PromoText("vba_extend_failed", "place", at, "error", Err.Description)
End Function

' Whether an area is an array of its own, as it was when the answer was made.
Private Function IsWholeArray(ByVal area As Object) As Boolean
    If Not area.Cells(1, 1).HasArray Then Exit Function
    IsWholeArray = area.Cells(1, 1).CurrentArray.Address = area.Address
End Function

Private Sub Enlarge(ByVal sheet As Object, ByVal address As String, ByVal lastRow As Long, ByVal formula As String)
    Dim area As Object, before As String, bottom As Long, number As Long, said As String

    Set area = sheet.Range(address)
    before = area.Cells(1, 1).Formula
    bottom = area.Row + area.Rows.Count - 1
    If lastRow > bottom Then sheet.Rows(CStr(bottom + 1) & ":" & CStr(lastRow)).Insert
    On Error GoTo refused
    area.ClearContents
    area.Resize(lastRow - area.Row + 1).FormulaArray = formula
    Exit Sub
refused:
    number = Err.Number
    said = Err.Description
    area.FormulaArray = before
    If lastRow > bottom Then sheet.Rows(CStr(bottom + 1) & ":" & CStr(lastRow)).Delete
    Err.Raise number, "PromoExtending", said
End Sub

Private Sub Restore(ByVal events As Boolean, ByVal updating As Boolean)
    On Error GoTo busy ' Excel refuses only while it is busy, and then repeats its own settings
    Application.EnableEvents = events
    Application.ScreenUpdating = updating
busy:
End Sub
