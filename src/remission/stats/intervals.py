"""Pointwise confidence limits of a survival probability, by the five transformations in use.

The field prints all five without saying which, and for small groups they differ by many percentage points:
the interval is therefore always chosen by name and named in the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.survival.time_at_risk import Floats

Interval = Literal["plain", "log", "log-log", "logit", "arcsin"]
INTERVALS: tuple[Interval, ...] = get_args(Interval)

Limits = tuple[Floats, Floats]

# Normal limits and tests lean on many persons: in a group of fewer, or with fewer who had an event, one person moves
# them at will.
FEWEST_FOR_NORMAL = 5


def normal_quantile(level: float) -> float:
    """Half-width, in standard errors, of a two-sided normal interval; ValueError unless 0 < level < 1.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}: give 0.95 for 95 %")
    return NormalDist().inv_cdf(1 - (1 - level) / 2)


def normal_tails(z: float) -> float:
    """Two-sided p-value of a standard normal statistic, exact far into the tails.

    >>> round(normal_tails(1.959964), 6)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def confidence_limits(survival: ArrayLike, log_variance: ArrayLike, level: float, interval: Interval) -> Limits:
    """Limits of a survival probability from the variance of its logarithm, without leaving 0 to 1.

    With p the estimate, g that variance (Greenwood's sum of d / (n (n - d)), or the jackknife's by cluster) and
    e = z sqrt(g), the limits are

    - plain: p -/+ p e, cut at 0 and 1;
    - log: p exp(-/+ e), cut at 1;
    - log-log: p ** exp(-/+ e / log p);
    - logit: expit(logit p -/+ e / (1 - p));
    - arcsin: sin^2(arcsin sqrt p -/+ e / 2 sqrt(p / (1 - p))), the angle cut at 0 and pi / 2.

    Where a transformation has no answer (p of 0, and for the last three p of 1) the limits are NaN.

    survival, log_variance: shape (n,); returns two arrays of that shape. ValueError for an unknown interval.
    Kalbfleisch & Prentice 2002, doi:10.1002/9781118032985; Borgan & Liestol 1990 (arcsin, log-log), Scand J Stat 17:35.
    Pinned to `survfit(conf.type = )` of R.

    >>> low, high = confidence_limits([0.8625], [1 / (24 * 23) + 1 / (20 * 19) + 1 / (19 * 18)], 0.90, "log-log")
    >>> round(100 * low.item(), 1), round(100 * high.item(), 1)
    (68.1, 94.5)
    """
    if interval not in _LIMITS:
        raise ValueError(f"interval must be one of {', '.join(INTERVALS)}, found {interval!r}")
    p = np.asarray(survival, dtype=np.float64)
    p = np.where((p > 0) & ((p < 1) | (interval in _AT_ONE)), p, np.nan)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        spread = normal_quantile(level) * np.sqrt(np.asarray(log_variance, dtype=np.float64))
        return _LIMITS[interval](p, spread)


def _plain(p: Floats, spread: Floats) -> Limits:
    return np.maximum(p - p * spread, 0), np.minimum(p + p * spread, 1)


def _log(p: Floats, spread: Floats) -> Limits:
    return p * np.exp(-spread), np.minimum(p * np.exp(spread), 1)


def _log_log(p: Floats, spread: Floats) -> Limits:
    step = spread / np.abs(np.log(p))
    return p ** np.exp(step), p ** np.exp(-step)


def _logit(p: Floats, spread: Floats) -> Limits:
    log_odds, step = np.log(p / (1 - p)), spread / (1 - p)
    return 1 / (1 + np.exp(step - log_odds)), 1 / (1 + np.exp(-step - log_odds))


def _arcsin(p: Floats, spread: Floats) -> Limits:
    angle, step = np.arcsin(np.sqrt(p)), spread / 2 * np.sqrt(p / (1 - p))
    return np.sin(np.maximum(angle - step, 0)) ** 2, np.sin(np.minimum(angle + step, np.pi / 2)) ** 2


# Those with an answer at p = 1, which is 1 when no event has happened.
_AT_ONE = ("plain", "log")

_LIMITS: dict[Interval, Callable[[Floats, Floats], Limits]] = {
    "plain": _plain,
    "log": _log,
    "log-log": _log_log,
    "logit": _logit,
    "arcsin": _arcsin,
}
