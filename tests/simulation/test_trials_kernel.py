"""Compiled trials against their plain twin: the same people, analysed by the functions for records."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.trial_plans import People, many_plans, plain_trial, two_arms
from remission.simulation.trials.blocks import Block, no_outcomes
from remission.simulation.trials.kernel import FUTILE, REJECTED, Outcomes, analyse_trials, draw_people
from remission.simulation.trials.plan import Look, TrialArm, TrialPlan, TrialStratum
from remission.simulation.trials.tables import entry_chances, exit_chances, look_up_table, new_workspace, prepare
from remission.stats.sample_size.calendar import Accrual, PiecewiseHazard

TRIALS = 4


def played(plan: TrialPlan, words: np.ndarray) -> Outcomes:
    """What the kernels make of words, shape (trials, people)."""
    prepared, outcomes = prepare(plan), no_outcomes(Block(plan, 0, 0, len(words)))
    entries, exits = np.empty(words.shape, dtype=np.int16), np.empty(words.shape, dtype=np.uint16)
    draw_people(words, prepared.tables, entries, exits)
    analyse_trials(entries, exits, prepared.tables.groups, prepared.rules, new_workspace(plan), outcomes, 0)
    return outcomes


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_what_kernels_find_is_what_the_twin_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    plan = many_plans(random)
    words = random.integers(0, 2**64, size=(TRIALS, plan.people), dtype=np.uint64)
    outcomes = played(plan, words)
    for trial in range(TRIALS):
        for arm, looks in enumerate(plain_trial(People.of(words[trial], prepare(plan)), plan)):
            for at, seen in looks:
                found = [outcomes.day, outcomes.events, outcomes.people]
                assert [int(one[trial, at]) for one in found] == [seen.day, seen.events, seen.people]
                assert outcomes.z[trial, arm, at] == pytest.approx(seen.z, rel=1e-9, abs=1e-9, nan_ok=True)
                assert outcomes.effect[trial, arm, at] == pytest.approx(seen.effect, rel=1e-9, abs=1e-9, nan_ok=True)
            last, seen = looks[-1]
            assert outcomes.last[trial, arm] == last
            rule = plan.looks[last]
            expected = REJECTED if seen.z >= (rule.upper or math.inf) else FUTILE if seen.z <= -0.5 else 0
            assert outcomes.decision[trial, arm] == expected
            unmade = sorted(set(range(len(plan.looks))) - {at for at, _ in looks})
            assert np.isnan(outcomes.z[trial, arm, unmade]).all()


def words_of(plan: TrialPlan, entries: list[int], exits: list[int]) -> np.ndarray:
    """Words of one trial whose people enter and leave so; found among many."""
    random, prepared = np.random.default_rng(3), prepare(plan)
    found = np.zeros((1, plan.people), dtype=np.uint64)
    waiting = set(range(plan.people))
    while waiting:
        words = random.integers(0, 2**64, size=(400, plan.people), dtype=np.uint64)
        drawn, left = np.empty(words.shape, dtype=np.int16), np.empty(words.shape, dtype=np.uint16)
        draw_people(words, prepared.tables, drawn, left)
        for person in list(waiting):
            fits = np.flatnonzero((drawn[:, person] == entries[person]) & (left[:, person] == exits[person]))
            if fits.size:
                found[0, person] = words[fits[0], person]
                waiting.remove(person)
    return found


def test_ties_and_the_cut_at_a_look_by_hand() -> None:
    # Two people an arm, all in on days 0 and 1; the third event is that of day 2 + 1, on which one is still followed.
    hazard = PiecewiseHazard.constant(15.0)
    arms = (TrialArm("control", 2, hazard), TrialArm("treated", 2, hazard))
    plan = TrialPlan(arms, Accrual((0.0,), (4 / (2 / 30.4375),)), (Look(9.0, events=3),), end_month=0.5)
    outcomes = played(plan, words_of(plan, entries=[0, 0, 1, 1], exits=[2 * 2 + 1, 2 * 2 + 1, 2 * 2 + 1, 2 * 4 + 1]))
    assert (outcomes.day[0, 0], outcomes.events[0, 0], outcomes.people[0, 0]) == (3, 3, 4)
    # Day 2 of their own: 3 events of 4 at risk, 2 of whom are of the arm: 1.5 expected, 1 observed.
    assert outcomes.z[0, 0, 0] == pytest.approx(0.5 / math.sqrt(3 * 0.25 * 1 / 3))
    assert outcomes.effect[0, 0, 0] == pytest.approx(-0.5 / 0.25)


def test_as_many_halves_of_words_lead_to_a_number_as_its_chance_says() -> None:
    chances = np.random.default_rng(1).dirichlet(np.full(600, 0.3))
    bits = 10
    table = look_up_table(chances, bits).astype(np.int64)
    threshold, other = table >> bits, table & (2**bits - 1)
    counts = np.bincount(other, weights=2 ** (32 - bits) - threshold, minlength=2**bits)
    counts[: table.size] += threshold
    assert counts.sum() == 2**32
    np.testing.assert_allclose(counts[:600], chances * 2**32, atol=1.0)
    assert not counts[600:].any()


def test_chances_of_exits_are_those_of_their_hazards() -> None:
    hazard, dropout = PiecewiseHazard((0.0, 0.7, 1.51), (0.9, 0.0, 2.0)), PiecewiseHazard((0.0, 1.0), (0.3, 0.1))
    chances = exit_chances(TrialArm("a", 1, hazard, dropout), TrialStratum("b", 1.0, 1.5), 61)
    fine = np.linspace(0, 61 / 30.4375, 61 * 4000 + 1)
    middle = (fine[1:] + fine[:-1]) / 2
    free = np.exp(-1.5 * hazard.cumulative(middle) - dropout.cumulative(middle))
    for kind, density in ((1, 1.5 * hazard.at(middle) * free), (0, dropout.at(middle) * free)):
        by_day = (density * np.diff(fine)).reshape(61, 4000).sum(axis=1)
        np.testing.assert_allclose(chances[2 + kind : 2 * 61 + 2 : 2], by_day, atol=1e-5)
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert chances[:2].tolist() == [0, 0]
    end = [61 / 30.4375]
    assert chances[-1] == pytest.approx(math.exp(-1.5 * hazard.cumulative(end)[0] - dropout.cumulative(end)[0]))


def test_people_enter_as_accrual_says_until_all_are_in() -> None:
    plan = two_arms(accrual=Accrual((0.0, 6.0), (10.0, 40.0)))
    chances = entry_chances(plan)
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert chances[:182].sum() == pytest.approx(10 * 182 / 30.4375 / 500)
    assert chances.size == math.ceil(17 * 30.4375)
