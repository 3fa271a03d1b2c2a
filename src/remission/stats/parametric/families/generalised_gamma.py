"""A shape with Weibull, log-normal and gamma among its cases: the data choose between a falling and a peaked hazard."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammainc, gammaincc, gammaln, log_ndtr

from remission.stats.parametric.differences import Differences

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

PLACE = 60
# Nearer to 0 the gamma function of its inverse square cannot be told from the normal limit.
NEARLY_NORMAL = 1e-4
# From here on Stirling's series is exact to all digits.
LARGE = 1e5


@dataclass(frozen=True)
class GeneralisedGamma:
    """Prentice's form: log time = mean + spread * log(gamma(1 / q^2) * q^2) / q; log-normal at q = 0, Weibull at 1.

    Prentice 1974, doi:10.1093/biomet/61.3.539.
    """

    name: str = "generalised-gamma"
    title: str = "Generalised gamma"
    parameters: tuple[str, ...] = ("mean log", "log spread", "q")
    assumes: str = "The risk goes on as in that one of several shapes that fits the years seen best."

    def starts(self, rate: float, _years: float, /) -> Iterator[tuple[float, ...]]:
        """From a Weibull, from a log-normal, and from beyond it."""
        for q in (1.0, 0.2, -0.5):
            yield (-math.log(rate), 0.0, q)

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """The density over what is left."""
        logs = np.log(years)
        w = (logs - at[0]) * np.exp(-at[1])
        return np.asarray(_log_density(w, float(at[2])) - at[1] - logs - _log_left(w, float(at[2])))

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """Minus the logarithm of what is left."""
        with np.errstate(divide="ignore"):
            return -_log_left((np.log(years) - at[0]) * np.exp(-at[1]), float(at[2]))

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by each number, by differences: the gamma function has no simple slope by its degree."""
        return (
            Differences().of(lambda moved: self.log_hazard(years, moved), at),
            Differences().of(lambda moved: self.cumulative(years, moved), at),
        )

    @classmethod
    def for_rows(cls, _rows: TimeAtRisk, /) -> Iterator[GeneralisedGamma]:
        """The one of it."""
        yield cls()


def _log_density(w: Floats, q: float) -> Floats:
    if abs(q) < NEARLY_NORMAL:
        return np.asarray(-(w**2) / 2 - math.log(2 * math.pi) / 2)
    k = q**-2
    # Its constant; for large k the difference of large numbers, which Stirling's series gives without them.
    constant = (
        -math.log(2 * math.pi) / 2 - 1 / (12 * k) + 1 / (360 * k**3)
        if k > LARGE
        else math.log(abs(q)) + k * math.log(k) - k - float(gammaln(k))
    )
    with np.errstate(over="ignore"):
        return np.asarray(constant + k * (q * w - np.expm1(q * w)))


def _log_left(w: Floats, q: float) -> Floats:
    if abs(q) < NEARLY_NORMAL:
        return np.asarray(log_ndtr(-w))
    k = q**-2
    with np.errstate(over="ignore", divide="ignore"):
        reached = k * np.exp(q * w)
        return np.asarray(np.log(gammaincc(k, reached) if q > 0 else gammainc(k, reached)))


SHAPE = GeneralisedGamma
