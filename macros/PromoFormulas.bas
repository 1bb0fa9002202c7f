Attribute VB_Name = "PromoFormulas"
' Formulas with PROMO_ functions: found, freed of the path of another add-in, entered again.
'
' PromoReenter raises what Excel raises; the others raise nothing.
Option Explicit
Option Private Module

Private Const MARK As String = "PROMO_"
Private Const ADDIN As String = "promo_xl.xlam"
Private Const UNKNOWN As String = "_xldudf_"

' Whether some formula of a range calls a PROMO_ function.
Public Function PromoUsesFunctions(ByVal area As Object) As Boolean
    Dim found As Variant, one As Variant

    found = area.Formula
    If Not IsArray(found) Then found = Array(found)
    For Each one In found
        If PromoCalls(CStr(one)) Then
            PromoUsesFunctions = True
            Exit For
        End If
    Next one
End Function

' Enter the formulas of a sheet again that call PROMO_ functions; answers how many. Arrays whose formula Excel
' would not take are added to `kept`.
Public Function PromoReenter(ByVal sheet As Object, ByVal longestArray As Long, ByRef kept As String) As Long
    Dim area As Object, found As Variant, r As Long, c As Long

    Set area = sheet.UsedRange
    found = area.Formula
    If Not IsArray(found) Then
        If PromoCalls(CStr(found)) Then PromoReenter = Reentered(area.Cells(1, 1), longestArray, kept)
        Exit Function
    End If
    For r = LBound(found, 1) To UBound(found, 1)
        For c = LBound(found, 2) To UBound(found, 2)
            If PromoCalls(CStr(found(r, c))) Then
                PromoReenter = PromoReenter + Reentered(area.Cells(r, c), longestArray, kept)
            End If
        Next c
    Next r
End Function

' Whether a formula calls a PROMO_ function; what stands in quotes does not count.
Public Function PromoCalls(ByVal formula As String) As Boolean
    Dim parts() As String, i As Long

    If Left$(formula, 1) <> "=" Then Exit Function
    If InStr(1, formula, MARK, vbTextCompare) = 0 Then Exit Function
    parts = Split(formula, """") ' texts are every second part, as doubled quotes are
    For i = 0 To UBound(parts) Step 2
        If InStr(1, parts(i), MARK, vbTextCompare) > 0 Then PromoCalls = True
    Next i
End Function

' The formula without the path, number or name of an add-in before PROMO_.
Public Function PromoFreed(ByVal formula As String) As String
    Dim at As Long, till As Long, sign As String

    If InStr(1, formula, "!" & MARK, vbTextCompare) + InStr(1, formula, UNKNOWN & MARK, vbTextCompare) = 0 Then
        PromoFreed = formula
        Exit Function
    End If
    at = 1
    Do While at <= Len(formula)
        sign = Mid$(formula, at, 1)
        till = at
        Select Case sign
            Case """", "'": till = EndOf(formula, at, sign)
            Case "[": till = InStr(at, formula & "]", "]")
        End Select
        If IsOfAddIn(formula, at, till) And StandsAt(formula, till + 1, "!" & MARK) Then
            till = till + 1 ' the exclamation mark too
        ElseIf StandsAt(formula, at, ADDIN & "!" & MARK) Then
            till = at + Len(ADDIN)
        ElseIf StandsAt(formula, at, UNKNOWN & MARK) Then
            till = at + Len(UNKNOWN) - 1
        Else
            PromoFreed = PromoFreed & Mid$(formula, at, till - at + 1)
        End If
        at = till + 1
    Loop
End Function

' Where the quoted part ends that begins at a place; a doubled quote does not end it.
Private Function EndOf(ByVal formula As String, ByVal at As Long, ByVal quote As String) As Long
    EndOf = InStr(at + 1, formula & quote, quote)
    Do While Mid$(formula, EndOf + 1, 1) = quote
        EndOf = InStr(EndOf + 2, formula & quote, quote)
    Loop
End Function

' Whether [1] or 'C:\folder\promo_xl.xlam' stands there, as Excel writes an add-in that it does not know.
Private Function IsOfAddIn(ByVal formula As String, ByVal at As Long, ByVal till As Long) As Boolean
    Dim part As String

    part = LCase$(Mid$(formula, at, till - at + 1))
    If Left$(part, 1) = "[" Then
        IsOfAddIn = IsNumeric(Mid$(part, 2, Len(part) - 2))
    ElseIf Left$(part, 1) = "'" Then
        IsOfAddIn = Right$(part, Len(ADDIN) + 1) = ADDIN & "'"
    End If
End Function

Private Function StandsAt(ByVal formula As String, ByVal at As Long, ByVal wanted As String) As Boolean
    StandsAt = StrComp(Mid$(formula, at, Len(wanted)), wanted, vbTextCompare) = 0
End Function

Private Function Reentered(ByVal cell As Object, ByVal longestArray As Long, ByRef kept As String) As Long
    Dim block As Object, formula As String

    If Spills(cell) Then
        If cell.SpillParent.Address <> cell.Address Then Exit Function
        cell.Formula2 = PromoFreed(cell.Formula2)
    ElseIf cell.HasArray Then
        Set block = cell.CurrentArray
        If block.Cells(1, 1).Address <> cell.Address Then Exit Function
        formula = PromoFreed(block.Cells(1, 1).Formula)
        If Len(formula) > longestArray Then
            kept = kept & IIf(kept = "", "", ", ") & cell.Worksheet.Name & "!" & block.Address(False, False)
            Exit Function
        End If
        block.FormulaArray = formula
    Else
        EnterAlone cell
    End If
    Reentered = 1
End Function

' Excel 365 tells by Formula2 whether a formula may spill; older ones know Formula alone.
Private Sub EnterAlone(ByVal cell As Object)
    Dim formula As String

    formula = SpillingFormula(cell)
    If formula = "" Then
        cell.Formula = PromoFreed(cell.Formula)
    Else
        cell.Formula2 = PromoFreed(formula)
    End If
End Sub

Private Function SpillingFormula(ByVal cell As Object) As String
    On Error GoTo older
    SpillingFormula = cell.Formula2
older:
End Function

Private Function Spills(ByVal cell As Object) As Boolean
    On Error GoTo older
    Spills = cell.HasSpill
older:
End Function
