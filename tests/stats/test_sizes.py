"""Sizes and power by endpoint: each held against a plain sum, a brute count or people drawn one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.inputs.not_a_design import NotADesign
from remission.stats.sample_size.at_risk import expect_at_risk
from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, PiecewiseHazard, expected_events
from remission.stats.sample_size.counts import people_for_rates, power_for_rates
from remission.stats.sample_size.exposure import Exposure
from remission.stats.sample_size.max_combo import COMBINED, bound_of_largest, people_for_max_combo, power_for_max_combo
from remission.stats.sample_size.normal_boxes import chance_below
from remission.stats.sample_size.one_sample import exact_power_for_one_sample
from remission.stats.sample_size.proportions import exact_power_for_shares, people_for_shares, power_for_shares
from remission.stats.sample_size.restricted_mean import expected_gain
from remission.stats.sample_size.weighted import (
    LOG_RANK,
    Stratum,
    Weighting,
    expected_scores,
    people_for_weighted,
    power_for_weighted,
)

SHARES = st.floats(0.05, 0.95)
HAZARDS = st.floats(0.02, 0.8)
FEW = settings(max_examples=15)


def planned(early: float, late: float, treated_early: float, treated_late: float, dropout: float = 0.05) -> Calendar:
    """400 people over two years; hazards change when a person has been in for a year."""
    leaves = PiecewiseHazard.constant(dropout)
    arms = (
        Arm(PiecewiseHazard((0.0, 1.0), (early, late)), 0.5, leaves),
        Arm(PiecewiseHazard((0.0, 1.0), (treated_early, treated_late)), 0.5, leaves),
    )
    return Calendar(400, Accrual((0.0,), (200.0,)), arms)


def test_an_exact_power_is_the_sum_over_every_pair_of_counts() -> None:
    n, m, control, treated, z = 9, 6, 0.3, 0.7, 1.959963984540054
    total = 0.0
    for x, y in product(range(n + 1), range(m + 1)):
        pool = (x + y) / (n + m)
        spread = math.sqrt(pool * (1 - pool) * (1 / n + 1 / m))
        if y / m - x / n > z * spread:
            total += (
                math.comb(n, x)
                * control**x
                * (1 - control) ** (n - x)
                * (math.comb(m, y) * treated**y * (1 - treated) ** (m - y))
            )
    assert exact_power_for_shares(control, treated, (n, m), alpha=0.025) == pytest.approx(total, abs=1e-12)


def test_a_test_that_may_look_either_way_has_its_size_where_shares_are_alike() -> None:
    assert exact_power_for_shares(0.5, 0.5, (200, 200), alpha=0.025) == pytest.approx(0.025, abs=0.003)


@given(SHARES, SHARES, st.sampled_from([0.5, 1.0, 2.0]))
def test_people_for_shares_have_the_power_they_were_counted_for(control: float, treated: float, ratio: float) -> None:
    if abs(control - treated) < 0.02:
        return
    people = people_for_shares(control, treated, alpha=0.025, power=0.8, allocation=ratio)
    assert people[1] == pytest.approx(ratio * people[0])
    assert power_for_shares(control, treated, people, alpha=0.025) == pytest.approx(0.8, abs=1e-9)


@FEW
@given(st.floats(0.1, 2), st.floats(0.2, 0.8), st.floats(0.05, 2), st.floats(0.3, 3))
def test_unequal_follow_up_wants_more_people_than_its_mean(rate: float, ratio: float, k: float, longer: float) -> None:
    planned_for = Exposure.planned(0.5, 0.5 + longer, 0.1)

    def people(followed: str) -> float:
        return people_for_rates(rate, rate * ratio, k, planned_for, alpha=0.025, power=0.9, followed=followed)[0]  # type: ignore[arg-type]

    assert people("each") > people("average")


def test_counts_drawn_one_by_one_have_the_power_that_was_planned() -> None:
    """Rates by their own counts, and the error by the information of each person's time, at the rates planned."""
    rng = np.random.default_rng(20261130)
    exposure, control, treated, k, people = Exposure.planned(1, 3), 0.6, 0.4, 0.7, 120
    draws, shares = 4000, 1 / k
    years = rng.uniform(1, 3, (2, draws, people))
    means = np.array([control, treated])[:, None, None] * years
    counts = rng.poisson(means * rng.gamma(shares, k, means.shape))
    weight = years / (1 + k * means)
    rates = (counts / years * weight).sum(axis=2) / weight.sum(axis=2)
    variance = (1 / (means / (1 + k * means)).sum(axis=2)).sum(axis=0)
    z = np.log(rates[0] / rates[1]) / np.sqrt(variance)
    planned_power = power_for_rates(control, treated, k, exposure, (people, people), alpha=0.025, followed="each")
    error = math.sqrt(planned_power * (1 - planned_power) / draws)
    assert float((z > 1.959964).mean()) == pytest.approx(planned_power, abs=4 * error)


