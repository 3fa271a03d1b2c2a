"""What is believed of a true log hazard ratio after phase II: a distribution as points with weights.

A named prior and a likelihood make it. The prior is flat, or normal; the likelihood is that of the result, or that of a
result which is seen only because it passed. Points with weights let every trial be asked alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from remission.stats.assurance.future import Floats, passing_line
from remission.stats.assurance.selection import log_likelihood_of_passed

# So far below its top a density no longer counts: e^-40 is 4e-18.
DEPTH = 40.0
# A step of a twentieth of the error: sums over points of a normal density are then exact to the last digit.
STEPS = 20
# Points that a density is looked for at, how often one looks closer, and the most that it is summed over.
COARSE, CLOSER, MOST_POINTS = 2001, 6, 200_000
# Nearer to the line than that, a flat prior gives a belief that reaches tens of errors beyond 0.
LEAST_GAP = 0.1


class DoesNotIntegrate(ValueError):  # noqa: N818 - what is so, as NotEstimable is
    """A prior with which no belief can be made: its mass, or that of what it leads to, is not finite."""


@dataclass(frozen=True)
class NormalPrior:
    """A prior of a log hazard ratio, N(mean, spread^2); a sceptical one has its mean at 0. DoesNotIntegrate if it must.

    >>> NormalPrior(0.0, 0.3).spread
    0.3
    """

    mean: float
    spread: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and 0 < self.spread < math.inf):
            raise DoesNotIntegrate(
                f"a normal prior needs a mean and a spread above 0, found {self.mean}, {self.spread}"
            )


@dataclass(frozen=True, eq=False)
class Belief:
    """True log hazard ratios, each with its weight; weights sum to 1. Both of shape (points,)."""

    log_ratios: Floats
    weights: Floats

    @property
    def mean(self) -> float:
        """The mean log hazard ratio."""
        return float(self.log_ratios @ self.weights)

    @property
    def spread(self) -> float:
        """Its standard deviation."""
        return math.sqrt(float((self.log_ratios - self.mean) ** 2 @ self.weights))

    def below(self, log_ratio: float) -> float:
        """How much of it lies below a log ratio: below 0, that the treatment helps at all."""
        return float(self.weights[self.log_ratios < log_ratio].sum())

    def shifted(self, by: float) -> Belief:
        """The same with every log ratio larger by so much: a treatment that does less, where it is above 0."""
        return Belief(self.log_ratios + by, self.weights)


def believe(found: float, error: float, prior: NormalPrior | None = None) -> Belief:
    """What is believed after a result: with a flat prior N(found, error^2), else the product with the prior.

    With a prior N(m, s^2) the result keeps the share k = s^2 / (s^2 + error^2): mean k found + (1 - k) m, variance
    k error^2. ValueError for an error not above 0.

    >>> told = believe(-1.2379, 0.2907, NormalPrior(0, 0.3))
    >>> round(told.mean, 3), round(told.spread, 3)
    (-0.638, 0.209)
    """
    if not (math.isfinite(found) and 0 < error < math.inf):
        raise ValueError(f"a log ratio and an error above 0, found {found} and {error}")
    kept = kept_share(error, prior)
    mean = kept * found + (1 - kept) * (prior.mean if prior else 0.0)
    spread = math.sqrt(kept) * error
    # Nine errors either way: beyond lies less than rounding.
    away = np.arange(-9 * STEPS, 9 * STEPS + 1) / STEPS
    return _weighed(mean + spread * away, -(away**2) / 2)


def kept_share(error: float, prior: NormalPrior | None) -> float:
    """How much of a result's log ratio a normal prior at 0 leaves, s^2 / (s^2 + error^2); 1 with a flat prior.

    >>> round(kept_share(0.2907, NormalPrior(0, 0.3)), 2)
    0.52
    """
    return 1.0 if prior is None else prior.spread**2 / (prior.spread**2 + error**2)


def believe_passed(found: float, error: float, alpha: float, prior: NormalPrior | None = None) -> Belief:
    """What is believed after a result that is seen only because it passed at one-sided `alpha`.

    The likelihood is that of `log_likelihood_of_passed`: for each truth phase II is thought repeated until it passes.
    That is right for a truth which is fixed. Where the prior describes all treatments that enter phase II, as many as
    there are, picking those that passed changes nothing (Dawid 1994, Selection paradoxes of Bayesian inference): then
    take `believe`. ValueError where the result did not pass; DoesNotIntegrate where, with a flat prior, it passed so
    narrowly that any harm is as likely as not.

    >>> round(believe_passed(-1.2379, 0.2907, 0.025).mean, 3)
    -1.198
    """
    gap = (passing_line(error, alpha) - found) / error
    # Asked for its refusal of a result that did not pass: of such a one the gap would be said to be too narrow.
    log_likelihood_of_passed(found, found, error, alpha)
    if prior is None and gap < LEAST_GAP:
        raise DoesNotIntegrate(
            f"with a flat prior a result {gap:.2g} errors beyond the line leaves no finite belief: name a normal prior"
        )

    def log_density(at: Floats) -> Floats:
        told = log_likelihood_of_passed(at, found, error, alpha)
        return told if prior is None else told - (((at - prior.mean) / prior.spread) ** 2) / 2

    # The narrower of result and prior says how fast the density changes.
    step = min(error, prior.spread if prior else error) / STEPS
    reaches = (found, prior.mean if prior else found)
    low, high = _ends(log_density, min(reaches), max(reaches), error)
    at = np.linspace(low, high, min(math.ceil((high - low) / step) + 1, MOST_POINTS))
    return _weighed(at, log_density(at))


def _ends(log_density: Callable[[Floats], Floats], low: float, high: float, error: float) -> tuple[float, float]:
    """From where to where a density counts: both ends go out, each time twice as far, until deep below its top.

    A density that is narrow lies between few of the points that reach so far: then both ends come in again.
    """
    out = error
    while True:
        at = np.linspace(low - out, high + out, COARSE)
        told = log_density(at)
        if max(told[0], told[-1]) < told.max() - DEPTH:
            break
        out *= 2
    for _ in range(CLOSER):
        inside = np.flatnonzero(told > told.max() - DEPTH)
        at = np.linspace(at[max(inside[0] - 1, 0)], at[min(inside[-1] + 1, at.size - 1)], COARSE)
        if inside.size > COARSE // 20:
            break
        told = log_density(at)
    return float(at[0]), float(at[-1])


def _weighed(at: Floats, log_density: Floats) -> Belief:
    # Less its top, for densities whose logarithms all lie far below 0 would come out as 0 everywhere.
    weights = np.exp(log_density - log_density.max())
    return Belief(at, weights / weights.sum())
