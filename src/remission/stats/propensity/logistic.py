"""How likely was the treatment, by what was known before it? Logistic regression, with a ridge if it is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, xlog1py, xlogy

from remission.stats.regression.covariates import Covariates
from remission.stats.regression.refusals import NotEstimable

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_STEPS, MOST_HALVINGS = 100, 30
STILL = 1e-10
# A fitted chance that near to 0 or 1 without a ridge means that a column tells the groups apart.
CERTAIN = 1e-8
APART = (
    "columns tell the groups apart: somebody had no chance of the other treatment. Take out the column, leave those "
    "people out, or name a ridge"
)


@dataclass(frozen=True, eq=False)
class Propensity:
    """Chances of treatment, shape (n,), with the coefficients behind: the intercept first, then the columns."""

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    scores: Floats
    treated: Flags
    log_likelihood: float
    ridge: float
    method: str

    @property
    def logits(self) -> Floats:
        """Log odds of the chances."""
        return np.asarray(np.log(self.scores) - np.log1p(-self.scores))


def fit_propensity(
    treated: ArrayLike, columns: Mapping[str, ArrayLike], *, weight: ArrayLike | None = None, ridge: float = 0.0
) -> Propensity:
    """Chances of treatment by maximum likelihood; `ridge` pulls coefficients to 0, of columns in standard deviations.

    treated: bool, shape (n,); columns: numbers by name, shape (n,), without missing values; weight: positive.
    ValueError for arrays that do not fit; NotEstimable where nobody or everybody was treated, a column never changes,
    or columns tell the groups apart so that no chance is left (a ridge then still has an answer, and is named).
    Pinned to `glm(binomial)` of R.

    >>> found = fit_propensity([True, False, True, False, True, False], {"age": [50, 40, 45, 48, 38, 35]})
    >>> found.scores.round(2).tolist()
    [0.71, 0.42, 0.57, 0.65, 0.36, 0.28]
    """
    given = np.asarray(treated)
    if given.dtype != np.bool_:
        raise ValueError(f"treated must be true or false, found {given.dtype}")
    arrays, complete = Covariates.checked(columns)
    if not complete.all():
        raise ValueError(f"{np.count_nonzero(~complete):,} rows lack a covariate: leave them out, or fill them in")
    if given.all() or not given.any():
        raise NotEstimable(["nobody to compare with: all of them, or none, were treated"])
    values = Covariates.of(arrays, None).values
    centre, spread = values.mean(axis=0), values.std(axis=0)
    weights = np.ones(given.size) if weight is None else np.asarray(weight, dtype=np.float64)
    design = np.column_stack((np.ones(given.size), (values - centre) / spread))
    found = _climbed(design, given.astype(np.float64), weights, ridge)
    scores = expit(design @ found)
    if not ridge and min(scores.min(), 1 - scores.max()) < CERTAIN:
        raise NotEstimable([APART])
    information = (design.T * (weights * scores * (1 - scores))) @ design + _penalty(design.shape[1], ridge)
    # Back from standard deviations to the units of the columns.
    back = np.vstack((np.append(1.0, -centre / spread), np.column_stack((
        np.zeros(len(arrays)), np.diag(1 / spread)))))  # fmt: skip
    method = "logistic regression" + (f" with a ridge of {ridge:g}" if ridge else "")
    covariance: Floats = np.asarray(back @ np.linalg.inv(information) @ back.T, np.float64)
    return Propensity(
        ("intercept", *arrays), back @ found, covariance, scores, given,
        _value(design, given.astype(np.float64), weights, 0.0, found), ridge, method,
    )  # fmt: skip


def _climbed(design: Floats, y: Floats, weight: Floats, ridge: float) -> Floats:
    at = np.zeros(design.shape[1])
    penalty = _penalty(design.shape[1], ridge)
    here = _value(design, y, weight, ridge, at)
    for _ in range(MOST_STEPS):
        p = expit(design @ at)
        slope = design.T @ (weight * (y - p)) - penalty @ at
        information = (design.T * (weight * p * (1 - p))) @ design + penalty
        try:
            step = np.linalg.solve(information, slope)
        except np.linalg.LinAlgError:
            raise NotEstimable(["columns say the same as others, or tell the groups apart"]) from None
        for _ in range(MOST_HALVINGS):
            there = _value(design, y, weight, ridge, at + step)
            if there >= here - 1e-12 * abs(here):
                break
            step = step / 2
        at, here = at + step, there
        if np.abs(step).max() < STILL:
            return np.asarray(at)
        if not ridge and np.abs(at).max() > 1e3:
            break
    raise NotEstimable([APART])


def _value(design: Floats, y: Floats, weight: Floats, ridge: float, at: Floats) -> float:
    p = expit(design @ at)
    return float(weight @ (xlogy(y, p) + xlog1py(1 - y, -p)) - ridge / 2 * at[1:] @ at[1:])


def _penalty(size: int, ridge: float) -> Floats:
    """On every coefficient but the intercept's."""
    return np.diag(np.append(0.0, np.full(size - 1, ridge)))
