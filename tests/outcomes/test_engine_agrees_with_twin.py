"""The fast engine and the plain twin decide every case alike, and the cases reach every option, reason and boundary.

A failure of the first test means that one of two independent readings of docs/rules.md is wrong: the smallest world
that shows it is printed. A failure of the second means that the agreement proves less than it says.
"""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.agreement import check, decided
from made_up.random_worlds import Dice, Person, as_cohort, random_endpoint, random_people, smallest
from made_up.tally import CASES as ALL_CASES
from made_up.tally import tally_case
from remission.outcomes.definitions.records import Endpoint

CASES = int(os.environ.get("REMISSION_FUZZ_CASES", "1000"))
TALLY: Counter[str] = Counter()
SELDOM = (
    "boundary: a visit the day after the further window",
    "boundary: confirmed on the day the further window",
    "boundary: onset on the first day",
    "composite cause",
    "composite reason",
    "late death",
    "mri.",
    "partial:",
    "progression.improvement",
    "progression.measure",
    "progression.minimum",
    "progression.reaches",
    "progression.relapse_association.counts",
    "refused",
    "relapse.",
    "relation",
    "step:",
    "therapystart.",
    "tie:",
)
"""Reached in 1.5 % of the cases rather than 5 %: options of one of many profiles, and what only they lead to."""
RARE = (
    "boundary: a relapse on the day",
    "boundary: a relapse one day beyond",
    "boundary: confirmed on the day the further window closes",
    "mri.events = all",
    "relapse.events = all",
    "relation of an event: PIRA with a relapse during confirmation",
    "relation of an event: undefined",
    "step: relapse-merged",
    "step: therapy-on-at-origin",
)
"""Reached in 0.3 %: days beside a window of a definition that has that window at all."""


def pin(what: str) -> float:
    """The share of the cases that must reach it."""
    return 0.003 if what.startswith(RARE) else 0.015 if what.startswith(SELDOM) else 0.05


def disagree(people: list[Person], endpoint: Endpoint) -> bool:
    cohort = as_cohort(people)
    try:
        check(cohort, endpoint, decided(cohort, endpoint))
    except AssertionError:
        return True
    return False


@settings(max_examples=CASES)
@given(seed=st.integers(0, 2**48))
def test_engine_agrees_with_twin(seed: int) -> None:
    dice = Dice(seed)
    people, endpoint = random_people(dice), random_endpoint(dice)
    cohort = as_cohort(people, dice.shuffle)
    decisions = decided(cohort, endpoint)
    tally_case(TALLY, cohort, endpoint, decisions)
    try:
        check(cohort, endpoint, decisions)
    except AssertionError as error:
        error.add_note(f"{endpoint}\n{smallest(people, lambda world: disagree(world, endpoint))}")
        raise


def test_the_cases_reach_every_option_reason_and_boundary() -> None:
    """Runs after the agreement test, on its tally."""
    cases = TALLY[ALL_CASES]
    assert cases >= CASES, "run the agreement test first"
    shares = {what: count / cases for what, count in TALLY.items()}
    print(*(f"{share:7.1%}  {what}" for what, share in sorted(shares.items())), sep="\n")
    assert {what: share for what, share in shares.items() if share < pin(what)} == {}
