"""What becomes of one person by a time of their own: the event, dropping out, or neither yet."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import exprel

from remission.stats.sample_size.piecewise import Floats, PiecewiseHazard

# Below this, x - 1 + exp(-x) loses digits, and five terms of its series have them all.
SMALL = 1e-2


@dataclass(frozen=True, eq=False)
class FollowUp:
    """What becomes of a person: `chance` of an event by a time of their own, and the `area` below it.

    One person under one hazard, in closed form. Both arms together, as a weighted test wants them, are `AtRisk`.
    """

    starts: Floats
    hazards: Floats
    leaving: Floats
    """Hazard of the event and of dropping out together."""

    @classmethod
    def of(cls, hazard: PiecewiseHazard, dropout: PiecewiseHazard, followed_for: float | None) -> FollowUp:
        ends = [] if followed_for is None or math.isinf(followed_for) else [followed_for]
        starts = np.unique([*hazard.starts, *dropout.starts, *ends])
        watched = starts < (math.inf if followed_for is None else followed_for)
        # After the longest follow-up nothing happens any more: with hazards of 0 the sums below need no case for it.
        hazards = np.where(watched, hazard.at(starts), 0.0)
        return cls(starts, hazards, np.where(watched, hazards + dropout.at(starts), 0.0))

    @property
    def in_the_end(self) -> float:
        """The chance ever to have the event."""
        place, _, still, had, _ = self._at(self.starts[-1:])
        # Both hazards stay as they are, so of all who are left the event takes its share of the two.
        ever = self.hazards[place] / self.leaving[place] if self.leaving[-1] > 0 else 0.0
        return float((had + still * ever)[0])

    def chance(self, times: Floats) -> Floats:
        """The chance to have had the event by each time, not having dropped out before."""
        place, since, still, had, _ = self._at(times)
        return had + still * self._gained(place, since)

    def area(self, times: Floats) -> Floats:
        """The integral of `chance` from 0 to each time."""
        place, since, still, had, below = self._at(times)
        return below + had * since + still * self._bent(place, since)

    def _gained(self, place: NDArray[np.intp], since: Floats) -> Floats:
        """The chance of the event within a piece, of those still there at its start."""
        # The quotient is 1 at 0, so that a piece which nobody leaves needs no division by 0.
        chance: Floats = self.hazards[place] * since * exprel(-self.leaving[place] * since)
        return chance

    def _bent(self, place: NDArray[np.intp], since: Floats) -> Floats:
        """The integral of that chance."""
        return self.hazards[place] * since**2 * _second(self.leaving[place] * since)

    def _at(self, times: Floats) -> tuple[NDArray[np.intp], Floats, Floats, Floats, Floats]:
        """For each time its piece, how long that has lasted; who is still there at its start, chance and area then."""
        widths = np.diff(self.starts)
        pieces = np.arange(widths.size)
        still = np.exp(-_summed(self.leaving[:-1] * widths))
        had = _summed(still[:-1] * self._gained(pieces, widths))
        below = _summed(had[:-1] * widths + still[:-1] * self._bent(pieces, widths))
        place = np.searchsorted(self.starts, times, side="right") - 1
        return place, times - self.starts[place], still[place], had[place], below[place]


def _summed(parts: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum(parts)))


def _second(x: Floats) -> Floats:
    """(x - 1 + exp(-x)) / x^2, which is 1/2 at 0."""
    # Both branches are computed for every x, so the one that divides is kept away from 0.
    large = np.maximum(x, SMALL)
    series = 1 / 2 - x / 6 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6 * (1 - x / 7))))
    return np.where(x < SMALL, series, (large + np.expm1(-large)) / large**2)
