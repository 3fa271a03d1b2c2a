"""Invented events of which only the visits before and after are known."""

from __future__ import annotations

import random

from makers.tables import Tables, table

COLUMNS = ("last_free", "seen")
NEVER = 1_000_000  # read as infinity


def person(rng: random.Random, days: float, gaps: tuple[int, int], visits: int) -> tuple[int, int]:
    """One person with visits at uneven distances."""
    return at_visits(rng, rng.expovariate(1 / days), gaps, visits)


def at_visits(rng: random.Random, event: float, gaps: tuple[int, int], visits: int) -> tuple[int, int]:
    """The last visit without the event and the first with it."""
    last = 0
    for _ in range(visits):
        visit = last + rng.randint(*gaps)
        if event <= visit:
            return last, visit
        last = visit
    return last, NEVER


def modelled(rng: random.Random, known: float) -> tuple[int, int, int, float, int]:
    """One person with an arm, an age and a weight; a share of events known to the day, some seen at the first visit."""
    arm, age = rng.randint(0, 1), round(rng.gauss(38, 9), 1)
    days = rng.weibullvariate(600 * 2.718 ** (0.5 * arm - 0.03 * (age - 38)), 1.4)
    low, high = at_visits(rng, days, (60, 200), 8) if rng.random() > known else (int(days) + 1, int(days) + 1)
    return low, high, arm, age, rng.randint(1, 3)


def tables() -> Tables:
    """The tables of the pins `npmle` and `interval_models`."""
    kinds = {"trial_of_24": (24, (60, 120), 8), "few_days": (100, (1, 3), 9), "registry": (300, (20, 400), 12)}
    made: Tables = {}
    for name, (n, gaps, visits) in kinds.items():
        rng = random.Random(f"visits {name}")
        made[f"npmle/{name}"] = table(COLUMNS, [person(rng, gaps[1] * 4, gaps, visits) for _ in range(n)])
    for name, n, known in (("visits", 120, 0.0), ("some_known", 200, 0.3)):
        rng = random.Random(f"models {name}")
        columns = (*COLUMNS, "arm", "age", "weight")
        made[f"interval_models/{name}"] = table(columns, [modelled(rng, known) for _ in range(n)])
    return made
