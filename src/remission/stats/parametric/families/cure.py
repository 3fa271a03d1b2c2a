"""Some never have the event; the others have it as in a Weibull."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, log_expit

from remission.stats.parametric.families.weibull import Weibull

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

PLACE = 80


@dataclass(frozen=True)
class MixtureCure:
    """A share never has the event, and the rest as in a Weibull: S = share + (1 - share) exp(-(years / scale)^shape).

    Berkson & Gage 1952, doi:10.1080/01621459.1952.10501187. Whether there is such a share must be asked before:
    `sufficient_follow_up`.
    """

    name: str = "mixture-cure"
    title: str = "Mixture cure, Weibull"
    parameters: tuple[str, ...] = ("log odds of never", "log scale", "log shape")
    assumes: str = "Some people never have the event, and all the others have had it when the curve gets flat."

    def starts(self, _rate: float, years: float, /) -> Iterator[tuple[float, ...]]:
        """From several shares, with a time that ends within the follow-up."""
        for odds in (-1.0, 0.0, 1.5):
            yield (odds, math.log(years / 3), 0.0)

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """The density over what is left."""
        rest = at[1:]
        reached = Weibull().cumulative(years, rest)
        return np.asarray(log_expit(-at[0]) + Weibull().log_hazard(years, rest) - reached + self.cumulative(years, at))

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """Minus the logarithm of what is left."""
        never = expit(at[0])
        return np.asarray(-np.log(never + (1 - never) * np.exp(-Weibull().cumulative(years, at[1:]))))

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by the log odds of the share, and by what the Weibull of the others has."""
        never, rest = expit(at[0]), at[1:]
        hazard, reached = Weibull().slopes(years, rest)
        gone = Weibull().cumulative(years, rest)
        left = never + (1 - never) * np.exp(-gone)
        by_odds = never * (1 - never) * np.expm1(-gone) / left
        by_rest = ((1 - never) * np.exp(-gone) / left)[:, None] * reached
        return (
            np.column_stack((by_odds - never, hazard - reached + by_rest)),
            np.column_stack((by_odds, by_rest)),
        )

    @classmethod
    def for_rows(cls, _rows: TimeAtRisk, /) -> Iterator[MixtureCure]:
        """The one of it."""
        yield cls()


SHAPE = MixtureCure
