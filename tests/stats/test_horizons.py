"""Years and months in days."""

from __future__ import annotations

import pytest

from remission.stats.horizons import MONTH_DAYS, days_to_months, days_to_years, years_to_days


def test_a_horizon_in_years_is_a_whole_day_halves_up() -> None:
    # 2 x 365.25 = 730.5 goes up; rounding to even would give 730.
    assert [years_to_days(years) for years in (0, 0.5, 1, 2, 3, 4, 5, 10)] == [0, 183, 365, 731, 1096, 1461, 1826, 3653]


def test_a_month_is_a_twelfth_of_a_year() -> None:
    assert MONTH_DAYS == 30.4375
    assert days_to_months(years_to_days(4)) == 48
    assert days_to_years(1461) == 4


@pytest.mark.parametrize("years", [-1, float("nan"), float("inf")])
def test_an_impossible_number_of_years_is_refused(years: float) -> None:
    with pytest.raises(ValueError, match=f"years must be a number from 0 on, found {years}"):
        years_to_days(years)
