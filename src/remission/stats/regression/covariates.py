"""Covariates as a matrix with names, and what is wrong with one, said before anything is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.time_at_risk import Flags, Floats

# Below this share of its own spread, what a column adds to those before it is rounding: R's `toler.chol`.
NOTHING_NEW = np.finfo(np.float64).eps ** 0.75


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
    def of(cls, columns: Mapping[str, ArrayLike], weight: Floats | None = None) -> Covariates:
        """Columns by name; ValueError for another shape, NotEstimable naming every column that never varies."""
        arrays = _arrays(columns)
        values = np.column_stack(list(arrays.values())) if arrays else np.zeros((0, 0))
        centre = np.average(values, axis=0, weights=weight) if values.size else np.zeros(values.shape[1])
        spread = np.average(np.abs(values - centre), axis=0, weights=weight) if values.size else centre
        constant = [name for name, column in zip(arrays, values.T, strict=True) if np.ptp(column) == 0]
        if constant:
            raise NotEstimable([f"{name} is the same in every row: leave it out" for name in constant])
        return cls(tuple(arrays), values, centre, spread)

    @staticmethod
    def complete(columns: Mapping[str, ArrayLike]) -> Flags:
        """Which rows have a value in every column, shape (n,); ValueError for columns of another shape or kind."""
        return np.logical_and.reduce([~np.isnan(column) for column in _arrays(columns).values()])

    @property
    def scaled(self) -> Floats:
        """The columns about their means, in units of their spread, shape (n, p)."""
        return (self.values - self.centre) / self.spread

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
    if np.isinf(array).any():
        raise ValueError(f"{name} must be finite, found infinity: give a missing value as NaN")
    return array.astype(np.float64)
