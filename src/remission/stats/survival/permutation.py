"""The log-rank test by permutation: for groups so small that its chi-squared is not to be trusted."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.estimates import TestResult
from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

# 24 people in two arms of 12 can be told off in 2.7 million ways.
MOST_ENUMERATED = 24
DRAWS = 100_000
AS_MANY_AT_ONCE = 50_000


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
    if draws < 1:
        raise ValueError(f"draws must be at least 1, found {draws}")
    rows = TimeAtRisk.of(exit, event)
    members = members[np.asarray(exit) > 0]
    scores, size = _scores(rows), int(members.sum())
    if not rows.event.any() or size in (0, members.size):
        return TestResult(math.nan, None, math.nan, "log-rank test by permutation: not estimable, nothing to compare")
    found = abs(float(scores[members == 1].sum()))
    # Ways that differ as much but for rounding do differ as much.
    enough = found - 1e-9 * max(found, 1.0)
    if members.size <= MOST_ENUMERATED:
        ways = math.comb(members.size, size)
        p = _enumerated(scores, size, enough) / ways
        return TestResult(found, None, p, f"log-rank test by permutation, all {ways:,} ways")
    p = (_drawn(scores, size, enough, draws, np.random.default_rng(seed)) + 1) / (draws + 1)
    error = math.sqrt(p * (1 - p) / draws)
    said = f"{draws:,} draws (seed {seed}), standard error of p {error:.1g}"
    return TestResult(found, None, p, f"log-rank test by permutation, {said}")


def _scores(rows: TimeAtRisk) -> Floats:
    """Events of each row less those expected of it, which add up to 0."""
    events, at_risk = rows.events_by_day(), np.maximum(rows.at_risk_by_day(), 1)
    return np.asarray(rows.event - np.cumsum(events / at_risk)[rows.exit])


def _enumerated(scores: Floats, size: int, enough: float) -> int:
    """How many ways to choose `size` rows have a sum that far from 0: halves are joined, so no way is listed whole."""
    if enough <= 0:
        return math.comb(scores.size, size)
    half = scores.size // 2
    first, second = _sums(scores[:half]), _sums(scores[half:])
    count = 0
    for chosen, sums in first.items():
        others = np.sort(second.get(size - chosen, np.zeros(0)))
        above = others.size - np.searchsorted(others, enough - sums, side="left")
        below = np.searchsorted(others, -enough - sums, side="right")
        count += int(np.sum(above) + np.sum(below))
    return count


def _sums(scores: Floats) -> dict[int, Floats]:
    """Sums of all sets of scores, by how many are in the set."""
    return {
        size: np.array([scores[list(one)].sum() for one in combinations(range(scores.size), size)])
        for size in range(scores.size + 1)
    }


def _drawn(scores: Floats, size: int, enough: float, draws: int, generator: np.random.Generator) -> int:
    """How many of so many random ways have a sum that far from 0."""
    count, at_once = 0, max(1, AS_MANY_AT_ONCE * 24 // scores.size)
    for start in range(0, draws, at_once):
        block = np.broadcast_to(scores, (min(at_once, draws - start), scores.size))
        sums = generator.permuted(block, axis=1)[:, :size].sum(axis=1)
        count += int(np.count_nonzero(np.abs(sums) >= enough))
    return count
