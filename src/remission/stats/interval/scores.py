"""Do groups differ in when events happen, if those are only seen at visits? The log-rank test by scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.estimates import TestResult
from remission.stats.interval.npmle import IntervalCurve, npmle
from remission.stats.permutations import DRAWS, Permuted
from remission.stats.regression.chi_squared import ChiSquared

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats

Scores = Literal["Sun", "Finkelstein"]
Reference = Literal["permutation", "chi-squared"]
# Scores so near to 0 are all 0 but for rounding.
NO_DIFFERENCE = 1e-6
# Scores are as exact as the curve is.
EXACT = 1e-6


def interval_log_rank(
    last_free: ArrayLike,
    seen: ArrayLike,
    group: ArrayLike,
    *,
    scores: Scores = "Sun",
    by: Reference = "permutation",
    draws: int = DRAWS,
    seed: int = 0,
) -> TestResult:
    """The log-rank test for events after `last_free` and by `seen`, of two groups or more.

    The curve of all together gives each person a score, about the events more than expected of them. Sun's scores are
    those of the log-rank test where every event is seen on its day; Finkelstein's are those of proportional hazards.
    The statistic is the sum in the second group, or over more groups the sum of squares of sums by people. p is the
    share of ways to tell people off to the groups that differ as much: all ways for two groups of up to 24 people, else
    so many draws from this seed, of which the method gives the standard error of p. By "chi-squared" it is that of the
    sums by their variance over those ways, on one degree of freedom less than groups: for larger groups.

    It holds only if neither visits nor losses differ by group.

    last_free, seen: as of `npmle`, shape (n,); group: labels, shape (n,). ValueError for others.
    Sun 1996, doi:10.1002/(SICI)1097-0258(19960715)15:13<1387::AID-SIM268>3.0.CO;2-R; Finkelstein 1986,
    doi:10.2307/2530698; Fay & Shaw 2010, doi:10.18637/jss.v036.i02. Pinned to scores written out in R and `coin`.

    >>> test = interval_log_rank([0, 3, 5, 9], [3, 6, 9, float("inf")], ["a", "a", "b", "b"])
    >>> round(test.statistic, 4), round(test.p, 4), test.method
    (0.8333, 0.6667, "log-rank test for intervals of 2 groups, Sun's scores, by permutation, all 6 ways")
    """
    labels, members = np.unique(np.asarray(group), return_inverse=True)
    if labels.size < 2:
        raise ValueError(f"a log-rank test compares at least two groups, found {labels.tolist()}")
    if by not in get_args(Reference):
        raise ValueError(f"by must be one of {', '.join(get_args(Reference))}, found {by!r}")
    curve = npmle(last_free, seen)
    if members.shape != curve.rows.seen.shape:
        raise ValueError(f"seen and group must have one length, found {curve.rows.seen.shape} and {members.shape}")
    method = f"log-rank test for intervals of {labels.size} groups, {scores}'s scores, by {by}"
    excess = _scores(curve, scores)
    if np.abs(excess).max() < NO_DIFFERENCE:
        return TestResult(math.nan, None, math.nan, f"{method}: not estimable, nobody is seen to differ from another")
    if by == "chi-squared":
        sizes, spread = np.bincount(members), float(excess @ excess) / (excess.size - 1)
        return ChiSquared.of(float((np.bincount(members, excess) ** 2 / sizes).sum() / spread), labels.size - 1, method)
    found = Permuted.of(excess, members, draws, seed, EXACT)
    return TestResult(found.statistic, None, found.p, f"{method}, {found.said}")


def _scores(curve: IntervalCurve, scores: Scores) -> Floats:
    """Of each observation, about their mean, which is 0 but for rounding: high for who had the event early."""
    free = np.append(np.cumsum(curve.mass[::-1])[::-1], 0.0)
    if scores == "Sun":
        logarithm = -np.append(0.0, np.cumsum(curve.mass / free[:-1]))
    elif scores == "Finkelstein":
        logarithm = np.log(np.where(free > 0, free, 1.0))
    else:
        raise ValueError(f"scores must be one of {', '.join(get_args(Scores))}, found {scores!r}")
    # No interval with mass reaches beyond an end of any observation, so the curve has one value there.
    before = np.searchsorted(curve.right, curve.rows.last_free, side="right")
    after = np.searchsorted(curve.right, curve.rows.seen, side="right")
    area = free * logarithm
    found = (area[before] - area[after]) / (free[before] - free[after])
    return np.asarray(found - found.mean())
