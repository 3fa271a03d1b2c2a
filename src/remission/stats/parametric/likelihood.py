"""The likelihood of a shape for rows of time at risk, and its slopes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remission.stats.horizons import YEAR_DAYS
from remission.stats.parametric.differences import Differences

if TYPE_CHECKING:
    from remission.stats.parametric.shape import Shape
    from remission.stats.survival.time_at_risk import Flags, Floats, TimeAtRisk


@dataclass(frozen=True, eq=False)
class RowsOfYears:
    """Rows that differ, each with its weight: times in years, and the hazard that everybody of its kind has anyway.

    years, entry, weight, background: shape (m,); event: bool, shape (m,); member: the row of each row given, (n,).
    """

    years: Floats
    entry: Floats
    event: Flags
    background: Floats
    weight: Floats
    member: NDArray[np.intp]
    given: TimeAtRisk

    @classmethod
    def of(cls, rows: TimeAtRisk, background: Floats | None = None) -> RowsOfYears:
        """Rows with the same days become one: a cohort of any size is as quick as its days are many."""
        entry = np.zeros(rows.n) if rows.entry is None else rows.entry.astype(np.float64)
        extra = np.zeros(rows.n) if background is None else background
        stacked = np.column_stack((rows.exit, entry, rows.event, np.where(rows.event, extra, 0.0)))
        different, member = np.unique(stacked, axis=0, return_inverse=True)
        weight = np.bincount(member.ravel(), rows.weight, minlength=len(different)).astype(np.float64)
        return cls(
            different[:, 0] / YEAR_DAYS, different[:, 1] / YEAR_DAYS, different[:, 2] > 0, different[:, 3], weight,
            member.ravel(), rows,
        )  # fmt: skip

    @cached_property
    def entered_late(self) -> NDArray[np.intp]:
        """Rows whose time began after day 0."""
        return np.flatnonzero(self.entry > 0)


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The log likelihood of a shape, asked at one vector of its numbers."""

    shape: Shape
    rows: RowsOfYears

    def terms(self, at: Floats) -> Floats:
        """Of each row that differs, without its weight; shape (m,). Minus infinity where no hazard could be so."""
        rows = self.rows
        late = rows.entered_late
        with np.errstate(all="ignore"):
            found = -self.shape.cumulative(rows.years, at)
            found[late] += self.shape.cumulative(rows.entry[late], at)
            hazard = self.shape.log_hazard(rows.years[rows.event], at)
            anyway = rows.background[rows.event]
            found[rows.event] += np.where(anyway > 0, np.logaddexp(hazard, np.log(anyway)), hazard)
        return np.where(np.isnan(found), -np.inf, found)

    def value(self, at: Floats) -> float:
        """The log likelihood; minus infinity where it is none."""
        terms = self.terms(at)
        return float(terms @ self.rows.weight) if np.isfinite(terms).all() else -np.inf

    def slopes(self, at: Floats) -> Floats:
        """Of the terms by each number, shape (m, k)."""
        rows = self.rows
        late = rows.entered_late
        with np.errstate(all="ignore"):
            hazard, reached = self.shape.slopes(rows.years, at)
            found = -reached
            found[late] += self.shape.slopes(rows.entry[late], at)[1]
            # Of an event that may have been one of those that come anyway, the shape has a part.
            log_hazard = self.shape.log_hazard(rows.years[rows.event], at)
            part = 1 / (1 + rows.background[rows.event] * np.exp(-log_hazard))
            found[rows.event] += part[:, None] * hazard[rows.event]
        return found

    def slope(self, at: Floats) -> Floats:
        """By each number, shape (k,)."""
        with np.errstate(all="ignore"):
            return np.asarray(self.rows.weight @ self.slopes(at))

    def information(self, at: Floats) -> Floats:
        """Minus the second derivatives, shape (k, k)."""
        found = -Differences(1e-4).of(self.slope, at)
        return (found + found.T) / 2

    def scores(self, at: Floats) -> Floats:
        """Of each row given, with its weight, by each number; shape (n, k). For errors that hold by cluster."""
        weight = self.rows.given.weight
        spread: Floats = self.slopes(at)[self.rows.member]
        return spread if weight is None else spread * weight[:, None]
