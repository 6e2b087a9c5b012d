"""The AI-infrastructure model: its lines in order, from power to capital."""

from __future__ import annotations

from functools import lru_cache

from ..assumptions import assumptions
from .capital import capital
from .checks import checks
from .funding import funding
from .leases import leases
from .lines import Model
from .many import Outcomes, evaluate_many
from .power import power
from .securitisation import securitisation
from .systemic import systemic
from .valuation import valuation

__all__ = ["Model", "Outcomes", "ai_infrastructure", "build", "evaluate_many"]

SHEETS = (power, capital, valuation, leases, funding, securitisation, systemic)


@lru_cache(maxsize=1)
def ai_infrastructure() -> Model:
    """The model of the article, on the package's assumptions; one for all, not to be changed."""
    return build()


def build() -> Model:
    """A model of the article of one's own, to add lines to."""
    model = Model(assumptions())
    for sheet in SHEETS:
        sheet(model)
    checks(model)
    return model
