Option Explicit
Option Private Module

' Between the cells and Python: the values of all arguments go out in one call, and what comes back goes into the cells.

Private Const UDF_MODULE As String = "wattstack.hosts.excel"
Private Const LONGEST As Long = 250 ' letters of a reason that a message shows

Private python As Object ' Nothing until it has answered with the version that this file was built for
Private trouble As String ' why it cannot be asked, and the cure; empty as long as it can

' What the cells of a formula show. Only a text of help tells the trouble: a number must not become a text.
Public Function Answer(ByVal name As String, ByVal given As Variant, Optional ByVal inWords As Boolean) As Variant
    Dim place As Long
    Answer = CVErr(xlErrNA)
    If InWizard() Then Exit Function
    For place = LBound(given) To UBound(given)
        If IsObject(given(place)) Then given(place) = Held(given(place))
    Next place
    If trouble = "" Then Answer = Asked(name, given)
    If trouble <> "" And inWords Then Answer = trouble
    If trouble <> "" And Not inWords Then Answer = CVErr(xlErrName)
End Function

' The first arguments and the rest of them, which come as an array.
Public Function Joined(ByVal first As Variant, ByVal rest As Variant) As Variant
    Dim place As Long, count As Long
    count = UBound(first) + 1
    ReDim Preserve first(0 To UBound(first) + UBound(rest) + 1)
    For place = 0 To UBound(rest)
        first(count + place) = Held(rest(place))
    Next place
    Joined = first
End Function

' Excel disables the first button of this toolbar while its function wizard is open: no slow call for each key typed.
Private Function InWizard() As Boolean
    On Error Resume Next
    InWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

' The values of a range: Value2 for its numbers, which Value rounds where they look like money; Value for its dates.
Private Function Held(ByVal argument As Variant) As Variant
    Dim values As Variant, typed As Variant, row As Long, column As Long
    If Not IsObject(argument) Then
        Held = argument
        Exit Function
    End If
    If argument.Areas.Count > 1 Then
        Held = CVErr(xlErrValue) ' no block of cells
        Exit Function
    End If
    values = argument.Value2
    typed = argument.Value
    If Not IsArray(typed) Then
        If VarType(typed) = vbDate Then values = typed
    Else
        For row = LBound(typed, 1) To UBound(typed, 1)
            For column = LBound(typed, 2) To UBound(typed, 2)
                If VarType(typed(row, column)) = vbDate Then values(row, column) = typed(row, column)
            Next column
        Next row
    End If
    Held = values
End Function

' Python's answer. Where Python has gone since it last answered it is started anew, once.
Private Function Asked(ByVal name As String, ByVal given As Variant) As Variant
    Dim again As Boolean
    On Error GoTo failed
ask:
    If python Is Nothing Then Set python = Greeted()
    Asked = Shown(python.CallUDF(UDF_MODULE, name, (given))) ' in brackets: by value
    Exit Function
failed:
    If python Is Nothing Then
        Despair Err.Description
    ElseIf again Then
        Asked = CVErr(xlErrValue) ' Python is there: it is this call that fails
    Else
        again = True
        Set python = Nothing
        Resume ask
    End If
End Function

' Python, if it is the right one.
Private Function Greeted() As Object
    Dim found As Object, version As String
    Set found = XLPy
    version = found.CallUDF(UDF_MODULE, "wattstack_version", Array())
    If version <> WATTSTACK_VERSION Then
        Err.Raise vbObjectError + 1, , "this file is made for wattstack " & WATTSTACK_VERSION & ", Python has " & _
            version & " (a workbook is made anew by `wattstack template`)" ' which the doctor does not see
    End If
    Set Greeted = found
End Function

' Remembers that there is no Python, so that no further cell waits for it, and says so once.
Private Sub Despair(ByVal reason As String)
    trouble = "wattstack finds no Python that can answer. The cure: close Excel, run `wattstack addin doctor` in a " & _
        "terminal, do what it says, open Excel again. The reason: " & Right$(reason, LONGEST)
    If Application.UserControl And Application.DisplayAlerts Then MsgBox trouble, vbExclamation, "wattstack"
End Sub

' The cells with real errors in the place of marked texts. One row comes as an array of one dimension.
Private Function Shown(ByVal cells As Variant) As Variant
    Dim row As Long, column As Long
    If Not IsArray(cells) Then
        cells = Cell(cells)
    ElseIf IsRow(cells) Then
        For column = LBound(cells) To UBound(cells)
            cells(column) = Cell(cells(column))
        Next column
    Else
        For row = LBound(cells, 1) To UBound(cells, 1)
            For column = LBound(cells, 2) To UBound(cells, 2)
                cells(row, column) = Cell(cells(row, column))
            Next column
        Next row
    End If
    Shown = cells
End Function

Private Function IsRow(ByVal cells As Variant) As Boolean
    Dim bound As Long
    On Error GoTo flat
    bound = UBound(cells, 2)
    Exit Function
flat:
    IsRow = True
End Function

' A text that begins with this character stands for an error, by its number.
Private Function Cell(ByVal value As Variant) As Variant
    Cell = value
    If VarType(value) = vbString Then
        If Left$(value, 1) = vbBack Then Cell = CVErr(CLng(Mid$(value, 2)))
    End If
End Function

' What a command of wattstack prints, for a button.
Public Function Printed(ByVal arguments As Variant) As String
    On Error GoTo failed
    If python Is Nothing Then Set python = Greeted()
    Printed = python.Str(python.Call(python.Module("wattstack.cli"), "printed", python.TupleFromArray((arguments))))
    Exit Function
failed:
    Set python = Nothing
    Printed = "wattstack: " & Right$(Err.Description, LONGEST) & vbLf & "Run `wattstack addin doctor` in a terminal."
End Function
