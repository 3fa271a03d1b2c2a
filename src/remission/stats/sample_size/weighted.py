"""Weighted log-rank tests planned: where hazards are not proportional a test may look early, late, or between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from remission.inputs.not_a_design import not_between, refuse
from remission.stats.sample_size.at_risk import AtRisk

Floats = NDArray[np.float64]


class Weighting(NamedTuple):
    """Fleming and Harrington's weights S^rho (1 - S)^gamma of the pooled curve S just before: (0, 0) is the log-rank.

    (0, 1) looks late, (1, 0) early, (1, 1) at the middle.
    """

    rho: float
    gamma: float

    def of(self, free: Floats) -> Floats:
        """The weight where the pooled curve stands at `free`."""
        weight: Floats = free**self.rho * (1 - free) ** self.gamma
        return weight


LOG_RANK = Weighting(0, 0)


class Stratum(NamedTuple):
    """A part of the people: its `share` of all, and who is expected at risk in it."""

    share: float
    seen: AtRisk


def expected_scores(weightings: Sequence[Weighting], strata: Sequence[Stratum]) -> tuple[Floats, Floats]:
    """Means and covariances of weighted log-rank scores, of one person: shapes (k,) and (k, k).

    The score is positive where the treated, column 1, have fewer events. With n people the mean is n times as large,
    and so is the covariance. In each stratum integral of w a0 a1 / (a0 + a1) (h0 - h1) and of
    w v a0 a1 / (a0 + a1)^2 (a0 h0 + a1 h1), of weights w and v, those at risk a and hazards h; strata add up.
    NotADesign for shares that do not add up to 1, or where no event is expected. Schoenfeld 1981,
    doi:10.1093/biomet/68.1.316; for what hazards and losses do to it Lakatos 1988, doi:10.2307/2531910. Pinned to
    `integrate` in R.
    """
    refuse(_not_strata(weightings, strata))
    means, covariances = np.zeros(len(weightings)), np.zeros((len(weightings), len(weightings)))
    for share, seen in strata:
        # Weights are taken from the curve that is planned; that of a trial itself tends to it as people grow many.
        weights = np.stack([one.of(seen.pooled_free) for one in weightings])
        control, treated = seen.at_risk.T
        both = AtRisk.over_those_left(control * treated, control + treated)
        means += share * weights @ (seen.widths * both * (seen.hazards[:, 0] - seen.hazards[:, 1]))
        covariances += share * (weights * (seen.widths * both * seen.pooled)) @ weights.T
    if not (np.diag(covariances) > 0).all():
        refuse(["no event is expected that these weights count: a hazard must be above 0 while people are followed"])
    return means, covariances


def power_for_weighted(weighting: Weighting, strata: Sequence[Stratum], people: float, *, alpha: float) -> float:
    """Power of one weighted log-rank test, stratified if there is more than one stratum, of `people` in all.

    alpha: one-sided. The normal approximation, with the variance under the effect. NotADesign as `expected_scores`.

    >>> from remission.stats.sample_size.at_risk import expect_at_risk
    >>> from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, PiecewiseHazard
    >>> late = PiecewiseHazard((0.0, 1.0), (0.2, 0.1))
    >>> arms = (Arm(PiecewiseHazard.constant(0.2), 0.5), Arm(late, 0.5))
    >>> seen = Stratum(1, expect_at_risk(5, Calendar(400, Accrual((0.0,), (200.0,)), arms)))
    >>> [round(power_for_weighted(Weighting(0, late), [seen], 400, alpha=0.025), 3) for late in (0, 1)]
    [0.816, 0.931]
    """
    refuse([*not_between("people", people, 0, math.inf), *not_between("alpha", alpha, 0, 0.5)])
    (mean,), covariance = expected_scores([weighting], strata)
    return float(ndtr(math.sqrt(people / covariance[0, 0]) * mean - ndtri(1 - alpha)))


def people_for_weighted(weighting: Weighting, strata: Sequence[Stratum], *, alpha: float, power: float) -> float:
    """People wanted in all, not yet rounded up, if they enter at a rate as much larger as they are more.

    NotADesign as `power_for_weighted`, and where the treated are expected to do no better by these weights.
    """
    refuse([*not_between("alpha", alpha, 0, 0.5), *not_between("power", power, alpha, 1)])
    (mean,), covariance = expected_scores([weighting], strata)
    if not mean > 0:
        refuse(["by these weights the treated do no better, and no number of people shows that they do"])
    return float(covariance[0, 0] * ((ndtri(1 - alpha) + ndtri(power)) / mean) ** 2)


def _not_strata(weightings: Sequence[Weighting], strata: Sequence[Stratum]) -> list[str]:
    total = sum(share for share, _ in strata)
    reasons = [] if abs(total - 1) < 1e-9 else [f"shares of strata must add up to 1, found {total:g}"]
    wrong = [one for one in weightings if not (one.rho >= 0 and one.gamma >= 0)]
    return reasons + [f"rho and gamma must be 0 or more, found {one.rho:g} and {one.gamma:g}" for one in wrong]
