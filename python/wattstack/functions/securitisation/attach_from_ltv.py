"""ATTACH_FROM_LTV."""

from typing import Annotated

import numpy as np

from ...arguments import Array, Series, Truth
from ...formula import Expr
from ...formula import Series as Range
from ...spec import Along, Row, function


@function(area="securitisation", returns="share of debt", spills=Row("tranche"), claims=("K52",))
def attach_from_ltv(
    ltv: Annotated[
        Series, Along("tranche"), "share of value", "0 or more", "Cumulative loan-to-value ratios, senior first"
    ],
) -> Array:
    """Attachment points of a stack given by loan-to-value ratios, junior first, as TRANCHE_TABLE takes them.

    1 − ltv / max(ltv), as shares of the debt: the last ratio is that of all the debt.
    """
    return np.flip(1 - ltv / ltv[..., -1:], axis=-1)


@attach_from_ltv.rule("#NUM!", "ltv {ltv} must ascend, senior first")
def _(ltv: Series) -> Truth:
    return (ltv[..., 1:] >= ltv[..., :-1]).all(axis=-1)


@attach_from_ltv.rule("#DIV/0!", "ltv {ltv} must not be zero throughout")
def _(ltv: Series) -> Truth:
    return ltv.sum(axis=-1) > 0


@attach_from_ltv.twin
def _(ltv: Range, *, place: int) -> Expr:
    return 1 - ltv[len(ltv) - 1 - place] / ltv[len(ltv) - 1]


attach_from_ltv.gives([0, 0.2, 0.4], [0.45, 0.6, 0.75])
attach_from_ltv.gives([0, 0], [0.6, 0.6])
attach_from_ltv.gives(0, 0.7)
attach_from_ltv.fails("#NUM!", [0.75, 0.6])
attach_from_ltv.fails("#NUM!", [-0.1, 0.6])
attach_from_ltv.fails("#DIV/0!", [0, 0])
