"""Checks: identities that must hold in every scenario, and what the article says, beside what the scenario gives."""

from __future__ import annotations

from ..formula import NA, Expr, If, IsError, Max, Min, Neg, Ref, Sum
from ..functions.leases.project_npv import project_npv
from ..functions.securitisation.tranche_loss import tranche_loss
from .funding import DEVELOPERS, SOURCES, TENANTS
from .leases import LEASES, flows
from .lines import Check, Model, Reading, Sheet, cell_key
from .power import PATHS
from .securitisation import TABLE, TRANCHES
from .systemic import ASSETS, NODES, cleared

TOLERANCE = 1e-9  # in the line's own unit: sums of some tens of terms of size 1e3 round to 1e-12
SMR_MONTH = 49  # December 2029: from January 2030 the article expects small reactors


def checks(model: Model) -> None:
    """Write the checks."""
    m = Sheet(model, "Checks")
    model.checks += [*_identities(m), *_claims(m)]
    model.readings += _readings(m)


def _identities(m: Sheet) -> list[Check]:
    components = Sum(m.gpu_per_gw, m.other_it_per_gw, m.site_per_gw, m.power_cooling_per_gw)
    paths = Sum(*(m[f"{path}_supply"] for path in PATHS))
    stacks = {
        "headline": (m.capex_headline, SOURCES),
        "tenants": (m.need_tenants, TENANTS),
        "developers": (m.need_developers, DEVELOPERS),
    }
    return [
        _zero("build_up", "The build-up adds to the investment per GW",
              components + m.pue * m.generation_per_gw - m.capex_per_gw),
        Check("residual", "Power and cooling are not negative", m.power_cooling_per_gw, 0, None),
        _zero("paths", "The paths add to the supply", paths - m.supply),
        _zero("balance", "Supply and gap add to the need at home", m.supply + m.residual_gap - m.net_demand),
        *(
            _zero(f"stack_{who}", f"Used and unfunded add to the need, {who}",
                  Sum(*(m[f"{who}_{source}"] for source in sources)) + m[f"{who}_unfunded"] - need)
            for who, (need, sources) in stacks.items()
        ),
        _zero("pool_normal", "The tranches add to the pool's loss, normal", _tranches(m, "loss") - m.pool_loss),
        _zero("pool_crisis", "The tranches add to the pool's loss, crisis",
              _tranches(m, "crisis_loss") - m.crisis_pd * m.crisis_lgd),
        _zero("probabilities", "Probabilities and losses lie within 0 and 1", _outside(m)),
        *(_zero(f"irr_{lease}", f"The NPV at the IRR is 0, {label.lower()}", _npv_at_irr(m, lease))
          for lease, label in LEASES.items()),
        Check("contagion", "No node pays more than it receives", _left_over(m), -TOLERANCE, None),
        Check("risked", "Risked megawatts do not exceed all", _all_mw(m) - m.risked_mw, -TOLERANCE, None),
    ]  # fmt: skip


def _zero(key: str, label: str, value: Expr) -> Check:
    return Check(key, label, value, -TOLERANCE, TOLERANCE)


def _tranches(m: Sheet, what: str) -> Expr:
    """Σ width · loss."""

    def width(tranche: str) -> Expr:
        return m[cell_key(TABLE, tranche, "Detach")] - m[cell_key(TABLE, tranche, "Attach")]

    first, *others = (width(tranche) * m[f"{tranche}_{what}"] for tranche in TRANCHES)
    return sum(others, start=first) + _below(m, crisis=what == "crisis_loss")


def _below(m: Sheet, *, crisis: bool) -> Expr:
    """The loss that the pool keeps for itself where the first tranche attaches above 0."""
    attach = m[cell_key(TABLE, next(iter(TRANCHES)), "Attach")]
    state = (m.crisis_pd, m.crisis_lgd, m.crisis_rho) if crisis else (m.pd, m.lgd, m.rho)
    return If(attach > 0, attach * tranche_loss(0, attach, *state), 0)


def _outside(m: Sheet) -> Expr:
    """How far any probability or loss lies outside [0, 1]."""
    what = ("loss", "touched", "crisis_loss", "lumpy_loss", "mixed_loss")
    shares = [m[f"{tranche}_{name}"] for tranche in TRANCHES for name in what]
    shares += [m.pool_loss, m.pool_loss_999, m.pd_after_shock]
    return Max(0, Neg(Min(*shares)), Max(*shares) - 1)


def _npv_at_irr(m: Sheet, lease: str) -> Expr:
    """0 where there is no IRR: nothing is claimed of it then."""
    irr = m[f"irr_{lease}"]
    return If(IsError(irr), 0, project_npv(irr, *flows(m, lease, m.renewal)))


def _left_over(m: Sheet) -> Expr:
    """What the node with least is left with once it has paid."""

    def left(node: str) -> Expr:
        assets, shock, support = (m[cell_key(ASSETS, node, label)] for label in ("Outside assets", "Shock", "Support"))
        return assets * (1 - shock) + support + cleared(m, node, "received") - cleared(m, node, "paid")

    return Min(*map(left, NODES))


