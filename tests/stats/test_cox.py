"""Cox's model: what may not change it, what it is by definition elsewhere, and what it says of what it cannot fit."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.model_rows import ModelTable, fittable
from remission.stats.regression.cox import CoxFit, cox
from remission.stats.regression.curves import predicted_curve
from remission.stats.regression.estimates import estimate_hazard_ratios
from remission.stats.regression.firth import estimate_firth, firth
from remission.stats.regression.hazard_steps import HazardSteps
from remission.stats.regression.likelihoods.ties import TIES, Ties
from remission.stats.regression.refusals import NotEstimable
from remission.stats.regression.residuals import RESIDUALS, residuals
from remission.stats.regression.risk_sets import RiskSets
from remission.stats.regression.standardised import estimate_standardised
from remission.stats.survival.logrank import log_rank
from remission.stats.survival.time_at_risk import TimeAtRisk

seeds = st.integers(0, 200)
DAYS, EVENTS = [9, 13, 18, 23, 28, 31], [True, True, False, True, True, False]


def fitted(table: ModelTable, **changed: object) -> CoxFit:
    return cox(table.exit, table.event, table.columns(), **(table.given() | changed))  # type: ignore[arg-type]


def same(one: CoxFit, other: CoxFit) -> None:
    np.testing.assert_allclose(one.coefficients, other.coefficients, atol=1e-8)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-6, atol=1e-9)


@given(seeds)
def test_cutting_rows_in_pieces_changes_nothing(seed: int) -> None:
    table = fittable(seed)
    cut = (table.entry + table.exit) // 2
    pieces = ModelTable(
        np.concatenate((table.entry, cut)),
        np.concatenate((cut, table.exit)),
        np.concatenate((np.zeros_like(table.event), table.event)),
        *(np.concatenate((one, one)) for one in table[3:]),
    )
    person = np.arange(table.exit.size)
    same(fitted(table), fitted(pieces))
    same(fitted(table, cluster=person), fitted(pieces, cluster=np.concatenate((person, person))))


@given(seeds, st.randoms(use_true_random=False))
def test_order_of_rows_and_names_of_strata_change_nothing(seed: int, random: object) -> None:
    table = fittable(seed)
    order = np.random.default_rng(seed).permutation(table.exit.size)
    shuffled = ModelTable(*(one[order] for one in table))
    names = np.array(["north", "south"])[shuffled.stratum]
    same(fitted(table), fitted(shuffled, strata=names))


@given(seeds)
def test_another_unit_and_zero_of_a_column_change_its_coefficient_by_it(seed: int) -> None:
    table = fittable(seed)
    moved = fitted(table._replace(x=table.x * [4, 0.01] + [100, -3]))
    plain = fitted(table)
    np.testing.assert_allclose(moved.coefficients * [4, 0.01], plain.coefficients, atol=1e-8)
    assert moved.log_likelihood == pytest.approx(plain.log_likelihood)


@given(seeds)
def test_a_weight_of_two_is_two_rows_by_breslow(seed: int) -> None:
    table = fittable(seed)
    twice = ModelTable(*(np.concatenate((one, one[:20])) for one in table))
    weight = np.where(np.arange(table.exit.size) < 20, 2.0, 1.0)
    same(fitted(table, weight=weight, ties="breslow"), fitted(twice, weight=None, ties="breslow"))


@given(seeds)
def test_an_offset_is_a_coefficient_that_is_known(seed: int) -> None:
    table = fittable(seed)
    both = fitted(table)
    columns = {"x1": table.x[:, 1]}
    known = cox(table.exit, table.event, columns, offset=both.coefficients[0] * table.x[:, 0], **table.given())
    assert known.coefficients[0] == pytest.approx(both.coefficients[1], abs=1e-8)


@given(seeds)
def test_the_score_test_of_discrete_ties_is_the_log_rank_test(seed: int) -> None:
    table = fittable(seed)
    group = table.x[:, 0].astype(int)
    model = cox(table.exit, table.event, {"group": group}, entry=table.entry, strata=table.stratum, ties="discrete")
    test = log_rank(table.exit, table.event, group, entry=table.entry, strata=table.stratum)
    assert model.score.statistic == pytest.approx(test.statistic)
    assert model.score.p == pytest.approx(test.p)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("seed", range(5))
def test_dfbeta_is_what_a_little_more_weight_of_a_row_changes(seed: int, ties: Ties) -> None:
    table, step = fittable(seed, 40), 1e-5
    dfbeta = residuals(fitted(table, ties=ties), "dfbeta")
    for row in range(0, 40, 7):
        more, less = table.weight.copy(), table.weight.copy()
        more[row] += step
        less[row] -= step
        moved = fitted(table, weight=more, ties=ties).coefficients - fitted(table, weight=less, ties=ties).coefficients
        if ties == "breslow" or not table.event[row]:  # Efron's steps share the weight of a day's events
            np.testing.assert_allclose(dfbeta[row], moved / (2 * step), rtol=1e-3, atol=1e-7)


@given(seeds, st.sampled_from(TIES))
def test_residuals_add_up_to_nothing(seed: int, ties: Ties) -> None:
    table = fittable(seed)._replace(weight=np.ones(60))
    fit = fitted(table, ties=ties, weight=None)
    assert residuals(fit, "martingale").sum() == pytest.approx(0, abs=1e-8)
    assert (residuals(fit, "martingale") <= 1).all()
    assert np.isfinite(residuals(fit, "deviance")).all()
    if ties in ("efron", "breslow"):
        np.testing.assert_allclose(residuals(fit, "score").sum(axis=0), 0, atol=1e-7)
        np.testing.assert_allclose(residuals(fit, "schoenfeld").sum(axis=0), 0, atol=1e-7)
    else:
        with pytest.raises(ValueError, match="only martingale and deviance"):
            residuals(fit, "dfbeta")


def test_rows_without_follow_up_or_a_covariate_are_left_out_and_counted() -> None:
    table = fittable(3)
    x = table.x.copy()
    x[:3, 1] = math.nan
    table.exit[5] = table.entry[5]  # start = stop
    fit = fitted(table._replace(x=x))
    chosen = np.ones(60, np.bool_)
    chosen[[0, 1, 2, 5]] = False
    same(fit, fitted(ModelTable(*(one[chosen] for one in table))))
    assert fit.method.endswith(", 3 rows without a covariate left out")
    assert fit.data.kept.tolist() == chosen.tolist()
    assert residuals(fit, "martingale").shape == (56,)


def test_an_event_at_entry_is_no_event_of_that_day() -> None:
    # (entry, exit]: who enters on day 9 is not at risk of the event of day 9.
    sets = RiskSets.of(TimeAtRisk.of([9, 20, 20], [True, True, False], entry=[0, 9, 8]))
    assert [(sets.first[sets.order == row].item(), sets.last[sets.order == row].item()) for row in range(3)] == [
        (-1, 0),
        (0, 1),
        (-1, 1),
    ]


def test_a_table_of_strata_by_days_that_is_too_large_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    table = fittable(4)
    plain = fitted(table)
    monkeypatch.setattr("remission.stats.regression.risk_sets.MOST_CELLS", 0)
    same(plain, fitted(table._replace(exit=table.exit, stratum=table.stratum * 1)))
    far = fitted(table._replace(exit=table.exit + 50_000, entry=table.entry + 50_000))
    same(plain, far)


# ---- what cannot be fitted, in words


def refused(columns: dict[str, object], event: list[bool] = EVENTS, **given: object) -> NotEstimable:
    with pytest.raises(NotEstimable) as caught:
        cox(DAYS, event, columns, **given)  # type: ignore[arg-type]
    return caught.value


ARM = [1, 0, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("columns", "event", "said"),
    [
        ({"arm": ARM}, [False] * 6, "no event: nobody has shown who is at higher risk"),
        ({"arm": [1] * 6}, EVENTS, "arm is the same in every row: leave it out"),
        ({"arm": ARM, "twice": [2 * one for one in ARM]}, EVENTS, "twice says nothing that arm did not say"),
        (
            {"a": ARM, "b": [0, 0, 1, 0, 0, 1], "c": [2, 1, 3, 4, 1, 9]},
            [True] * 2 + [False] * 4,
            "3 columns and 2 events",
        ),
        ({"arm": [1, 1, 1, 0, 0, 0]}, [True] * 3 + [False] * 3, "arm tells on every event day who has the event"),
        ({"arm": [0, 0, 1, 0, 0, 0]}, EVENTS, "(arm marks a single row)"),
        ({"arm": [math.nan] * 6}, EVENTS, "no row has follow-up and a value in every column"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_words(columns: dict[str, object], event: list[bool], said: str) -> None:
    assert said in str(refused(columns, event))


def test_all_reasons_are_said_at_once() -> None:
    error = refused({"arm": [1] * 6, "site": [2] * 6}, [False] * 6)
    assert len(error.reasons) == 3


def test_separation_names_its_columns_and_no_other() -> None:
    error = refused({"arm": [1, 1, 1, 0, 0, 0], "age": [40, 37, 52, 41, 39, 45]}, [True] * 3 + [False] * 3)
    assert "arm" in error.separated
    assert "Firth" in str(error)


@pytest.mark.parametrize("seed", range(30))
def test_separation_is_found_whatever_rounding_leaves_of_the_slope(seed: int) -> None:
    # Far out the slope can be exactly 0 while the information is 1e-16: that is no top.
    rng = np.random.default_rng(seed)
    n = int(rng.integers(6, 40))
    arm = np.sort(rng.integers(0, 2, n))[::-1]
    arm[[0, 1, -2, -1]] = 1, 1, 0, 0
    event = (rng.random(n) < 0.7) | (np.arange(n) < 2)
    columns = {"arm": arm, "age": rng.normal(size=n)} if seed % 2 and event.sum() > 2 else {"arm": arm}
    with pytest.raises(NotEstimable) as caught:
        cox(10 * np.arange(1, n + 1), event, columns, weight=rng.uniform(0.1, 2, n), ties="breslow")
    assert "arm" in caught.value.separated


@pytest.mark.parametrize("seed", range(30))
def test_a_strong_effect_is_no_separation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=300)
    exit_ = np.ceil(100 * np.exp(-3 * x) * rng.exponential(size=300)).clip(1, 900_000).astype(int)
    fit = cox(exit_, np.ones(300, np.bool_), {"x": x * 1000})
    assert 1000 * fit.coefficients[0] == pytest.approx(3, abs=1)


def test_a_column_that_never_varies_within_a_stratum_says_nothing() -> None:
    strata = [1, 2, 1, 1, 2, 2]
    assert "does not vary among those at risk" in str(refused({"arm": ARM}, strata=strata))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"weight": [1, 1, 1, 1, 1, 0]}, "weight must be positive and finite"),
        ({"weight": [1, 1, 1, 1, 1, math.inf]}, "weight must be positive and finite"),
        ({"weight": [1.0, 2, 1, 1, 1, 1], "ties": "discrete"}, "weights have no meaning with discrete ties"),
        ({"cluster": ARM, "ties": "exact marginal"}, "errors by cluster are not known with exact marginal ties"),
        (
            {"ties": "exact"},
            "ties must be one of efron, breslow, discrete, exact marginal, found 'exact': exact of R",
        ),
        ({"strata": [1.5] * 6}, "strata must hold integers or texts"),
        ({"strata": [1, 2]}, "strata must have one value a row, 6"),
        ({"offset": [0, 0, 0, 0, 0, math.nan]}, "offset must be finite"),
        ({"offset": [0.0]}, "offset must have one value a row, 6"),
    ],
)
def test_arrays_that_do_not_fit_are_said_in_words(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match="^" + said.replace("(", r"\(")):
        cox(DAYS, EVENTS, {"arm": ARM}, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "give at least one column"),
        ({"arm": ["a", "b", "a", "b", "a", "b"]}, "arm must hold numbers"),
        ({"arm": [1, 0, 1, 1, 0, math.inf]}, "arm must be finite"),
        ({"arm": [1, 0]}, "covariates must have one value a row, 6"),
        ({"arm": ARM, "age": [1, 2]}, "covariates must be one-dimensional and of one length"),
    ],
)
def test_columns_that_do_not_fit_are_said_in_words(columns: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        cox(DAYS, EVENTS, columns)  # type: ignore[arg-type]


# ---- estimates and tests


def test_a_single_cluster_cannot_vary() -> None:
    fit = cox(DAYS, EVENTS, {"arm": ARM}, cluster=[1] * 6)
    row = estimate_hazard_ratios(fit).rows()[0]
    assert (row["low"], row["high"], row["absent_reason"]) == (None, None, "not estimable")
    assert row["value"] == pytest.approx(math.exp(fit.coefficients[0]))
    assert math.isnan(fit.wald().p)
    assert fit.wald().method.endswith("not estimable, fewer clusters than columns")


def test_a_ratio_for_a_unit_that_is_far_too_large_is_not_estimable() -> None:
    # A coefficient of 900 for one unit of a column that spans a thousandth of one.
    fit = cox(DAYS, EVENTS, {"arm": [one / 1000 for one in ARM]})
    for found in (fit, firth(DAYS, EVENTS, {"arm": [one / 1000 for one in ARM]})):
        estimates = estimate_hazard_ratios(found) if isinstance(found, CoxFit) else estimate_firth(found)
        row = estimates.rows()[0]
        assert (row["value"], row["high"], row["absent_reason"]) == (None, None, "not estimable")


def test_two_clusters_give_one_direction_and_no_joint_test() -> None:
    table = fittable(8)
    fit = fitted(table, cluster=table.x[:, 0].astype(int))
    assert math.isnan(fit.wald().p)
    assert 0 < fit.wald(["x1"]).p < 1


def test_a_column_that_the_model_has_not_is_named() -> None:
    fit = cox(DAYS, EVENTS, {"arm": ARM})
    with pytest.raises(KeyError, match="the model has no column"):
        fit.wald(["age"])
    with pytest.raises(ValueError, match="kind must be one of martingale"):
        residuals(fit, "pearson")  # type: ignore[arg-type]


def test_the_method_says_all_that_was_done() -> None:
    table = fittable(1)
    entry = np.minimum(np.arange(60) % 3, table.exit - 1)
    method = fitted(table, entry=entry, cluster=np.arange(60)).method
    assert method == (
        "weighted Cox's model in 2 strata with late entry, Efron's ties (R efron, SAS EFRON), "
        "errors by the infinitesimal jackknife of clusters"
    )


def test_risks_that_vanish_are_no_error_of_arithmetic() -> None:
    ended = []
    for seed in range(90, 120):
        draw = np.random.default_rng(seed)
        n, columns = int(draw.integers(5, 20)), int(draw.integers(1, 4))
        days, events = draw.integers(1, 12, n), draw.random(n) < 0.6
        wide = {f"x{at}": np.exp(3 * draw.normal(size=n)) if at % 2 else draw.integers(0, 2, n).astype(float)
                for at in range(columns)}  # fmt: skip
        try:
            ended.append(np.isfinite(cox(days, events, wide).coefficients).all())
        except NotEstimable:
            ended.append(True)
    assert len(ended) == 30
    assert all(ended)


# ---- large numbers, and what is worked out once


@pytest.mark.parametrize("size", [800.0, -800.0])
def test_an_offset_that_all_have_changes_nothing_however_large(size: float) -> None:
    table = fittable(7)
    plain = fitted(table, cluster=np.arange(60) // 3)
    moved = fitted(table, cluster=np.arange(60) // 3, offset=np.full(60, size))
    same(plain, moved)
    for kind in RESIDUALS:
        np.testing.assert_allclose(residuals(moved, kind), residuals(plain, kind), atol=1e-8)
    of_one = {"x0": 1.0, "x1": 0.2}
    curves = predicted_curve(plain, of_one, 0), predicted_curve(moved, of_one, 0, offset=size)
    np.testing.assert_allclose(curves[1].cumulative_hazard, curves[0].cumulative_hazard)
    np.testing.assert_allclose(curves[1].variance, curves[0].variance)
    averages = [
        estimate_standardised(one, {"a": {"x0": 0.0}, "b": {"x0": 1.0}}, [5], draws=4).frame for one in (plain, moved)
    ]
    for column in ("value", "low", "high"):
        assert averages[1][column].to_list() == pytest.approx(averages[0][column].to_list())


def test_a_draw_that_is_all_but_separated_takes_no_limits_away() -> None:
    # Four events of nineteen: of 1,000 draws one has ratios beyond any number, and the others an answer.
    exit = np.full(19, 1500)
    exit[[0, 3, 4, 5, 6]] = 1, 1, 30, 60, 90
    event = np.isin(np.arange(19), [3, 4, 5, 6])
    male = np.isin(np.arange(19), [2, 4, 9, 11, 15, 16]).astype(float)
    fit = cox(exit, event, {"arm": 1.0 - np.arange(19) % 2, "male": male})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = estimate_standardised(fit, {"a": {"arm": 0.0}, "b": {"arm": 1.0}}, [365], draws=1000)
    assert found.frame["low"].null_count() == 0
    assert "without an estimate" in found.frame["method"][0]


def test_what_the_model_says_of_each_day_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out, plainly = [], HazardSteps.of

    def counted(*given: object, **named: object) -> HazardSteps:
        worked_out.append(1)
        return plainly(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(HazardSteps, "of", counted)
    fit = fitted(fittable(7), cluster=np.arange(60) // 3)
    assert np.isfinite(fit.standard_errors).all()
    residuals(fit, "dfbeta")
    assert len(worked_out) == 1
