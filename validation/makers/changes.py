"""Invented changes within people, and counts of people."""

from __future__ import annotations

import random

from makers.tables import Tables, table


def differences() -> dict[str, list[float]]:
    """Changes within people: distinct, tied, with zeros, on half points, many."""
    rng = random.Random("differences")
    half_points = [rng.choice((-3, -2, -1.5, -1, -1, -0.5, -0.5, 0, 0, 0.5, 1)) for _ in range(24)]
    return {
        "distinct": [round(rng.gauss(0.4, 1), 6) for _ in range(17)],
        "distinct_small": [1.5, -0.25, 2.75, 3.1, 0.6],
        "half_points": half_points,
        "tied_no_zero": [value for value in half_points if value],
        "many": [round(rng.gauss(-0.1, 1), 1) for _ in range(200)],
        "balanced": [-2.0, -1.0, 1.0, 2.0],
    }


COUNTS = [
    (0, 24),
    (1, 24),
    (21, 23),
    (24, 24),
    (12, 24),
    (3, 281),
    (7, 1000),
    (1, 1),
    (0, 1),
    (481, 507),
    (99999, 1000000),
]


def tables() -> Tables:
    """Every data set; the changes of the signed-rank test are also those whose quantiles are asked for."""
    made = {"proportions/counts": table(("numerator", "denominator"), COUNTS)}
    for name, values in differences().items():
        rows = [[value] for value in values]
        made |= {f"signed_rank/{name}": table(["difference"], rows), f"quantiles/{name}": table(["value"], rows)}
    return made
