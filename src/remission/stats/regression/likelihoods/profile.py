"""Limits by the likelihood itself: how far can one coefficient be moved, all others following, before it falls?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from remission.stats.regression.likelihoods.newton import Maximum
from remission.stats.regression.likelihoods.slopes import Likelihood
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats

# Standard errors beyond which a limit is said to be unbounded.
FARTHEST = 60.0


@dataclass(frozen=True, eq=False)
class Profile:
    """The likelihood of one coefficient, with all others where they make it largest."""

    likelihood: Likelihood
    top: Maximum
    place: int

    def fall(self, value: float) -> float:
        """By how much twice the log likelihood is lower where the coefficient has this value."""
        beta = self.top.beta + (value - self.top.beta[self.place]) * self._following
        beta[self.place] = value
        free = np.arange(beta.size) != self.place
        if not free.any():
            return float(2 * (self.top.slopes.value - self.likelihood.at(beta).value))
        found = Maximum.of(self.likelihood, beta, free=free, learns=True)
        if not found.arrived:
            raise NotEstimable(["the search for a limit of the profile likelihood did not end"])
        return float(2 * (self.top.slopes.value - found.slopes.value))

    @cached_property
    def _following(self) -> Floats:
        """By how much each coefficient follows a small move of this one: there the others are soon at their best."""
        column = np.linalg.inv(self.top.slopes.information)[:, self.place]
        return np.asarray(column / column[self.place])

    def limit(self, side: int, fall: float) -> float:
        """Where it has fallen by `fall`, below (side -1) or above (side 1) the top; infinite where it never does."""
        error = float(np.sqrt(np.linalg.inv(self.top.slopes.information)[self.place, self.place]))
        near = float(self.top.beta[self.place])
        reach = error
        while self.fall(near + side * reach) < fall:
            reach *= 1.6
            if reach > FARTHEST * error:
                return side * np.inf
        ends = (near, near + side * reach)
        return float(brentq(lambda value: self.fall(value) - fall, *ends, xtol=1e-12 * error, rtol=1e-14))
