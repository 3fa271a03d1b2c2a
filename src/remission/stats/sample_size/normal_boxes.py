"""The chance that normal variables are all below their bounds, also where one of them follows from others."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
# Of variances scaled to 1: what is left of one that follows from others is rounding, far below this.
NO_WIDTH = 1e-9
# Beyond nine standard deviations there is less than rounding.
FAR = 9.0
# Nodes of Gauss and Legendre's rule in each direction but the last; where one variable follows from others the
# integrand has an edge and wants more.
NODES, NODES_WITH_EDGES = 100, 200


def chance_below(bounds: Floats, covariance: Floats) -> float:
    """The chance that each of k centred normal variables is below its bound; shapes (k,) and (k, k), k up to 4.

    The covariance may be singular: S and 1 - S as weights make a third test of two, and then the one is bounded by the
    other exactly. Conditioned on one direction after the other, as Genz 1992, doi:10.1080/10618600.1992.10477010, but
    by a rule instead of draws, so that the answer is smooth in the bounds. ValueError for a covariance that is none.

    >>> round(chance_below(np.array([0.0, 0.0]), np.array([[1.0, 0.5], [0.5, 1.0]])), 9)
    0.333333333
    """
    factor, last = _factor(covariance)
    rank = factor.shape[1]
    at, weight = _rule(NODES_WITH_EDGES if rank < bounds.size else NODES)
    drawn, found = np.zeros((1, 0)), np.ones(1)
    for direction in range(rank):
        low, high = np.full(found.size, -FAR), np.full(found.size, FAR)
        # Every variable that ends at this direction bounds it: from above or, where it runs the other way, from below.
        for row in np.flatnonzero(last == direction):
            edge = (bounds[row] - drawn @ factor[row, :direction]) / factor[row, direction]
            low, high = (low, np.minimum(high, edge)) if factor[row, direction] > 0 else (np.maximum(low, edge), high)
        # Bounds that cross leave an empty box, which counts 0 and never less.
        high = np.maximum(high, low)
        # The last direction has a closed form, and would else make the points as many times more as the rule has nodes.
        if direction == rank - 1:
            return float(found @ (ndtr(high) - ndtr(low)))
        half = (high - low)[:, None] / 2
        drawn, found = _spread(drawn, found, low[:, None] + half * (at + 1), half * weight)
    raise AssertionError("a covariance has at least one direction")  # pragma: no cover


def _spread(drawn: Floats, found: Floats, places: Floats, widths: Floats) -> tuple[Floats, Floats]:
    """Each point times the nodes of one more direction, with normal densities as weights."""
    density = widths * np.exp(-(places**2) / 2) / np.sqrt(2 * np.pi)
    points = np.column_stack([np.repeat(drawn, places.shape[1], axis=0), places.ravel()])
    return points, (found[:, None] * density).ravel()


@functools.cache
def _rule(nodes: int) -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(nodes)


def _factor(covariance: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Cholesky's factor with a column for each direction there is, and the last direction that each variable has."""
    k = covariance.shape[0]
    if not np.allclose(covariance, covariance.T) or (np.diag(covariance) <= 0).any():
        raise ValueError("a covariance is symmetric and has variances above 0")
    size = np.sqrt(np.diag(covariance))
    left = covariance / np.outer(size, size)
    columns = []
    for at in range(k):
        if left[at, at] <= NO_WIDTH:  # it follows from those before
            continue
        # Rows above are done: what rounding left of them is no part of this direction.
        column = np.where(np.arange(k) < at, 0.0, left[:, at]) / np.sqrt(left[at, at])
        columns.append(column)
        left = left - np.outer(column, column)
    if (np.abs(left) > 1e-7).any():
        raise ValueError("this covariance belongs to no variables: it has a negative direction")
    factor = np.stack(columns, axis=1) * size[:, None]
    used = np.abs(factor) > NO_WIDTH * size[:, None]
    return factor, used.shape[1] - 1 - np.argmax(used[:, ::-1], axis=1)
