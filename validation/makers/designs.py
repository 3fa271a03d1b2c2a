"""Designs of trials with looks: 72 invented ones, of every kind of spending, futility and sidedness."""

from __future__ import annotations

import random

from makers.tables import Tables, table

DESIGNS = 72
KINDS = ("obrien-fleming", "pocock", "hwang-shih-decani")
# Every kind with every way to stop for futility, so that no pair is left to chance.
FUTILITY = ("none", "two sides", "spent", "spent and binding", "bounds", "bounds and binding")


def _design(number: int) -> tuple[object, ...]:
    rng = random.Random(17_000 + number)
    kind, futility = KINDS[number % 3], FUTILITY[number // 3 % 6]
    looks = rng.randint(2, 6)
    early = sorted(rng.sample(range(20, 95, 10), looks - 1))
    fractions = [one / 100 for one in early] + [1.0]
    # Beta that is spent early passes the upper bound at late looks: such a design is refused, and not compared.
    spent = rng.choice(("obrien-fleming", "hwang-shih-decani")) if "spent" in futility else ""
    return (
        number, rng.choice((0.01, 0.025, 0.05)), ";".join(map(str, fractions)), kind,
        rng.choice((-4, -2, 0.5, 1)) if kind == KINDS[2] else "",
        futility, rng.choice((0.1, 0.2)), spent, rng.choice((-4, -2)) if spent == KINDS[2] else "",
        ";".join(str(round(-0.6 + 0.9 * one + rng.uniform(-0.1, 0.1), 3)) for one in fractions[:-1])
        if "bounds" in futility else "",
    )  # fmt: skip


def tables() -> Tables:
    """Designs, each from a seed of its own."""
    header = (
        "design", "alpha", "fractions", "spending", "gamma", "futility", "beta", "spent_by", "beta_gamma", "bounds",
    )  # fmt: skip
    designs = [_design(number) for number in range(DESIGNS)]
    return {"group_sequential/designs": table(header, designs)}
