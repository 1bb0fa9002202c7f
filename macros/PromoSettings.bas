Attribute VB_Name = "PromoSettings"
' The settings: the user's own file, and what xlwings asks for. Nothing is read from a workbook.
'
' The file is %USERPROFILE%\.promo_xl\promo_xl.conf, on a Mac promo_xl.conf in the folder that Excel's sandbox
' opens. Raises nothing: a setting that is missing is "".
Option Explicit
Option Private Module

Private content As String
Private isRead As Boolean

' A setting, for our modules and for xlwings, which asks GetConfig.
Public Function PromoSetting(ByVal key As String, Optional ByVal otherwise As Variant = "") As Variant
    Select Case UCase$(key)
        Case "USE UDF SERVER"
            #If Mac Then
                PromoSetting = False
            #Else
                PromoSetting = True
            #End If
        Case "ADD_WORKBOOK_TO_PYTHONPATH"
            PromoSetting = "false"
        Case "SHOW CONSOLE", "DEBUG UDFS"
            PromoSetting = False
        Case "INTERPRETER" ' no Python that merely happens to be on the path
            PromoSetting = MissingInterpreter()
        Case "INTERPRETER_WIN", "INTERPRETER_MAC", "WORK_FOLDER", "OUTPUT_FOLDER", "LANGUAGE", "TEMPLATES", _
                "ADDIN_BUILD", "ADDIN_SHA256"
            PromoSetting = Expanded(PromoValue(FileContent(), UCase$(key)))
        Case "TEMP DIR"
            PromoSetting = otherwise
        Case Else ' CONDA, LICENSE_KEY, UDF MODULES, PYTHONPATH, ONEDRIVE, SHAREPOINT: as if never set
            PromoSetting = otherwise
    End Select
End Function

' Look at the file again.
Public Sub PromoRereadSettings()
    isRead = False
End Sub

' The Python of this system, "" where none is set.
Public Function PromoInterpreter() As String
    #If Mac Then
        PromoInterpreter = PromoSetting("INTERPRETER_MAC")
    #Else
        PromoInterpreter = PromoSetting("INTERPRETER_WIN")
    #End If
End Function

' A file of the folder in which Excel and Python hand each other files.
Public Function PromoWorkFile(ByVal fileName As String) As String
    PromoWorkFile = PromoSetting("WORK_FOLDER") & Application.PathSeparator & fileName
End Function

Public Function PromoSettingsFile() As String
    Dim home As String

    #If Mac Then
        PromoSettingsFile = Environ$("HOME") & "/promo_xl.conf" ' in the sandbox HOME is Excel's own folder
    #Else
        home = Expanded("%USERPROFILE%")
        If Left$(home, 1) = "%" Then home = Environ$("USERPROFILE")
        If Len(home) > 0 Then
            PromoSettingsFile = home & "\.promo_xl\promo_xl.conf"
        Else
            PromoSettingsFile = Environ$("HOME") & "/.promo_xl/promo_xl.conf"
        End If
    #End If
End Function

' xlwings starts a Python named "python" where none is set; a path that is none makes it say so instead.
Private Function MissingInterpreter() As String
    #If Mac Then
        MissingInterpreter = "/promo_xl/no/interpreter/is/set"
    #Else
        MissingInterpreter = "C:\promo_xl\no interpreter is set\pythonw.exe"
    #End If
End Function

' Functions in cells ask for the interpreter at each call, so the file is read once until a button is pressed.
Private Function FileContent() As String
    If Not isRead Then
        PromoReadFile PromoSettingsFile(), content
        isRead = Len(content) > 0
    End If
    FileContent = content
End Function

' A text with its environment variables, by Windows itself: VBA's Environ loses signs.
Private Function Expanded(ByVal value As String) As String
    Expanded = value
    If InStr(value, "%") = 0 Then Exit Function
    #If Mac Then
    #Else
        On Error GoTo without
        Expanded = CreateObject("WScript.Shell").ExpandEnvironmentStrings(value)
without:
    #End If
End Function
