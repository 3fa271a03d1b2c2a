"""The likelihood of events between two days or on one, where the log cumulative hazard is linear in coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.regression.likelihoods.slopes import Slopes

if TYPE_CHECKING:
    from remission.stats.interval.baselines import Baseline
    from remission.stats.interval.model_rows import IntervalModelRows
    from remission.stats.survival.time_at_risk import Floats


@dataclass(frozen=True, eq=False)
class HazardLikelihood:
    """With eta = columns times coefficients the log cumulative hazard; concave, so that it has one top at most.

    low, high: columns at last_free and at seen; steep: their slopes by log time at seen, shape (n, p), each with the
    columns of the baseline first; centre, spread: what was taken off and divided by, shape (p,).
    """

    rows: IntervalModelRows
    low: Floats
    high: Floats
    steep: Floats
    centre: Floats
    spread: Floats

    @classmethod
    def of(cls, rows: IntervalModelRows, baseline: Baseline) -> HazardLikelihood:
        """Columns about their means in units of their spread: in days and years alike the search is the same."""
        # Day 0 and infinity have no logarithm: what stands there is not used.
        some = np.where(np.isfinite(rows.seen), rows.seen, np.maximum(rows.last_free, 1.0))
        logs = np.log(np.where(rows.last_free > 0, rows.last_free, some)), np.log(some)
        low, high = (np.column_stack((baseline.columns(log), rows.values)) for log in logs)
        both = np.concatenate((low, high))
        centre, spread = both.mean(axis=0), np.abs(both - both.mean(axis=0)).mean(axis=0)
        centre[0], spread[0] = 0.0, 1.0
        spread = np.where(spread > 0, spread, 1.0)
        slopes = np.column_stack((baseline.slopes(logs[1]), np.zeros(rows.values.shape)))
        return cls(rows, (low - centre) / spread, (high - centre) / spread, slopes / spread, centre, spread)

    @property
    def start(self) -> Floats:
        """A constant hazard, the same for everybody: events by the time until the middle of their intervals."""
        rows = self.rows
        until = np.where(np.isfinite(rows.seen), (rows.last_free + np.minimum(rows.seen, 1e9)) / 2, rows.last_free)
        beta = np.zeros(self.centre.size)
        beta[1] = self.spread[1]
        beta[0] = np.log(rows.events / until.sum()) + self.centre[1]
        return beta

    def unscaled(self, beta: Floats) -> tuple[Floats, Floats]:
        """Coefficients of the columns as given, and the matrix that makes them of the scaled ones."""
        back = np.diag(1 / self.spread)
        back[0] -= np.where(np.arange(self.centre.size) > 0, self.centre / self.spread, 0.0)
        return back @ beta, back

    def at(self, beta: Floats) -> Slopes:
        """Value, score and information; not known where the cumulative hazard would fall from one day to the next."""
        with np.errstate(all="ignore"):
            value, first, second = self._between(beta)
            on_day, steeper = self._on_day(beta)
        score = self.low.T @ first[0] + self.high.T @ (first[1] + on_day[0]) + self.steep.T @ steeper[0]
        across = (self.low * second[1][:, None]).T @ self.high
        information = (self.low * second[0][:, None]).T @ self.low + across + across.T
        information += (self.high * (second[2] + on_day[1])[:, None]).T @ self.high
        information += (self.steep * steeper[1][:, None]).T @ self.steep
        return Slopes(float(value + on_day[2].sum()), score, information)

    def _between(self, beta: Floats) -> tuple[float, tuple[Floats, Floats], tuple[Floats, Floats, Floats]]:
        """Of who has the event between two days: value, its slopes by eta there, and how it bends (minus, by pairs).

        With a and b the cumulative hazards, exp(-a) - exp(-b) is the probability.
        """
        rows = self.rows
        apart, began, ended = ~rows.exact, rows.last_free > 0, np.isfinite(rows.seen)
        a = np.where(began, np.exp(self.low @ beta), 0.0)
        b = np.where(ended, np.exp(self.high @ beta), np.inf)
        rise = np.where(began & ended, a * np.expm1((self.high - self.low) @ beta), b - a)
        if not (rise[apart] > 0).all():
            rise = np.full(rise.shape, np.nan)
        missed = -np.expm1(-rise)
        u = a / missed
        v = np.where(ended & (rise < np.inf), b / np.expm1(rise), 0.0)
        v = np.where(np.isfinite(b) & np.isinf(np.expm1(rise)), 0.0, v)
        w = np.where(apart, rows.weight, 0.0)
        value = float((w * np.where(apart, np.log(missed) - a, 0.0)).sum())
        bends = _weighed(w, u * (1 - a + u), -u * v, np.where(v > 0, -v * (1 - b - v), 0.0))
        return value, _pair(_weighed(w, -u, v)), (bends[0], bends[1], bends[2])

    def _on_day(self, beta: Floats) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats]]:
        """Of who has it on a known day: slope, bend and value by eta there, slope and bend by how eta rises."""
        rows = self.rows
        w = np.where(rows.exact, rows.weight, 0.0)
        eta, rise = self.high @ beta, self.steep @ beta
        rise = np.where(rise > 0, rise, np.nan)
        b = np.exp(eta)
        slope, bend, value = _weighed(w, 1 - b, b, eta + np.log(rise) - np.log(np.minimum(rows.seen, 1e9)) - b)
        return (slope, bend, value), _pair(_weighed(w, 1 / rise, 1 / rise**2))


def _weighed(weight: Floats, *parts: Floats) -> tuple[Floats, ...]:
    """0 where the weight is, whatever is known there."""
    return tuple(np.where(weight > 0, weight * part, 0.0) for part in parts)


def _pair(parts: tuple[Floats, ...]) -> tuple[Floats, Floats]:
    return parts[0], parts[1]
