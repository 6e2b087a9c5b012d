"""MINER_TIER."""

from typing import Annotated, Any

import numpy as np

from ...arguments import Array, Scalar
from ...assumptions import TierRule, miner_tiers
from ...formula import NUM, And, Expr, If, lift
from ...spec import function


@function(area="valuation", returns="tier", claims=("K58", "K59", "K60", "K61"))
def miner_tier(
    ev_per_watt: Annotated[Scalar, "$/W", "Enterprise value per watt"],
    delivered: Annotated[Scalar, "share of MW", "0 to 1", "Megawatts delivered to tenants"],
    contracted: Annotated[Scalar, "share of MW", "0 to 1", "Megawatts under contract"],
    owned_power: Annotated[Scalar, "share of MW", "0 to 1", "Megawatts whose power is the miner's own"],
    funding_gap: Annotated[Scalar, "share of build cost", "0 to 1", "Build cost that is not financed"],
) -> Array:
    """Tier of a converting miner: 1 delivers, 2 owns power, 3 is the rest.

    The first tier of the rule table whose limits all hold. The table is a file of the assumptions, dated and our own:
    1 if ev_per_watt ≥ 6, delivered ≥ 0.25, contracted ≥ 0.5 and funding_gap ≤ 0.5; 2 if owned_power ≥ 0.75; 3.
    """
    given = _by_name(ev_per_watt, delivered, contracted, owned_power, funding_gap)
    tier = np.full(np.broadcast_shapes(*map(np.shape, given.values())), np.nan)
    for rule in reversed(miner_tiers()):
        tier = np.where(np.logical_and.reduce(np.broadcast_arrays(True, *_limits(rule, given))), rule.tier, tier)
    return tier


def _by_name(*values: Any) -> dict[str, Any]:
    names = ("ev_per_watt", "delivered", "contracted", "owned_power", "funding_gap")
    return dict(zip(names, values, strict=True))


def _limits(rule: TierRule, given: dict[str, Any]) -> list[Any]:
    """The rule's conditions, with arrays or in formulas."""
    at_least = [given[name] >= least for name, least in rule.least.items()]
    return at_least + [given[name] <= most for name, most in rule.most.items()]


@miner_tier.twin
def _(*values: Expr) -> Expr:
    tier: Expr = NUM
    for rule in reversed(miner_tiers()):
        limits = _limits(rule, _by_name(*values))
        tier = If(And(*limits), rule.tier, tier) if limits else lift(rule.tier)
    return tier


miner_tier.gives(1, 6, 0.25, 0.5, 0, 0.5)
miner_tier.gives(1, 8, 0.6, 0.9, 1, 0.2)
miner_tier.gives(2, 5.9, 0.6, 0.9, 0.75, 0.2)
miner_tier.gives(2, 8, 0.6, 0.9, 0.8, 0.6)
miner_tier.gives(3, 8, 0.2, 0.9, 0.7, 0.2)
miner_tier.gives(3, -1, 0, 0, 0, 1)
miner_tier.fails("#NUM!", 8, 1.2, 0.9, 0.7, 0.2)
miner_tier.fails("#NUM!", 8, 0.2, 0.9, 0.7, -0.1)
miner_tier.fails("#N/A", 8, 0.2, 0.9, 0.7, None)
