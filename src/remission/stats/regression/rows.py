"""The rows behind a Cox model: who is at risk when, in which stratum, with which covariates and offset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.regression.covariates import Covariates
from remission.stats.regression.refusals import NotEstimable
from remission.stats.regression.risk_sets import Places, RiskSets
from remission.stats.survival.time_at_risk import Flags, Floats, TimeAtRisk


@dataclass(frozen=True, eq=False)
class ModelRows:
    """Rows with follow-up and a value in every column, in the order given, and their risk sets.

    kept: bool, shape of what was given; rows, covariates, offset, member (place in `strata`): of the n kept.
    """

    rows: TimeAtRisk
    covariates: Covariates
    offset: Floats
    member: Places
    strata: NDArray[Any]
    sets: RiskSets
    kept: Flags
    n_incomplete: int

    @classmethod
    def of(
        cls,
        exit: ArrayLike,
        event: ArrayLike,
        columns: Mapping[str, ArrayLike],
        *,
        entry: ArrayLike | None,
        weight: ArrayLike | None,
        cluster: ArrayLike | None,
        strata: ArrayLike | None,
        offset: ArrayLike | None,
    ) -> ModelRows:
        """Checked rows; ValueError for arrays that do not fit, NotEstimable with every reason why no model does."""
        whole = TimeAtRisk.of(exit, event, entry, weight, cluster)
        followed = np.asarray(exit) > (0 if entry is None else np.maximum(entry, 0))
        arrays, complete = Covariates.checked(columns)
        _check_length("covariates", complete, followed)
        chosen = complete[followed]
        rows, kept = (whole, followed) if chosen.all() else (whole.where(chosen), followed & complete)
        added = np.zeros(rows.n) if offset is None else _offset(offset, kept)
        strata_of = np.zeros(rows.n, np.int64) if strata is None else _strata(strata, kept)
        labels, member = (
            (np.zeros(1, np.int64), strata_of) if strata is None else np.unique(strata_of, return_inverse=True)
        )
        if not kept.all():
            arrays = {name: column[kept] for name, column in arrays.items()}
        covariates = _estimable(rows, arrays)
        sets = RiskSets.of(rows, None if strata is None else member)
        return cls(rows, covariates, added, member, labels, sets, kept, int(chosen.size - np.count_nonzero(chosen)))

    @property
    def events(self) -> int:
        """Rows that end in an event."""
        return int(np.count_nonzero(self.rows.event))

    @property
    def left_out(self) -> str:
        """What was left out of the model, for its method; empty if nothing."""
        return f", {self.n_incomplete} rows without a covariate left out" if self.n_incomplete else ""


def _estimable(rows: TimeAtRisk, columns: Mapping[str, Floats]) -> Covariates:
    """The covariates; NotEstimable with all reasons at once."""
    events = int(np.count_nonzero(rows.event))
    reasons = []
    if not rows.n:
        raise NotEstimable(["no row has follow-up and a value in every column: nothing can be compared"])
    if not events:
        reasons.append("no event: nobody has shown who is at higher risk; give the counts and the time at risk instead")
    if len(columns) > events > 0:
        reasons.append(f"{len(columns)} columns and {events} events: keep fewer columns than events")
    try:
        covariates = Covariates.of(columns, rows.weight)
    except NotEstimable as constant:
        raise NotEstimable([*reasons, *constant.reasons]) from None
    if reasons:
        raise NotEstimable(reasons)
    return covariates


def _offset(offset: ArrayLike, kept: Flags) -> Floats:
    array = np.asarray(offset, dtype=np.float64)
    _check_length("offset", array, kept)
    if not np.isfinite(array).all():
        raise ValueError("offset must be finite in every row: give the logarithm of a known hazard ratio")
    return array[kept]


def _strata(strata: ArrayLike, kept: Flags) -> NDArray[Any]:
    array = np.asarray(strata)
    if array.dtype == np.object_ and all(isinstance(label, str) for label in array.flat):
        array = array.astype(np.str_)
    if array.dtype.kind not in "iuUTb":
        raise ValueError(f"strata must hold integers or texts without missing values, found {array.dtype}")
    _check_length("strata", array, kept)
    return array[kept]


def _check_length(name: str, array: NDArray[Any], rows: Flags) -> None:
    if array.shape != rows.shape:
        raise ValueError(f"{name} must have one value a row, {rows.size}, found an array of {array.shape}")
