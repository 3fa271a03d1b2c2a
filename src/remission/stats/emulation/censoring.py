"""Weights for those who stayed, so that they stand for those who were lost and were like them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.emulation.clones import Flags, Floats
from remission.stats.propensity.logistic import Propensity, fit_propensity


@dataclass(frozen=True, eq=False)
class Staying:
    """A weight for each row of a person and period, shape (m,), and the model of leaving behind it.

    stabilised: was the chance without columns put on top. left: rows at whose end somebody left.
    """

    weight: Floats
    model: Propensity
    stabilised: bool
    left: int

    @property
    def method(self) -> str:
        """How the weights came about."""
        kind = "stabilised inverse" if self.stabilised else "inverse"
        return f"{kind} probability of staying, of {self.left:,} who left, by {self.model.method} pooled over periods"


def weigh_staying(
    unit: ArrayLike,
    leaves: ArrayLike,
    columns: Mapping[str, ArrayLike],
    *,
    over: Mapping[str, ArrayLike] | None = None,
    can: ArrayLike | None = None,
) -> Staying:
    """One over the chance to have stayed until the row begins, for each row of a person and period.

    unit: who (a person, or a person in a trial), rows of one together and in the order of time, shape (m,); leaves:
    bool, lost or departed at the end of the row and not by the event; columns: what decides on leaving, known when the
    row begins, the time among it, shape (m,) each; over: columns of a second model, whose chance stands above the line
    (stabilised); can: bool, the rows at whose end anybody could leave (all): elsewhere everybody stays, and no model is
    asked. The first row of a unit weighs 1. ValueError for rows of a unit that lie apart; NotEstimable where
    nobody leaves, everybody does, or columns tell them apart.
    Robins & Finkelstein 2000, doi:10.1111/j.0006-341x.2000.00779.x.

    >>> found = weigh_staying([1, 1, 2, 2, 3, 4, 4], [False, False, False, False, True, False, True],
    ...     {"edss": [2, 2, 3, 4, 5, 3, 3]})
    >>> found.weight.round(2).tolist()
    [1.0, 1.06, 1.0, 1.24, 1.0, 1.0, 1.24]
    """
    who, gone = np.asarray(unit), np.asarray(leaves)
    if gone.dtype != np.bool_ or who.shape != gone.shape or who.ndim != 1:
        raise ValueError("unit and leaves must have one value a row, and leaves be true or false")
    # Cut to size, for where there are no rows there is no first one.
    first = np.append(True, who[1:] != who[:-1])[: who.size]
    # Whoever begins twice has rows of somebody else in between.
    if np.unique(who[first]).size < first.sum():
        raise ValueError("rows of a unit must lie together: sort them by unit and time")
    open_rows = np.ones(gone.shape, np.bool_) if can is None else np.asarray(can, np.bool_)
    if (gone & ~open_rows).any():
        raise ValueError(f"{(gone & ~open_rows).sum():,} rows leave where nobody could")
    model, *above = (
        fit_propensity(gone[open_rows], {name: np.asarray(one)[open_rows] for name, one in given.items()})
        for given in (columns, over) if given is not None
    )  # fmt: skip
    weight = _stayed(first, open_rows, model) ** -1
    for other in above:
        weight = weight * _stayed(first, open_rows, other)
    return Staying(weight, model, over is not None, int(gone.sum()))


def _stayed(first: Flags, can: Flags, model: Propensity) -> Floats:
    """The product of chances to stay over the rows of a unit before each."""
    # Logarithms are summed over all rows, and each unit takes off the sum at which it began: no loop over units, and no
    # product of everybody's chances, which would underflow.
    logs = np.zeros(first.size)
    logs[can] = np.log1p(-model.scores)
    so_far = np.append(0.0, np.cumsum(logs)[:-1])
    start = np.maximum.accumulate(np.where(first, np.arange(first.size), 0))
    return np.asarray(np.exp(so_far - so_far[start]))