@pytest.mark.parametrize(("variance", "size"), [("expected", 0.036), ("mean", 0.062)])
def test_24_people_against_history_have_neither_the_size_that_is_asked_for(variance: str, size: float) -> None:
    """58 % event-free in history. With E it is too seldom significant, with (O + E) / 2 too often; at 5 %."""
    exact = exact_power_for_one_sample(1, -math.log(0.577), 24, alpha=0.05, variance=variance)  # type: ignore[arg-type]
    assert exact == pytest.approx(size, abs=5e-4)


@FEW
@given(st.floats(0.15, 2.5), st.integers(2, 30), st.sampled_from(["expected", "mean"]), st.sampled_from([1.0, 0.5]))
def test_one_arm_drawn_person_by_person_is_as_often_significant(
    hazard: float, people: int, variance: str, ratio: float
) -> None:
    rng = np.random.default_rng(7)
    draws = 20_000
    until = np.minimum(rng.exponential(1 / ratio, (draws, people)), hazard)
    observed, expected = (until < hazard).sum(axis=1), until.sum(axis=1)
    taken = expected if variance == "expected" else (observed + expected) / 2
    seen = float(((observed - expected) / np.sqrt(taken) < -1.6448536).mean())
    exact = exact_power_for_one_sample(ratio, hazard, people, alpha=0.05, variance=variance)  # type: ignore[arg-type]
    assert seen == pytest.approx(exact, abs=5 * math.sqrt(max(exact * (1 - exact), 1e-4) / draws))


def scores_by_steps(weighting: Weighting, seen: Calendar, at: float, steps: int = 4000) -> tuple[float, float]:
    """The plain twin: one short step of people's time after the other."""
    width, free, mean, variance = at / steps, 1.0, 0.0, 0.0
    left, cumulative, leaving = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
    for step in range(steps):
        time = (step + 0.5) * width
        entered = min(1.0, (at - time) / seen.accrual_ends)
        hazards = [float(arm.hazard.at([time])[0]) for arm in seen.arms]
        for one, arm in enumerate(seen.arms):
            cumulative[one] += hazards[one] * width
            leaving[one] += arm.dropout.rates[0] * width
            left[one] = arm.share * entered * math.exp(-cumulative[one] - leaving[one])
        pooled = (left[0] * hazards[0] + left[1] * hazards[1]) / (left[0] + left[1])
        weight = free**weighting.rho * (1 - free) ** weighting.gamma
        both = left[0] * left[1] / (left[0] + left[1])
        mean += weight * both * (hazards[0] - hazards[1]) * width
        variance += weight**2 * both * pooled * width
        free *= math.exp(-pooled * width)
    return mean, variance


