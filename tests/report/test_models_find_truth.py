"""Engine and models find what was planted in a registry too large for luck, and a crude comparison does not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from remission.library.catalogue import cohort_folder
from remission.outcomes.evaluation import evaluate
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort
from remission.report.models.design import Design
from remission.simulation.cohorts.entrants import ADJUSTED_FOR, STRATA
from remission.simulation.cohorts.hsct_500 import simulate_hsct_500
from remission.simulation.cohorts.truth import Truth, load_truths
from remission.stats.competing.aalen_johansen import cumulative_incidence, estimate_cumulative_incidence
from remission.stats.horizons import years_to_days
from remission.stats.interval.npmle import npmle
from remission.stats.regression.cox import cox
from remission.stats.regression.standardised import estimate_standardised
from remission.stats.survival.kaplan_meier import kaplan_meier

HSCT, BEST = "HSCT", "Best available therapy"
TREATED = f"arm: {HSCT}"
TRUTHS = load_truths(cohort_folder("hsct-500"))
# Of normal errors one in 16,000 is larger; every comparison of this file holds by it at once.
ERRORS = 4.0


@pytest.fixture(scope="module")
def large() -> Cohort:
    return simulate_hsct_500(seed=11, subjects=6_000)


@pytest.fixture(scope="module")
def progression(large: Cohort) -> Outcome:
    return evaluate(large, "cdp-24w")


def _truth(quantity: str, arm: str = HSCT, years: int = 5, **which: str | None) -> Truth:
    wanted = {"endpoint": "cdp-24w", "quantity": quantity, "arm": arm, "at_years": years, "event": None} | which
    (found,) = [one for one in TRUTHS if all(getattr(one, name) == value for name, value in wanted.items())]
    return found


def _adjusted(outcome: Outcome, cohort: Cohort) -> Design:
    return Design.of(outcome, cohort, "arm", ADJUSTED_FOR, STRATA)


@pytest.mark.parametrize("endpoint", ["cdp-24w", "death"])
def test_the_adjusted_hazard_ratio_is_the_planted_one(large: Cohort, endpoint: str) -> None:
    design = _adjusted(evaluate(large, endpoint), large)
    fit = cox(**design.arrays)
    place = fit.names.index(TREATED)
    truth = _truth("hazard ratio", endpoint=endpoint, adjusted_for=", ".join(ADJUSTED_FOR))
    assert truth.latent is not None
    error = fit.standard_errors[place]
    assert abs(fit.coefficients[place] - np.log(truth.latent)) < ERRORS * error
    assert abs(fit.coefficients[place] - np.log(truth.seen)) < ERRORS * error


def test_the_crude_hazard_ratio_is_neither_the_planted_one_nor_a_trial_s(progression: Outcome, large: Cohort) -> None:
    """The control: were the groups alike, holding columns alike would prove nothing."""
    fit = cox(**Design.of(progression, large, "arm").arrays)
    for adjusted_for in (", ".join(ADJUSTED_FOR), None):
        truth = _truth("hazard ratio", adjusted_for=adjusted_for)
        assert fit.coefficients[0] < np.log(truth.seen) - ERRORS * fit.standard_errors[0]


def test_the_columns_held_alike_have_their_planted_effects_too(progression: Outcome, large: Cohort) -> None:
    fit = cox(**_adjusted(progression, large).arrays)
    # By hand from the effects: 1.4 by ten years, 1.25 of men, 1.15 by a point, 1.1 by a relapse.
    planted = {"age_years": np.log(1.4) / 10, "sex: male": np.log(1.25), "baseline_edss": np.log(1.15)}
    for name, logarithm in (planted | {"x_relapses_before": np.log(1.1)}).items():
        place = fit.names.index(name)
        assert abs(fit.coefficients[place] - logarithm) < ERRORS * fit.standard_errors[place]


@pytest.mark.parametrize("years", [1, 3, 5])
def test_the_standardised_contrast_is_a_trial_s(progression: Outcome, large: Cohort, years: int) -> None:
    fit = cox(**_adjusted(progression, large).arrays)
    arms = {BEST: {TREATED: 0.0}, HSCT: {TREATED: 1.0}}
    rows = estimate_standardised(fit, arms, [years_to_days(years)], level=0.95, draws=60, seed=3).frame
    for row in rows.to_dicts():
        quantity = "standardised difference" if row["against"] else "standardised event-free"
        truth = _truth(quantity, row["group"], years)
        error = (row["high"] - row["low"]) / (2 * 1.96)
        assert abs(row["value"] - truth.seen) < ERRORS * (error + truth.seen_error)


def _causes(outcome: Outcome, cohort: Cohort) -> pl.DataFrame:
    """Each person's first of progression (1), death before it (2) or neither (0), with its day and arm."""
    subjects = cohort.subjects.select("subject_id", "arm", "death_day", "last_day")
    both = outcome.spells.join(subjects, on="subject_id").filter(pl.col("last_day") > 0)
    dead = ~pl.col("event") & pl.col("death_day").is_not_null()
    return both.select(
        "arm",
        cause=pl.when("event").then(1).when(dead).then(2).otherwise(0),
        exit=pl.when(dead).then("death_day").otherwise("exit_day"),
    ).filter(pl.col("exit") > 0)


