"""A hazard that rises to a peak and then falls as one over time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

PLACE = 50


@dataclass(frozen=True)
class LogLogistic:
    """The odds of the event are (years / scale) ** shape."""

    name: str = "log-logistic"
    title: str = "Log-logistic"
    parameters: tuple[str, ...] = ("log scale", "log shape")
    assumes: str = "The risk falls in the end as one over time: of those who come far, many go on for very long."

    def starts(self, rate: float, years: float, /) -> Iterator[tuple[float, ...]]:
        """From a median near the mean time."""
        yield (-math.log(rate), 0.0)
        yield (math.log(years), 0.3)

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """The slope of the cumulative hazard."""
        logs = np.log(years)
        odds = np.exp(at[1]) * (logs - at[0])
        return np.asarray(at[1] - logs + np.log(expit(odds)))

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """The logarithm of one more than the odds."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.logaddexp(0.0, np.exp(at[1]) * (np.log(years) - at[0])))

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by log scale and log shape."""
        shape = np.exp(at[1])
        odds = shape * (np.log(years) - at[0])
        had = expit(odds)
        return (
            np.column_stack((-shape * (1 - had), 1 + odds * (1 - had))),
            np.column_stack((-shape * had, odds * had)),
        )

    @classmethod
    def for_rows(cls, _rows: TimeAtRisk, /) -> Iterator[LogLogistic]:
        """The one of it."""
        yield cls()


SHAPE = LogLogistic
