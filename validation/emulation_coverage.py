"""Measures what "ever treated" says of treatment begun late, and how often limits of weighted clones hold the truth.

    python validation/emulation_coverage.py           measures again and compares; exit 1 if they differ
    python validation/emulation_coverage.py --write   stores what is measured now, in `library/emulation_coverage.csv`

Minutes on one core. Two columns decide on the start and on the event, so that groups differ; people start late, so that
time before the start is free of the event. The strategies are to start within a year (as people did, and on its last
day at the latest) and not to. Of a planted effect the true ratio of strategies is not that of the treatment, for the
others may start after a year and some of the grace is untreated: it is taken from a million people who are made to
follow each. A sample without an answer counts in `without_limits` and not in the coverage.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from remission.stats.emulation.clones import Days, Flags, Floats, Grace, clone
from remission.stats.emulation.compare import clone_hazard_ratio
from remission.stats.emulation.staying import MODELS, weigh_clones
from remission.stats.intervals import normal_quantile
from remission.stats.regression.cox import CoxFit, cox
from remission.stats.regression.refusals import NotEstimable

STORED = Path(__file__).parents[1] / "src" / "remission" / "library" / "emulation_coverage.csv"
SIZES, RATIOS, SAMPLES, PEOPLE = (300, 1_000), (1.0, 0.5), 2_000, 1_000_000
SEED, LEVEL, YEAR = 1130, 0.95, 365
GRACE = Grace(YEAR)
STARTS_PER_YEAR, EVENTS_PER_YEAR = 0.5, 0.12
TAKES_PART_YEARS = (3, 8)
EVER = "ever treated against never, Cox"

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class People:
    """Hazards of each person, and numbers drawn for what happens when, shape (n,) each."""

    columns: dict[str, Floats]
    starting: Floats
    hazard: Floats
    begun: Floats
    risk: Floats
    lost: Floats

    @classmethod
    def draw(cls, random: np.random.Generator, n: int) -> People:
        """So many people."""
        one, other = random.normal(size=(2, n))
        starting = STARTS_PER_YEAR / YEAR * np.exp(0.5 * one - 0.3 * other)
        hazard = EVENTS_PER_YEAR / YEAR * np.exp(-0.4 * one + 0.3 * other)
        begun = random.exponential(size=n) / starting
        lost = random.uniform(*TAKES_PART_YEARS, size=n) * YEAR
        return cls({"one": one, "other": other}, starting, hazard, begun, random.exponential(size=n), lost)

    def followed(self, begun: Floats, ratio: float) -> tuple[Days, Flags]:
        """Exit and event if each began on this day, from which on the hazard is so many times as high."""
        before = self.hazard * begun
        free = np.where(self.risk < before, self.risk / self.hazard, begun + (self.risk - before) / self.hazard / ratio)
        return np.ceil(np.minimum(free, self.lost)).astype(np.int64), free <= self.lost


def true_ratio(ratio: float) -> tuple[float, float]:
    """Log hazard ratio of the strategies among people made to follow them, and its standard error."""
    if ratio == 1:
        return 0.0, 0.0
    random = np.random.default_rng([SEED, 0])
    people = People.draw(random, PEOPLE)
    # A constant hazard forgets: who has not started by the end of the grace waits from there as from the beginning, a
    # wait of its own, for that of somebody who did start in time is a short one.
    late = GRACE.days + random.exponential(size=PEOPLE) / people.starting
    parts = [people.followed(begun, ratio) for begun in (np.minimum(people.begun, GRACE.days), late)]
    exit, event = (np.concatenate(one) for one in zip(*parts, strict=True))
    fit = cox(exit, event, {"starts": np.repeat([1.0, 0.0], PEOPLE)}, cluster=np.tile(np.arange(PEOPLE), 2))
    return float(fit.coefficients[0]), float(fit.standard_errors[0])


def measure(
    *, samples: int = SAMPLES, sizes: tuple[int, ...] = SIZES, ratios: tuple[float, ...] = RATIOS
) -> Iterator[Row]:
    """A row for each method, size and planted effect."""
    for ratio in ratios:
        truth, _ = true_ratio(ratio)
        for n in sizes:
            random = np.random.default_rng([SEED, n, round(100 * ratio)])
            found = [_fits(People.draw(random, n), ratio) for _ in range(samples)]
            for method in found[0]:
                yield _row(method, n, ratio, truth, [one[method] for one in found])


def _fits(people: People, ratio: float) -> dict[str, CoxFit | None]:
    exit, event = people.followed(people.begun, ratio)
    start = np.where(people.begun < exit, people.begun, -1).astype(np.int64)
    fits: dict[str, CoxFit | None] = {EVER: cox(exit, event, {"ever": (start >= 0).astype(np.float64)})}
    for model in MODELS:
        try:
            rows = weigh_clones(clone(exit, event, start, GRACE), people.columns, model=model)
            fits[f"weighted clones, {model} model"] = clone_hazard_ratio(rows)
        except NotEstimable:
            fits[f"weighted clones, {model} model"] = None
    return fits


def _row(method: str, n: int, ratio: float, truth: float, fits: list[CoxFit | None]) -> Row:
    known = [fit for fit in fits if fit is not None]
    value, error = np.array([(fit.coefficients[0], fit.standard_errors[0]) for fit in known]).T
    held = float((np.abs(value - truth) <= normal_quantile(LEVEL) * error).mean())
    return {
        "of": "hazard ratio of strategies", "method": method, "level": LEVEL, "n": n, "planted": ratio,
        "truth": round(math.exp(truth), 4), "typical": round(math.exp(float(value.mean())), 4),
        "spread": round(float(value.std(ddof=1)), 4), "typical_error": round(float(error.mean()), 4),
        "coverage": round(held, 4), "error": round(math.sqrt(held * (1 - held) / len(known)), 5),
        "without_limits": round(1 - len(known) / len(fits), 4), "samples": len(fits),
        "source": f"validation/emulation_coverage.py, seed {SEED}", "status": "derived",
    }  # fmt: skip


def stored() -> list[Row]:
    """What the library says, as texts."""
    with STORED.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


ABOUT = ("method", "n", "planted")


def differences(found: list[Row], known: list[Row]) -> list[str]:
    """Where a share measured now is farther from the stored one than four standard errors, or a row is missing."""
    others = {tuple(str(row[key]) for key in ABOUT): row for row in known}
    told = []
    for row in found:
        about = tuple(str(row[key]) for key in ABOUT)
        if (other := others.get(about)) is None:
            told.append(f"{about} is not stored")
            continue
        share = float(other["coverage"])
        spread = math.sqrt(max(share * (1 - share), 1e-4) * (1 / row["samples"] + 1 / float(other["samples"])))
        if abs(row["coverage"] - share) > 4 * spread:
            told.append(f"{about}: coverage is {row['coverage']} where {share} is stored")
        apart = 4 * row["spread"] * math.sqrt(1 / row["samples"] + 1 / float(other["samples"]))
        if abs(math.log(row["typical"] / float(other["typical"]))) > apart + 2e-4:
            told.append(f"{about}: the typical ratio is {row['typical']} where {other['typical']} is stored")
    return told


def main(arguments: list[str]) -> int:
    found = list(measure())
    if "--write" in arguments:
        with STORED.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
        return 0
    told = differences(found, stored())
    print("\n".join(told) or f"all {len(found)} rows hold within four standard errors")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
