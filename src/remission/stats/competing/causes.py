"""Rows at risk of several kinds of events, checked once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.survival.time_at_risk import Flags, Floats, TimeAtRisk


@dataclass(frozen=True, eq=False)
class CauseRows:
    """Rows with follow-up and the kind of event that ended each: 1, 2, ..., or 0 for none, shape (n,).

    kept: bool, which of the rows given these are.

    >>> CauseRows.of([3, 5, 7], [1, 0, 2]).causes
    (1, 2)
    """

    rows: TimeAtRisk
    cause: NDArray[np.int64]
    kept: Flags

    @classmethod
    def of(
        cls,
        exit: ArrayLike,
        cause: ArrayLike,
        entry: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        cluster: ArrayLike | None = None,
    ) -> CauseRows:
        """Checked rows; ValueError names the array, what was found in it and what is allowed."""
        kinds = np.asarray(cause)
        if kinds.dtype.kind not in "iu" or (kinds.size and kinds.min() < 0):
            raise ValueError(f"cause must be 0 for no event and 1, 2, ... for each kind, found {kinds.dtype}")
        rows = TimeAtRisk.of(exit, kinds > 0, entry, weight, cluster)
        kept = np.asarray(exit) > (0 if entry is None else np.maximum(entry, 0))
        return cls(rows, kinds[kept].astype(np.int64), kept)

    @property
    def causes(self) -> tuple[int, ...]:
        """The kinds of events that happened, ascending."""
        return tuple(np.unique(self.cause[self.cause > 0]).tolist())

    def check_happened(self, cause: int) -> None:
        """KeyError if nobody had an event of this kind, saying which kinds there were."""
        if cause not in self.causes:
            others = f", only of {', '.join(map(str, self.causes))}" if self.causes else ", nor of any other"
            raise KeyError(f"nobody had an event of kind {cause}{others}")

    def events_by_day(self, cause: int) -> Floats:
        """Weight of the events of one kind on each day 0, 1, ..., last day."""
        chosen, rows = self.cause == cause, self.rows
        weight = None if rows.weight is None else rows.weight[chosen]
        return np.bincount(rows.exit[chosen], weight, minlength=rows.last_day + 1).astype(np.float64)
