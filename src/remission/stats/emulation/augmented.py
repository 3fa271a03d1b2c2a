"""Groups compared with two models at once, one of treatment and one of the outcome: right if either of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.emulation.clones import Flags, Floats
from remission.stats.intervals import normal_quantile
from remission.stats.regression.covariates import Covariates
from remission.stats.regression.refusals import NotEstimable


@dataclass(frozen=True, eq=False)
class Augmented:
    """If everybody were treated less if nobody were: value, its error and limits; the two means; who moved it how much.

    influence: of each person on the value, with mean 0, shape (n,).
    """

    value: float
    error: float
    low: float
    high: float
    level: float
    treated: float
    others: float
    influence: Floats
    method: str


def augmented_difference(
    treated: ArrayLike, outcome: ArrayLike, scores: ArrayLike, columns: Mapping[str, ArrayLike], level: float = 0.95
) -> Augmented:
    """Augmented inverse-probability-weighted difference in the mean of an outcome, such as pseudo-observations.

    treated: bool, shape (n,); outcome: numbers, shape (n,); scores: each person's chance of treatment, between 0 and 1;
    columns: numbers by name for the outcome's linear model, fitted in each group by itself. Errors are the influence
    function's, over n, which hold where both models are right and are usual where one is.
    ValueError for arrays that do not fit; NotEstimable for a group with fewer people than columns.
    Robins, Rotnitzky & Zhao 1994, doi:10.1080/01621459.1994.10476818; Andersen, Syriopoulou & Parner 2017,
    doi:10.1002/sim.7297. Pinned to the formula written out in R.

    >>> treated = [True, False, True, False, True, False]
    >>> found = augmented_difference(treated, [5.0, 3, 4, 2, 6, 2.5], [0.5] * 6, {"age": [50, 40, 45, 48, 38, 35]})
    >>> round(found.value, 2), round(found.error, 2)
    (2.74, 0.44)
    """
    group, y, e = np.asarray(treated), np.asarray(outcome, np.float64), np.asarray(scores, np.float64)
    arrays, complete = Covariates.checked(columns)
    if group.dtype != np.bool_ or not group.shape == y.shape == e.shape == complete.shape:
        raise ValueError("treated must be true or false, and everything have one value a person")
    if not (complete.all() and np.isfinite(y).all() and ((e > 0) & (e < 1)).all()):
        raise ValueError("outcome and columns must be without missing values, and scores lie between 0 and 1")
    design = np.column_stack((np.ones(y.size), *arrays.values()))
    one, other = (_predicted(design, y, mine) for mine in (group, ~group))
    # What the model of the outcome predicts, mended by how far it was off for those treated, each of whom stands for
    # 1 / e people: right scores put a wrong prediction right, and right predictions leave on average nothing to mend.
    if_treated = one + group * (y - one) / e
    if_not = other + ~group * (y - other) / (1 - e)
    value = float((if_treated - if_not).mean())
    influence = if_treated - if_not - value
    error = float(np.sqrt((influence**2).sum()) / y.size)
    spread = normal_quantile(level) * error
    method = "augmented inverse probability weighting, linear models of the outcome in each group"
    means = float(if_treated.mean()), float(if_not.mean())
    return Augmented(value, error, value - spread, value + spread, level, *means, influence, method)


def _predicted(design: Floats, y: Floats, mine: Flags) -> Floats:
    # With as many coefficients as people each of them is predicted exactly, and nothing shows how far off that is.
    if mine.sum() <= design.shape[1]:
        raise NotEstimable([f"{mine.sum()} people in a group and {design.shape[1] - 1} columns: keep fewer columns"])
    # Columns that say the same as others change no prediction, so that the shortest of many answers will do.
    return np.asarray(design @ np.linalg.lstsq(design[mine], y[mine], rcond=None)[0])
