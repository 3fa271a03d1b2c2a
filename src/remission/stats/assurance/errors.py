"""How far a log hazard ratio may be off: by the events of both groups, by all events, or by a printed interval."""

from __future__ import annotations

import math

from remission.stats.intervals import normal_quantile

# Beyond these the events of two equal groups are no longer alike, and 4 / events is too small.
SHORTCUT_FROM, SHORTCUT_TO = 0.5, 2.0


def error_from_groups(events: float, others: float) -> float:
    """Standard error of a log ratio of two hazards, sqrt(1/a + 1/b), from the events of either group.

    With constant hazards the events of a group are Poisson, so the log of its rate has variance 1/a whatever the
    follow-up; Cox's model comes to the same where hazards are proportional. ValueError where either is not above 0:
    with no event in a group there is no such error.

    >>> round(error_from_groups(20, 29), 3)
    0.291
    """
    if not (_positive(events) and _positive(others)):
        raise ValueError(f"events of both groups must be above 0, found {events} and {others}")
    return math.sqrt(1 / events + 1 / others)


def error_from_events(events: float, ratio: float) -> float:
    """The shortcut sqrt(4 / events) for two groups of one size; only near a ratio of 1, where events are shared evenly.

    At a ratio of 0.5 it is 6 % too small already, at 0.07 half of what it should be. ValueError for a ratio outside 0.5
    to 2, or events not above 0.

    >>> error_from_events(100, 0.7)
    0.2
    """
    if not _positive(events):
        raise ValueError(f"events must be above 0, found {events}")
    if not SHORTCUT_FROM <= ratio <= SHORTCUT_TO:
        raise ValueError(f"the shortcut 4 / events holds for ratios from 0.5 to 2, found {ratio}")
    return math.sqrt(4 / events)


def error_from_interval(low: float, high: float, level: float = 0.95) -> float:
    """The error that a printed interval of a ratio implies: its width on the log scale over twice the normal quantile.

    ValueError where the ends are not above 0 and in order, or the level not between 0 and 1.

    >>> round(error_from_interval(0.02, 0.24), 3)
    0.634
    """
    if not (_positive(low) and math.isfinite(high) and low < high and 0 < level < 1):
        raise ValueError(f"an interval must be above 0 and in order, found {low} to {high} at {level}")
    return math.log(high / low) / (2 * normal_quantile(level))


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0
