"""Beta-binomial models and crude shares: the plain twin, the top, and deaths after transplantation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from made_up.plain_pooling import plain_beta_binomial
from pins import HERE, read_table
from remission.inputs.problems import InputProblems
from remission.stats.pooling.beta_binomial import BetaBinomial, pool_beta_binomial, pool_crude
from remission.stats.pooling.families import Binomial
from remission.stats.pooling.mixed import NO_EVENT, NOBODY_WITHOUT
from remission.stats.pooling.pooled import TOO_FEW

SETTINGS = settings(max_examples=50, deadline=None)
MORTALITY = read_table(HERE / "pooling" / "inputs" / "mortality.csv")
DEATHS, PEOPLE = MORTALITY["events"], MORTALITY["total"]

mostly_few = st.integers(1, 300).flatmap(
    lambda n: st.tuples(st.one_of(st.integers(0, min(n, 3)), st.integers(0, n)), st.just(n))
)
counts = st.lists(mostly_few, min_size=2, max_size=10)


def hill(rows: list[tuple[int, int]]) -> BetaBinomial:
    x, n = np.array(rows, np.float64).T
    return BetaBinomial(Binomial(x, n))


@SETTINGS
@given(counts, st.floats(-5, 3), st.floats(0.01, 2))
def test_the_likelihood_is_that_of_the_plain_twin(rows: list[tuple[int, int]], middle: float, spread: float) -> None:
    x, n = zip(*rows, strict=True)
    plain = plain_beta_binomial(x, n, 1 / (1 + math.exp(-middle)), spread**-2)
    here = hill(rows).at(np.array([middle]), np.array([spread]))
    assert here.value[0] == pytest.approx(plain, rel=1e-7, abs=1e-6)


@SETTINGS
@given(counts, st.floats(-5, 3), st.floats(-2, 2))
def test_slopes_and_their_slopes_are_those_of_differences(
    rows: list[tuple[int, int]], middle: float, spread: float
) -> None:
    ground, at, step = hill(rows), np.array([middle, spread]), 1e-5
    here = ground.at(at[:1], at[1:])
    for side in range(2):
        ahead, behind = (at + by * step * (np.arange(2) == side) for by in (1, -1))
        first, last = (ground.at(place[:1], place[1:]) for place in (ahead, behind))
        slope = (first.value[0] - last.value[0]) / (2 * step)
        assert here.gradient[0, side] == pytest.approx(slope, rel=1e-4, abs=1e-3)
        bends = (first.gradient[0] - last.gradient[0]) / (2 * step)
        assert here.hessian[0, side] == pytest.approx(bends, rel=1e-3, abs=1e-2)


@SETTINGS
@given(counts)
def test_no_place_of_a_grid_is_more_likely(rows: list[tuple[int, int]]) -> None:
    pooled = pool_beta_binomial(*zip(*rows, strict=True))
    assume(pooled.effect is not None)
    grid = np.array([(a, b) for a in np.linspace(-2, 2, 11) for b in (0, 0.02, 0.1, 0.3, 0.6, 1.0, 2.0, 5.0)])
    assert (
        hill(rows).at((pooled.effect or 0) + grid[:, 0], grid[:, 1]).value.max() <= (pooled.log_likelihood or 0) + 1e-7
    )


@SETTINGS
@given(counts)
def test_who_is_without_it_is_the_mirror_of_who_has_it(rows: list[tuple[int, int]]) -> None:
    x, n = np.array(rows).T
    one, other = pool_beta_binomial(x, n), pool_beta_binomial(n - x, n)
    assume(one.effect is not None)
    assert other.effect == pytest.approx(-(one.effect or 0), abs=1e-5)
    assert other.high == pytest.approx(1 - (one.low or 0), abs=1e-5)


def test_deaths_after_transplantation_as_stored() -> None:
    pooled = pool_beta_binomial(DEATHS, PEOPLE)
    ends = [one or 0.0 for one in (pooled.value, pooled.low, pooled.high)]
    assert ends == pytest.approx([0.011142, 0.003956, 0.030972], abs=1e-6)
    assert pooled.precision == pytest.approx(37.291, abs=5e-4)
    profile = pool_beta_binomial(DEATHS, PEOPLE, interval="profile")
    assert [round(100 * (one or 0), 2) for one in (profile.low, profile.high)] == [0.41, 3.59]


def test_all_people_together_and_the_exact_interval() -> None:
    pooled = pool_crude(DEATHS, PEOPLE)
    assert [round(one or 0, 6) for one in (pooled.value, pooled.low, pooled.high)] == [0.005978, 0.00335, 0.009841]
    assert (pooled.k, pooled.estimates) == (19, "all people together")
    nobody = pool_crude([0, 0], [20, 30])
    assert (nobody.value, nobody.low) == (0, 0)
    assert nobody.high == pytest.approx(1 - 0.025 ** (1 / 50))


def test_what_each_estimates_is_said() -> None:
    assert pool_beta_binomial(DEATHS, PEOPLE).estimates == "the mean of cohorts"
    assert pool_beta_binomial(DEATHS, PEOPLE).mean == pool_beta_binomial(DEATHS, PEOPLE).value


def test_cohorts_that_hardly_differ_have_the_crude_share_and_no_precision() -> None:
    pooled = pool_beta_binomial([10, 11, 10, 9], [100, 100, 100, 100])
    assert (pooled.value, pooled.precision) == (pytest.approx(0.1), None)


@pytest.mark.parametrize(
    ("events", "totals", "reason"),
    [([0, 0], [20, 30], NO_EVENT), ([20, 30], [20, 30], NOBODY_WITHOUT), ([3], [20], TOO_FEW)],
)
def test_what_has_no_answer_says_why(events: list[int], totals: list[int], reason: str) -> None:
    pooled = pool_beta_binomial(events, totals)
    assert (pooled.value, pooled.low, pooled.absent_reason) == (None, None, reason)


def test_a_study_of_more_people_than_memory_holds_is_sent_to_another_model() -> None:
    with pytest.raises(InputProblems) as refused:
        pool_beta_binomial([3, 4], [20, 10**9])
    assert "found 1e+09; allowed: at most 1,000,000. Use pool_binomial_normal()." in refused.value.report()


@pytest.mark.parametrize("pool", [pool_beta_binomial, pool_crude])
def test_wrong_counts_are_refused_all_at_once(pool: object) -> None:
    with pytest.raises(InputProblems) as refused:
        pool([3, 0.5, -2], [2, 5, 9])  # type: ignore[operator]
    assert len(refused.value.problems) == 3
