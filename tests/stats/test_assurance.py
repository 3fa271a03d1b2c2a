"""From phase II to III: formulas against drawn trials, beliefs against drawn truths, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from remission.stats.assurance.beliefs import DoesNotIntegrate, NormalPrior, believe, believe_passed, kept_share
from remission.stats.assurance.errors import error_from_events, error_from_groups, error_from_interval
from remission.stats.assurance.future import EventDriven, FixedFollowUp, passing_line
from remission.stats.assurance.mix import mixed_log_shift
from remission.stats.assurance.selection import estimate_passed, expected_passing, log_likelihood_of_passed
from remission.stats.assurance.success import assurance, normal_assurance

LOG, ERROR = math.log(0.29), math.sqrt(1 / 20 + 1 / 29)
DRAWS = 400_000


def within(share: float, expected: float, draws: int, errors: float = 3) -> bool:
    return abs(share - expected) < errors * math.sqrt(expected * (1 - expected) / draws)


def test_the_error_of_20_against_29_events_is_0_29() -> None:
    assert round(error_from_groups(20, 29), 2) == 0.29
    # The way by a printed interval and that by counts come near each other.
    assert error_from_interval(0.02, 0.24) == pytest.approx(error_from_groups(3, 34), rel=0.06)


@pytest.mark.parametrize("ratio", [0.07, 0.49, 2.01])
def test_the_shortcut_is_refused_away_from_1(ratio: float) -> None:
    with pytest.raises(ValueError, match="ratios from"):
        error_from_events(37, ratio)


def test_the_shortcut_is_right_at_1_and_holds_at_its_ends() -> None:
    assert error_from_events(60, 1.0) == pytest.approx(error_from_groups(30, 30))
    assert error_from_events(60, 0.5) == pytest.approx(error_from_groups(20, 40), rel=0.06)
    assert error_from_events(60, 2.0) == pytest.approx(error_from_groups(40, 20), rel=0.06)


@pytest.mark.parametrize("call", [
    lambda: error_from_groups(0, 3), lambda: error_from_groups(3, math.nan), lambda: error_from_events(0, 1.0),
    lambda: error_from_interval(0, 1), lambda: error_from_interval(2, 1), lambda: error_from_interval(0.5, 1, 1.0),
    lambda: EventDriven(0), lambda: EventDriven(10, 1.0), lambda: FixedFollowUp(0, 10, 0.1, 2),
    lambda: FixedFollowUp(10, 10, 0.1, 2, -0.1), lambda: FixedFollowUp(10, 10, 0.1, math.inf),
    lambda: passing_line(0.3, 0.5), lambda: passing_line(0, 0.025), lambda: believe(math.nan, 0.3),
    lambda: believe(0.1, 0), lambda: normal_assurance(0, 0.1, 0), lambda: mixed_log_shift([0.5, 1.0], [1, 1], [1, 0]),
    lambda: mixed_log_shift([0.5, 0.6], [0, 0], [1, 0]), lambda: mixed_log_shift([0.5, 0.6], [1], [1, 0]),
    lambda: log_likelihood_of_passed(0, -0.1, 0.3, 0.025), lambda: estimate_passed(-0.1, 0.3, 0.025),
])  # fmt: skip
def test_what_cannot_be_is_refused(call: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else
        call()  # type: ignore[operator]


@pytest.mark.parametrize("prior", [(0, 0), (0, -1), (0, math.inf), (math.nan, 1), (0, math.nan)])
def test_a_prior_that_does_not_integrate_is_refused(prior: tuple[float, float]) -> None:
    with pytest.raises(DoesNotIntegrate):
        NormalPrior(*prior)


def test_a_flat_prior_and_a_result_that_only_just_passed_leave_no_belief() -> None:
    just = passing_line(0.3, 0.025) - 0.02
    with pytest.raises(DoesNotIntegrate, match="name a normal prior"):
        believe_passed(just, 0.3, 0.025)
    assert believe_passed(just, 0.3, 0.025, NormalPrior(0, 0.5)).mean > believe(just, 0.3, NormalPrior(0, 0.5)).mean


@settings(max_examples=25)
@given(st.floats(-3, 1), st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.001, 0.2))
def test_points_with_weights_give_the_closed_form(mean: float, spread: float, error: float, alpha: float) -> None:
    trial = EventDriven(4 / error**2)
    found = assurance(trial, believe(mean, spread), alpha)
    assert found == pytest.approx(normal_assurance(mean, spread, error, alpha), abs=1e-9)


@settings(max_examples=30)
@given(st.floats(-2, 1), st.floats(0.1, 0.8), st.floats(0.1, 2))
def test_a_prior_pulls_by_the_share_it_keeps(found: float, error: float, spread: float) -> None:
    told = believe(found, error, NormalPrior(0, spread))
    kept = kept_share(error, NormalPrior(0, spread))
    assert told.mean == pytest.approx(kept * found, abs=1e-9)
    assert told.spread == pytest.approx(math.sqrt(kept) * error, rel=1e-6)
    assert told.shifted(0.3).mean == pytest.approx(told.mean + 0.3)


def test_assurance_is_the_share_of_drawn_pairs_of_trials_that_succeed() -> None:
    # Brute force, without a formula of ours: draw a truth that phase II leaves open, then phase III's estimate.
    random = np.random.default_rng(1)
    trial = EventDriven(51, 376 / 563)
    kept = 0.3**2 / (0.3**2 + ERROR**2)
    truths = random.normal(kept * LOG, math.sqrt(kept) * ERROR, DRAWS)
    won = random.normal(truths, trial.error) < -1.959964 * trial.error
    assert within(won.mean(), assurance(trial, believe(LOG, ERROR, NormalPrior(0, 0.3))), DRAWS)


def test_selected_beliefs_are_those_of_phase_two_repeated_until_it_passes() -> None:
    # The plain twin: for each truth phase II is drawn again until it passes; truths whose passing result is near to
    # what was found are what is believed. At a fixed prior picking those that passed changes nothing: the other way.
    random = np.random.default_rng(2)
    found, error, alpha, prior = -0.62, 0.28, 0.025, NormalPrior(0, 0.3)
    line = -1.959964 * error
    truths = random.normal(0, prior.spread, 3_000_000)
    once = random.normal(truths, error)
    picked = truths[(once < line) & (abs(once - found) < 0.02)]
    assert picked.mean() == pytest.approx(believe(found, error, prior).mean, abs=4 * picked.std() / picked.size**0.5)

    repeated = _until_it_passes(random, truths[:1_000_000], error, line)
    near = truths[:1_000_000][abs(repeated - found) < 0.02]
    told = believe_passed(found, error, alpha, prior)
    assert near.mean() == pytest.approx(told.mean, abs=4 * near.std() / near.size**0.5)
    assert near.std() == pytest.approx(told.spread, rel=0.03)
    assert told.mean > picked.mean() + 0.05


def _until_it_passes(random: np.random.Generator, truths: np.ndarray, error: float, line: float) -> np.ndarray:
    # Drawn from the tail at once: drawing again and again until it passes comes to the same.
    below = ndtr((line - truths) / error)
    return truths + error * ndtri(random.uniform(size=truths.size) * below)


def test_what_passes_flatters_and_the_most_likely_truth_undoes_it() -> None:
    random = np.random.default_rng(3)
    results = random.normal(-0.3, 0.25, DRAWS)
    passed = results[results < passing_line(0.25, 0.025)]
    told = float(expected_passing(-0.3, 0.25, 0.025))
    assert passed.mean() == pytest.approx(told, abs=4 * passed.std() / passed.size**0.5)
    assert estimate_passed(told, 0.25, 0.025) == pytest.approx(-0.3, abs=1e-9)


def test_far_beyond_the_line_nothing_is_undone() -> None:
    assert estimate_passed(-3.0, 0.2, 0.025) == pytest.approx(-3.0, abs=1e-6)
    assert believe_passed(-3.0, 0.2, 0.025).mean == pytest.approx(-3.0, abs=1e-6)


@pytest.mark.parametrize("ratio", [0.07, 0.6])
def test_power_is_the_share_of_drawn_trials_that_a_plain_log_rank_test_finds(ratio: float) -> None:
    trial = FixedFollowUp(40, 60, 0.2 if ratio < 0.5 else 0.6, 2, 0.1)
    random, trials = np.random.default_rng(4), 4_000
    hazards = np.r_[np.full(40, trial.rate), np.full(60, trial.rate * ratio)]
    time = random.exponential(1, (trials, 100)) / hazards
    left = np.minimum(random.exponential(1 / trial.dropout, (trials, 100)), trial.years)
    seen, event = np.minimum(time, left), time <= left
    order = seen.argsort(axis=1)
    event, treated = np.take_along_axis(event, order, 1), (order >= 40)
    share = treated[:, ::-1].cumsum(axis=1)[:, ::-1] / np.arange(100, 0, -1)
    score = ((share - treated) * event).sum(axis=1) / np.sqrt((share * (1 - share) * event).sum(axis=1))
    expected = float(trial.power(math.log(ratio)))
    # A normal approximation of a trial of 100; with two events among the treated it is short by two points.
    assert abs((score > 1.959964).mean() - expected) < 3 * math.sqrt(expected * (1 - expected) / trials) + (
        0.012 if ratio > 0.5 else 0.025
    )
    counted = event.sum(axis=1).mean()
    assert counted == pytest.approx(sum(trial.events(math.log(ratio))), rel=0.02)


def test_without_an_effect_a_trial_succeeds_as_often_as_alpha_says() -> None:
    assert float(FixedFollowUp(100, 400, 0.3, 3, 0.05).power(0.0)) == pytest.approx(0.025, abs=1e-12)
    assert float(EventDriven(80).power(0.0, 0.05)) == pytest.approx(0.05, abs=1e-12)


def test_near_a_ratio_of_1_the_fixed_follow_up_is_schoenfelds() -> None:
    trial = FixedFollowUp(5_000, 5_000, 0.01, 2)
    events = sum(trial.events(math.log(0.8)))
    assert float(trial.power(math.log(0.8))) == pytest.approx(float(EventDriven(events).power(math.log(0.8))), abs=0.01)


def test_a_mix_by_hand() -> None:
    # Half of people with 0.81 free and half with 0.49: 0.65 free, against 0.81 alone.
    shift = mixed_log_shift([0.81, 0.49], [3, 3], [1, 0])
    assert shift == pytest.approx(math.log(math.log(0.65) / math.log(0.81)))
    assert mixed_log_shift([0.81, 0.49], [2, 0], [1, 0]) == pytest.approx(0)


@pytest.mark.parametrize("spread", [1e-9, 1e-5, 0.01])
def test_a_prior_that_is_sure_leaves_what_it_says_and_needs_few_points(spread: float) -> None:
    told = believe_passed(-1.2379, 0.2907, 0.025, NormalPrior(0.4, spread))
    assert told.weights.size < 20_000
    assert told.mean == pytest.approx(0.4, abs=5 * spread)
    assert told.spread == pytest.approx(spread, rel=0.02)
