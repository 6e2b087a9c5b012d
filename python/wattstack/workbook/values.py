"""Values for formulas: worked out by an engine, and put into the file beside them."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.etree import ElementTree

from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string

from ..errors import WattstackError
from ..files import packed, parts_of
from .book import Values

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")  # as the engine numbers them
NAMESPACES = {
    "": MAIN,
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}


def recalculated(data: bytes) -> Values:
    """The values of all formulas of a workbook, by sheet and cell, from the embedded engine."""
    import formulon
    import openpyxl

    cells = [
        (index, sheet.title, cell.coordinate)
        for index, sheet in enumerate(openpyxl.load_workbook(io.BytesIO(data)).worksheets)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    with formulon.Workbook.load(data) as engine:
        engine.recalc()
        return {(sheet, at): _plain(engine.get_value(index, *_zero_based(at))) for index, sheet, at in cells}


def _zero_based(at: str) -> tuple[int, int]:
    letters, row = coordinate_from_string(at)
    return row - 1, column_index_from_string(letters) - 1


def _plain(value: Any) -> Any:
    if value.kind.name == "ERROR":
        return ERRORS[value.error_code]
    return value.to_python()


def with_values(data: bytes, values: Values, stamp: str) -> bytes:
    """The same workbook with each formula's value stored, and nothing in it that tells when it was written.

    Parameters
    ----------
    data : bytes
        The workbook as openpyxl wrote it.
    values : dict
        The value of each formula, by sheet and cell.
    stamp : str
        The date, YYYY-MM-DD, that stands as created and modified.
    """
    for prefix, uri in NAMESPACES.items():
        ElementTree.register_namespace(prefix, uri)
    parts = parts_of(data)
    for title, part in _sheet_parts(parts).items():
        parts[part] = _spliced(parts[part], {at: value for (sheet, at), value in values.items() if sheet == title})
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", f"{stamp}T00:00:00Z", core).encode()
    return packed(parts)


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """The part that holds each sheet, by title."""
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    targets = {link.attrib["Id"]: link.attrib["Target"].lstrip("/") for link in links}
    identity = f"{{{NAMESPACES['r']}}}id"
    return {sheet.attrib["name"]: targets[sheet.attrib[identity]] for sheet in book.iter(f"{{{MAIN}}}sheet")}


def _spliced(xml: bytes, values: dict[str, Any]) -> bytes:
    root = ElementTree.fromstring(xml)
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.find(f"{{{MAIN}}}f") is not None:
            _store(cell, values)
    return bytes(ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _store(cell: ElementTree.Element, values: dict[str, Any]) -> None:
    at = cell.attrib["r"]
    if at not in values:
        raise WattstackError(f"the formula of {at} has no value to store")
    value = values[at]
    holder = cell.find(f"{{{MAIN}}}v")
    if holder is None:
        holder = ElementTree.SubElement(cell, f"{{{MAIN}}}v")
    kind, holder.text = _stored(value)
    cell.attrib.pop("t", None)
    if kind:
        cell.set("t", kind)


def _stored(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, (int, float)):
        whole = float(value).is_integer() and abs(value) < 1e15
        return "", repr(int(value)) if whole else repr(float(value))
    return ("e" if value in ERRORS else "str"), "" if value is None else str(value)
