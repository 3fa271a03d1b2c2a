"""A design of a trial computed and played: formulas beside simulation, each against what it should be."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.planned_trials import TRIALS, planned_trials
from remission.inputs.not_a_design import NotADesign
from remission.inputs.problems import InputProblems
from remission.simulation.trials.draws import play_one_sample, play_rates, play_shares
from remission.simulation.trials.run import Standing
from remission.stats.group_sequential.drift import find_drift
from remission.stats.sample_size.calendar import expected_events
from remission.stats.sample_size.exposure import Exposure
from remission.stats.sample_size.one_sample import exact_power_for_one_sample
from remission.stats.sample_size.piecewise import PiecewiseHazard
from remission.stats.sample_size.proportions import exact_power_for_shares
from remission.trials.design.load import load_trial_design
from remission.trials.design.outlook import Outlook
from remission.trials.design.planned import Planned, plan_trial
from remission.trials.design.runs import Runs
from remission.trials.design.truths import Truth
from remission.trials.kinds.time_to_event.plan import EventPlan
from remission.trials.kinds.time_to_event.truths import treated_hazard

# Beyond so many Monte-Carlo errors a seed that is fixed would be bad luck.
ERRORS = 4.0


@pytest.fixture(scope="module")
def every() -> dict[str, Planned]:
    return planned_trials()


def off(chance: float, simulated: float, trials: int) -> float:
    """How many Monte-Carlo errors they lie apart."""
    return abs(simulated - chance) / math.sqrt(chance * (1 - chance) / trials)


def test_simulation_agrees_with_what_was_computed_under_every_truth(every: dict[str, Planned]) -> None:
    for name, planned in every.items():
        for one in planned.outlooks:
            told = one.formula if one.exact is None else one.exact
            assert one.played is not None
            if told is not None:
                # Formulas are approximations: of rates, and of hazard ratios far from 1, up to three points off.
                apart = abs(told - one.played.value) - (0.03 if one.exact is None else 0.0)
                assert apart < ERRORS * math.sqrt(told * (1 - told) / TRIALS), (name, one.truth.title)


def test_the_error_without_effect_is_what_was_asked_for(every: dict[str, Planned]) -> None:
    for name, planned in every.items():
        null = next(one for one in planned.outlooks if "no effect" in one.truth.title)
        assert null.played is not None
        if null.exact is None:
            assert off(planned.design.alpha, null.played.value, TRIALS) < ERRORS, name


def test_events_are_schoenfelds_at_the_drift_of_the_looks() -> None:
    plan = EventPlan.of(load_trial_design("hsct-against-therapy"))
    drift = find_drift(plan.boundaries, 0.9)
    by_hand = 4 * (drift / math.log(0.6)) ** 2
    assert plan.events == math.ceil(by_hand) or abs(plan.events - by_hand) < 1
    assert plan.events_by_look == (math.ceil(plan.events / 2), math.ceil(plan.events * 0.75), plan.events)
    assert plan.boundaries.spent[-1] == pytest.approx(0.025)


def test_where_events_cannot_come_in_time_the_design_is_refused() -> None:
    design = load_trial_design("hsct-against-therapy")
    assert design.time_to_event is not None
    short = replace(design, time_to_event=replace(design.time_to_event, last_month=50))
    with pytest.raises(InputProblems, match=r"mine\.toml.*fewer than come by the last month"):
        plan_trial(short, 100, seed=1, file="mine.toml")


def test_an_early_risk_and_a_late_gain_are_seen_month_by_month(every: dict[str, Planned]) -> None:
    promise = every["late-effect"].first.promise
    assert promise is not None
    assert promise.ratios[-1].ratio == pytest.approx(0.73, abs=0.01)
    never = every["late-effect"].outlooks[-1]
    assert never.truth.title == "The gain never comes"
    assert never.formula is not None
    assert never.formula < 0.025


@pytest.mark.parametrize(
    ("name", "block"), [("one-arm-24", 1_000), ("free-at-two-years", 1_000), ("late-effect", 4_096)]
)
def test_a_run_that_is_ended_keeps_what_it_has_and_says_how_much(name: str, block: int) -> None:
    def end(title: str, standing: Standing) -> None:
        # In the first block of the second truth.
        if "(2 of" in title:
            raise KeyboardInterrupt

    trials = block + 1
    planned = plan_trial(load_trial_design(name), trials, seed=1, progress=end)
    assert [one.played.trials if one.played else 0 for one in planned.outlooks][:3] == [trials, block, 0]
    assert planned.said.startswith(f"SIMULATED, partial: {trials + block:,} of {planned.wanted:,} trials")
    assert all(one.formula is not None for one in planned.outlooks)


def test_one_seed_gives_the_same_numbers() -> None:
    first, second, other = (
        play_shares(0.4, 0.5, (60, 60), alpha=0.025, trials=1_500, seed=seed).count for seed in (1, 1, 2)
    )
    assert first == second != other


@given(
    control=st.floats(0.1, 0.9), treated=st.floats(0.1, 0.9), people=st.integers(8, 60),
    test=st.sampled_from(["pooled", "unpooled"]),
)  # fmt: skip
def test_drawn_shares_agree_with_the_sum_over_every_table(
    control: float, treated: float, people: int, test: str
) -> None:
    exact = exact_power_for_shares(control, treated, (people, people), alpha=0.025, test=test)  # type: ignore[arg-type]
    drawn = play_shares(control, treated, (people, people), alpha=0.025, trials=500, seed=3, test=test)  # type: ignore[arg-type]
    assert abs(drawn.value - exact) < 5 * math.sqrt(max(exact * (1 - exact), 0.002) / 500)


@pytest.mark.parametrize("variance", ["expected", "mean"])
@pytest.mark.parametrize("ratio", [1.0, 0.4])
def test_drawn_single_arms_agree_with_the_exact_chance(variance: str, ratio: float) -> None:
    exact = exact_power_for_one_sample(ratio, 0.9, 24, alpha=0.05, variance=variance)  # type: ignore[arg-type]
    drawn = play_one_sample(ratio, 0.9, 24, alpha=0.05, trials=4_000, seed=5, variance=variance)  # type: ignore[arg-type]
    assert off(exact, drawn.value, 4_000) < ERRORS


def test_rates_that_are_alike_are_told_apart_as_often_as_alpha() -> None:
    drawn = play_rates(0.8, 0.8, 0.5, Exposure.planned(1.0, 2.0), (150, 150), alpha=0.05, trials=2_000, seed=7)
    assert off(0.05, drawn.value, 2_000) < ERRORS


@given(
    months=st.lists(st.integers(1, 60), max_size=3, unique=True), at=st.floats(0, 80),
    ratios=st.lists(st.floats(0.1, 3), min_size=4, max_size=4),
)  # fmt: skip
def test_the_treated_hazard_is_the_control_times_the_ratio_of_that_month(
    months: list[int], at: float, ratios: list[float]
) -> None:
    control = PiecewiseHazard((0.0, 24.0), (0.02, 0.01))
    effect = tuple(zip([0.0, *sorted(map(float, months))], ratios, strict=False))
    treated = treated_hazard(control, effect)
    ratio = [ratio for start, ratio in effect if start <= at][-1]
    rate = 0.02 if at < 24 else 0.01
    assert treated.at(np.array([at]))[0] == pytest.approx(rate * ratio)


def test_looks_that_fall_on_one_event_are_refused_by_their_events() -> None:
    design = load_trial_design("hsct-against-therapy")
    assert design.time_to_event is not None
    few = replace(design.time_to_event, power=None, events=3, fractions=(0.25, 0.5, 0.75, 1.0))
    with pytest.raises(InputProblems, match=r"1, 2, 3, 3.*different numbers of events"):
        plan_trial(replace(design, time_to_event=few), 100, seed=1)


def test_a_spending_that_nobody_knows_is_refused_by_name_from_python_too() -> None:
    design = load_trial_design("hsct-against-therapy")
    assert design.time_to_event is not None
    with pytest.raises(NotADesign, match=r"spending must be one of obrien-fleming, .*, found pocok"):
        EventPlan.of(replace(design, time_to_event=replace(design.time_to_event, spending="pocok")))


def test_events_that_just_do_not_come_are_not_said_to_come() -> None:
    design = load_trial_design("hsct-against-therapy")
    assert design.time_to_event is not None
    plan = EventPlan.of(design)
    by_end = float(expected_events([plan.trial.last_month], plan.who.calendar(plan.truths[0])).sum())
    short = replace(design.time_to_event, power=None, events=math.ceil(by_end))
    with pytest.raises(InputProblems, match=rf"{math.ceil(by_end)} wanted and {math.floor(10 * by_end) / 10:g} exp"):
        plan_trial(replace(design, time_to_event=short), 100, seed=1)
    assert math.floor(10 * by_end) / 10 < math.ceil(by_end)


def test_large_trials_of_rates_are_drawn_a_few_at_a_time() -> None:
    told: list[Standing] = []
    play_rates(0.2, 0.1, 0.5, Exposure.of([1.0]), (15_000, 15_000), alpha=0.025, trials=300, seed=1,
               progress=told.append)  # fmt: skip
    assert [one.done for one in told] == [133, 266, 300]


def test_whoever_waits_is_told_how_long_all_truths_will_take() -> None:
    told: list[tuple[str, float]] = []
    runs = Runs(5, lambda title, standing: told.append((title, standing.seconds_left)))
    for which in ("1 of 5", "2 of 5"):
        tell = runs.next(Outlook(Truth("as designed", 0.6), None), which)
        assert tell is not None
        # A quarter is done and three seconds are left of this run: each of those to come takes four.
        tell(Standing(1_000, 4_000, 3.0))
    assert told == [("as designed (1 of 5)", 3.0 + 4 * 4.0), ("as designed (2 of 5)", 3.0 + 3 * 4.0)]


def test_a_test_with_weights_has_twice_as_many_runs_to_come() -> None:
    told: list[tuple[str, float]] = []
    plan_trial(load_trial_design("late-effect"), 5_000, seed=1, only_planned=True,
               progress=lambda title, standing: told.append((title, standing.seconds_left)))  # fmt: skip
    (first, left), *_ = told
    assert first == "as designed (1 of 1)"
    # 904 of 5,000 are left of the first run, and all 5,000 of the plain one.
    assert left > 0
    assert [title for title, _ in told][-1] == "as designed (1 of 1, by the plain log-rank test)"
