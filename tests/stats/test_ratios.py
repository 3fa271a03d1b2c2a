"""Ratios of totals: exact arithmetic as the twin, what gives no limits and why, and how often the limits hold."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from remission.stats.months.ratios import (
    MonthlyLimits,
    RatioLimits,
    difference_of_totals,
    envelope,
    ratio_of_totals,
    total_limits,
)

NAN = math.nan
SETTINGS = settings(max_examples=150)

# A month: none, or whole numerator and denominator; returns make some of them negative.
a_month = st.none() | st.tuples(st.integers(-3, 40), st.integers(-5, 60))
some_months = st.lists(a_month, min_size=1, max_size=14)


def columns(months: list[tuple[int, int] | None]) -> tuple[list[float], list[float]]:
    pairs = [(NAN, NAN) if month is None else month for month in months]
    return [float(n) for n, _ in pairs], [float(d) for _, d in pairs]


def plain_ratio(months: list[tuple[int, int] | None], level: float) -> tuple[float, float, float, int]:
    """The formula in whole numbers: value, low, high and number of months."""
    known = [month for month in months if month is not None]
    m, n, d = len(known), sum(n for n, _ in known), sum(d for _, d in known)
    if d <= 0:
        return NAN, NAN, NAN, m
    r = Fraction(n, d)
    squares = sum((one - r * other) ** 2 for one, other in known)
    if m < 2 or squares == 0:
        return float(r), NAN, NAN, m
    half = math.sqrt(Fraction(m, m - 1) * squares / d**2) * stdtrit(m - 1, (1 + level) / 2)
    return float(r), float(r) - half, float(r) + half, m


@SETTINGS
@given(st.lists(some_months, min_size=1, max_size=4), st.sampled_from([0.8, 0.95]))
def test_many_groups_at_once_are_each_by_hand(groups: list[list[tuple[int, int] | None]], level: float) -> None:
    longest = max(map(len, groups))
    padded = [months + [None] * (longest - len(months)) for months in groups]
    numerators, denominators = zip(*map(columns, padded), strict=True)
    found = ratio_of_totals(numerators, denominators, level)
    expected = zip(*(plain_ratio(months, level) for months in groups), strict=True)
    for ours, plain in zip((found.value, found.low, found.high, found.n), expected, strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-9, atol=1e-9)


def test_a_ratio_worked_by_hand() -> None:
    # r = 9/30 = 0.3; residuals 2-3, 3-3, 4-3: squares 2; variance 3/2 * 2 / 900; t(2) at 97.5 % is 4.302653.
    found = ratio_of_totals([2, 3, 4], [10, 10, 10])
    half = 4.302652729911275 * math.sqrt(3 / 900)
    assert (float(found.value), float(found.numerator), float(found.denominator)) == (pytest.approx(0.3), 9, 30)
    assert [float(found.low), float(found.high)] == pytest.approx([0.3 - half, 0.3 + half])


@pytest.mark.parametrize(
    ("numerators", "denominators", "reason"),
    [
        ([NAN, NAN], [NAN, NAN], "not estimable: no month with data"),
        ([], [], "not estimable: no month with data"),
        ([0, 0], [0, 0], "not estimable: the denominators do not add up to more than 0"),
        ([1, 1], [2, -3], "not estimable: the denominators do not add up to more than 0"),
        ([1, NAN], [2, 3], "not estimable: fewer than two months with data"),
        ([1, 1], [NAN, 3], "not estimable: fewer than two months with data"),
        ([0, 0, 0], [5, 6, 7], "not estimable: the months do not differ"),
        ([0.1, 0.3, 0.7], [0.3, 0.9, 2.1], "not estimable: the months do not differ"),
        ([1, 2], [4, 4], None),
    ],
)
def test_what_cannot_be_said_has_its_reason(
    numerators: list[float], denominators: list[float], reason: str | None
) -> None:
    found = ratio_of_totals([numerators], [denominators])
    assert found.absent_reasons().tolist() == [reason]
    assert np.isnan(found.low).item() == np.isnan(found.high).item() == (reason is not None)


def test_a_month_with_only_one_of_both_is_in_neither_total() -> None:
    found = ratio_of_totals([1, 9, 3], [4, NAN, 4])
    assert (float(found.numerator), float(found.denominator), int(found.n)) == (4, 8, 2)


def test_an_outlying_month_widens_and_more_months_narrow() -> None:
    def width(n: list[int], months: int) -> float:
        found = ratio_of_totals(n * months, [10] * len(n) * months)
        return float(found.high - found.low)

    assert width([2, 3, 4], 1) < width([1, 3, 5], 1)
    assert width([2, 3, 4], 4) < width([2, 3, 4], 1) / 2


def test_limits_can_be_cut_at_what_is_possible_and_stay_of_their_kind() -> None:
    found = ratio_of_totals([1, 2], [4, 4])
    assert float(found.low) < 0 < 1 < float(found.high)
    assert isinstance(found.cut(0, 1), RatioLimits)
    assert (float(found.cut(0, 1).low), float(found.cut(0, 1).high)) == (0, 1)


def test_the_limits_hold_about_as_often_as_they_say() -> None:
    """Lumpy months that are alike: of 4,000 years 92 to 97 % of the limits hold the truth, of quarters 90 to 97 %."""
    rng = np.random.default_rng(7)
    for months, least in ((12, 0.92), (3, 0.90)):
        d = rng.lognormal(3, 0.3, (4000, months))
        n = d * 0.3 * rng.lognormal(-0.08, 0.4, d.shape)  # mean 0.3: exp(-0.08 + 0.4^2 / 2) = 1
        found = ratio_of_totals(n, d)
        assert least < np.mean((found.low < 0.3) & (found.high > 0.3)) < 0.97


def test_a_trend_within_the_window_widens_the_limits() -> None:
    rng = np.random.default_rng(8)
    noise, slope = rng.normal(0, 1, (500, 12)), np.linspace(-3, 3, 12)
    flat, rising = (ratio_of_totals(20 + noise + more, np.full((500, 12), 100.0)) for more in (0, slope))
    assert np.mean(rising.high - rising.low) > 1.5 * np.mean(flat.high - flat.low)


@SETTINGS
@given(st.lists(st.lists(st.integers(-3, 50), min_size=2, max_size=9), min_size=2, max_size=2))
def test_totals_and_differences_are_means_times_months(sides: list[list[int]]) -> None:
    (before, m), (after, k) = ((side, len(side)) for side in sides)
    found, change = total_limits(before, 12), difference_of_totals(after, before, 12)
    assert float(found.value) == pytest.approx(float(12 * Fraction(sum(before), m)))
    assert float(change.value) == pytest.approx(float(12 * (Fraction(sum(after), k) - Fraction(sum(before), m))))
    variances = [float(np.var(side, ddof=1)) / len(side) for side in (before, after)]
    assert float(found.error) == pytest.approx(12 * math.sqrt(variances[0]))
    assert float(change.error) == pytest.approx(12 * math.sqrt(sum(variances)))
    assert int(change.n) == m + k


def test_welch_lies_between_the_smaller_side_and_both_together() -> None:
    change = difference_of_totals([1, 5, 9, 2], [3, 3.5, 4, 3, 3.2, 3.8], 12)
    t = float(change.high - change.value) / float(change.error)
    assert stdtrit(8, 0.975) < t < stdtrit(3, 0.975)


def test_a_single_month_has_a_total_without_limits() -> None:
    found = total_limits([[5, NAN], [NAN, NAN], [5, 5]], 12)
    assert found.value[[0, 2]].tolist() == [60, 60]
    assert np.isnan(found.low).all()
    assert found.absent_reasons().tolist() == [
        "not estimable: fewer than two months with data",
        "not estimable: no month with data",
        "not estimable: the months do not differ",
    ]


def limits(value: float, low: float, high: float, error: float = 1.0) -> MonthlyLimits:
    return MonthlyLimits(*(np.array([one]) for one in (value, low, high)), np.array([12]), np.array([error]))  # type: ignore[arg-type]


def test_an_envelope_reaches_from_the_lowest_to_the_highest_around_the_main_value() -> None:
    found = envelope(limits(5, 4, 6), limits(4, 3, 4.5), limits(7, 6, 9))
    assert (found.value.item(), found.low.item(), found.high.item()) == (5, 3, 9)


def test_a_scenario_whose_months_do_not_differ_enters_with_its_value() -> None:
    still = limits(1, NAN, NAN, error=0)
    found = envelope(still, limits(0.6, 0.5, 0.7))
    assert (found.low.item(), found.high.item()) == (0.5, 1)
    assert np.isnan(envelope(still, still).low).all()


def test_a_scenario_that_is_unknown_leaves_no_limits() -> None:
    for unknown in (limits(5, NAN, NAN, error=NAN), limits(NAN, NAN, NAN, error=NAN)):
        found = envelope(limits(5, 4, 6), unknown)
        assert np.isnan([found.low, found.high]).all()
        assert found.absent_reasons().tolist() == ["not estimable"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ratio_of_totals([1, 2], [1]), "as many"),
        (lambda: ratio_of_totals([1, math.inf], [1, 1]), "finite"),
        (lambda: ratio_of_totals([1, 2], [1, 1], level=95), "between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, said: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=said):
        call()
