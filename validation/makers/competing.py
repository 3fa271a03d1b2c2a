"""Invented follow-up that ends in one of several kinds of events, also under weights and in pieces of time."""

from __future__ import annotations

import itertools
import math
import random

from makers.tables import Tables, table

COLUMNS = ("exit", "cause", "entry", "weight", "group", "x1", "x2")
Row = tuple[int, int, int, float, int, int, float]


def person(rng: random.Random, days: float, kinds: int = 2) -> Row:
    """One person from day 0: of several clocks the first to ring."""
    group, x1, x2 = rng.randint(1, 3), rng.randint(0, 1), round(rng.gauss(0, 1), 2)
    clocks = [
        rng.expovariate(math.exp(0.5 * x1 * (kind == 0) - 0.3 * x2 * (kind == 1)) / days) for kind in range(kinds)
    ]
    end = rng.uniform(0.2, 1.8) * days
    first = min(range(kinds), key=clocks.__getitem__)
    day = int(min(clocks[first], end)) + 1
    return day, first + 1 if clocks[first] <= end else 0, 0, 1, group, x1, x2


def ties(rng: random.Random) -> list[Row]:
    """Few distinct days, so that kinds and endings share them."""
    return [person(rng, 10) for _ in range(120)]


def three_kinds(rng: random.Random) -> list[Row]:
    """Three kinds of events, mostly distinct days."""
    return [person(rng, 900, 3) for _ in range(150)]


def trial_of_24(rng: random.Random) -> list[Row]:
    """A small trial."""
    return [person(rng, 300) for _ in range(24)]


def all_have_one(rng: random.Random) -> list[Row]:
    """Nobody is censored, so that the share free of events ends at 0."""
    return [(day, cause or 2, *rest) for day, cause, *rest in (person(rng, 20) for _ in range(50))]  # type: ignore[misc]


def late_entry(rng: random.Random) -> list[Row]:
    """Half enter late; weights are fractions."""
    rows = []
    for _ in range(100):
        day, cause, _, _, *rest = person(rng, 60)
        entry = rng.choice((0, rng.randint(1, 40)))
        rows.append((entry + day, cause, entry, round(rng.uniform(0.3, 3), 2), *rest))
    return rows  # type: ignore[return-value]


WEIGHTED = ("person", "clone", "arm", "entry", "exit", "cause", "weight")
Piece = tuple[int, int, int, int, int, int, float]


def alone(rng: random.Random) -> list[Piece]:
    """One row a person, weights as from inverse probabilities."""
    rows = []
    for number in range(140):
        day, cause, _, _, group, *_ = person(rng, 40)
        rows.append((number, number, int(group > 1), 0, day, cause, round(rng.uniform(0.3, 4), 3)))
    return rows


def clones(rng: random.Random) -> list[Piece]:
    """Everybody in both arms until they leave one, in pieces whose weight grows."""
    rows: list[Piece] = []
    for number in range(70):
        day, cause, *_ = person(rng, 60)
        leaves, start = rng.randint(0, 1), rng.randint(5, 30)
        for arm in (0, 1):
            until, kind = (min(day, start), cause if day <= start else 0) if arm == leaves else (day, cause)
            rows += _pieces(rng, number, 2 * number + arm, arm, (0, until, kind))
    return rows


def trials(rng: random.Random) -> list[Piece]:
    """A person in several trials of one arm at once, some of which begin later on the clock of another."""
    rows: list[Piece] = []
    for number in range(50):
        arm = rng.randint(0, 1)
        for trial in range(rng.randint(1, 3)):
            day, cause, *_ = person(rng, 60)
            entry = rng.choice((0, 0, rng.randint(1, 9)))
            rows += _pieces(rng, number, 10 * number + trial, arm, (entry, entry + day, cause))
    return rows


def _pieces(rng: random.Random, person: int, clone: int, arm: int, spell: tuple[int, int, int]) -> list[Piece]:
    entry, until, cause = spell
    cuts = [entry, *range(entry + 10, until, 10), until]
    weight, rows = 1.0, []
    for begin, end in itertools.pairwise(cuts):
        rows.append((person, clone, arm, begin, end, cause if end == until else 0, round(weight, 3)))
        weight *= rng.uniform(1, 1.4)
    return rows


def tables() -> Tables:
    """The tables of `cumulative_incidence`, which others share, and of `weighted_incidence`."""
    made = (ties, three_kinds, trial_of_24, all_have_one, late_entry)
    return {
        f"cumulative_incidence/{maker.__name__}": table(COLUMNS, maker(random.Random(f"competing {maker.__name__}")))
        for maker in made
    } | {
        f"weighted_incidence/{maker.__name__}": table(WEIGHTED, maker(random.Random(f"weighted {maker.__name__}")))
        for maker in (alone, clones, trials)
    }
