"""Does the spread of shapes hold the truth? Ten years are invented, five are shown, and the shapes are asked for ten.

    python validation/beyond_hidden.py [REPLICATES]   writes src/remission/library/beyond_coverage.csv

Each truth is a curve that no one shape needs to hold. The spread is from the lowest to the highest share that any shape
says of year ten; the limits are the lowest and highest of all their intervals.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from remission.stats.horizons import YEAR_DAYS
from remission.stats.parametric.families.cure import MixtureCure
from remission.stats.parametric.fit import fit_shape
from remission.stats.parametric.shape import shapes_for
from remission.stats.parametric.sufficient import sufficient_follow_up
from remission.stats.survival.time_at_risk import TimeAtRisk

TABLE = Path(__file__).parents[1] / "src/remission/library/beyond_coverage.csv"
HEADER = ("truth", "n", "seen_years", "asked_year", "spread_holds", "limits_hold", "one_shape_holds", "mean_width",
          "replicates", "source", "status")  # fmt: skip
SEEN, ASKED = 5.0, 10.0
Floats = NDArray[np.float64]
Drawn = Callable[[np.random.Generator, int], Floats]


def falling(rng: np.random.Generator, n: int) -> Floats:
    """A Weibull whose risk falls: one of the shapes."""
    return rng.weibull(0.8, n) * 9


def plateau(rng: np.random.Generator, n: int) -> Floats:
    """Half never have the event, the others soon."""
    return np.where(rng.random(n) < 0.5, 1e3, rng.weibull(1.1, n) * 3)


def early_then_steady(rng: np.random.Generator, n: int) -> Floats:
    """A high risk in the first year, and then a low one that stays: no one of the shapes."""
    early, later = rng.exponential(1 / 0.25, n), 1 + rng.exponential(1 / 0.06, n)
    return np.where(early < 1, early, later)


def slipping(rng: np.random.Generator, n: int) -> Floats:
    """Quiet for six years, and then three times the risk: what nobody could have seen."""
    early, later = rng.exponential(1 / 0.06, n), 6 + rng.exponential(1 / 0.18, n)
    return np.where(early < 6, early, later)


TRUTHS: dict[str, tuple[Drawn, str]] = {
    "falling risk": (falling, "a Weibull"),
    "plateau": (plateau, "half never have the event"),
    "early risk, then steady": (early_then_steady, "two steady risks"),
    "slipping after year six": (slipping, "a risk that trebles after what was seen"),
}


def one(drawn: Drawn, seed: int, n: int, truth: float) -> tuple[bool, bool, float, float]:
    """Does the spread hold the truth, do the limits, what share of single shapes does, and how wide is the spread?"""
    rng = np.random.default_rng(seed)
    time, left = drawn(rng, n), rng.uniform(2, SEEN, n)
    exit, event = np.maximum(1, np.ceil(np.minimum(time, left) * YEAR_DAYS)).astype(np.int64), time <= left
    shares, lows, highs = [], [], []
    for shape in shapes_for(TimeAtRisk.of(exit, event)):
        if isinstance(shape, MixtureCure) and not sufficient_follow_up(exit, event).p < 0.05:
            continue
        try:
            fit = fit_shape(shape, exit, event)
        except ValueError:
            continue
        low, high = fit.limits([ASKED])
        shares.append(fit.survival([ASKED])[0])
        lows.append(low[0])
        highs.append(high[0])
    held = [low <= truth <= high for low, high in zip(lows, highs, strict=True)]
    return (
        min(shares) <= truth <= max(shares), min(lows) <= truth <= max(highs), float(np.mean(held)),
        max(shares) - min(shares),
    )  # fmt: skip


def main(replicates: int) -> None:
    """All truths and sizes."""
    rows = []
    for name, (drawn, _) in TRUTHS.items():
        truth = float((drawn(np.random.default_rng(1), 2_000_000) > ASKED).mean())
        for n in (100, 400):
            found = np.array([one(drawn, 5000 + at, n, truth) for at in range(replicates)], dtype=float)
            spread, limits, single, width = found.mean(axis=0).round(3).tolist()
            source = "validation/beyond_hidden.py, seeds from 5000"
            rows.append((name, n, SEEN, ASKED, spread, limits, single, width, replicates, source, "derived"))
            print(rows[-1], flush=True)
    with TABLE.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows([HEADER, *rows])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
