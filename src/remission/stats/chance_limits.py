"""Where shares of studies would lie if chance alone made them differ: limits that narrow as studies grow."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import bdtr, bdtrik

from remission.stats.intervals import normal_quantile


def chance_limits(share: float, sizes: Iterable[int], level: float = 0.95) -> list[tuple[int, float, float]]:
    """For each size, in order, the shares between which at least `level` of studies of that size lie.

    Quantiles of the binomial distribution with the probability `share`, divided by the size: the smallest number with
    at least (1 - level) / 2, and with at least (1 + level) / 2, of the probability at or below it. ValueError for a
    share outside 0 to 1, a size under 1, or no level. Pinned to SciPy's `binom.ppf`.

    >>> [(people, round(low, 3), round(high, 3)) for people, low, high in chance_limits(0.01, [20, 500])]
    [(20, 0.0, 0.05), (500, 0.002, 0.02)]
    """
    normal_quantile(level)  # for its check of the level
    people = np.array(sorted({int(size) for size in sizes}), dtype=np.int64)
    if not 0 <= share <= 1 or (people < 1).any():
        raise ValueError(f"a share lies between 0 and 1 and a size is 1 or more, found {share} and {people.tolist()}")
    tails = ((1 - level) / 2, (1 + level) / 2)
    low, high = (_quantile(tail, people, share) / people for tail in tails)
    return list(zip(people.tolist(), low.tolist(), high.tolist(), strict=True))


def _quantile(tail: float, people: np.ndarray[tuple[int], np.dtype[np.int64]], share: float) -> np.ndarray:
    # Near the ends, where all or none is enough, SciPy's inverse gives no number.
    none, all_but_one = bdtr(0, people, share) >= tail, bdtr(people - 1, people, share) < tail
    found = np.where(none, 0, np.where(all_but_one, people, np.ceil(bdtrik(tail, people, share))))
    # The inverse is found by search, so it may stand one too high.
    below = np.maximum(found - 1, 0)
    return np.where(bdtr(below, people, share) >= tail, below, found)
