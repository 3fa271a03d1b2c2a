"""One answer from several sets of filled-in values: Rubin's rules."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from remission.stats.intervals import normal_quantile


@dataclass(frozen=True)
class Pooled:
    """The mean of `imputations` answers; `within` and `between` are variances, `df` the degrees of freedom of t."""

    value: float
    within: float
    between: float
    df: float
    imputations: int

    @property
    def error(self) -> float:
        """The standard error: what people vary within a set, and what sets vary, the more the fewer they are."""
        return math.sqrt(self.within + (1 + 1 / self.imputations) * self.between)

    @property
    def share_missing(self) -> float:
        """How much of the variance is because values lacked; 0 to 1."""
        total = self.error**2
        return (1 + 1 / self.imputations) * self.between / total if total else 0.0

    def quantile(self, level: float) -> float:
        """How many standard errors lie between the value and each limit."""
        normal = normal_quantile(level)
        return normal if math.isinf(self.df) else float(stdtrit(self.df, (1 + level) / 2))


def pool_imputations(values: ArrayLike, errors: ArrayLike, *, complete_df: float = math.inf) -> Pooled:
    """The answers of sets of filled-in values as one, with an error that knows that they were filled in.

    values, errors: on a scale where errors are normal (logarithms of ratios), shape (m,), m of two or more. NaN where
    any of them is. complete_df: degrees of freedom if nothing had lacked; large samples have no limit. ValueError for
    shapes that differ, or fewer than two. Rubin 1987, doi:10.1002/9780470316696, chapter 3; degrees of freedom with
    complete_df: Barnard & Rubin 1999, doi:10.1093/biomet/86.4.948. Pinned to R, written out.

    >>> told = pool_imputations([1.0, 1.2, 1.4], [0.3, 0.3, 0.3])
    >>> round(told.value, 3), round(told.within, 3), round(told.between, 3), round(told.df, 2)
    (1.2, 0.09, 0.04, 14.45)
    """
    given, spread = np.asarray(values, np.float64), np.asarray(errors, np.float64)
    if given.ndim != 1 or given.shape != spread.shape or given.size < 2:
        raise ValueError(f"two values or more, and as many errors: found {given.shape} and {spread.shape}")
    m = given.size
    value, within = float(given.mean()), float(np.mean(spread**2))
    # Sums of the same number differ in the last digit: that is no difference between sets.
    between = 0.0 if float(np.ptp(given)) <= 1e-12 * abs(value) else float(given.var(ddof=1))
    if not math.isfinite(value + within):
        return Pooled(math.nan, math.nan, math.nan, math.nan, m)
    added = (1 + 1 / m) * between
    df = (m - 1) * (1 + within / added) ** 2 if added else math.inf
    if math.isfinite(complete_df):
        observed = (complete_df + 1) / (complete_df + 3) * complete_df * within / (within + added)
        df = 1 / (1 / df + 1 / observed)
    return Pooled(value, within, between, df, m)
