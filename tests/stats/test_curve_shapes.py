"""Shapes of a curve beyond the years seen: slopes by differences, known cases, late entry, clusters, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.parametric.differences import Differences
from remission.stats.parametric.families.cure import MixtureCure
from remission.stats.parametric.families.exponential import Exponential
from remission.stats.parametric.families.generalised_gamma import GeneralisedGamma
from remission.stats.parametric.families.gompertz import Gompertz
from remission.stats.parametric.families.log_normal import LogNormal
from remission.stats.parametric.families.spline import Spline
from remission.stats.parametric.families.weibull import Weibull
from remission.stats.parametric.fit import fit_shape
from remission.stats.parametric.shape import Shape, shapes_for
from remission.stats.parametric.sufficient import sufficient_follow_up
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.time_at_risk import TimeAtRisk

YEARS = np.array([0.05, 0.5, 2.0, 6.0, 14.0])
Rows = tuple[np.ndarray, np.ndarray]


def invented(seed: int, n: int = 200, never: float = 0.0, shape: float = 0.8) -> Rows:
    """Days until an event that falls in risk, or that a share never has; followed for up to seven years."""
    rng = np.random.default_rng(seed)
    time = np.where(rng.random(n) < never, np.inf, rng.weibull(shape, n) * 6)
    left = rng.uniform(1, 7, n)
    return np.maximum(1, np.ceil(np.minimum(time, left) * 365.25)).astype(np.int64), time <= left


EVERY = shapes_for(TimeAtRisk.of(*invented(1)))


@pytest.mark.parametrize("shape", EVERY, ids=lambda one: one.name)
def test_the_slopes_are_those_of_hazard_and_cumulative_hazard(shape: Shape) -> None:
    rng = np.random.default_rng(4)
    for start in shape.starts(0.2, 8.0):
        # A spline's hazard must stay above 0, so it is moved by less.
        at = np.array(start) + rng.normal(0, 0.002 if isinstance(shape, Spline) else 0.05, len(start))
        near = Differences(1e-4)
        hazard, cumulative = shape.slopes(YEARS, at)
        expected = near.of(lambda moved: shape.log_hazard(YEARS, moved), at)
        assert hazard == pytest.approx(expected, rel=1e-6, abs=1e-8)
        expected = near.of(lambda moved: shape.cumulative(YEARS, moved), at)
        assert cumulative == pytest.approx(expected, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("shape", EVERY, ids=lambda one: one.name)
def test_the_hazard_is_the_slope_of_the_cumulative_hazard(shape: Shape) -> None:
    at = np.array(next(iter(shape.starts(0.2, 8.0))))
    step = 1e-5
    risen = (shape.cumulative(YEARS + step, at) - shape.cumulative(YEARS - step, at)) / (2 * step)
    assert np.exp(shape.log_hazard(YEARS, at)) == pytest.approx(risen, rel=1e-6)
    assert shape.cumulative(np.array([1e-12]), at)[0] == pytest.approx(0, abs=1e-3)


def test_the_exponential_is_events_over_years() -> None:
    fit = fit_shape(Exponential(), [365, 730, 1095], [True, False, True], weight=[1, 2, 3])
    assert math.exp(fit.at[0]) == pytest.approx(4 / ((365 + 2 * 730 + 3 * 1095) / 365.25))
    assert fit.errors[0] == pytest.approx(1 / math.sqrt(4))


def test_a_spline_without_a_bend_is_a_weibull() -> None:
    exit, event = invented(2)
    line, weibull = fit_shape(Spline((0.5, 5.0)), exit, event), fit_shape(Weibull(), exit, event)
    assert line.log_likelihood == pytest.approx(weibull.log_likelihood, rel=1e-12)
    assert line.survival(YEARS) == pytest.approx(weibull.survival(YEARS), rel=1e-8)
    assert np.stack(line.limits(YEARS)) == pytest.approx(np.stack(weibull.limits(YEARS)), rel=1e-5)


@pytest.mark.parametrize(("q", "like"), [(1.0, Weibull()), (1e-5, LogNormal())], ids=["weibull", "log-normal"])
def test_the_generalised_gamma_holds_the_weibull_and_the_log_normal(q: float, like: Shape) -> None:
    mean, spread = 1.2, -0.3
    at = np.array([mean, -spread if like.name == "weibull" else spread])
    assert GeneralisedGamma().cumulative(YEARS, np.array([mean, spread, q])) == pytest.approx(
        like.cumulative(YEARS, at), rel=1e-9
    )


def test_near_the_log_normal_nothing_jumps() -> None:
    heights = [GeneralisedGamma().cumulative(YEARS, np.array([1.0, 0.0, q])) for q in (-2e-4, -5e-5, 5e-5, 2e-4, 1e-3)]
    assert np.stack(heights) == pytest.approx(np.broadcast_to(heights[1], (5, YEARS.size)), rel=2e-2)
    assert heights[1] == pytest.approx(heights[2], rel=1e-12)


def test_a_falling_gompertz_leaves_some_free_for_ever() -> None:
    at = np.array([math.log(0.3), -0.6])
    assert np.exp(-Gompertz().cumulative(np.array([1e4]), at))[0] == pytest.approx(math.exp(-0.3 / 0.6))


def test_late_entry_is_read_as_being_free_at_entry() -> None:
    exit, event = invented(3, n=4000)
    late = np.random.default_rng(3).integers(0, 900, exit.size)
    seen = exit > late
    whole, part = fit_shape(Weibull(), exit, event), fit_shape(Weibull(), exit[seen], event[seen], entry=late[seen])
    assert part.at == pytest.approx(whole.at, abs=0.08)
    # Without saying so, those who came late look as if they had been free from the start.
    ignored = fit_shape(Weibull(), exit[seen], event[seen])
    assert abs(ignored.at[1] - whole.at[1]) > 0.15


def test_rows_given_twice_do_not_narrow_errors_between_clusters() -> None:
    exit, event = invented(5)
    twice = [np.concatenate([one, one]) for one in (exit, event)]
    persons = np.tile(np.arange(exit.size), 2)
    once = fit_shape(Weibull(), exit, event, cluster=np.arange(exit.size))
    assert fit_shape(Weibull(), *twice, cluster=persons).errors == pytest.approx(once.errors, rel=1e-6)
    assert fit_shape(Weibull(), *twice).errors[0] < 0.8 * once.errors[0]


def test_with_a_hazard_that_comes_anyway_the_rest_is_fitted() -> None:
    exit, event = invented(6, n=5000, shape=1.0)
    anyway = np.full(exit.size, 0.05)
    plain, rest = fit_shape(Exponential(), exit, event), fit_shape(Exponential(), exit, event, background=anyway)
    assert math.exp(rest.at[0]) == pytest.approx(math.exp(plain.at[0]) - 0.05, rel=1e-9)
    assert "background" in rest.method


def test_a_planted_share_that_never_has_the_event_is_found() -> None:
    exit, event = invented(7, n=2000, never=0.4, shape=1.2)
    exit, event = np.where(event, exit, 12 * 365), event
    fit = fit_shape(MixtureCure(), exit, event)
    share = 1 / (1 + math.exp(-fit.at[0]))
    assert share == pytest.approx(1 - event.mean(), abs=0.01)
    assert sufficient_follow_up(exit, event).p < 0.001


def test_without_a_plateau_the_question_has_no_answer() -> None:
    assert math.isnan(sufficient_follow_up([10, 20, 30], [False, False, True]).p)
    assert math.isnan(sufficient_follow_up([10, 20, 30], [False, False, False]).p)


def test_what_cannot_be_fitted_says_why() -> None:
    with pytest.raises(NotEstimable, match="events on 1 days and 2 numbers"):
        fit_shape(Weibull(), [100, 200], [True, False])
    with pytest.raises(NotEstimable, match="nobody was followed"):
        fit_shape(Weibull(), [0, 0], [True, False])
    exit, event = invented(1)
    with pytest.raises(NotEstimable, match="rises without end along log odds of never"):
        fit_shape(MixtureCure(), exit, np.ones(exit.size, np.bool_))
    with pytest.raises(ValueError, match="background must be"):
        fit_shape(Exponential(), exit, event, background=np.full(exit.size, -1.0))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), shape=st.sampled_from(["weibull", "gompertz", "log-normal", "log-logistic"]))
def test_the_top_is_a_top_and_order_and_repeats_say_nothing(seed: int, shape: str) -> None:
    exit, event = invented(seed, n=60)
    asked = next(one for one in EVERY if one.name == shape)
    fit = fit_shape(asked, exit, event)
    order = np.random.default_rng(seed).permutation(exit.size)
    again = fit_shape(asked, exit[order], event[order], weight=np.full(exit.size, 2.0))
    assert again.at == pytest.approx(fit.at, abs=1e-7)
    assert again.errors == pytest.approx(fit.errors / math.sqrt(2), rel=1e-5)
    low, high = fit.limits(YEARS)
    assert np.all((low < fit.survival(YEARS)) & (fit.survival(YEARS) < high))
