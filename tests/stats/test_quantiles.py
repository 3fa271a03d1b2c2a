"""Deciles and percentiles of many columns at once: the plain forms, and what must hold of any values."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.quantiles import estimate_deciles, percentile_of
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
