"""Counts and sums over trials, all of them whole numbers: in any order and any parts they add up to the same bits.

Their size does not grow with the number of trials.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remission.simulation.months import day_of
from remission.simulation.trials.kernel import FUTILE, REJECTED, Outcomes

if TYPE_CHECKING:
    from remission.simulation.trials.plan import TrialPlan

Counts = NDArray[np.int64]

# An effect is kept as so many steps of its span, either way: the squares of the most trials stay within 63 bits. Its
# bins, from end to end, are a hundredth of a log hazard ratio wide.
STEPS = 2**16
BINS = 1600
SPAN_OF_LOG_RATIO = 8.0


@dataclass(frozen=True, eq=False)
class Moments:
    """How many numbers, their sum, and the sum of their squares; all of whole numbers."""

    count: Counts
    total: Counts
    squares: Counts

    @classmethod
    def of(cls, values: NDArray[Any], counted: NDArray[np.bool_], axis: int = 0) -> Moments:
        """Over one axis, of those values that are counted."""
        kept = np.where(counted, values, 0).astype(np.int64)
        return cls(counted.sum(axis=axis), kept.sum(axis=axis), (kept * kept).sum(axis=axis))

    def mean(self, scale: float = 1.0) -> NDArray[np.float64]:
        """The mean; NaN of nothing."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.total / self.count * scale)

    def spread(self, scale: float = 1.0) -> NDArray[np.float64]:
        """The standard deviation; NaN of fewer than two."""
        exact = np.vectorize(_spread, otypes=[np.float64])
        return np.asarray(exact(self.count, self.total, self.squares) * scale)

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.count + other.count, self.total + other.total, self.squares + other.squares)


def _spread(count: np.int64, total: np.int64, squares: np.int64) -> float:
    n, mean_part = int(count), int(total)
    # In whole numbers of any size: the difference of two large sums loses nothing.
    return math.sqrt((n * int(squares) - mean_part * mean_part) / (n * (n - 1))) if n > 1 else math.nan


@dataclass(frozen=True, eq=False)
class Tally:
    """What is kept of so many trials; k comparisons with control, j looks.

    made, rejected, futile, not_estimable: shape (k, j), by the look; any_rejected: trials in which any arm was better.
    short: trials that ended with fewer events than the last look wanted.
    days, events, people: at each look that was made, shape (j,), and the last place, at the end: shape (j + 1,).
    effects: of each comparison at each look and at its last one, shape (k, j + 1), in steps; bins: the same in bins.
    """

    trials: int
    any_rejected: int
    short: int
    made: Counts
    rejected: Counts
    futile: Counts
    not_estimable: Counts
    days: Moments
    events: Moments
    people: Moments
    effects: Moments
    bins: Counts

    @classmethod
    def of(cls, outcomes: Outcomes, plan: TrialPlan) -> Tally:
        """Of a block's trials."""
        looks = len(plan.looks)
        at_last = outcomes.last[:, :, None] == np.arange(looks)
        # An arm that is done with takes no part in the looks that the others go on to.
        made = (outcomes.day >= 0)[:, None, :] & (np.arange(looks) <= outcomes.last[:, :, None])
        wanted = plan.looks[-1].events or 0
        # The last place is for what a trial ends with, at whichever look that was: a mean over looks would count trials
        # that go on more than once.
        effects = np.concatenate((outcomes.effect, _at(outcomes.effect, outcomes.last)[:, :, None]), axis=2)
        places = effects / effect_span(plan)
        # An effect beyond the span counts as its end, for which there is room in the sums of squares.
        steps = np.rint(np.nan_to_num(np.clip(places, -1, 1)) * STEPS)
        known = ~np.isnan(effects)
        return cls(
            trials=outcomes.day.shape[0],
            any_rejected=int((outcomes.decision == REJECTED).any(axis=1).sum()),
            # Only trials that came to the last look: one that was stopped early waited for no more events.
            short=int(((outcomes.day[:, -1] >= 0) & (outcomes.events[:, -1] < wanted)).sum()),
            rejected=(at_last & (outcomes.decision == REJECTED)[:, :, None]).sum(axis=0),
            futile=(at_last & (outcomes.decision == FUTILE)[:, :, None]).sum(axis=0),
            made=made.sum(axis=0),
            not_estimable=(made & np.isnan(outcomes.z)).sum(axis=0),
            days=_by_look(outcomes.day),
            events=_by_look(outcomes.events),
            people=_by_look(outcomes.people),
            effects=Moments.of(steps, known),
            bins=_binned(places, known),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    def same_bits(self, other: Tally) -> bool:
        """Is every count and sum the same?"""
        return self._numbers() == other._numbers()

    def _numbers(self) -> tuple[object, ...]:
        parts: list[object] = []
        for one in fields(self):
            value = getattr(self, one.name)
            arrays = (value.count, value.total, value.squares) if isinstance(value, Moments) else (value,)
            parts.extend(np.asarray(array).tolist() for array in arrays)
        return tuple(parts)


def effect_span(plan: TrialPlan) -> float:
    """The largest effect that is told from larger ones: of log hazard ratios 8, of restricted means the horizon."""
    return SPAN_OF_LOG_RATIO if plan.restricted_mean_month is None else float(day_of(plan.restricted_mean_month))


def _by_look(values: NDArray[np.int32]) -> Moments:
    """At each look, and at the last that was made in a trial."""
    made = values >= 0
    # Looks only go up, and so do days, events and people: the last is the largest.
    return Moments.of(np.column_stack((values, values.max(axis=1))), np.column_stack((made, made.any(axis=1))))


def _at(values: NDArray[np.float64], look: NDArray[np.int16]) -> NDArray[np.float64]:
    return np.take_along_axis(values, look[:, :, None].astype(np.int64), axis=2)[:, :, 0]


def _binned(places: NDArray[np.float64], known: NDArray[np.bool_]) -> Counts:
    """How many of each comparison and look are in each bin from -span to span, shape (k, j + 1, BINS)."""
    bins = np.floor((np.nan_to_num(np.clip(places, -1, 1)) + 1) * (BINS / 2)).astype(np.int64)
    shape = (*places.shape[1:], BINS)
    # An effect at the very end of the span would be in a bin of its own behind the last.
    place = np.minimum(bins, BINS - 1) + BINS * np.arange(shape[0] * shape[1]).reshape(shape[:2])
    return np.bincount(place[known], minlength=math.prod(shape)).reshape(shape)
