"""A hazard that bends where the data do, and goes on as a Weibull's after the last event."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.horizons import YEAR_DAYS
from remission.stats.interval.baselines import Baseline

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

PLACE = 70
MOST_KNOTS = 4


@dataclass(frozen=True)
class Spline:
    """The log cumulative hazard is a natural cubic spline of log years, with `inner` knots between the outer two.

    Royston & Parmar 2002, doi:10.1002/sim.1203. The outer knots are the first and the last event, the others quantiles
    of the logarithms of the events' times.
    """

    knots: tuple[float, ...]

    @property
    def inner(self) -> int:
        """How many knots lie between the outer two."""
        return len(self.knots) - 2

    @property
    def name(self) -> str:
        """With the number of its knots."""
        return f"spline-{self.inner}"

    @property
    def title(self) -> str:
        """With the number of its knots."""
        return f"Spline, {self.inner} knot{'' if self.inner == 1 else 's'}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The level, the slope, and a bend at each knot."""
        return ("level", "slope", *(f"bend {at}" for at in range(1, self.inner + 1)))

    @property
    def assumes(self) -> str:
        """What it does beyond the last knot."""
        return "The risk goes on as it did about the last events: these few decide of all that comes."

    def starts(self, rate: float, _years: float, /) -> Iterator[tuple[float, ...]]:
        """From a straight line, which is a Weibull's."""
        for slope in (1.0, 0.6):
            yield (slope * math.log(rate), slope, *[0.0] * self.inner)

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """The slope of the spline over time; no hazard can be below 0, so where it falls there is no likelihood."""
        logs = np.log(years)
        baseline = Baseline(self.knots)
        with np.errstate(invalid="ignore", divide="ignore"):
            risen = np.log(np.maximum(baseline.slopes(logs) @ at, 0.0))
        return np.asarray(baseline.columns(logs) @ at + risen - logs)

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """The exponential of the spline."""
        with np.errstate(divide="ignore"):
            logs = np.log(years)
        # Before the first knot it is a line, so that at time 0 nothing has happened yet.
        finite = np.where(np.isfinite(logs), logs, 0.0)
        return np.where(np.isfinite(logs), np.exp(Baseline(self.knots).columns(finite) @ at), 0.0)

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by each number: both are made of the columns of the spline."""
        logs, baseline = np.log(years), Baseline(self.knots)
        columns, rising = baseline.columns(logs), baseline.slopes(logs)
        return columns + rising / (rising @ at)[:, None], columns * np.exp(columns @ at)[:, None]

    @classmethod
    def for_rows(cls, rows: TimeAtRisk, /) -> Iterator[Spline]:
        """Those with one to four inner knots for which there are events enough at different times."""
        logs = np.log(rows.exit[rows.event] / YEAR_DAYS)
        for inner in range(1, MOST_KNOTS + 1):
            if not logs.size:
                return
            years = np.exp(np.quantile(logs, np.linspace(0, 1, inner + 2))).tolist()
            # A knot needs events on both of its sides.
            if len(set(years)) == len(years) and logs.size >= 2 * (inner + 2):
                yield cls(tuple(years))


SHAPE = Spline
