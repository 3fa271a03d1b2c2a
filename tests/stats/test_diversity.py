"""Diversity: worked by hand, the jackknife written out, and what must hold of any mix."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from remission.stats.months.diversity import effective_number, estimate_diversity, shannon_entropy

NAN = math.nan
SETTINGS = settings(max_examples=100)

a_month = st.none() | st.lists(st.integers(-1, 9), min_size=3, max_size=3)
some_months = st.lists(a_month, min_size=7, max_size=7)


def amounts_of(months: list[list[int] | None]) -> list[list[float]]:
    return [[NAN] * 3 if month is None else [float(one) for one in month] for month in months]


def plain_entropy(totals: list[int]) -> float:
    whole = sum(totals)
    if whole <= 0 or min(totals) < 0:
        return NAN
    return -sum(one / whole * math.log(one / whole) for one in totals if one)


def plain_diversity(months: list[list[int] | None]) -> tuple[float, float, float, int]:
    known = [month for month in months if month is not None]
    m = len(known)
    h = plain_entropy([sum(kind) for kind in zip(*known, strict=True)]) if known else NAN
    without = [plain_entropy([sum(k) for k in zip(*known[:j], *known[j + 1 :], strict=True)]) for j in range(m)] * (
        m > 1
    )
    if m < 2 or math.isnan(h) or max(without) - min(without) < 1e-12:
        return math.exp(h), NAN, NAN, m
    mean = sum(without) / m
    half = math.sqrt((m - 1) / m * sum((one - mean) ** 2 for one in without)) * stdtrit(m - 1, 0.975)
    return math.exp(h), max(math.exp(h - half), 1), min(math.exp(h + half), 3), m


@SETTINGS
@given(st.lists(some_months, min_size=1, max_size=4))
def test_many_groups_at_once_are_each_by_hand(groups: list[list[list[int] | None]]) -> None:
    found = estimate_diversity([amounts_of(months) for months in groups])
    expected = zip(*map(plain_diversity, groups), strict=True)
    for ours, plain in zip((found.value, found.low, found.high, found.n), expected, strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-9)


@SETTINGS
@given(st.lists(st.integers(0, 20), min_size=2, max_size=6).filter(any))
def test_the_number_of_kinds_lies_between_one_and_those_there(amounts: list[int]) -> None:
    number = float(effective_number(amounts))
    assert 1 - 1e-12 <= number <= sum(one > 0 for one in amounts) + 1e-12
    assert float(effective_number([*amounts, 0])) == pytest.approx(number)
    assert float(effective_number([3 * one for one in amounts])) == pytest.approx(number)
    assert float(effective_number(amounts * 2)) == pytest.approx(2 * number)  # twice as many kinds, as mixed


def test_equal_shares_of_four_kinds_are_four() -> None:
    assert float(shannon_entropy([5, 5, 5, 5])) == pytest.approx(math.log(4))
    assert float(effective_number([5, 5, 5, 5])) == pytest.approx(4)


@pytest.mark.parametrize("amounts", [[0, 0], [3, -1], [1, NAN], []])
def test_shares_that_mean_nothing_have_no_diversity(amounts: list[float]) -> None:
    assert math.isnan(effective_number(amounts))


@pytest.mark.parametrize(
    ("months", "reason"),
    [
        ([[1, 2]], "not estimable: fewer than two months with data"),
        ([[NAN, 2], [NAN, NAN]], "not estimable: no month with data"),
        ([[1, 2], [2, 4]], "not estimable: the months do not differ"),
        ([[1, 0], [2, 0]], "not estimable: the months do not differ"),
        ([[1, -3], [2, 1]], "not estimable"),
        ([[1, -1], [2, 3]], "not estimable"),  # a value, but without the second month no shares
        ([[1, 3], [2, 1]], None),
    ],
)
def test_what_cannot_be_said_has_its_reason(months: list[list[float]], reason: str | None) -> None:
    assert estimate_diversity([months]).absent_reasons().tolist() == [reason]


def test_infinite_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        estimate_diversity([[1, math.inf]])
