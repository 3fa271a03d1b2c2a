"""What one study does to a pool, and slopes over studies: what is refused, and what a slope is worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pins import HERE, read_table
from remission.inputs.problems import InputProblems
from remission.stats.pooling.beta_binomial import pool_crude
from remission.stats.pooling.effects import Effects, logit_proportions
from remission.stats.pooling.inverse_variance import pool_effects
from remission.stats.pooling.regression import ECOLOGICAL, meta_regression
from remission.stats.pooling.sensitivity import cumulative, influence, leave_one_out

SETTINGS = settings(max_examples=40, deadline=None)
rows_of = st.tuples(st.floats(-2, 2).map(lambda one: round(one, 3)), st.floats(0.01, 1).map(lambda one: round(one, 3)))
studies = st.lists(rows_of, min_size=3, max_size=9)


def effects_of(rows: list[tuple[float, float]]) -> Effects:
    values, variances = np.array(rows).T
    return Effects(values, variances)


@SETTINGS
@given(studies)
def test_leaving_one_out_is_pooling_the_others(rows: list[tuple[float, float]]) -> None:
    for at, pooled in enumerate(leave_one_out(pool_effects, effects_of(rows))):
        others = pool_effects(effects_of([row for place, row in enumerate(rows) if place != at]))
        assert (pooled.effect, pooled.tau2, pooled.k) == (others.effect, others.tau2, len(rows) - 1)


@SETTINGS
@given(studies)
def test_influence_is_what_leaving_one_out_shows(rows: list[tuple[float, float]]) -> None:
    effects, pooled = effects_of(rows), pool_effects(effects_of(rows))
    found, without = influence(effects), leave_one_out(pool_effects, effects)
    assert found.without == pytest.approx([one.effect for one in without])
    moved = (found.without - (pooled.effect or 0)) / (pooled.standard_error or 1)
    assert found.cook == pytest.approx(moved**2, rel=1e-6, abs=1e-12)
    assert found.hat.sum() == pytest.approx(1)


def test_a_series_begins_with_the_first_by_order_and_ends_with_all() -> None:
    series = cumulative(pool_crude, [0, 3, 1, 2], [20, 20, 60, 10], order=[2021, 2010, 2016, 2010])
    assert [(one.k, one.value) for one in series] == [(1, 3 / 20), (2, 5 / 30), (3, 6 / 90), (4, 6 / 110)]
    with pytest.raises(ValueError, match="as many in order as studies: 1, 2"):
        cumulative(pool_crude, [0, 3], [20, 20], order=[2021])


def test_two_studies_have_no_pool_of_others() -> None:
    with pytest.raises(ValueError, match="influence needs three studies or more, found 2"):
        influence(Effects([0.1, 0.2], [0.1, 0.1]))


def placebo() -> tuple[Effects, np.ndarray]:
    d = read_table(HERE / "pooling" / "inputs" / "placebo.csv")
    return logit_proportions(d["events"], d["total"]), d["year"] - 2000


def test_placebo_arms_worsen_less_in_later_trials() -> None:
    effects, year = placebo()
    found = meta_regression(effects, {"year": year})
    assert found.coefficients == pytest.approx([-0.24474644, -0.03302404], abs=5e-9)
    assert (found.low[1], found.high[1]) == pytest.approx((-0.06134058, -0.0047075), abs=5e-9)  # type: ignore[index]
    assert (found.tau2, found.f, found.f_p) == pytest.approx((0.32007387, 5.74681806, 0.02399651), abs=5e-7)
    assert found.r2 == pytest.approx(0.1801193794, abs=5e-7)
    assert (found.warning, found.df) == (ECOLOGICAL, (1, 26))


@SETTINGS
@given(st.lists(rows_of, min_size=10, max_size=14), st.integers(0, 10**6))
def test_moving_the_origin_of_a_covariate_moves_the_intercept_alone(rows: list[tuple[float, float]], seed: int) -> None:
    year = np.random.default_rng(seed).permutation(len(rows)) * 1.0
    near, far = (meta_regression(effects_of(rows), {"year": year + start}) for start in (0, 2000))
    assume(near.coefficients is not None)
    assert far.coefficients[1] == pytest.approx(near.coefficients[1], rel=1e-6, abs=1e-9)  # type: ignore[index]
    assert far.tau2 == pytest.approx(near.tau2, rel=1e-6, abs=1e-10)
    assert far.errors[1] == pytest.approx(near.errors[1], rel=1e-6)  # type: ignore[index]


@SETTINGS
@given(st.lists(rows_of, min_size=10, max_size=14))
def test_a_covariate_without_effect_on_anything_leaves_the_mean(rows: list[tuple[float, float]]) -> None:
    # Each study twice, once with 1 and once with -1: the slope is 0 and the middle that of the pool of both.
    effects = effects_of([*rows, *rows])
    found = meta_regression(effects, {"side": np.repeat([1.0, -1.0], len(rows))})
    assume(found.coefficients is not None)
    assert found.coefficients[1] == pytest.approx(0, abs=1e-9)  # type: ignore[index]


def test_fewer_than_ten_studies_have_no_slope_and_it_says_so() -> None:
    effects, year = placebo()
    few = meta_regression(effects.take(range(9)), {"year": year[:9]})
    assert (few.coefficients, few.k) == (None, 9)
    assert few.absent_reason == (
        "not estimable: 9 studies have every covariate, and fewer than 10 find a slope in nearly anything"
    )
    unknown = np.where(np.arange(28) < 19, np.nan, year)
    assert meta_regression(effects, {"year": unknown}).left_out == 19
    assert meta_regression(effects, {"year": unknown}).coefficients is None
    assert meta_regression(effects.take(range(10)), {"year": year[:10]}).coefficients is not None


@pytest.mark.parametrize("other", [np.ones(28), "year", "2 year - 3"])
def test_a_covariate_that_says_nothing_new_is_refused_in_words(other: object) -> None:
    effects, year = placebo()
    column = {"year": year, "2 year - 3": 2 * year - 3}.get(other) if isinstance(other, str) else other
    found = meta_regression(effects, {"year": year, "other": column})
    assert found.absent_reason == "not estimable: a covariate is the same in all studies, or says what others say"


def test_covariates_that_cannot_be_are_refused() -> None:
    effects, year = placebo()
    with pytest.raises(InputProblems):
        meta_regression(effects, {"year": year[:5]})
    with pytest.raises(InputProblems):
        meta_regression(effects, {"year": np.where(year > 10, np.inf, year)})
    with pytest.raises(ValueError, match="give one covariate at least"):
        meta_regression(effects, {})
