Attribute VB_Name = "PromoRequest"
' What Python is told when a button is pressed: a file of lines, and a copy of the workbook.
'
' PromoCopyBook and PromoRequestText raise what Excel raises when it is asked to save a copy, or what its sheets are;
' the others raise nothing.
Option Explicit
Option Private Module

Private Const BUILD As String = "promo_build"
Private Const OPEN_XML_WITH_MACROS As Long = 52

Private counted As Long
Private firstTicket As String ' by which this Excel is known

' The name of the files of one press of a button: date, time, a count, and the window of this Excel, for another
' Excel may count the same at the same second.
Public Function PromoNewTicket() As String
    Dim moment As Date, clock As Long

    moment = Now
    counted = (counted + 1) Mod 1000
    clock = CLng(Hour(moment)) * 10000 + CLng(Minute(moment)) * 100 + Second(moment)
    PromoNewTicket = CStr(CLng(Year(moment)) * 10000 + CLng(Month(moment)) * 100 + Day(moment)) & "-" _
        & Format$(clock, "000000") & "-" & Format$(counted, "000") & "-" & WindowNumber()
    If Len(firstTicket) = 0 Then firstTicket = PromoNewTicket
End Function

' Copy a workbook for Python to read; answers the name of the copy.
Public Function PromoCopyBook(ByVal book As Object, ByVal ticket As String) As String
    PromoCopyBook = ticket & IIf(book.FileFormat = OPEN_XML_WITH_MACROS, ".xlsm", ".xlsx")
    book.SaveCopyAs PromoWorkFile(PromoCopyBook)
End Function

' Copy the workbook of a ticket anew: a job has worked, and a planner may have typed meanwhile. One that was closed or
' renamed has no copy any more, which tells Python.
Public Sub PromoCopyAgain(ByVal ticket As String)
    Dim request As String, copyName As String, book As Object

    PromoReadFile PromoWorkFile(ticket & ".request"), request
    If PromoValue(request, "copy") = "" Then Exit Sub
    PromoDeleteFile PromoWorkFile(ticket & ".xlsx")
    PromoDeleteFile PromoWorkFile(ticket & ".xlsm")
    On Error GoTo gone
    Set book = Workbooks(PromoValue(request, "book"))
    If book.FullName = PromoValue(request, "fullname") Then copyName = PromoCopyBook(book, ticket)
gone:
End Sub

' The request as text; `answers` are further lines.
Public Function PromoRequestText(ByVal command As String, ByVal book As Object, ByVal copyName As String, _
        ByVal answers As String) As String
    Dim told As String, sheet As Object

    told = PromoLine("command", command) & PromoLine("language", PromoLanguage())
    told = told & PromoLine("book", book.Name) & PromoLine("fullname", book.FullName)
    told = told & PromoLine("folder", book.Path) & PromoLine("copy", copyName) & PromoLine("instance", firstTicket)
    For Each sheet In book.Worksheets
        If sheet.ProtectContents Then told = told & PromoLine("protected", sheet.Name)
    Next sheet
    told = told & PromoLine("readonly", AsFlag(book, "readonly")) & PromoLine("signed", AsFlag(book, "signed"))
    told = told & PromoLine("protected_structure", AsFlag(book, "structure"))
    told = told & PromoLine("autosave", AsFlag(book, "autosave")) & PromoLine("date1904", AsFlag(book, "date1904"))
    told = told & PromoLine("sheet", ActiveSheet.Name) & PromoLine("row", RowOfCell())
    told = told & PromoLine("addin_build", BuildOfAddIn()) & PromoLine("addin_file", ThisWorkbook.FullName)
    told = told & PromoLine("excel", PromoExcel()) & PromoLine("fault", PromoFault())
    told = told & PromoLine("last_error", PromoLastError()) & PromoLine("live", IIf(PromoIsLive(book), "1", "0"))
    PromoRequestText = told & PromoLine("confirmed", "0") & answers
End Function

' Which Excel this is.
Public Function PromoExcel() As String
    #If Win64 Then
        PromoExcel = "64 bit"
    #Else
        PromoExcel = "32 bit"
    #End If
    PromoExcel = Application.Version & ", " & PromoExcel & ", " & Application.OperatingSystem
End Function

' Not every Excel knows every one of these; what it does not know is not so.
Private Function AsFlag(ByVal book As Object, ByVal what As String) As String
    Dim found As Boolean

    On Error GoTo unknown
    Select Case what
        Case "readonly": found = book.ReadOnly
        Case "signed": found = book.Signatures.Count > 0
        Case "structure": found = book.ProtectStructure
        Case "autosave": found = book.AutoSaveOn
        Case "date1904": found = book.Date1904
    End Select
unknown:
    AsFlag = IIf(found, "1", "0")
End Function

' "" on a sheet that has no cells.
Private Function RowOfCell() As String
    On Error GoTo without
    RowOfCell = CStr(ActiveCell.Row)
without:
End Function

' At most ten digits; where Excel tells of no window, as on a Mac, any number.
Private Function WindowNumber() As String
    Dim host As Object, number As Double

    On Error GoTo without
    Set host = Application ' by name at run time, for a Mac's Excel may not know it
    number = host.hWnd
    If number < 0 Then number = number + 4294967296# ' a Long has a sign, a window has none
    WindowNumber = Format$(number, "0")
    Exit Function
without:
    Randomize
    WindowNumber = Format$(Int(Rnd * 1000000000), "0")
End Function

Private Function BuildOfAddIn() As String
    On Error GoTo without
    BuildOfAddIn = CStr(ThisWorkbook.Worksheets(BUILD).Cells(1, 1).Value2)
without:
End Function
