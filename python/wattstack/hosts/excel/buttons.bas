Option Explicit

' The buttons of the sheet Cover. Each gives a command of wattstack a copy of the workbook as it stands, saved or not.

' Adds the current inputs, under a name, to the table of scenarios beside the workbook.
Public Sub NewScenario()
    Dim name As String
    name = InputBox("A name for the scenario of the current inputs:", "wattstack")
    If name <> "" Then RunOnCopy "scenario", "--name=" & name, "--out=" & Beside("scenarios.csv")
End Sub

' Writes the current inputs as a workbook of plain formulas, which needs neither Python nor macros.
Public Sub WriteOfflineCopy()
    RunOnCopy "workbook", "--inputs", "--out=" & Beside("offline_" & Stamp() & ".xlsx")
End Sub

' Evaluates the model for every row of the table of scenarios.
Public Sub RunBatch()
    Tell Printed(Array("batch", Beside("scenarios.csv"), "--out=" & Beside("results_" & Stamp() & ".csv")))
End Sub

Private Sub RunOnCopy(ByVal command As String, ByVal firstOption As String, ByVal secondOption As String)
    Dim copied As String, told As String
    copied = Environ$("TEMP") & Application.PathSeparator & "wattstack_" & Stamp() & ".xlsm"
    ThisWorkbook.SaveCopyAs copied
    told = Printed(Array(command, firstOption, copied, secondOption))
    Kill copied ' before the message, which may stay open
    Tell told
End Sub

' A file in the workbook's folder, or among the documents where that is in the cloud or nowhere yet.
Private Function Beside(ByVal file As String) As String
    Dim folder As String
    folder = ThisWorkbook.Path
    If folder = "" Or InStr(folder, "://") > 0 Then folder = Application.DefaultFilePath
    Beside = folder & Application.PathSeparator & file
End Function

' The time, so that no file of before is written over.
Private Function Stamp() As String
    Stamp = Format$(Now, "yyyy-mm-dd_hhnnss")
End Function

Private Sub Tell(ByVal sentence As String)
    MsgBox sentence, vbInformation, "wattstack"
End Sub
