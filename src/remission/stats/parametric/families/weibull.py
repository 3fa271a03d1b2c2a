"""A hazard that rises or falls as a power of time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

PLACE = 20


@dataclass(frozen=True)
class Weibull:
    """The cumulative hazard is (years / scale) ** shape."""

    name: str = "weibull"
    title: str = "Weibull"
    parameters: tuple[str, ...] = ("log scale", "log shape")
    assumes: str = "The risk goes on rising or falling for ever, more and more slowly, as it did so far."

    def starts(self, rate: float, _years: float, /) -> Iterator[tuple[float, ...]]:
        """From a hazard that stays, and from one that falls."""
        yield (-math.log(rate), 0.0)
        yield (-math.log(rate), -0.5)

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """A line in log time."""
        shape = np.exp(at[1])
        return np.asarray(at[1] - at[0] + (shape - 1) * (np.log(years) - at[0]))

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """A power of time."""
        return np.asarray((years * np.exp(-at[0])) ** np.exp(at[1]))

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by log scale and log shape."""
        shape = np.exp(at[1])
        lean, reached = shape * (np.log(years) - at[0]), self.cumulative(years, at)
        return (
            np.column_stack((np.full(years.shape, -shape), 1 + lean)),
            np.column_stack((-shape * reached, lean * reached)),
        )

    @classmethod
    def for_rows(cls, _rows: TimeAtRisk, /) -> Iterator[Weibull]:
        """The one of it."""
        yield cls()


SHAPE = Weibull
