"""What is no plan of a trial is said in words, all of it at once."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from made_up.trial_plans import MEDIAN_OF_36, two_arms
from remission.inputs.problems import InputProblems
from remission.simulation.trials.plan import Look, TrialArm, TrialStratum, people_by_arm
from remission.stats.sample_size.calendar import Accrual, PiecewiseHazard

NOTHING = PiecewiseHazard.constant(0.0)


def told(**changes: Any) -> str:
    """What is said of two arms with these changes."""
    with pytest.raises(InputProblems) as refused:
        two_arms(**changes)
    return refused.value.report()


def test_everything_that_is_wrong_is_said_at_once() -> None:
    arms = (TrialArm("control", 0, NOTHING), TrialArm("control", 30, NOTHING))
    looks = (Look(1.0, events=20), Look(2.0, events=20, futility=3.0), Look(math.nan, events=31))
    said = told(arms=arms, looks=looks, accrual=Accrual((0.0, 10.0), (2.0, 0.0)), strata=(TrialStratum("a", 0.5, 0.0),))
    for part in (
        "found control 2 times; allowed: each name once",
        "arms.control.people: found 0; allowed: 1 or more",
        "found no hazard above 0; allowed: an event in at least one arm",
        "accrual never reaches 30",
        "found events 20, 20, 31; allowed: each later than the one before",
        "looks.2.futility: found 3.0; allowed: at most the upper bound, 2",
        "looks.3.upper: found nan",
        "looks.3.events: found 31; allowed: 1 to 30",
        "found shares 0.5; allowed: shares above 0 that add up to 1",
        "strata.a.factor: found 0.0; allowed: above 0",
    ):
        assert part in said
    assert len(said.splitlines()) == 10


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"looks": ()}, "looks: found none; allowed: at least one"),
        ({"looks": (Look(2.0),)}, "looks.1: found neither events nor month"),
        ({"looks": (Look(2.0, events=0),)}, "looks.1.events: found 0; allowed: 1 to 500"),
        ({"looks": (Look(2.0, month=61.0),)}, "looks.1.month: found 61.0; allowed: above 0, up to the end at 60"),
        ({"looks": (Look(2.0, events=5), Look(2.0, month=6.0))}, "1 of 2 by events; allowed: all by events or all by"),
        ({"accrual": Accrual((0.0,), (2.0,))}, "everybody in at month 250; allowed: all 500 people in by the end"),
        ({"end_month": 2000.0}, "end_month: found 2000.0; allowed: above 0, at most 1,051"),
        ({"weights": ((0.0, -1.0),)}, "weights: found ((0.0, -1.0),)"),
        ({"restricted_mean_month": 70.0}, "restricted_mean_month: found 70.0"),
        ({"restricted_mean_month": 24.0, "stratified": True}, "Choose the restricted mean or the log-rank test."),
        ({"arms": (TrialArm("alone", 10, MEDIAN_OF_36),), "looks": (Look(1.0, events=5),)}, "arms: found 1; allowed: "),
        ({"arms": (TrialArm("a", 30_000, MEDIAN_OF_36), TrialArm("b", 1, MEDIAN_OF_36))}, "30,001 people; allowed"),
    ],
)
def test_each_thing_is_said_in_words(changes: dict[str, Any], said: str) -> None:
    assert said in told(**changes)


def test_a_hazard_below_0_is_no_hazard() -> None:
    with pytest.raises(ValueError, match=r"hazards must be 0 or more per unit time, found -0\.1"):
        MEDIAN_OF_36.times(-0.1 / MEDIAN_OF_36.rates[0])


def test_arms_have_whole_people_who_add_up() -> None:
    assert people_by_arm(10, (1, 1, 1)) == (4, 3, 3)
    assert people_by_arm(7, (0.4, 0.6)) == (3, 4)


def test_a_plan_names_its_test() -> None:
    plan = two_arms()
    assert plan.test == "log-rank"
    assert replace(plan, weights=((0.0, 1.0),)).test == "weighted log-rank (0, 1)"
    assert replace(plan, weights=((0.0, 0.0), (0.0, 1.0)), stratified=True).test == (
        "stratified max-combo (0, 0), (0, 1)"
    )
    assert replace(plan, restricted_mean_month=24.0).test == "restricted mean to month 24"
