"""Values filled in by chained equations, and answers of several sets as one: planted truths, and rules by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from remission.stats.propensity.chained import impute_chained
from remission.stats.propensity.rubin import pool_imputations
from remission.stats.regression.refusals import NotEstimable

Columns = dict[str, np.ndarray]


def people(seed: int, n: int = 1500) -> tuple[Columns, Columns, np.ndarray]:
    """Relapses and activity that the younger lack more often; the true relapses of everybody."""
    random = np.random.default_rng(seed)
    age = random.normal(40, 10, n)
    relapses = 2 - 0.05 * (age - 40) + random.normal(0, 1, n)
    active = (random.random(n) < 1 / (1 + np.exp(-(relapses - 2)))).astype(float)
    lacks = random.random(n) < 1 / (1 + np.exp(0.15 * (age - 40)))
    quiet = random.random(n) < 0.2
    columns = {"relapses": np.where(lacks, np.nan, relapses), "active": np.where(quiet, np.nan, active)}
    return columns, {"age": age}, relapses


def test_a_mean_that_complete_cases_miss_is_found() -> None:
    columns, beside, truth = people(1)
    seen = columns["relapses"][~np.isnan(columns["relapses"])]
    sets = impute_chained(columns, beside, 20, seed=1)
    found = pool_imputations(
        [one["relapses"].mean() for one in sets], [one["relapses"].std(ddof=1) / math.sqrt(1500) for one in sets]
    )
    assert seen.mean() < truth.mean() - 5 * found.error
    assert abs(found.value - truth.mean()) < 2.5 * found.error
    # As spread as the truth is, which means filled in for everybody would not be.
    assert np.mean([one["relapses"].std() for one in sets]) == pytest.approx(truth.std(), rel=0.05)
    # And it is still to be seen that relapses go with activity.
    apart = [one["relapses"][one["active"] == 1].mean() - one["relapses"][one["active"] == 0].mean() for one in sets]
    assert np.mean(apart) == pytest.approx(0.83, abs=0.15)


def test_what_was_there_stays_and_nothing_is_left_open() -> None:
    columns, beside, _ = people(2, 200)
    for one in impute_chained(columns, beside, 3, seed=1):
        for name, given in columns.items():
            there = ~np.isnan(given)
            assert np.array_equal(one[name][there], given[there])
            assert np.isfinite(one[name]).all()
        assert set(one["active"]) == {0.0, 1.0}


def test_the_seed_gives_the_bits_and_a_set_does_not_hang_on_how_many_there_are() -> None:
    columns, beside, _ = people(3, 100)
    few, many = impute_chained(columns, beside, 2, seed=5), impute_chained(columns, beside, 4, seed=5)
    other = impute_chained(columns, beside, 2, seed=6)
    for place in (0, 1):
        assert np.array_equal(few[place]["relapses"], many[place]["relapses"])
        assert not np.array_equal(few[place]["relapses"], other[place]["relapses"])
    assert not np.array_equal(few[0]["relapses"], few[1]["relapses"])


def test_a_column_that_another_tells_apart_still_has_draws() -> None:
    # Whoever is older than 40 is 1, without exception: no logistic regression without a prior has an answer.
    age = np.linspace(20, 60, 80)
    status = np.where(np.arange(80) % 5 == 0, np.nan, (age > 40).astype(float))
    sets = impute_chained({"status": status}, {"age": age}, 20, seed=1)
    told = np.mean([one["status"] for one in sets], axis=0)
    assert told[0] < 0.2
    assert told[75] > 0.8


def test_a_column_that_nothing_predicts_is_drawn_by_its_share() -> None:
    status = np.array([1.0, 0, 0, 0] * 30)
    status[:20] = np.nan
    sets = impute_chained({"status": status}, {"same": np.ones(120)}, 200, seed=1)
    assert np.mean([one["status"][:20].mean() for one in sets]) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(
    ("columns", "beside", "sets", "said"),
    [
        ({"a": [1.0, np.nan]}, {"b": [1.0, 2.0]}, 1, "two sets"),
        ({"a": [1.0, np.nan]}, {"b": [1.0]}, 2, "one length"),
        ({"a": [1.0, np.inf]}, {"b": [1.0, 2.0]}, 2, "must be finite"),
        ({"a": [1.0, np.nan]}, {"b": [1.0, np.nan]}, 2, "complete"),
    ],
)
def test_columns_that_do_not_fit_are_refused(columns: Columns, beside: Columns, sets: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        impute_chained(columns, beside, sets, seed=1)


@pytest.mark.parametrize("column", [[np.nan, np.nan, np.nan], [2.0, 2.0, np.nan]])
def test_a_column_with_nothing_to_learn_from_is_refused_by_name(column: list[float]) -> None:
    with pytest.raises(NotEstimable, match="relapses has no two different values"):
        impute_chained({"relapses": column}, {"age": [1.0, 2.0, 3.0]}, 2, seed=1)


def test_sets_that_agree_have_no_variance_between_and_normal_limits() -> None:
    told = pool_imputations([0.1] * 3, [0.2] * 3)
    assert (told.between, told.df, told.share_missing) == (0.0, math.inf, 0.0)
    assert told.error == pytest.approx(0.2)
    assert told.quantile(0.95) == pytest.approx(1.959964)
    assert told.value == pytest.approx(0.1)


def test_rubins_rules_by_hand() -> None:
    # Within 0.01, between 0.01: with two sets the total is 0.01 + 1.5 * 0.01.
    told = pool_imputations([1.0, 1.0 + math.sqrt(0.02)], [0.1, 0.1])
    assert told.error**2 == pytest.approx(0.025)
    assert told.df == pytest.approx((1 + 0.01 / 0.015) ** 2)
    assert told.share_missing == pytest.approx(0.6)


def test_an_answer_that_a_set_does_not_have_is_none() -> None:
    assert math.isnan(pool_imputations([1.0, math.nan], [0.1, 0.1]).value)
    with pytest.raises(ValueError, match="two values or more"):
        pool_imputations([1.0], [0.1])
