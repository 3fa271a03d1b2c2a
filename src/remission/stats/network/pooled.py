"""The network pooled: one number a treatment against a reference, from direct and indirect evidence together.

Generalised least squares on the contrasts (Salanti 2008, doi:10.1177/0962280207080643): within a study by its
covariance, between studies by one tau squared for every contrast, of which contrasts of one study share half (Higgins
& Whitehead 1996, doi:10.1002/(SICI)1097-0258(19961230)15:24<2733::AID-SIM562>3.0.CO;2-0). By REML, or 0 by assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from scipy.special import chdtrc

from remission.stats.intervals import normal_quantile
from remission.stats.network.contrasts import Contrasts, Floats
from remission.stats.network.system import System

Tau2 = Literal["REML", "common"]


@dataclass(frozen=True, eq=False)
class Network:
    """Effects against `reference` in the order of `names` (0 for itself), their covariance, and tau squared."""

    trials: Contrasts
    reference: str
    tau2: float
    method: Tau2
    effects: Floats
    covariance: Floats
    q: float
    df: int

    @property
    def names(self) -> tuple[str, ...]:
        """The treatments."""
        return self.trials.names

    @property
    def q_p(self) -> float:
        """The p value of Q (with common weights): do studies differ beyond chance? Not a number without a degree."""
        return float(chdtrc(self.df, self.q)) if self.df else float("nan")

    def against(self, one: str, other: str, level: float = 0.95) -> tuple[float, float, float]:
        """The effect of one treatment against another and its limits, on the log scale."""
        i, j = self.names.index(one), self.names.index(other)
        value = float(self.effects[i] - self.effects[j])
        half = normal_quantile(level) * float(np.sqrt(self.variance_between[i, j]))
        return value, value - half, value + half

    @cached_property
    def variance_between(self) -> Floats:
        """The variance of the effect of each treatment against each."""
        own = self.covariance.diagonal()
        return np.maximum(own[:, None] + own[None, :] - 2 * self.covariance, 0.0)


def pool_network(trials: Contrasts, *, reference: str | None = None, tau2: Tau2 = "REML") -> Network:
    """The network pooled against `reference` (without one the first treatment by name).

    InputProblems for a reference that is in no trial; ValueError for another word of `tau2`. Pinned to `rma.mv` of R's
    metafor.

    >>> trials = Contrasts(["A", "B", "C"], ["x", "x", "y"], ["y", "z", "z"], [-0.2, -0.4, -0.1], [0.04, 0.09, 0.05])
    >>> found = pool_network(trials, tau2="common")
    >>> found.effects.round(3).tolist(), round(found.q, 3), found.df
    ([0.0, -0.222, -0.35], 0.056, 1)
    """
    if tau2 not in get_args(Tau2):
        raise ValueError(f"tau2 must be one of {', '.join(get_args(Tau2))}, found {tau2}")
    base = trials.known(reference)
    system = System.of(trials, base)
    found = system.restricted_maximum() if tau2 == "REML" else 0.0
    effects, covariance = system.solved(found)
    place = trials.names.index(base)
    common, _ = system.solved(0.0)
    return Network(
        trials, base, found, tau2, np.insert(effects, place, 0.0), _with_zero(covariance, place), system.q(common),
        system.df,
    )  # fmt: skip


def _with_zero(covariance: Floats, place: int) -> Floats:
    """The covariance with a row and a column of 0 for the reference."""
    return np.insert(np.insert(covariance, place, 0.0, axis=0), place, 0.0, axis=1)
