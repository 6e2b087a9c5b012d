Option Explicit

' Once Excel has opened the file, and not while it does.
Private Sub Workbook_Open()
    On Error Resume Next
    Application.OnTime Now, "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!DescribeFunctions"
End Sub
