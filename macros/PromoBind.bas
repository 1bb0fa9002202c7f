Attribute VB_Name = "PromoBind"
' Gives the PROMO_ formulas of a plan back to this add-in, where Excel does not know them: after the add-in was
' moved or installed anew a formula may name another path, or show #NAME?, until it is entered again.
'
' Looks into plans alone: workbooks with a defined name that begins with plan_. A plan whose name plan_engine
' shows the answer of the add-in is bound. Raises nothing; Excel's state is put back on every path.
Option Explicit
Option Private Module

Private Const LONGEST_ARRAY As Long = 255
Private Const READING_SECONDS As Long = 10
Private Const MANUAL As Long = -4135
Private Const PLAN As String = "plan_"
Private Const WIZARD As String = "promo_wizard_"
Private Const ENGINE As String = "plan_engine"
Private Const BOUND As String = "#*.#*.#* # ##-## ##:##" ' the second # stands for a middle dot

Private isDue As Boolean
Private due As Date
Private hasStarted As Boolean
Private tried As String

' The add-in was opened. Its texts for the function wizard are set when Excel is ready.
Public Sub PromoOpened()
    PromoBookSeen
End Sub

' A workbook was opened or came to the front: look at it when Excel is done with it.
Public Sub PromoBookSeen()
    On Error GoTo busy ' the next event looks again
    If isDue Then Exit Sub
    due = PromoLater("PromoBindTick", 1)
    isDue = True
busy:
End Sub

' Nothing is due any more; without this an OnTime would open a closed add-in again.
Public Sub PromoBindEnd()
    On Error GoTo over ' what is not due cannot be taken back
    If isDue Then Application.OnTime due, PromoMacro("PromoBindTick"), , False
over:
    isDue = False
End Sub

' Look at the active workbook.
Public Sub PromoBindActive()
    Dim told As String

    isDue = False
    PromoJobWake
    On Error GoTo busy ' the next event looks again
    If ActiveWorkbook Is Nothing Then Exit Sub
    If Not hasStarted Then BeginOnce
    If InStr(tried, "|" & ActiveWorkbook.FullName & "|") > 0 Then Exit Sub
    If Not PromoIsPlan(ActiveWorkbook) Or PromoIsLive(ActiveWorkbook) Then Exit Sub
    If Len(PromoFault()) > 0 Then Exit Sub
    If Application.CutCopyMode <> 0 Then Exit Sub ' what was copied would be lost before it is pasted
    tried = tried & "|" & ActiveWorkbook.FullName & "|"
    told = PromoRebind(ActiveWorkbook)
    If Len(told) > 0 Then PromoShow Replace(told, vbLf, " "), READING_SECONDS
busy:
End Sub

' What waits for the first workbook: xlwings and the function wizard need one.
Private Sub BeginOnce()
    On Error GoTo without ' the texts of the function wizard are a comfort
    hasStarted = True
    PromoLater "PromoStartTick", 2
    PromoWizardTexts ThisWorkbook.Worksheets(WIZARD & LanguageOfTexts())
without:
End Sub

' Whether a workbook is a plan.
Public Function PromoIsPlan(ByVal book As Object) As Boolean
    Dim one As Object

    For Each one In book.Names
        If LCase$(Left$(one.Name, Len(PLAN))) = PLAN Then
            PromoIsPlan = True
            Exit For
        End If
    Next one
End Function

' Whether the plan's formulas are answered by the add-in.
Public Function PromoIsLive(ByVal book As Object) As Boolean
    Dim one As Object, found As Variant

    On Error GoTo without ' a name that refers to no cell has no range
    For Each one In book.Names
        If LCase$(one.Name) = ENGINE Then found = one.RefersToRange.Value2
    Next one
    If Not IsError(found) Then PromoIsLive = PromoLooksBound(CStr(found))
without:
End Function

Public Function PromoLooksBound(ByVal shown As String) As Boolean
    PromoLooksBound = shown Like Replace(BOUND, " # ", " " & ChrW(183) & " ")
End Function

' Enter the PROMO_ formulas of a workbook again; answers what there is to tell.
Public Function PromoRebind(ByVal book As Object) As String
    Dim before As Variant, count As Long, kept As String, wasSaved As Boolean

    If Len(PromoFault()) > 0 Then Exit Function
    before = Array(Application.Calculation, Application.EnableEvents, Application.ScreenUpdating, FillsColumns())
    wasSaved = book.Saved
    ReenterAll book, count, kept
    RestoreExcel before
    If wasSaved Then book.Saved = True
    If count > 0 Then PromoRebind = PromoText("vba_bound", "count", count)
    If Len(kept) > 0 Then
        PromoRebind = PromoRebind & IIf(count > 0, vbLf, "") & PromoText("vba_not_bound", "places", kept)
    End If
End Function

' All that needs Excel to be quiet; an error ends it and is told among what was kept.
Private Sub ReenterAll(ByVal book As Object, ByRef count As Long, ByRef kept As String)
    Dim sheet As Object, between As String

    On Error GoTo failed
    Application.ScreenUpdating = False
    Application.EnableEvents = False
    Application.Calculation = MANUAL
    FillColumns False ' a formula that is entered into a table must not spread over its column
    For Each sheet In book.Worksheets
        between = IIf(kept = "", "", ", ")
        If Not sheet.ProtectContents Then
            count = count + PromoReenter(sheet, LONGEST_ARRAY, kept)
        ElseIf PromoUsesFunctions(sheet.UsedRange) Then
            kept = kept & between & sheet.Name
        End If
    Next sheet
    Exit Sub
failed:
    kept = kept & IIf(kept = "", "", ", ") & Err.Description
End Sub

' Calculation last: setting it may calculate.
Private Sub RestoreExcel(ByVal before As Variant)
    RestoreEvents before
    FillColumns before(3)
    On Error GoTo busy ' a busy Excel refuses; the setting can be made by hand
    Application.Calculation = before(0)
busy:
End Sub

Private Sub RestoreEvents(ByVal before As Variant)
    On Error GoTo busy ' as above
    Application.EnableEvents = before(1)
    Application.ScreenUpdating = before(2)
busy:
End Sub

' False in an Excel that does not know it.
Private Function FillsColumns() As Boolean
    On Error GoTo unknown
    FillsColumns = Application.AutoCorrect.AutoFillFormulasInLists
unknown:
End Function

Private Sub FillColumns(ByVal wanted As Boolean)
    On Error GoTo unknown ' as above
    If FillsColumns() <> wanted Then Application.AutoCorrect.AutoFillFormulasInLists = wanted
unknown:
End Sub

' The function wizard has texts in the languages of the texts alone.
Private Function LanguageOfTexts() As String
    LanguageOfTexts = "en"
    If InStr(", " & PromoLanguages() & ",", ", " & PromoLanguage() & ",") = 0 Then Exit Function
    LanguageOfTexts = PromoLanguage()
End Function
