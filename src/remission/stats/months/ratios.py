"""Ratios and totals of monthly amounts, with limits that come from how much the months differ.

Amounts that are issued in lumps are not counts: no binomial or Poisson law holds for them, so the only honest sign of
their uncertainty is how much one month differs from the next. Months within a window are treated as exchangeable: a
trend within the window widens the interval (the safe side), months that follow one another closely narrow it, and what
no month shows (a factor, hidden supply) is not in it: `envelope` adds that by scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from remission.stats.intervals import normal_quantile

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

RATIO_METHOD = "ratio of totals, linearised variance between months, t interval; months taken as exchangeable"
TOTAL_METHOD = "mean month times months, t interval; months taken as exchangeable"
DIFFERENCE_METHOD = "difference of totals, Welch's t interval; months taken as exchangeable"

NO_DATA = "not estimable: no month with data"
NO_DENOMINATOR = "not estimable: the denominators do not add up to more than 0"
TOO_FEW_MONTHS = "not estimable: fewer than two months with data"
NO_VARIATION = "not estimable: the months do not differ"
NO_LIMITS = "not estimable"

# Residuals this small beside the amounts they come from are what rounding leaves.
ROUNDING = 1e-12


@dataclass(frozen=True)
class MonthlyLimits:
    """Values with limits from the variation between months; arrays of one shape, a NaN has a reason.

    `n` is the number of months with data, `error` the standard error: 0 where the months do not differ, which shows no
    uncertainty and therefore gives no limits, NaN where there is none.
    """

    value: Floats
    low: Floats
    high: Floats
    n: Counts
    error: Floats

    def absent_reasons(self) -> NDArray[np.object_]:
        """Why a value or its limits are NaN, for each; None where nothing is absent.

        >>> ratio_of_totals([[1.0, np.nan]], [[4.0, np.nan]]).absent_reasons().tolist()
        ['not estimable: fewer than two months with data']
        """
        reasons = np.full(self.value.shape, None, dtype=object)
        # From the general to the special: each line writes over what the ones before it said.
        reasons[np.isnan(self.low)] = NO_LIMITS
        reasons[np.isnan(self.low) & (self.error == 0)] = NO_VARIATION
        reasons[np.isnan(self.low) & (self.n == 1)] = TOO_FEW_MONTHS
        reasons[np.isnan(self.value)] = NO_LIMITS
        reasons[self.n == 0] = NO_DATA
        return reasons

    def cut(self, least: float, most: float) -> Self:
        """The same with limits no further than what is possible (0 and 1 for a share); the value stays as it is."""
        return replace(self, low=np.clip(self.low, least, most), high=np.clip(self.high, least, most))


@dataclass(frozen=True)
class RatioLimits(MonthlyLimits):
    """Ratios of totals; `numerator` and `denominator` are the totals of the months with both."""

    numerator: Floats
    denominator: Floats

    def absent_reasons(self) -> NDArray[np.object_]:
        """Why a ratio or its limits are NaN, for each; None where nothing is absent."""
        reasons = super().absent_reasons()
        reasons[(self.n > 0) & ~(self.denominator > 0)] = NO_DENOMINATOR
        return reasons


SomeLimits = TypeVar("SomeLimits", bound=MonthlyLimits)


def ratio_of_totals(numerators: ArrayLike, denominators: ArrayLike, level: float = 0.95) -> RatioLimits:
    """Total of the numerators over total of the denominators, with limits from the variation between months.

    With r = sum n / sum d over the m months that have both, and residuals e = n - r d, the linearised variance is
    m / (m - 1) sum e^2 / (sum d)^2, and the limits are those of t with m - 1 degrees of freedom. Unlike the mean of
    monthly ratios it is not moved by small months. Limits can pass what is possible: see `cut`.

    Where monthly ratios are lognormal and vary by 20 to 40 %, limits of 95 % hold 93 to 95 % of the time from 2 months
    to 24; where they vary by 80 %, 88 to 93 %.

    No ratio where the denominators do not add up to more than 0; no limits with fewer than two months, or where all
    months have the same ratio (R: an interval without width).

    numerators, denominators: shape (..., months), one unit each, NaN for months without data (left out in both);
    negative months (returns) are allowed. Returns arrays of shape (...). ValueError for shapes that differ, for
    infinities and for a level that is none.
    Cochran, Sampling Techniques, 3rd edition 1977, chapter 6. Pinned to `svyratio` of R's survey package (independent
    months of equal weight, drawn with replacement).

    >>> found = ratio_of_totals([[2.0, 3.0, 4.0, np.nan]], [[10.0, 10.0, 12.0, 11.0]])
    >>> [round(one.item(), 4) for one in (found.value, found.low, found.high)], found.n.item()
    ([0.2812, 0.1096, 0.4529], 3)
    """
    n, d = _paired(numerators, denominators)
    known = ~np.isnan(n)
    months = known.sum(axis=-1)
    numerator, denominator = np.nansum(n, axis=-1), np.nansum(d, axis=-1)
    value = np.divide(numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator > 0)
    # Residuals from the common ratio, and not from the mean month: the variance of a ratio is that of numerator less
    # ratio times denominator.
    expected = value[..., None] * d
    residuals = _unrounded(np.where(known, n - expected, 0.0), np.where(known, np.abs(n) + np.abs(expected), 0.0))
    error = np.sqrt(_over(months, months - 1) * (residuals**2).sum(axis=-1)) / np.where(
        np.isnan(value), np.nan, denominator
    )
    low, high = t_limits(value, error, months - 1, level)
    return RatioLimits(value, low, high, months, error, numerator, denominator)


def total_limits(amounts: ArrayLike, months: float, level: float = 0.95) -> MonthlyLimits:
    """Total of `months` months: the mean month times `months`, with a t interval from the variation between months.

    Months without data are taken to be like those with: `n` says how many there were.

    amounts: shape (..., months), NaN for months without data. Returns arrays of shape (...).
    Pinned to `t.test` of R.

    >>> found = total_limits([[9.0, 11.0, 10.0, np.nan]], months=12)
    >>> [round(one.item(), 1) for one in (found.value, found.low, found.high)]
    [120.0, 90.2, 149.8]
    """
    mean, variance, n = _moments(amounts)
    error = months * np.sqrt(variance)
    low, high = t_limits(months * mean, error, n - 1, level)
    return MonthlyLimits(months * mean, low, high, n, error)


def difference_of_totals(after: ArrayLike, before: ArrayLike, months: float, level: float = 0.95) -> MonthlyLimits:
    """Total of `months` months as they were `after`, minus that of `months` months `before`, with Welch's interval.

    The standard error is that of both means, variances not taken as equal, with Welch's degrees of freedom. No limits
    unless there are two months with data on both sides; `n` adds both sides.

    after, before: shape (..., months), the numbers of months may differ. Returns arrays of shape (...).
    Welch 1947, doi:10.1093/biomet/34.1-2.28. Pinned to `t.test` of R.

    >>> found = difference_of_totals([[12.0, 14.0, 13.0]], [[9.0, 11.0, 10.0]], months=12)
    >>> [round(one.item(), 1) for one in (found.value, found.low, found.high)]
    [36.0, 8.8, 63.2]
    """
    (mean, variance, n), (mean_before, variance_before, n_before) = _moments(after), _moments(before)
    both = variance + variance_before
    # Welch: two windows need not vary alike, and the freedom is between that of one and of both.
    shares = _over(variance, both) ** 2, _over(variance_before, both) ** 2
    freedom = _over(1, _over(shares[0], n - 1) + _over(shares[1], n_before - 1))
    value, error = months * (mean - mean_before), months * np.sqrt(both)
    low, high = t_limits(value, error, freedom, level)
    return MonthlyLimits(value, low, high, n + n_before, error)


def envelope(main: SomeLimits, *scenarios: SomeLimits) -> SomeLimits:
    """The main estimate with the lowest low and the highest high over it and the other scenarios.

    This is how a doubtful factor or hidden supply enters: one scenario for each extreme, no law of chance assumed. A
    scenario whose months do not differ enters with its value; where a scenario has no value, or too few months, there
    are no limits, and none where nothing varies at all.

    >>> main, most = ratio_of_totals([1.0, 2.0], [4.0, 4.0]), ratio_of_totals([2.0, 2.0], [4.0, 4.0])
    >>> [round(one.item(), 3) for one in (main.high, most.value, envelope(main, most).high)]
    [1.963, 0.5, 1.963]
    """
    every = (main, *scenarios)
    # A scenario whose months do not differ has no interval of its own; its value is still one that may be.
    low = np.min([np.where(one.error == 0, one.value, one.low) for one in every], axis=0)
    high = np.max([np.where(one.error == 0, one.value, one.high) for one in every], axis=0)
    nothing = ~(low < high)
    return replace(main, low=np.where(nothing, np.nan, low), high=np.where(nothing, np.nan, high))


def t_limits(value: Floats, error: Floats, freedom: ArrayLike, level: float) -> tuple[Floats, Floats]:
    """Value -/+ error times the quantile of t; NaN unless the error is above 0.

    value, error, freedom: shape (...). ValueError unless 0 < level < 1.

    >>> low, high = t_limits(np.array([1.0]), np.array([0.1]), [9], 0.95)
    >>> round(low.item(), 4), round(high.item(), 4)
    (0.7738, 1.2262)
    """
    normal_quantile(level)  # for its check of the level
    # No error means that months do not differ, not that nothing is in doubt: no limits then.
    half = np.where(error > 0, stdtrit(freedom, 1 - (1 - level) / 2) * error, np.nan)
    return value - half, value + half


def _finite(name: str, amounts: ArrayLike) -> Floats:
    found = np.asarray(amounts, dtype=np.float64)
    if np.isinf(found).any():
        raise ValueError(f"{name} must be finite, or NaN for a month without data")
    return found


def _paired(numerators: ArrayLike, denominators: ArrayLike) -> tuple[Floats, Floats]:
    n, d = _finite("numerators", numerators), _finite("denominators", denominators)
    if n.shape != d.shape:
        raise ValueError(f"as many numerators as denominators: {n.shape}, {d.shape}")
    # A month counts only with both: one side alone would move the ratio by whatever was not reported.
    unknown = np.isnan(n) | np.isnan(d)
    return np.where(unknown, np.nan, n), np.where(unknown, np.nan, d)


def _moments(amounts: ArrayLike) -> tuple[Floats, Floats, Counts]:
    """Mean over months, variance of that mean, and the number of months with data."""
    found = _finite("amounts", amounts)
    known = ~np.isnan(found)
    n = known.sum(axis=-1)
    mean = _over(np.nansum(found, axis=-1), n)
    apart = np.where(known, found - mean[..., None], 0.0)
    apart = _unrounded(apart, np.where(known, np.abs(found), 0.0))
    return mean, _over((apart**2).sum(axis=-1), n * (n - 1)), n


def _unrounded(residuals: Floats, amounts: Floats) -> Floats:
    """Residuals, but 0 where all of a window are no more than rounding leaves of the amounts."""
    most = np.abs(residuals).max(axis=-1, initial=0, keepdims=True)
    return np.where(most <= ROUNDING * amounts.max(axis=-1, initial=0, keepdims=True), 0.0, residuals)


def _over(above: ArrayLike, below: ArrayLike) -> Floats:
    """The quotient, NaN where there is nothing to divide by."""
    top, bottom = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    quotient: Floats = np.divide(top, bottom, out=np.full(bottom.shape, np.nan), where=bottom > 0)
    return quotient
