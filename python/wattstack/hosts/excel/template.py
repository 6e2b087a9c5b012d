"""The template with macros: the workbook on our functions with the functions in itself, and buttons on its cover."""

from __future__ import annotations

from ...files import packed, parts_of
from .package import static, with_macros

COVER = "xl/worksheets/sheet1.xml"  # the sheet with the buttons
RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
DRAWING = "xl/drawings/buttons.xml"
BUTTONS = {"NewScenario": "New scenario", "WriteOfflineCopy": "Write offline copy", "RunBatch": "Run batch"}
LEFT, TOP = 3, 4  # the column and the row, from 0, of the first button
WIDTH, HEIGHT, STEP = 1_620_000, 324_000, 2  # in English metric units; rows from one button to the next

PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WITH_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
OVERRIDE = f'<Override PartName="/{DRAWING}" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = f'<Relationship Id="rIdButtons" Type="{OFFICE}/drawing" Target="/{DRAWING}"/>'
REFERENCE = f'<drawing xmlns:r="{OFFICE}" r:id="rIdButtons"/>'
SHAPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" \
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{shapes}</xdr:wsDr>"""
SHAPE = """<xdr:oneCellAnchor><xdr:from><xdr:col>{left}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{top}</xdr:row>\
<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="{width}" cy="{height}"/>\
<xdr:sp macro="[0]!{macro}" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" name="{macro}"/><xdr:cNvSpPr/>\
</xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>\
<a:prstGeom prst="roundRect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="1F3864"/></a:solidFill>\
<a:ln><a:noFill/></a:ln></xdr:spPr><xdr:txBody><a:bodyPr vertOverflow="clip" anchor="ctr"/><a:lstStyle/>\
<a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="en-GB" sz="1000" b="1"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>\
<a:latin typeface="Calibri"/></a:rPr><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>\
</xdr:oneCellAnchor>"""


def with_buttons(book: bytes) -> bytes:
    """The workbook, an .xlsx, as an .xlsm with our macros in itself and a button for each job.

    The same versions of the package, xlwings and pyOpenVBA give the same bytes.
    """
    parts = parts_of(book)
    parts["[Content_Types].xml"] = _put(parts["[Content_Types].xml"].replace(PLAIN.encode(), WITH_MACROS.encode()),
                                        OVERRIDE, before="</Types>")  # fmt: skip
    parts[COVER] = _put(parts[COVER], REFERENCE, before="</worksheet>")
    parts[RELATIONS] = _put(parts[RELATIONS], RELATION, before="</Relationships>")
    parts[DRAWING] = SHAPES.format(shapes="".join(map(_shape, range(len(BUTTONS)), BUTTONS, BUTTONS.values()))).encode()
    return with_macros(packed(parts), {"wattstack_buttons": static("buttons.bas")})


def _put(xml: bytes, text: str, before: str) -> bytes:
    return xml.replace(before.encode(), (text + before).encode())


def _shape(place: int, macro: str, text: str) -> str:
    return SHAPE.format(left=LEFT, top=TOP + STEP * place, width=WIDTH, height=HEIGHT, macro=macro, text=text,
                        number=place + 2)  # fmt: skip
