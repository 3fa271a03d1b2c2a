"""A hazard that never changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

PLACE = 10


@dataclass(frozen=True)
class Exponential:
    """The hazard is exp(log rate) in each year."""

    name: str = "exponential"
    title: str = "Exponential"
    parameters: tuple[str, ...] = ("log rate",)
    assumes: str = "The risk of each year stays what it was on average so far."

    def starts(self, rate: float, _years: float, /) -> Iterator[tuple[float, ...]]:
        """At the crude rate, which is the answer without late entry and with it."""
        yield (math.log(rate),)

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """The same in every year."""
        return np.full(years.shape, at[0])

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """Years times the rate."""
        return np.asarray(np.exp(at[0]) * years)

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by the log rate."""
        return np.ones((years.size, 1)), self.cumulative(years, at)[:, None]

    @classmethod
    def for_rows(cls, _rows: TimeAtRisk, /) -> Iterator[Exponential]:
        """The one of it."""
        yield cls()


SHAPE = Exponential
