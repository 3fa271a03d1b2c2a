"""Measures what the slope on the rate of the reference is worth in networks of which the slope is known.

    python validation/slope_coverage.py           measures again and compares; exit 1 if they differ
    python validation/slope_coverage.py --write   stores what is measured now, in `validation/slope_coverage.csv`

Each network has trials of three treatments against one reference, a fifth of them of three arms. Latent log rates of
the reference have a standard deviation of 0.35, log ratios one of 0.1 beside the slope. In a world with decades the
later treatments were tried when rates were lower, so that treatment and rate go together. Beside ours stands the
regression of the observed log ratio on the observed log rate of its own reference arm, weighted, with a mean for each
treatment.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from remission.stats.intervals import normal_quantile
from remission.stats.network.arms import Arms
from remission.stats.network.baseline_risk import SLOPES
from remission.stats.network.latent import ENOUGH, Latent

STORED = Path(__file__).parent / "slope_coverage.csv"
SAMPLES, SEED = 2000, 20261130
EFFECTS = (-0.2, -0.6, -1.0)
MEAN, APART, BESIDE, YEARS, DISPERSION = -0.5, 0.35, 0.1, 1.8, 1.3
Row = dict[str, object]


class World(NamedTuple):
    """What is planted: so many trials with so many people an arm, a slope, and decades or none."""

    trials: int
    people: int
    slope: float
    decades: bool = False


WORLDS = (World(20, 80, 0.0), World(40, 80, 0.0), World(24, 150, 0.0, decades=True), World(30, 80, -0.3))


def sample(random: np.random.Generator, world: World) -> Arms:
    """Arms of one network of this world."""
    rows: list[tuple[str, str, float, float]] = []
    for trial in range(world.trials):
        first = trial % len(EFFECTS)
        given = [first] if random.random() > 0.2 else [first, (first + 1) % len(EFFECTS)]
        mean = MEAN + 0.25 * (1 - first) if world.decades else MEAN
        latent = random.normal(mean, APART)
        common = random.normal(0, BESIDE / math.sqrt(2))
        truths = [latent] + [
            latent + EFFECTS[one] + world.slope * (latent - MEAN) + common + random.normal(0, BESIDE / math.sqrt(2))
            for one in given
        ]
        for name, truth in zip(["reference", *(f"t{one}" for one in given)], truths, strict=True):
            variance = DISPERSION / (world.people * YEARS * math.exp(truth))
            rows.append((f"T{trial}", name, random.normal(truth, math.sqrt(variance)), variance))
    studies, treatments, values, variances = zip(*rows, strict=True)
    return Arms(studies, treatments, np.array(values), np.array(variances))


def fitted(arms: Arms, planted: float) -> tuple[float, bool]:
    """The slope as `regress_on_baseline` finds it, and whether its 95 % limits hold what was planted.

    By the fall of the likelihood from its top to the planted slope: limits need not be sought for that.
    """
    latent = Latent.of(arms, "reference")
    top = max((latent.climb(latent.start(slope), arrived=ENOUGH) for slope in SLOPES), key=lambda at: at.log_likelihood)
    there = latent.climb(top.spread._replace(slope=planted), slope_free=False, arrived=ENOUGH)
    # Log ratios to the reference, less one effect each and the slope.
    df = len(arms.studies) - arms.k - len(EFFECTS) - 1
    fallen = 2 * (top.log_likelihood - there.log_likelihood)
    return top.spread.slope, bool(fallen <= float(stdtrit(df, 0.975)) ** 2)


def naive_slope(arms: Arms, reference: str) -> tuple[float, float]:
    """The slope on the observed rate by weighted regression, and its standard error: what is not to be done."""
    trials = arms.contrasts(reference)
    observed = {study: arms.log_rates[row] for row, study in enumerate(arms.studies)
                if arms.treatments[row] == reference}  # fmt: skip
    effects = np.delete(trials.design(), trials.names.index(reference), axis=1)
    design = np.column_stack([effects, [observed[study] for study in trials.studies]])
    weights = 1 / trials.variances
    covariance = np.linalg.inv(design.T @ (weights[:, None] * design))
    found = covariance @ (design.T @ (weights * trials.values))
    left = trials.values - design @ found
    beyond = max(1.0, float((weights * left**2).sum()) / (len(left) - design.shape[1]))
    return float(found[-1]), math.sqrt(covariance[-1, -1] * beyond)


def measure(samples: int = SAMPLES, seed: int = SEED, worlds: tuple[World, ...] = WORLDS) -> Iterator[Row]:
    """A row a world: how far off both slopes are on average, and how often their 95 % limits hold what was planted."""
    half = normal_quantile(0.95)
    for number, world in enumerate(worlds):
        random = np.random.default_rng([seed, number])
        ours, naive, held, naive_held = [], [], 0, 0
        for _ in range(samples):
            arms = sample(random, world)
            slope, error = naive_slope(arms, "reference")
            found, holds = fitted(arms, world.slope)
            ours.append(found)
            naive.append(slope)
            held += holds
            naive_held += abs(slope - world.slope) <= half * error
        share = held / samples
        yield {
            "trials": world.trials, "people_an_arm": world.people, "slope": world.slope,
            "decades": "yes" if world.decades else "no", "off": round(float(np.mean(ours)) - world.slope, 4),
            "off_error": round(float(np.std(ours)) / math.sqrt(samples), 4), "coverage": round(share, 4),
            "coverage_error": round(math.sqrt(share * (1 - share) / samples), 4),
            "naive_off": round(float(np.mean(naive)) - world.slope, 4),
            "naive_coverage": round(naive_held / samples, 4),
            "samples": samples, "source": f"validation/slope_coverage.py, seed {seed}", "status": "derived",
        }  # fmt: skip


def stored() -> list[dict[str, str]]:
    """What was measured, as it stands in the file."""
    with STORED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(arguments: list[str]) -> int:
    """0 if what is measured is what is stored."""
    rows = list(measure())
    if "--write" in arguments:
        with STORED.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    differ = [row for row, kept in zip(rows, stored(), strict=True) if {k: str(v) for k, v in row.items()} != kept]
    print(*rows, *(f"differs from what is stored: {row}" for row in differ), sep="\n")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
