"""The conventions that turn years and months into days and back, fixed once so that no two tables differ by a day."""

from __future__ import annotations

import math

YEAR_DAYS = 365.25
MONTH_DAYS = YEAR_DAYS / 12


def years_to_days(years: float) -> int:
    """Whole days in so many years of 365.25 days, halves up; ValueError for a negative or endless number of years.

    >>> [years_to_days(years) for years in (1, 2, 3, 5)]
    [365, 731, 1096, 1826]
    """
    if not 0 <= years < math.inf:
        raise ValueError(f"years must be a number from 0 on, found {years}")
    return math.floor(YEAR_DAYS * years + 0.5)


def days_to_months(days: float) -> float:
    """Months of 30.4375 days in so many days.

    >>> days_to_months(1826.25)
    60.0
    """
    return days / MONTH_DAYS


def days_to_years(days: float) -> float:
    """Years of 365.25 days in so many days.

    >>> days_to_years(1461)
    4.0
    """
    return days / YEAR_DAYS
