"""Networks of trials to be pooled: 100 invented ones with loops and trials of three and four arms."""

from __future__ import annotations

import random

from makers.tables import Tables, table

NETWORKS = 100


def _network(rng: random.Random) -> list[tuple[str, str, str, float, float, float]]:
    """Contrasts of the trials of one network: study, base, treatment, value, variance, the variance of the base."""
    treatments = [f"t{at:02}" for at in range(rng.randint(3, 12))]
    truth = {one: rng.gauss(0, 0.4) for one in treatments}
    apart = rng.choice((0.0, 0.0, 0.1, 0.4))
    # A tree first, so that the network is one; then trials between any.
    pairs = [[treatments[at], treatments[rng.randrange(at)]] for at in range(1, len(treatments))]
    more = [
        rng.sample(treatments, rng.choice((2, 2, 2, 3, min(4, len(treatments))))) for _ in range(rng.randint(2, 30))
    ]
    rows = []
    for number, arms in enumerate(pairs + more):
        variances = {arm: rng.uniform(0.002, 0.08) for arm in arms}
        told = {arm: truth[arm] + rng.gauss(0, (variances[arm] + apart**2 / 2) ** 0.5) for arm in arms}
        base = arms[0]
        rows += [
            (f"s{number:02}", base, arm, round(told[arm] - told[base], 6), round(variances[base] + variances[arm], 6),
             round(variances[base], 6))
            for arm in arms[1:]
        ]  # fmt: skip
    return rows


def tables() -> Tables:
    """All networks in one table, each from a seed of its own."""
    rows = [(at, *row) for at in range(1, NETWORKS + 1) for row in _network(random.Random(7000 + at))]
    header = ("network", "study", "base", "treatment", "value", "variance", "shared")
    return {"network/contrasts": table(header, rows)}
