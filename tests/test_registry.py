"""A function is one file: adding it adds it everywhere, removing it removes it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import wattstack

TOY = '''"""TOY_WATTS."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...spec import function


@function(area="power", returns="W", claims=("K03",))
def toy_watts(
    volts: Annotated[Scalar, "V", "0 or more", "Voltage"],
    amperes: Annotated[Scalar, "A", "Current"] = 2.0,
) -> Array:
    """Power of a direct current.

    volts · amperes.
    """
    return volts * amperes


toy_watts.gives(460, 230)
toy_watts.fails("#NUM!", -1)
'''
ASK = """
import openpyxl, sys
import wattstack
from wattstack.documentation import pages
from wattstack.formula import Ref
from wattstack.hosts import excel
from wattstack.native import Workings
from wattstack.registry import registry

made = pages(registry(), registry().areas)
found = {
    "python": "toy_watts" in wattstack.__all__ and hasattr(wattstack, "toy_watts"),
    "udf": hasattr(excel, "TOY_WATTS"),
    "page": "toy_watts.md" in made and "TOY_WATTS" in made["README.md"],
    "tests": any(function.name == "toy_watts" and len(function.cases) == 2 for function in registry()),
}
if all(found.values()):
    found["number"] = [[wattstack.toy_watts(230)]] == [[460.0]] == excel.TOY_WATTS(230.0)
    found["help"] = "Voltage [V]; a number, 0 or more." in wattstack.toy_watts.__doc__
    call = registry()["TOY_WATTS"].apply(Ref("volts"))
    found["native"] = str(Workings(lambda key: None).lower(call, "toy")).count("IF") == 1
print(sorted(name for name, there in found.items() if there))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """A copy of the package to add a file to."""
    target = tmp_path / "wattstack"
    shutil.copytree(Path(wattstack.__file__).parent, target, ignore=shutil.ignore_patterns("__pycache__"))
    yield target


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", *command], env=environment, capture_output=True, text=True, check=False
    )


def test_a_file_adds_a_function_to_every_host_and_takes_it_away_again(copy: Path) -> None:
    file = copy / "functions" / "power" / "toy_watts.py"
    assert run(copy, "-c", ASK).stdout.strip() == "[]"
    file.write_text(TOY)
    answer = run(copy, "-c", ASK)
    assert answer.stdout.strip() == "['help', 'native', 'number', 'page', 'python', 'tests', 'udf']", answer.stderr
    called = run(copy, "-m", "wattstack", "call", "TOY_WATTS", "230")
    assert (called.stdout, called.returncode) == ("460\n", 0)
    file.unlink()
    assert run(copy, "-c", ASK).stdout.strip() == "[]"
    assert run(copy, "-m", "wattstack", "call", "TOY_WATTS", "230").returncode == 2


def test_a_file_that_declares_something_else_is_refused(copy: Path) -> None:
    (copy / "functions" / "power" / "toy_amperes.py").write_text(TOY)
    refused = run(copy, "-c", "import wattstack")
    assert refused.returncode == 1
    assert "must declare the function toy_amperes of area power" in refused.stderr


def test_public_names_are_listed_and_sorted() -> None:
    assert wattstack.__all__ == sorted(wattstack.__all__)
    assert all(hasattr(wattstack, name) for name in wattstack.__all__)
    assert "tranche_loss" in wattstack.__all__
    assert wattstack.tranche_loss.__signature__.parameters.keys() >= {"attach", "detach", "pd", "lgd", "rho"}
