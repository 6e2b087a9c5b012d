"""What kernels are written over: numpy and scipy for arrays, the standard library for plain floats.

A kernel takes a `Maths` and then either arrays of one length or plain floats, so that one source serves many rows and
a single cell: on a single number a function of numpy takes some twenty times as long as one of `math`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.special import cython_special

from .quadrature import gauss_legendre

__all__ = ["ARRAYS", "FLOATS", "Array", "Kernel", "Mask", "Maths", "Number", "Values", "by_blocks", "rowwise"]

Array: TypeAlias = npt.NDArray[np.float64]
Values: TypeAlias = Array | float
Number: TypeAlias = Any  # of a kernel: an array, or a plain float
Mask: TypeAlias = Any  # likewise: an array of numpy.bool, or a bool
Kernel: TypeAlias = Callable[..., Any]

# Rows worked on at a time: few enough for a processor's cache, enough to hide what a call of numpy costs.
BLOCK_ROWS = 16384


@dataclass(frozen=True, slots=True)
class Maths:
    """Functions of numbers; and two that call kernels, for the rows, or the one, that each is for.

    `either(chosen, one, other, *inputs)` is the kernel `one` where chosen and `other` elsewhere;
    `mended(values, good, other, *inputs)` is `values` where good and the kernel `other` elsewhere.
    `owens_t(h, a)` is Owen's T for h >= 0 and a in [0, 1].
    """

    sqrt: Callable[[Number], Number]
    exp: Callable[[Number], Number]
    ndtr: Callable[[Number], Number]
    ndtri: Callable[[Number], Number]
    owens_t: Callable[[Number, Number], Number]
    minimum: Callable[[Number, Number], Number]
    maximum: Callable[[Number, Number], Number]
    copysign: Callable[[Number, Number], Number]
    ordered: Callable[[Number, Number], tuple[Number, Number]]
    where: Callable[[Mask, Number, Number], Number]
    either: Kernel
    mended: Kernel


def rowwise(kernel: Kernel, *inputs: Values) -> Number:
    """The kernel's value: a float if all inputs are plain floats, else an array of their common shape."""
    for value in inputs:
        if type(value) is not float:
            return by_blocks(kernel, inputs)
    return kernel(FLOATS, *inputs)


def by_blocks(kernel: Kernel, inputs: tuple[Values, ...], rows: int = BLOCK_ROWS) -> Array:
    """Broadcast the inputs and apply the kernel to flat blocks of at most `rows`."""
    operands: list[Any] = [*inputs, None]
    access: Any = [["readonly"]] * len(inputs) + [["writeonly", "allocate"]]
    blocks = np.nditer(
        operands,
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=access,
        op_dtypes=[np.dtype(np.float64)] * len(operands),
        buffersize=rows,
    )
    with blocks:
        for *block, target in blocks:
            target[...] = kernel(ARRAYS, *block)
        result: Array = blocks.operands[-1]
    return result


def _either_rows(chosen: Mask, one: Kernel, other: Kernel, *inputs: Array) -> Array:
    if chosen.all():
        return one(ARRAYS, *inputs)
    values = np.empty(chosen.shape)
    values[chosen] = one(ARRAYS, *(x[chosen] for x in inputs))
    return _mended_rows(values, chosen, other, *inputs)


def _mended_rows(values: Array, good: Mask, other: Kernel, *inputs: Array) -> Array:
    if not good.all():
        bad = ~good
        values[bad] = other(ARRAYS, *(x[bad] for x in inputs))
    return values


def _either_one(chosen: bool, one: Kernel, other: Kernel, *inputs: float) -> float:
    return one(FLOATS, *inputs) if chosen else other(FLOATS, *inputs)


def _mended_one(value: float, good: bool, other: Kernel, *inputs: float) -> float:
    return value if good else other(FLOATS, *inputs)


def _owens_t_rows(h: Array, a: Array) -> Array:
    """exp(-h^2 / 2) / 2 pi times the integral of exp(-h^2 x^2 / 2) / (1 + x^2) from 0 to a.

    To rounding, and relative to Phi(-h) too where a * h is below 4.
    """
    square, exponent = a * a, -0.5 * h * h
    slope = exponent * square
    integral, term, divisor = np.zeros_like(h), np.empty_like(h), np.empty_like(h)
    for node, weight in _OWENS_RULE:
        np.exp(np.multiply(slope, node, out=term), out=term)
        np.add(np.multiply(square, node / weight, out=divisor), 1.0 / weight, out=divisor)
        term /= divisor
        integral += term
    integral *= a
    integral *= np.exp(exponent)
    return integral


def _owens_rule() -> list[tuple[float, float]]:
    """Squares of the nodes x / a of that integral, and their weights over 2 pi.

    The integrand is even and has poles at x = +-i, so that its square matters, from -1 to minus infinity for a up to
    1.  With (x / a)^2 = b v / (1 - v) and b = 1 + sqrt(2) they are as far from the range of v on both its sides, and
    eight nodes of Gauss and Legendre in sqrt(v) do what takes ten in x.
    """
    b = 1.0 + math.sqrt(2.0)
    nodes, weights = (column[8:] / math.sqrt(1.0 + b) for column in gauss_legendre(16))
    rest = 1.0 - nodes**2
    weights = weights * math.sqrt(b) * rest**-1.5 / (2.0 * math.pi)
    return list(zip((b * nodes**2 / rest).tolist(), weights.tolist(), strict=True))


_OWENS_RULE = _owens_rule()

ARRAYS = Maths(
    sqrt=np.sqrt,
    exp=np.exp,
    ndtr=special.ndtr,
    ndtri=special.ndtri,
    owens_t=_owens_t_rows,
    minimum=np.minimum,
    maximum=np.maximum,
    copysign=np.copysign,
    ordered=lambda x, y: (np.minimum(x, y), np.maximum(x, y)),
    where=np.where,
    either=_either_rows,
    mended=_mended_rows,
)

FLOATS = Maths(
    sqrt=math.sqrt,
    exp=math.exp,
    ndtr=cython_special.ndtr["double"],  # type: ignore[index]
    ndtri=cython_special.ndtri,
    owens_t=cython_special.owens_t,
    minimum=lambda x, y: x if x < y else y,
    maximum=lambda x, y: x if x > y else y,
    copysign=math.copysign,
    ordered=lambda x, y: (x, y) if x < y else (y, x),
    where=lambda chosen, one, other: one if chosen else other,
    either=_either_one,
    mended=_mended_one,
)
