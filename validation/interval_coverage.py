"""Measures how often confidence limits of a Kaplan-Meier curve hold the truth in samples of 24.

    python validation/interval_coverage.py           measures again and compares; exit 1 if they differ
    python validation/interval_coverage.py --write   stores what is measured now, in `library/interval_coverage.csv`

Each sample has 24 people with exponential times to the event and to loss, such that the given share is event-free at
the horizon and a fifth would be lost before it. Limits are asked for at the horizon. Samples in which no limits exist
(nobody had the event, or everybody left had it) do not count for or against an interval: their share is stored beside.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from remission.stats.intervals import INTERVALS, confidence_limits

STORED = Path(__file__).parents[1] / "src" / "remission" / "library" / "interval_coverage.csv"
N, LOST, SAMPLES, SEED = 24, 0.2, 200_000, 24
TRUTHS = (0.5, 0.69, 0.863, 0.95)
LEVELS = (0.9, 0.95)
HORIZON = 1.0
# Four standard errors of a share of 0.9 in so many samples, twice: both sides of a comparison vary.
TOLERANCE = 4 * math.sqrt(2 * 0.9 * 0.1 / SAMPLES)

Row = dict[str, object]


def measure(samples: int = SAMPLES, seed: int = SEED) -> Iterator[Row]:
    """A row for each truth, level and kind of interval."""
    random = np.random.default_rng(seed)
    for truth in TRUTHS:
        survival, log_variance = curves(random, truth, samples)
        for level in LEVELS:
            for interval in INTERVALS:
                low, high = confidence_limits(survival, log_variance, level, interval)
                # A curve at 1 has no variance: limits that meet there say nothing (decision 54).
                has_limits = (log_variance > 0) & np.isfinite(low) & np.isfinite(high)
                holds = has_limits & (low <= truth) & (truth <= high)
                yield {
                    "interval": interval, "level": level, "n": N, "truth": truth, "lost": LOST,
                    "coverage": round(float(holds.sum() / has_limits.sum()), 4),
                    "without_limits": round(float(1 - has_limits.mean()), 4), "samples": samples,
                    "source": f"validation/interval_coverage.py, seed {seed}", "status": "derived",
                }  # fmt: skip


def curves(random: np.random.Generator, truth: float, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Height at the horizon and Greenwood's sum of each sample, times without ties sorted: shape (samples,)."""
    event = random.exponential(-HORIZON / math.log(truth), (samples, N))
    loss = random.exponential(-HORIZON / math.log(1 - LOST), (samples, N))
    last = np.minimum(event, loss)
    order = np.argsort(last, axis=1)
    happened = np.take_along_axis((event <= loss) & (last <= HORIZON), order, axis=1)
    at_risk = np.arange(N, 0, -1)
    with np.errstate(divide="ignore"):
        terms = np.where(happened, 1 / (at_risk * (at_risk - 1.0)), 0.0)
    return np.where(happened, 1 - 1 / at_risk, 1.0).prod(axis=1), terms.sum(axis=1)


def stored() -> list[Row]:
    """What the library says, its numbers as numbers."""
    with STORED.open(encoding="utf-8", newline="") as opened:
        return [{key: _number(value) for key, value in row.items()} for row in csv.DictReader(opened)]


def differences(found: list[Row], known: list[Row], tolerance: float) -> list[str]:
    """Where two measurements differ by more than chance explains, or are of other things."""
    about = ("interval", "level", "n", "truth", "lost")
    if [[row[key] for key in about] for row in found] != [[row[key] for key in about] for row in known]:
        return ["other intervals, levels or truths"]
    pairs = zip(found, known, strict=True)
    return [
        f"{one['interval']} {one['level']} at {one['truth']}: {one[key]} where {other[key]} is stored"
        for one, other in pairs
        for key in ("coverage", "without_limits")
        if abs(float(str(one[key])) - float(str(other[key]))) > tolerance
    ]


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def main(arguments: list[str]) -> int:
    found = list(measure())
    if "--write" in arguments:
        with STORED.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
        return 0
    told = differences(found, stored(), TOLERANCE)
    print("\n".join(told) or f"all {len(found)} rows hold within {TOLERANCE:.4f}")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