@pytest.mark.parametrize("weighting", COMBINED)
def test_expected_scores_are_the_sum_over_short_steps(weighting: Weighting) -> None:
    calendar = planned(0.3, 0.2, 0.3, 0.08)
    means, covariance = expected_scores([weighting], [Stratum(1, expect_at_risk(4.0, calendar))])
    mean, variance = scores_by_steps(weighting, calendar, 4.0)
    assert means[0] == pytest.approx(mean, rel=3e-3)
    assert covariance[0, 0] == pytest.approx(variance, rel=3e-3)


@FEW
@given(HAZARDS, HAZARDS, HAZARDS, HAZARDS)
def test_early_and_late_weights_add_up_to_the_log_rank_test(a: float, b: float, c: float, d: float) -> None:
    means, covariance = expected_scores(COMBINED, [Stratum(1, expect_at_risk(4.0, planned(a, b, c, d)))])
    assert means[0] == pytest.approx(means[1] + means[2], abs=1e-12)
    assert covariance[0] == pytest.approx(covariance[1] + covariance[2], abs=1e-12)
    assert (np.linalg.eigvalsh(covariance) > -1e-12).all()


def test_strata_of_different_hazards_are_compared_within_and_not_across() -> None:
    """Half the people have three times the hazard. Their events count, and the difference between strata does not."""
    mild, severe = (Stratum(0.5, expect_at_risk(4.0, planned(h, h, h / 2, h / 2))) for h in (0.1, 0.3))
    both = expected_scores([LOG_RANK], [mild, severe])
    apart = [expected_scores([LOG_RANK], [Stratum(1.0, one.seen)]) for one in (mild, severe)]
    assert both[0][0] == pytest.approx(sum(means[0] for means, _ in apart) / 2)
    assert both[1][0, 0] == pytest.approx(sum(covariance[0, 0] for _, covariance in apart) / 2)


def test_a_late_effect_is_told_best_by_a_late_weight_and_the_largest_pays_little() -> None:
    seen = [Stratum(1, expect_at_risk(5.0, planned(0.2, 0.2, 0.2, 0.1)))]
    along, late = (power_for_weighted(one, seen, 400, alpha=0.025) for one in (LOG_RANK, Weighting(0, 1)))
    assert along < power_for_max_combo(seen, 400, alpha=0.025) < late


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_a_box_of_two_normals_is_what_draws_say(correlation: float) -> None:
    covariance = np.array([[1.0, correlation], [correlation, 1.0]])
    draws = np.random.default_rng(3).multivariate_normal([0, 0], covariance, 400_000)
    bounds = np.array([0.4, 1.1])
    assert float((draws < bounds).all(axis=1).mean()) == pytest.approx(chance_below(bounds, covariance), abs=0.004)


def test_a_variable_that_follows_from_two_others_bounds_them() -> None:
    """Z3 = (Z1 + Z2) / sqrt 2 below 0, with both others below 1: a corner is cut off."""
    factor = np.array([[1.0, 0.0], [0.0, 1.0], [math.sqrt(0.5), math.sqrt(0.5)]])
    bounds = np.array([1.0, 1.0, 0.0])
    draws = np.random.default_rng(4).standard_normal((400_000, 2)) @ factor.T
    assert float((draws < bounds).all(axis=1).mean()) == pytest.approx(
        chance_below(bounds, factor @ factor.T), abs=0.004
    )
    turned = np.array([[1.0, 0.0], [-1.0, 0.0]])
    assert chance_below(np.array([1.0, 0.5]), turned @ turned.T) == pytest.approx(0.8413447 - 0.3085375, abs=1e-6)


def test_the_bound_of_tests_that_are_one_is_that_of_one() -> None:
    assert bound_of_largest(np.ones((3, 3)), alpha=0.025) == pytest.approx(1.959964, abs=1e-5)


def test_a_gain_is_the_area_between_the_curves() -> None:
    gain, _ = expected_gain(5.0, planned(0.2, 0.2, 0.1, 0.1), 3.0)
    assert gain == pytest.approx((1 - math.exp(-0.3)) / 0.1 - (1 - math.exp(-0.6)) / 0.2, abs=1e-10)


