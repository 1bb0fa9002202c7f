Attribute VB_Name = "PromoRibbon"
' The ribbon: its texts in the user's language, and one Sub for each button.
'
' Raises nothing. Not private, for Excel must find these by their names. Controls are taken as Object, so that
' no reference to the Office library is needed.
Option Explicit

Private ribbon As Object

Public Sub PromoRibbonLoad(ByVal loaded As Object)
    Set ribbon = loaded
End Sub

' Ask for the texts again, after the language was changed.
Public Sub PromoRibbonRenew()
    On Error GoTo gone ' the ribbon is lost when VBA was reset; its texts then stay until Excel restarts
    If Not ribbon Is Nothing Then ribbon.Invalidate
gone:
End Sub

Public Sub PromoRibbonLabel(ByVal control As Object, ByRef said As Variant)
    said = PromoRibbonText(control.ID & ".label")
End Sub

Public Sub PromoRibbonScreentip(ByVal control As Object, ByRef said As Variant)
    said = PromoRibbonText(control.ID & ".label")
End Sub

Public Sub PromoRibbonSupertip(ByVal control As Object, ByRef said As Variant)
    said = PromoRibbonText(control.ID & ".tip")
End Sub

Public Sub PromoNewPlan(ByVal control As Object)
    PromoAskNewPlan
End Sub

Public Sub PromoMakeBatch(ByVal control As Object)
    PromoStart "make_batch"
End Sub

Public Sub PromoRefreshData(ByVal control As Object)
    PromoStart "refresh_data"
End Sub

Public Sub PromoCheckPlan(ByVal control As Object)
    PromoStart "check_plan"
End Sub

Public Sub PromoAutoSchedule(ByVal control As Object)
    PromoStart "auto_schedule"
End Sub

Public Sub PromoUndoLast(ByVal control As Object)
    PromoStart "undo_last"
End Sub

Public Sub PromoRepairPlan(ByVal control As Object)
    PromoStart "repair_plan"
End Sub

Public Sub PromoSelfCheck(ByVal control As Object)
    PromoStart "self_check", , False
End Sub

Public Sub PromoSetLanguage(ByVal control As Object)
    PromoAskLanguage
End Sub

Public Sub PromoSetOutput(ByVal control As Object)
    PromoAskFolder "OUTPUT_FOLDER"
End Sub

Public Sub PromoSetTemplates(ByVal control As Object)
    PromoAskFolder "TEMPLATES"
End Sub

Public Sub PromoShowSettings(ByVal control As Object)
    PromoTellSettings
End Sub
