"""Trials that still go on after a look: where their sums stand, and how likely each of them is.

A trial is a sum B that begins at 0 and gains normal steps of mean drift x d and variance d over d of the information:
Z = B / sqrt t at fraction t, the canonical joint distribution (Jennison & Turnbull 2000, doi:10.1201/9780367805326,
chapter 3). What is left of it after each look is carried on by recursive numerical integration (Armitage, McPherson &
Rowe 1969, doi:10.2307/2343787).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, roots_legendre

Floats = NDArray[np.float64]
# What is integrated has the shape of a normal density as wide as the shorter of the steps before and after: on
# stretches of three such widths Gauss's rule of 16 points is exact to 1e-13.
POINTS = 16
STRETCH = 3.0
# Beyond so many standard errors lie 1e-33 of all trials.
REACH = 12.0
# A bound that is crossed less often than that is never crossed: nothing is spent there.
NEVER = 1e-30
# Between so many standard errors either way a bound is looked for: chances of `NEVER` end at twelve.
FARTHEST = 40.0


@dataclass(frozen=True, eq=False)
class Going:
    """After a look at `time`: `weights` of trials that go on with their sums at `places`.

    `middle` and `variance` are those that the sum had if no trial ever ended: they say where to look for any.
    """

    time: float
    places: Floats
    weights: Floats
    middle: float
    variance: float = 0.0

    @classmethod
    def from_point(cls, time: float = 0.0, place: float = 0.0) -> Going:
        """All trials at one place, as at the start, or at a look that has been seen."""
        return cls(time, np.array([place]), np.ones(1), place)

    def above(self, bound: float, until: float, gain: float) -> float:
        """The chance to go on until here and to be above `bound` at the next look, whose step has mean `gain`."""
        return float(self.weights @ ndtr((self.places + gain - bound) / math.sqrt(until - self.time)))

    def below(self, bound: float, until: float, gain: float) -> float:
        """The chance to go on until here and to be below `bound` at the next look."""
        return float(self.weights @ ndtr((bound - self.places - gain) / math.sqrt(until - self.time)))

    def bound_above(self, chance: float, until: float, gain: float = 0.0) -> float:
        """The bound that is crossed upwards with this chance at the next look; infinite if that is never."""
        return self._bound(chance, until, gain, upwards=True)

    def bound_below(self, chance: float, until: float, gain: float = 0.0) -> float:
        """The bound that is crossed downwards with this chance at the next look; minus infinite if that is never."""
        return self._bound(chance, until, gain, upwards=False)

    def _bound(self, chance: float, until: float, gain: float, *, upwards: bool) -> float:
        side, crosses = (1.0, self.above) if upwards else (-1.0, self.below)
        if chance < NEVER:
            return side * math.inf
        middle, spread = self.middle + gain, math.sqrt(self.variance + until - self.time)

        # Chances are compared by their logarithms, for early looks spend very little.
        def too_often(widths: float) -> float:
            # The floor keeps chances that underflow to 0 out of the logarithm, far below any that is asked for.
            return math.log(max(crosses(middle + side * widths * spread, until, gain), NEVER**2)) - math.log(chance)

        # So few trials go on that even a bound which all of them cross spends less than is asked.
        if too_often(-FARTHEST) <= 0:
            return -side * math.inf
        return middle + side * spread * float(brentq(too_often, -FARTHEST, FARTHEST, xtol=1e-13, rtol=1e-14))

    def on(self, low: float, high: float, until: float, gain: float, after: float | None = None) -> Going:
        """Those that are between `low` and `high` at the next look, and go on; `after`: when the look after it is."""
        step = until - self.time
        middle, variance = self.middle + gain, self.variance + step
        # Around where the sum would be if no trial had ended: all that go on are among these.
        reach = REACH * math.sqrt(variance)
        width = math.sqrt(min(step, step if after is None else after - until))
        places, lengths = Going.points(max(low, middle - reach), min(high, middle + reach), width)
        apart = (places[:, None] - (self.places + gain)) / math.sqrt(step)
        density = np.exp(-apart * apart / 2) @ self.weights / math.sqrt(2 * math.pi * step)
        return Going(until, places, density * lengths, middle, variance)

    @staticmethod
    def points(low: float, high: float, width: float) -> tuple[Floats, Floats]:
        """Gauss's points on stretches of `STRETCH` widths, and what each stands for; none if low is not below."""
        if not low < high:
            return np.zeros(0), np.zeros(0)
        stretches = math.ceil((high - low) / (STRETCH * width))
        nodes, weights = _rule()
        half = (high - low) / stretches / 2
        middles = low + half * (2 * np.arange(stretches) + 1)
        return (middles[:, None] + half * nodes).ravel(), np.tile(half * weights, stretches)


@cache
def _rule() -> tuple[Floats, Floats]:
    nodes, weights = roots_legendre(POINTS)
    return nodes, weights