@pytest.mark.parametrize("arm", [HSCT, BEST])
@pytest.mark.parametrize(("event", "cause"), [("cdp-24w", 1), ("death", 2)])
def test_the_cumulative_incidence_of_each_event_is_the_planted_one(
    progression: Outcome, large: Cohort, arm: str, event: str, cause: int
) -> None:
    mine = _causes(progression, large).filter(arm=arm)
    found = cumulative_incidence(mine["exit"], mine["cause"])
    for years in (1, 3, 5):
        (row,) = estimate_cumulative_incidence(found, cause, [years_to_days(years)], 0.95, "plain").frame.to_dicts()
        truth = _truth("cumulative incidence", arm, years, event=event)
        assert abs(row["value"] - truth.seen) < ERRORS * (row["high"] - row["low"]) / (2 * 1.96)


def _between(outcome: Outcome, cohort: Cohort, arm: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The last day known free of progression and the day on which it was seen (infinity if never), of one arm."""
    arms = cohort.subjects.select("subject_id", "arm")
    mine = outcome.spells.join(arms, on="subject_id").filter((pl.col("arm") == arm) & (pl.col("exit_day") > 0))
    seen = mine.select(pl.when("event").then(pl.col("exit_day").cast(pl.Float64)).otherwise(np.inf)).to_series()
    free = mine.select(pl.when("event").then("last_free_day").otherwise("exit_day")).to_series()
    # The visit before day zero is what some were last free at; nothing was planted before it.
    return np.maximum(free.to_numpy().astype(np.float64), 0.0), seen.to_numpy()


@pytest.mark.parametrize("arm", [HSCT, BEST])
def test_the_curve_between_visits_finds_what_happened_where_kaplan_meier_finds_what_was_seen(
    progression: Outcome, large: Cohort, arm: str
) -> None:
    last_free, seen = _between(progression, large, arm)
    happened = npmle(last_free, seen)
    finite = np.isfinite(seen)
    noticed = kaplan_meier(np.where(finite, seen, last_free).astype(np.int64), finite)
    for years in (1, 2):
        truth, day = _truth("event-free", arm, years), years_to_days(years)
        error = float(np.sqrt(truth.seen * (1 - truth.seen) / seen.size))
        (low,), (high,) = happened.free_between([day])
        assert truth.latent is not None
        assert low - ERRORS * error < truth.latent < high + ERRORS * error
        assert abs(float(noticed.survival_on([day])[0]) - truth.seen) < ERRORS * error
        # The control: the visits move it by more than chance does.
        if arm == BEST and years == 1:
            assert truth.seen - truth.latent > 3 * error
            assert noticed.survival_on([day])[0] > high