def _all_mw(m: Sheet) -> Expr:
    return Sum(m.operating_it_mw, m.construction_it_mw, m.development_it_mw)


def _claims(m: Sheet) -> list[Check]:
    others = Max(*(m[f"{path}_supply"] for path in PATHS if path != "miners"))
    smr = If(m.horizon_month < SMR_MONTH, m.smr_supply, NA)
    binds = If(m.unfunded.eq(0), m.residual_gap, -m.unfunded)
    return [
        Check("claim_gap", "A gap of 46-47 GW", m.gap_gw, 46, 47, "K03"),
        Check("claim_nyc", "Nearly eight New Yorks", m.nyc_equivalents, 7.5, 8, "K06"),
        Check("claim_usd", "About 2.3 $tn", m.capex_headline, 2250, 2350, "K08"),
        Check("claim_per_gw", "50 $bn a GW", m.capex_per_gw, 49, 51, "K30, K34"),
        Check("claim_gpu_share", "GPUs 70-80 %", m.gpu_share, 0.7, 0.8, "K32"),
        Check("claim_mines", "Mines deliver 6-10 GW", m.miners_gw, 6, 10, "K11, K13"),
        Check("claim_mines_first", "Only the mines are feasible soon", m.miners_supply - others, 0, None, "K29"),
        Check("claim_smr", "No small reactor by the horizon", smr, 0, 0, "K19"),
        Check("claim_diesel", "The diesel act is unlikely", m.diesel_supply / m.supply, 0, 0.1, "K28"),
        Check("claim_hours", "Back-up within 50 hours", m.backup_hours, 0, 50, "K27"),
        Check("claim_power_binds", "Power binds, not money", binds, 0, None, "K01", strict=True),
        Check("claim_discount", "EV/W under the build cost", m.headline_discount, None, 0, "K38", strict=True),
        Check("claim_flip", "Once finished dearer than new (ours)", m.all_in_premium, 0, None, "own", strict=True),
        Check("claim_cash_phase", "Mostly own cash: debt under a half", m.debt_share, 0, 0.5, "K02"),
        Check("claim_meta", "26 of 29 $bn private", m.meta_private_share, 0.85, 0.95, "K51"),
        Check("claim_tenor", "The short lease earns less", m.irr_lost, 0, None, "K45", strict=True),
        Check("claim_ltv", "Lenders lend less than the site costs", m.debt_capacity_long / m.site_capex, 0, 1),
        Check("claim_correlation", "Default rate and correlation jump together", m.correlation_error, 1, None,
              "K56", strict=True),
    ]  # fmt: skip


def _bound(key: str, case: str) -> Expr:
    """The low or high number of an assumption."""
    return Ref(f"{key}.{case}")


def _readings(m: Sheet) -> list[Reading]:
    full = m.gpu_per_gw + m.other_it_per_gw + m.site_full_per_gw
    gap, city = "46-47 GW and eight New Yorks", m.gw_per_nyc
    mines, usd = "15 or 6-10 GW of mines", "2.3 $tn: of what?"
    gpus, site, meta = "GPUs 70-80 %", "1.1-1.9 or 11-19 $bn/GW of site", "Meta's 29/26 $bn"
    return [
        Reading(gap, "46 GW in New Yorks", _bound("gap_gw", "low") / city, "count", "K03, K05, K06"),
        Reading(gap, "this scenario's gap in New Yorks", m.nyc_equivalents, "count", "K03, K05, K06"),
        Reading(usd, "the gap is IT load", m.capex_headline, "$bn", "K08"),
        Reading(usd, "the gap is facility power", m.capex_if_facility, "$bn", "K08, K36"),
        Reading(usd, "the gap is gross interconnect", m.capex_if_gross, "$bn", "K08, K36"),
        Reading(usd, "at Bernstein's cost", m.capex_bernstein, "$bn", "K07"),
        Reading(site, "a shell: the build-up leaves this for power and cooling",
                m.total_per_gw - m.gpu_per_gw - m.other_it_per_gw - m.site_shell_per_gw, "$bn/GW", "K34, K35"),
        Reading(site, "a shell: the total is the headline", m.total_per_gw, "$bn/GW", "K30, K34"),
        Reading(site, "all-in: the parts add to", full, "$bn/GW", "K34"),
        Reading(mines, "the market, low", _bound("miners_gw", "low"), "GW", "K13"),
        Reading(mines, "this scenario", m.miners_gw, "GW", "K11, K13"),
        Reading(mines, "the report", _bound("miners_gw", "high"), "GW", "K11"),
        Reading(gpus, "35 of the total", _bound("gpu_per_gw", "low") / m.total_per_gw, "share", "K31, K32"),
        Reading(gpus, "40 of the total", _bound("gpu_per_gw", "high") / m.total_per_gw, "share", "K31, K32"),
        Reading(gpus, "of the investment with the all-in site", m.gpu_per_gw / full, "share", "K32, K34"),
        Reading(meta, "announced", m.meta_private / m.meta_total, "share", "K51"),
        Reading(meta, "of the final size", m.meta_private / _bound("meta_total", "low"), "share", "K51"),
    ]  # fmt: skip
