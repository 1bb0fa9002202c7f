Attribute VB_Name = "PromoStatus"
' What the add-in says in the status bar. It takes back its own words alone; what another macro says stays.
'
' Raises nothing: a busy Excel shows what it likes.
Option Explicit
Option Private Module

Private Const LONGEST As Long = 250 ' Excel shows no more than 255 signs

Private shown As String
Private due As Date
Private isDue As Boolean

' Say something, for so many seconds or until something else is said.
Public Sub PromoShow(ByVal message As String, Optional ByVal seconds As Long = 0)
    On Error GoTo busy
    StopWaiting
    shown = Left$(message, LONGEST)
    Application.StatusBar = shown
    If seconds = 0 Then Exit Sub
    due = PromoLater("PromoStatusTick", seconds)
    isDue = True
busy:
End Sub

' Take back what was said, if it still stands there.
Public Sub PromoShowNothing()
    On Error GoTo busy
    StopWaiting
    If Len(shown) > 0 Then
        If CStr(Application.StatusBar) = shown Then Application.StatusBar = False
    End If
    shown = ""
busy:
End Sub

' Without this an OnTime that is still due would open a closed add-in again.
Private Sub StopWaiting()
    On Error GoTo over ' what is not due any more cannot be taken back
    If isDue Then Application.OnTime due, PromoMacro("PromoStatusTick"), , False
over:
    isDue = False
End Sub