def test_what_is_no_plan_is_told_all_at_once() -> None:
    with pytest.raises(NotADesign) as told:
        people_for_rates(-1, 0.5, -0.2, Exposure.of([1.0]), alpha=0.7, power=0.9)
    assert [reason.split()[0] for reason in told.value.reasons] == ["dispersion", "control", "alpha"]
    with pytest.raises(NotADesign, match=r"must be from 0 to 1.*cannot be told apart"):
        people_for_shares(1.2, 1.2, alpha=0.025, power=0.9)
    with pytest.raises(NotADesign, match="nobody is followed beyond 4"):
        expected_gain(4.0, planned(0.2, 0.2, 0.1, 0.1), 4.5)
    with pytest.raises(NotADesign, match="add up to 1"):
        expected_scores([LOG_RANK], [Stratum(0.4, expect_at_risk(4.0, planned(0.2, 0.2, 0.1, 0.1)))])
    worse = expect_at_risk(4.0, planned(0.1, 0.1, 0.2, 0.2))
    with pytest.raises(NotADesign, match="do no better"):
        people_for_weighted(LOG_RANK, [Stratum(1, worse)], alpha=0.025, power=0.9)
    with pytest.raises(NotADesign, match="by none of these"):
        people_for_max_combo([Stratum(1, worse)], alpha=0.025, power=0.9)


@pytest.mark.parametrize("dropout", [50.0, 999.0])
def test_follow_up_holds_where_nearly_all_leave_at_once(dropout: float) -> None:
    found = Exposure.planned(1.5, 3.0, dropout)
    # The mean of (1 - exp(-h t)) / h over t from 1.5 to 3; the second part is 0 in all digits.
    assert found.mean == pytest.approx(1 / dropout, rel=1e-9)
    assert found.share.sum() == pytest.approx(1, abs=1e-9)


def test_no_exact_chance_is_above_1() -> None:
    assert exact_power_for_one_sample(0.5, 0.916, 2_000, alpha=0.05) == 1.0
    assert exact_power_for_shares(0.48, 0.75, (1_000, 1_000), alpha=0.025) == 1.0


def test_the_largest_of_five_tests_is_refused() -> None:
    with pytest.raises(NotADesign, match="4 tests at most, found 5"):
        bound_of_largest(np.eye(5), alpha=0.025)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: people_for_shares(0.0, 1.0, alpha=0.025, power=0.9, test="unpooled"), "nothing that varies"),
        (lambda: power_for_shares(0.0, 1.0, (10, 10), alpha=0.025, test="unpooled"), "nothing that varies"),
        (lambda: power_for_shares(0.0, 0.0, (10, 10), alpha=0.025), "nothing that varies"),
        (lambda: power_for_shares(0.4, 0.6, (math.inf, 10), alpha=0.025), "people must be above 0 and finite"),
        (lambda: power_for_rates(0.8, 0.5, 0.4, Exposure.of([1.0]), (100, math.nan), alpha=0.025), "people must be"),
        (lambda: power_for_rates(0.8, 0.5, math.inf, Exposure.of([1.0]), (9, 9), alpha=0.025), "dispersion must be"),
        (lambda: Exposure.of([]), "must add up to 1, found 0"),
        (lambda: power_for_weighted(LOG_RANK, [Stratum(1, expect_at_risk(5, nobody()))], 100, alpha=0.025), "no event"),
        (lambda: expected_gain(5, nobody(), 3), "no event is expected up to 3"),
        (lambda: expected_events([math.inf], nobody()), "finite, found inf"),
        (lambda: expect_at_risk(math.inf, nobody()), "after it began, found inf"),
    ],
)
def test_what_has_no_answer_is_refused_and_never_a_number_that_is_none(
    ask: Callable[[], object], reason: str
) -> None:  # fmt: skip
    with pytest.raises(NotADesign, match=reason):
        ask()


