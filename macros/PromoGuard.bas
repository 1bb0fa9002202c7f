Attribute VB_Name = "PromoGuard"
' What keeps a button from being carried out, each as a sentence that says what to do. Nothing is changed here.
'
' Raises nothing: an Excel that answers with an error is told as being busy.
Option Explicit
Option Private Module

Private Const OPEN_XML As Long = 51 ' xlOpenXMLWorkbook
Private Const OPEN_XML_WITH_MACROS As Long = 52

' Why not, or "". `ofBook` says whether the button is about the active workbook.
Public Function PromoObstacle(ByVal ofBook As Boolean) As String
    On Error GoTo busy
    If Not Application.Ready Then GoTo busy
    If InProtectedView() Then
        PromoObstacle = PromoText("vba_protected_view")
    ElseIf ActiveWorkbook Is Nothing Then ' xlwings needs one, even where the button does not
        PromoObstacle = PromoText("vba_no_book")
    Else
        PromoObstacle = OfTheSettings()
        If PromoObstacle = "" Then PromoObstacle = OfTheName(ActiveWorkbook.Name)
        If PromoObstacle = "" And ofBook Then PromoObstacle = OfTheBook(ActiveWorkbook)
    End If
    Exit Function
busy:
    PromoObstacle = PromoText("vba_busy")
End Function

' What the settings lack before Python can be started.
Private Function OfTheSettings() As String
    Dim python As String, folder As String

    python = PromoInterpreter()
    folder = PromoSetting("WORK_FOLDER")
    If Not PromoFileExists(PromoSettingsFile()) Then
        OfTheSettings = PromoText("vba_no_settings", "file", PromoSettingsFile())
    ElseIf Not InterpreterIsThere(python) Then
        OfTheSettings = PromoText("vba_no_interpreter", "file", python)
    ElseIf Not PromoFolderExists(folder) Then
        OfTheSettings = PromoText("vba_work_folder", "folder", folder)
    End If
End Function

Private Function OfTheBook(ByVal book As Object) As String
    If TypeName(ActiveSheet) <> "Worksheet" Then
        OfTheBook = PromoText("vba_chart_sheet")
    ElseIf book.FileFormat <> OPEN_XML And book.FileFormat <> OPEN_XML_WITH_MACROS Then
        OfTheBook = PromoText("vba_not_xlsx", "book", book.Name)
    End If
End Function

' On a Mac the name goes through a shell.
Private Function OfTheName(ByVal bookName As String) As String
    #If Mac Then
        If PromoRiskyName(bookName) Then OfTheName = PromoText("vba_mac_name", "book", bookName)
    #End If
End Function

' Whether a name holds a sign that a shell takes for something else.
Public Function PromoRiskyName(ByVal bookName As String) As Boolean
    PromoRiskyName = bookName Like "*[$`""\|]*"
End Function

' Excel's sandbox on a Mac does not let VBA see whether the file is there.
Private Function InterpreterIsThere(ByVal python As String) As Boolean
    #If Mac Then
        InterpreterIsThere = Len(python) > 0
    #Else
        InterpreterIsThere = PromoFileExists(python)
    #End If
End Function

Private Function InProtectedView() As Boolean
    Dim host As Object

    On Error GoTo without ' Excel for Mac has no Protected View
    Set host = Application
    InProtectedView = Not host.ActiveProtectedViewWindow Is Nothing
without:
End Function
