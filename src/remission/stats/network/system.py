"""The contrasts of a network as a linear system: a block a trial, all of one size.

A trial knows nothing of another's errors, so that no matrix over all trials is ever turned: small ones are, side by
side. What a trial has less than the largest is filled with rows that say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

if TYPE_CHECKING:
    from remission.stats.network.contrasts import Contrasts, Floats

# Steps of the search for changes of sign of the score; refining does the rest.
STEPS = 24
CLOSE = 1e-14


@dataclass(frozen=True, eq=False)
class System:
    """Values (k, a), design without the reference (k, a, q), covariance within (k, a, a), and what tau squared adds.

    `rows` of it are contrasts.
    """

    values: Floats
    design: Floats
    within: Floats
    between: Floats
    rows: int

    @classmethod
    def of(
        cls, trials: Contrasts, reference: str, *, column: Floats | None = None, values: Floats | None = None
    ) -> System:
        """The system of a network; with one column more of the design, or other values, one a contrast."""
        flat = np.delete(trials.design(), trials.names.index(reference), axis=1)
        flat = flat if column is None else np.column_stack([flat, column])
        held = list(trials.of_study.values())
        size = max(map(len, held))
        at = np.array([[*rows, *[-1] * (size - len(rows))] for rows in held])
        there = at >= 0
        both = there[:, :, None] & there[:, None, :]
        same = np.eye(size, dtype=bool)[None]
        shared = np.asarray(trials.shared, np.float64)[at[:, 0], None, None]
        variances = np.where(there, trials.variances[at], 1.0)[:, :, None]
        within = np.where(same, variances, np.where(both, shared, 0.0))
        told = np.where(there, (trials.values if values is None else values)[at], 0.0)
        between = np.where(both, np.where(same, 1.0, 0.5), 0.0)
        return cls(told, np.where(there[:, :, None], flat[at], 0.0), within, between, len(trials.studies))

    @property
    def df(self) -> int:
        """Contrasts less parameters."""
        return int(self.rows - self.design.shape[-1])

    def solved(self, tau2: float) -> tuple[Floats, Floats]:
        """The effects at one tau squared, and their covariance."""
        weighted, covariance = self._weighted(self._weights(tau2))
        return covariance @ np.tensordot(weighted, self.values, axes=([0, 1], [0, 1])), covariance

    def q(self, effects: Floats) -> float:
        """Squared distances from these effects, weighted as if studies differed by chance alone."""
        residual = self.values - self.design @ effects
        return float((residual * (np.linalg.inv(self.within) @ residual[:, :, None])[:, :, 0]).sum())

    def restricted_maximum(self) -> float:
        """Tau squared at the highest restricted likelihood, never below 0; of several maxima the highest."""
        if not self.df:
            return 0.0
        real = self.between.diagonal(axis1=1, axis2=2) > 0
        variances = self.within.diagonal(axis1=1, axis2=2)[real]
        highest = max(float(np.var(self.values[real])) * self.rows, float(variances.max()), 1e-12)
        # Contrasts written from opposite sides look alike where they differ most: the top may lie further out.
        while self._score(4 * highest) > 0:
            highest *= 4
        grid = [0.0, *np.geomspace(float(variances.min()) * 1e-3, 4 * highest, STEPS)]
        scores = [self._score(at) for at in grid]
        found = [0.0] if scores[0] <= 0 else []
        for at in range(STEPS):
            if scores[at] > 0 >= scores[at + 1]:
                found.append(float(brentq(self._score, grid[at], grid[at + 1], xtol=CLOSE, rtol=1e-15)))
        return max(found, key=self._restricted) if len(found) != 1 else found[0]

    def _weights(self, tau2: float) -> Floats:
        return np.asarray(np.linalg.inv(self.within + tau2 * self.between), np.float64)

    def _weighted(self, weights: Floats) -> tuple[Floats, Floats]:
        """The design by its weights, and the covariance of the effects."""
        weighted = weights @ self.design
        covariance = np.linalg.inv(np.tensordot(self.design, weighted, axes=([0, 1], [0, 1])))
        return weighted, (covariance + covariance.T) / 2

    def _score(self, tau2: float) -> float:
        """The slope of twice the restricted log likelihood: y'PGPy - tr(PG)."""
        weights = self._weights(tau2)
        weighted, covariance = self._weighted(weights)
        effects = covariance @ np.tensordot(weighted, self.values, axes=([0, 1], [0, 1]))
        pulled = (weights @ (self.values - self.design @ effects)[:, :, None])[:, :, 0]
        spent = np.tensordot(weighted, self.between @ weighted, axes=([0, 1], [0, 1]))
        drawn = (pulled * (self.between @ pulled[:, :, None])[:, :, 0]).sum()
        return float(drawn - (weights * self.between).sum() + (covariance * spent).sum())

    def _restricted(self, tau2: float) -> float:
        spread = self.within + tau2 * self.between
        weights = self._weights(tau2)
        effects, covariance = self.solved(tau2)
        residual = self.values - self.design @ effects
        distance = (residual * (weights @ residual[:, :, None])[:, :, 0]).sum()
        return -float(np.linalg.slogdet(spread)[1].sum() - np.linalg.slogdet(covariance)[1] + distance)
