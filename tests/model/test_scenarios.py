"""Tables of scenarios: read whole or refused with row, column and rule."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wattstack.errors import InputError
from wattstack.model import ai_infrastructure
from wattstack.model.scenarios import packaged, read_scenarios

MODEL = ai_infrastructure()


def read(tmp_path: Path, text: str, encoding: str = "utf-8") -> object:
    file = tmp_path / "scenarios.csv"
    file.write_bytes(text.encode(encoding))
    return read_scenarios(file, MODEL)


def test_empty_cell_stands_for_base(tmp_path: Path) -> None:
    scenarios = read(tmp_path, "scenario,gap_gw,rho\na,46,\nb,,0.3\n")
    values = scenarios.evaluation(MODEL)["demand"].values  # type: ignore[attr-defined]
    assert values.tolist() == [46, 47]


def test_byte_order_mark_and_missing_names_are_no_trouble(tmp_path: Path) -> None:
    scenarios = read(tmp_path, "gap_gw\n46\n48\n", "utf-8-sig")
    assert scenarios.names == ["row 2", "row 3"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("scenario,gap_gwh\na,46\n", ["row 1", "gap_gwh", "key of the assumptions", "gap_gw"]),
        ("scenario,gap_gw,gap_gw\na,46,46\n", ["row 1", "gap_gw", "only once"]),
        ("scenario,gap_gw\na,46\nb,-1\n", ["row 3", "gap_gw", '"-1"', "0 or more"]),
        ("scenario,rho\na,1.5\n", ["row 2", "rho", '"1.5"', "0 to 1"]),
        ("scenario,tenor_short\na,5.5\n", ["row 2", "tenor_short", '"5.5"', "whole, 1 to 40"]),
        ("scenario,site_basis\na,3\n", ["row 2", "site_basis", '"3"', "1 or 2"]),
        ("scenario,gap_gw\na,much\n", ["row 2", "gap_gw", '"much"', "must be a number"]),
        ("scenario,gap_gw\na,1_000\n", ["row 2", "gap_gw", '"1_000"', "must be a number"]),
        ("scenario,gap_gw\na,nan\n", ["row 2", "gap_gw", '"nan"', "must be a number"]),
        ("scenario,gap_gw\na,inf\n", ["row 2", "gap_gw", '"inf"', "0 or more"]),
        ("scenario,gap_gw\na,46,47\n", ["row 2", "2 cells", "got 3"]),
        ("scenario,gap_gw\n", ["at least one scenario"]),
        ("", ["row of keys"]),
    ],
)
def test_wrong_table_is_refused_with_place_value_and_rule(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    for part in parts:
        assert part in str(caught.value)


def test_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_scenarios(file, MODEL)
    with pytest.raises(InputError, match="cannot be read"):
        read_scenarios(tmp_path / "none.csv", MODEL)


def test_unknown_scenario_names_those_there_are() -> None:
    with pytest.raises(InputError, match="base, reports"):
        packaged().only("bse")


def test_overrides_that_stand_at_base_change_nothing() -> None:
    base = packaged().only("base")
    assert all(np.isnan(values).all() for values in base.overrides.values())
