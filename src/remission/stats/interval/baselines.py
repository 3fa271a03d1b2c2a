"""How the log cumulative hazard of everybody runs with log time: a line, or a natural cubic spline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats


@dataclass(frozen=True)
class Baseline:
    """Knots in days, ascending, shape (k,); none for a line, which is the Weibull distribution.

    Beyond the first and the last knot a spline is a line. Royston & Parmar 2002, doi:10.1002/sim.1203.

    >>> Baseline((10.0, 100.0, 1000.0)).columns(np.log([10.0])).shape
    (1, 3)
    """

    knots: tuple[float, ...] = ()

    def columns(self, log_days: Floats) -> Floats:
        """1, log time, and one column for each inner knot, shape (n, 2 + inner)."""
        bent = [
            _cubed(log_days - knot) - share * _cubed(log_days - first) - (1 - share) * _cubed(log_days - last)
            for knot, share, first, last in self._inner()
        ]
        return np.column_stack((np.ones(log_days.size), log_days, *bent))

    def slopes(self, log_days: Floats) -> Floats:
        """Of the columns by log time, of the same shape."""
        bent = [
            3
            * (_squared(log_days - knot) - share * _squared(log_days - first) - (1 - share) * _squared(log_days - last))
            for knot, share, first, last in self._inner()
        ]
        return np.column_stack((np.zeros(log_days.size), np.ones(log_days.size), *bent))

    def _inner(self) -> list[tuple[float, float, float, float]]:
        logs = [float(np.log(knot)) for knot in self.knots]
        if not logs:
            return []
        first, last = logs[0], logs[-1]
        return [(knot, (last - knot) / (last - first), first, last) for knot in logs[1:-1]]


def _cubed(away: Floats) -> Floats:
    return np.asarray(np.maximum(away, 0.0) ** 3)


def _squared(away: Floats) -> Floats:
    return np.asarray(np.maximum(away, 0.0) ** 2)
