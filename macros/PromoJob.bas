Attribute VB_Name = "PromoJob"
' Waits for Python without keeping Excel from working: each second a look at the files of a ticket.
'
' Two waits: for the answer of a command that is still running (on a Mac), and for a job that works in a process
' of its own, whose progress the status bar shows. Raises nothing, but PromoLater, which raises what
' Application.OnTime raises.
Option Explicit
Option Private Module

Private Const STALLED_SECONDS As Long = 30
Private Const PATIENCE_SECONDS As Long = 180

Private jobTicket As String
Private isAnswerAwaited As Boolean
Private began As Date
Private moved As Date
Private lastSeen As String
Private due As Date
Private isStopping As Boolean
Private isPaused As Boolean

' A job works; show its progress until it is done.
Public Sub PromoJobStart(ByVal ticket As String)
    If jobTicket <> ticket Then began = Now
    Await ticket, False
End Sub

' A command runs; wait for its answer.
Public Sub PromoJobWait(ByVal ticket As String)
    began = Now
    Await ticket, True
End Sub

Public Function PromoJobRuns() As Boolean
    PromoJobRuns = Len(jobTicket) > 0
End Function

' A button was pressed meanwhile.
Public Sub PromoJobAskToStop()
    Dim isWritten As Boolean

    PromoJobWake
    If PromoSay(PromoText("vba_job_runs"), vbYesNo Or vbQuestion) = vbYes Then
        PromoWriteFile PromoWorkFile(jobTicket & ".stop"), PromoLine("stop", "1"), isWritten
        isStopping = isWritten
        If isWritten Then PromoShow PromoText("vba_stopping")
    End If
End Sub

' One look; PromoTicks calls it.
Public Sub PromoJobLook()
    Dim ticket As String

    ticket = jobTicket
    If Len(ticket) = 0 Then Exit Sub
    If isAnswerAwaited Then
        LookForAnswer ticket
    ElseIf CanFinish(ticket) Then
        PromoJobEnd
        If PromoFileExists(PromoWorkFile(ticket & ".worked")) Then PromoCopyAgain ticket
        PromoAsk "finish_job", ticket ' it may answer that the job still works
    Else
        ShowProgress ticket
        LookAgain
    End If
End Sub

' Look no more.
Public Sub PromoJobEnd()
    PromoJobPause
    jobTicket = ""
    lastSeen = ""
    isStopping = False
    isPaused = False
    PromoShowNothing
End Sub

' Look no more until PromoJobWake: an OnTime that is still due would open a closed add-in again.
Public Sub PromoJobPause()
    On Error GoTo over ' what is not due any more cannot be taken back
    isPaused = Len(jobTicket) > 0
    If isPaused Then Application.OnTime due, PromoMacro("PromoJobTick"), , False
over:
End Sub

' The add-in was not closed after all.
Public Sub PromoJobWake()
    If isPaused Then LookAgain
End Sub

' Call a macro of this add-in in so many seconds; answers when.
Public Function PromoLater(ByVal macroName As String, ByVal seconds As Long) As Date
    PromoLater = Now + TimeSerial(0, 0, seconds)
    Application.OnTime PromoLater, PromoMacro(macroName)
End Function

Public Function PromoMacro(ByVal macroName As String) As String
    PromoMacro = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & macroName
End Function

Private Sub Await(ByVal ticket As String, ByVal isAnswer As Boolean)
    jobTicket = ticket
    isAnswerAwaited = isAnswer
    moved = Now
    ShowProgress ticket
    LookAgain
End Sub

Private Sub LookAgain()
    On Error GoTo busy
    due = PromoLater("PromoJobTick", 1)
    isPaused = False
    Exit Sub
busy:
    isPaused = True ' the next button or workbook wakes it
End Sub

Private Sub LookForAnswer(ByVal ticket As String)
    If PromoFileExists(PromoWorkFile(ticket & ".answer")) Then
        PromoJobEnd
        PromoAnswered ticket
    ElseIf SecondsSince(began) > PATIENCE_SECONDS Then
        PromoJobEnd
        PromoForgetTicket ticket
        PromoTellNoAnswer ticket
    Else
        LookAgain
    End If
End Sub

' Python is asked when the job has worked or shows no progress any more; xlwings needs some workbook for that.
Private Function CanFinish(ByVal ticket As String) As Boolean
    On Error GoTo busy ' the next look sees
    If ActiveWorkbook Is Nothing Or Not Application.Ready Then Exit Function
    CanFinish = PromoFileExists(PromoWorkFile(ticket & ".worked")) Or SecondsSince(moved) > STALLED_SECONDS
busy:
End Function

Private Sub ShowProgress(ByVal ticket As String)
    Dim progress As String

    PromoReadFile PromoWorkFile(ticket & ".progress"), progress
    If progress <> lastSeen Then moved = Now
    lastSeen = progress
    If isStopping Then
        PromoShow PromoText("vba_stopping")
    ElseIf progress = "" Then
        PromoShow PromoText("vba_working")
    Else
        PromoShow PromoText("vba_progress", "text", PromoValue(progress, "text"))
    End If
End Sub

Private Function SecondsSince(ByVal moment As Date) As Long
    SecondsSince = DateDiff("s", moment, Now)
End Function
