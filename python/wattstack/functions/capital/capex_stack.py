"""CAPEX_STACK."""

from typing import Annotated, Any

import numpy as np

from ...arguments import Scalar, Word
from ...assumptions import CASES, assumption, power_cooling
from ...formula import NUM, Expr, If, Index, Literal, Match, Name
from ...native import Workings
from ...spec import OneOf, Table, function
from ..help.assumption import of_assumption

LINES = ("gpu", "other_it", "site", "power_cooling", "total")


@function(
    area="capital",
    returns="$bn",
    spills=Table(line="text", usd_bn="$bn", share="share"),
    claims=("K30", "K31", "K32", "K34", "K35"),
)
def capex_stack(
    it_gw: Annotated[Scalar, "GW", "0 or more", "IT load"],
    case: Annotated[Word, OneOf("low", "base", "high"), "Which numbers of the assumptions"] = "base",
    site_basis: Annotated[Word, OneOf("SHELL", "FULL"), "Reading of the site cost: a shell, or all-in"] = "SHELL",
) -> dict[str, Any]:
    """Build-up of the investment in an IT load, from the package's assumptions.

    SHELL reads the source's 1.1 to 1.9 $bn/GW of site as a shell: power and cooling are what is left of the headline
    total, 50 $bn/GW in each case. FULL reads it as 11 to 19 $bn/GW all-in: power and cooling are inside it, and the
    total is what adds up. Shares are of the total.
    """
    shell = np.asarray(site_basis) == "SHELL"
    site = np.where(shell, _of("site_shell_per_gw", case), _of("site_full_per_gw", case))
    residual = _picked([power_cooling(name) for name in CASES], case)
    parts = [_of("gpu_per_gw", case), _of("other_it_per_gw", case), site, np.where(shell, residual, 0.0)]
    per_gw = np.stack(np.broadcast_arrays(*parts, sum(parts)), axis=-1)
    per_gw = np.where((per_gw < 0).any(axis=-1, keepdims=True), np.nan, per_gw)
    return {
        "line": np.array(LINES, dtype=object),
        "usd_bn": np.asarray(it_gw)[..., None] * per_gw,
        "share": per_gw / per_gw[..., -1:],
    }


def _of(key: str, case: Any) -> Any:
    return _picked([assumption(key).case(name) for name in CASES], case)


def _picked(values: list[float], case: Any) -> Any:
    return np.select([np.asarray(case) == name for name in CASES], values)


@capex_stack.twin
def _(it_gw: Expr, case: Expr, site_basis: Expr, *, line: str, place: int, workings: Workings) -> Expr:
    if line == "line":
        return Literal(LINES[place])
    per_gw = _steps(case, site_basis, workings)
    value = it_gw * per_gw[place] if line == "usd_bn" else per_gw[place] / per_gw[-1]
    return If(per_gw[LINES.index("power_cooling")] < 0, NUM, value)


def _steps(case: Expr, site_basis: Expr, workings: Workings) -> list[Expr]:
    """The lines per GW, each in a cell."""

    def given(key: str) -> Expr:
        return workings.cell(f"{key} of the case", of_assumption(Literal(key), case))

    shell = workings.cell("TRUE where the site is a shell", site_basis.eq("SHELL"))
    gpu, other_it = given("gpu_per_gw"), given("other_it_per_gw")
    site = workings.cell("Site per GW", If(shell, given("site_shell_per_gw"), given("site_full_per_gw")))
    headline = Index(Name("assumption_base"), Match("total_per_gw", Name("assumption_key"), 0))  # in every case
    residual = workings.cell("Power and cooling per GW", If(shell, headline - gpu - other_it - site, 0))
    return [gpu, other_it, site, residual, workings.cell("Total per GW", gpu + other_it + site + residual)]


def _expected(it_gw: float, *per_gw: float) -> dict[str, list[Any]]:
    total = sum(per_gw)
    return {
        "line": list(LINES),
        "usd_bn": [it_gw * part for part in (*per_gw, total)],
        "share": [part / total for part in (*per_gw, total)],
    }


capex_stack.gives(_expected(1, 37.5, 0, 1.5, 11), 1)
capex_stack.gives(_expected(47, 37.5, 0, 1.5, 11), 47, "base", "SHELL")
capex_stack.gives(_expected(1, 35, 0, 1.1, 13.9), 1, "low")
capex_stack.gives(_expected(2, 40, 0, 1.9, 8.1), 2, "High", "shell")
capex_stack.gives(_expected(1, 35, 0, 11, 0), 1, "low", "FULL")  # 46
capex_stack.gives(_expected(1, 37.5, 0, 15, 0), 1, "base", "FULL")  # 52.5
capex_stack.gives(_expected(1, 40, 0, 19, 0), 1, "high", "full")  # 59
capex_stack.gives({"line": list(LINES), "usd_bn": [0] * 5, "share": [0.75, 0, 0.03, 0.22, 1]}, 0)
capex_stack.fails("#NUM!", -1)
capex_stack.fails("#VALUE!", 1, "middle")
capex_stack.fails("#VALUE!", 1, "base", "ALL")
capex_stack.fails("#N/A", None)
