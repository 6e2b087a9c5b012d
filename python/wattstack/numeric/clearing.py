"""Clearing of a network of debts, with losses on default.

Node i owes node j the amount owes[i, j] and has cash of its own. It pays in full if its cash and its receipts allow;
else it is in default, loses a share of all its assets, and what is left is paid to its creditors pro rata. Of all
payments that satisfy this the greatest are wanted: a ring of debts without any cash is paid in full.

The fictitious default algorithm: all pay in full; who cannot is in default; the payments are solved for the defaults
found so far; who cannot pay now is in default too, and so on. Each round finds a new default or is the last, so n
rounds are enough for n nodes.

To solve is to take the nodes in default out of the network one by one: what reaches such a node goes on to its
creditors, and so the claims on it become claims on those who still pay. This is Gauss-Jordan elimination with each
pivot as a sum of what flows on and what is lost instead of a difference. Nothing is ever subtracted: each payment is
right to rounding, even in a ring of defaulters that leaks next to nothing, where a general solver finds defaults
that are none. A node is taken out once, so all rounds together cost one solution.

Every function takes float64 arrays; axes before the nodes' are scenarios and broadcast.

Sources
-------
L. Eisenberg and T. H. Noe (2001), "Systemic risk in financial systems", Management Science 47(2): the network, the
greatest clearing vector and the algorithm.
L. C. G. Rogers and L. A. M. Veraart (2013), "Failure and rescue in an interbank network", Management Science 59(4):
losses on default, under which the same algorithm gives the greatest clearing vector.
W. K. Grassmann, M. I. Taksar and D. P. Heyman (1985), "Regenerative analysis and steady state distributions for
Markov chains", Operations Research 33(5): elimination without subtraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TOLERANCE = 1e-12  # a node that can pay all but this share of its debt is not in default
_BLOCK = 1 << 17  # debts worked on at a time: few enough for a processor's cache


class Clearing(NamedTuple):
    """Who pays what, node by node; `wave` is the round in which a node defaults, 0 if it does not."""

    owed: Array
    paid: Array
    wave: NDArray[np.int64]
    due: Array
    received: Array

    @property
    def default(self) -> NDArray[np.bool_]:
        """Whether a node pays less than it owes."""
        return self.wave > 0

    @property
    def loss_rate(self) -> Array:
        """The share of its debt that a node leaves unpaid, 0 if it owes nothing."""
        return np.where(self.default, 1.0 - self.paid / np.where(self.default, self.owed, 1.0), 0.0)


def clear(owes: Array, cash: Array, default_cost: Array | float = 0.0) -> Clearing:
    """The greatest clearing of a network.

    Parameters
    ----------
    owes : array (..., n, n)
        What the row's node owes the column's; 0 on the diagonal.
    cash : array (..., n)
        What each node has beside what others pay it.
    default_cost : array (...)
        The share of its assets that a node in default loses.
    """
    cost = np.asarray(default_cost, float)
    shape = np.broadcast_shapes(owes.shape[:-2], cash.shape[:-1], cost.shape)
    wide, nodes = shape or (1,), owes.shape[-1]
    owes, cash, cost = (np.broadcast_to(a, (*wide, *own)) for a, own in
                        ((owes, (nodes, nodes)), (cash, (nodes,)), (cost, ())))  # fmt: skip
    found = [np.empty((*wide, nodes), np.int64 if name == "wave" else np.float64) for name in Clearing._fields]
    for at in _blocks(wide, nodes):
        # the scenarios come last, so that each step runs along them
        block = _cleared(np.moveaxis(owes[at], 0, -1), cash[at].T, cost[at])
        for whole, part in zip(found, block, strict=True):
            whole[at] = part.T
    return Clearing(*(whole.reshape((*shape, nodes)) for whole in found))


def _blocks(shape: tuple[int, ...], nodes: int) -> Iterator[Any]:
    """Places of the scenarios, some at a time."""
    count, size = int(np.prod(shape)), max(1, _BLOCK // nodes**2)
    for start in range(0, count, size):
        yield np.unravel_index(np.arange(start, min(start + size, count)), shape)


def _cleared(owes: Array, cash: Array, cost: Array) -> Clearing:
    """The clearing of a block of scenarios, which are the last axis."""
    owed, due = owes.sum(axis=1), owes.sum(axis=0)
    network = _Network(owes, owed, cash, cost)
    received = due
    for number in range(1, len(owed) + 1):
        new = (cash + received < owed * (1.0 - TOLERANCE)) & (network.wave == 0)
        if not new.any():
            break
        for node in np.flatnonzero(new.any(axis=1)).tolist():
            network.take_out(node, np.flatnonzero(new[node]), number)
        received = np.where(new.any(axis=0), network.received(), received)
    kept = np.minimum((1.0 - cost) * (cash + received), owed)
    return Clearing(owed, np.where(network.wave > 0, kept, owed), network.wave, due, received)


class _Network:
    """Who reaches whom, directly or through nodes in default; wave 0 marks those who still pay in full."""

    def __init__(self, owes: Array, owed: Array, cash: Array, cost: Array) -> None:
        self.owed, self.cash, self.cost = owed, cash, cost
        self.wave = np.zeros(owed.shape, np.int64)
        self.flow = (owes / np.where(owed > 0, owed, 1.0)[:, None]).swapaxes(0, 1).copy()  # [i, j]: from j to i
        self.passed = np.zeros(owed.shape)  # what reaches a node out of the cash of those in default
        self.lost = np.zeros(owed.shape)  # of what a node pays, the part that the cost of others' default takes

    def take_out(self, node: int, at: NDArray[np.intp], number: int) -> None:
        """Let what reaches a node go on to its creditors, in the scenarios in which it defaults in this round."""
        self.wave[node, at] = number
        cost, paying = self.cost[at], self.wave[:, at] == 0
        flow, passed, lost = self.flow[:, :, at], self.passed[:, at], self.lost[:, at]
        out = flow[:, node].copy()
        pivot = cost + (1.0 - cost) * (lost[node] + (out * paying).sum(axis=0))  # what does not come back
        into = flow[node] / pivot  # what reaches the node, again and again, of one that another pays
        self.flow[:, :, at] = flow + out[:, None] * ((1.0 - cost) * into)
        self.flow[:, node, at] = 0.0
        self.passed[:, at] = passed + out * ((1.0 - cost) * (self.cash[node, at] + passed[node]) / pivot)
        self.lost[:, at] = lost + into * (cost + (1.0 - cost) * lost[node])

    def received(self) -> Array:
        """What reaches each node when all who are not in default pay in full."""
        return np.asarray(self.passed + np.einsum("ijs,js->is", self.flow, self.owed))
