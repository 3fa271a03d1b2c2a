"""Firth's penalised likelihood: an answer where the ordinary one is infinite, and limits by the likelihood itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from made_up.model_rows import fittable
from remission.stats.intervals import normal_quantile
from remission.stats.regression.cox import cox
from remission.stats.regression.firth import estimate_firth, firth
from remission.stats.regression.refusals import NotEstimable

DAYS = [9, 13, 18, 23, 28, 31]
SEPARATED = {"arm": [1, 1, 1, 0, 0, 0]}
FIRST_THREE = [True] * 3 + [False] * 3


def test_where_the_ordinary_estimate_is_infinite_it_has_an_answer() -> None:
    with pytest.raises(NotEstimable) as caught:
        cox(DAYS, FIRST_THREE, SEPARATED)
    assert caught.value.separated == ("arm",)
    row = estimate_firth(firth(DAYS, FIRST_THREE, SEPARATED)).rows()[0]
    assert 1 < row["low"] < row["value"] < row["high"] < math.inf  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(6))
def test_limits_are_where_the_profile_has_fallen_by_the_quantile(seed: int) -> None:
    table = fittable(seed, 30)
    fit = firth(table.exit, table.event, table.columns(), **table.given())
    spread = fit.data.covariates.spread
    for place, name in enumerate(fit.names):
        profile = fit._profile(name)
        for limit in fit.limits(name, 0.9):
            assert profile.fall(limit * spread[place]) == pytest.approx(normal_quantile(0.9) ** 2, rel=1e-6)
        # Nothing near is higher: it is a profile, with the other coefficient where it is best.
        assert profile.fall(fit.top.beta[place]) == pytest.approx(0, abs=1e-9)
        assert fit.test(name).statistic == pytest.approx(profile.fall(0.0))


@pytest.mark.parametrize("seed", range(6))
def test_in_a_large_sample_the_penalty_hardly_matters(seed: int) -> None:
    table = fittable(seed, 5000)
    given = table.given()
    plain = cox(table.exit, table.event, table.columns(), **given)
    penalised = firth(table.exit, table.event, table.columns(), **given)
    np.testing.assert_allclose(penalised.coefficients, plain.coefficients, atol=2e-3)


def test_another_unit_changes_the_coefficient_by_it() -> None:
    table = fittable(3, 30)
    one = firth(table.exit, table.event, table.columns(), **table.given())
    other = firth(table.exit, table.event, {"x0": table.x[:, 0], "x1": 100 * table.x[:, 1]}, **table.given())
    assert other.coefficients[1] * 100 == pytest.approx(one.coefficients[1], abs=1e-8)
    assert other.limits("x1") == pytest.approx([limit / 100 for limit in one.limits("x1")], abs=1e-8)


def test_what_it_cannot_fit_is_said_in_words() -> None:
    with pytest.raises(NotEstimable, match="no event"):
        firth(DAYS, [False] * 6, SEPARATED)
    with pytest.raises(NotEstimable, match="the same in every row"):
        firth(DAYS, FIRST_THREE, {"arm": [1] * 6})
    with pytest.raises(ValueError, match="ties must be efron or breslow"):
        firth(DAYS, FIRST_THREE, SEPARATED, ties="discrete")
    with pytest.raises(KeyError, match="the model has no column 'age'"):
        firth(DAYS, FIRST_THREE, SEPARATED).limits("age")


def small_table(seed: int) -> tuple[list[int], list[bool], dict[str, list[float]]]:
    """A few people and up to three columns, one in two of which has two levels."""
    draw = np.random.default_rng(seed)
    n, columns = int(draw.integers(5, 14)), int(draw.integers(1, 4))
    days, events = draw.integers(1, 12, n).tolist(), (draw.random(n) < 0.6).tolist()
    return days, events, {
        f"x{at}": (draw.normal(size=n) if at % 2 else draw.integers(0, 2, n).astype(float)).tolist()
        for at in range(columns)
    }  # fmt: skip


def test_a_search_that_steps_too_far_halves_its_step() -> None:
    # Its first steps leave nobody at risk: by the rules of whole numbers that is a division by zero.
    fit = firth(*small_table(9))
    limits = [fit.limits(name) for name in fit.names]
    assert all(math.isfinite(low) and math.isfinite(high) for low, high in limits)


@pytest.mark.parametrize("seed", [21, 27, 48, 97, 142, 147, 175, 203, 207, 219, 234])
def test_the_top_is_found_where_the_penalty_bends_more_than_the_likelihood(seed: int) -> None:
    # By the likelihood's own curvature steps go back and forth between two sides of the top, for ever.
    fit = firth(*small_table(seed))
    at_top = fit.likelihood.at(fit.top.beta)
    assert fit.top.steps < 30
    np.testing.assert_allclose(at_top.score, 0, atol=1e-7)
    for way in np.eye(at_top.score.size) * 0.01:
        assert all(fit.likelihood.at(fit.top.beta + side * way).value < at_top.value for side in (-1, 1))


def test_a_limit_that_is_not_found_loses_no_hazard_ratio() -> None:
    rows = [row for seed in (*range(4), 133) for row in _rows(seed)]
    assert all(row["value"] is not None for row in rows)
    assert any(row["absent_reason"] == "not estimable" and row["low"] is None for row in rows)


@pytest.mark.parametrize("seed", [47, 77, 79])
def test_limits_far_from_the_top_are_found_where_the_others_follow(seed: int) -> None:
    # With the others left at the top, the information out there has no inverse.
    for row in estimate_firth(firth(*small_table(seed))).rows():
        assert 0 <= row["low"] < row["value"] < row["high"], row  # type: ignore[operator]


def _rows(seed: int) -> list[dict[str, object]]:
    try:
        return estimate_firth(firth(*small_table(seed))).rows()
    except NotEstimable:
        return []
