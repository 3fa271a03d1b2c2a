"""Two groups under weights: contrasts, errors by cluster, the bootstrap and the E-value."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from remission.stats.propensity.bootstrap import bootstrap
from remission.stats.propensity.contrasts import (
    GroupRows,
    contrast_groups,
    mean_contrast,
    rate_contrast,
    rate_of,
    share_contrast,
)
from remission.stats.propensity.logistic import fit_propensity
from remission.stats.propensity.unmeasured import e_value, hazard_e_value
from remission.stats.propensity.weights import weigh
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.survival.restricted_mean import restricted_mean_difference

Floats = NDArray[np.float64]


def rows_of(seed: int, people: int = 60, ratio: float = 1.0) -> tuple[GroupRows, dict[str, Floats]]:
    """A confounded registry: whoever is younger is treated more often, and has the event later."""
    random = np.random.default_rng(seed)
    age = random.normal(40, 9, people)
    treated = random.random(people) < 1 / (1 + np.exp(0.12 * (age - 40)))
    hazard = 0.15 * np.exp(0.07 * (age - 40)) * np.where(treated, ratio, 1.0)
    event = 365.25 * random.exponential(1 / hazard)
    end = random.integers(300, 1827, people)
    exits = np.maximum(np.ceil(np.minimum(event, end)), 1).astype(np.int64)
    return GroupRows(np.zeros(people, np.int64), exits, event <= end, treated, np.arange(people)), {"age": age}


def test_without_weights_or_losses_the_error_of_a_share_is_that_of_two_proportions() -> None:
    exits = np.array([10, 20, 30, 40, 15, 25, 35, 45, 55, 65])
    treated = np.arange(10) < 4
    rows = GroupRows(np.zeros(10, np.int64), exits, np.ones(10, bool), treated, np.arange(10))
    one, other = (rows.curve(np.ones(10), treated=group) for group in (True, False))
    found = share_contrast(one, other, 30)
    assert found.value == pytest.approx(1 / 4 - 4 / 6)
    assert found.error == pytest.approx(math.sqrt(0.25 * 0.75 / 4 + (4 / 6) * (2 / 6) / 6))


def test_the_difference_in_means_is_that_of_the_restricted_mean() -> None:
    rows, _ = rows_of(1)
    weight = np.random.default_rng(2).uniform(0.5, 2, 60)
    one, other = (rows.curve(weight, treated=group) for group in (True, False))
    ours = mean_contrast(one, other, 900)
    theirs = restricted_mean_difference(one, other, 900)[0].rows()[0]
    assert ours.limits(0.95) == pytest.approx((theirs["value"], theirs["low"], theirs["high"]))


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_influence_of_a_person_is_what_a_little_more_weight_moves(seed: int) -> None:
    rows, _ = rows_of(seed, 30)
    random = np.random.default_rng(seed)
    rows = replace(rows, cluster=random.integers(0, 12, 30))
    weight, step = random.uniform(0.5, 2, 30), 1e-6
    if not (rows.event & rows.treated).any() or not (rows.event & ~rows.treated).any():
        return

    def told(given_weight: Floats) -> Floats:
        one, other = (rows.curve(given_weight, treated=group) for group in (True, False))
        day = int(min(one.last_day, other.last_day, 700))
        found = (rate_contrast(rows, given_weight), share_contrast(one, other, day), mean_contrast(one, other, day))
        return np.array([[contrast.value, contrast.error] for contrast in found], np.float64)

    here = told(weight)
    moved = [
        (told(np.where(rows.cluster == one, weight * (1 + step), weight))[:, 0] - here[:, 0]) / step
        for one in np.unique(rows.cluster)
    ]
    assert here[:, 1] == pytest.approx(np.linalg.norm(moved, axis=0), rel=2e-3, abs=1e-6)


def test_rates_are_events_by_years_and_none_without_an_event() -> None:
    rows = GroupRows(
        np.array([0, 0, 0]), np.array([365, 366, 731]), np.array([True, False, False]), np.array([True, True, False]),
        np.arange(3),
    )  # fmt: skip
    assert rate_of(rows, np.ones(3), treated=True) == pytest.approx(365.25 / 731)
    assert math.isnan(rate_contrast(rows, np.ones(3)).value)


def test_past_the_shorter_follow_up_there_is_no_difference_in_shares() -> None:
    one = kaplan_meier([100, 200], [True, False], cluster=[0, 1])
    other = kaplan_meier([100, 900], [True, False], cluster=[2, 3])
    assert math.isnan(share_contrast(one, other, 500).value)
    assert mean_contrast(one, other, 500).day == 200


def test_a_planted_null_and_a_planted_effect_are_found_under_weights() -> None:
    for ratio, least, most in ((1.0, 0.95, 1.05), (0.5, 0.47, 0.60)):
        rows, columns = rows_of(7, 20_000, ratio)
        weight = weigh(fit_propensity(rows.treated, columns), "stabilised").weight
        crude = contrast_groups(rows, np.ones(20_000), [], 1826)[0].limits(0.95)[0]
        alike = contrast_groups(rows, weight, [], 1826)[0].limits(0.95)[0]
        # As treated it is far from the truth: otherwise nothing would have been found.
        assert crude < 0.7 * ratio
        assert least < alike < most


def test_the_same_seed_gives_the_same_bits_and_another_gives_others() -> None:
    rows, _ = rows_of(3)

    def share(places: NDArray[np.int64]) -> Floats:
        return np.array([rows.event[places].mean()])

    one, same, other = (bootstrap(60, share, 50, seed=seed).values for seed in (5, 5, 6))
    assert one.tobytes() == same.tobytes()
    assert one.tobytes() != other.tobytes()


def test_draws_without_an_answer_are_counted_and_too_many_give_no_limits() -> None:
    def fails(share: float) -> Floats:
        random = np.random.default_rng(1)

        def estimate(places: NDArray[np.int64]) -> Floats:
            if random.random() < share:
                raise NotEstimable(["nobody had the event"])
            return np.array([float(places.mean())])

        found = bootstrap(20, estimate, 200, seed=1)
        assert (found.failed > 0) == (share > 0)
        limits: Floats = found.limits(0.95)[0]
        return limits

    assert not np.isnan(fails(0.02)).any()
    assert np.isnan(fails(0.2)).all()
    with pytest.raises(ValueError, match="two draws"):
        bootstrap(5, lambda places: np.array([1.0]), 1, seed=1)


def test_e_values_are_those_that_were_published() -> None:
    # A ratio of risks of 3.9 (1.8 to 8.7), in the paper that named it.
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1.8) == pytest.approx(3.0, abs=0.005)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))
    with pytest.raises(ValueError, match="above 0"):
        e_value(0)


def test_a_common_outcome_is_turned_and_an_interval_that_holds_1_needs_nothing() -> None:
    rare = hazard_e_value(0.5, 0.3, 0.8, share_with_event=0.1)
    common = hazard_e_value(0.5, 0.3, 0.8, share_with_event=0.4)
    assert rare.value == e_value(0.5)
    assert rare.nearer == e_value(0.8)
    turned = (1 - 0.5**0.5**0.5) / (1 - 0.5**2**0.5)
    assert common.value == pytest.approx(e_value(turned))
    assert common.value < rare.value
    assert hazard_e_value(0.8, 0.5, 1.2, share_with_event=0.4).nearer == 1
    assert hazard_e_value(2.0, 1.5, 3.0, share_with_event=0.1).nearer == e_value(1.5)
