"""How long a trial with looks is expected to last, as it may end early."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.stats.sample_size.calendar import Calendar, time_of_events

if TYPE_CHECKING:
    from remission.stats.group_sequential.boundaries import Boundaries
    from remission.stats.group_sequential.crossing import Crossing


@dataclass(frozen=True)
class Duration:
    """When each look is expected, with how many `events` and `people`; and what is expected of the trial's end."""

    times: tuple[float, ...]
    events: tuple[float, ...]
    people: tuple[float, ...]
    expected_time: float
    expected_events: float
    expected_people: float


def expected_duration(boundaries: Boundaries, crossing: Crossing, events: float, calendar: Calendar) -> Duration:
    """When looks come that wait for their share of `events`, and how long the trial is expected to last.

    crossing: of `crossing_probabilities` for the effect that the calendar's arms have; events: at information 1. Each
    look is at the time at which its events are expected, so the spread of that time is left out. Pinned to rpact's
    `getPowerSurvival`. NotADesign where the events never come.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> from remission.stats.group_sequential.crossing import crossing_probabilities
    >>> from remission.stats.sample_size.calendar import Accrual, Arm, PiecewiseHazard
    >>> looks = find_boundaries(0.025, [0.5, 1], "pocock")
    >>> both = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.05, 0.1))
    >>> calendar = Calendar(120, Accrual.constant(10.0), both)
    >>> told = expected_duration(looks, crossing_probabilities(looks, 3.2), 88, calendar)
    >>> [round(one, 2) for one in (*told.times, told.expected_time)]
    [12.73, 25.51, 18.58]
    """
    wanted = tuple(events * fraction for fraction in boundaries.fractions)
    times = tuple(time_of_events(one, calendar) for one in wanted)
    # Accrual goes on by itself: nobody enters after the last of the trial's people.
    people = tuple(min(float(one), calendar.people) for one in calendar.accrual.entered(times))
    return Duration(times, wanted, people, *(_mean(crossing.ended, values) for values in (times, wanted, people)))


def _mean(chances: tuple[float, ...], values: tuple[float, ...]) -> float:
    return math.fsum(chance * value for chance, value in zip(chances, values, strict=True))
