"""Where mass can lie when events are only known to lie between two days: the innermost intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.survival.time_at_risk import LAST_POSSIBLE_DAY, Floats

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Innermost:
    """left, right: of each innermost interval (left, right], ascending, shape (m,); the last may end in infinity.

    first, last: of each distinct observation the innermost intervals that it covers, from first to last; weight: of
    those with just this, shape (k,). n: observations.

    >>> found = Innermost.of([0, 4, 8], [6, 8, float("inf")])
    >>> found.left.tolist(), found.right.tolist(), found.first.tolist(), found.last.tolist()
    ([4.0, 8.0], [6.0, inf], [0, 1], [0, 1])
    """

    left: Floats
    right: Floats
    first: Places
    last: Places
    weight: Floats
    n: int

    @classmethod
    def of(cls, last_free: ArrayLike, seen: ArrayLike, weight: ArrayLike | None = None) -> Innermost:
        """Of observations (last_free, seen]; ValueError names the array, what was found in it and what is allowed."""
        lows, highs = np.asarray(last_free, dtype=np.float64), np.asarray(seen, dtype=np.float64)
        weights = np.ones(lows.shape) if weight is None else np.asarray(weight, dtype=np.float64)
        _check(lows, highs, weights)
        ends, starts = np.unique(highs), np.unique(lows)
        # An end whose nearest start before it is after every other end: there and only there do all that cover it meet.
        nearest = starts[np.searchsorted(starts, ends, side="left") - 1]
        inner = np.append(-np.inf, ends[:-1]) <= nearest
        left, right = nearest[inner], ends[inner]
        first = np.searchsorted(left, lows, side="left")
        last = np.searchsorted(right, highs, side="right") - 1
        pairs, member = np.unique(np.column_stack((first, last)), axis=0, return_inverse=True)
        total = np.bincount(member.ravel(), weights).astype(np.float64)
        return cls(left, right, pairs[:, 0], pairs[:, 1], total, lows.size)


def _check(lows: Floats, highs: Floats, weights: Floats) -> None:
    if not lows.shape == highs.shape == weights.shape or lows.ndim != 1 or not lows.size:
        found = [array.shape for array in (lows, highs, weights)]
        raise ValueError(
            f"last_free, seen and weight must be one-dimensional, of one length and not empty, found {found}"
        )
    if not (np.isfinite(lows) & (lows >= 0) & (lows <= LAST_POSSIBLE_DAY)).all():
        raise ValueError("last_free must be days from 0 on: 0 for who was seen only once, with the event")
    if not (highs > lows).all():
        count = int((~(highs > lows)).sum())
        raise ValueError(f"seen must be after last_free, infinity where it was never seen; {count} are not")
    if not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError("weight must be positive and finite: leave out rows that do not count")
