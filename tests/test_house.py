"""The rules of the house, read from its sources."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "python" / "wattstack"
FILES = sorted(PACKAGE.rglob("*.py"))

# What each room may import, beside itself and what all may: the direction is errors ← spec ← functions ← hosts ← cli.
CORE = {"errors", "formula", "domain", "arguments", "declaration", "spec"}
ALLOWED = {
    "errors": set(),
    "formula": set(),
    "domain": {"errors", "formula"},
    "arguments": {"errors"},
    "declaration": {"domain", "arguments", "formula"},
    "calling": {"arguments", "errors", "declaration"},
    "spec": {"domain", "arguments", "formula", "declaration", "calling"},
    "native": CORE,
    "numeric": set(),
    "assumptions": {"domain", "errors"},
    "documentation": {"arguments", "assumptions", "declaration", "spec"},
    "functions": {*CORE, "native", "numeric", "assumptions", "documentation"},
    "registry": {"errors", "functions", "spec"},
    "files": {"errors"},
    "model": {*CORE, "calling", "assumptions", "functions"},
    "hosts": {*CORE, "calling", "documentation", "files", "registry", "__init__"},
    "addin": {"files", "hosts"},
    "workbook": {*CORE, "files", "native", "numeric", "assumptions", "model", "registry", "__init__"},
    "batch": {*CORE, "files", "model"},
    "pictures": {"declaration", "files", "model"},
    "demo": {*CORE, "batch", "files", "model", "pictures", "workbook"},
}
HEAVY = {
    "xlwings": {"hosts"}, "fastapi": {"hosts"}, "uvicorn": {"hosts"}, "openpyxl": {"workbook"},
    "formulon": {"workbook"}, "matplotlib": {"pictures"},
}  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 480, 45


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(file: Path) -> list[str]:
    """The modules that a file imports, those of the package as their room, at any depth of the code."""
    found = []
    package = ["wattstack", *file.relative_to(PACKAGE).with_suffix("").parts][:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module or "").split(".")] if node.module else base
            if module == ["wattstack"]:
                found += [f"wattstack.{alias.name}" for alias in node.names]
            else:
                found.append(".".join(module))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_go_one_way(file: Path) -> None:
    here = room(file)
    if here in ("__init__", "__main__", "cli"):
        return  # they see all
    rooms = {name.split(".")[1] for name in imports(file) if name.startswith("wattstack.")}
    rooms = {"__init__" if name == "__version__" else name for name in rooms}
    assert rooms - {here} <= ALLOWED[here]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_rooms(file: Path) -> None:
    for name in imports(file):
        library = name.split(".")[0]
        assert library not in HEAVY or room(file) in HEAVY[library]


def test_no_host_workbook_or_batch_names_a_single_function() -> None:
    for file in FILES:
        if room(file) in ("hosts", "workbook", "batch"):
            assert not any(name.startswith("wattstack.functions") for name in imports(file)), file


def test_modules_do_not_import_each_other_in_circles() -> None:
    """Wherever in the code the imports stand."""
    names = {".".join(["wattstack", *f.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__"): f
             for f in FILES}  # fmt: skip
    # what a package's own file imports for its users is no circle with the modules that it names
    needs = {
        name: {other for other in imports(file) if other in names and not name.startswith(f"{other}.")} - {name}
        for name, file in names.items()
        if file.name != "__init__.py"
    }
    while leaves := {name for name, others in needs.items() if not others & needs.keys()}:
        needs = {name: others for name, others in needs.items() if name not in leaves}
    assert sorted(needs) == []


def test_import_reads_and_writes_no_file_of_its_own() -> None:
    """Modules are read, data files are not: nothing is opened that is no code."""
    code = (
        "import sys\n"
        "import numpy, scipy.special\n"
        "opened = []\n"
        "def hook(event, args):\n"
        "    if event == 'open' and isinstance(args[0], str) and 'wattstack' in args[0]: opened.append(args)\n"
        "sys.addaudithook(hook)\n"
        "import wattstack\n"
        "print([a[0] for a in opened if not a[0].endswith(('.py', '.pyc')) and '.pyc.' not in a[0]])\n"
    )
    asked = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert asked.stdout.strip() == "[]"


def test_importing_the_package_loads_no_heavy_library() -> None:
    heavy = {"pandas", *HEAVY}
    code = f"import sys, wattstack; print(sorted({heavy!r} & set(sys.modules)))"
    asked = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert asked.stdout.strip() == "[]"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_files_and_functions_stay_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            start = (first.end_lineno if documented else node.lineno) or 0
            assert (node.end_lineno or 0) - start <= LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_public_name_says_what_it_is(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or file.name == "py.typed"
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize(
    "command", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join
)
def test_checker_finds_nothing(command: list[str]) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
