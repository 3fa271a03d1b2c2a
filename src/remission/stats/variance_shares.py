"""How much of the variance of a value over a grid of choices each choice explains: analysis of variance, by shares."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MOST_FACTORS = 12
# A total below this share of the squared values is rounding of equal ones.
NO_VARIANCE = 1e-20


@dataclass(frozen=True)
class VarianceShares:
    """Shares of the total sum of squares: one for each factor in order, and the rest, which together make 1.

    `interactions` is what no sum of main effects explains: on a grid whose cells hold one value each there is no
    residual, so all of it is interaction. `balanced` tells whether the order of the factors would have made no
    difference. NaN for all shares when the values do not vary.
    """

    factors: tuple[float, ...]
    interactions: float
    total: float
    balanced: bool
    n: int

    @property
    def method(self) -> str:
        """What was done, in a line."""
        if self.balanced:
            return "analysis of variance, main effects: eta squared"
        return "analysis of variance, main effects: increments of R squared averaged over all orders (LMG, Shapley)"


def variance_shares(values: ArrayLike, levels: ArrayLike) -> VarianceShares:
    """Split the variance of `values` over the factors whose levels they were made at.

    The value of each cell is modelled as the sum of an effect of each factor's level. A factor's share is the increment
    of R squared when it joins the model, averaged over all orders in which the factors can join. Where every
    combination of levels is there equally often all orders agree, and the share is the eta squared of a classical
    analysis of variance.

    values: finite, shape (n,); levels: integers, shape (n, k), k of at most 12. ValueError otherwise.
    Lindeman, Merenda & Gold 1980 and Kruskal 1987 as cited by Groemping 2006, doi:10.18637/jss.v017.i01. Pinned to
    `anova(lm())` of R, averaged over all orders.

    >>> shares = variance_shares([1, 2, 5, 6], [[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> [round(share, 4) for share in (*shares.factors, shares.interactions)]
    [0.9412, 0.0588, 0.0]
    """
    y, codes = _checked(values, levels)
    n, k = codes.shape
    centred = y - y.mean() if n else y
    total = float(centred @ centred)
    balanced = is_balanced(codes)
    if total <= NO_VARIANCE * max(float(y @ y), 1e-300):
        return VarianceShares((math.nan,) * k, math.nan, 0.0, balanced, n)
    explained = _alone(centred, codes) if balanced else _averaged(centred, codes)
    shares = explained / total
    rest = 1 - float(shares.sum())
    return VarianceShares(tuple(shares.tolist()), max(rest, 0.0) if rest > -1e-9 else rest, total, balanced, n)


def is_balanced(levels: NDArray[np.int64]) -> bool:
    """Is every pair of levels of every two factors there as often as their own frequencies ask for?

    >>> is_balanced(np.array([[0, 0], [0, 1], [1, 0], [1, 1]])), is_balanced(np.array([[0, 0], [0, 1], [1, 0]]))
    (True, False)
    """
    n, k = levels.shape
    for i in range(k):
        for j in range(i):
            table = np.zeros((levels[:, i].max(initial=0) + 1, levels[:, j].max(initial=0) + 1), np.int64)
            np.add.at(table, (levels[:, i], levels[:, j]), 1)
            if (table * n != np.outer(table.sum(axis=1), table.sum(axis=0))).any():
                return False
    return True


def _checked(values: ArrayLike, levels: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    y, codes = np.asarray(values, dtype=np.float64), np.asarray(levels)
    if not np.issubdtype(codes.dtype, np.integer) or codes.ndim != 2 or y.shape != codes.shape[:1]:
        raise ValueError(f"levels must be integers, a row a value, found {codes.dtype} {codes.shape} for {y.shape}")
    if codes.shape[1] > MOST_FACTORS:
        raise ValueError(f"at most {MOST_FACTORS} factors can be put into all orders, found {codes.shape[1]}")
    if not np.isfinite(y).all():
        raise ValueError("values must be finite: leave out those that could not be estimated")
    # Levels are names: any integers will do, and become 0, 1, 2...
    numbered = [np.unique(column, return_inverse=True)[1].reshape(-1) for column in codes.T]
    return y, np.stack(numbered, axis=1).astype(np.int64) if numbered else np.zeros((y.size, 0), np.int64)


def _alone(centred: Floats, codes: NDArray[np.int64]) -> Floats:
    """Each factor's sum of squares between its levels."""
    squares = []
    for column in codes.T:
        count, total = np.bincount(column), np.bincount(column, centred)
        squares.append(float((total**2 / count).sum()))
    return np.array(squares, dtype=np.float64)


def _averaged(centred: Floats, codes: NDArray[np.int64]) -> Floats:
    """Each factor's increment over every set of the others, weighted by how many orders put just these before it."""
    k = codes.shape[1]
    dummies = [_dummies(column) for column in codes.T]
    explained = [_explained(centred, [dummies[at] for at in range(k) if chosen >> at & 1]) for chosen in range(1 << k)]
    shares = np.zeros(k)
    for before in range(1 << k):
        size = before.bit_count()
        for at in range(k):
            if not before >> at & 1:
                weight = math.factorial(size) * math.factorial(k - size - 1) / math.factorial(k)
                shares[at] += weight * (explained[before | 1 << at] - explained[before])
    return shares


def _dummies(column: NDArray[np.int64]) -> Floats:
    """A centred column for each level but the first."""
    flags = (column[:, None] == np.arange(1, column.max(initial=0) + 1)).astype(np.float64)
    centred: Floats = flags - flags.mean(axis=0)
    return centred


def _explained(centred: Floats, dummies: list[Floats]) -> float:
    """The sum of squares that these columns explain; columns that depend on others add nothing."""
    columns = np.hstack(dummies) if dummies else np.zeros((centred.size, 0))
    if not columns.shape[1]:
        return 0.0
    left, singular, _ = np.linalg.svd(columns, full_matrices=False)
    # Directions that are only rounding of linear dependence, as a removed combination can make them.
    kept = singular > singular.max(initial=0) * max(columns.shape) * np.finfo(np.float64).eps
    scores = left[:, kept].T @ centred
    return float(scores @ scores)
