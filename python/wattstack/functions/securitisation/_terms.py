"""The terms that the functions of securitisation share: their arguments, and how these go together."""

from __future__ import annotations

from typing import Annotated, Any

from ...arguments import Scalar, Truth, Word
from ...formula import Expr, Literal
from ...spec import Function, OneOf, Served

Attach = Annotated[Scalar, "share of pool", "0 to 1", "Loss of the pool at which the tranche starts to lose"]
Detach = Annotated[Scalar, "share of pool", "0 to 1", "Loss of the pool at which the tranche is gone"]
Pd = Annotated[Scalar, "share", "0 to 1", "Default probability of an obligor over the term"]
Lgd = Annotated[Scalar, "share of exposure", "0 to 1", "Loss given default"]
Rho = Annotated[Scalar, "share", "0 to 1", "Asset correlation: the factor loading is its root"]
Obligors = Annotated[
    Scalar, Served(50), "count", "whole, 1 or more", "Number of equal obligors; omitted: infinitely many"
]
Copula = Annotated[Word, OneOf("gaussian", "t"), Served("gaussian"), "How obligors depend on each other"]
Dof = Annotated[Scalar, "count", "above 2", "Degrees of freedom of the t copula, which needs them"]


def takes_a_span(function: Function[Any]) -> None:
    """Declare how attachment and detachment go together."""

    @function.rule("#NUM!", "detach ({detach}) must exceed attach ({attach})")
    def _(attach: Scalar, detach: Scalar) -> Truth:
        return attach < detach


def takes_t_copula(function: Function[Any]) -> None:
    """Declare how copula and dof go together."""

    @function.rule("#NUM!", 'dof must be given, above 2, with copula "t"')
    def _(copula: Word, dof: Scalar | None = None) -> Truth:
        return _differs(copula, "t") if dof is None else True

    @function.rule("#VALUE!", 'dof ({dof}) is for copula "t" only')
    def _(copula: Word, dof: Scalar) -> Truth:
        return _differs(copula, "gaussian")


def _differs(copula: Any, word: str) -> Any:
    if isinstance(copula, Literal):
        return str(copula.value).casefold() != word
    return copula.ne(word) if isinstance(copula, Expr) else copula != word
