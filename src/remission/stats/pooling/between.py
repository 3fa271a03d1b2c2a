"""How far studies differ beyond chance: the variance between them, by five estimators, and its interval.

All of them are roots of functions of one number, tau squared, which need sums of weights 1 / (v + tau squared) alone.
Studies are sorted and counted from the most precise one: one study with an error of 0.0001 beside others of 1 would
otherwise leave rounding of differences between large sums, and its own residual would be lost.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np

from remission.stats.pooling.scales import Floats

Tau2 = Literal["REML", "ML", "PM", "DL", "common"]
# What is said of one tau squared, or of several at once.
Sums = Any

# Six steps a decade find every change of sign of sums of powers of 1 / (v + tau squared); refining does the rest.
STEPS_A_DECADE, MOST_STEPS = 6, 120
MOST_TURNS = 200
# Newton's next step would be the square of it.
CONVERGED = 1e-8


class Weighted(NamedTuple):
    """Sums at one tau squared, or at several; P is the matrix that weighs and takes the weighted mean out.

    total: of weights; mean: as counted from the most precise study; q: y'Py; q2: y'PPy; q3: y'PPPy; trace: of P;
    squares: of weights; cubes: of weights.
    """

    total: Sums
    mean: Sums
    q: Sums
    q2: Sums
    q3: Sums
    trace: Sums
    squares: Sums
    cubes: Sums


@dataclass(frozen=True, eq=False)
class Between:
    """Variances of studies, ascending, and their values as counted from the first of them, the `origin`."""

    variances: Floats
    values: Floats
    origin: float

    @classmethod
    def of(cls, values: Floats, variances: Floats) -> Between:
        """In the order that the sums need."""
        order = variances.argsort(kind="stable")
        values = values[order]
        return cls(variances[order], values - values[0], float(values[0]))

    def _weighed(self, tau2: float | Floats) -> tuple[Floats, Sums, Sums, Floats, Sums]:
        """Weights, their total, the mean, weighted residuals z = P y, and Q."""
        # `dot` of rows with a column: on a dozen studies `@` and `sum` spend more on being called than on adding.
        alone = isinstance(tau2, float)
        w = 1 / (self.variances + (tau2 if isinstance(tau2, float) else tau2[:, None]))
        total = w.dot(self._ones)
        mean = w.dot(self.values) / total
        residual = self.values - (mean if alone else mean[:, None])
        z = w * residual
        return w, total, mean, z, (z * residual).dot(self._ones)

    def at(self, tau2: float | Floats) -> Weighted:
        """The sums at tau2, a number or shape (n,)."""
        w, total, mean, z, q = self._weighed(tau2)
        ones, wz, w2 = self._ones, w * z, w * w
        # The first weight may be nearly the whole total: the trace is built of the others, without a difference.
        squares, others = w2.dot(ones), w.dot(self._not_first)
        trace = others * (1 + w[..., 0] / total) - w2.dot(self._not_first) / total
        q3 = (wz * z).dot(ones) - wz.dot(ones) ** 2 / total
        return Weighted(total, mean, q, (z * z).dot(ones), q3, trace, squares, (w2 * w).dot(ones))

    @cached_property
    def _ones(self) -> Floats:
        return np.ones(self.values.size)

    @cached_property
    def _not_first(self) -> Floats:
        ones = np.ones(self.values.size)
        ones[0] = 0.0
        return ones

    @cached_property
    def grid(self) -> Floats:
        """From 0 to above every likeliest tau squared: no variance can exceed all squared deviations together."""
        deviations = self.values - self.values.dot(self._ones) / self.values.size
        highest, lowest = float(deviations.dot(deviations)), float(self.variances[0]) / 16
        if highest <= lowest:
            return np.array([0.0, highest])
        decades = math.log10(highest / lowest)
        steps = min(int(STEPS_A_DECADE * decades) + 2, MOST_STEPS)
        powers = np.arange(-1.0, steps) * (decades * (1 + 1e-9) / (steps - 1))
        grid: Floats = lowest * 10**powers
        grid[0], grid[-1] = 0.0, highest * (1 + 1e-9)
        return grid

    @cached_property
    def scan(self) -> Weighted:
        """The sums on the grid: where every root lies, roughly."""
        return self.at(self.grid)

    def estimate(self, method: Tau2) -> float:
        """Tau squared, never below 0.

        - REML: the highest restricted likelihood, ML: the highest likelihood; of several maxima the highest.
        - PM: where Q with these weights is what chance makes it, k - 1. Paule & Mandel 1982.
        - DL: one step of that from 0. DerSimonian & Laird 1986, doi:10.1016/0197-2456(86)90046-2.
        - common: 0, by assumption.
        """
        df = self.values.size - 1
        if method == "common":
            return 0.0
        if method == "PM":
            return self.where_q_is(df)
        if method == "DL":
            return max(0.0, float((self.scan.q[0] - df) / self.scan.trace[0]))
        return self._likeliest(restricted=method == "REML")

    def where_q_is(self, target: float) -> float:
        """Where Q falls to the target; 0 where it is below it from the beginning.

        1 / Q rises and bends downwards (it is a harmonic mean of straight lines), so Newton's steps on it, once left of
        the root, never pass it, and need no interval to be kept in.
        """
        left = int((self.scan.q > target).sum())
        if not left:
            return 0.0
        tau2 = floor = float(self.grid[left - 1])
        for _ in range(MOST_TURNS):
            _, _, _, z, q = self._weighed(tau2)
            step = float(q * (q / target - 1) / z.dot(z))
            tau2 = max(tau2 + step, floor)
            if abs(step) <= CONVERGED * tau2:
                break
        return tau2

    def _likeliest(self, *, restricted: bool) -> float:
        score = _restricted_score if restricted else _score
        rises = score(self.scan)[0] > 0
        # A maximum lies where the score changes from rising to falling; at 0 where it falls from the beginning.
        ends = np.flatnonzero(rises[:-1] & ~rises[1:]).tolist()
        found = [self._refined(score, at) for at in ends] + ([] if rises[0] else [0.0])
        if len(found) == 1:
            return found[0]
        return max(found, key=lambda tau2: self.log_likelihood(tau2, restricted=restricted))

    def _refined(self, score: Callable[[Weighted], tuple[Sums, Sums]], at: int) -> float:
        """The root between two points of the grid: Newton, kept between the ends."""
        low, high = (float(end) for end in self.grid[at : at + 2])
        (rises, falls), _ = score(Weighted(*(sums[at : at + 2] for sums in self.scan)))
        tau2 = low + (high - low) * float(rises / (rises - falls))
        for _ in range(MOST_TURNS):
            value, slope = (float(one) for one in score(self.at(tau2)))
            low, high = (tau2, high) if value > 0 else (low, tau2)
            newton = tau2 - value / slope if slope < 0 else np.inf
            new = newton if low <= newton <= high else (low + high) / 2
            if abs(new - tau2) <= CONVERGED * new:
                return float(new)
            tau2 = float(new)
        return tau2

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        """The logarithm of the likelihood at tau2, with the constant that R's metafor gives it."""
        here, k = self.at(tau2), self.values.size
        value = -(k * np.log(2 * np.pi) + np.log(self.variances + tau2).sum() + here.q) / 2
        if restricted:
            value += (np.log(2 * np.pi) + np.log(k) - np.log(here.total)) / 2
        return float(value)


def _restricted_score(at: Weighted) -> tuple[Sums, Sums]:
    """Twice the slope of the restricted likelihood, y'PPy - tr P, and its own slope."""
    share = at.squares / at.total
    return at.q2 - at.trace, at.squares - 2 * at.cubes / at.total + share**2 - 2 * at.q3


def _score(at: Weighted) -> tuple[Sums, Sums]:
    """Twice the slope of the likelihood whose middle is the weighted mean, and its own slope."""
    return at.q2 - at.total, at.squares - 2 * at.q3
