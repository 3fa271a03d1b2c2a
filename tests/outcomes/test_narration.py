"""Every step the twin takes has a sentence, and every reason has words."""

from __future__ import annotations

from collections.abc import Iterator

from made_up.random_worlds import Dice, as_cohort, random_endpoint, random_people
from made_up.worlds import person, small
from msoutcomes.compare import HERE, cohort_in
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.changes import Baseline, Confirmation, Threshold
from remission.outcomes.definitions.records import REASON_WORDS, REASONS, Endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.outcomes.definitions.walking import rule_kinds
from remission.outcomes.narration import SENTENCES, narrate
from remission.outcomes.reference import Decision, decide
from remission.records.people import subject_records


def decisions(worlds: int) -> Iterator[tuple[Decision, Endpoint]]:
    for seed in range(worlds):
        dice = Dice(seed)
        people, endpoint = random_people(dice), random_endpoint(dice)
        for someone in subject_records(as_cohort(people)):
            try:
                yield decide(someone, endpoint), endpoint
            except InputProblems:
                continue


def conversions() -> Iterator[tuple[Decision, Endpoint]]:
    """Decisions of the rule that needs more visits than those worlds have; once with nobody away from a relapse."""
    for asked in ({}, {"conversion.after_relapse_days": 100_000}):
        endpoint = load_changed_endpoint("spms-msoutcomes", asked)
        for someone in subject_records(cohort_in(HERE)):
            yield decide(someone, endpoint), endpoint


def codes(decision: Decision) -> set[str]:
    return {step.code for step in decision.trail}.union(*(codes(part) for part in decision.parts))


def test_every_step_has_a_sentence_and_no_sentence_is_idle() -> None:
    taken = set().union(*(codes(decision) for decision, _ in (*decisions(300), *conversions())))
    assert taken == set(SENTENCES).union(*(kind.sentences for kind in rule_kinds().values()))


def test_every_decision_can_be_told() -> None:
    for decision, endpoint in (*decisions(50), *conversions()):
        lines = narrate(decision, endpoint)
        assert lines[-1].startswith(("In all: ", "Episode "))
        assert not any("{" in line for line in lines)


def test_a_story_is_told_visit_by_visit() -> None:
    rule = Progression((Threshold(0.0, 1.0),), Confirmation(90, 10, 30))
    endpoint = Endpoint("p", "Progression", "Progression-free", record=rule)
    (someone,) = subject_records(small(person("0:2 90:3 120:2.5 200:3 300:3")))
    assert narrate(decide(someone, endpoint), endpoint) == [
        "Day 0 (row v0): EDSS 2.0 is the baseline; 3.0 or more is a rise.",
        "Day 90 (row v1): EDSS 3.0: a rise begins here.",
        "Day 120 (row v2): EDSS 2.5: the rise did not hold, so it is not confirmed.",
        "Day 120 (row v2): EDSS 2.5: no change.",
        "Day 200 (row v3): EDSS 3.0: a rise begins here.",
        "Day 300 (row v4): EDSS 3.0: the rise is confirmed at this visit.",
        "Day 300: Observation of this part ended: nobody looked any more (no later assessment of this kind).",
        "In all: Progression on day 200, after 200 days at risk.",
    ]


def test_each_measure_has_its_own_words() -> None:
    """SDMT falls when it worsens; who could not walk has no seconds."""
    symbols = Progression((Threshold(0.0, 4.0),), Confirmation(None), measure="sdmt")
    walk = Progression((Threshold(0.0, percent=20.0),), Confirmation(None), measure="t25fw")
    someone = person("0:0 90:0")
    for row, (correct, seconds, unable) in zip(someone["visits"], ((45, 6.0, None), (41, None, "yes")), strict=True):
        row |= {"sdmt_correct": correct, "t25fw_seconds": seconds, "t25fw_unable": unable}
    (records,) = subject_records(small(someone))
    told = []
    for rule in (symbols, walk):
        endpoint = Endpoint("p", "Progression", "Progression-free", record=rule)
        told += narrate(decide(records, endpoint), endpoint)[:2]
    assert told == [
        "Day 0 (row v0): SDMT 45 is the baseline; 41 or less is a fall.",
        "Day 90 (row v1): SDMT 41: a fall begins here.",
        "Day 0 (row v0): timed walk 6 s is the baseline; 7.2 s or more is a rise.",
        "Day 90 (row v1): timed walk unable: a rise begins here.",
    ]


def test_each_episode_is_told() -> None:
    rule = Progression(
        (Threshold(0.0, 1.0),), Confirmation(90, 30, 30), baseline=Baseline(moves="roving"), events="all"
    )
    endpoint = Endpoint("p", "Progression", "Progression-free", record=rule)
    (someone,) = subject_records(small(person("0:2 60:3 120:3 180:3")))
    assert narrate(decide(someone, endpoint), endpoint)[-2:] == [
        "Episode 1: Progression on day 60, after 60 days at risk.",
        "Episode 2: free of it for 120 days, up to day 180; then no longer counted: "
        "nobody looked any more (no later assessment of this kind).",
    ]


def test_every_reason_has_words() -> None:
    assert set(REASON_WORDS) == set(REASONS)
