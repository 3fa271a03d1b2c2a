"""Regression to the mean after an entry rule: by hand, by simulation, at its edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from remission.stats.regression_to_the_mean import AfterSelection, expect_after_selection


def test_by_hand_where_counts_are_geometric() -> None:
    # Dispersion 1 and a mean of 1: P(N = n) = 1/2^(n+1). One relapse or more: a half of all, who had 2 on average;
    # N' of shape 2 has P(N' = 0) = 1/4, so afterwards 1 * (3/4) / (1/2).
    told = expect_after_selection(1.0, 1.0, at_least=1, within_years=1)
    assert (told.share, told.before, told.after) == pytest.approx((0.5, 2.0, 1.5))
    assert told.fall == pytest.approx(0.25)
    assert told.part_of(2.0, 1.0) == pytest.approx(0.5)
    assert told.part_of(3.0, 1.5) == pytest.approx(0.5)


def test_simulated_people_fall_as_much_as_is_expected() -> None:
    random = np.random.default_rng(7)
    own = random.gamma(1 / 0.8, 0.8 * 0.6, 400_000)
    before, after = random.poisson(2 * own), random.poisson(3 * own)
    enters = before >= 2
    told = expect_after_selection(0.6, 0.8, at_least=2, within_years=2)
    assert enters.mean() == pytest.approx(told.share, abs=0.004)
    assert before[enters].mean() / 2 == pytest.approx(told.before, abs=0.01)
    assert after[enters].mean() / 3 == pytest.approx(told.after, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 3), st.floats(0.05, 4), st.integers(0, 6), st.floats(0.5, 3))
def test_the_plain_twin_adds_up_counts(mean: float, dispersion: float, k: int, years: float) -> None:
    told = expect_after_selection(mean, dispersion, at_least=k, within_years=years)
    shape = 1 / dispersion
    counts = np.arange(k, 20_000)
    none = shape / (shape + mean * years)
    ways = gammaln(counts + shape) - gammaln(shape) - gammaln(counts + 1)
    chance = np.exp(ways + shape * math.log(none) + counts * math.log1p(-none))
    assert told.share == pytest.approx(chance.sum(), rel=1e-8)
    assert told.before == pytest.approx((counts * chance).sum() / chance.sum() / years, rel=1e-8)
    # Of whoever had n, the rate is that of a gamma distribution that has seen them.
    seen = (counts + shape) / (years + shape / mean)
    assert told.after == pytest.approx((seen * chance).sum() / chance.sum(), rel=1e-8)


def test_who_is_not_selected_or_alike_does_not_fall_or_falls_to_the_mean() -> None:
    everybody = expect_after_selection(0.7, 1.0, at_least=0, within_years=1)
    assert (everybody.share, everybody.before, everybody.after, everybody.fall) == (1.0, 0.7, 0.7, 0.0)
    alike = expect_after_selection(0.7, 0.0, at_least=2, within_years=1)
    assert alike.after == pytest.approx(0.7)
    assert alike.before > 2
    nearly = expect_after_selection(0.7, 1e-6, at_least=2, within_years=1)
    assert nearly.before == pytest.approx(alike.before, rel=1e-4)


def test_of_no_fall_there_is_no_part() -> None:
    assert math.isnan(AfterSelection(0.5, 2.0, 1.0).part_of(1.0, 1.2))
    assert math.isnan(AfterSelection(0.5, 2.0, 1.0).part_of(0.0, 0.0))


@pytest.mark.parametrize(
    ("mean", "dispersion", "k", "years", "said"),
    [(0.0, 1.0, 1, 1.0, "mean"), (1.0, 1.0, 1, 0.0, "within_years"), (1.0, -1.0, 1, 1.0, "dispersion"),
     (1.0, 1.0, -1, 1.0, "at_least"), (math.nan, 1.0, 1, 1.0, "mean")],
)  # fmt: skip
def test_what_cannot_be_is_refused(mean: float, dispersion: float, k: int, years: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        expect_after_selection(mean, dispersion, at_least=k, within_years=years)
