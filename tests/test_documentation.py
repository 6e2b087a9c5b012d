"""The documents are tested artefacts: examples run, pages are current."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import wattstack
from wattstack.arguments import Kind
from wattstack.declaration import Argument
from wattstack.documentation import docstring, pages, wizard_help
from wattstack.registry import registry

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("function", list(registry()), ids=lambda function: function.excel_name)
def test_docstring_examples_run(function: object) -> None:
    text = docstring(function)  # type: ignore[arg-type]
    test = doctest.DocTestParser().get_doctest(text, {}, function.name, None, 0)  # type: ignore[attr-defined]
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_pages_of_the_reference_are_current() -> None:
    folder = ROOT / "docs" / "functions"
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert kept == pages(registry(), registry().areas), "run: wattstack docs"


def test_every_plot_of_the_reference_is_there_and_none_beside_them() -> None:
    folder = ROOT / "docs" / "functions" / "pictures"
    assert {path.stem for path in folder.iterdir()} == {f.name for f in registry() if f.picture}


def test_wizard_is_told_the_whole_line_or_the_help_alone_where_it_would_cut_the_line() -> None:
    told = Argument("ratio", Kind.SCALAR, "Power per IT power", unit="×", default=1.2)
    assert wizard_help(told) == "Power per IT power [×]; a number, any number. Default: 1.2."
    words = tuple(letter * 30 for letter in "abcdefgh")
    assert wizard_help(Argument("layer", Kind.WORD, "The layer", choices=words)) == "The layer"


def test_python_examples_of_the_readme_run() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        test = doctest.DocTestParser().get_doctest(block, {"wattstack": wattstack}, "README.md", None, 0)
        assert test.examples
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_commands_of_the_documents_are_commands() -> None:
    pages = [ROOT / "README.md", *ROOT.glob("*/README.md"), *(ROOT / "docs").glob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    told = subprocess.run([sys.executable, "-m", "wattstack", "--help"], capture_output=True, text=True, check=True)
    for command in set(re.findall(r"`wattstack (\w+)", text)):
        assert f"    {command} " in told.stdout, command


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*/README.md"), ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_changelog_tells_the_version() -> None:
    assert f"## {wattstack.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
