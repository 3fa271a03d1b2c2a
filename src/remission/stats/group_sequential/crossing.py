"""How likely a trial with looks ends where, if the effect is so large."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.inputs.not_a_design import refuse
from remission.stats.group_sequential.going import Going

if TYPE_CHECKING:
    from remission.stats.group_sequential.boundaries import Boundaries

Drift = float | Sequence[float]


@dataclass(frozen=True)
class Crossing:
    """The chance to end at each look above the `upper` bound, and below the `lower` one.

    lower: for futility before the last look, and at the last one whatever is not above; in a design of two sides that
    the other side is significant.
    """

    fractions: tuple[float, ...]
    upper: tuple[float, ...]
    lower: tuple[float, ...]

    @property
    def power(self) -> float:
        """The chance ever to end above: of two sides only the upper one, for below the effect is the other way."""
        return math.fsum(self.upper)

    @property
    def ended(self) -> tuple[float, ...]:
        """The chance to end at each look; the last look ends every trial."""
        early = [above + below for above, below in zip(self.upper[:-1], self.lower[:-1], strict=True)]
        # As what is left over: of two sides the last look also ends trials that are significant on neither.
        return (*early, 1 - math.fsum(early))

    @property
    def expected_fraction(self) -> float:
        """The information expected when the trial ends, as a share of the largest."""
        return math.fsum(time * chance for time, chance in zip(self.fractions, self.ended, strict=True))


def crossing_probabilities(boundaries: Boundaries, drift: Drift, *, keep_futility: bool = True) -> Crossing:
    """Where trials end under a drift: the mean of Z at information 1, or its mean at each look, one by one.

    Means by look are for effects that change as a trial goes on, as where hazards are not proportional. keep_futility:
    does a trial below a futility bound stop? Power is usually told as if it did, and the error that is spent as if it
    need not. Recursive numerical integration, see `going.py`; pinned to rpact. NotADesign for means that are not one a
    look.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> told = crossing_probabilities(find_boundaries(0.025, [0.5, 1], "obrien-fleming"), 3.24)
    >>> [round(one, 4) for one in (*told.upper, told.power, told.expected_fraction)]
    [0.2509, 0.6478, 0.8988, 0.8745]
    """
    means = means_of_sums(boundaries, drift)
    ends = list(ends_from(Going.from_point(), boundaries, means, keep_futility=keep_futility))
    return Crossing(boundaries.fractions, tuple(one[0] for one in ends), tuple(one[1] for one in ends))


def means_of_sums(boundaries: Boundaries, drift: Drift) -> tuple[float, ...]:
    """The mean at each look of B = Z sqrt t, the sum of what was seen."""
    times = boundaries.fractions
    if not isinstance(drift, Sequence):
        refuse([] if math.isfinite(drift) else [f"drift must be a finite number, found {drift}"])
        return tuple(drift * time for time in times)
    if len(drift) != len(times) or not all(map(math.isfinite, drift)):
        refuse([f"drift must be a number, or one for each of {len(times)} looks, found {', '.join(map(str, drift))}"])
    return tuple(mean * math.sqrt(time) for mean, time in zip(drift, times, strict=True))


def ends_from(
    going: Going, boundaries: Boundaries, means: Sequence[float], *, keep_futility: bool, seen: int = 0
) -> Iterator[tuple[float, float]]:
    """From trials that go on after so many looks `seen`: the chance to end above and below at each look to come."""
    times, lower = boundaries.fractions, boundaries.lower(keep_futility=keep_futility)
    for look in range(seen, len(times)):
        time, gain = times[look], means[look] - (means[look - 1] if look else 0.0)
        # The sum is carried on and not Z, for the steps of the sum do not hang on where it stands.
        low, high = lower[look] * math.sqrt(time), boundaries.upper[look] * math.sqrt(time)
        yield going.above(high, time, gain), going.below(low, time, gain)
        if look + 1 < len(times):
            going = going.on(low, high, time, gain, times[look + 1])
