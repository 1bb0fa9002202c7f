Attribute VB_Name = "PromoFormatting"
' Puts the colour rules of a plan back: format_clear=<sheet>|<area> takes away what an area has,
' format=<sheet>|<area>|<formula>|<style> adds a rule.
'
' Excel takes the formula of a rule in the user's language and relative to the active cell; so each formula is
' translated in a cell that nobody uses, and the first cell of the area is selected meanwhile. Every rule is tried on
' that cell before the first one of the plan is taken away. Raises nothing; Excel's state is put back on every path.
Option Explicit
Option Private Module

Private Const BY_FORMULA As Long = 2 ' xlExpression
Private Const SHOWN As Long = -1 ' xlSheetVisible

' Carry out the lines of an answer; answers what did not succeed.
Public Function PromoFormats(ByVal book As Object, ByVal answer As String) As String
    Dim sheetBefore As Object, windowBefore As Object, events As Boolean, updating As Boolean
    Dim hidden As New Collection

    If PromoValues(answer, "format_clear").Count + PromoValues(answer, "format").Count = 0 Then Exit Function
    events = Application.EnableEvents
    updating = Application.ScreenUpdating
    Set windowBefore = ActiveWindow
    Set sheetBefore = book.ActiveSheet
    PromoFormats = Formatted(book, answer, hidden)
    ActivateAgain sheetBefore
    HideAgain hidden
    ActivateAgain windowBefore
    Restore events, updating
End Function

Private Function Formatted(ByVal book As Object, ByVal answer As String, ByVal hidden As Collection) As String
    Dim one As Variant, parts() As String, formulas As New Collection, key As String, i As Long

    On Error GoTo failed
    key = "vba_format_refused"
    Application.EnableEvents = False
    Application.ScreenUpdating = False
    For Each one In PromoValues(answer, "format_clear")
        parts = Split(one, vbTab)
        Unhide book.Worksheets(parts(0)).Range(parts(1)).Worksheet, hidden
    Next one
    For Each one In PromoValues(answer, "format")
        parts = Split(one, vbTab, 4)
        Unhide book.Worksheets(parts(0)).Range(parts(1)).Worksheet, hidden
        formulas.Add Tried(book.Worksheets(parts(0)), parts(2), parts(3))
    Next one
    If ActiveWorkbook.Name <> book.Name Then book.Activate ' else another window of it might come to the front
    key = "vba_format_failed"
    For Each one In PromoValues(answer, "format_clear")
        parts = Split(one, vbTab)
        book.Worksheets(parts(0)).Range(parts(1)).FormatConditions.Delete
    Next one
    For Each one In PromoValues(answer, "format")
        parts = Split(one, vbTab, 4)
        i = i + 1
        AddRule book.Worksheets(parts(0)).Range(parts(1)), formulas.Item(i), parts(3)
    Next one
    Exit Function
failed:
    Formatted = PromoText(key, "place", Replace(one, vbTab, " "), "error", Err.Description)
End Function

' A sheet that is hidden cannot be activated.
Private Sub Unhide(ByVal sheet As Object, ByVal hidden As Collection)
    If sheet.Visible = SHOWN Then Exit Sub
    hidden.Add Array(sheet, sheet.Visible)
    sheet.Visible = SHOWN
End Sub

Private Sub HideAgain(ByVal hidden As Collection)
    Dim one As Variant

    On Error GoTo busy ' it stays in sight, and nothing is lost
    For Each one In hidden
        one(0).Visible = one(1)
    Next one
busy:
End Sub

Private Sub Restore(ByVal events As Boolean, ByVal updating As Boolean)
    On Error GoTo busy ' Excel refuses only while it is busy, and then repeats its own settings
    Application.EnableEvents = events
    Application.ScreenUpdating = updating
busy:
End Sub

' A sheet or a window.
Private Sub ActivateAgain(ByVal what As Object)
    On Error GoTo gone ' it may be hidden or closed; another one is in front then
    If Not what Is Nothing Then what.Activate
gone:
End Sub

Private Sub SelectAgain(ByVal what As Object)
    On Error GoTo gone ' what was selected may be a part of a chart, which cannot be selected so
    If Not what Is Nothing Then what.Select
gone:
End Sub

Private Sub AddRule(ByVal area As Object, ByVal formula As String, ByVal style As String)
    Dim selected As Object, rule As Object, number As Long, said As String

    area.Worksheet.Activate
    Set selected = Selection
    On Error GoTo failed
    area.Cells(1, 1).Select
    Set rule = area.FormatConditions.Add(BY_FORMULA, , formula)
    PromoDress rule, style
    SelectAgain selected
    Exit Sub
failed:
    number = Err.Number
    said = Err.Description
    SelectAgain selected
    Err.Raise number, "PromoFormatting", said
End Sub

' The formula as this Excel's user would type it, once Excel has taken the rule in a cell that nobody uses.
Private Function Tried(ByVal sheet As Object, ByVal formula As String, ByVal style As String) As String
    Dim spare As Object, number As Long, said As String

    Set spare = SpareCell(sheet)
    On Error GoTo failed
    spare.Formula = formula
    Tried = spare.FormulaLocal
    PromoDress spare.FormatConditions.Add(BY_FORMULA, , Tried), style
    spare.Clear
    Exit Function
failed:
    number = Err.Number
    said = Err.Description
    ClearAgain spare
    Err.Raise number, "PromoFormatting", said
End Function

Private Sub ClearAgain(ByVal spare As Object)
    On Error GoTo untouched ' what may not be cleared could not be written either
    spare.Clear
untouched:
End Sub

' The lowest empty cell of the last column.
Private Function SpareCell(ByVal sheet As Object) As Object
    Dim r As Long

    r = sheet.Rows.Count
    Set SpareCell = sheet.Cells(r, sheet.Columns.Count)
    Do Until IsEmpty(SpareCell.Value2)
        r = r - 1
        Set SpareCell = sheet.Cells(r, sheet.Columns.Count)
    Loop
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
