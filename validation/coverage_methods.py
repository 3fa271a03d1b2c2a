"""The methods that `model_coverage.py` measures: do their limits hold the truth, and does their test reject it?

Models of two arms without ties are fitted to thousands of samples at once; `tests/report/test_model_coverage.py` holds
that each is what the function of `remission.stats` gives. What cannot be batched asks that function, sample by sample.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coverage_samples import HORIZON, Flags, Floats, Followed
from remission.stats.competing.fine_gray import fine_gray
from remission.stats.interval.limits import pointwise_limits
from remission.stats.interval.npmle import npmle
from remission.stats.intervals import Interval, confidence_limits, normal_quantile
from remission.stats.permutations import MOST_ENUMERATED
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.permutation import permutation_log_rank

# Each step of Newton's method moves a log hazard ratio by at most this; when no sample moves farther, all have arrived.
LONGEST, ARRIVED, MOST_STEPS = 1.0, 1e-10, 400
# More would only make the p of each sample less rough: with 999 draws its level is exact.
DRAWS = 999

# Of each sample whether there was an answer, and whether it held the truth at each level.
Held = tuple[Flags, dict[float, Flags]]


@dataclass(frozen=True, eq=False)
class TwoArms:
    """Cox's model of two arms of every sample at once: coefficient, likelihood, and both with Firth's penalty."""

    data: Followed

    @cached_property
    def at_risk(self) -> tuple[Floats, Floats]:
        """Of the first and of the second arm, just before each ending, shape (samples, n)."""
        second = self.data.arm[:, ::-1].cumsum(axis=1)[:, ::-1]
        return np.asarray(np.arange(second.shape[1], 0, -1) - second), np.asarray(second)

    @cached_property
    def happened(self) -> Floats:
        return np.asarray(self.data.cause == 1, dtype=np.float64)

    @cached_property
    def comparable(self) -> Flags:
        """Is there an event while both arms are at risk? Shape (samples,)."""
        first, second = self.at_risk
        return np.asarray((self.happened * (first > 0) * (second > 0)).sum(axis=1) > 0)

    @cached_property
    def finite(self) -> Flags:
        """Has the coefficient a finite estimate: an event of each arm while the other is at risk?"""
        (first, second), arm = self.at_risk, self.data.arm
        of_second, of_first = self.happened * arm * (first > 0), self.happened * (1 - arm) * (second > 0)
        return np.asarray((of_second.sum(axis=1) > 0) & (of_first.sum(axis=1) > 0))

    def slopes(self, beta: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Log likelihood, its slope, its information, and the slope of that, at a coefficient of each sample."""
        (first, second), arm, had = self.at_risk, self.data.arm, self.happened
        risk = second * np.exp(beta)[:, None]
        share = risk / (first + risk)
        spread = had * share * (1 - share)
        value = (had * (beta[:, None] * arm - np.log(first + risk))).sum(axis=1)
        return value, (had * (arm - share)).sum(axis=1), spread.sum(axis=1), (spread * (1 - 2 * share)).sum(axis=1)

    def penalised(self, beta: Floats) -> tuple[Floats, Floats, Floats]:
        """The same with half the logarithm of the information added: log likelihood, slope, plain information."""
        value, score, information, bend = self.slopes(beta)
        with np.errstate(divide="ignore", invalid="ignore"):
            return value + np.log(information) / 2, score + bend / information / 2, information

    def top(self, slopes: Callable[[Floats], tuple[Floats, ...]], estimable: Flags) -> Floats:
        """The coefficient at which the slope is 0; NaN where there is none."""
        beta = np.zeros(estimable.size)
        for _ in range(MOST_STEPS):
            _, score, information, *_ = slopes(beta)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = np.where(estimable, np.clip(score / information, -LONGEST, LONGEST), 0.0)
            beta = beta + step
            if np.abs(step).max(initial=0) < ARRIVED:
                return np.where(estimable, beta, np.nan)
        raise RuntimeError("the search for the largest likelihood did not end in every sample")

    @cached_property
    def cox(self) -> Floats:
        """Coefficient of each sample."""
        return self.top(self.slopes, self.finite)

    @cached_property
    def firth(self) -> Floats:
        """Coefficient of each sample by penalised likelihood."""
        return self.top(self.penalised, self.comparable)


def wald(models: TwoArms, ratio: float, levels: tuple[float, ...]) -> Held:
    """Coefficient less and more so many standard errors."""
    information = models.slopes(np.nan_to_num(models.cox))[2]
    with np.errstate(invalid="ignore"):
        away = np.abs(models.cox - math.log(ratio)) * np.sqrt(information)
    return _within(models.finite, away, levels)


def likelihood_ratio(models: TwoArms, ratio: float, levels: tuple[float, ...]) -> Held:
    """By how much the likelihood falls from its top to the truth."""
    fallen = models.slopes(np.nan_to_num(models.cox))[0] - models.slopes(_all(models, ratio))[0]
    return _within(models.finite, np.sqrt(np.maximum(2 * fallen, 0)), levels)


