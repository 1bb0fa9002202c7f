Attribute VB_Name = "PromoLines"
' The format of the small files that the add-in and Python hand each other: one KEY=value a line, ASCII.
'
' In a value stand \\ for a backslash, \n, \r, \t, and \uXXXX (UTF-16) for every other sign that is not ASCII.
' Blank lines and lines that begin with # mean nothing; a key may repeat. Raises nothing: an escape that is none
' stays as it is.
Option Explicit
Option Private Module

Private Const HEX_DIGITS As String = "0123456789ABCDEF"

' One line of a file.
Public Function PromoLine(ByVal key As String, ByVal value As String) As String
    PromoLine = key & "=" & PromoEscaped(value) & vbCrLf
End Function

' The first value of a key.
Public Function PromoValue(ByVal content As String, ByVal key As String, _
        Optional ByVal otherwise As String = "") As String
    Dim all As Collection

    Set all = PromoValues(content, key)
    PromoValue = otherwise
    If all.Count > 0 Then PromoValue = all.Item(1)
End Function

' All values of a key, in order.
Public Function PromoValues(ByVal content As String, ByVal key As String) As Collection
    Dim all As Collection, rows() As String, i As Long, start As String

    Set all = New Collection
    start = key & "="
    rows = Split(Replace(content, vbCr, ""), vbLf)
    For i = LBound(rows) To UBound(rows)
        If Left$(rows(i), Len(start)) = start Then all.Add PromoUnescaped(Mid$(rows(i), Len(start) + 1))
    Next i
    Set PromoValues = all
End Function

Public Function PromoEscaped(ByVal plain As String) As String
    Dim i As Long, parts() As String

    If Len(plain) = 0 Then Exit Function
    ReDim parts(1 To Len(plain))
    For i = 1 To Len(plain)
        parts(i) = EscapedSign(Mid$(plain, i, 1))
    Next i
    PromoEscaped = Join(parts, "")
End Function

Public Function PromoUnescaped(ByVal value As String) As String
    Dim parts() As String, i As Long

    If InStr(value, "\") = 0 Then
        PromoUnescaped = value
        Exit Function
    End If
    parts = Split(value, "\")
    PromoUnescaped = parts(0)
    i = 1
    Do While i <= UBound(parts)
        If Len(parts(i)) = 0 And i < UBound(parts) Then ' two backslashes: one, and what follows as it is
            i = i + 1
            PromoUnescaped = PromoUnescaped & "\" & parts(i)
        Else
            PromoUnescaped = PromoUnescaped & Unescaped(parts(i))
        End If
        i = i + 1
    Loop
End Function

Private Function EscapedSign(ByVal sign As String) As String
    Dim code As Long

    code = AscW(sign)
    If code < 0 Then code = code + 65536 ' AscW answers an Integer
    Select Case code
        Case 92: EscapedSign = "\\"
        Case 10: EscapedSign = "\n"
        Case 13: EscapedSign = "\r"
        Case 9: EscapedSign = "\t"
        Case 32 To 126: EscapedSign = sign
        Case Else: EscapedSign = "\u" & HexDigits(code)
    End Select
End Function

Private Function HexDigits(ByVal code As Long) As String
    Dim i As Long

    For i = 1 To 4
        HexDigits = Mid$(HEX_DIGITS, (code Mod 16) + 1, 1) & HexDigits
        code = code \ 16
    Next i
End Function

' What an escape and the text after it mean; `part` begins behind the backslash.
Private Function Unescaped(ByVal part As String) As String
    Dim code As Long

    Select Case Left$(part, 1)
        Case "n": Unescaped = vbLf & Mid$(part, 2)
        Case "r": Unescaped = vbCr & Mid$(part, 2)
        Case "t": Unescaped = vbTab & Mid$(part, 2)
        Case "u"
            code = CodeOf(Mid$(part, 2, 4))
            Unescaped = "\" & part
            If code >= 0 Then Unescaped = ChrW(code) & Mid$(part, 6)
        Case Else: Unescaped = "\" & part
    End Select
End Function

' The number that four hexadecimal digits mean; -1 where they are none.
Private Function CodeOf(ByVal digits As String) As Long
    Dim i As Long, found As Long, total As Long

    CodeOf = -1
    If Len(digits) < 4 Then Exit Function
    For i = 1 To 4
        found = InStr(HEX_DIGITS, UCase$(Mid$(digits, i, 1)))
        If found = 0 Then Exit Function
        total = total * 16 + found - 1
    Next i
    CodeOf = total
End Function
