"""Invented events of which only the visits before and after are known."""

from __future__ import annotations

import random

from makers.tables import Tables, table

COLUMNS = ("last_free", "seen")
NEVER = 1_000_000  # read as infinity


def person(rng: random.Random, days: float, gaps: tuple[int, int], visits: int) -> tuple[int, int]:
    """One person with visits at uneven distances."""
    event, last = rng.expovariate(1 / days), 0
    for _ in range(visits):
        visit = last + rng.randint(*gaps)
        if event <= visit:
            return last, visit
        last = visit
    return last, NEVER


def tables() -> Tables:
    """The tables of the pin `npmle`."""
    kinds = {"trial_of_24": (24, (60, 120), 8), "few_days": (100, (1, 3), 9), "registry": (300, (20, 400), 12)}
    made: Tables = {}
    for name, (n, gaps, visits) in kinds.items():
        rng = random.Random(f"visits {name}")
        made[f"npmle/{name}"] = table(COLUMNS, [person(rng, gaps[1] * 4, gaps, visits) for _ in range(n)])
    return made
