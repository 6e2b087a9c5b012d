"""Chosen lines over many scenarios: the same as one by one, and only what was asked for."""

from __future__ import annotations

import tracemalloc
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from wattstack.errors import Code, InputError
from wattstack.model import ai_infrastructure, build, evaluate_many
from wattstack.model.evaluate import Evaluation
from wattstack.model.scenarios import packaged

MODEL = ai_infrastructure()
CHOSEN = ["residual_gap", "capex_per_gw", "power_cooling_per_gw"]


def test_chunks_put_together_are_the_scenarios_all_at_once() -> None:
    overrides = packaged().overrides
    whole = evaluate_many(MODEL, overrides, MODEL.published)
    with patch("wattstack.model.scenarios.CHUNK", 3):
        pieces = evaluate_many(MODEL, overrides, MODEL.published)
    evaluation = packaged().evaluation(MODEL)
    for key in MODEL.published:
        column = evaluation[key]
        codes = np.broadcast_to(0 if column.codes is None else column.codes, (len(packaged()),))
        assert whole.codes[key].tolist() == pieces.codes[key].tolist() == codes.tolist()
        # vectorised sums may round in another order with other neighbours
        np.testing.assert_allclose(pieces.values[key], whole.values[key], rtol=1e-12, atol=1e-15)
        good = codes == 0
        values = np.broadcast_to(column.values, codes.shape)
        np.testing.assert_array_equal(whole.values[key][good], values[good])


def test_error_is_a_number_beside_a_value_that_is_none() -> None:
    found = evaluate_many(MODEL, {"gpu_per_gw": [37.5, 60.0]}, CHOSEN)
    assert found.codes["capex_per_gw"].tolist() == [0, Code.NUM]  # power and cooling would be negative
    assert np.isnan(found.values["capex_per_gw"]).tolist() == [False, True]
    assert found.values["power_cooling_per_gw"][1] == pytest.approx(-11.5, rel=1e-15)
    assert {column.dtype for column in found.codes.values()} == {np.dtype(np.int8)}
    assert {column.dtype for column in found.values.values()} == {np.dtype(np.float64)}


def test_one_value_stands_for_all_and_nan_for_the_base() -> None:
    found = evaluate_many(MODEL, {"gap_gw": [np.nan, 40.0], "gpu_per_gw": 30}, ["demand", "gpu_share"])
    assert found.values["demand"].tolist() == [47, 40]
    assert found.values["gpu_share"].tolist() == [0.6, 0.6]  # of 50 $bn/GW
    assert evaluate_many(MODEL, {}, ["demand", "gpu_share"]).values["gpu_share"].tolist() == [0.75]


def test_memory_is_that_of_the_answer_however_many_lines_lie_between() -> None:
    count, outputs = 400_000, ["residual_gap", "capex_powered", "unfunded"]
    overrides = {"gap_gw": np.linspace(46, 49, count)}
    evaluate_many(MODEL, {}, outputs)  # what is read once
    tracemalloc.start()
    try:
        evaluate_many(MODEL, overrides, outputs)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # 9 bytes an output; a name and the override read take 16 more, the lines of one chunk a few megabytes in all
    assert peak < count * (9 * len(outputs) + 16) + 4 * 2**20


def test_lines_that_no_output_needs_are_not_computed() -> None:
    asked = []
    start = Evaluation._start

    def seen(self: Evaluation, key: str) -> Any:
        asked.append(key)
        return start(self, key)

    with patch.object(Evaluation, "_start", seen):
        evaluate_many(build(), {"gap_gw": [46.0, 47.0]}, ["demand"])
    assert [key for key in asked if key in MODEL.lines] == ["demand"]


@pytest.mark.parametrize(
    ("overrides", "outputs", "parts"),
    [
        ({}, ["residual_gapp"], ['output ("residual_gapp")', "nearest", "residual_gap"]),
        ({"gap_gwh": [1.0]}, CHOSEN, ['override ("gap_gwh")', "key of the assumptions", "gap_gw"]),
        ({"rho": [0.1, 1.5]}, CHOSEN, ["rho[1]", "1.5", "0 to 1"]),
        ({"rho": 2.0}, CHOSEN, ["rho[0]", "2", "0 to 1"]),
        ({"gap_gw": [np.inf, 1.0]}, CHOSEN, ["gap_gw[0]", "inf", "0 or more"]),
        ({"rho": [0.1, 0.2, 0.3], "pd": [0.1, 0.2]}, CHOSEN, ["pd", "one for each of 3"]),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_computed(
    overrides: dict[str, Any], outputs: list[str], parts: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        evaluate_many(MODEL, overrides, outputs)
    for part in parts:
        assert part in str(caught.value)
