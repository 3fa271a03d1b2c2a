"""The largest of several weighted log-rank tests, with the bound that pays for having looked at all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from remission.inputs.not_a_design import not_between, refuse
from remission.stats.sample_size.normal_boxes import chance_below
from remission.stats.sample_size.weighted import Stratum, Weighting, expected_scores

Floats = NDArray[np.float64]
# The four that are mostly combined: all along, early, late, and at the middle.
COMBINED = (Weighting(0, 0), Weighting(1, 0), Weighting(0, 1), Weighting(1, 1))

# One more, and the integral over their directions takes a minute and all memory there is.
MOST_TESTS = 4


def bound_of_largest(correlation: Floats, *, alpha: float) -> float:
    """What the largest of k standard normal statistics passes with chance alpha (one-sided); shape (k, k).

    It lies between the bound of one test and that of Bonferroni. NotADesign for an alpha outside 0 to 0.5, or more than
    four tests.

    >>> round(bound_of_largest(np.eye(2), alpha=0.025), 4)  # those of Sidak
    2.239
    """
    k = correlation.shape[0]
    refuse([*not_between("alpha", alpha, 0, 0.5), *_too_many(k)])
    # A hair beyond either: of one test, or of tests that are all the same, the bound lies at an end.
    low, high = ndtri(1 - alpha) - 1e-6, ndtri(1 - alpha / k) + 1e-6
    return float(brentq(lambda at: 1 - alpha - chance_below(np.full(k, at), correlation), low, high, xtol=1e-9))


def power_for_max_combo(
    strata: Sequence[Stratum], people: float, *, alpha: float, weightings: Sequence[Weighting] = COMBINED
) -> float:
    """Power of the largest of the weighted log-rank tests, of `people` in all; the normal approximation.

    alpha: one-sided, of all tests together. NotADesign as `expected_scores`. Lin and others 2020,
    doi:10.1080/19466315.2019.1697738.

    >>> from remission.stats.sample_size.at_risk import expect_at_risk
    >>> from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, PiecewiseHazard
    >>> arms = (Arm(PiecewiseHazard.constant(0.2), 0.5), Arm(PiecewiseHazard((0.0, 1.0), (0.2, 0.1)), 0.5))
    >>> seen = Stratum(1, expect_at_risk(5, Calendar(400, Accrual((0.0,), (200.0,)), arms)))
    >>> round(power_for_max_combo([seen], 400, alpha=0.025), 3)
    0.91
    """
    refuse([*not_between("people", people, 0, math.inf), *not_between("alpha", alpha, 0, 0.5)])
    means, correlation = _standard(strata, weightings)
    bound = bound_of_largest(correlation, alpha=alpha)
    return 1 - chance_below(bound - math.sqrt(people) * means, correlation)


def people_for_max_combo(
    strata: Sequence[Stratum], *, alpha: float, power: float, weightings: Sequence[Weighting] = COMBINED
) -> float:
    """People wanted in all, not yet rounded up, if they enter at a rate as much larger as they are more.

    NotADesign as `power_for_max_combo`, and where the treated do no better by any of the weights.
    """
    refuse([*not_between("alpha", alpha, 0, 0.5), *not_between("power", power, alpha, 1)])
    means, correlation = _standard(strata, weightings)
    # The largest passes whenever the best of them does, so one that favours the treated is enough.
    best = float(means.max())
    if not best > 0:
        refuse(["by none of these weights the treated do better, and no number of people shows that they do"])
    # The best of the tests alone, at the bounds of one test and of Bonferroni, holds the number between.
    # A hundredth is added, for of one test the number lies at that very end.
    most = ((ndtri(1 - alpha / len(weightings)) + ndtri(power)) / best) ** 2 * 1.01
    # Found once: it holds under no effect, however many people there are.
    bound = bound_of_largest(correlation, alpha=alpha)

    # Nearly a line in the root of the people, so that a few powers suffice: each takes an integral over all tests.
    def short(root: float) -> float:
        # Of nobody the power is the error: a search that began above it could miss a power that is hardly larger.
        told = 1 - chance_below(bound - root * means, correlation) if root else alpha
        return float(ndtri(power) - ndtri(told))

    return float(brentq(short, 0.0, math.sqrt(most), xtol=1e-9)) ** 2


def _standard(strata: Sequence[Stratum], weightings: Sequence[Weighting]) -> tuple[Floats, Floats]:
    """Of one person the mean of each statistic in its standard deviations, and how the statistics hang together."""
    means, covariance = expected_scores(weightings, strata)
    size = np.sqrt(np.diag(covariance))
    return means / size, covariance / np.outer(size, size)


def _too_many(tests: int) -> list[str]:
    return [] if tests <= MOST_TESTS else [f"the largest must be of {MOST_TESTS} tests at most, found {tests}"]
