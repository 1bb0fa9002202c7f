Attribute VB_Name = "PromoText"
' What the add-in says, in the user's language: the texts stand on its hidden sheet promo_texts, which names
' the languages in row 1. VBA source and VBA's own MsgBox cannot hold them all.
'
' {name} in a text stands for a value. Raises nothing: a text that is missing is its key.
Option Explicit
Option Private Module

Private Const TEXTS As String = "promo_texts"
Private Const FALLBACK As String = "en"
Private Const OF_THE_OFFICE As Long = 2 ' msoLanguageIDUI
Private Const LONGEST_PROBLEM As Long = 700

Public PromoQuiet As Boolean ' while nobody pressed a button: problems are not shown

Private isTold As Boolean

#If Mac Then
#ElseIf Win64 Or Win32 Then
    Private Declare PtrSafe Function MessageBoxW Lib "user32" (ByVal window As LongPtr, _
        ByVal message As LongPtr, ByVal title As LongPtr, ByVal style As Long) As Long
#End If

' A text: PromoText("copy_failed", "book", book.Name).
Public Function PromoText(ByVal key As String, ParamArray values() As Variant) As String
    Dim given As Variant

    given = values
    PromoText = PromoFilled(Found("addin." & key), given)
End Function

' A label or tip of the ribbon: "promoCheck.label".
Public Function PromoRibbonText(ByVal key As String) As String
    PromoRibbonText = Found("ribbon." & key)
End Function

' A text with its {name}s replaced; `given` is name, value, name, value. What a value says stays as it is.
Public Function PromoFilled(ByVal pattern As String, ByVal given As Variant) As String
    Dim at As Long, till As Long, start As Long

    start = 1
    Do
        at = InStr(start, pattern, "{")
        If at > 0 Then till = InStr(at, pattern, "}")
        If at = 0 Or till = 0 Then Exit Do
        PromoFilled = PromoFilled & Mid$(pattern, start, at - start)
        PromoFilled = PromoFilled & ValueOf(Mid$(pattern, at + 1, till - at - 1), given)
        start = till + 1
        till = 0
    Loop
    PromoFilled = PromoFilled & Mid$(pattern, start)
End Function

' The language that is set, or that of Office.
Public Function PromoLanguage() As String
    PromoLanguage = LCase$(PromoSetting("LANGUAGE"))
    If PromoLanguage = "" Or PromoLanguage = "auto" Then PromoLanguage = LanguageOfOffice()
End Function

' The languages that there are, such as "en, zh".
Public Function PromoLanguages() As String
    Dim c As Long, sheet As Object

    Set sheet = ThisWorkbook.Worksheets(TEXTS)
    c = 2
    Do While Len(CStr(sheet.Cells(1, c).Value2)) > 0
        PromoLanguages = PromoLanguages & IIf(c > 2, ", ", "") & CStr(sheet.Cells(1, c).Value2)
        c = c + 1
    Loop
End Function

' A message box, with the sign for information unless told otherwise; answers as MsgBox does.
Public Function PromoSay(ByVal message As String, Optional ByVal style As Long = 64, _
        Optional ByVal title As String = "") As Long
    If Len(title) = 0 Then title = Found("addin.product")
    ' A Mac first, for Win64 is true there too.
    #If Mac Then
        PromoSay = MsgBox(message, style, title)
    #ElseIf Win64 Or Win32 Then
        PromoSay = MessageBoxW(CLngPtr(Application.hWnd), StrPtr(message), StrPtr(title), style)
    #Else
        PromoSay = MsgBox(message, style, title)
    #End If
End Function

' What xlwings would have shown: Python's own words, of which the last ones tell most.
Public Sub PromoProblem(ByVal content As String)
    isTold = True
    If Not PromoQuiet Then
        PromoSay PromoText("vba_python_failed", "error", Right$(content, LONGEST_PROBLEM)), vbExclamation
    End If
End Sub

' Whether a problem was told since this was last asked.
Public Function PromoProblemTold() As Boolean
    PromoProblemTold = isTold
    isTold = False
End Function

Private Function ValueOf(ByVal key As String, ByVal given As Variant) As String
    Dim i As Long

    ValueOf = "{" & key & "}"
    For i = LBound(given) To UBound(given) - 1 Step 2
        If given(i) = key Then ValueOf = CStr(given(i + 1))
    Next i
End Function

Private Function Found(ByVal key As String) As String
    Dim sheet As Object, r As Long, c As Long

    Found = key
    On Error GoTo missing
    Set sheet = ThisWorkbook.Worksheets(TEXTS)
    c = ColumnOf(sheet, PromoLanguage())
    If c = 0 Then c = ColumnOf(sheet, FALLBACK)
    r = 2
    Do While Len(CStr(sheet.Cells(r, 1).Value2)) > 0
        If CStr(sheet.Cells(r, 1).Value2) = key Then
            Found = CStr(sheet.Cells(r, c).Value2)
            Exit Do
        End If
        r = r + 1
    Loop
missing:
End Function

Private Function ColumnOf(ByVal sheet As Object, ByVal language As String) As Long
    Dim c As Long

    c = 2
    Do While Len(CStr(sheet.Cells(1, c).Value2)) > 0
        If CStr(sheet.Cells(1, c).Value2) = language Then ColumnOf = c
        c = c + 1
    Loop
End Function

' Windows numbers languages; the lower ten bits say which, the others where it is spoken.
Private Function LanguageOfOffice() As String
    Dim host As Object, number As Long

    LanguageOfOffice = FALLBACK
    On Error GoTo unknown
    Set host = Application ' by name at run time, so that no reference to the Office library is needed
    number = host.LanguageSettings.LanguageID(OF_THE_OFFICE)
    Select Case number Mod 1024
        Case 4: LanguageOfOffice = "zh"
        Case 7: LanguageOfOffice = "de"
        Case 10: LanguageOfOffice = "es"
        Case 12: LanguageOfOffice = "fr"
        Case 17: LanguageOfOffice = "ja"
        Case 18: LanguageOfOffice = "ko"
    End Select
unknown:
End Function
