"""Measures how far hazard ratios of rebuilt curves are from those of the true times, in 60 simulated trials.

    python validation/reconstruction_accuracy.py           measures again and compares; exit 1 if they differ
    python validation/reconstruction_accuracy.py --write   stores what is measured now, in `reconstruction_accuracy.csv`

Minutes on one core. A trial is 250 and 250 people; each curve is read at 240 points on a grid of 0.002 with an error of
0.0015, and below it stand six numbers at risk, only that at the start, or none but with all events counted. `apart` is
the distance between the two logarithms, `errors` the mean ratio of their standard errors, `held` the share of trials in
which the ratio of the true times lies between the least and the most of 20 reconstructions.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remission.stats.regression.cox import cox
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.studies.papers.curve_points import AtRisk, Curve, Point
from remission.studies.papers.two_curves import rebuilt_ratio

STORED = Path(__file__).with_name("reconstruction_accuracy.csv")
TRIALS, PEOPLE, POINTS, READING_ERROR, GRID = 60, 250, 240, 0.0015, 0.002
RECONSTRUCTIONS = 20
# Days in hundredths of a month; follow-up of 60 months, losses among them.
LAST = 6000
TABLES = {
    "risk table": (np.arange(0, LAST + 1, LAST // 5), False),
    "events alone": (np.array([0]), True),
    "number at the start alone": (np.array([0]), False),
}
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Group:
    """One group as it truly was, followed to the last point."""

    exit: NDArray[np.int64]
    event: NDArray[np.bool_]

    @classmethod
    def draw(cls, random: np.random.Generator, ratio: float) -> Group:
        """So many people with a hazard `ratio` times that of the others."""
        had = random.exponential(60 / ratio, PEOPLE)
        lost = np.minimum(random.exponential(120, PEOPLE), random.uniform(36, 72, PEOPLE))
        exit = np.ceil(np.minimum(had, lost) * 100).astype(np.int64)
        return cls(np.minimum(exit, LAST), (had <= lost) & (exit <= LAST))

    def read(self, random: np.random.Generator) -> tuple[Point, ...]:
        """Points of its curve as somebody reads them."""
        times = np.linspace(0, LAST, POINTS + 1)[1:]
        shares = kaplan_meier(self.exit, self.event).survival_on(times.astype(int))
        shares = np.round((shares + random.normal(0, READING_ERROR, POINTS)) / GRID) * GRID
        return tuple(Point(float(t), float(s)) for t, s in zip(times, np.clip(shares, 0, 1), strict=True))

    def printed(self, points: tuple[Point, ...], table: NDArray[np.int64], *, events: bool) -> Curve:
        """What a paper prints of it: numbers at risk, and the events if it counts them."""
        at_risk = tuple(AtRisk(float(t), int((self.exit >= t).sum()) if t else PEOPLE) for t in table)
        return Curve(points, at_risk, int(self.event.sum()) if events else None)


def measure(
    *, trials: int = TRIALS, reconstructions: int = RECONSTRUCTIONS, printed: Iterable[str] = tuple(TABLES)
) -> Iterator[Row]:
    """A row for each kind of table."""
    found: dict[str, list[tuple[float, float, bool]]] = {name: [] for name in printed}
    for seed in range(trials):
        random = np.random.default_rng(seed)
        ratio = random.uniform(0.4, 0.9)
        groups = [Group.draw(random, ratio), Group.draw(random, 1.0)]
        read = [one.read(random) for one in groups]
        log, error = _true(groups)
        for name in found:
            table, events = TABLES[name]
            curves = [one.printed(at, table, events=events) for one, at in zip(groups, read, strict=True)]
            made = [one.rebuilt(reconstructions, READING_ERROR, 2 * seed + at) for at, one in enumerate(curves)]
            told = rebuilt_ratio(*made)
            held = bool(told.logs.min() <= log <= told.logs.max())
            found[name].append((float(told.logs[0]) - log, float(told.errors[0]) / error, held))
    for name, each in found.items():
        apart, errors, inside = (np.array(column) for column in zip(*each, strict=True))
        yield {
            "printed": name, "trials": trials, "apart_median": round(float(np.median(np.abs(apart))), 5),
            "apart_90": round(float(np.quantile(np.abs(apart), 0.9)), 5),
            "apart_most": round(float(np.abs(apart).max()), 5), "apart_mean": round(float(apart.mean()), 5),
            "errors": round(float(errors.mean()), 4), "held": round(float(inside.mean()), 3),
            "reconstructions": reconstructions,
        }  # fmt: skip


def _true(groups: list[Group]) -> tuple[float, float]:
    exits, events = (np.concatenate(both) for both in ([one.exit for one in groups], [one.event for one in groups]))
    fit = cox(exits, events, {"first": np.repeat([1.0, 0.0], PEOPLE)})
    return float(fit.coefficients[0]), float(fit.standard_errors[0])


def stored() -> list[dict[str, str]]:
    """The rows of the file."""
    with STORED.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def differences(found: Iterable[Row], known: Iterable[dict[str, str]]) -> list[str]:
    """Rows that are not as they are stored, to the last digit: nothing in them is left to chance."""
    by_name = {row["printed"]: row for row in known}
    return [
        f"{row['printed']}: measured {row}, stored {by_name.get(row['printed'])}"
        for row in found if {name: str(value) for name, value in row.items()} != by_name.get(row["printed"])
    ]  # fmt: skip


def main(words: list[str]) -> int:
    """Measure, and write or compare."""
    rows = list(measure())
    if "--write" in words:
        with STORED.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return 0
    apart = differences(rows, stored())
    print("\n".join(apart) or "As stored.")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
