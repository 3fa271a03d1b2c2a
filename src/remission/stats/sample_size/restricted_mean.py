"""The restricted mean planned: how much event-free time is gained up to a horizon, and how well that is told."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from remission.inputs.not_a_design import not_between, refuse
from remission.stats.sample_size.at_risk import expect_at_risk

if TYPE_CHECKING:
    from remission.stats.sample_size.calendar import Calendar

# The share free of the event below which nothing adds to a variance.
FEWEST = 1e-12


def expected_gain(at: float, calendar: Calendar, horizon: float) -> tuple[float, float]:
    """The difference of restricted means, treated less control, and the variance of its estimate for one person.

    With n people the variance is n times less. In each arm it is the integral of (area of the curve from t to the
    horizon)^2 hazard / at risk. NotADesign for a horizon that nobody is followed to. Pinned to `integrate` in R.
    Uno and others 2014, doi:10.1200/JCO.2014.55.2208.

    >>> from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, PiecewiseHazard
    >>> arms = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.2, 0.1))
    >>> [round(one, 4) for one in expected_gain(5, Calendar(400, Accrual((0.0,), (200.0,)), arms), 3)]
    [0.3359, 3.3511]
    """
    seen = expect_at_risk(at, calendar, until=horizon)
    means = seen.widths @ seen.free
    variance = 0.0
    for arm in (0, 1):
        # An event costs the area that was still ahead of it, so that early events move the mean most.
        ahead = means[arm] - seen.up_to(seen.free[:, arm])
        # What is still ahead of so few is lost in rounding, and divided by hardly anybody it would be anything.
        left = np.where(seen.free[:, arm] > FEWEST, seen.at_risk[:, arm], 0.0)
        variance += float(seen.widths @ seen.over_those_left(ahead**2 * seen.hazards[:, arm], left))
    if not variance > 0:
        refuse([f"no event is expected up to {horizon:g}: without any there is no gain to tell"])
    return float(means[1] - means[0]), variance


def power_for_restricted_mean(at: float, calendar: Calendar, horizon: float, *, alpha: float) -> float:
    """Power to tell the difference of restricted means from 0 in the direction of the treated; alpha: one-sided.

    NotADesign as `expected_gain`, and for an alpha outside 0 to 0.5.

    >>> from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, PiecewiseHazard
    >>> arms = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.2, 0.1))
    >>> round(power_for_restricted_mean(5, Calendar(400, Accrual((0.0,), (200.0,)), arms), 3, alpha=0.025), 3)
    0.956
    """
    refuse(not_between("alpha", alpha, 0, 0.5))
    gain, variance = expected_gain(at, calendar, horizon)
    return float(ndtr(gain / math.sqrt(variance / calendar.people) - ndtri(1 - alpha)))


def people_for_restricted_mean(at: float, calendar: Calendar, horizon: float, *, alpha: float, power: float) -> float:
    """People wanted in all, not yet rounded up, if they enter at a rate as much larger as they are more.

    NotADesign as `expected_gain`, and where the treated gain nothing up to the horizon.
    """
    refuse([*not_between("alpha", alpha, 0, 0.5), *not_between("power", power, alpha, 1)])
    gain, variance = expected_gain(at, calendar, horizon)
    if not gain > 0:
        refuse([f"up to {horizon:g} the treated gain nothing, and no number of people shows that they do"])
    return float(variance * ((ndtri(1 - alpha) + ndtri(power)) / gain) ** 2)
