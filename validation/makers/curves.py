"""Invented follow-up with curves of several shapes, to be fitted with formulas: falling risks, peaks, plateaus."""

from __future__ import annotations

import random
from collections.abc import Callable

from makers.tables import Tables, table

HEADER = ("entry", "exit", "event", "weight")
YEAR = 365.25


def _followed(rng: random.Random, drawn: Callable[[random.Random], float], n: int, late: bool, weighted: bool) -> list[
    tuple[int, int, int, int]
]:  # fmt: skip
    rows = []
    while len(rows) < n:
        entry = rng.randrange(0, 700) if late else 0
        time, left = drawn(rng) * YEAR, entry + rng.uniform(0.5, 7) * YEAR
        if time <= entry + 1:
            continue
        last = max(1, round(min(time, left)))
        if last > entry:
            rows.append((entry, last, int(time <= left), rng.choice((1, 1, 2, 3)) if weighted else 1))
    return rows


def _peaked(rng: random.Random) -> float:
    return rng.lognormvariate(1.2, 0.7)


def _never(rng: random.Random) -> float:
    return 1e6 if rng.random() < 0.5 else rng.weibullvariate(1.2, 1.3)


CURVES: dict[str, tuple[Callable[[random.Random], float], int, bool, bool]] = {
    "falling": (lambda rng: rng.weibullvariate(9, 0.7), 200, False, False),
    "rising": (lambda rng: rng.weibullvariate(6, 1.8), 120, False, False),
    "peaked": (_peaked, 250, False, False),
    "plateau": (_never, 300, False, False),
    "weights": (lambda rng: rng.weibullvariate(7, 0.9), 150, False, True),
    "late": (lambda rng: rng.weibullvariate(8, 0.8), 250, True, False),
    "late_weights": (_peaked, 200, True, True),
    "small": (lambda rng: rng.weibullvariate(6, 0.8), 40, False, False),
}


def tables() -> Tables:
    """One table a curve, each from a seed of its own."""
    return {
        f"curve_shapes/{name}": table(HEADER, _followed(random.Random(9100 + at), *how))
        for at, (name, how) in enumerate(CURVES.items())
    }
