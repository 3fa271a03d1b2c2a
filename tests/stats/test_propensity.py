"""Chances of treatment, weights, how alike groups are, and nearest neighbours: against plain twins and known cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.propensity.balance import balance
from remission.stats.propensity.logistic import Propensity, fit_propensity
from remission.stats.propensity.matching import match_nearest
from remission.stats.propensity.weights import KINDS, Kind, weigh
from remission.stats.regression.refusals import NotEstimable


def invented(seed: int, n: int = 300, pull: float = 1.0) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """People of whom the younger and more active are treated more often."""
    rng = np.random.default_rng(seed)
    age, relapses = rng.normal(40, 9, n), rng.poisson(1.2, n).astype(float)
    chance = 1 / (1 + np.exp(-pull * (-0.06 * (age - 40) + 0.5 * (relapses - 1))))
    return rng.random(n) < chance, {"age": age, "relapses": relapses}


@pytest.fixture(scope="module")
def fit() -> Propensity:
    """One fit of many tests."""
    return fit_propensity(*invented(1))


def test_overlap_weights_make_every_column_alike_to_all_digits(fit: Propensity) -> None:
    treated, columns = invented(1)
    before = balance(treated, columns)
    after = balance(treated, columns, weigh(fit, "overlap").weight)
    assert max(abs(one.difference) for one in before) > 0.3
    assert max(abs(one.difference) for one in after) < 1e-9
    assert all(one.is_alike for one in after)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_of_whom_it_is_and_never_adds_people(fit: Propensity, kind: Kind) -> None:
    weights = weigh(fit, kind)
    groups = [int(fit.treated.sum()), int((~fit.treated).sum())]
    assert weights.estimand
    assert all(0 < one <= count + 1e-9 for one, count in zip(weights.effective, groups, strict=True))


def test_weights_by_hand() -> None:
    scores = np.array([0.25, 0.25, 0.8, 0.8])
    fit = Propensity((), scores, scores, scores, np.array([True, False, True, False]), 0.0, 0.0, "")
    expected: dict[Kind, list[float]] = {
        "inverse probability": [4, 4 / 3, 1.25, 5],
        "stabilised": [2, 2 / 3, 0.625, 2.5],
        "treated": [1, 1 / 3, 1, 4],
        "overlap": [0.75, 0.25, 0.2, 0.8],
        "matching": [1, 1 / 3, 0.25, 1],
    }
    for kind, weight in expected.items():
        assert weigh(fit, kind).weight == pytest.approx(weight)


def test_what_is_cut_is_counted_and_said(fit: Propensity) -> None:
    whole = weigh(fit, "inverse probability")
    cut = whole.cut_at(0.95)
    assert cut.cut == pytest.approx(0.05 * whole.weight.size, abs=1)
    assert f"{cut.cut} weights cut" in cut.method
    assert cut.weight.max() < whole.weight.max()
    with pytest.raises(ValueError, match="cut at a share"):
        whole.cut_at(0.2)


def test_groups_that_a_column_tells_apart_are_refused_unless_a_ridge_is_named() -> None:
    treated, columns = invented(2)
    columns = {**columns, "hospital": treated.astype(float)}
    with pytest.raises(NotEstimable, match="tell the groups apart"):
        fit_propensity(treated, columns)
    ridged = fit_propensity(treated, columns, ridge=1.0)
    assert "ridge of 1" in ridged.method
    assert np.isfinite(ridged.coefficients).all()


def test_a_ridge_pulls_to_no_difference(fit: Propensity) -> None:
    pulled = fit_propensity(*invented(1), ridge=1e6)
    assert np.abs(pulled.coefficients[1:]).max() < 1e-3 < np.abs(fit.coefficients[1:]).min()
    assert pulled.scores == pytest.approx(np.full(pulled.scores.size, fit.treated.mean()), abs=1e-3)


def test_units_say_nothing(fit: Propensity) -> None:
    treated, columns = invented(1)
    days = fit_propensity(treated, {**columns, "age": columns["age"] * 365.25})
    assert days.scores == pytest.approx(fit.scores, rel=1e-9)
    assert days.coefficients[1] == pytest.approx(fit.coefficients[1] / 365.25)


@pytest.mark.parametrize(
    ("treated", "columns", "said"),
    [
        ([True, True], {"age": [1.0, 2.0]}, "nobody to compare with"),
        ([1, 0], {"age": [1.0, 2.0]}, "true or false"),
        ([True, False, True], {"age": [1.0, math.nan, 2.0]}, "lack a covariate"),
        ([True, False, True], {"age": [1.0, 1.0, 1.0]}, "age"),
    ],
)
def test_what_cannot_be_fitted_says_why(treated: list[bool], columns: dict[str, list[float]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fit_propensity(treated, columns)


def plainly_matched(treated: list[bool], on: list[float], near: float) -> list[tuple[int, int]]:
    """The rule as it is said, without a thought of time."""
    free = [row for row, one in enumerate(treated) if not one]
    pairs = []
    for row in sorted((row for row, one in enumerate(treated) if one), key=lambda row: (-on[row], row)):
        if free:
            best = min(free, key=lambda other: (abs(on[other] - on[row]), other))
            if abs(on[best] - on[row]) <= near:
                pairs.append((row, best))
                free.remove(best)
    return pairs


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(st.booleans(), st.integers(-20, 20)), min_size=4, max_size=40),
    caliper=st.sampled_from([None, 0.0, 0.1, 0.5, 2.0]),
)
def test_matches_are_those_of_the_plain_rule(rows: list[tuple[bool, int]], caliper: float | None) -> None:
    treated, on = [one for one, _ in rows], [value / 4 for _, value in rows]
    if sum(treated) < 2 or sum(treated) > len(treated) - 2:
        return
    group, values = np.array(treated), np.array(on)
    spread = math.sqrt((values[group].var(ddof=1) + values[~group].var(ddof=1)) / 2)
    found = match_nearest(treated, on, caliper=caliper)
    expected = plainly_matched(treated, on, math.inf if caliper is None else caliper * spread)
    assert list(zip(found.treated.tolist(), found.other.tolist(), strict=True)) == expected
    assert sorted([*found.treated.tolist(), *found.unmatched.tolist()]) == np.flatnonzero(group).tolist()
