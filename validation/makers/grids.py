"""Invented grids of results by the levels of two to four factors."""

from __future__ import annotations

import random
from itertools import product

from makers.tables import Tables, of_dicts


def grids() -> dict[str, list[dict[str, float]]]:
    """Full grids, and grids with combinations taken out, of two to four factors."""
    rng = random.Random(1911)
    made = {}
    for name, levels in {"balanced_2": (3, 4), "balanced_3": (2, 3, 4), "balanced_4": (3, 2, 2, 3)}.items():
        made[name] = _grid(rng, levels)
    for name, levels, taken in (("gaps_2", (3, 4), 4), ("gaps_3", (2, 3, 4), 7), ("gaps_4", (3, 3, 2, 2), 9)):
        rows = _grid(rng, levels)
        made[name] = sorted(rng.sample(rows, len(rows) - taken), key=lambda row: list(row.values())[1:])
    # One level of the first factor goes with one level of the second only, as an illegal rule makes it.
    made["nested"] = [row for row in _grid(rng, (3, 2, 3)) if not (row["f1"] == 0 and row["f2"] == 1)]
    return made


def _grid(rng: random.Random, levels: tuple[int, ...]) -> list[dict[str, float]]:
    effects = [[rng.gauss(0, 1) for _ in range(count)] for count in levels]
    rows = []
    for places in product(*(range(count) for count in levels)):
        value = sum(effect[place] for effect, place in zip(effects, places, strict=True)) + rng.gauss(0, 0.4)
        rows.append({"value": round(value, 6)} | {f"f{at}": place for at, place in enumerate(places, 1)})
    return rows


def tables() -> Tables:
    """Every grid."""
    return {f"variance_shares/{name}": of_dicts(rows) for name, rows in grids().items()}
