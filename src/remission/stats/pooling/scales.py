"""On which scale numbers of studies are averaged, and the way back to the one that people read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, roots_hermite

Floats = NDArray[np.float64]
On = Literal["linear", "log", "logit", "log(-log)"]

# Enough for the mean of a smooth function over a normal distribution, whatever its spread may reasonably be.
NODES = 100


class Scale(NamedTuple):
    """From the working scale to the one that is read, and back; `falling` where more of one is less of the other."""

    natural: Callable[[Any], Any]
    working: Callable[[Any], Any]
    falling: bool = False

    def limits(self, low: float, high: float) -> tuple[float, float]:
        """Both limits as people read them, the lower one first."""
        ends = float(self.natural(low)), float(self.natural(high))
        return ends[::-1] if self.falling else ends

    def mean(self, centre: float, variance: float) -> float:
        """The mean over studies that differ by a normal amount on the working scale: not what the middle one has.

        >>> round(SCALES["logit"].mean(-5.573941, 2.608398), 4)
        0.0125
        """
        nodes, weights = roots_hermite(NODES)
        values = self.natural(centre + np.sqrt(2 * variance) * nodes)
        return float(values @ weights / weights.sum())


def _survival(effect: Any) -> Any:
    return np.exp(-np.exp(effect))


def _log_minus_log(survival: Any) -> Any:
    return np.log(-np.log(survival))


SCALES: dict[On, Scale] = {
    "linear": Scale(lambda effect: effect, lambda value: value),
    "log": Scale(np.exp, np.log),
    "logit": Scale(expit, logit),
    "log(-log)": Scale(_survival, _log_minus_log, falling=True),
}
