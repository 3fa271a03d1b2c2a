"""Invented follow-up with covariates, whose hazards they multiply."""

from __future__ import annotations

import math
import random
from itertools import pairwise

from makers.tables import Tables, table

COLUMNS = ("exit", "event", "entry", "weight", "cluster", "stratum", "offset", "x1", "x2", "x3")
Row = tuple[int, int, int, float, int, int, float, int, float, int]


def person(rng: random.Random, days: float, *, centres: int = 12, strata: int = 1) -> Row:
    """One person from day 0: an arm, an age about 40 and a score, all of them with an effect."""
    arm, age, score = rng.randint(0, 1), round(rng.gauss(40, 9), 1), rng.randint(0, 6)
    stratum, centre = rng.randint(1, strata), rng.randint(1, centres)
    failure = rng.expovariate(math.exp(-0.6 * arm + 0.02 * (age - 40) + 0.15 * (score - 3)) / days)
    end = rng.uniform(0.3, 2) * days
    day = int(min(failure, end)) + 1
    return day, int(failure <= end), 0, 1, centre, stratum, 0, arm, age, score


def ties(rng: random.Random) -> list[Row]:
    """Few distinct days."""
    return [person(rng, 8) for _ in range(80)]


def strata(rng: random.Random) -> list[Row]:
    """Three strata, mostly distinct days."""
    return [person(rng, 900, strata=3) for _ in range(120)]


def trial_of_24(rng: random.Random) -> list[Row]:
    """A small trial with few events."""
    return [person(rng, 400) for _ in range(24)]


def late_entry(rng: random.Random) -> list[Row]:
    """Most enter late, in two strata, with ties."""
    rows = []
    for _ in range(120):
        day, event, _, *rest = person(rng, 40, strata=2)
        entry = rng.randint(0, 25)
        rows.append((entry + day, event, entry, *rest))
    return rows


def start_stop(rng: random.Random) -> list[Row]:
    """People in several pieces, whose score changes from piece to piece."""
    rows = []
    for number in range(1, 61):
        day, event, _, weight, _, stratum, offset, arm, age, score = person(rng, 30)
        cuts = sorted({0, day, *(rng.randint(1, day) for _ in range(rng.randint(0, 2)))})
        for start, stop in pairwise(cuts):
            happened = int(event and stop == day)
            rows.append((stop, happened, start, weight, number, stratum, offset, arm, age, score + rng.randint(-1, 1)))
    return rows


def weights(rng: random.Random) -> list[Row]:
    """Fractional weights, and centres."""
    return [(*row[:3], round(rng.uniform(0.2, 5), 2), *row[4:]) for row in (person(rng, 20) for _ in range(90))]


def offsets(rng: random.Random) -> list[Row]:
    """A known log hazard ratio for each."""
    return [(*row[:6], round(rng.gauss(0, 0.7), 3), *row[7:]) for row in (person(rng, 60) for _ in range(70))]


def two_clusters(rng: random.Random) -> list[Row]:
    """All of two centres."""
    return [person(rng, 60, centres=2) for _ in range(60)]


def tables() -> Tables:
    """The tables of the pin `cox`, which others share."""
    made = (ties, strata, trial_of_24, late_entry, start_stop, weights, offsets, two_clusters)
    rng = {maker.__name__: random.Random(f"regression {maker.__name__}") for maker in made}
    return {f"cox/{maker.__name__}": table(COLUMNS, maker(rng[maker.__name__])) for maker in made}
