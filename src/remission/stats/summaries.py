"""Summaries of a column of numbers: median with quartiles or with range. Missing values are left out and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.estimates import NOT_ESTIMABLE, Estimates

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats


def quantiles(values: ArrayLike, probabilities: Sequence[float]) -> Floats:
    """Quantiles by linear interpolation between order statistics (type 7 of Hyndman & Fan), missing values left out.

    NaN where there is no value. ValueError for a probability outside 0 to 1.
    Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566. Pinned to `quantile` of R.

    >>> quantiles([-1.5, -0.5, 0.0, float("nan"), -1.0], [0.25, 0.5, 0.75]).tolist()
    [-1.125, -0.75, -0.375]
    """
    if wrong := [probability for probability in probabilities if not 0 <= probability <= 1]:
        raise ValueError(f"probabilities must lie between 0 and 1, found {wrong}")
    known = _known(values)
    if not known.size:
        return np.full(len(probabilities), np.nan)
    return np.quantile(known, np.asarray(probabilities, dtype=np.float64))


def estimate_median_iqr(values: ArrayLike, what: str = "median", unit: str | None = None) -> Estimates:
    """The median, with the quartiles as low and high; missing values (NaN) are left out.

    `numerator` is how many values are known, `denominator` how many there could be.

    >>> estimate_median_iqr([2.0, 4.0, 5.0, 9.0]).frame.select("value", "low", "high", "n").row(0)
    (4.5, 3.5, 6.0, 4)
    """
    return _spread(values, (0.25, 0.5, 0.75), {"what": what, "unit": unit, "method": "median and quartiles (type 7)"})


def estimate_median_range(values: ArrayLike, what: str = "median", unit: str | None = None) -> Estimates:
    """The median, with the smallest and largest as low and high; missing values (NaN) are left out.

    >>> estimate_median_range([12, 60, 64, 72], unit="months").frame.select("value", "low", "high").row(0)
    (62.0, 12.0, 72.0)
    """
    return _spread(values, (0.0, 0.5, 1.0), {"what": what, "unit": unit, "method": "median and range"})


def _spread(values: ArrayLike, probabilities: Sequence[float], labels: dict[str, str | None]) -> Estimates:
    known, everybody = _known(values).size, np.asarray(values).size
    row: dict[str, object] = {**labels, "scale": "linear", "n": known, "numerator": known, "denominator": everybody}
    if not known:
        return Estimates.of([row | {"absent_reason": NOT_ESTIMABLE}])
    low, median, high = quantiles(values, probabilities).tolist()
    return Estimates.of([row | {"value": median, "low": low, "high": high}])


def _known(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64).ravel()
    return array[~np.isnan(array)]
