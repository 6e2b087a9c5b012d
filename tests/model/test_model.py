"""The model: the contract's base values, errors that stay in their row, and what depends on what."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from wattstack.errors import Code
from wattstack.model import ai_infrastructure
from wattstack.model.evaluate import Evaluation
from wattstack.model.lines import Model
from wattstack.model.scenarios import packaged, verdicts

BASE = {
    row["key"]: float(row["value"])
    for row in csv.DictReader((Path(__file__).parent / "base_values.csv").read_text().splitlines())
}
MODEL = ai_infrastructure()


@pytest.mark.parametrize("key", MODEL.published)
def test_line_has_its_base_value(key: str) -> None:
    value = Evaluation(MODEL, {})[key]
    assert value.codes is None
    # given to ten digits; losses below 1e-9 to their own ten digits, of which six matter
    assert float(value.values) == pytest.approx(BASE[key], rel=1e-9, abs=0) or (
        abs(BASE[key]) < 1e-6 and float(value.values) == pytest.approx(BASE[key], rel=1e-6, abs=1e-12)
    )


def test_lines_stand_in_the_order_of_the_contract() -> None:
    assert MODEL.published == [key for key in BASE if key in MODEL.published]


def test_one_scenario_at_a_time_gives_what_all_at_once_give() -> None:
    together = packaged().evaluation(MODEL)
    for place, name in enumerate(packaged().names):
        alone = packaged().only(name).evaluation(MODEL)
        for key in MODEL.published:
            whole = np.broadcast_to(together[key].values, (len(packaged()),))[place]
            # sums over many rows may round in another order than those of one
            np.testing.assert_allclose(whole, alone[key].values.reshape(-1)[0], rtol=1e-12, atol=1e-15)


def test_every_identity_holds_in_every_scenario() -> None:
    evaluation = packaged().evaluation(MODEL)
    broken = [
        (check.key, name)
        for check in MODEL.checks
        if check.is_identity
        for name, holds in zip(packaged().names, verdicts(check, evaluation.of(check.value), 7), strict=True)
        if not holds
    ]
    assert broken == []


def test_identities_hold_over_the_ranges_of_the_assumptions() -> None:
    """Each assumption at its low and its high, the others at base.

    Left out: the total's low, which belongs with another build-up, and a late start of diesel, which without a
    later completion is an error.
    """
    keys = [key for key in MODEL.inputs if key not in ("total_per_gw", "diesel_start")]
    overrides = {
        key: np.array([
            given.case(case) if key == moved else given.base for moved in keys for case in ("low", "high")
        ])
        for key, given in MODEL.inputs.items()
    }  # fmt: skip
    evaluation = Evaluation(MODEL, overrides)
    count = 2 * len(keys)
    broken = {
        check.key for check in MODEL.checks
        if check.is_identity and not all(verdicts(check, evaluation.of(check.value), count))
    }  # fmt: skip
    assert broken == set()


def test_claims_say_differs_where_the_scenario_is_not_the_article() -> None:
    evaluation = packaged().evaluation(MODEL)
    said = {
        check.key: dict(zip(packaged().names, verdicts(check, evaluation.of(check.value), 7), strict=True))
        for check in MODEL.checks
        if not check.is_identity
    }
    assert said["claim_gap"]["base"] == "as stated"
    assert said["claim_gap"]["sceptics"] == "differs"  # 49 GW
    assert said["claim_per_gw"]["full_site_cost"] == "differs"  # 52.5 $bn, the article's other reading
    assert said["claim_mines"]["reports"] == "differs"  # 15 GW
    assert said["claim_correlation"]["crisis_2008"] == "differs"  # the old correlation is the crisis's own


def test_claim_that_the_horizon_does_not_ask_is_not_answered() -> None:
    check = next(check for check in MODEL.checks if check.key == "claim_smr")
    evaluation = Evaluation(MODEL, {"horizon_month": np.array([36.0, 48.0, 60.0])})
    assert verdicts(check, evaluation.of(check.value), 3) == ["as stated", "as stated", "not answered"]


def test_line_that_fails_carries_its_code_and_spares_what_does_not_depend_on_it() -> None:
    """Power and cooling that would be negative: the investment fails, the power lines stand."""
    evaluation = Evaluation(MODEL, {"gpu_per_gw": np.array([37.5, 60.0])})
    for key in ("capex_per_gw", "capex_headline", "gpu_share", "headline_cash", "unfunded", "pool_loss_usd_bn"):
        assert evaluation[key].codes is not None, key
        assert evaluation[key].codes.tolist() == [Code.OK, Code.NUM]  # type: ignore[union-attr]
    for key in ("power_cooling_per_gw", "supply", "ev_all_in", "senior_loss"):
        assert evaluation[key].codes is None, key
    assert evaluation["capex_per_gw"].values[0] == pytest.approx(50, rel=1e-15)  # the row beside it goes on


def test_division_by_a_zero_that_the_inputs_allow_is_its_own_code() -> None:
    evaluation = Evaluation(MODEL, {"gap_gw": np.array([0.0]), "offshoring_gw": np.array([0.0])})
    assert evaluation["gap_covered"].codes is not None
    assert evaluation["gap_covered"].codes.tolist() == [Code.DIV0]  # type: ignore[union-attr]


def test_lines_must_stand_after_what_they_use() -> None:
    sheet = Model(MODEL.inputs).sheet("Power")
    with pytest.raises(KeyError, match="earlier line"):
        _ = sheet.supply


def test_key_is_defined_once() -> None:
    model = Model(MODEL.inputs)
    sheet = model.sheet("Power")
    sheet.listing("One")
    sheet.line("mine", "Mine", "GW", sheet.gap_gw)
    with pytest.raises(AssertionError, match="twice"):
        sheet.line("mine", "Mine", "GW", sheet.gap_gw)
    with pytest.raises(AssertionError, match="twice"):
        sheet.line("gap_gw", "Gap", "GW", 1)


def test_no_key_of_the_contract_is_missing_from_the_scenarios() -> None:
    assert packaged().names == [
        "base", "reports", "sceptics", "miners_deliver_6", "crisis_2008", "full_site_cost", "backstop",
    ]  # fmt: skip
    assert set(packaged().overrides) <= set(MODEL.inputs)
