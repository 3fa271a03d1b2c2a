"""Spline proportional hazards (Royston and Parmar) for events that are seen at visits, or on their day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.interval.baselines import Baseline
from remission.stats.interval.model_rows import IntervalModelRows
from remission.stats.interval.proportional import IntervalFit
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Between the outer knots the hazard is looked at in so many places.
LOOKED_AT = 201


def interval_spline(
    last_free: ArrayLike,
    seen: ArrayLike,
    covariates: Mapping[str, ArrayLike] | None = None,
    *,
    knots: int | Sequence[float] = 1,
    weight: ArrayLike | None = None,
) -> IntervalFit:
    """The log cumulative hazard is a natural cubic spline of log time, plus a coefficient for each column.

    knots: days of all of them, the first and the last being those beyond which the spline is a line; or how many inner
    ones to put at quantiles of the logarithms of the middles of intervals with the event, the outer ones at the first
    and the last middle. The method names their days. All else as of `interval_weibull`, which it is without inner
    knots. NotEstimable also where the fitted cumulative hazard would fall between the outer knots.

    Royston & Parmar 2002, doi:10.1002/sim.1203. Pinned to R: the likelihood written out and climbed by `optim`.

    >>> fit = interval_spline([0, 3, 5, 9, 2, 7], [3, 6, 9, float("inf"), 5, 12], knots=(2, 5, 11))
    >>> fit.method
    'spline proportional hazards for intervals, knots on days 2, 5, 11'
    """
    rows = IntervalModelRows.of(last_free, seen, covariates, weight)
    baseline = Baseline(_placed(rows, knots) if isinstance(knots, int) else _given(knots))
    days = ", ".join(f"{knot:.4g}" for knot in baseline.knots)
    fit = IntervalFit.of(rows, baseline, f"spline proportional hazards for intervals, knots on days {days}")
    first, last = np.log(baseline.knots[0]), np.log(baseline.knots[-1])
    if not (baseline.slopes(np.linspace(first, last, LOOKED_AT)) @ fit.gamma > 0).all():
        raise NotEstimable([f"the fitted hazard would be negative between knots on days {days}: take fewer knots"])
    return fit


def _given(knots: Sequence[float]) -> tuple[float, ...]:
    days = tuple(float(knot) for knot in knots)
    if len(days) < 2 or not all(0 < one < other < np.inf for one, other in pairwise(days)):
        raise ValueError(f"knots must be two days or more above 0, ascending, found {list(knots)}")
    return days


def _placed(rows: IntervalModelRows, inner: int) -> tuple[float, ...]:
    if inner < 0:
        raise ValueError(f"knots must be days, or a number of inner knots from 0 on, found {inner}")
    logs = np.log(rows.middle)
    days = np.exp(np.quantile(logs, np.linspace(0, 1, inner + 2))).tolist()
    if len(set(days)) < len(days):
        raise NotEstimable([f"{inner} inner knots and too few different intervals with an event: take fewer knots"])
    return tuple(days)
