"""Months of a trial or a course as whole days."""

from __future__ import annotations

import math

from remission.stats.horizons import MONTH_DAYS


def day_of(month: float) -> int:
    """The whole day nearest to a month of 30.4375 days, halves up as `years_to_days` has them.

    >>> [day_of(month) for month in (8, 12, 24, 60)]
    [244, 365, 731, 1826]
    """
    # Not by `round`, which takes halves to the even day: two years would end a day before those of every curve.
    return math.floor(month * MONTH_DAYS + 0.5)
