Option Explicit

' What the function wizard says of the functions. Excel describes none of a hidden workbook: an add-in comes out of
' hiding for a moment, unseen.
Public Sub DescribeFunctions()
    Dim hidden As Boolean, kept As Boolean
    On Error Resume Next ' without their help the functions work all the same
    hidden = ThisWorkbook.IsAddin
    kept = ThisWorkbook.Saved
    Application.ScreenUpdating = False
    If hidden Then ThisWorkbook.IsAddin = False
    DescribeEach
    If hidden Then ThisWorkbook.IsAddin = True
    ThisWorkbook.Saved = kept
    Application.ScreenUpdating = True
End Sub

Public Sub Describe(ByVal name As String, ByVal about As String, ByVal arguments As Variant)
    On Error Resume Next
    Application.MacroOptions Macro:="'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & name, Description:=about, _
        Category:="wattstack", ArgumentDescriptions:=arguments
End Sub
