Attribute VB_Name = "PromoAnswer"
' Deals with what Python answered: says it, goes there, opens and shows files, and does what only VBA can do.
'
' Raises nothing; what does not succeed is told below Python's own message.
Option Explicit
Option Private Module

' Deal with the answer of a ticket.
Public Sub PromoAnswered(ByVal ticket As String)
    Dim answer As String, request As String

    PromoReadFile PromoWorkFile(ticket & ".answer"), answer
    PromoDeleteFile PromoWorkFile(ticket & ".answer")
    Select Case PromoValue(answer, "status")
        Case "running"
            PromoJobStart ticket
        Case "" ' it could not be read
            PromoForgetTicket ticket
            PromoTellNoAnswer ticket
        Case "ask"
            AskFor ticket, answer
        Case Else
            PromoReadFile PromoWorkFile(ticket & ".request"), request
            PromoForgetTicket ticket
            PromoRereadSettings
            Finished answer, PromoValue(request, "book")
    End Select
End Sub

Private Sub AskFor(ByVal ticket As String, ByVal answer As String)
    If PromoSay(PromoValue(answer, "message"), vbYesNo Or vbQuestion, PromoValue(answer, "title")) = vbYes Then
        PromoConfirm ticket
    Else
        PromoForgetTicket ticket
    End If
End Sub

Private Sub Finished(ByVal answer As String, ByVal bookName As String)
    Dim told As String, style As Long, logFile As String, one As Variant

    told = PromoValue(answer, "message")
    logFile = PromoValue(answer, "log")
    style = vbInformation
    If PromoValue(answer, "status") <> "done" Then style = vbExclamation
    If logFile <> "" And InStr(told, logFile) = 0 Then told = Joined(told, PromoText("vba_log", "log", logFile))
    told = Joined(told, FollowedUp(answer, bookName))
    GoToCell PromoValue(answer, "select"), bookName
    For Each one In PromoValues(answer, "open")
        told = Joined(told, Opened(CStr(one)))
    Next one
    If Len(told) > 0 Then PromoSay told, style, PromoValue(answer, "title")
    For Each one In PromoValues(answer, "show")
        ShowFile CStr(one)
    Next one
    PromoRibbonRenew
End Sub

' Do what only VBA can do; answers what could not be done.
Private Function FollowedUp(ByVal answer As String, ByVal bookName As String) As String
    Dim one As Variant, book As Object

    Set book = BookNamed(bookName)
    For Each one In PromoValues(answer, "do")
        If one = "restart_note" Then FollowedUp = Joined(FollowedUp, PromoText("vba_restart"))
        If one = "rebind" And Not book Is Nothing Then FollowedUp = Joined(FollowedUp, PromoRebind(book))
    Next one
    If PromoValues(answer, "extend").Count + PromoValues(answer, "format_clear").Count = 0 Then Exit Function
    If book Is Nothing Then
        FollowedUp = Joined(FollowedUp, PromoText("vba_book_gone", "book", bookName))
    Else
        FollowedUp = Joined(FollowedUp, PromoExtend(book, answer))
        FollowedUp = Joined(FollowedUp, PromoFormats(book, answer))
    End If
End Function

Private Function Joined(ByVal one As String, ByVal other As String) As String
    Joined = one & IIf(Len(one) > 0 And Len(other) > 0, vbLf, "") & other
End Function

' Nothing where it was closed meanwhile.
Private Function BookNamed(ByVal bookName As String) As Object
    On Error GoTo gone
    Set BookNamed = Workbooks(bookName)
gone:
End Function

' A place is sheet!cell; the name of a sheet may hold an exclamation mark.
Private Sub GoToCell(ByVal place As String, ByVal bookName As String)
    Dim at As Long

    at = InStrRev(place, "!")
    If at = 0 Then Exit Sub
    On Error GoTo gone ' a sheet that was hidden or renamed meanwhile cannot be shown
    Application.Goto Workbooks(bookName).Worksheets(Left$(place, at - 1)).Range(Mid$(place, at + 1))
gone:
End Sub

Private Function Opened(ByVal path As String) As String
    On Error GoTo failed
    Workbooks.Open path
    Exit Function
failed:
    Opened = PromoText("vba_open_failed", "file", path, "error", Err.Description)
End Function

Private Sub ShowFile(ByVal path As String)
    On Error GoTo failed
    ThisWorkbook.FollowHyperlink path
    Exit Sub
failed:
    PromoSay PromoText("vba_open_failed", "file", path, "error", Err.Description), vbExclamation
End Sub
