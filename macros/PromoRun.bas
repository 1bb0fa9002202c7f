Attribute VB_Name = "PromoRun"
' Carries out a button: guards, a copy of the workbook, a request, Python, its answer.
'
' Raises nothing; whatever goes wrong is told in a message box, and the workbook stays as it is.
Option Explicit
Option Private Module

' `command` is a function of promo_xl.addin.commands; `answers` are lines for the request.
Public Sub PromoStart(ByVal command As String, Optional ByVal answers As String = "", _
        Optional ByVal ofBook As Boolean = True)
    Dim ticket As String, copyName As String, refusal As String, isWritten As Boolean

    If PromoJobRuns() Then
        PromoJobAskToStop
        Exit Sub
    End If
    PromoRereadSettings
    refusal = PromoObstacle(ofBook)
    If refusal = "" Then
        ticket = PromoNewTicket()
        If ofBook Then copyName = CopyOf(ActiveWorkbook, ticket, refusal)
    End If
    If refusal = "" Then isWritten = Written(command, ticket, copyName, answers)
    If isWritten Then
        PromoAsk command, ticket
        Exit Sub
    End If
    If refusal = "" Then refusal = PromoText("vba_work_folder", "folder", PromoSetting("WORK_FOLDER"))
    If Len(copyName) > 0 Then PromoDeleteFile PromoWorkFile(copyName)
    PromoSay refusal, vbExclamation
End Sub

' The same without a person: what goes wrong is not worth a word, and nothing is tried that must fail.
Public Sub PromoStartQuietly(ByVal command As String)
    Dim ticket As String

    PromoRereadSettings
    If PromoJobRuns() Then Exit Sub
    If PromoObstacle(False) <> "" Then Exit Sub
    ticket = PromoNewTicket()
    If Written(command, ticket, "", "") Then PromoAsk command, ticket, True
End Sub

' Run a command of Python and deal with its answer.
Public Sub PromoAsk(ByVal command As String, ByVal ticket As String, Optional ByVal isQuiet As Boolean = False)
    Dim problem As String

    PromoQuiet = isQuiet
    problem = FailureOf(command, ticket)
    PromoShowNothing
    PromoQuiet = False
    If problem = "" Then
        #If Mac Then
            PromoJobWait ticket ' there RunPython does not wait for Python
            Exit Sub
        #Else
            If PromoFileExists(PromoWorkFile(ticket & ".answer")) Then
                PromoAnswered ticket
                Exit Sub
            End If
        #End If
    End If
    PromoForgetTicket ticket
    If PromoProblemTold() Or isQuiet Then Exit Sub
    If problem = "" Then
        PromoTellNoAnswer ticket
    Else
        PromoSay PromoText("vba_python_failed", "error", problem), vbExclamation
    End If
End Sub

' Python was asked and said nothing: nobody knows what became of the workbook.
Public Sub PromoTellNoAnswer(ByVal ticket As String)
    PromoSay PromoText("vba_no_answer_yet", "log", PromoWorkFile(ticket & ".log")), vbExclamation
End Sub

' Run the command of a ticket again, now that the user has agreed.
Public Sub PromoConfirm(ByVal ticket As String)
    Dim request As String, command As String, isWritten As Boolean

    PromoReadFile PromoWorkFile(ticket & ".request"), request
    command = PromoValue(request, "command")
    If command = "start_up" Then ' what it asks is whether to build the add-in anew
        command = "rebuild_addin"
        request = Replace(request, "command=start_up", "command=" & command)
        ReleaseAddIn
    End If
    request = Replace(request, "confirmed=0", "confirmed=1")
    PromoWriteFile PromoWorkFile(ticket & ".request"), request, isWritten
    If isWritten Then
        PromoAsk command, ticket
    Else
        PromoSay PromoText("vba_work_folder", "folder", PromoSetting("WORK_FOLDER")), vbExclamation
    End If
End Sub

' Remove the files of a ticket. A Python that starts only then finds no request and changes nothing.
Public Sub PromoForgetTicket(ByVal ticket As String)
    Dim ending As Variant

    For Each ending In Array(".request", ".answer", ".progress", ".stop", ".worked", ".gathered", ".xlsx", ".xlsm")
        PromoDeleteFile PromoWorkFile(ticket & ending)
    Next ending
End Sub

' What Excel or xlwings raised; "" when the command ran.
Private Function FailureOf(ByVal command As String, ByVal ticket As String) As String
    On Error GoTo failed
    PromoShow PromoText("vba_working")
    RunPython "import promo_xl.addin.commands as commands; commands." & command & "('" & ticket & "')"
    Exit Function
failed:
    FailureOf = "error " & CStr(Err.Number) & "; " & Err.Description
End Function

Private Function CopyOf(ByVal book As Object, ByVal ticket As String, ByRef refusal As String) As String
    On Error GoTo failed
    CopyOf = PromoCopyBook(book, ticket)
    Exit Function
failed:
    refusal = PromoText("vba_copy_failed", "book", book.Name, "error", Err.Description)
End Function

Private Function Written(ByVal command As String, ByVal ticket As String, ByVal copyName As String, _
        ByVal answers As String) As Boolean
    Dim request As String, isWritten As Boolean

    On Error GoTo failed
    request = PromoRequestText(command, ActiveWorkbook, copyName, answers)
    PromoWriteFile PromoWorkFile(ticket & ".request"), request, isWritten
    Written = isWritten
    If command = "self_check" Then PromoForgetFault ' it is told now; the functions may try again
failed:
End Function

' Let go of the add-in's file, which Windows does not let anyone replace while it is open for writing.
Private Sub ReleaseAddIn()
    On Error GoTo kept ' then Python says that the file is in use
    If Not ThisWorkbook.ReadOnly Then ThisWorkbook.ChangeFileAccess xlReadOnly
kept:
End Sub
