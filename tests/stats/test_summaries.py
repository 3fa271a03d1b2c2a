"""Medians with quartiles or range, and what becomes of missing values."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.summaries import estimate_median_iqr, estimate_median_range, quantiles

numbers = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50)


@given(numbers)
def test_quartiles_are_those_of_the_standard_library(values: list[float]) -> None:
    expected = statistics.quantiles(values, n=4, method="inclusive")
    np.testing.assert_allclose(quantiles(values, [0.25, 0.5, 0.75]), expected, rtol=1e-9, atol=1e-6)


@given(numbers)
def test_the_range_is_smallest_and_largest(values: list[float]) -> None:
    (row,) = estimate_median_range(values).rows()
    assert (row["low"], row["high"]) == (min(values), max(values))
    assert row["value"] == pytest.approx(statistics.median(values))


@given(numbers)
def test_missing_values_are_left_out_and_counted(values: list[float]) -> None:
    (row,), (full,) = (estimate_median_iqr(x).rows() for x in ([*values, math.nan, math.nan], values))
    assert (row["value"], row["low"], row["high"]) == (full["value"], full["low"], full["high"])
    assert (row["n"], row["numerator"], row["denominator"]) == (len(values), len(values), len(values) + 2)


def test_it_says_what_the_spread_is() -> None:
    assert estimate_median_iqr([1.0]).rows()[0]["method"] == "median and quartiles (type 7)"
    assert estimate_median_range([1.0], what="follow-up", unit="months").rows()[0]["unit"] == "months"


@pytest.mark.parametrize("values", [[], [math.nan]])
def test_no_value_is_not_estimable(values: list[float]) -> None:
    assert estimate_median_iqr(values).rows()[0]["absent_reason"] == "not estimable"
    assert np.isnan(quantiles(values, [0.5])).all()


def test_a_probability_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"probabilities must lie between 0 and 1, found \[50\]"):
        quantiles([1.0], [0.5, 50])
