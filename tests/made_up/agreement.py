"""Engine and plain twin put side by side."""

from __future__ import annotations

from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.outcome import Outcome
from remission.outcomes.reference import Decision, decide
from remission.records.cohort import Cohort
from remission.records.people import subject_records


def decided(cohort: Cohort, endpoint: Endpoint) -> list[Decision] | None:
    """What the twin decides for everyone who entered; None when it refuses two scores on one day."""
    people = [person for person in subject_records(cohort) if person.subject["entered"] == "yes"]
    try:
        return [decide(person, endpoint) for person in people]
    except InputProblems:
        return None


def compare(outcome: Outcome, decisions: list[Decision]) -> None:
    """Every spell, episode by episode, and those of the parts of a composite."""
    columns = ["episode", *Decision("", 0, 0).columns]
    expected = [
        {"episode": episode, **spell.columns}
        for decision in decisions
        for episode, spell in enumerate((decision, *decision.later), start=1)
    ]
    assert outcome.spells.select(columns).to_dicts() == expected
    for place, part in enumerate(outcome.parts):
        compare(part, [decision.parts[place] for decision in decisions])


def check(cohort: Cohort, endpoint: Endpoint, decisions: list[Decision] | None) -> None:
    """AssertionError when the engine decides otherwise than the twin, or refuses what the twin does not."""
    try:
        outcome = evaluate(cohort, endpoint)
    except InputProblems:
        assert decisions is None, "the engine refuses what the twin does not"
        return
    assert decisions is not None, "the twin refuses what the engine does not"
    compare(outcome, decisions)
