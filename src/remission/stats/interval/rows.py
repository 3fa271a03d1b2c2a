"""Observations of which two days are known, checked: the last day without the event, and the first with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.survival.time_at_risk import LAST_POSSIBLE_DAY, Floats


@dataclass(frozen=True, eq=False)
class IntervalRows:
    """last_free, seen: each event is after the one day and by the other, infinity if never seen; weight; shape (n,)."""

    last_free: Floats
    seen: Floats
    weight: Floats

    @classmethod
    def of(cls, last_free: ArrayLike, seen: ArrayLike, weight: ArrayLike | None = None) -> IntervalRows:
        """Checked observations; ValueError names the array, what was found in it and what is allowed.

        >>> IntervalRows.of([0, 4], [6, float("inf")]).n
        2
        """
        lows, highs = np.asarray(last_free, dtype=np.float64), np.asarray(seen, dtype=np.float64)
        weights = np.ones(lows.shape) if weight is None else np.asarray(weight, dtype=np.float64)
        _check(lows, highs, weights)
        return cls(lows, highs, weights)

    @property
    def n(self) -> int:
        """Observations."""
        return int(self.last_free.size)

    @property
    def events(self) -> int:
        """Observations that end with the event seen."""
        return int(np.isfinite(self.seen).sum())


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
