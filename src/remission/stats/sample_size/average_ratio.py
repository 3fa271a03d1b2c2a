"""What a log-rank test sees of hazards that are not proportional: the average hazard ratio at each look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.not_a_design import refuse
from remission.stats.sample_size.calendar import Calendar, events_by_piece

if TYPE_CHECKING:
    from remission.stats.sample_size.piecewise import Floats


@dataclass(frozen=True)
class AverageRatio:
    """At one time of the trial: the average `ratio`, the `events` of both arms, and the mean of Z (`drift`) by then.

    Both are None where in some piece with events one arm has no hazard at all, or where there is no event.
    """

    at: float
    ratio: float | None
    events: float
    drift: float | None


def average_ratios(at: Sequence[float], calendar: Calendar) -> tuple[AverageRatio, ...]:
    """The average hazard ratio at each time of the trial, of the first arm to the second.

    The mean of the logarithm over pieces in which both hazards are constant, each with the events of both arms expected
    in it by then: early looks see early hazards alone. It is what the numerator of the log-rank test has for its mean
    by Schoenfeld 1981, doi:10.1093/biomet/68.1.316, as long as arms stay as large as they began, relative to each
    other. drift: -log ratio sqrt(events r) / (1 + r), the mean of Z in favour of the first arm, for
    `crossing_probabilities`. Pinned to the same by quadrature in R. NotADesign for other than two arms or time 0.

    >>> from remission.stats.sample_size.calendar import Accrual, Arm, PiecewiseHazard
    >>> late = Arm(PiecewiseHazard((0.0, 6.0), (0.1, 0.05)), 0.5), Arm(PiecewiseHazard.constant(0.1), 0.5)
    >>> [round(one.ratio, 3) for one in average_ratios([6.0, 12.0, 36.0], Calendar(200, Accrual.constant(20.0), late))]
    [1.0, 0.91, 0.709]
    """
    reasons = [] if len(calendar.arms) == 2 else [f"an average ratio has two arms, found {len(calendar.arms)}"]
    refuse(reasons + [f"times must be above 0, found {one:g}" for one in at if not one > 0])
    return tuple(_at(one, calendar) for one in at)


def _at(at: float, calendar: Calendar) -> AverageRatio:
    treated, control = (arm.hazard for arm in calendar.arms)
    # Starts of dropout are left out: leaving moves how many events there are, and not the ratio within a piece.
    starts = np.unique([*treated.starts, *control.starts])
    events = events_by_piece(at, calendar, tuple(map(float, starts))).sum(axis=1)
    mean = _mean_log(treated.at(starts), control.at(starts), events)
    # How many events there are by then is known all the same.
    if mean is None:
        return AverageRatio(at, None, float(events.sum()), None)
    share = calendar.arms[0].share
    # The share times its rest is r / (1 + r)^2 of the allocation r.
    drift = -mean * math.sqrt(float(events.sum()) * share * (1 - share))
    return AverageRatio(at, math.exp(mean), float(events.sum()), drift)


def _mean_log(treated: Floats, control: Floats, events: Floats) -> float | None:
    # A piece that nobody has reached yet says nothing, so a hazard of 0 in it does no harm.
    seen = events > 0
    if not seen.any() or not (treated[seen] > 0).all() or not (control[seen] > 0).all():
        return None
    return float(np.average(np.log(treated[seen] / control[seen]), weights=events[seen]))
