"""How long people of a trial are followed: the last to enter less long than the first, and some leave."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.inputs.not_a_design import refuse

Floats = NDArray[np.float64]
# Gauss and Legendre's rule of so many nodes is exact to rounding for the smooth functions that are asked of it.
NODES = 64
SHARES_ADD_UP = 1e-9
DEPTH = 40.0


@dataclass(frozen=True, eq=False)
class Exposure:
    """How long people are followed: `years`, and the `share` of people followed so long; shape (k,) each.

    Shares sum to 1. Make it with `planned`, or with `of` from years that were seen, each with its share. It
    is time alone: when a first event comes in such a time, and who is still free of it, is for `FollowUp`.
    """

    years: Floats
    share: Floats

    @classmethod
    def of(cls, years: ArrayLike, share: ArrayLike | None = None) -> Exposure:
        """Years seen or planned; no `share`: all alike. ValueError for years below 0 or shares without a sum of 1."""
        time = np.atleast_1d(np.asarray(years, np.float64))
        part = (
            np.full(time.size, 1 / max(time.size, 1)) if share is None else np.atleast_1d(np.asarray(share, np.float64))
        )
        reasons = []
        if time.size != part.size or not (np.isfinite(time).all() and (time >= 0).all() and (part >= 0).all()):
            reasons.append("years must be 0 or more, each with its share of 0 or more")
        if not abs(part.sum() - 1) < SHARES_ADD_UP:
            reasons.append(f"shares of follow-up must add up to 1, found {part.sum():g}")
        refuse(reasons)
        return cls(time, part)

    @classmethod
    def planned(cls, least: float, most: float, dropout_per_year: float = 0.0) -> Exposure:
        """People enter evenly and the trial ends for all on one day: `least` years for the last, `most` for the first.

        dropout_per_year: a constant hazard of leaving; 0 for none. Equal `least` and `most`: a fixed follow-up.
        ValueError for a `most` below `least`, or numbers below 0.

        >>> round(Exposure.planned(1, 3).mean, 6), round(Exposure.planned(2, 2, 0.05).mean, 6)
        (2.0, 1.903252)
        """
        if not 0 <= least <= most < math.inf or not 0 <= dropout_per_year < math.inf:
            refuse(
                [f"follow-up must be from 0 or more to as long or longer, found {least:g} to {most:g}, "
                 f"and dropout 0 or more a year, found {dropout_per_year:g}"]
            )  # fmt: skip
        at, weight = np.polynomial.legendre.leggauss(NODES)
        # Without a width every node would be the same one.
        ends = np.array([least]) if least == most else least + (most - least) * (at + 1) / 2
        shares = np.ones(1) if least == most else weight / 2
        if not dropout_per_year:
            return cls(ends, shares)
        # Of those who could be followed to `end`: whoever leaves at t has t, and whoever stays has `end`.
        stays = np.exp(-dropout_per_year * ends)
        # Where nearly all leave at once, the rule must lie where they leave: e^-40 of them stay for longer than that.
        until = np.minimum(ends, DEPTH / dropout_per_year)
        left = until[:, None] * (at + 1)[None, :] / 2
        leaves = dropout_per_year * np.exp(-dropout_per_year * left) * until[:, None] * weight[None, :] / 2
        return cls(
            np.concatenate([ends, left.ravel()]), np.concatenate([shares * stays, (shares[:, None] * leaves).ravel()])
        )

    @property
    def mean(self) -> float:
        """The mean of the years, the exposure of a person."""
        return float(self.years @ self.share)
