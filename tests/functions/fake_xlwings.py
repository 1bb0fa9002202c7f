"""VBA in place of xlwings' own module: an XLPy that answers, refuses, is gone, does not start or takes long.

`Asked(behaviours)` calls PROMO_ROI once for each behaviour, in turn, and tells what came and how often Python
was started and called.
"""

MODULE = "FakeXlwings"
CLASS = "FakeServer"

XLPY = """\
Attribute VB_Name = "FakeXlwings"
Option Explicit
Public Behaviour As String
Public Starts As Long
Public Calls As Long

Public Function XLPy()
    Starts = Starts + 1
    If Behaviour = "no start" Then Err.Raise 1000, "xlwings", "Could not activate Python COM server"
    If Behaviour = "no library" Then Err.Raise 53, "xlwings", "File not found: xlwings64.dll"
    If Behaviour = "no workbook" Then Err.Raise 91, "xlwings", "Object variable not set"
    If Behaviour = "busy at start" Then Err.Raise -2146777998, "Excel", "busy"
    If Behaviour = "hang at start" Then
        Sleep {seconds}
        Err.Raise 1000, "xlwings", "Could not activate Python COM server"
    End If
    Set XLPy = New FakeServer
End Function

Public Sub SetBehaviour(ByVal wanted As String)
    Behaviour = wanted
    Calls = 0
End Sub

Public Function CountCalls() As Long
    CountCalls = Calls
End Function

Public Sub Sleep(ByVal seconds As Double)
    Dim began As Double
    began = Timer
    Do While Timer - began < seconds
    Loop
End Sub

Public Function Asked(ByVal behaviours As String) As String
    Asked = Ask(behaviours)
    PromoForgetFault
End Function

Public Function FaultAfter(ByVal behaviours As String) As String
    Dim ignored As String
    ignored = Ask(behaviours)
    FaultAfter = PromoFault() & " / " & PromoLastError()
    PromoForgetFault
End Function

Private Function Ask(ByVal behaviours As String) As String
    Dim one As Variant, found As Variant
    PromoForgetFault
    Starts = 0
    Calls = 0
    For Each one In Split(behaviours, ",")
        If one = "forget" Then
            PromoForgetFault
        Else
            Behaviour = one
            found = PROMO_ROI(80000, 10000)
            If IsError(found) Then found = "error"
            Ask = Ask & found & ", "
        End If
    Next one
    Ask = Ask & "started " & Starts & ", called " & Calls
    Behaviour = ""
End Function

Public Function ErrorOf(ByVal wanted As String) As String
    Dim found As Variant
    PromoForgetFault
    Behaviour = wanted
    found = PROMO_ROI(80000, 10000)
    Behaviour = ""
    PromoForgetFault
    ErrorOf = CStr(found)
End Function
"""

SERVER = """\
Option Explicit

Public Function CallUDF(ByVal moduleName As String, ByVal functionName As String, ByVal given As Variant, _
        ByVal book As Variant, ByVal caller As Variant) As Variant
    Calls = Calls + 1
    Select Case Behaviour
        Case "refuse": Err.Raise -2147467259, "Python", "WrongArgumentError: cost"
        Case "gone": Err.Raise -2147023174, "RPC", "The RPC server is unavailable."
        Case "gone to VBA": Err.Raise 462, "RPC", "The remote server machine does not exist"
        Case "disconnected": Err.Raise -2147417848, "RPC", "The object has disconnected"
        Case "rejected": Err.Raise -2147418111, "Excel", "Call was rejected by callee."
        Case "hang"
            Sleep {seconds}
            Err.Raise -2147467259, "Python", "TimeoutError: no answer"
        Case "slow"
            Sleep {seconds}
    End Select
    If Behaviour = "what" Then
        CallUDF = moduleName & " " & functionName & " " & (UBound(given) + 1)
    ElseIf Behaviour = "with what" Then
        CallUDF = TypeName(book) & " " & TypeName(caller)
    Else
        CallUDF = given(0) / given(1)
    End If
End Function
"""


def xlpy(seconds: float) -> str:
    """The module; what takes long takes this many seconds."""
    return XLPY.replace("{seconds}", str(seconds))


def server(seconds: float) -> str:
    """The class; what takes long takes this many seconds."""
    return SERVER.replace("{seconds}", str(seconds))
