Attribute VB_Name = "PromoFormatting"
' Puts the colour rules of a plan back: format_clear=<sheet>|<area> takes away what an area has,
' format=<sheet>|<area>|<formula>|<style> adds a rule.
'
' Excel takes the formula of a rule in the user's language and relative to the active cell; so each formula is
' translated in a cell that nobody uses, and the first cell of the area is selected meanwhile. Raises nothing.
Option Explicit
Option Private Module

Private Const BY_FORMULA As Long = 2 ' xlExpression

' Carry out the lines of an answer; answers what did not succeed.
Public Function PromoFormats(ByVal book As Object, ByVal answer As String) As String
    Dim sheetBefore As Object, events As Boolean, updating As Boolean

    If PromoValues(answer, "format_clear").Count + PromoValues(answer, "format").Count = 0 Then Exit Function
    events = Application.EnableEvents
    updating = Application.ScreenUpdating
    Set sheetBefore = book.ActiveSheet
    PromoFormats = Formatted(book, answer)
    Restore sheetBefore, events, updating
End Function

Private Function Formatted(ByVal book As Object, ByVal answer As String) As String
    Dim one As Variant, parts() As String

    On Error GoTo failed
    Application.EnableEvents = False
    Application.ScreenUpdating = False
    book.Activate
    For Each one In PromoValues(answer, "format_clear")
        parts = Split(one, vbTab)
        book.Worksheets(parts(0)).Range(parts(1)).FormatConditions.Delete
    Next one
    For Each one In PromoValues(answer, "format")
        AddRule book, CStr(one)
    Next one
    Exit Function
failed:
    Formatted = PromoText("vba_format_failed", "place", Replace(one, vbTab, " "), "error", Err.Description)
End Function

Private Sub Restore(ByVal sheet As Object, ByVal events As Boolean, ByVal updating As Boolean)
    On Error GoTo busy ' the sheet of before may be hidden; the settings come first
    Application.EnableEvents = events
    Application.ScreenUpdating = updating
    sheet.Activate
busy:
End Sub

Private Sub AddRule(ByVal book As Object, ByVal line As String)
    Dim parts() As String, sheet As Object, area As Object, selected As Object, rule As Object, formula As String

    parts = Split(line, vbTab, 4)
    Set sheet = book.Worksheets(parts(0))
    Set area = sheet.Range(parts(1))
    formula = LocalFormula(sheet, parts(2))
    sheet.Activate
    Set selected = Selection
    area.Cells(1, 1).Select
    Set rule = area.FormatConditions.Add(BY_FORMULA, , formula)
    PromoDress rule, parts(3)
    selected.Select
End Sub

' The formula as this Excel's user would type it.
Private Function LocalFormula(ByVal sheet As Object, ByVal formula As String) As String
    Dim spare As Object

    Set spare = sheet.Cells(sheet.Rows.Count, sheet.Columns.Count)
    spare.Formula = formula
    LocalFormula = spare.FormulaLocal
    spare.Clear
End Function

' Give a rule its style: font=RRGGBB;fill=RRGGBB;bold=1;num=... where num comes last, for it may hold anything.
Public Sub PromoDress(ByVal rule As Object, ByVal style As String)
    Dim at As Long, pairs() As String, i As Long, key As String, value As String

    at = InStr(";" & style, ";num=")
    If at > 0 Then
        rule.NumberFormat = Mid$(style, at + Len("num="))
        style = Left$(style, IIf(at > 1, at - 2, 0))
    End If
    pairs = Split(style, ";")
    For i = LBound(pairs) To UBound(pairs)
        key = Left$(pairs(i), InStr(pairs(i), "=") - 1)
        value = Mid$(pairs(i), Len(key) + 2)
        Select Case key
            Case "font": rule.Font.Color = PromoColor(value)
            Case "fill": rule.Interior.Color = PromoColor(value)
            Case "bold": rule.Font.Bold = True
            Case "italic": rule.Font.Italic = True
            Case "strike": rule.Font.Strikethrough = True
            Case "left", "right", "top", "bottom": Edge(rule, key).Color = PromoColor(value)
        End Select
    Next i
    rule.StopIfTrue = False
End Sub

' Excel numbers colours blue first.
Public Function PromoColor(ByVal digits As String) As Long
    Dim part(0 To 2) As Long, i As Long, found As Long

    For i = 0 To 5
        found = InStr("0123456789ABCDEF", UCase$(Mid$(digits, i + 1, 1))) - 1
        part(i \ 2) = part(i \ 2) * 16 + found
    Next i
    PromoColor = part(0) + part(1) * 256 + part(2) * 65536
End Function

' xlLeft, xlRight, xlTop, xlBottom
Private Function Edge(ByVal rule As Object, ByVal side As String) As Object
    Select Case side
        Case "left": Set Edge = rule.Borders(-4131)
        Case "right": Set Edge = rule.Borders(-4152)
        Case "top": Set Edge = rule.Borders(-4160)
        Case "bottom": Set Edge = rule.Borders(-4107)
    End Select
    Edge.LineStyle = 1 ' xlContinuous
End Function
