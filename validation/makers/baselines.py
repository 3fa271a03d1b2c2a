"""Arms of networks in which rate ratios hang on the rate of the reference, or do not: 40 invented ones."""

from __future__ import annotations

import random

from makers.tables import Tables, table

NETWORKS = 40


def _network(rng: random.Random, *, pairs: bool) -> list[tuple[str, str, float, float]]:
    """Arms of the trials of one network: study, treatment, log rate, variance; with `pairs` of one treatment."""
    treatments = ["y"] if pairs else [f"y{at}" for at in range(rng.randint(2, 5))]
    truth = {one: rng.uniform(-1.2, -0.1) for one in treatments}
    slope, beside = rng.choice((0.0, 0.0, -0.4, 0.3)), rng.choice((0.05, 0.15))
    rows = []
    for trial in range(rng.randint(14, 30)):
        rate = rng.gauss(-0.5, 0.4)
        arms = ["x", treatments[trial % len(treatments)]]
        if not pairs and rng.random() < 0.25:
            arms.append(next(one for one in treatments if one not in arms))
        if not pairs and trial > 2 * len(treatments) and rng.random() < 0.2:
            arms = rng.sample(treatments, rng.choice((2, min(3, len(treatments)))))
        for arm in arms:
            variance = rng.uniform(0.004, 0.05)
            ratio = truth[arm] + slope * (rate + 0.5) + rng.gauss(0, beside) if arm != "x" else 0.0
            rows.append((f"s{trial:02}", arm, round(rate + ratio + rng.gauss(0, variance**0.5), 6), round(variance, 6)))
    return rows


def tables() -> Tables:
    """Networks of several treatments and of one, each from a seed of its own."""
    header = ("network", "study", "treatment", "value", "variance")
    several = [
        (at, *row) for at in range(1, NETWORKS // 2 + 1) for row in _network(random.Random(8000 + at), pairs=False)
    ]
    one = [(at, *row) for at in range(1, NETWORKS // 2 + 1) for row in _network(random.Random(9000 + at), pairs=True)]
    rng = random.Random(9999)
    printed = [
        (rng.randint(40, 900), round(rng.uniform(0.1, 1.3), 2), rng.randint(40, 900), round(rng.uniform(0.1, 1.3), 2),
         rng.choice((12, 24, 36)), round(rng.uniform(1, 2), 2), round(rng.uniform(0.7, 1), 2))
        for _ in range(12)
    ]  # fmt: skip
    columns = ("people", "rate", "other_people", "other_rate", "months", "over_dispersion", "share")
    return {
        "network_baseline/several": table(header, several),
        "network_baseline/one": table(header, one),
        "network_baseline/rates": table(columns, printed),
    }
