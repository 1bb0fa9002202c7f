Attribute VB_Name = "PromoBridge"
' The bridge from the PROMO_ functions to Python, over xlwings' XLPy.
'
' PromoCall answers what Python answers. It raises nothing; on a failure it answers an error value, so that
' the formula behind the function answers:
'   #VALUE!  Python refused the arguments, or could not be asked
'   #N/A     an argument is not calculated yet; Excel calls again when it is
'
' When Python does not start or is gone, each further try could cost a minute. So after the first such failure
' Python is not asked again until PromoForgetFault is called or Excel restarts. PromoFault says why and since when.
'
' Error numbers that count as Python being gone: see IsGone. A busy Excel (see IsBusy) and an error that Python
' itself raised do not count.
Option Explicit
Option Private Module

Private Const HOST As String = "promo_xl.functions.com_host"
Private Const SLOWEST_SECONDS As Double = 20
Private Const LONGEST_REASON As Long = 400
Private Const NO_OBJECT As Long = 91
Private Const MANY_ROWS As Long = 5000

Private fault As String
Private lastError As String

Public Function PromoCall(ByVal functionName As String, ByVal given As Variant) As Variant
    Dim server As Object, stage As String, began As Double

    If Len(fault) > 0 Then
        PromoCall = CVErr(xlErrValue)
        Exit Function
    End If
    On Error GoTo failed
    If AnyWaits(given) Then
        PromoCall = CVErr(xlErrNA)
        Exit Function
    End If
    stage = "start"
    began = Timer
    Set server = XLPy
    stage = "call"
    began = Timer
    ' ThisWorkbook is the add-in. xlwings' own wrapper would pass ActiveWorkbook from an add-in, but xlwings
    ' looks into the workbook it is given for sheets named *.py and may run the code in them.
    ' The brackets pass values, as xlwings' wrapper does, not references to variables.
    PromoCall = server.CallUDF((HOST), (functionName), (given), ThisWorkbook, Application.Caller)
    Exit Function
failed:
    NoteFailure stage, Err.Number, Err.Description, SecondsSince(began)
    PromoCall = CVErr(xlErrValue)
End Function

' Why Python is not asked any more, since when, and the error; "" while all is well.
Public Function PromoFault() As String
    PromoFault = fault
End Function

' The last error of a call, whether it stopped the calls or not; "" when there was none.
Public Function PromoLastError() As String
    PromoLastError = lastError
End Function

' Ask Python again at the next call.
Public Sub PromoForgetFault()
    fault = ""
    lastError = ""
End Sub

Private Sub NoteFailure(ByVal stage As String, ByVal number As Long, ByVal said As String, ByVal seconds As Double)
    Dim reason As String, details As String

    details = "error " & CStr(number) & "; " & Left$(said, LONGEST_REASON)
    lastError = Format$(Now, "yyyy-mm-dd hh:mm:ss") & "; " & details
    If IsBusy(number) Then Exit Sub
    If stage = "start" Then
        ' XLPy reads the name of the active workbook; while Excel opens the first one there is none yet.
        If number = NO_OBJECT Then Exit Sub
        reason = "Python could not be started"
    ElseIf stage = "call" And IsGone(number) Then
        reason = "Python is gone"
    ElseIf stage = "call" And seconds > SLOWEST_SECONDS Then
        reason = "Python took " & CStr(CLng(seconds)) & " seconds and failed"
    Else
        Exit Sub
    End If
    fault = Format$(Now, "yyyy-mm-dd hh:mm:ss") & "; " & reason & "; " & details
End Sub

Private Function SecondsSince(ByVal began As Double) As Double
    SecondsSince = Timer - began
    If SecondsSince < 0 Then SecondsSince = SecondsSince + 86400
End Function

' Excel is busy, for instance while a cell is edited: the next calculation may well succeed.
Private Function IsBusy(ByVal number As Long) As Boolean
    Select Case number
        Case -2147418111, -2147417846, -2146777998 ' &H80010001, &H8001010A, &H800AC472
            IsBusy = True
    End Select
End Function

' The process that answers has ended, or cannot be reached.
Private Function IsGone(ByVal number As Long) As Boolean
    Select Case number
        Case 429, 462
            IsGone = True
        Case -2147023174, -2147023170, -2147023169 ' &H800706BA, &H800706BE, &H800706BF: RPC server unavailable
            IsGone = True
        Case -2147418106, -2147418105, -2147418094 ' &H80010006, &H80010007, &H80010012: server died
            IsGone = True
        Case -2147417856, -2147417851, -2147417848 ' &H80010100, &H80010105, &H80010108: fault, disconnected
            IsGone = True
        Case -2147220995, -2147221164, -2146959355 ' &H800401FD, &H80040154, &H80080005: not running
            IsGone = True
    End Select
End Function

' Whether some argument holds a formula that is not calculated yet.
Private Function AnyWaits(ByVal given As Variant) As Boolean
    Dim i As Long, block As Object, area As Object

    For i = LBound(given) To UBound(given)
        If IsObject(given(i)) Then
            Set block = given(i)
            If TypeName(block) = "Range" Then
                For Each area In block.Areas
                    If AreaWaits(area) Then
                        AnyWaits = True
                        Exit Function
                    End If
                Next area
            End If
        End If
    Next i
End Function

' A formula cell that is not calculated yet is Empty; a calculated one never is.
Private Function AreaWaits(ByVal area As Object) As Boolean
    Dim hasFormulas As Variant, found As Variant, block As Object, r As Long, c As Long

    hasFormulas = area.HasFormula ' True, False, or Null where only some cells have formulas
    If Not IsNull(hasFormulas) Then
        If Not hasFormulas Then Exit Function
    End If
    Set block = area
    If area.Rows.Count > MANY_ROWS Then ' a whole column: only what is in use
        Set block = Application.Intersect(area, area.Worksheet.UsedRange)
        If block Is Nothing Then Exit Function
    End If
    found = block.Value2
    If Not IsArray(found) Then
        AreaWaits = IsEmpty(found)
        Exit Function
    End If
    For r = LBound(found, 1) To UBound(found, 1)
        For c = LBound(found, 2) To UBound(found, 2)
            If IsEmpty(found(r, c)) Then
                If block.Cells(r, c).HasFormula Then
                    AreaWaits = True
                    Exit Function
                End If
            End If
        Next c
    Next r
End Function
