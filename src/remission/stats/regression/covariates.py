"""Covariates as a matrix with names, and what is wrong with one, said before anything is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from remission.inputs.kernels import kernel
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.time_at_risk import Flags, Floats

if TYPE_CHECKING:
    from remission.stats.regression.risk_sets import Places

# Below this share of its own spread, what a column adds to those before it is rounding: R's `toler.chol`.
NOTHING_NEW = np.finfo(np.float64).eps ** 0.75
# Squares of spreads, and their inverses, are numbers.
SMALLEST_SPREAD = 1e-100


@dataclass(frozen=True, eq=False)
class Covariates:
    """Columns of numbers, one row for each row at risk: names, and values of shape (n, p), all finite.

    centre, spread: mean and mean distance from it of each column, shape (p,), by which a fit makes them comparable.
    """

    names: tuple[str, ...]
    values: Floats
    centre: Floats
    spread: Floats

    @classmethod
    def of(cls, columns: Mapping[str, Floats], weight: Floats | None = None) -> Covariates:
        """Checked columns by name; NotEstimable naming every column that never varies, or in no usable unit."""
        # One column after another in memory: what is done here is done by column.
        values = np.array(list(columns.values())).T
        centre = np.array([np.average(column, weights=weight) for column in values.T])
        spread = np.array([_spread(*pair, weight) for pair in zip(values.T, centre, strict=True)])
        if reasons := [*filter(None, map(_why_not, columns, spread.tolist()))]:
            raise NotEstimable(reasons)
        return cls(tuple(columns), values, centre, spread)

    @staticmethod
    def checked(columns: Mapping[str, ArrayLike]) -> tuple[dict[str, Floats], Flags]:
        """Columns as numbers, and which rows have a value in each, shape (n,); ValueError for another shape or kind."""
        arrays = _arrays(columns)
        complete = np.ones(len(next(iter(arrays.values()))), np.bool_)
        for column in arrays.values():
            # A sum is a number if all values are: most columns are read once.
            if np.isnan(column.sum()):
                complete &= ~np.isnan(column)
        return arrays, complete

    def scaled(self, order: Places) -> Floats:
        """The columns of these rows about their means, in units of their spread, shape (m, p)."""
        return _scaled(self.values.T, order, self.centre, self.spread)

    def check_independent(self, information: Floats) -> None:
        """NotEstimable names each column that the columns before it determine, by the information at no effect."""
        told = [self._told_by(place, information) for place in range(len(self.names))]
        if reasons := [reason for reason in told if reason]:
            raise NotEstimable(reasons)

    def _told_by(self, place: int, information: Floats) -> str | None:
        before = information[:place, :place]
        across = information[:place, place]
        own = information[place, place]
        if own <= NOTHING_NEW * max(information.diagonal().max(), 1):
            return (
                f"{self.names[place]} does not vary among those at risk when an event happens: leave it out, or "
                f"choose other strata"
            )
        share = np.linalg.lstsq(before, across, rcond=NOTHING_NEW)[0] if place else across
        if own - across @ share > NOTHING_NEW * own:
            return None
        scale = np.sqrt(before.diagonal()) * np.abs(share)
        others = [self.names[other] for other in np.flatnonzero(scale > 1e-6 * scale.max())]
        return f"{self.names[place]} says nothing that {', '.join(others)} did not say: leave one of them out"


def _arrays(columns: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    if not columns:
        raise ValueError("give at least one column of covariates, by name")
    arrays = {name: _numbers(name, column) for name, column in columns.items()}
    if len(shapes := {array.shape for array in arrays.values()}) > 1 or len(next(iter(shapes))) != 1:
        lengths = {name: array.shape for name, array in arrays.items()}
        raise ValueError(f"covariates must be one-dimensional and of one length, found {lengths}")
    return arrays


def _numbers(name: str, column: ArrayLike) -> Floats:
    array = np.asarray(column)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold numbers, found {array.dtype}: give each level but one a column of its own")
    if array.dtype.kind == "f" and not np.isfinite(array.sum()) and np.isinf(array).any():
        raise ValueError(f"{name} must be finite, found infinity: give a missing value as NaN")
    return array.astype(np.float64, copy=False)


def _why_not(name: str, spread: float) -> str | None:
    if spread == 0:
        return f"{name} is the same in every row: leave it out"
    if not SMALLEST_SPREAD < spread < 1 / SMALLEST_SPREAD:
        return f"{name} differs by some {spread:.0e} between rows, whose square is no number: give it in another unit"
    return None


def _spread(column: Floats, centre: float, weight: Floats | None) -> float:
    """Mean distance from the mean; 0 for a column of one value, whatever rounding leaves."""
    away = column - centre
    spread = float(np.average(np.abs(away, out=away), weights=weight))
    return 0.0 if spread <= 1e-9 * abs(centre) and np.ptp(column) == 0 else spread


@kernel
def _scaled(columns: Floats, order: Places, centre: Floats, spread: Floats) -> Floats:
    scaled = np.empty((order.size, centre.size))
    for row in range(order.size):
        for a in range(centre.size):
            scaled[row, a] = (columns[a, order[row]] - centre[a]) / spread[a]
    return scaled
