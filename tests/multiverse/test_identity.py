"""Ids and digests of definitions: as they were when the first results were kept, whatever rules came later."""

from __future__ import annotations

import hashlib

import pytest

from remission.multiverse.identity import definition_id, definition_text
from remission.outcomes.definitions.changes import Confirmation, Threshold
from remission.outcomes.definitions.records import Composite, Endpoint
from remission.outcomes.definitions.rules.death import Death
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.rules.relapse import Relapse

DEATH = Endpoint("death", "Death", "Survival", record=Death())
RELAPSE = Endpoint("r", "Relapse", "Free", origin_event="death", record=Relapse(minimum_days=2), origin=DEATH)
STEPS = Progression((Threshold(0.0, 1.0),), Confirmation(84, 7, None))


@pytest.mark.parametrize(
    ("endpoint", "known_by", "digest"),
    [
        (DEATH, "1ad8f697041d", "a1c018773bb7"),
        (RELAPSE, "c3bf9e1136b6", "a89d2ae352e3"),
        (Endpoint("p", "P", "F", origin_day=7, record=STEPS), "ff3f9d777216", "818a8670de8f"),
        (
            # The part runs on the clock of the composite, as it does in every definition from a file.
            Endpoint("w", "W", "F", record=Composite(("r", "death")), parts=(RELAPSE, DEATH)),
            "35f7b275d0aa",
            "caa63eea208e",
        ),
        (Endpoint("w1", "W", "F", record=Composite(("death",)), parts=(DEATH,)), "8fc1241df233", "ce5cc23f3f3c"),
    ],
)
def test_a_definition_is_known_by_what_it_was_known_by(endpoint: Endpoint, known_by: str, digest: str) -> None:
    """The ids were computed when a definition still had a place for each rule: results are kept by them."""
    assert definition_id(endpoint) == known_by
    assert hashlib.sha256(definition_text(endpoint).encode()).hexdigest()[:12] == digest
