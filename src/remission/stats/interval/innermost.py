"""Where mass can lie when events are only known to lie between two days: the innermost intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.interval.rows import IntervalRows
from remission.stats.survival.time_at_risk import Floats

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
        return cls.of_rows(IntervalRows.of(last_free, seen, weight))

    @classmethod
    def of_rows(cls, rows: IntervalRows) -> Innermost:
        """Of checked observations."""
        return cls.on(rows, *cls.between(rows.last_free, rows.seen))

    @classmethod
    def on(cls, rows: IntervalRows, left: Floats, right: Floats) -> Innermost:
        """Observations by which of these intervals they cover; each covers one, and wholly what it meets."""
        first = np.searchsorted(left, rows.last_free, side="left")
        last = np.searchsorted(right, rows.seen, side="right") - 1
        codes, member = np.unique(first * left.size + last, return_inverse=True)
        total = np.bincount(member, rows.weight).astype(np.float64)
        return cls(left, right, codes // left.size, codes % left.size, total, rows.n)

    @staticmethod
    def between(lows: Floats, highs: Floats) -> tuple[Floats, Floats]:
        """left, right of the innermost intervals of (lows, highs], shape (m,); none of no observation."""
        if not lows.size:
            return lows, highs
        ends, starts = np.unique(highs), np.unique(lows)
        # An end whose nearest start before it is after every other end: there and only there do all that cover it meet.
        nearest = starts[np.searchsorted(starts, ends, side="left") - 1]
        inner = np.append(-np.inf, ends[:-1]) <= nearest
        return nearest[inner], ends[inner]
