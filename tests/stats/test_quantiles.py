"""Deciles and percentiles of many columns at once: the plain forms, and what must hold of any values."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.quantiles import (
    FEWEST,
    estimate_deciles,
    named_deciles,
    percentile_of,
    percentiles_of_interval,
    without_tails,
)
from remission.stats.summaries import quantiles

NAN = math.nan
SETTINGS = settings(max_examples=150)

a_row = st.lists(st.integers(-50, 50) | st.just(NAN), min_size=6, max_size=6)


def plain_deciles(row: list[float]) -> list[float]:
    ordered = sorted(Fraction(value) for value in row if not math.isnan(value))
    if not ordered:
        return [NAN] * 9
    found = []
    for tenth in range(1, 10):
        below, over = divmod((len(ordered) - 1) * tenth, 10)
        above = ordered[min(below + 1, len(ordered) - 1)]
        found.append(float(ordered[below] + Fraction(over, 10) * (above - ordered[below])))
    return found


def plain_percentile(row: list[float], x: float) -> float:
    known = [value for value in row if not math.isnan(value)]
    if not known or math.isnan(x):
        return NAN
    return 100 * (sum(value < x for value in known) + sum(value == x for value in known) / 2) / len(known)


@SETTINGS
@given(st.lists(a_row, min_size=1, max_size=5))
def test_deciles_of_many_rows_are_each_by_hand_and_those_of_one_column(rows: list[list[float]]) -> None:
    found = estimate_deciles(rows)
    np.testing.assert_allclose(found, [plain_deciles(row) for row in rows], rtol=1e-12, atol=1e-12)
    for ours, row in zip(found, rows, strict=True):
        np.testing.assert_allclose(ours, quantiles(row, [tenth / 10 for tenth in range(1, 10)]), rtol=1e-12, atol=1e-12)


@SETTINGS
@given(st.lists(st.tuples(a_row, st.lists(st.integers(-9, 9) | st.just(NAN), min_size=3, max_size=3)), min_size=1))
def test_percentiles_of_many_rows_are_each_by_hand(rows: list[tuple[list[float], list[float]]]) -> None:
    values, asked = zip(*rows, strict=True)
    expected = [[plain_percentile(row, x) for x in xs] for row, xs in rows]
    np.testing.assert_allclose(percentile_of(values, asked), expected)
    np.testing.assert_allclose(percentile_of(values, 3.0), [plain_percentile(row, 3.0) for row in values])


def test_no_value_has_no_decile() -> None:
    assert np.isnan(estimate_deciles([[NAN, NAN], [NAN, NAN]])).all()
    assert estimate_deciles(np.empty((2, 0))).shape == (2, 9)
    assert math.isnan(percentile_of([], 1.0))


def test_one_value_is_every_decile() -> None:
    assert estimate_deciles([NAN, 4.0]).tolist() == [4.0] * 9


def test_percentiles_mirror_and_the_middle_is_50() -> None:
    values = np.array([3.0, 1.0, 1.0, 8.0, NAN])
    assert percentile_of(values, values)[:4] + percentile_of(-values, -values)[:4] == pytest.approx([100] * 4)
    assert percentile_of([7.0] * 5, 7.0) == 50


# Eleven trusts by hand: the n-th tenth of 11 values in order is the n-th counted from 0.
ELEVEN = [0.30, 0.02, 0.10, 0.14, 0.05, 0.21, 0.18, 0.25, 0.40, 0.60, NAN, 0.33]
IN_ORDER = [0.02, 0.05, 0.10, 0.14, 0.18, 0.21, 0.25, 0.30, 0.33, 0.40, 0.60]


def test_deciles_have_their_names() -> None:
    assert named_deciles(ELEVEN) == {f"d{tenth}": pytest.approx(IN_ORDER[tenth]) for tenth in range(1, 10)}


def test_without_its_tails_a_range_ends_at_its_quantiles() -> None:
    assert without_tails(ELEVEN, 0.1) == pytest.approx((0.05, 0.40))
    # The quarter of 11 values stands at place 2.5 counted from 0: between 0.10 and 0.14, and between 0.30 and 0.33.
    assert without_tails(ELEVEN, 0.25) == pytest.approx((0.12, 0.315))


def test_an_interval_lies_where_its_ends_do() -> None:
    # Below 0.09 lie 2 of 11 (18.2 %), below 0.35 9 (81.8 %); 0.25 has 6 below it and is one itself: 6.5 of 11 (59.1 %).
    assert percentiles_of_interval(ELEVEN, 0.25, 0.09, 0.35) == (18, 82)
    assert percentiles_of_interval(ELEVEN, 0.25, None, 0.35) == (59, 82)
    assert percentiles_of_interval(ELEVEN, 0.25, 0.09, None) == (18, 59)
    assert percentiles_of_interval(ELEVEN, 0.25, 0.0, 0.7) == (0, 100)
    # Of 20 values the third has (2 + 0.5) / 20 = 12.5 % below it: halves go up, and not to the even 12.
    assert percentiles_of_interval(range(20), 2.0, None, None) == (13, 13)


@pytest.mark.parametrize("known", [0, 1, FEWEST - 1])
def test_few_values_have_no_deciles_which_would_be_the_values(known: int) -> None:
    few = [*IN_ORDER[:known], NAN, NAN]
    assert set(named_deciles(few).values()) == {None}
    assert without_tails(few, 0.1) is None
    assert percentiles_of_interval(few, 0.25, None, None) is None


def test_ten_values_are_enough() -> None:
    assert FEWEST == 10
    assert named_deciles(IN_ORDER[:10])["d5"] == pytest.approx((0.18 + 0.21) / 2)
    assert without_tails(IN_ORDER[:10], 0.1) is not None
    assert percentiles_of_interval(IN_ORDER[:10], 0.25, None, None) == (65, 65)