def firth_profile(models: TwoArms, ratio: float, levels: tuple[float, ...]) -> Held:
    """The same of the penalised likelihood: profile limits hold the truth where it has not fallen too far there."""
    fallen = models.penalised(np.nan_to_num(models.firth))[0] - models.penalised(_all(models, ratio))[0]
    return _within(models.comparable, np.sqrt(np.maximum(2 * fallen, 0)), levels)


def log_rank(models: TwoArms, ratio: float, levels: tuple[float, ...]) -> Held:
    """The log-rank test, without ties the score test at no effect."""
    _, score, information, _ = models.slopes(_all(models, ratio))
    with np.errstate(invalid="ignore", divide="ignore"):
        return _within(models.comparable, np.abs(score) / np.sqrt(information), levels)


def permutation(data: Followed, levels: tuple[float, ...]) -> Held:
    """The log-rank test by permutation: every way up to 24 persons, else of DRAWS draws."""
    days = np.arange(1, data.arm.shape[1] + 1)
    few = days.size <= MOST_ENUMERATED
    rows = zip(data.cause == 1, data.arm.astype(np.int64), strict=True)
    p = np.array([
        permutation_log_rank(days, event, arm, draws=1 if few else DRAWS, seed=number).p
        for number, (event, arm) in enumerate(rows)
    ])  # fmt: skip
    return np.isfinite(p), {level: p > _rejected(level) for level in levels}


def subdistribution(data: Followed, ratio: float, levels: tuple[float, ...]) -> Held:
    """Fine and Gray's model with the errors of cmprsk."""
    away = np.array([_of_sample(*row, ratio) for row in zip(data.cause, data.arm, strict=True)])
    return _within(np.isfinite(away), away, levels)


def _of_sample(cause: NDArray[np.int64], arm: Floats, ratio: float) -> float:
    """Standard errors between estimate and truth; NaN where there is no estimate."""
    try:
        fit = fine_gray(np.arange(1, cause.size + 1), cause, {"arm": arm})
    except (NotEstimable, KeyError):
        return math.nan
    return float(abs(fit.coefficients[0] - math.log(ratio)) / fit.standard_errors[0])


def kaplan_meier(
    survival: Floats, log_variance: Floats, share: float, level: float, interval: Interval
) -> tuple[Flags, Flags]:
    """Limits of curves at time 1: whether there are any, and whether they hold the share."""
    low, high = confidence_limits(survival, log_variance, level, interval)
    # A curve at 1 has no variance: limits that meet there say nothing.
    has_limits = (log_variance > 0) & np.isfinite(low) & np.isfinite(high)
    return has_limits, has_limits & (low <= share) & (share <= high)


def curves(data: Followed) -> tuple[Floats, Floats]:
    """Height at time 1 and Greenwood's sum, NaN where the curve is not known so far, shape (samples,)."""
    n = data.last.shape[1]
    at_risk = np.arange(n, 0, -1)
    had = (data.cause == 1) & (data.last <= 1)
    with np.errstate(divide="ignore"):
        variance = np.where(had, 1 / (at_risk * (at_risk - 1.0)), 0.0).sum(axis=1)
    height = np.where(had, 1 - 1 / at_risk, 1.0).prod(axis=1)
    known = (data.last[:, -1] > 1) | (height == 0)
    return np.where(known, height, np.nan), np.where(known, variance, np.nan)


def npmle_limits(last: NDArray[np.int64], seen: Floats, share: float, levels: tuple[float, ...]) -> Held:
    """Limits by likelihood ratio of the curve of events seen at visits, at the horizon."""
    limits = np.array([_limits_of_sample(*row, levels) for row in zip(last, seen, strict=True)])
    low, high = limits[:, :, 0], limits[:, :, 1]
    held = np.isfinite(low) & np.isfinite(high) & (low <= share) & (share <= high)
    return np.isfinite(limits).all(axis=(1, 2)), {level: held[:, place] for place, level in enumerate(levels)}


def _limits_of_sample(last: NDArray[np.int64], seen: Floats, levels: tuple[float, ...]) -> list[tuple[float, float]]:
    curve = npmle(last, seen)
    found = [pointwise_limits(curve, [HORIZON], level) for level in levels]
    return [(low.item(), high.item()) for low, high in found]


def _within(known: Flags, away: Floats, levels: tuple[float, ...]) -> Held:
    return known, {level: known & (away <= normal_quantile(level)) for level in levels}


def _rejected(level: float) -> float:
    # As a fraction of whole numbers: 1 less 0.95 is a little above 0.05.
    return round(1 - level, 12)


def _all(models: TwoArms, ratio: float) -> Floats:
    return np.full(models.happened.shape[0], math.log(ratio))
