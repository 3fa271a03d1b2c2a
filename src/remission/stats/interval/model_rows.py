"""The rows behind a model of events seen at visits or on their day: intervals and covariates, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.regression.covariates import Covariates
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.time_at_risk import LAST_POSSIBLE_DAY, Flags, Floats

ADVICE = "keep fewer columns than events"


@dataclass(frozen=True, eq=False)
class IntervalModelRows:
    """Rows with a value in every column: the event is after last_free and by seen, or on that day if both are one.

    last_free, seen, weight: shape (n,); names, values: covariates, shape (n, p); n_incomplete: rows left out.
    """

    last_free: Floats
    seen: Floats
    weight: Floats
    names: tuple[str, ...]
    values: Floats
    n_incomplete: int

    @classmethod
    def of(
        cls,
        last_free: ArrayLike,
        seen: ArrayLike,
        columns: Mapping[str, ArrayLike] | None,
        weight: ArrayLike | None,
    ) -> IntervalModelRows:
        """Checked rows; ValueError for arrays that do not fit, NotEstimable with every reason why no model does."""
        lows, highs = np.asarray(last_free, dtype=np.float64), np.asarray(seen, dtype=np.float64)
        weights = np.ones(lows.shape) if weight is None else np.asarray(weight, dtype=np.float64)
        _check(lows, highs, weights)
        arrays, kept = Covariates.checked(columns) if columns else ({}, np.ones(lows.size, np.bool_))
        if kept.shape != lows.shape:
            raise ValueError(f"covariates must have one value a row, {lows.size}, found {kept.size}")
        rows = lows[kept], highs[kept], weights[kept]
        values = _estimable(rows[1], {name: column[kept] for name, column in arrays.items()}, kept)
        return cls(*rows, tuple(arrays), values, int(kept.size - np.count_nonzero(kept)))

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.seen.size)

    @property
    def events(self) -> int:
        """Rows with the event."""
        return int(np.isfinite(self.seen).sum())

    @property
    def exact(self) -> Flags:
        """Rows whose event is known to the day, shape (n,)."""
        return np.asarray(self.last_free == self.seen)

    @property
    def middle(self) -> Floats:
        """The middle of each interval that ends in the event, in days."""
        ended = np.isfinite(self.seen)
        return (self.last_free[ended] + self.seen[ended]) / 2

    @property
    def left_out(self) -> str:
        """What was left out of the model, for its method; empty if nothing."""
        return f", {self.n_incomplete} rows without a covariate left out" if self.n_incomplete else ""


def _check(lows: Floats, highs: Floats, weights: Floats) -> None:
    if not lows.shape == highs.shape == weights.shape or lows.ndim != 1 or not lows.size:
        found = [array.shape for array in (lows, highs, weights)]
        raise ValueError(
            f"last_free, seen and weight must be one-dimensional, of one length and not empty, found {found}"
        )
    if not (np.isfinite(lows) & (lows >= 0) & (lows <= LAST_POSSIBLE_DAY)).all():
        raise ValueError("last_free must be days from 0 on: 0 for who was seen only once, with the event")
    if not ((highs >= lows) & (highs > 0)).all():
        count = int((~((highs >= lows) & (highs > 0))).sum())
        raise ValueError(
            f"seen must be after last_free and after day 0, or last_free itself for an event known to the day, "
            f"infinity where it was never seen; {count} are not"
        )
    if not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError("weight must be positive and finite: leave out rows that do not count")


def _estimable(seen: Floats, columns: Mapping[str, Floats], kept: Flags) -> Floats:
    """The covariates as a matrix; NotEstimable with all reasons at once."""
    if not kept.any():
        raise NotEstimable(["no row has a value in every column: nothing can be compared"])
    events = int(np.isfinite(seen).sum())
    reasons = [] if events else ["no event: nobody has shown who is at higher risk"]
    if len(columns) > events > 0:
        reasons.append(f"{len(columns)} columns and {events} events: {ADVICE}")
    try:
        values = Covariates.of(columns).values if columns else np.empty((seen.size, 0))
    except NotEstimable as constant:
        raise NotEstimable([*reasons, *constant.reasons]) from None
    if reasons:
        raise NotEstimable(reasons)
    return values
