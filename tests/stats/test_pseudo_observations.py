"""Pseudo-observations are those of each person left out in turn, and augmented differences need one right model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.emulation.augmented import augmented_difference
from remission.stats.emulation.pseudo import pseudo_restricted_mean, pseudo_survival
from remission.stats.propensity.logistic import fit_propensity
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.kaplan_meier import kaplan_meier

people = st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=2, max_size=12)


def heights(exit: np.ndarray, event: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The curve carried on beyond its last follow-up."""
    curve = kaplan_meier(exit, event)
    return np.append(1.0, curve.survival)[np.searchsorted(curve.days, days, side="right")]


@given(people)
def test_the_plain_twin_leaves_each_person_out_in_turn(rows: list[tuple[int, bool]]) -> None:
    exit, event = map(np.array, zip(*rows, strict=True))
    days, n = np.arange(exit.max() + 1), len(rows)
    without = np.array([heights(np.delete(exit, one), np.delete(event, one), days) for one in range(n)])
    plain = n * heights(exit, event, days) - (n - 1) * without
    assert pseudo_survival(exit, event, days) == pytest.approx(plain, abs=1e-9)
    for horizon in (1, int(exit.max())):
        assert pseudo_restricted_mean(exit, event, horizon) == pytest.approx(plain[:, :horizon].sum(axis=1), abs=1e-9)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=12))
def test_without_censoring_they_are_what_happened(exit: list[int]) -> None:
    days = np.arange(max(exit) + 1)
    found = pseudo_survival(exit, np.ones(len(exit), np.bool_), days)
    assert found == pytest.approx((np.array(exit)[:, None] > days).astype(float), abs=1e-9)
    assert pseudo_restricted_mean(exit, np.ones(len(exit), np.bool_), max(exit)) == pytest.approx(exit)


def test_days_outside_and_people_without_follow_up_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to the last exit, 5"):
        pseudo_survival([3, 5], [True, False], [6])
    with pytest.raises(ValueError, match="1 without"):
        pseudo_survival([3, 5, 0], [True, False, False], [2])


def invented(n: int = 4_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """treated, outcome and the column behind both; the difference is 1."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-x))
    return treated, treated + 2 * x + rng.normal(size=n), x


@pytest.mark.parametrize("right", ["treatment", "outcome"])
def test_one_right_model_is_enough(right: str) -> None:
    treated, y, x = invented()
    scores = fit_propensity(treated, {"x": x}).scores if right == "treatment" else np.full(x.size, 0.5)
    noise = np.random.default_rng(9).normal(size=x.size)
    found = augmented_difference(treated, y, scores, {"x": x if right == "outcome" else noise})
    assert y[treated].mean() - y[~treated].mean() > 2.5
    assert abs(found.value - 1) < 4 * found.error < 0.5
    assert found.value == pytest.approx(found.treated - found.others)


def test_chances_of_0_or_1_and_too_many_columns_are_refused() -> None:
    treated, y, x = invented(6)
    with pytest.raises(ValueError, match="between 0 and 1"):
        augmented_difference(treated, y, treated.astype(float), {"x": x})
    with pytest.raises(NotEstimable, match="keep fewer columns"):
        augmented_difference([True, *[False] * 5], y, np.full(6, 0.5), {"x": x})
