"""Proportional hazards for events seen at visits: slopes by differences, units, known days, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from remission.stats.interval.baselines import Baseline
from remission.stats.interval.hazard_likelihood import HazardLikelihood
from remission.stats.interval.model_rows import IntervalModelRows
from remission.stats.interval.splines import interval_spline
from remission.stats.interval.weibull import interval_weibull
from remission.stats.regression.estimates import estimate_hazard_ratios
from remission.stats.regression.refusals import NotEstimable

INF = math.inf
Rows = tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]


def invented(seed: int, n: int = 120, known: float = 0.2) -> Rows:
    """Visits every two to four months, some events known to the day, some seen at the first visit."""
    rng = np.random.default_rng(seed)
    arm, age = rng.integers(0, 2, n), rng.normal(40, 10, n)
    event = 500 * rng.weibull(1.3, n) * np.exp(0.6 * arm)
    step = rng.integers(60, 130, n)
    visit = np.ceil(event / step) * step
    last, seen = np.where(visit <= 1000, visit - step, 1000 // step * step), np.where(visit <= 1000, visit, INF)
    on_day = (rng.random(n) < known) & np.isfinite(seen)
    last[on_day] = seen[on_day] = np.ceil(event[on_day])
    return last, seen, {"arm": arm, "age": age}


@pytest.mark.parametrize(
    "baseline", [Baseline(), Baseline((40.0, 200.0, 900.0)), Baseline((40.0, 150.0, 400.0, 900.0))]
)
def test_score_and_information_are_those_of_the_likelihood(baseline: Baseline) -> None:
    likelihood = HazardLikelihood.of(IntervalModelRows.of(*invented(1), None), baseline)
    beta = likelihood.start + np.random.default_rng(0).normal(0, 0.02, likelihood.start.size)
    found, step = likelihood.at(beta), 1e-6
    for place in range(beta.size):
        moved = [likelihood.at(beta + side * step * np.eye(beta.size)[place]) for side in (-1, 1)]
        assert found.score[place] == pytest.approx((moved[1].value - moved[0].value) / 2 / step, rel=1e-4, abs=1e-4)
        bend = (moved[0].score - moved[1].score) / 2 / step
        np.testing.assert_allclose(found.information[place], bend, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("baseline", [Baseline((40.0, 200.0, 900.0))])
def test_a_spline_is_a_line_beyond_its_outer_knots_and_its_slopes_are_its_own(baseline: Baseline) -> None:
    log = np.log(np.array([5.0, 10.0, 20.0, 100.0, 300.0, 2000.0, 4000.0, 8000.0]))
    columns, slopes = baseline.columns(log), baseline.slopes(log)
    by_difference = (baseline.columns(log + 1e-6) - baseline.columns(log - 1e-6)) / 2e-6
    np.testing.assert_allclose(slopes, by_difference, atol=1e-6)
    assert np.ptp(slopes[:3], axis=0).max() == 0
    assert np.ptp(slopes[5:], axis=0).max() < 1e-9
    assert columns.shape == (8, 3)


def test_without_inner_knots_a_spline_is_the_weibull_distribution() -> None:
    last, seen, columns = invented(2)
    line, spline = interval_weibull(last, seen, columns), interval_spline(last, seen, columns, knots=0)
    np.testing.assert_allclose(spline.gamma, line.gamma)
    assert spline.log_likelihood == line.log_likelihood
    assert interval_spline(last, seen, columns, knots=2).log_likelihood > line.log_likelihood


def test_units_of_time_and_of_columns_move_no_ratio() -> None:
    last, seen, columns = invented(3)
    days = interval_weibull(last, seen, columns)
    years = interval_weibull(last / 365.25, seen / 365.25, columns | {"age": columns["age"] * 365.25})
    assert years.coefficients[0] == pytest.approx(days.coefficients[0], abs=1e-9)
    assert years.coefficients[1] * 365.25 == pytest.approx(days.coefficients[1], abs=1e-9)
    assert years.gamma[1] == pytest.approx(days.gamma[1], abs=1e-9)


def test_a_narrow_interval_tends_to_a_known_day() -> None:
    last, seen, columns = invented(4, known=1.0)
    narrow = interval_weibull(np.where(np.isfinite(seen), last - 0.01, last), seen, columns)
    np.testing.assert_allclose(narrow.coefficients, interval_weibull(last, seen, columns).coefficients, atol=1e-3)


def test_without_a_column_it_finds_the_distribution_that_was_drawn_from() -> None:
    rng = np.random.default_rng(5)
    event = 500 * rng.weibull(1.5, 20_000)
    fit = interval_weibull(event // 90 * 90, event // 90 * 90 + 90)
    assert fit.gamma[1] == pytest.approx(1.5, abs=0.03)
    assert math.exp(-fit.gamma[0] / fit.gamma[1]) == pytest.approx(500, rel=0.02)
    assert fit.free_after([500], {}).item() == pytest.approx(math.exp(-1), abs=0.01)
    assert fit.names == ()


def test_a_weight_is_so_many_rows_and_rows_without_a_value_are_counted() -> None:
    last, seen, columns = invented(6)
    weight = np.arange(last.size) % 3 + 1
    whole = interval_weibull(last, seen, columns, weight=weight)
    repeated = {name: np.repeat(column, weight) for name, column in columns.items()}
    again = interval_weibull(np.repeat(last, weight), np.repeat(seen, weight), repeated)
    np.testing.assert_allclose(whole.covariance, again.covariance, rtol=1e-9)
    columns["age"][:4] = np.nan
    fit = interval_weibull(last, seen, columns)
    assert "4 rows without a covariate left out" in fit.method
    assert (fit.n, fit.events) == (116, int(np.isfinite(seen[4:]).sum()))


def test_ratios_are_estimates_with_the_words_of_the_model() -> None:
    last, seen, columns = invented(7)
    fit = interval_spline(last, seen, columns, knots=(50, 300, 900))
    row = estimate_hazard_ratios(fit).rows()[0]
    assert row["value"] == pytest.approx(math.exp(fit.coefficients[0]))
    assert row["method"] == "spline proportional hazards for intervals, knots on days 50, 300, 900"
    assert (row["group"], row["n"], row["events"]) == ("arm", 120, float(fit.events))


def test_an_arm_without_an_event_is_refused_by_name() -> None:
    last, seen, columns = invented(8)
    arm = columns["arm"] == 1
    with pytest.raises(NotEstimable, match="arm can grow without end") as refused:
        interval_weibull(np.where(arm, 900, last), np.where(arm, INF, seen), columns)
    assert refused.value.separated == ("arm",)


def test_events_in_one_interval_alone_tell_no_shape() -> None:
    with pytest.raises(NotEstimable, match="the shape of the baseline hazard has no finite estimate"):
        interval_weibull([90, 90, 90, 90], [180, 180, 180, INF])


def test_a_hazard_that_would_be_negative_is_refused() -> None:
    # Nothing happens for years after the first months: a spline through that falls.
    rng = np.random.default_rng(0)
    last = np.concatenate((rng.integers(0, 100, 60), rng.integers(1700, 2000, 30), [2100] * 20))
    seen = np.concatenate((last[:90] + rng.integers(10, 40, 90), [INF] * 20))
    with pytest.raises(NotEstimable, match="would be negative between knots"):
        interval_spline(last, seen, knots=(20, 100, 400, 1900))


@pytest.mark.parametrize(
    ("last", "seen", "columns", "said"),
    [
        ([90, 80], [INF, INF], {"arm": [0, 1]}, "no event"),
        ([0, 80, 9], [90, 99, INF], {"arm": [1, 1, 1]}, "arm is the same in every row"),
        ([0, 80, 9], [90, INF, INF], {"arm": [1, 0, 1], "age": [3, 4, 9]}, "2 columns and 1 events"),
        ([0, 80, 9, 8], [90, 99, 30, 20], {"arm": [1, 0, 1, 0], "other": [2, 0, 2, 0]}, "other says nothing"),
        ([0, 80], [90, 99], {"arm": [np.nan, np.nan]}, "no row has a value in every column"),
    ],
)
def test_no_model_is_said_in_words(
    last: list[float], seen: list[float], columns: dict[str, list[float]], said: str
) -> None:
    with pytest.raises(NotEstimable, match=said):
        interval_weibull(last, seen, columns)


@pytest.mark.parametrize(
    ("last", "seen", "more", "said"),
    [
        ([5], [4], {}, "seen must be after last_free"),
        ([0], [0], {}, "and after day 0"),
        ([-1], [4], {}, "last_free must be days from 0 on"),
        ([1, 2], [3], {}, "of one length"),
        ([1], [3], {"weight": [0]}, "weight must be positive and finite"),
        ([1], [3], {"covariates": {"arm": [0, 1]}}, "covariates must have one value a row, 1, found 2"),
        ([1], [3], {"knots": [5]}, "knots must be two days or more above 0, ascending, found"),
        ([1], [3], {"knots": [9, 5]}, "knots must be two days or more above 0, ascending, found"),
        ([1], [3], {"knots": -1}, "a number of inner knots from 0 on, found -1"),
    ],
)
def test_what_does_not_fit_is_said_in_words(
    last: list[float], seen: list[float], more: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        interval_spline(last, seen, **more)  # type: ignore[arg-type]
