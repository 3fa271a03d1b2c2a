"""Models of counts with normal differences: the plain twin, the top, public anchors; half an event is no count."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from made_up.plain_pooling import plain_mixed
from pins import HERE, find_pins, read_table
from remission.inputs.problems import InputProblems
from remission.stats.pooling.families import Binomial, Poisson
from remission.stats.pooling.mixed import (
    NO_EVENT,
    NOBODY_WITHOUT,
    WITHOUT_END,
    pool_binomial_normal,
    pool_poisson_normal,
)
from remission.stats.pooling.pooled import TOO_FEW, Pooled
from remission.stats.pooling.quadrature import Quadrature
from remission.stats.pooling.scales import SCALES

SETTINGS = settings(max_examples=30, deadline=None)
MORTALITY = read_table(HERE / "pooling" / "inputs" / "mortality.csv")
DEATHS, PEOPLE = MORTALITY["events"], MORTALITY["total"]

counts = st.lists(
    st.integers(1, 300).flatmap(
        lambda n: st.tuples(st.one_of(st.integers(0, min(n, 3)), st.integers(0, n)), st.just(n))
    ),
    min_size=2,
    max_size=8,
)
middles, spreads = st.floats(-5, 2), st.floats(0, 2)


def quadrature(rows: list[tuple[int, int]], points: int, rate: bool = False) -> Quadrature:
    x, n = np.array(rows, np.float64).T
    return Quadrature(Poisson(x, n) if rate else Binomial(x, n), points)


def height(rows: list[tuple[int, int]], middle: float, spread: float, points: int, rate: bool = False) -> float:
    return float(quadrature(rows, points, rate).at(np.array([middle]), np.array([spread])).value[0])


@settings(max_examples=15, deadline=None)
@given(counts, middles, spreads, st.booleans())
def test_the_likelihood_is_that_of_the_plain_twin(
    rows: list[tuple[int, int]], middle: float, spread: float, rate: bool
) -> None:
    x, n = zip(*rows[:3], strict=True)
    plain = plain_mixed(x, n, middle, spread, rate)
    assert height(rows[:3], middle, spread, 127, rate) == pytest.approx(plain, rel=1e-8, abs=1e-8)


@SETTINGS
@given(counts, middles, st.floats(-2, 2), st.booleans(), st.sampled_from([1, 5, 7, 20]))
def test_the_gradient_is_that_of_the_sum_over_its_points(
    rows: list[tuple[int, int]], middle: float, spread: float, rate: bool, points: int
) -> None:
    step = 1e-5
    here = quadrature(rows, points, rate).at(np.array([middle]), np.array([spread]))
    for at, (by_middle, by_spread) in enumerate(((step, 0.0), (0.0, step))):
        ahead, behind = (
            height(rows, middle + side * by_middle, spread + side * by_spread, points, rate) for side in (1, -1)
        )
        assert here.gradient[0, at] == pytest.approx((ahead - behind) / (2 * step), rel=1e-4, abs=1e-3)


@settings(max_examples=12, deadline=None)
@given(counts, st.booleans())
def test_no_neighbour_and_no_place_of_a_grid_is_more_likely(rows: list[tuple[int, int]], rate: bool) -> None:
    x, n = np.array(rows).T
    pooled = pool_poisson_normal(x, n) if rate else pool_binomial_normal(x, n)
    assume(pooled.effect is not None)
    middle, spread, best = pooled.effect or 0.0, math.sqrt(pooled.tau2 or 0.0), pooled.log_likelihood or 0.0
    here = quadrature(rows, 255, rate)
    grid = np.array([(a, b) for a in np.linspace(-2, 2, 9) for b in (0, 0.05, 0.2, 0.5, 1.0, 2.0, 4.0)])
    near = np.array([(a * 0.01, spread + b * 0.01) for a in (-1, 0, 1) for b in (-1, 0, 1)])
    for places in (grid, near):
        assert here.at(middle + places[:, 0], places[:, 1]).value.max() <= best + 1e-6


@SETTINGS
@given(counts)
def test_who_is_without_it_is_the_mirror_of_who_has_it(rows: list[tuple[int, int]]) -> None:
    x, n = np.array(rows).T
    one, other = pool_binomial_normal(x, n), pool_binomial_normal(n - x, n)
    assume(one.effect is not None)
    assert other.effect == pytest.approx(-(one.effect or 0), abs=1e-6)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-6)
    assert other.high == pytest.approx(1 - (one.low or 0), abs=1e-6)


def test_deaths_after_transplantation_as_metafor_has_them_and_converged() -> None:
    seven = pool_binomial_normal(DEATHS, PEOPLE, points=7, prediction_df="normal")
    assert seven.effect == pytest.approx(-5.573941, abs=2e-5)
    assert seven.tau2 == pytest.approx(2.608398, abs=2e-4)
    ends = (seven.value, seven.low, seven.high, seven.prediction_low, seven.prediction_high)
    assert [one or 0 for one in ends] == pytest.approx([0.003781, 0.001017, 0.013956, 0.000123, 0.104725], rel=2e-3)
    converged = pool_binomial_normal(DEATHS, PEOPLE)
    assert converged.effect == pytest.approx(-5.569591, abs=1e-6)
    assert converged.tau2 == pytest.approx(2.579325, abs=2e-6)
    assert round(100 * (converged.mean or 0), 2) == 1.24
    assert "converged at" in converged.method


def test_profile_limits_of_deaths_after_transplantation() -> None:
    profile = pool_binomial_normal(DEATHS, PEOPLE, interval="profile")
    assert [round(100 * (one or 0), 2) for one in (profile.low, profile.high)] == [0.06, 1.09]


def test_a_profile_lets_studies_differ_that_do_not_at_the_top() -> None:
    x, n = [7, 14, 10, 9], [100, 100, 100, 100]
    profile = pool_binomial_normal(x, n, interval="profile")
    hill = Quadrature(Binomial(np.array(x, np.float64), np.array(n, np.float64)), 31)
    end = SCALES["logit"].working(profile.high)
    along = hill.at(np.full(200, end), np.linspace(0, 2, 200)).value
    # The slope along the spread is 0 at no spread, whatever is beyond.
    assert (profile.tau2, along.argmax() > 10) == (0.0, True)
    assert along.max() == pytest.approx((profile.log_likelihood or 0) - 1.959964**2 / 2, abs=1e-3)


def test_without_two_large_cohorts_of_short_follow_up_the_median_doubles() -> None:
    kept = ~np.isin(PEOPLE, (617, 258))
    pooled = pool_binomial_normal(DEATHS[kept], PEOPLE[kept])
    assert (DEATHS[kept].sum(), PEOPLE[kept].sum()) == (15, 1634)
    assert round(100 * (pooled.value or 0), 2) == 0.75


def test_no_log_likelihood_is_below_that_at_the_estimates_of_lme4() -> None:
    (seven,) = (pin for pin in find_pins() if pin.name == "pooling_seven_points")
    asked = {tuple(key.split("|")): theirs for key, theirs in seven.theirs.items() if not key.endswith("beta-binomial")}
    assert len(asked) == 402
    for (name, part, model), (effect, _, tau2) in asked.items():
        d = seven.inputs[name]
        kept = np.full(d["events"].shape, True) if part == "all" else d["set"] == int(part)
        x, n = d["events"][kept], d["person_years" if model == "poisson" else "total"][kept]
        pooled = pool_poisson_normal(x, n) if model == "poisson" else pool_binomial_normal(x, n)
        family = Poisson(x * 1.0, n) if model == "poisson" else Binomial(x * 1.0, n * 1.0)
        theirs = Quadrature(family, pooled.points or 0).at(np.array([effect]), np.array([math.sqrt(tau2)]))
        assert (pooled.log_likelihood or -math.inf) >= float(theirs.value[0]) - 1e-9, (name, part, model)


def test_studies_that_hardly_differ_have_no_spread_and_the_crude_share() -> None:
    pooled = pool_binomial_normal([10, 11, 10, 9], [100, 100, 100, 100])
    assert (pooled.tau2, pooled.effect) == (0.0, pytest.approx(math.log(0.1 / 0.9)))
    assert pooled.standard_error == pytest.approx(1 / math.sqrt(400 * 0.1 * 0.9))
    assert pooled.mean == pooled.value == pytest.approx(0.1)


@settings(max_examples=12, deadline=None)
@given(counts, st.sampled_from(["binomial", "poisson"]))
def test_a_profile_limit_is_where_the_likelihood_has_fallen_far_enough(rows: list[tuple[int, int]], of: str) -> None:
    x, n = np.array(rows).T
    pool = {"binomial": pool_binomial_normal, "poisson": pool_poisson_normal}[of]
    pooled = pool(x, n, interval="profile")
    # Where cohorts differ more, the ends are so far out that even 127 points disagree in the third digit.
    assume(pooled.high is not None and pooled.tau2 is not None and pooled.tau2 < 6)
    hill = quadrature(rows, 127, of == "poisson")
    end = math.log(pooled.high / (1 - pooled.high)) if of == "binomial" else math.log(pooled.high)
    along = hill.at(np.full(600, end), np.linspace(0, 15, 600)).value.max()
    assert along == pytest.approx((pooled.log_likelihood or 0) - 1.959964**2 / 2, abs=5e-3)


# Half an event is no count, and some counts have no answer.


@pytest.mark.parametrize("pool", [pool_binomial_normal, pool_poisson_normal])
def test_half_an_event_added_by_hand_is_refused_with_the_reason(pool: object) -> None:
    with pytest.raises(InputProblems) as refused:
        pool([0.5, 1, 3], [15, 26, 21])  # type: ignore[operator]
    assert "row 1, argument events: found 0.5; allowed: whole numbers from 0" in refused.value.report()
    assert "nothing is added to zeros here" in refused.value.report()


def test_a_study_without_an_event_moves_the_estimate_and_needs_nothing_added() -> None:
    without, with_it = pool_binomial_normal([1, 3], [26, 21]), pool_binomial_normal([1, 3, 0], [26, 21, 617])
    assert (with_it.value or 0) < (without.value or 0)
    assert (with_it.low or 0) > 0


@pytest.mark.parametrize(
    ("events", "totals", "reason"),
    [
        ([0, 0, 0], [20, 30, 40], NO_EVENT),
        ([20, 30], [20, 30], NOBODY_WITHOUT),
        ([3], [20], TOO_FEW),
        ([0, 1, 0, 1], [1, 1, 1, 1], None),
        ([0, 900, 0, 900], [900, 900, 900, 900], WITHOUT_END),
    ],
)
def test_what_has_no_answer_says_why(events: list[int], totals: list[int], reason: str | None) -> None:
    pooled = pool_binomial_normal(events, totals)
    assert pooled.absent_reason == reason
    assert (pooled.value is None) == (reason is not None)
    assert pooled.k == len(events)


def test_wrong_counts_are_refused_all_at_once() -> None:
    with pytest.raises(InputProblems) as refused:
        pool_binomial_normal([3, 5, -2], [2, 5, 9])
    assert len(refused.value.problems) == 2
    with pytest.raises(ValueError, match="points must lie between 1 and 255, found 0"):
        pool_binomial_normal([1, 2], [20, 20], points=0)
    with pytest.raises(ValueError, match="interval must be one of wald, profile, found 'exact'"):
        pool_binomial_normal([1, 2], [20, 20], interval="exact")  # type: ignore[arg-type]


def test_one_point_is_the_laplace_approximation_and_more_come_nearer() -> None:
    def effect(points: int) -> float:
        pooled: Pooled = pool_binomial_normal(DEATHS, PEOPLE, points=points)
        return pooled.effect or 0.0

    converged = pool_binomial_normal(DEATHS, PEOPLE).effect or 0.0
    apart = [abs(effect(points) - converged) for points in (1, 7, 25, 63)]
    assert apart == sorted(apart, reverse=True)
    assert apart[1] > 1e-3 > 1e-6 > apart[3]
