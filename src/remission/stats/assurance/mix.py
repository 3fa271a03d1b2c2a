"""People of other kinds: how much a group's hazard differs where kinds of people are mixed in another way."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def mixed_log_shift(free: ArrayLike, weights: ArrayLike, selected: ArrayLike) -> float:
    """How much larger the log hazard is of a mix of people than of those who were selected.

    free: of each kind, the share free of the event after one and the same time, above 0 and below 1; weights: how the
    kinds are mixed; selected: how they were mixed before; all of shape (kinds,). The log of the ratio of minus the logs
    of both mixed shares: with proportional hazards that is the shift of the log hazard at that time. ValueError for
    shares not between 0 and 1, or weights below 0 or of sum 0.

    >>> round(math.exp(mixed_log_shift([0.855, 0.71], [209, 130], [1, 0])), 3)
    1.429
    """
    shares = np.asarray(free, float)
    if shares.ndim != 1 or not np.all((shares > 0) & (shares < 1)):
        raise ValueError(f"shares must lie between 0 and 1, found {shares.tolist()}")
    # Shares add up over kinds and hazards do not: those at higher risk are sooner gone from the mix.
    hazards = [-math.log(float(shares @ _parts(one, shares.size))) for one in (weights, selected)]
    return math.log(hazards[0] / hazards[1])


def _parts(weights: ArrayLike, kinds: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    told = np.asarray(weights, float)
    if told.shape != (kinds,) or not np.all(np.isfinite(told) & (told >= 0)) or not told.sum() > 0:
        raise ValueError(f"{kinds} weights of 0 or more, not all 0, found {told.tolist()}")
    return np.asarray(told / told.sum())
