Attribute VB_Name = "PromoFiles"
' Small files: read, written at one stroke, there or not, deleted.
'
' On Windows by the FileSystemObject, because paths may hold signs that VBA's own Open cannot; where there is
' none, as on a Mac, by Open. Raises nothing; the answers say whether it went well.
'
' What reads or writes is a Sub: a Function might be called by a cell of any workbook, and a Sub never is.
Option Explicit
Option Private Module

Private Const TO_READ As Long = 1
Private Const UNFINISHED As String = ".tmp"

' The text of a file; "" where it cannot be read.
Public Sub PromoReadFile(ByVal path As String, ByRef content As String)
    Dim disk As Object, stream As Object, channel As Integer, row As String, found As String

    content = ""
    On Error GoTo failed
    Set disk = DiskObject()
    If disk Is Nothing Then
        channel = FreeFile
        Open path For Input As #channel
        Do Until EOF(channel)
            Line Input #channel, row
            found = found & row & vbLf
        Loop
        Close #channel
    Else
        Set stream = disk.OpenTextFile(path, TO_READ)
        If Not stream.AtEndOfStream Then found = stream.ReadAll
        stream.Close
    End If
    content = found
    Exit Sub
failed:
    CloseBoth channel, stream
End Sub

' Write a text under another name and rename it, so that nobody reads half a file.
Public Sub PromoWriteFile(ByVal path As String, ByVal content As String, ByRef isWritten As Boolean)
    Dim disk As Object, stream As Object, channel As Integer

    isWritten = False
    On Error GoTo failed
    Set disk = DiskObject()
    If disk Is Nothing Then
        channel = FreeFile
        Open path & UNFINISHED For Output As #channel
        Print #channel, content;
        Close #channel
        channel = 0
        PromoDeleteFile path
        Name path & UNFINISHED As path
    Else
        Set stream = disk.CreateTextFile(path & UNFINISHED, True)
        stream.Write content
        stream.Close
        Set stream = Nothing
        PromoDeleteFile path
        disk.MoveFile path & UNFINISHED, path
    End If
    isWritten = True
    Exit Sub
failed:
    CloseBoth channel, stream
End Sub

Public Function PromoFileExists(ByVal path As String) As Boolean
    Dim disk As Object

    If Len(path) = 0 Then Exit Function
    On Error GoTo failed
    Set disk = DiskObject()
    If disk Is Nothing Then
        PromoFileExists = Len(Dir$(path)) > 0
    Else
        PromoFileExists = disk.FileExists(path)
    End If
failed:
End Function

Public Function PromoFolderExists(ByVal path As String) As Boolean
    Dim disk As Object

    If Len(path) = 0 Then Exit Function
    On Error GoTo failed
    Set disk = DiskObject()
    If disk Is Nothing Then
        PromoFolderExists = Len(Dir$(path, vbDirectory)) > 0
    Else
        PromoFolderExists = disk.FolderExists(path)
    End If
failed:
End Function

' Delete a file if it is there; one that is open elsewhere stays.
Public Sub PromoDeleteFile(ByVal path As String)
    Dim disk As Object

    If Not PromoFileExists(path) Then Exit Sub
    On Error GoTo failed
    Set disk = DiskObject()
    If disk Is Nothing Then
        Kill path
    Else
        disk.DeleteFile path, True
    End If
failed:
End Sub

' The FileSystemObject; Nothing where the system has none.
Private Function DiskObject() As Object
    #If Mac Then
        Set DiskObject = Nothing
    #Else
        On Error GoTo without
        Set DiskObject = CreateObject("Scripting.FileSystemObject")
without:
    #End If
End Function

Private Sub CloseBoth(ByVal channel As Integer, ByVal stream As Object)
    On Error GoTo closed ' what was not opened cannot be closed
    If channel > 0 Then Close #channel
    If Not stream Is Nothing Then stream.Close
closed:
End Sub
