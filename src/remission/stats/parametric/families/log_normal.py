"""A hazard that rises to a peak and then falls, never to nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

PLACE = 40


@dataclass(frozen=True)
class LogNormal:
    """The logarithm of the time is normal, with a mean and a spread."""

    name: str = "log-normal"
    title: str = "Log-normal"
    parameters: tuple[str, ...] = ("mean log", "log spread")
    assumes: str = "The risk rises to a peak and then falls year by year: who comes far is at less and less risk."

    def starts(self, rate: float, years: float, /) -> Iterator[tuple[float, ...]]:
        """From a median near the mean time, with a spread as of most trials."""
        yield (-math.log(rate), 0.3)
        yield (math.log(years), 0.0)

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """The density over what is left."""
        logs = np.log(years)
        z = (logs - at[0]) * np.exp(-at[1])
        return np.asarray(-(z**2) / 2 - math.log(2 * math.pi) / 2 - at[1] - logs - log_ndtr(-z))

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """Minus the logarithm of the normal tail."""
        with np.errstate(divide="ignore"):
            return np.asarray(-log_ndtr(-(np.log(years) - at[0]) * np.exp(-at[1])))

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by mean and log spread."""
        narrow = np.exp(-at[1])
        z = (np.log(years) - at[0]) * narrow
        # The hazard of a standard normal.
        risk = np.exp(-(z**2) / 2 - math.log(2 * math.pi) / 2 - log_ndtr(-z))
        return (
            np.column_stack((-(risk - z) * narrow, -z * (risk - z) - 1)),
            np.column_stack((-risk * narrow, -risk * z)),
        )

    @classmethod
    def for_rows(cls, _rows: TimeAtRisk, /) -> Iterator[LogNormal]:
        """The one of it."""
        yield cls()


SHAPE = LogNormal
