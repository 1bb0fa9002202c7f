Attribute VB_Name = "PromoTicks"
' What Application.OnTime calls. This module is not private, for Excel must find these by their names.
'
' Raises nothing: what is called here raises nothing.
Option Explicit

Public Sub PromoJobTick()
    PromoJobLook
End Sub

Public Sub PromoBindTick()
    PromoBindActive
End Sub

Public Sub PromoStatusTick()
    PromoShowNothing
End Sub

Public Sub PromoStartTick()
    PromoStartQuietly "start_up"
End Sub
