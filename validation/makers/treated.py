"""Invented people of whom some were treated, the younger and the more active ones more often."""

from __future__ import annotations

import math
import random

from makers.tables import Tables, table

HEADER = ("treated", "age", "edss", "relapses", "female", "exit", "event")


def _people(seed: int, n: int, pull: float) -> list[tuple[int, float, float, int, int, int, int]]:
    rng = random.Random(seed)
    rows = []
    for _ in range(n):
        age, edss = round(rng.gauss(40, 9), 3), rng.choice((1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0))
        relapses, female = min(6, int(rng.expovariate(0.7))), int(rng.random() < 0.7)
        chance = 1 / (1 + math.exp(-pull * (-0.05 * (age - 40) + 0.5 * (relapses - 1) - 0.3 * (edss - 3))))
        treated = int(rng.random() < chance)
        time = rng.expovariate(0.25 * math.exp(0.15 * (edss - 3) + 0.2 * relapses - 0.6 * treated))
        left = rng.uniform(0.5, 6)
        rows.append((treated, age, edss, relapses, female, max(1, round(365.25 * min(time, left))), int(time <= left)))
    return rows


def tables() -> Tables:
    """Three groups of people: hardly chosen, chosen, and strongly chosen."""
    sizes = {"hardly": (11, 200, 0.3), "chosen": (12, 300, 1.0), "strongly": (13, 150, 2.0)}
    return {f"propensity/{name}": table(HEADER, _people(*how)) for name, how in sizes.items()}
