"""Tests whose statistic is chi-squared where nothing differs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincc

from remission.stats.estimates import TestResult
from remission.stats.intervals import normal_tails

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats


class ChiSquared:
    """A statistic, or a slope with its variance, as a test result."""

    @staticmethod
    def of(statistic: float, df: int, method: str) -> TestResult:
        """The upper tail beyond a statistic; that of one degree of freedom is exact far out."""
        if df == 1:
            return TestResult(statistic, df, normal_tails(math.sqrt(max(statistic, 0.0))), method)
        return TestResult(statistic, df, float(gammaincc(df / 2, statistic / 2)), method)

    @staticmethod
    def of_quadratic(value: Floats, variance: Floats, method: str, otherwise: str) -> TestResult:
        """value' variance^-1 value, shape (p,) and (p, p); where the variance has no inverse, none, and why not."""
        if not np.isfinite(variance).all() or np.linalg.matrix_rank(variance) < value.size:
            return TestResult(math.nan, None, math.nan, f"{method}: not estimable, {otherwise}")
        return ChiSquared.of(float(value @ np.linalg.solve(variance, value)), value.size, method)
