"""The add-in's files, made from the registry and from what lies in `static`."""

from __future__ import annotations

import json
import re
from importlib import resources

from .catalogue import catalogue
from .metadata import associations, functions_json, manifest

PORT = 8443
BASE = f"https://localhost:{PORT}"
KINDS = {"css": "text/css", "html": "text/html", "js": "text/javascript", "json": "application/json",
         "png": "image/png", "xml": "application/xml"}  # fmt: skip
PLAIN = re.compile(r"[\w-]+\.\w+")
OFFICE = '<script src="https://appsforoffice.microsoft.com/lib/1/hosted/office.js"></script>'
OFFICE_PLACE = "<!-- Office.js -->"


def files() -> dict[str, bytes]:
    """What a server at `BASE` would serve to Excel before the first call, by file name."""
    found = {name: file(name, BASE)[0] for name in ("manifest.xml", "functions.json", "functions.js")}
    return {name: content for name, content in found.items() if content is not None}


def file(name: str, base: str) -> tuple[bytes | None, str]:
    """A file of a server at `base` and its media type; None where there is no such file."""
    kind = KINDS.get(name.rpartition(".")[2], "")
    made = _made(name, base)
    if made is not None:
        return made.encode(), kind
    # a plain name: what separates folders differs between systems
    found = resources.files(__package__).joinpath("static", name) if kind and PLAIN.fullmatch(name) else None
    return (found.read_bytes(), kind) if found is not None and found.is_file() else (None, "")


def _made(name: str, base: str) -> str | None:
    if name == "manifest.xml":
        return manifest(_static(name), base)
    if name == "functions.json":
        return functions_json(base)
    if name == "functions.js":
        return _static(name) + associations()
    if name == "functions.html":  # the page within Excel is the page of a browser, with Office.js
        return _static("index.html").replace(OFFICE_PLACE, OFFICE)
    return json.dumps(catalogue(), ensure_ascii=False) if name == "catalogue.json" else None


def _static(name: str) -> str:
    return resources.files(__package__).joinpath("static", name).read_text(encoding="utf-8")
