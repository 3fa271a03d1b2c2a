"""The bootstrap of an analysis from its first step: people are drawn again, and weights are estimated anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remission.stats.propensity.logistic import Floats
from remission.stats.regression.refusals import NotEstimable

Places = NDArray[np.int64]
# Limits of fewer draws than this share of those wanted would be of the easy draws.
ENOUGH = 0.95


@dataclass(frozen=True, eq=False)
class Resampled:
    """Values of each draw, shape (draws, k), in order of drawing; NaN where one was not estimable."""

    values: Floats
    seed: int

    @property
    def failed(self) -> int:
        """Draws in which nothing at all was estimable."""
        return int(np.isnan(self.values).all(axis=1).sum())

    def limits(self, level: float) -> Floats:
        """Low and high of each value, shape (k, 2): percentiles; NaN where more than 5 % of draws had none."""
        found = np.full((self.values.shape[1], 2), np.nan)
        for at, column in enumerate(self.values.T):
            known = column[~np.isnan(column)]
            if known.size and known.size >= ENOUGH * column.size:
                found[at] = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
        return found


def bootstrap(people: int, estimate: Callable[[Places], Floats], draws: int, *, seed: int) -> Resampled:
    """Draw as many people as there are, with replacement, `draws` times, and estimate everything from each draw.

    estimate: takes row numbers, shape (people,), gives values of shape (k,), or raises NotEstimable. The same seed
    gives the same bits. Efron 1979, doi:10.1214/aos/1176344552. ValueError for fewer than two draws.

    >>> told = bootstrap(5, lambda rows: np.array([float(rows.mean())]), 200, seed=1)
    >>> told.values.shape, told.failed, bool(told.limits(0.95)[0, 0] < 2 < told.limits(0.95)[0, 1])
    ((200, 1), 0, True)
    """
    if draws < 2:
        raise ValueError(f"a bootstrap has two draws or more, found {draws}")
    random = np.random.default_rng(seed)
    told: list[Floats | None] = []
    for _ in range(draws):
        try:
            told.append(estimate(random.integers(0, people, people)))
        except NotEstimable:
            told.append(None)
    width = next((one.size for one in told if one is not None), 1)
    nothing = np.full(width, np.nan)
    return Resampled(np.array([nothing if one is None else one for one in told]), seed)
