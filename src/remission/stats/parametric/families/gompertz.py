"""A hazard that rises or falls by the same share each year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

PLACE = 30
# Where the slope is that small its exact formula is a difference of like numbers.
NEARLY_CONSTANT = 1e-4


@dataclass(frozen=True)
class Gompertz:
    """The hazard is exp(log rate + slope * years); with a slope below 0 some never have the event."""

    name: str = "gompertz"
    title: str = "Gompertz"
    parameters: tuple[str, ...] = ("log rate", "slope")
    assumes: str = (
        "The risk changes by the same share every year: if it falls, some people never have the event; if it rises, "
        "nearly all soon have it."
    )

    def starts(self, rate: float, years: float, /) -> Iterator[tuple[float, ...]]:
        """From a hazard that stays, and from one that halves within the follow-up."""
        yield (math.log(rate), 0.0)
        yield (math.log(rate) + 0.35, -0.7 / years)

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """A line in time."""
        return np.asarray(at[0] + at[1] * years)

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """Its integral; as the slope nears 0 that of a constant hazard."""
        slope = at[1] if at[1] != 0 else 1e-300
        return np.asarray(np.exp(at[0]) * np.expm1(slope * years) / slope)

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by log rate and slope."""
        grown, slope = years * at[1], at[1] if at[1] != 0 else 1e-300
        near = np.abs(grown) < NEARLY_CONSTANT
        series = years**2 / 2 + at[1] * years**3 / 3 + at[1] ** 2 * years**4 / 8
        exact = (grown * np.exp(grown) - np.expm1(grown)) / slope**2 if at[1] != 0 else series
        return (
            np.column_stack((np.ones(years.size), years)),
            np.column_stack((self.cumulative(years, at), np.exp(at[0]) * np.where(near, series, exact))),
        )

    @classmethod
    def for_rows(cls, _rows: TimeAtRisk, /) -> Iterator[Gompertz]:
        """The one of it."""
        yield cls()


SHAPE = Gompertz
