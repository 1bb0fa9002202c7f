Attribute VB_Name = "PromoFormulas"
' The cells and arrays of a sheet whose formulas call PROMO_ functions: found, and entered again without the path of
' another add-in.
'
' PromoReenter raises what Excel raises; the others raise nothing.
Option Explicit
Option Private Module

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

' Enter the formulas of a sheet again that call PROMO_ functions; answers how many. What is left as it is, arrays
' that Excel would not take and formulas that refer to other files too, is added to `kept`.
Public Function PromoReenter(ByVal sheet As Object, ByVal longestArray As Long, ByRef kept As String) As Long
    Dim area As Object, found As Variant, r As Long, c As Long

    Set area = sheet.UsedRange
    found = area.Formula
    If Not IsArray(found) Then
        PromoReenter = Looked(area.Cells(1, 1), CStr(found), longestArray, kept)
        Exit Function
    End If
    For r = LBound(found, 1) To UBound(found, 1)
        For c = LBound(found, 2) To UBound(found, 2)
            If Left$(found(r, c), 1) = "=" Then
                PromoReenter = PromoReenter + Looked(area.Cells(r, c), CStr(found(r, c)), longestArray, kept)
            End If
        Next c
    Next r
End Function

Private Function Looked(ByVal cell As Object, ByVal formula As String, ByVal longestArray As Long, _
        ByRef kept As String) As Long
    If PromoCalls(formula) Then
        Looked = Reentered(cell, longestArray, kept)
    ElseIf PromoLinked(formula) Then
        Keep kept, cell
    End If
End Function

Private Sub Keep(ByRef kept As String, ByVal area As Object)
    kept = kept & IIf(kept = "", "", ", ") & area.Worksheet.Name & "!" & area.Address(False, False)
End Sub

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
            Keep kept, block
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
