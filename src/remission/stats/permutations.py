"""By how many ways to tell people off to groups of these sizes do sums of scores differ as much as they do?"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# 24 people in two arms of 12 can be told off in 2.7 million ways.
MOST_ENUMERATED = 24
DRAWS = 100_000
AS_MANY_AT_ONCE = 50_000
ROUNDING = 1e-9


class Permuted(NamedTuple):
    """The statistic, its p, and in words how p was found.

    Of two groups the statistic is how far the sum of scores in the second is from 0, of more the sum over groups of the
    squared sum by the number of people. Scores must add up to 0.
    """

    statistic: float
    p: float
    said: str

    @classmethod
    def of(cls, scores: Floats, members: NDArray[np.int64], draws: int, seed: int, exact: float = ROUNDING) -> Permuted:
        """members: 0 up to k - 1, shape (n,), each group with somebody. ValueError for no draw.

        Up to 24 people in two groups every way is counted; else so many draws from this seed are, and the standard
        error of p is told. exact: sums that differ by a smaller share than this are alike.
        """
        if draws < 1:
            raise ValueError(f"draws must be at least 1, found {draws}")
        sizes = np.bincount(members)
        found = _statistic(np.bincount(members, scores).astype(np.float64)[None, :], sizes).item()
        # Ways that differ as much but for rounding do differ as much.
        enough = found - exact * max(found, 1.0)
        if sizes.size == 2 and members.size <= MOST_ENUMERATED:
            ways = math.comb(members.size, int(sizes[1]))
            return cls(found, _enumerated(scores, int(sizes[1]), enough) / ways, f"all {ways:,} ways")
        p = (_drawn(scores, sizes, enough, draws, np.random.default_rng(seed)) + 1) / (draws + 1)
        error = math.sqrt(p * (1 - p) / draws)
        return cls(found, p, f"{draws:,} draws (seed {seed}), standard error of p {error:.1g}")


def _statistic(sums: Floats, sizes: NDArray[np.int64]) -> Floats:
    """Of sums by group, shape (ways, k)."""
    return np.abs(sums[:, 1]) if sizes.size == 2 else np.asarray((sums**2 / sizes).sum(axis=1))


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
    # Each set is a number, whose binary digits say who is in it.
    chosen = (np.arange(2**scores.size)[:, None] >> np.arange(scores.size)) & 1
    sums, sizes = chosen.astype(np.float64) @ scores, chosen.sum(axis=1)
    return {size: sums[sizes == size] for size in range(scores.size + 1)}


def _drawn(scores: Floats, sizes: NDArray[np.int64], enough: float, draws: int, generator: np.random.Generator) -> int:
    """How many of so many random ways differ as much."""
    count, at_once = 0, max(1, AS_MANY_AT_ONCE * 24 // scores.size)
    starts = np.append(0, np.cumsum(sizes)[:-1])
    for start in range(0, draws, at_once):
        block = np.broadcast_to(scores, (min(at_once, draws - start), scores.size))
        sums = np.add.reduceat(generator.permuted(block, axis=1), starts, axis=1)
        count += int(np.count_nonzero(_statistic(sums, sizes) >= enough))
    return count
