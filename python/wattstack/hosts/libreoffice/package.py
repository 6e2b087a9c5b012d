"""The add-in for LibreOffice, written from the registry: what it is called, what the wizard shows, and the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from ... import __version__
from ...arguments import Kind
from ...declaration import Argument
from ...documentation import wizard_help
from ...files import packed
from ...registry import registry
from ...spec import Function

FILE = "wattstack.oxt"
IDENTIFIER = "org.wattstack.addin"
SERVICE = "org.wattstack.AddIn"
JOB = "org.wattstack.Reader"
HERE = Path(__file__).parent

DESCRIPTION = f"""<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
 <identifier value="{IDENTIFIER}"/>
 <version value="{__version__}"/>
 <display-name><name lang="en">wattstack</name></display-name>
</description>
"""

CONTENTS = {
    "functions.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "component.py": "application/vnd.sun.star.uno-component;type=Python",
    "reader.py": "application/vnd.sun.star.uno-component;type=Python",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    "Jobs.xcu": "application/vnd.sun.star.configuration-data",
}

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
{entries}</manifest:manifest>
"""

WIZARD = """<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"
 oor:name="CalcAddIns" oor:package="org.openoffice.Office">
<node oor:name="AddInInfo"><node oor:name="{service}" oor:op="replace"><node oor:name="AddInFunctions">
{functions}</node></node></node>
</oor:component-data>
"""

JOBS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"
 oor:name="Jobs" oor:package="org.openoffice.Office">
<node oor:name="Jobs"><node oor:name="{job}" oor:op="replace">
 <prop oor:name="Service"><value>{job}</value></prop>
</node></node>
<node oor:name="Events"><node oor:name="OnLoad" oor:op="fuse"><node oor:name="JobList">
 <node oor:name="{job}" oor:op="replace"/>
</node></node></node>
</oor:component-data>
"""


def files() -> dict[str, bytes]:
    """The add-in by the name of its file."""
    return {FILE: packed({name: text.encode() for name, text in _parts().items()})}


def _parts() -> dict[str, str]:
    return {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": DESCRIPTION,
        "functions.idl": _types(),
        "CalcAddIns.xcu": _wizard(),
        "Jobs.xcu": JOBS.format(job=JOB),
        "functions.json": json.dumps(_table(), indent=1),
        "component.py": (HERE / "component.py").read_text(encoding="utf-8"),
        "reader.py": (HERE / "reader.py").read_text(encoding="utf-8"),
        "pythonpath/wattstack_bridge.py": (HERE / "bridge.py").read_text(encoding="utf-8"),
    }


def _manifest() -> str:
    entries = "".join(
        f' <manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>\n'
        for name, kind in CONTENTS.items()
    )
    return MANIFEST.format(entries=entries)


def _method(function: Function[Any]) -> str:
    """The name in UNO's types, which want no underscores: powerGap."""
    first, *others = function.name.split("_")
    return first + "".join(map(str.capitalize, others))


def _types() -> str:
    """The methods as UNO types; `any` may be left out, and a block of one cell serves as a single value."""
    methods = "\n".join(f"  sequence< sequence< any > > {_method(f)}({_parameters(f)});" for f in registry())
    return f"module org {{ module wattstack {{ interface XFunctions {{\n{methods}\n}}; }}; }};\n"


def _parameters(function: Function[Any]) -> str:
    kinds = ["sequence< any >" if argument.kind is Kind.REST else "any" for argument in function.arguments]
    return ", ".join(f"[in] {kind} {_parameter(place)}" for place, kind in enumerate(kinds))


def _parameter(place: int) -> str:
    """A parameter's name: of its own, for `case` is a keyword, and in order, for Calc sorts them by name."""
    return f"p{place:02}"


def _wizard() -> str:
    """What the function wizard shows, and the names in files of Excel."""
    return WIZARD.format(service=SERVICE, functions="".join(map(_entry, registry())))


def _entry(function: Function[Any]) -> str:
    name = function.excel_name
    texts = _texts(DisplayName=name, CompatibilityName=name, Description=function.summary)
    parameters = "".join(_parameter_entry(place, argument) for place, argument in enumerate(function.arguments))
    return (
        f'<node oor:name="{_method(function)}" oor:op="replace">{texts}'
        f'<prop oor:name="Category"><value>Add-In</value></prop>\n'
        f' <node oor:name="Parameters">\n{parameters} </node></node>\n'
    )


def _parameter_entry(place: int, argument: Argument) -> str:
    texts = _texts(DisplayName=argument.name, Description=wizard_help(argument))
    return f'  <node oor:name="{_parameter(place)}" oor:op="replace">{texts}</node>\n'


def _texts(**texts: str) -> str:
    return "".join(
        f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>' for name, text in texts.items()
    )


def _table() -> dict[str, Any]:
    """What the scripts read: the version, what they are called, and each function with its method."""
    functions = [
        {"method": _method(f), "name": f.excel_name, "rest": f.arguments[-1].kind is Kind.REST} for f in registry()
    ]
    return {"version": __version__, "service": SERVICE, "job": JOB, "functions": functions}
