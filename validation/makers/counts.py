"""Invented counts of events that recur."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from makers.tables import Tables, table

Row = tuple[int, int, int, str]


def _poisson(rng: random.Random, mean: float) -> int:
    count, product, limit = 0, rng.random(), math.exp(-mean)
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


def trial(rng: random.Random) -> list[Row]:
    """Two arms whose people differ much in how often they relapse, followed for between half a year and two years."""
    rows = []
    for subject in range(160):
        group, days = "ab"[subject % 2], rng.randint(180, 731)
        rate = {"a": 0.25, "b": 0.6}[group] * rng.gammavariate(1.2, 1 / 1.2)
        rows.append((_poisson(rng, rate * days / 365.25), days, subject, group))
    return rows


def registry(rng: random.Random) -> list[Row]:
    """Several windows of each subject: rows of one subject belong together."""
    rows = []
    for subject in range(60):
        rate, group = rng.gammavariate(0.8, 0.7), rng.choice("ab")
        for _ in range(rng.randint(1, 5)):
            days = rng.randint(30, 400)
            rows.append((_poisson(rng, rate * days / 365.25), days, subject, group))
    return rows


def lesions(rng: random.Random) -> list[Row]:
    """Counts of lesions: most scans show none, some show dozens."""
    return [
        (_poisson(rng, rng.gammavariate(0.15, 20)), rng.choice((84, 168, 365)), subject, rng.choice("ab"))
        for subject in range(90)
    ]


def few(rng: random.Random) -> list[Row]:
    """Twelve people."""
    return [
        (count, 365 + 7 * place, place, "ab"[place % 2])
        for place, count in enumerate([0, 4, 0, 1, 2, 0, 0, 7, 1, 0, 1, 2])
    ]


def even(rng: random.Random) -> list[Row]:
    """Everybody has about as many: less than Poisson counts vary."""
    return [(1 + (subject % 7 == 0), 700 + subject, subject, "ab"[subject % 2]) for subject in range(40)]


def no_event(rng: random.Random) -> list[Row]:
    """Nobody has an event."""
    return [(0, rng.randint(100, 800), subject, "ab"[subject % 2]) for subject in range(25)]


DATA_SETS: tuple[Callable[[random.Random], list[Row]], ...] = (trial, registry, lesions, few, even, no_event)


def tables() -> Tables:
    """Every data set, each from a seed of its own."""
    header = ("events", "days", "subject", "group")
    return {
        f"rates/{make.__name__}": table(header, make(random.Random(seed)))
        for seed, make in enumerate(DATA_SETS, start=1)
    }
