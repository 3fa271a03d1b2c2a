"""The Wilcoxon signed-rank test: are changes within the same people centred on zero?

Published p-values differ by how zeros are treated, whether a continuity correction was made, and whether the
distribution was exact or normal. All three are named in the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.estimates import TestResult
from remission.stats.intervals import normal_tails

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats

SignedRankMethod = Literal["normal", "exact"]


def wilcoxon_signed_rank(
    differences: ArrayLike, method: SignedRankMethod = "normal", *, correct: bool = True
) -> TestResult:
    """Two-sided Wilcoxon signed-rank test that differences are symmetric about zero.

    Zeros are dropped and tied magnitudes share their average rank. The statistic V is the sum of the ranks of the
    positive differences.

    - normal: (V - n (n + 1) / 4) over the square root of n (n + 1) (2 n + 1) / 24 - sum(t^3 - t) / 48, t the sizes of
      the ties; with `correct`, V is first moved half a unit towards its mean.
    - exact: over all 2^n signs of the observed ranks, ties included. `correct` plays no part.

    differences: shape (n,), finite. p is NaN if every difference is zero. ValueError for a value that is not finite,
    nothing at all, or an unknown method.
    Wilcoxon 1945, doi:10.2307/3001968. Normal: pinned to `wilcox.test(exact = FALSE)` of R; exact: to
    `wilcox.test(exact = TRUE)` without ties and to enumeration of all signs with them.

    >>> test = wilcoxon_signed_rank([-1.5, -0.5, 0.0, -1.0, 0.5, -2.0])
    >>> test.statistic, round(test.p, 6)
    (1.5, 0.136217)
    >>> wilcoxon_signed_rank([-1.5, -0.5, 0.0, -1.0, 0.5, -2.0], "exact").p
    0.1875
    """
    if method not in _P_VALUES:
        raise ValueError(f"method must be one of {', '.join(_P_VALUES)}, found {method!r}")
    values = np.asarray(differences, dtype=np.float64).ravel()
    if not values.size or not np.isfinite(values).all():
        raise ValueError(f"differences must be finite and at least one, found {values.size} values")
    # Zeros are dropped, as in R and in most papers; how many is part of the method's name, for p depends on it.
    moved = values[values != 0]
    name = _name(values.size - moved.size, method, correct=correct)
    if not moved.size:
        return TestResult(0.0, None, math.nan, f"{name}: not estimable, every difference is zero")
    ranks = average_ranks(np.abs(moved))
    statistic = float(ranks[moved > 0].sum())
    return TestResult(statistic, None, _P_VALUES[method](statistic, ranks, correct), name)


def average_ranks(values: ArrayLike) -> Floats:
    """Ranks from 1, ties sharing the average of theirs; shape (n,).

    >>> average_ranks([0.5, 2.0, 0.5, 1.0]).tolist()
    [1.5, 4.0, 1.5, 3.0]
    """
    _, position, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[position], dtype=np.float64)


def _name(zeros: int, method: SignedRankMethod, *, correct: bool) -> str:
    correction = "with" if correct else "without"
    distribution = {
        "normal": f"normal approximation {correction} continuity correction",
        "exact": "exact over all signs",
    }
    dropped = "1 zero dropped" if zeros == 1 else f"{zeros} zeros dropped"
    return f"Wilcoxon signed-rank test, {distribution[method]}, {dropped}, ties at average ranks"


def _normal_p(statistic: float, ranks: Floats, correct: bool) -> float:  # noqa: FBT001 - one of a table of methods
    n, ties = ranks.size, np.unique(ranks, return_counts=True)[1].astype(np.float64)
    # Less what ties take away: equal differences share a rank, and ranks vary less so.
    variance = n * (n + 1) * (2 * n + 1) / 24 - (ties**3 - ties).sum() / 48
    excess = statistic - n * (n + 1) / 4
    excess -= 0.5 * np.sign(excess) if correct else 0.0
    return normal_tails(excess / math.sqrt(variance))


def _exact_p(statistic: float, ranks: Floats, _correct: bool) -> float:  # noqa: FBT001 - as its sibling
    # Average ranks are halves at worst: doubled they are whole, and the distribution sits on a grid.
    doubled = np.rint(2 * ranks).astype(np.int64)
    chance = np.zeros(int(doubled.sum()) + 1)
    chance[0] = 1.0
    for rank in doubled:
        # The distribution is built up sign by sign: each difference is positive or negative with a chance of a half.
        chance /= 2
        chance[rank:] += chance[:-rank].copy()
    at = round(2 * statistic)
    return min(1.0, 2 * float(min(chance[: at + 1].sum(), chance[at:].sum())))


_P_VALUES: dict[SignedRankMethod, Callable[[float, Floats, bool], float]] = {"normal": _normal_p, "exact": _exact_p}
