"""A model of proportional hazards for events seen at visits, fitted: what its likelihood is largest at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from remission.stats.interval.baselines import Baseline
from remission.stats.interval.hazard_likelihood import HazardLikelihood
from remission.stats.interval.model_rows import IntervalModelRows
from remission.stats.regression.likelihoods.newton import Maximum
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.time_at_risk import Floats

# So much further in log hazard, a likelihood that has a top has fallen, and one that has none has not.
FAR = 30.0
NOT_FALLEN = 1e-9
# Least information, as a share of that at the start, below which it is asked whether there is a top at all.
VANISHED = 1e-6
SHAPE = "the shape of the baseline hazard"


@dataclass(frozen=True, eq=False)
class IntervalFit:
    """A fitted model; coefficients are logarithms of hazard ratios for one unit of their column.

    coefficients, covariance: of the columns, shape (p,) and (p, p); gamma: those of the baseline, for 1, log of days
    and a column for each inner knot; whole_covariance: of gamma and then the coefficients.
    """

    names: tuple[str, ...]
    coefficients: Floats
    gamma: Floats
    whole_covariance: Floats
    log_likelihood: float
    baseline: Baseline
    rows: IntervalModelRows
    method: str

    @classmethod
    def of(cls, rows: IntervalModelRows, baseline: Baseline, method: str) -> IntervalFit:
        """By Newton's steps from a constant hazard; NotEstimable where no coefficients make the likelihood largest."""
        likelihood = HazardLikelihood.of(rows, baseline)
        _check_independent(likelihood)
        found = Maximum.of(likelihood, likelihood.start)
        _check_finite(likelihood, found)
        beta, back = likelihood.unscaled(found.beta)
        covariance = back @ np.linalg.inv(found.slopes.information) @ back.T
        k = beta.size - len(rows.names)
        return cls(
            rows.names,
            beta[k:],
            beta[:k],
            covariance,
            found.slopes.value,
            baseline,
            rows,
            f"{method}{rows.left_out}",
        )

    @property
    def covariance(self) -> Floats:
        """Of the coefficients, shape (p, p): the inverse of the information observed."""
        return self.whole_covariance[self.gamma.size :, self.gamma.size :]

    @property
    def standard_errors(self) -> Floats:
        """Of the coefficients, shape (p,)."""
        return np.asarray(np.sqrt(self.covariance.diagonal()))

    @property
    def n(self) -> int:
        """Rows in the model."""
        return self.rows.n

    @property
    def events(self) -> int:
        """Rows with the event."""
        return self.rows.events

    def free_after(self, days: Sequence[float], pattern: Mapping[str, float]) -> Floats:
        """The share free of the event after each day, above 0, of who has this value in each column."""
        columns = self.baseline.columns(np.log(np.asarray(days, dtype=np.float64)))
        eta = columns @ self.gamma + sum(pattern[name] * beta for name, beta in self._by_name())
        return np.asarray(np.exp(-np.exp(eta)))

    def _by_name(self) -> list[tuple[str, float]]:
        return list(zip(self.names, self.coefficients.tolist(), strict=True))


def _check_independent(likelihood: HazardLikelihood) -> None:
    """NotEstimable where a column says nothing that those before it did not say."""
    values, names = likelihood.rows.values, likelihood.rows.names
    about = values - values.mean(axis=0)
    repeated = [
        name
        for place, name in enumerate(names)
        if np.linalg.matrix_rank(about[:, : place + 1]) < np.linalg.matrix_rank(about[:, :place]) + 1
    ]
    if repeated:
        raise NotEstimable(
            [f"{name} says nothing that the columns before it did not say: leave it out" for name in repeated]
        )


def _check_finite(likelihood: HazardLikelihood, found: Maximum) -> None:
    """NotEstimable names what can grow without end, as the likelihood is concave: it does not fall far out."""
    for direction in _directions(found):
        moved = np.concatenate((likelihood.low @ direction, likelihood.high @ direction))
        span = float(np.ptp(moved)) if np.isfinite(moved).all() else 0.0
        if span <= 0:
            continue
        further = likelihood.at(found.beta + direction * (FAR / span)).value
        if further >= found.slopes.value - NOT_FALLEN * (1 + abs(found.slopes.value)):
            raise _without_end(likelihood.rows, direction)
    if not found.arrived:
        raise NotEstimable(["the search for the largest likelihood did not end: try fewer columns or knots"])


def _directions(found: Maximum) -> list[Floats]:
    least, directions = np.linalg.eigh(found.slopes.information)
    if found.arrived and least[0] > VANISHED * np.linalg.eigvalsh(found.start.information)[0]:
        return []
    return [found.step, directions[:, 0], -directions[:, 0], found.beta]


def _without_end(rows: IntervalModelRows, direction: Floats) -> NotEstimable:
    share = np.abs(direction) / np.abs(direction).max()
    k = direction.size - len(rows.names)
    names = [name for name, one in zip(rows.names, share[k:], strict=True) if one > 1e-3]
    if not names:
        return NotEstimable([f"{SHAPE} has no finite estimate: too few different intervals have an event; pool them"])
    said = ", ".join(names)
    return NotEstimable(
        [f"{said} can grow without end in hazard ratio: some level has no event, or all; merge levels or leave it out"],
        names,
    )
