"""Measures what the exact search gives for small trials against Guyot's approximation, in 40 simulated trials.

    python validation/exact_reconstruction.py           measures again and compares; exit 1 if they differ
    python validation/exact_reconstruction.py --write   stores what is measured now, in `exact_reconstruction.csv`

Minutes on one core. A trial is two groups of so many people, each curve read at 120 points with an error of 0.0015.
`one`, `several`, `none`, `stopped` are shares of the curves; `held` the share of those searched whole whose true
numbers at risk are among those that fit; `right` that in which the nearest are the true ones. `variance_exact`
and `variance_guyot` are how far Greenwood's variance at the end is off, as a share of the true one, `ratio_exact` and
`ratio_guyot` how far the logarithm of the hazard ratio is, all at the median and of the same points.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.from_points import Rebuilt
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.studies.papers.curve_points import AtRisk, Curve, Point
from remission.studies.papers.made_curve import Made, make_curve
from remission.studies.papers.two_curves import rebuilt_ratio

STORED = Path(__file__).with_name("exact_reconstruction.csv")
TRIALS, POINTS, READING_ERROR, LAST = 40, 120, 0.0015, 1826
# People in a group, and whether four numbers at risk after the start are printed; all events always are.
SETTINGS = ((24, True), (24, False), (40, True))
Row = dict[str, Any]


def drawn(random: np.random.Generator, people: int, ratio: float) -> Rebuilt:
    """One group as it truly was, with about a third having the event in five years, followed to the last point."""
    had = random.exponential(4500 / ratio, people)
    lost = random.uniform(1000, 3000, people)
    exit = np.minimum(np.ceil(np.minimum(had, lost)), LAST)
    return Rebuilt(exit, (had <= lost) & (had <= LAST), np.array([people]))


def printed(one: Rebuilt, random: np.random.Generator, *, table: bool) -> Curve:
    """What somebody reads of it."""
    times = np.linspace(0, LAST, POINTS + 1)[1:]
    curve = kaplan_meier(one.exit.astype(int), one.event)
    shares = np.clip(curve.survival_on(times.astype(int)) + random.normal(0, READING_ERROR, POINTS), 0, 1)
    grid = np.linspace(0, LAST, 5) if table else np.zeros(1)
    numbers = tuple(AtRisk(float(t), int((one.exit >= t).sum())) for t in grid)
    points = tuple(Point(float(t), float(s)) for t, s in zip(times, shares, strict=True))
    return Curve(points, numbers, int(one.event.sum()))


def at_risk(one: Rebuilt) -> tuple[int, ...]:
    """The numbers at risk at the events, two of one day being two."""
    days, many = np.unique(one.exit[one.event], return_counts=True)
    return tuple(int((one.exit >= day).sum()) - k for day, m in zip(days, many, strict=True) for k in range(m))


def variance(one: Rebuilt) -> float:
    """Greenwood's variance of the logarithm at the end, from the numbers at risk."""
    return float(sum(1 / (n * (n - 1)) for n in at_risk(one) if n > 1))


def measure(*, trials: int = TRIALS, settings: Iterable[tuple[int, bool]] = SETTINGS) -> Iterator[Row]:
    """A row for each kind of trial."""
    for people, table in settings:
        said: Counter[str] = Counter()
        off: dict[str, list[float]] = {name: [] for name in ("exact", "guyot", "ratio exact", "ratio guyot")}
        for seed in range(trials):
            random = np.random.default_rng([people, table, seed])
            true = [drawn(random, people, ratio) for ratio in (random.uniform(0.4, 0.9), 1.0)]
            curves = [printed(one, random, table=table) for one in true]
            exact = [make_curve(one, 1, READING_ERROR, 1) for one in curves]
            guyot = [make_curve(one, 1, READING_ERROR, 1, approximate=True) for one in curves]
            for one, made, other in zip(true, exact, guyot, strict=True):
                said.update(_told(one, made))
                if made.patterns:
                    off["exact"].append(abs(variance(made.rebuilt[0]) / variance(one) - 1) if one.event.any() else 0)
                    off["guyot"].append(abs(variance(other.rebuilt[0]) / variance(one) - 1) if one.event.any() else 0)
            if all(made.patterns for made in exact):
                for name, group in (("ratio exact", exact), ("ratio guyot", guyot)):
                    off[name] += _ratio_off(true, group)
        whole = said["one"] + said["several"] + said["none"]
        shares = {name: round(said[name] / trials / 2, 4) for name in ("one", "several", "none", "stopped")}
        yield {
            "people": people, "table": "yes" if table else "no", "trials": trials, **shares,
            "held": round(said["held"] / whole, 4), "right": round(said["right"] / whole, 4),
            "variance_exact": _median(off["exact"]), "variance_guyot": _median(off["guyot"]),
            "ratio_exact": _median(off["ratio exact"]), "ratio_guyot": _median(off["ratio guyot"]),
        }  # fmt: skip


def _told(true: Rebuilt, made: Made) -> Iterator[str]:
    found = made.search
    if found is None or found.stopped is not None:
        yield "stopped"
        return
    yield "none" if not found.fitting else "one" if found.fitting == 1 else "several"
    patterns = [one.at_risk for one in found.patterns]
    if at_risk(true) in patterns:
        yield "held"
    if patterns and patterns[0] == at_risk(true):
        yield "right"


def _ratio_off(true: list[Rebuilt], made: list[Made]) -> list[float]:
    try:
        found = rebuilt_ratio(made[0].rebuilt, made[1].rebuilt).logs[0] - rebuilt_ratio([true[0]], [true[1]]).logs[0]
    except NotEstimable:
        return []
    return [abs(float(found))]


def _median(values: list[float] | NDArray[np.float64]) -> float:
    return round(float(np.median(values)), 5)


def stored() -> list[dict[str, str]]:
    """The rows of the file."""
    with STORED.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def main(words: list[str]) -> int:
    """Measure, and write or compare."""
    rows = list(measure())
    if "--write" in words:
        with STORED.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return 0
    same = [{name: str(value) for name, value in row.items()} for row in rows] == stored()
    print("As stored." if same else f"Measured {rows}, stored {stored()}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
