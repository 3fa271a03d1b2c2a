"""A proportion with its confidence interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.intervals import normal_quantile

ProportionInterval = Literal["wilson", "clopper-pearson"]


def estimate_proportion(
    numerator: int, denominator: int, level: float = 0.95, method: ProportionInterval = "wilson"
) -> Estimates:
    """The share numerator / denominator with a Wilson or Clopper-Pearson interval.

    - wilson: the values p0 for which (p - p0) / sqrt(p0 (1 - p0) / n) stays within the normal quantile; close to its
      level on average.
    - clopper-pearson: both one-sided exact binomial tests at (1 - level) / 2; at least its level always, so wider.

    A share of nobody is null. ValueError for counts that are negative or more than the denominator, an unknown method
    or level. Wilson 1927, doi:10.1080/01621459.1927.10502953; Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404.
    Pinned to `prop.test(correct = FALSE)` and `binom.test` of R.

    >>> share = estimate_proportion(21, 23, level=0.90, method="clopper-pearson").rows()[0]
    >>> [round(100 * share[limit], 1) for limit in ("low", "high")]
    [75.1, 98.4]
    """
    if method not in _INTERVALS:
        raise ValueError(f"method must be one of {', '.join(_INTERVALS)}, found {method!r}")
    if not 0 <= numerator <= denominator:
        raise ValueError(f"numerator must lie between 0 and the denominator {denominator}, found {numerator}")
    name, limits = _INTERVALS[method]
    row: dict[str, object] = {"what": "proportion", "level": level, "scale": "linear", "unit": "proportion"}
    row |= {
        "n": denominator,
        "numerator": numerator,
        "denominator": denominator,
        "method": f"proportion, {name} interval",
    }
    if denominator == 0:
        return Estimates.of([row | {"absent_reason": NOT_ESTIMABLE}])
    low, high = limits(numerator, denominator, level)
    return Estimates.of([row | {"value": numerator / denominator, "low": low, "high": high}])


def _wilson(x: int, n: int, level: float) -> tuple[float, float]:
    z = normal_quantile(level)
    p, shift = x / n, z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = ((p + shift + side * spread) / (1 + 2 * shift) for side in (-1, 1))
    # Exactly 0 and 1 at the ends, where the formula leaves a rounding error.
    return low if x > 0 else 0.0, high if x < n else 1.0


def _clopper_pearson(x: int, n: int, level: float) -> tuple[float, float]:
    # Imported here because it takes longer than any curve, and curves need no interval of this kind.
    from scipy.special import betaincinv

    normal_quantile(level)  # for its check of the level
    tail = (1 - level) / 2
    low = float(betaincinv(x, n - x + 1, tail)) if x > 0 else 0.0
    high = float(betaincinv(x + 1, n - x, 1 - tail)) if x < n else 1.0
    return low, high


_INTERVALS: dict[ProportionInterval, tuple[str, Callable[[int, int, float], tuple[float, float]]]] = {
    "wilson": ("Wilson", _wilson),
    "clopper-pearson": ("Clopper-Pearson", _clopper_pearson),
}
