"""Every step the twin takes has a sentence, and every reason has words."""

from __future__ import annotations

from collections.abc import Iterator

from random_worlds import Dice, as_cohort, random_endpoint, random_people
from worlds import person, small

from remission.outcomes.definitions import REASON_WORDS, REASONS, Confirmation, Endpoint, Progression, Threshold
from remission.outcomes.narration import SENTENCES, narrate
from remission.outcomes.reference import Decision, decide
from remission.records.people import subject_records
from remission.records.problems import InputProblems


def decisions(worlds: int) -> Iterator[tuple[Decision, Endpoint]]:
    for seed in range(worlds):
        dice = Dice(seed)
        people, endpoint = random_people(dice), random_endpoint(dice)
        for someone in subject_records(as_cohort(people)):
            try:
                yield decide(someone, endpoint), endpoint
            except InputProblems:
                continue


def codes(decision: Decision) -> set[str]:
    return {step.code for step in decision.trail}.union(*(codes(part) for part in decision.parts))


def test_every_step_has_a_sentence_and_no_sentence_is_idle() -> None:
    taken = set().union(*(codes(decision) for decision, _ in decisions(300)))
    assert taken == set(SENTENCES)


def test_every_decision_can_be_told() -> None:
    for decision, endpoint in decisions(50):
        lines = narrate(decision, endpoint)
        assert lines[-1].startswith("In all: ")
        assert not any("{" in line for line in lines)


def test_a_story_is_told_visit_by_visit() -> None:
    rule = Progression((Threshold(0.0, 1.0),), Confirmation(90, 10, 30))
    endpoint = Endpoint("p", "Progression", "Progression-free", "progression", progression=rule)
    (someone,) = subject_records(small(person("0:2 90:3 120:2.5 200:3 300:3")))
    assert narrate(decide(someone, endpoint), endpoint) == [
        "Day 0 (row v0): EDSS 2.0 is the baseline; 3.0 or more is a rise.",
        "Day 90 (row v1): EDSS 3.0: a rise begins here.",
        "Day 120 (row v2): EDSS 2.5: the rise did not hold, so it is not confirmed.",
        "Day 120 (row v2): EDSS 2.5: no rise.",
        "Day 200 (row v3): EDSS 3.0: a rise begins here.",
        "Day 300 (row v4): EDSS 3.0: the rise is confirmed at this visit.",
        "Day 300: Observation of this part ended: nobody looked any more (no later assessment of this kind).",
        "In all: Progression on day 200, after 200 days at risk.",
    ]


def test_every_reason_has_words() -> None:
    assert set(REASON_WORDS) == set(REASONS)