def test_nobody_against_everybody_is_told_apart_or_not() -> None:
    assert power_for_shares(0.0, 1.0, (10, 10), alpha=0.025) == 1.0
    assert power_for_shares(0.0, 1.0, (1, 1), alpha=0.025) == 0.0


def nobody() -> Calendar:
    """A trial in which nothing ever happens to anybody."""
    arm = Arm(PiecewiseHazard.constant(0.0), 0.5)
    return Calendar(100, Accrual.constant(10.0), (arm, arm))


def test_a_trial_that_waits_for_its_first_person_is_the_same_trial_a_year_later() -> None:
    arms = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.2, 0.1))
    now = Calendar(400, Accrual((0.0,), (200.0,)), arms)
    later = Calendar(400, Accrual((0.0, 1.0), (0.0, 200.0)), arms)
    first, second = (
        expected_scores([LOG_RANK], [Stratum(1, expect_at_risk(at, calendar))])
        for at, calendar in ((5, now), (6, later))
    )
    assert second[0] == pytest.approx(first[0], rel=1e-12)
    assert second[1] == pytest.approx(first[1], rel=1e-12)
    # A year that nobody has been in for tells no mean.
    with pytest.raises(NotADesign, match=r"nobody is followed beyond 5, found 5\.5"):
        expected_gain(6, later, 5.5)


@pytest.mark.parametrize("hazard", [3.0, 40.0, 200.0, 5_000.0])
def test_hazards_so_large_that_few_are_left_are_seen_whole(hazard: float) -> None:
    """Against what arms with the same hazards per month have in months that are as much shorter."""
    arms = tuple(Arm(PiecewiseHazard.constant(times * hazard), 0.5) for times in (1.0, 0.9))
    calendar = Calendar(400, Accrual((0.0,), (200.0,)), arms)
    seen = expect_at_risk(5, calendar)
    events = [float(seen.widths @ (seen.at_risk * seen.hazards)[:, arm]) * 400 for arm in (0, 1)]
    assert events == pytest.approx(expected_events([5], calendar)[0], abs=1e-5)
    # The unit of time is no part of a test: nearly everybody has entered when most have had their event.
    slow = tuple(Arm(PiecewiseHazard.constant(times), 0.5) for times in (1.0, 0.9))
    at = 5 * hazard
    other = expect_at_risk(at, Calendar(400, Accrual((0.0,), (200.0 / hazard,)), slow))
    powers = [power_for_weighted(Weighting(0, 1), [Stratum(1, one)], 400, alpha=0.025) for one in (seen, other)]
    assert powers[0] == pytest.approx(powers[1], abs=1e-9)
    gain, variance = expected_gain(5, calendar, 3)
    assert gain == pytest.approx(expected_gain(at, Calendar(400, Accrual((0.0,), (200.0 / hazard,)), slow),
                                               3 * hazard)[0] / hazard, rel=1e-9)  # fmt: skip
    assert variance > 0
    if hazard > 10:
        # Nobody is censored before the event, so it is that of exponential times, and of an arm each.
        assert variance == pytest.approx(2 * (1 + 1 / 0.81) / hazard**2, rel=1e-6)


@pytest.mark.parametrize("power", [0.0250001, 0.0255, 0.2, 0.9])
def test_any_power_above_the_error_has_its_people(power: float) -> None:
    arms = (Arm(PiecewiseHazard.constant(0.2), 0.5), Arm(PiecewiseHazard((0.0, 1.0), (0.2, 0.1)), 0.5))
    seen = Stratum(1, expect_at_risk(5, Calendar(400, Accrual((0.0,), (200.0,)), arms)))
    people = people_for_max_combo([seen], alpha=0.025, power=power, weightings=COMBINED[:3])
    assert power_for_max_combo([seen], people, alpha=0.025, weightings=COMBINED[:3]) == pytest.approx(power, abs=1e-7)
