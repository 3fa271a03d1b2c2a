"""Weibull proportional hazards for events that are seen at visits, or on their day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from remission.stats.interval.baselines import Baseline
from remission.stats.interval.model_rows import IntervalModelRows
from remission.stats.interval.proportional import IntervalFit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def interval_weibull(
    last_free: ArrayLike,
    seen: ArrayLike,
    covariates: Mapping[str, ArrayLike] | None = None,
    *,
    weight: ArrayLike | None = None,
) -> IntervalFit:
    """The hazard is that of a Weibull distribution, times a ratio for each unit of each column.

    Each event is after `last_free` and by `seen`; on that day if both are one; never seen if `seen` is infinity. By
    maximum likelihood, with errors by the information observed. `gamma` of the fit has the logarithm of the cumulative
    hazard at day 1, and the shape; the scale is exp(-gamma[0] / gamma[1]).

    last_free, seen: days, shape (n,); covariates: numbers by name, shape (n,), NaN where missing: such rows are left
    out and counted; weight: positive, as of so many like rows. ValueError for others; NotEstimable (a ValueError) says
    in words why there is no finite estimate. Odell, Anderson & D'Agostino 1992, doi:10.2307/2532360. Pinned to
    `survreg(Surv(type = "interval2"), dist = "weibull")` of R, as proportional hazards.

    >>> fit = interval_weibull([0, 3, 5, 9, 2, 7], [3, 6, 9, float("inf"), 5, 12], {"arm": [1, 0, 1, 0, 1, 0]})
    >>> round(float(fit.coefficients[0]), 3), round(float(fit.gamma[1]), 3)
    (1.861, 2.467)
    """
    rows = IntervalModelRows.of(last_free, seen, covariates, weight)
    return IntervalFit.of(rows, Baseline(), "Weibull proportional hazards for intervals")
