"""Invented yes-or-no judgements of the same people by several rules."""

from __future__ import annotations

import random

from makers.tables import Tables, of_dicts

# How likely each rule is to say yes of a person who is at 0 of a scale from -1 to 1, and to judge a person at all.
RULES = {"strict": (0.1, 1.0), "middle": (0.4, 0.9), "lax": (0.8, 0.7), "always": (2.0, 0.95)}


def _judged(rng: random.Random, people: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for _ in range(people):
        person = rng.uniform(-1, 1)
        said = {rule: int(rng.random() < likely + person / 2) for rule, (likely, _) in RULES.items()}
        judged = {rule: rng.random() < share for rule, (_, share) in RULES.items()}
        rows.append({rule: said[rule] if judged[rule] else "" for rule in RULES})
    return rows


def tables() -> Tables:
    """A few people and many; one rule says yes of everybody, so its agreement cannot be told from chance."""
    return {
        f"agreement/{name}": of_dicts(_judged(random.Random(people), people))
        for name, people in {"few": 12, "many": 300}.items()
    }
