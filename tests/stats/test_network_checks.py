"""Checks of a network: without each trial, the funnel of its contrasts, and rates of which no interval is printed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.networks import ANTI_CD20, networks, printed
from remission.inputs.problems import InputProblems
from remission.stats.network.contrasts import Contrasts
from remission.stats.network.funnel import AdjustedFunnel, adjusted_funnel
from remission.stats.network.left_out import without_each
from remission.stats.network.parts import Parts
from remission.stats.network.pooled import pool_network
from remission.stats.network.printed_rates import rate_errors, rate_ratio_errors


@given(networks(), st.sampled_from(["REML", "common"]))
def test_without_a_trial_it_is_the_network_of_the_others(trials: Contrasts, tau2: str) -> None:
    """The plain twin: the other trials pooled, where they still lead to each treatment."""
    found = without_each(trials, tau2=tau2)  # type: ignore[arg-type]
    assert [one.study for one in found] == list(trials.of_study)
    for one in found:
        rows = [row for row, study in enumerate(trials.studies) if study != one.study]
        left = set().union(*(trials.arms[study] for study in trials.of_study if study != one.study))
        if "t0" not in left:
            assert (one.network, set(one.cut_off)) == (None, set(trials.names) - {"t0"})
            continue
        try:
            plain = pool_network(trials.take(rows), reference="t0", tau2=tau2)  # type: ignore[arg-type]
        except InputProblems:
            assert one.cut_off
            assert one.network is not None
            assert set(one.cut_off) == set(trials.names) - set(one.network.names)
            continue
        assert one.holds == (left == set(trials.names))
        assert set(one.cut_off) == set(trials.names) - left
        assert one.network is not None
        assert one.network.effects == pytest.approx(plain.effects)


def test_what_hangs_on_one_trial_is_said_by_name() -> None:
    found = {one.study: one for one in without_each(printed(ANTI_CD20), reference="teriflunomide")}
    assert {study for study, one in found.items() if not one.holds} == {"TENERE"}
    tenere = found["TENERE"]
    assert tenere.cut_off == ("interferon", "ocrelizumab")
    # What still holds the reference is pooled: two trials of each of two drugs.
    assert tenere.network is not None
    assert tenere.network.names == ("ofatumumab", "teriflunomide", "ublituximab")
    assert tenere.network.trials.k == 4


def test_without_the_only_trial_of_the_reference_there_is_no_network() -> None:
    rows = [("A", "x", "y", -0.2, 0.04), ("B", "y", "z", -0.5, 0.05)]
    found = without_each(Contrasts(*zip(*rows, strict=True)), reference="x")[0]
    assert (found.network, found.cut_off, found.holds) == (None, ("y", "z"), False)
    with pytest.raises(InputProblems, match="allowed: x, y, z"):
        without_each(Contrasts(*zip(*rows, strict=True)), reference="placebo")


def test_parts_are_what_no_trial_leads_between() -> None:
    parts = Parts.of([("x", "y"), ("p", "q"), ("z", "y"), ("q", "x2")])
    assert parts.each == (("p", "q", "x2"), ("x", "y", "z"))
    assert parts.holding("y") == ("x", "y", "z")
    assert parts.holding("nowhere") == ()
    assert [problem.found for problem in parts.problems("asked()")] == ["2 parts: p, q, x2; x, y, z"]
    assert Parts.of([("x", "y"), ("y", "z")]).problems("asked()") == []


def trials_of(errors: np.ndarray, slope: float, seed: int = 3) -> Contrasts:
    """Trials of y and z against x and of z against y, in turn, whose log ratios lean by `slope` times their error."""
    rng, truth = np.random.default_rng(seed), {"x": 0.0, "y": -0.3, "z": -0.5}
    pairs = [("x", "y"), ("x", "z"), ("y", "z")] * len(errors)
    rows = [
        (f"s{at}", one, other, truth[other] - truth[one] + slope * error + rng.normal(0, error / 5), error**2)
        for at, ((one, other), error) in enumerate(zip(pairs, errors, strict=False))
    ]
    return Contrasts(*zip(*rows, strict=True))


ERRORS = np.linspace(0.08, 0.4, 18)


def funnel_of(trials: Contrasts, order: tuple[str, ...] = ("x", "y", "z"), **asked: str) -> AdjustedFunnel:
    return adjusted_funnel(pool_network(trials, tau2="common"), order, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("planted", [0.0, -1.0])
def test_small_trials_that_say_more_are_found(planted: float) -> None:
    found = funnel_of(trials_of(ERRORS, planted)).slope
    assert found is not None
    assert found.df == 18 - 3
    assert found.low < planted < found.high
    assert found.slope == pytest.approx(planted, abs=0.4)
    assert (found.p < 0.001) == (planted != 0)


def test_of_one_comparison_it_is_eggers_regression() -> None:
    rng = np.random.default_rng(8)
    errors = rng.uniform(0.1, 0.5, 14)
    values = -0.4 + rng.normal(0, 1.5 * errors)
    trials = Contrasts([f"s{at}" for at in range(14)], ["x"] * 14, ["y"] * 14, values, errors**2)
    found = funnel_of(trials, ("x", "y")).slope
    assert found is not None
    # The standard normal deviate on precision: its intercept.
    design = np.column_stack([np.ones(14), 1 / errors])
    inverse = np.linalg.inv(design.T @ design)
    by_hand = inverse @ design.T @ (values / errors)
    left = values / errors - design @ by_hand
    assert found.slope == pytest.approx(by_hand[0])
    assert found.error == pytest.approx(math.sqrt(inverse[0, 0] * left @ left / 12))
    assert found.df == 12


def test_contrasts_are_turned_to_the_order_that_is_asked_for() -> None:
    forward, back = (funnel_of(trials_of(ERRORS, -1.0), order) for order in (("x", "y", "z"), ("z", "y", "x")))
    assert set(zip(forward.ones, forward.others, strict=True)) == {("y", "x"), ("z", "x"), ("z", "y")}
    assert set(zip(back.ones, back.others, strict=True)) == {("x", "y"), ("x", "z"), ("y", "z")}
    assert back.apart == pytest.approx(-forward.apart)
    assert forward.slope is not None
    assert back.slope is not None
    assert back.slope.slope == pytest.approx(-forward.slope.slope)


def test_a_trial_of_three_arms_is_turned_whole() -> None:
    rows = [("T", "x", "y", -0.3, 0.05, 0.02), ("T", "x", "z", -0.6, 0.06, 0.02)]
    found = funnel_of(Contrasts(*zip(*rows, strict=True)), ("y", "z", "x"))
    # Against y: z by -0.3 with 0.03 + 0.04, x by 0.3 with 0.03 + 0.02.
    assert dict(zip(found.ones, (found.errors**2).tolist(), strict=True)) == pytest.approx({"x": 0.05, "z": 0.07})
    assert found.apart == pytest.approx([0.0, 0.0])
    assert found.slope is None
    assert found.reason == "1 trial: fewer than 10 say nothing about a slope"


def test_the_middle_is_the_network_or_the_comparison() -> None:
    trials = trials_of(ERRORS[:5], 0.0)
    network = pool_network(trials, tau2="common")
    of_network, of_comparison = (funnel_of(trials, centre=centre) for centre in ("network", "comparison"))
    for at, (one, other) in enumerate(zip(of_network.ones, of_network.others, strict=True)):
        assert of_network.apart[at] == pytest.approx(trials.values[at] - network.against(one, other)[0])
    # The third comparison has one trial: beside itself it lies at 0.
    assert of_comparison.apart[2] == pytest.approx(0.0)
    weights = 1 / trials.variances[[0, 3]]
    assert of_comparison.apart[0] == pytest.approx(trials.values[0] - weights @ trials.values[[0, 3]] / weights.sum())


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        (ERRORS[:9], "9 trials: fewer than 10 say nothing about a slope"),
        (np.full(12, 0.2), "trials of one comparison are all of one size"),
    ],
)
def test_where_there_is_no_slope_the_reason_is_given(errors: np.ndarray, words: str) -> None:
    found = funnel_of(trials_of(errors, 0.0))
    assert (found.slope, found.reason) == (None, words)


def test_where_no_trial_is_left_for_a_slope_it_is_said() -> None:
    names = [f"t{at:02}" for at in range(11)]
    trials = Contrasts([f"s{at}" for at in range(10)], names[:-1], names[1:], np.zeros(10), ERRORS[:10] ** 2)
    found = funnel_of(trials, tuple(names))
    assert (found.slope, found.reason) == (None, "each comparison has so few trials that none is left for a slope")


def test_an_order_must_name_each_treatment() -> None:
    with pytest.raises(InputProblems, match="found no y; allowed: all of x, y, z"):
        funnel_of(trials_of(ERRORS, 0.0), ("x", "z"))
    with pytest.raises(ValueError, match="centre must be one of network, comparison"):
        funnel_of(trials_of(ERRORS, 0.0), centre="trial")


@given(st.floats(20, 2000), st.floats(0.05, 3), st.floats(6, 60), st.floats(1, 3), st.floats(0.5, 1))
def test_errors_of_rates_are_those_of_their_events(
    people: float, rate: float, months: float, over: float, share: float
) -> None:
    events = people * rate * months / 12 * share
    found = rate_errors([people], [rate], [months], over_dispersion=over, share=share)
    assert found**2 == pytest.approx([over / events])
    both = rate_ratio_errors([people], [rate], [2 * people], [rate], [months], over_dispersion=over, share=share)
    assert both**2 == pytest.approx([over / events * 1.5])


def test_rates_that_have_no_error_are_refused_all_at_once() -> None:
    with pytest.raises(InputProblems) as raised:
        rate_errors([100, 0, math.nan], [0.5, 0.4, 0.0], [24, 24, 24], over_dispersion=0.0, share=1.2)
    places = [(problem.row, problem.column) for problem in raised.value.problems]
    expected = {(2, "people"), (3, "people"), (3, "rates"), (None, "over_dispersion"), (None, "share")}
    assert set(places) == expected
