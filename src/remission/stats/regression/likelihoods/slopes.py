"""What a maximiser sees of a likelihood: its value, slope and curvature at coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from remission.stats.survival.time_at_risk import Floats


@dataclass(frozen=True, eq=False)
class Slopes:
    """A logarithm of a likelihood at some coefficients: its value, score of shape (p,) and information of (p, p)."""

    value: float
    score: Floats
    information: Floats

    @property
    def known(self) -> bool:
        """Are all of them finite?"""
        return bool(np.isfinite(self.value) and np.isfinite(self.score).all() and np.isfinite(self.information).all())


class Likelihood(Protocol):
    """A likelihood of coefficients."""

    def at(self, beta: Floats) -> Slopes:
        """Value, slope and curvature at these coefficients."""
        ...
