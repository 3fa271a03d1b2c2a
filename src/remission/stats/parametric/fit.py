"""A shape fitted to who had the event when, and what it says of years before and after the last that anybody saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from remission.stats.intervals import normal_quantile
from remission.stats.parametric.likelihood import Likelihood, RowsOfYears
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.time_at_risk import TimeAtRisk

if TYPE_CHECKING:
    from remission.stats.parametric.shape import Shape
    from remission.stats.survival.time_at_risk import Floats

MOST_STEPS = 60
# A Newton step is so small at the top that the answer has all digits that the differences give.
ARRIVED = 1e-9
# Farther out than that a number runs to infinity: the likelihood rises without end.
FARTHEST = 30.0


@dataclass(frozen=True, eq=False)
class Fit:
    """A shape with its numbers `at`, their covariance, and how likely the rows are with them.

    `at`: shape (k,); `covariance`: (k, k), by the information observed, or between clusters where rows have them.
    """

    shape: Shape
    at: Floats
    covariance: Floats
    log_likelihood: float
    n: int
    events: float
    method: str

    @property
    def errors(self) -> Floats:
        """Standard errors of the numbers."""
        return np.sqrt(self.covariance.diagonal())

    @property
    def aic(self) -> float:
        """Akaike's criterion: how well it fits the years seen. It says nothing of the others."""
        return 2 * self.at.size - 2 * self.log_likelihood

    def survival(self, years: ArrayLike) -> Floats:
        """The share still free at each number of years."""
        return np.exp(-self.shape.cumulative(np.asarray(years, np.float64), self.at))

    def hazard(self, years: ArrayLike) -> Floats:
        """The risk in a year at each number of years above 0."""
        return np.exp(self.shape.log_hazard(np.asarray(years, np.float64), self.at))

    def limits(self, years: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
        """Limits of the share free, by the delta method on the log cumulative hazard; NaN at 0 years.

        They hold if the shape is the true one, and after the last year seen nobody can know that: the shapes beside
        each other say more than the limits of one.
        """
        wanted = np.asarray(years, np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            reached = self.shape.cumulative(wanted, self.at)
            by_log = self.shape.slopes(wanted, self.at)[1] / reached[:, None]
            half = normal_quantile(level) * np.sqrt(np.einsum("ni,ij,nj->n", by_log, self.covariance, by_log))
            return np.exp(-reached * np.exp(half)), np.exp(-reached * np.exp(-half))


def fit_shape(
    shape: Shape,
    exit: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    background: ArrayLike | None = None,
) -> Fit:
    """The numbers of a shape under which what was seen is most likely.

    exit, entry: whole days, shape (n,); event: bool; weight: positive, as of so many like rows; cluster: labels of rows
    that belong together, for errors between clusters; background: the hazard in a year that each row has on the day it
    ends anyway, such as that of dying in the general population: the shape is then of what comes on top of it.

    ValueError for arrays that do not fit; NotEstimable (a ValueError) says in words why there is no finite estimate.
    Pinned to `survreg` of R and to likelihoods written out in R.

    >>> from remission.stats.parametric.families.exponential import Exponential
    >>> fit = fit_shape(Exponential(), [365, 731, 1096, 1461], [True, False, True, False])
    >>> round(float(np.exp(fit.at[0])), 4), round(float(fit.survival(5)), 3)
    (0.2, 0.368)
    """
    rows = TimeAtRisk.of(exit, event, entry, weight, cluster)
    return _fitted(shape, rows, _anyway(background, exit, entry))


def _anyway(background: ArrayLike | None, exit: ArrayLike, entry: ArrayLike | None) -> Floats | None:
    if background is None:
        return None
    found = np.asarray(background, dtype=np.float64)
    if found.shape != np.shape(exit) or not (np.isfinite(found) & (found >= 0)).all():
        raise ValueError("background must be a hazard in a year for each row, from 0 on")
    return np.asarray(found[np.asarray(exit) > (0 if entry is None else np.maximum(np.asarray(entry), 0))])


def _fitted(shape: Shape, rows: TimeAtRisk, background: Floats | None) -> Fit:
    weight = np.ones(rows.n) if rows.weight is None else rows.weight
    events = float(weight[rows.event].sum())
    if reasons := _too_little(shape, rows):
        raise NotEstimable(reasons)
    different = RowsOfYears.of(rows, background)
    likelihood = Likelihood(shape, different)
    lived = float((different.years - different.entry) @ different.weight)
    at = max(_tops(likelihood, shape.starts(events / lived, float(different.years.max()))), key=likelihood.value)
    covariance: Floats = np.asarray(np.linalg.inv(likelihood.information(at)), np.float64)
    method = f"{shape.title}, maximum likelihood"
    if rows.cluster is not None:
        covariance, method = _between_clusters(likelihood, at, covariance), f"{method}, errors between clusters"
    if background is not None:
        method += ", on top of the background hazard"
    return Fit(shape, at, covariance, likelihood.value(at), rows.n, events, method)


def _too_little(shape: Shape, rows: TimeAtRisk) -> list[str]:
    if not rows.n:
        return ["nobody was followed"]
    times = len(np.unique(rows.exit[rows.event]))
    needed = len(shape.parameters)
    if times < needed:
        return [f"events on {times} days and {needed} numbers to find: take a shape with fewer"]
    return []


def _tops(likelihood: Likelihood, starts: Iterable[tuple[float, ...]]) -> list[Floats]:
    """The tops that the climbs from all starts reach; NotEstimable where none does."""
    found: list[Floats] = []
    reasons: list[str] = []
    for start in starts:
        try:
            found.append(_climbed(likelihood, np.array(start, np.float64)))
        except NotEstimable as nothing:
            reasons += nothing.reasons
    if not found:
        raise NotEstimable(list(dict.fromkeys(reasons)))
    return found


def _climbed(likelihood: Likelihood, start: Floats) -> Floats:
    """A rough way up by BFGS, and Newton's last steps."""
    # A wall of numbers, for BFGS takes no infinity.
    worst = 1e10

    def down(at: Floats) -> tuple[float, Floats]:
        value = likelihood.value(at)
        if not np.isfinite(value):
            return worst, np.zeros(at.size)
        slope = likelihood.slope(at)
        return (-value, -slope) if np.isfinite(slope).all() else (worst, np.zeros(at.size))

    at = np.asarray(minimize(down, start, jac=True, method="BFGS", options={"gtol": 1e-3, "maxiter": 200}).x)
    for _ in range(MOST_STEPS):
        if not np.isfinite(at).all() or np.abs(at).max() > FARTHEST:
            break
        step = _newton(likelihood, at)
        if step is None:
            break
        at = at + step
        if np.abs(step).max() < ARRIVED:
            return at
    names = likelihood.shape.parameters
    far = [name for name, value in zip(names, at, strict=True) if not abs(value) <= FARTHEST]
    raise NotEstimable([f"the likelihood rises without end{f' along {far[0]}' if far else ''}: these data cannot tell"])


def _newton(likelihood: Likelihood, at: Floats) -> Floats | None:
    """A step to the top, halved until it leads up; None where the ground is not that of a top."""
    slope, information = likelihood.slope(at), likelihood.information(at)
    if not (np.isfinite(slope).all() and np.isfinite(information).all()) or np.linalg.eigvalsh(information)[0] <= 0:
        return None
    step = np.linalg.solve(information, slope)
    here = likelihood.value(at)
    # Near the top what is won is lost in rounding.
    if np.abs(step).max() < 1e-6:
        return np.asarray(step)
    for _ in range(30):
        if likelihood.value(at + step) >= here:
            return np.asarray(step)
        step = step / 2
    return None


def _between_clusters(likelihood: Likelihood, at: Floats, covariance: Floats) -> Floats:
    """The sandwich: what clusters differ by around the top."""
    cluster = likelihood.rows.given.cluster
    assert cluster is not None
    labels, member = np.unique(cluster, return_inverse=True)
    scores = likelihood.scores(at)
    sums = np.stack([np.bincount(member, column, minlength=labels.size) for column in scores.T], axis=1)
    found: Floats = covariance @ (sums.T @ sums) @ covariance
    return found
