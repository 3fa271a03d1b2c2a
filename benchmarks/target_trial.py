"""Does the interval of a target trial hold the truth as often as it says? Simulated registries, confounded.

    python benchmarks/target_trial.py [REPLICATES] [DRAWS]      300 replicates, 100 draws (0: robust errors alone)

Each registry has 500 people. Younger and less disabled people are treated more often, and have the event less often,
so that the hazard ratio as treated is at most 0.7 where the truth is 1. Printed: the mean hazard ratio as treated and
made alike, and how often each interval holds the truth, at a hazard ratio of 1 and of 0.5.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from remission.stats.intervals import normal_quantile
from remission.stats.propensity.bootstrap import bootstrap
from remission.stats.propensity.contrasts import GroupRows, contrast_groups
from remission.stats.propensity.logistic import fit_propensity
from remission.stats.propensity.weights import Kind, weigh
from remission.stats.regression.refusals import NotEstimable

PEOPLE, YEARS = 500, 5
HORIZON = round(365.25 * YEARS)
Floats = NDArray[np.float64]


def registry(seed: int, ratio: float, people: int = PEOPLE) -> tuple[GroupRows, dict[str, Floats]]:
    """One simulated registry: people at risk, and what decided the treatment."""
    random = np.random.default_rng(seed)
    age, edss = random.normal(40, 9, people), random.normal(3.5, 1.3, people)
    odds = np.exp(-0.07 * (age - 40) - 0.5 * (edss - 3.5))
    treated = random.random(people) < odds / (1 + odds)
    hazard = 0.09 * np.exp(0.035 * (age - 40) + 0.35 * (edss - 3.5)) * np.where(treated, ratio, 1.0)
    event = 365.25 * random.exponential(1 / hazard)
    lost = np.minimum(365.25 * random.exponential(1 / 0.05, people), HORIZON)
    exits = np.maximum(np.ceil(np.minimum(event, lost)), 1).astype(np.int64)
    rows = GroupRows(np.zeros(people, np.int64), exits, event <= lost, treated, np.arange(people))
    return rows, {"age": age, "edss": edss}


def marginal(ratio: float, kind: Kind) -> float:
    """The log hazard ratio that the weights aim at, from one registry of 200,000."""
    if ratio == 1:
        return 0.0
    rows, columns = registry(99, ratio, 200_000)
    found = weigh(fit_propensity(rows.treated, columns), kind)
    return contrast_groups(rows, found.weight, [], HORIZON)[0].value


def log_ratio(rows: GroupRows, columns: dict[str, Floats], kind: Kind) -> Floats:
    """The log hazard ratio under weights, and its robust error."""
    found = weigh(fit_propensity(rows.treated, columns), kind)
    told = contrast_groups(rows, found.weight, [], HORIZON)[0]
    return np.array([told.value, told.error])


def one_registry(seed: int, ratio: float, kind: Kind, draws: int) -> list[float]:
    """As treated, made alike, and low and high of the robust and of the bootstrap's interval: logarithms."""
    rows, columns = registry(seed, ratio)
    crude = contrast_groups(rows, np.ones(PEOPLE), [], HORIZON)[0].value
    value, error = log_ratio(rows, columns, kind).tolist()
    spread = normal_quantile(0.95) * error

    def again(places: NDArray[np.int64]) -> Floats:
        drawn = replace(rows.take(places), cluster=np.arange(PEOPLE))
        return log_ratio(drawn, {name: one[places] for name, one in columns.items()}, kind)[:1]

    if not draws:
        return [crude, value, value - spread, value + spread, np.nan, np.nan]
    low, high = bootstrap(PEOPLE, again, draws, seed=seed).limits(0.95)[0].tolist()
    return [crude, value, value - spread, value + spread, low, high]


def main() -> None:
    """Print a line for each truth and kind of weights."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    draws = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    for ratio in (1.0, 0.5):
        for kind in ("stabilised", "overlap"):
            began, truth, told = time.perf_counter(), marginal(ratio, kind), []
            for seed in range(replicates):
                try:
                    told.append(one_registry(seed, ratio, kind, draws))
                except NotEstimable as why:
                    print(f"  registry {seed}: {why}")
            found = np.array(told)
            robust, drawn = (
                100 * ((found[:, at] <= truth) & (truth <= found[:, at + 1])).mean() for at in (2, 4)
            )  # fmt: skip
            said = f" and {drawn:.1f} % (bootstrap, {draws} draws)" if draws else ""
            crude, alike = np.exp(found[:, :2].mean(axis=0))
            print(
                f"truth {np.exp(truth):.3f}, {kind:>10}: as treated {crude:.3f}, made alike {alike:.3f}; the interval "
                f"holds the truth in {robust:.1f} % (robust){said} of {len(told)} registries; "
                f"{time.perf_counter() - began:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
