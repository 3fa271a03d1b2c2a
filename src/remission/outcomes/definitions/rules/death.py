"""Death from any cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from remission.outcomes.definitions.rule import Rule


@dataclass(frozen=True)
class Death(Rule):
    """Death from any cause."""

    rule = "death"
    kind = "vital"
    rests_on = ("subjects",)
    listed = "Death"
    event_words = ("died", "death", "alive")
    is_death = True
    sentences: ClassVar[Mapping[str, str]] = {
        "alive": "Not known to have died.",
        "death": "Death.",
    }
