"""The log-rank test by permutation: for groups so small that its chi-squared is not to be trusted."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.estimates import TestResult
from remission.stats.permutations import DRAWS, Permuted
from remission.stats.survival.time_at_risk import Floats, TimeAtRisk


def permutation_log_rank(
    exit: ArrayLike, event: ArrayLike, group: ArrayLike, *, draws: int = DRAWS, seed: int = 0
) -> TestResult:
    """The log-rank test of two groups by the share of ways to tell people off to them that differ as much.

    The statistic is the sum in the second group of log-rank scores (events less those expected, from all together),
    about its mean. Up to 24 people every way is counted; beyond, so many draws from this seed, of which the method
    gives the standard error of p. It holds only if censoring does not differ by group.

    exit: whole days, shape (n,); event: bool, shape (n,); group: two labels, shape (n,). ValueError for another number.
    Peto & Peto 1972, doi:10.2307/2344317 (scores). Pinned to `coin::logrank_test` of R.

    >>> test = permutation_log_rank([10, 20, 30, 40], [True, True, True, False], ["a", "a", "b", "b"])
    >>> round(test.p, 4), test.method
    (0.3333, 'log-rank test by permutation, all 6 ways')
    """
    labels, members = np.unique(np.asarray(group), return_inverse=True)
    if labels.size != 2:
        raise ValueError(f"a permutation test compares two groups, found {labels.tolist()}")
    if np.shape(exit) != members.shape:
        raise ValueError(f"exit and group must have one length, found {np.shape(exit)} and {members.shape}")
    rows = TimeAtRisk.of(exit, event)
    members = members[np.asarray(exit) > 0]
    if not rows.event.any() or np.unique(members).size < 2:
        return TestResult(math.nan, None, math.nan, "log-rank test by permutation: not estimable, nothing to compare")
    found = Permuted.of(_scores(rows), members, draws, seed)
    return TestResult(found.statistic, None, found.p, f"log-rank test by permutation, {found.said}")


def _scores(rows: TimeAtRisk) -> Floats:
    """Events of each row less those expected of it, which add up to 0."""
    events, at_risk = rows.events_by_day(), np.maximum(rows.at_risk_by_day(), 1)
    return np.asarray(rows.event - np.cumsum(events / at_risk)[rows.exit])
