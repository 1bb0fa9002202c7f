Attribute VB_Name = "PromoQuestions"
' What a button asks before Python is started: the product of a new plan, a setting.
'
' Raises nothing; who cancels a question has changed nothing and hears nothing.
Option Explicit
Option Private Module

Private Const AS_TEXT As Long = 2
Private Const FOLDERS As Long = 4 ' msoFileDialogFolderPicker
Private Const OK As Long = -1

' A new plan: which product, launched when.
Public Sub PromoAskNewPlan()
    Dim product As String, launch As String

    If Not Asked("promoNew", "vba_ask_product", "", product) Then Exit Sub
    If Not Asked("promoNew", "vba_ask_launch", "", launch) Then Exit Sub
    PromoStart "new_plan", PromoLine("answer_product", product) & PromoLine("answer_launch", launch), False
End Sub

Public Sub PromoAskLanguage()
    Dim language As String

    language = PromoSetting("LANGUAGE")
    If language = "" Then language = "auto"
    If Asked("promoLanguage", "vba_ask_language", language, language) Then Change "LANGUAGE", language
End Sub

' `key` is the setting that holds the folder; one that is set can go back to the default.
Public Sub PromoAskFolder(ByVal key As String)
    Dim folder As String

    folder = PromoSetting(key)
    If Len(folder) > 0 Then
        Select Case PromoSay(PromoText("vba_folder_set", "folder", folder), vbYesNoCancel Or vbQuestion)
            Case vbNo
                Change key, ""
                Exit Sub
            Case vbCancel
                Exit Sub
        End Select
    End If
    #If Mac Then
        If Asked("promoSettings", "vba_ask_folder", folder, folder) Then Change key, folder
    #Else
        If Picked(folder) Then Change key, folder
    #End If
End Sub

' The settings as they are; this needs no Python.
Public Sub PromoTellSettings()
    PromoRereadSettings
    PromoSay PromoText("vba_settings", "language", PromoSetting("LANGUAGE"), _
        "output", PromoSetting("OUTPUT_FOLDER"), "templates", PromoSetting("TEMPLATES"), _
        "interpreter", PromoInterpreter(), "file", PromoSettingsFile()), _
        vbInformation, PromoRibbonText("promoSettings.label")
End Sub

Private Sub Change(ByVal key As String, ByVal value As String)
    PromoStart "change_setting", PromoLine("answer_setting", key) & PromoLine("answer_value", value), False
End Sub

' Excel's own box shows every sign, VBA's does not. Cancel is False.
Private Function Asked(ByVal button As String, ByVal key As String, ByVal current As String, _
        ByRef given As String) As Boolean
    Dim found As Variant

    On Error GoTo busy ' Excel shows no box while it is busy: as if cancelled
    found = Application.InputBox(PromoText(key, "languages", "auto, " & PromoLanguages()), _
        PromoRibbonText(button & ".label"), current, Type:=AS_TEXT)
    If VarType(found) = vbBoolean Then Exit Function
    given = Trim$(CStr(found))
    Asked = Len(given) > 0
busy:
End Function

Private Function Picked(ByRef folder As String) As Boolean
    Dim host As Object, dialog As Object

    On Error GoTo busy ' as above
    Set host = Application ' by name at run time, so that no reference to the Office library is needed
    Set dialog = host.FileDialog(FOLDERS)
    If Len(folder) > 0 Then dialog.InitialFileName = folder & Application.PathSeparator
    If dialog.Show <> OK Then Exit Function
    folder = dialog.SelectedItems(1)
    Picked = True
busy:
End Function
