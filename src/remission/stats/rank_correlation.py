"""How alike are two orders? Spearman's correlation of ranks, and its range where some values are known as ranges only.

Of a value of which only the direction is known ("fell") many orders among others are possible. No one of them is
the truth, so what is told is the least and the most that the correlation can be over all of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.ranks import average_ranks

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats

# So many half-built orders take some seconds; 16 values with ranges that all differ and overlap have 65,536.
MOST_STATES = 100_000


class TooManyOrders(ValueError):  # noqa: N818 - it says what is so
    """More half-built orders than anybody waits for."""


def spearman(one: ArrayLike, other: ArrayLike) -> float:
    """Spearman's correlation of two series: Pearson's of their ranks, ties sharing the average of theirs.

    Shapes (n,), finite. NaN where all values of one series are alike, or there are fewer than two. ValueError for
    shapes that differ or a value that is not finite. Spearman 1904, doi:10.2307/1412159; pinned to `cor()` of R.

    >>> spearman([1, 2, 3, 4], [1, 3, 2, 4]), round(spearman([1, 1, 2], [3, 1, 2]), 6)
    (0.8, 0.0)
    """
    x, y = _series(one, other)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("every value must be finite")
    return _correlation(average_ranks(x), average_ranks(y)) if x.size > 1 else math.nan


class RankRange(NamedTuple):
    """The least and the most that a correlation of ranks can be; NaN where it is not estimable."""

    low: float
    high: float


def spearman_range(least: ArrayLike, most: ArrayLike, other: ArrayLike) -> RankRange:
    """The range of Spearman's correlation over all orders that values between `least` and `most` may stand in.

    Shapes (n,). A value is known where both are equal; ends may be infinite; `other` is finite. Known values that are
    alike share their rank; a value known as a range is taken to equal no other, so it has a rank of its own. The range
    is exact: with the ranks' variance the same in every order, the sum of products of ranks is made largest (and
    smallest) over all orders, built up from the lowest rank; values with the same range stand in the order of the other
    series, for swapping two of them changes no rule. NaN where the ranks of a series cannot differ.
    ValueError for shapes that differ or ends in the wrong order, TooManyOrders for more than 100,000 half-built ones.

    >>> spearman_range([0, 0, 100], [100, 100, 100], [0.3, 0.5, 0.9])
    RankRange(low=0.5, high=1.0)
    """
    low, high = _series(least, most)
    low, y = _series(low, other)
    if np.isnan(low).any() or np.isnan(high).any() or (low > high).any() or not np.isfinite(y).all():
        raise ValueError("each value needs a lower end that is not above its upper end, and a finite value beside it")
    ranks = average_ranks(y)
    about = ranks - ranks.mean()
    groups: dict[tuple[float, float], list[float]] = {}
    for pair, value in zip(zip(low.tolist(), high.tolist(), strict=True), about.tolist(), strict=True):
        groups.setdefault(pair, []).append(value)
    if math.prod(len(one) + 1 for one in groups.values()) > MOST_STATES:
        raise TooManyOrders(
            f"found {y.size} values in {len(groups)} ranges, which have too many orders to look through"
        )
    # Tied ranks vary less: each block of t alike takes (t^3 - t) / 12 away.
    alike = [len(one) for (a, b), one in groups.items() if a == b]
    variance = (y.size**3 - y.size - sum(t**3 - t for t in alike)) / 12
    scale = math.sqrt(variance * float(about @ about))
    if not scale:
        return RankRange(math.nan, math.nan)
    most_sum, least_sum = _largest(groups), -_largest({pair: [-one for one in held] for pair, held in groups.items()})
    return RankRange(max(least_sum / scale, -1.0), min(most_sum / scale, 1.0))


def _series(one: ArrayLike, other: ArrayLike) -> tuple[Floats, Floats]:
    x, y = (np.asarray(series, dtype=np.float64).ravel() for series in (one, other))
    if x.size != y.size:
        raise ValueError(f"two series of one length are needed, found {x.size} and {y.size} values")
    return x, y


def _correlation(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    scale = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / scale if scale else math.nan


def _largest(groups: dict[tuple[float, float], list[float]]) -> float:
    """The largest sum of rank times value over all orders, from the lowest rank up.

    A state is how many of each group have their rank already; groups of a range give their smallest first, and a group
    of known values all at once, for they share a rank.
    """
    pairs = list(groups)
    values = [sorted(groups[pair]) for pair in pairs]
    first = [[at for at, one in enumerate(pairs) if one != pair and one[1] <= pair[0]] for pair in pairs]
    many = sum(map(len, values))
    # By how many values have their rank: a block of known values jumps over some.
    best: list[dict[tuple[int, ...], float]] = [{} for _ in range(many + 1)]
    best[0][(0,) * len(pairs)] = 0.0
    for placed in range(many):
        for state, so_far in best[placed].items():
            for at, held in enumerate(values):
                if state[at] == len(held) or any(state[one] < len(values[one]) for one in first[at]):
                    continue
                known = pairs[at][0] == pairs[at][1]
                gained = (placed + (len(held) + 1) / 2) * sum(held) if known else (placed + 1) * held[state[at]]
                step = len(held) if known else 1
                then = (*state[:at], state[at] + step, *state[at + 1 :])
                best[placed + step][then] = max(best[placed + step].get(then, -math.inf), so_far + gained)
    return max(best[many].values())
