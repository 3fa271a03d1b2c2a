"""Counts of studies as binomial or Poisson numbers: the log likelihood of a linear predictor, and its derivatives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from scipy.special import expit, gammaln

from remission.stats.pooling.scales import Floats, On

# Beyond this the mean of a Poisson count has more than a hundred digits, and its square would have no number.
HIGHEST_LOG_RATE = 300.0


class Terms(NamedTuple):
    """Of one predictor each: log likelihood without its constant, events beyond the mean, and variance."""

    log_likelihood: Floats
    residual: Floats
    information: Floats


class Family(Protocol):
    """What the quadrature has to know of the counts, one entry a study."""

    @property
    def events(self) -> Floats:
        """How many had it, shape (k,)."""

    @property
    def on(self) -> On:
        """The scale of the predictor."""

    @property
    def constant(self) -> float:
        """What makes the likelihood a probability of the counts."""

    @property
    def crude(self) -> float:
        """The predictor of all studies taken as one."""

    @property
    def single(self) -> tuple[Floats, Floats]:
        """A predictor and its information for each study by itself: a start, and finite also without an event."""

    def terms(self, predictor: Floats) -> Terms:
        """At predictors of shape (..., k)."""

    def pull(self, predictor: Floats) -> tuple[Floats, Floats]:
        """Residual and information alone, which a search for a mode asks for many times."""

    def skew(self, predictor: Floats, information: Floats) -> Floats:
        """The slope of the information along the predictor."""

    def upright(self) -> Family:
        """The same counts for predictors of shape (..., k, points)."""


@dataclass(frozen=True, eq=False)
class Binomial:
    """Events of so many people each; the predictor is the log odds."""

    events: Floats
    totals: Floats
    on: On = "logit"

    @cached_property
    def constant(self) -> float:
        """Logarithm of the ways to choose who has the event."""
        x, n = self.events, self.totals
        return float((gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)).sum())

    @cached_property
    def crude(self) -> float:
        """Log odds of all people together."""
        return float(np.log(self.events.sum() / (self.totals - self.events).sum()))

    @cached_property
    def single(self) -> tuple[Floats, Floats]:
        """With half a person added on both sides."""
        x, rest = self.events + 0.5, self.totals - self.events + 0.5
        return np.log(x / rest), x * rest / (x + rest)

    def terms(self, predictor: Floats) -> Terms:
        """x eta - n log(1 + exp eta), without a difference of large numbers at either end."""
        small = np.exp(-np.abs(predictor))
        more = 1 / (1 + small)
        less = small * more
        value = self.events * predictor - self.totals * (np.maximum(predictor, 0) + np.log1p(small))
        share = np.where(predictor > 0, more, less)
        return Terms(value, self.events - self.totals * share, self.totals * (more * less))

    def pull(self, predictor: Floats) -> tuple[Floats, Floats]:
        """x - n p and n p (1 - p)."""
        share = expit(predictor)
        mean = self.totals * share
        return self.events - mean, mean * expit(-predictor)

    def skew(self, predictor: Floats, information: Floats) -> Floats:
        """n p (1 - p) (1 - 2 p)."""
        return information * -np.tanh(predictor / 2)

    def upright(self) -> Family:
        """As columns."""
        return replace(self, events=self.events[:, None], totals=self.totals[:, None])


@dataclass(frozen=True, eq=False)
class Poisson:
    """Events in so much time each; the predictor is the log rate."""

    events: Floats
    exposure: Floats
    on: On = "log"

    @cached_property
    def constant(self) -> float:
        """x log T - log x!."""
        return float((self.events * np.log(self.exposure) - gammaln(self.events + 1)).sum())

    @cached_property
    def crude(self) -> float:
        """Log rate of all time together."""
        return float(np.log(self.events.sum() / self.exposure.sum()))

    @cached_property
    def single(self) -> tuple[Floats, Floats]:
        """With half an event added."""
        x = self.events + 0.5
        return np.log(x / self.exposure), x

    def terms(self, predictor: Floats) -> Terms:
        """x eta - T exp eta."""
        mean = self.exposure * np.exp(np.minimum(predictor, HIGHEST_LOG_RATE))
        return Terms(self.events * predictor - mean, self.events - mean, mean)

    def pull(self, predictor: Floats) -> tuple[Floats, Floats]:
        """x - mean, and the mean."""
        _, residual, mean = self.terms(predictor)
        return residual, mean

    def skew(self, predictor: Floats, information: Floats) -> Floats:  # noqa: ARG002 - of any family
        """The mean is its own slope."""
        return information

    def upright(self) -> Family:
        """As columns."""
        return replace(self, events=self.events[:, None], exposure=self.exposure[:, None])
