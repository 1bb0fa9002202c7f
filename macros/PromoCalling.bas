Attribute VB_Name = "PromoCalling"
' The text of a formula: whether it calls PROMO_ functions of this add-in, whether it refers to other files, and how
' it reads without the path of another add-in.
'
' Texts, quoted names of sheets and the columns of tables are passed over as wholes. Raises nothing.
Option Explicit
Option Private Module

Private Const MARK As String = "PROMO_"
Private Const ADDIN As String = "promo_xl.xlam"
Private Const UNKNOWN As String = "_xldudf_"

' Whether a formula calls one of our functions and refers to no other file, so that it may be entered again:
' Excel would ask for a file that it does not find, and start a program that a formula names.
Public Function PromoCalls(ByVal formula As String) As Boolean
    Dim freed As String, calls As Boolean, isLinked As Boolean

    ReadFormula formula, freed, calls, isLinked
    PromoCalls = calls And Not isLinked
End Function

' Whether a formula calls one of our functions and refers to another file too.
Public Function PromoLinked(ByVal formula As String) As Boolean
    Dim freed As String, calls As Boolean, isLinked As Boolean

    ReadFormula formula, freed, calls, isLinked
    PromoLinked = calls And isLinked
End Function

' The formula without the path, number or name of an add-in before our functions.
Public Function PromoFreed(ByVal formula As String) As String
    Dim freed As String, calls As Boolean, isLinked As Boolean

    ReadFormula formula, freed, calls, isLinked
    PromoFreed = freed
End Function

Private Sub ReadFormula(ByVal formula As String, ByRef freed As String, ByRef calls As Boolean, _
        ByRef isLinked As Boolean)
    Dim at As Long, till As Long

    freed = formula
    If Left$(formula, 1) <> "=" Or InStr(1, formula, MARK, vbTextCompare) = 0 Then Exit Sub
    freed = ""
    at = 1
    Do While at <= Len(formula)
        till = EndOfPart(formula, at)
        If IsOfAddIn(formula, at, till) And IsCall(formula, till + 2) Then
            till = till + 1 ' the exclamation mark too
        ElseIf StandsAt(formula, at, UNKNOWN) And IsCall(formula, at + Len(UNKNOWN)) Then
            till = at + Len(UNKNOWN) - 1
        Else
            If IsCall(formula, at) Then calls = True
            If IsLink(formula, at, till) Then isLinked = True
            If Mid$(formula, till + 1, 1) = "!" Then till = EndOfName(formula, till + 2) ' of that sheet, not ours
            freed = freed & Mid$(formula, at, till - at + 1)
        End If
        at = till + 1
    Loop
End Sub

' Where the text, the quoted name, the name with its columns or the single sign ends that begins at a place.
Private Function EndOfPart(ByVal formula As String, ByVal at As Long) As Long
    Dim sign As String

    sign = Mid$(formula, at, 1)
    EndOfPart = at
    If sign = """" Or sign = "'" Then
        EndOfPart = EndOfQuoted(formula, at, sign)
    ElseIf sign = "[" Then
        EndOfPart = EndOfName(formula, EndOfBracket(formula, at) + 1)
    ElseIf IsNameSign(sign) Then
        EndOfPart = EndOfName(formula, at)
        If Mid$(formula, EndOfPart + 1, 1) = "[" Then EndOfPart = EndOfBracket(formula, EndOfPart + 1)
    End If
End Function

' A doubled quote does not end what is quoted.
Private Function EndOfQuoted(ByVal formula As String, ByVal at As Long, ByVal quote As String) As Long
    EndOfQuoted = InStr(at + 1, formula & quote, quote)
    Do While Mid$(formula, EndOfQuoted + 1, 1) = quote
        EndOfQuoted = InStr(EndOfQuoted + 2, formula & quote, quote)
    Loop
    If EndOfQuoted > Len(formula) Then EndOfQuoted = Len(formula)
End Function

' Brackets stand within brackets; in a column's name an apostrophe makes the sign behind it an ordinary one.
Private Function EndOfBracket(ByVal formula As String, ByVal at As Long) As Long
    Dim depth As Long

    EndOfBracket = Len(formula)
    Do While at <= Len(formula)
        Select Case Mid$(formula, at, 1)
            Case "'": at = at + 1
            Case "[": depth = depth + 1
            Case "]": depth = depth - 1
        End Select
        If depth = 0 Then
            EndOfBracket = at
            Exit Do
        End If
        at = at + 1
    Loop
End Function

' The place before `at` where no name begins there.
Private Function EndOfName(ByVal formula As String, ByVal at As Long) As Long
    EndOfName = at - 1
    Do While IsNameSign(Mid$(formula, EndOfName + 1, 1))
        EndOfName = EndOfName + 1
    Loop
End Function

Private Function IsNameSign(ByVal sign As String) As Boolean
    If Len(sign) = 0 Then Exit Function
    IsNameSign = sign Like "[A-Za-z0-9_.]" Or AscW(sign) > 127 Or AscW(sign) < 0 ' AscW answers an Integer
End Function

' Whether one of our functions is called there.
Private Function IsCall(ByVal formula As String, ByVal at As Long) As Boolean
    Dim till As Long

    till = EndOfName(formula, at)
    If Mid$(formula, till + 1, 1) <> "(" Then Exit Function
    IsCall = InStr(1, PROMO_NAMES, "|" & Mid$(formula, at, till - at + 1) & "|", vbTextCompare) > 0
End Function

' Whether [1], promo_xl.xlam or 'C:\folder\promo_xl.xlam' stands there before an exclamation mark, as Excel writes an
' add-in that it does not know.
Private Function IsOfAddIn(ByVal formula As String, ByVal at As Long, ByVal till As Long) As Boolean
    Dim part As String

    If Mid$(formula, till + 1, 1) <> "!" Then Exit Function
    part = LCase$(Mid$(formula, at, till - at + 1))
    If Left$(part, 1) = "[" And Right$(part, 1) = "]" Then
        IsOfAddIn = IsNumeric(Mid$(part, 2, Len(part) - 2))
    ElseIf Left$(part, 1) = "'" Then
        IsOfAddIn = part Like "*['\/]" & ADDIN & "'"
    Else
        IsOfAddIn = part = ADDIN
    End If
End Function

' Whether another file is named there: [Book.xlsx]Sheet!, '[Book.xlsx]My Sheet'!, 'C:\folder\Book.xlsx'!, program|.
Private Function IsLink(ByVal formula As String, ByVal at As Long, ByVal till As Long) As Boolean
    Dim part As String

    part = Mid$(formula, at, till - at + 1)
    If part = "|" Then IsLink = True
    If Mid$(formula, till + 1, 1) <> "!" Then Exit Function
    If Left$(part, 1) = "[" Then IsLink = True
    If Left$(part, 1) = "'" Then IsLink = InStr(part, "[") > 0 Or part Like "*[\/|]*" ' no sheet may be named so
End Function

Private Function StandsAt(ByVal formula As String, ByVal at As Long, ByVal wanted As String) As Boolean
    StandsAt = StrComp(Mid$(formula, at, Len(wanted)), wanted, vbTextCompare) = 0
End Function
