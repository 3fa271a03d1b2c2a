"""Hazards and accrual that are constant by pieces: what everything about sizes and calendars is made of.

Times are in one unit throughout, which is the caller's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remission.inputs.not_a_design import not_between, not_from_zero, refuse

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PiecewiseHazard:
    """A hazard per unit time that is `rates[i]` from `starts[i]` of a person's own time on; the last goes on for ever.

    `starts[0]` is 0. NotADesign (a ValueError) with every reason: starts out of order, rates below 0, unequal lengths.

    >>> PiecewiseHazard((0.0, 12.0), (0.02, 0.01)).cumulative([6, 24]).round(2).tolist()
    [0.12, 0.36]
    """

    starts: tuple[float, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        refuse(_not_piecewise("hazards", self.starts, self.rates))

    @classmethod
    def constant(cls, rate: float) -> PiecewiseHazard:
        """The same hazard always: times are exponential.

        >>> PiecewiseHazard.constant(0.05)
        PiecewiseHazard(starts=(0.0,), rates=(0.05,))
        """
        return cls((0.0,), (rate,))

    def at(self, times: Sequence[float] | Floats) -> Floats:
        """The hazard at each time; at a start, that of the piece that begins."""
        places = np.searchsorted(np.asarray(self.starts), np.asarray(times, dtype=float), side="right") - 1
        return np.asarray(self.rates, dtype=float)[places]

    def cumulative(self, times: Sequence[float] | Floats) -> Floats:
        """The cumulative hazard by each time; the share still free is exp of its negative."""
        return _area(self.starts, self.rates, np.asarray(times, dtype=float))

    def times(self, factor: float) -> PiecewiseHazard:
        """The same times a hazard ratio.

        >>> PiecewiseHazard.constant(0.25).times(0.5).rates
        (0.125,)
        """
        return PiecewiseHazard(self.starts, tuple(rate * factor for rate in self.rates))


@dataclass(frozen=True)
class Accrual:
    """People who enter per unit time: `rates[i]` from `starts[i]` of the trial's time on; the last rate goes on.

    NotADesign (a ValueError) with every reason: starts out of order, rates below 0, nobody who enters.

    >>> Accrual((0.0, 6.0), (5.0, 10.0)).until(90)
    12.0
    """

    starts: tuple[float, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        reasons = _not_piecewise("accrual", self.starts, self.rates)
        if not any(rate > 0 for rate in self.rates):
            reasons.append("nobody enters: a rate of accrual must be above 0")
        refuse(reasons)

    @classmethod
    def constant(cls, rate: float) -> Accrual:
        """As many per unit time always.

        >>> Accrual.constant(10.0).until(30)
        3.0
        """
        return cls((0.0,), (rate,))

    @classmethod
    def ramp(cls, over: float, rate: float, steps: int = 12) -> Accrual:
        """Accrual that rises evenly from 0 to `rate` over so long, in steps of the rate at their middles, and stays.

        As many enter in each step as on the straight line. NotADesign for `over` or `steps` not above 0.

        >>> Accrual.ramp(6, 12, steps=3)
        Accrual(starts=(0.0, 2.0, 4.0, 6.0), rates=(2.0, 6.0, 10.0, 12.0))
        """
        refuse([*not_between("over", over, 0, math.inf), *not_between("steps", steps, 0, math.inf)])
        starts = tuple(over * step / steps for step in range(steps + 1))
        return cls(starts, (*(rate * (step + 0.5) / steps for step in range(steps)), float(rate)))

    @property
    def total(self) -> float:
        """How many enter in all: infinite where accrual never ends."""
        return math.inf if self.rates[-1] > 0 else float(self.entered(self.starts)[-1])

    def entered(self, times: Sequence[float] | Floats) -> Floats:
        """How many have entered by each time if accrual goes on."""
        return _area(self.starts, self.rates, np.asarray(times, dtype=float))

    def until(self, people: float) -> float:
        """The time at which so many are in. NotADesign if there are never so many.

        >>> Accrual((0.0, 10.0), (3.0, 0.0)).until(31)
        Traceback (most recent call last):
            ...
        remission.inputs.not_a_design.NotADesign: no design: accrual never reaches 31: it ends at 30
        """
        refuse(not_between("people", people, 0, math.inf))
        by_start = self.entered(self.starts)
        # The last piece that begins with fewer than asked for, and in which somebody enters.
        # By the left: whoever is the last before a pause is in when the pause begins, and not when it ends.
        place = int(np.searchsorted(by_start, people, side="left")) - 1
        if self.rates[place] <= 0:
            refuse([f"accrual never reaches {people:g}: it ends at {by_start[-1]:g}"])
        return float(self.starts[place] + (people - by_start[place]) / self.rates[place])


def _area(starts: Sequence[float], rates: Sequence[float], times: Floats) -> Floats:
    edges, heights = np.asarray(starts, dtype=float), np.asarray(rates, dtype=float)
    before = np.concatenate(([0.0], np.cumsum(heights[:-1] * np.diff(edges))))
    place = np.maximum(np.searchsorted(edges, times, side="right") - 1, 0)
    # Before 0 nobody has entered and nothing has happened: such times have an area of 0 and none below it.
    area: Floats = before[place] + heights[place] * np.maximum(times - edges[place], 0.0)
    return area


def _not_piecewise(name: str, starts: Sequence[float], rates: Sequence[float]) -> list[str]:
    reasons = not_from_zero(f"starts of {name}", starts)
    if len(starts) != len(rates):
        reasons.append(f"{name} must have a rate for each start, found {len(rates)} for {len(starts)}")
    # Asked for what is right, since a NaN is not below 0 either.
    wrong = [f"{rate:g}" for rate in rates if not (rate >= 0 and math.isfinite(rate))]
    return reasons + ([f"{name} must be 0 or more per unit time, found {', '.join(wrong)}"] if wrong else [])
