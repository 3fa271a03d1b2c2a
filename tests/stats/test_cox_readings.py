"""What is read off a Cox model: curves, averages over people, concordance, the test of proportional hazards."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.model_rows import ModelTable, fittable
from remission.stats.regression.concordance import Pairs, estimate_concordance
from remission.stats.regression.cox import CoxFit, cox
from remission.stats.regression.curves import estimate_predicted, predicted_curve
from remission.stats.regression.likelihoods.partial import Partial
from remission.stats.regression.proportionality import TRANSFORMS, Transform, proportionality
from remission.stats.regression.risk_sets import RiskSets
from remission.stats.regression.standardised import estimate_standardised
from remission.stats.survival.time_at_risk import TimeAtRisk

seeds = st.integers(0, 200)
DAYS, EVENTS, ARM = [9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], [1, 0, 1, 1, 0, 0]


def fitted(table: ModelTable, **changed: object) -> CoxFit:
    return cox(table.exit, table.event, table.columns(), **(table.given() | changed))  # type: ignore[arg-type]


# ---- concordance


def counted_pairs(table: ModelTable, predictor: np.ndarray) -> tuple[float, float]:
    """Weight of agreeing pairs (those of one predictor by half) and of all pairs, one by one."""
    agree = total = 0.0
    for i in np.flatnonzero(table.event):
        for k in range(table.exit.size):
            later = table.exit[k] > table.exit[i] or (table.exit[k] == table.exit[i] and not table.event[k])
            if later and table.entry[k] < table.exit[i] and table.stratum[k] == table.stratum[i] and k != i:
                weight = table.weight[i] * table.weight[k]
                total += weight
                apart = predictor[i] - predictor[k]
                agree += weight * (0.5 if abs(apart) < 1e-9 else float(apart > 0))
    return agree, total


@given(seeds)
def test_concordance_counts_pairs(seed: int) -> None:
    table = fittable(seed, 40)
    table = table._replace(x=np.column_stack((table.x[:, 0], table.x[:, 1].round())))  # predictors with ties
    fit = fitted(table)
    agree, total = counted_pairs(table, fit.predictor)
    pairs = Pairs.of(fit)
    assert pairs.share == pytest.approx(agree / total, abs=1e-12)
    # Heavier rows move it by their influence.
    step, row = 1e-5, seed % 40
    heavier = table.weight.copy()
    heavier[row] += step
    more, of = counted_pairs(table._replace(weight=heavier), fit.predictor)
    influence = fit.data.sets.back(pairs.influence, 40)[row] / table.weight[row]
    assert influence == pytest.approx((more / of - agree / total) / step, abs=1e-4)


def test_without_a_pair_there_is_no_concordance() -> None:
    # All have the event on one day: nobody outlives anybody.
    fit = cox([9, 9, 9, 9], [True] * 4, {"arm": [1.0, 0, 0, 1]})
    row = estimate_concordance(fit).rows()[0]
    assert (row["value"], row["low"], row["absent_reason"]) == (None, None, "not estimable")


# ---- proportional hazards


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_score_test_of_coefficients_that_move_with_time(seed: int, transform: Transform) -> None:
    table = fittable(seed)
    fit = fitted(table)
    found = proportionality(fit, transform)
    # Every row anew on every event day, with its covariates times the clock of that day.
    days = np.unique(fit.data.sets.days)
    clock = dict(zip(found.days.tolist(), found.stretched.tolist(), strict=True))
    pieces = [
        (row, day - 1, day, table.event[row] and table.exit[row] == day)
        for row in range(60)
        for day in days.tolist()
        if table.entry[row] < day <= table.exit[row]
    ]
    row, start, stop, event = (np.array(column) for column in zip(*pieces, strict=True))
    wide = np.hstack((table.x[row], table.x[row] * np.array([clock[day] for day in stop.tolist()])[:, None]))
    sets = RiskSets.of(TimeAtRisk.of(stop, event, start, table.weight[row]), table.stratum[row])
    slopes = Partial(sets, sets.of_rows(wide), np.zeros(sets.order.size), efron=True).at(
        np.concatenate((fit.coefficients, [0, 0]))
    )
    together = slopes.score @ np.linalg.solve(slopes.information, slopes.score)
    assert found.together.statistic == pytest.approx(together, rel=1e-6)
    for place, test in enumerate(found.tests.values()):
        kept = np.array([0, 1, 2 + place])
        score = slopes.score[kept]
        alone = score @ np.linalg.solve(slopes.information[np.ix_(kept, kept)], score)
        assert test.statistic == pytest.approx(alone, rel=1e-6, abs=1e-9)


def test_the_mean_of_the_effects_is_the_coefficient() -> None:
    fit = fitted(fittable(2)._replace(weight=np.ones(60)))
    np.testing.assert_allclose(proportionality(fit).effect.mean(axis=0), fit.coefficients, atol=1e-8)


def test_an_unknown_clock_is_named_and_one_day_tells_nothing() -> None:
    fit = cox(DAYS, EVENTS, {"arm": ARM})
    with pytest.raises(ValueError, match="transform must be one of km, rank, identity, log, found 'sqrt'"):
        proportionality(fit, "sqrt")  # type: ignore[arg-type]
    one_day = cox([9, 9, 20, 20, 30], [True, True, False, False, False], {"x": [1.0, 3, 2, 0, 2]})
    found = proportionality(one_day, "identity").together
    assert math.isnan(found.p)
    assert found.method.endswith("all events are on one day")


# ---- curves


@given(seeds)
def test_without_an_effect_the_predicted_curve_is_that_of_its_stratum(seed: int) -> None:
    table = fittable(seed)
    fit = fitted(table, ties="breslow", weight=None)
    curve = predicted_curve(fit, dict.fromkeys(fit.names, 0.0), 0)
    mine = table.stratum == 0
    hazard = 0.0
    for day, found in zip(curve.days, curve.cumulative_hazard, strict=True):
        at_risk = mine & (table.entry < day) & (day <= table.exit)
        had = (at_risk & table.event & (table.exit == day)).sum()
        hazard += had / np.exp(table.x @ fit.coefficients)[at_risk].sum()
        assert found == pytest.approx(hazard, rel=1e-9)


def test_curves_say_what_they_need() -> None:
    table = fittable(1)
    fit = fitted(table, strata=np.array(["north", "south"])[table.stratum])
    with pytest.raises(KeyError, match="give a value for each of x0, x1"):
        predicted_curve(fit, {"x0": 1})
    with pytest.raises(ValueError, match="stratum must be one of north, south, found None"):
        predicted_curve(fit, {"x0": 1, "x1": 0})
    curve = predicted_curve(fit, {"x0": 1, "x1": 0}, "south")
    rows = estimate_predicted(curve, [0, int(curve.days[-1]), 10_000]).rows()
    assert [row["absent_reason"] for row in rows] == ["not estimable", None, "not estimable"]
    assert [rows[0]["value"], rows[2]["value"]] == [1.0, None]


# ---- averages over people


def test_with_one_column_the_averages_are_the_predicted_curves() -> None:
    fit = cox(DAYS, EVENTS, {"arm": ARM})
    found = estimate_standardised(fit, {"a": {"arm": 0}, "b": {"arm": 1}}, [15, 25], draws=2)
    for arm in (0, 1):
        curve = estimate_predicted(predicted_curve(fit, {"arm": arm}), [15, 25]).frame["value"].to_list()
        assert found.frame["value"].to_list()[2 * arm : 2 * arm + 2] == pytest.approx(curve)


def test_one_seed_gives_one_answer_and_draws_without_a_model_are_counted() -> None:
    # Eleven without an event and one with: most draws of the second arm have none.
    exit_, event = [10 + day for day in range(24)], [True] * 9 + [False] * 15
    columns = {"arm": [0] * 8 + [1] + [0] * 4 + [1] * 11}
    arms = {"a": {"arm": 0}, "b": {"arm": 1}}
    one, again, other = (
        estimate_standardised(cox(exit_, event, columns), arms, [15], draws=60, seed=seed) for seed in (1, 1, 2)
    )
    assert one.frame.equals(again.frame)
    assert not one.frame.equals(other.frame)
    method = one.frame["method"][0]
    assert "percentiles of 60 bootstrap draws (seed 1), " in method
    assert method.endswith(" without an estimate")


def test_the_bootstrap_draws_people_and_not_pieces() -> None:
    table = fittable(6)
    whole = fitted(table, cluster=np.arange(60))
    cut = np.maximum((table.entry + table.exit) // 2, table.entry)
    pieces = ModelTable(
        np.concatenate((table.entry, cut)),
        np.concatenate((cut, table.exit)),
        np.concatenate((np.zeros_like(table.event), table.event)),
        *(np.concatenate((one, one)) for one in table[3:]),
    )
    parts = fitted(pieces, cluster=np.concatenate((np.arange(60), np.arange(60))))
    arms = {"a": {"x0": 0.0}, "b": {"x0": 1.0}}
    one, other = (estimate_standardised(fit, arms, [5], draws=30, seed=3) for fit in (whole, parts))
    for column in ("value", "low", "high"):
        assert one.frame[column].to_list() == pytest.approx(other.frame[column].to_list(), abs=1e-6)


def test_arms_say_what_they_need() -> None:
    fit = cox(DAYS, EVENTS, {"arm": ARM})
    with pytest.raises(ValueError, match="at least two arms"):
        estimate_standardised(fit, {"a": {"arm": 0}}, [5])
    with pytest.raises(KeyError, match="the model has no column"):
        estimate_standardised(fit, {"a": {"age": 0}, "b": {"arm": 1}}, [5])
    with pytest.raises(ValueError, match="draws must be at least 2"):
        estimate_standardised(fit, {"a": {"arm": 0}, "b": {"arm": 1}}, [5], draws=1)
    late = estimate_standardised(fit, {"a": {"arm": 0}, "b": {"arm": 1}}, [5000], draws=2)
    assert late.frame["value"].null_count() == 3
