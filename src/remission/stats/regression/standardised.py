"""Curves averaged over the same people, once as if all had one arm and once as if all had the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.regression.cox import CoxFit
from remission.stats.regression.hazard_steps import HazardSteps
from remission.stats.regression.likelihoods.newton import Maximum
from remission.stats.regression.likelihoods.separation import Arrival
from remission.stats.regression.likelihoods.ties import TiedLikelihood
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from remission.stats.regression.risk_sets import RiskSets
    from remission.stats.survival.time_at_risk import Floats

DRAWS = 1000


@dataclass(frozen=True, eq=False)
class _Standard:
    """People to average over, arms to set them to, and days to read the averages at."""

    fit: CoxFit
    arms: tuple[Mapping[str, float], ...]
    at_days: NDArray[np.int64]

    @cached_property
    def units(self) -> NDArray[np.int64]:
        """Which rows are drawn together, shape (n,): those of one cluster, else each by itself."""
        rows = self.fit.data.rows
        return np.arange(rows.n) if rows.cluster is None else np.unique(rows.cluster, return_inverse=True)[1]

    @cached_property
    def people(self) -> NDArray[np.int64]:
        """The first row of each unit: its covariates are those at the beginning."""
        entry = self.fit.data.rows.entry
        order = np.arange(self.units.size) if entry is None else np.argsort(entry, kind="stable")
        return np.asarray(order[np.unique(self.units[order], return_index=True)[1]])

    def once(self) -> Floats:
        """The averages in the data, shape (arms, days)."""
        sets, beta = self.fit.data.sets, self.fit.coefficients * self.fit.data.covariates.spread
        return self._averages(sets, self.fit.steps, beta, np.ones(self.people.size))

    def drawn(self, generator: np.random.Generator) -> Floats | None:
        """The averages in units drawn with replacement; None where no model can be fitted to what was drawn."""
        size = self.people.size
        times = np.bincount(generator.integers(0, size, size), minlength=size)
        whole = self.fit.data
        sets, places = whole.sets.again(times[self.units][whole.sets.order])
        x, offset = self.fit.scaled[places], whole.offset[sets.order]
        try:
            likelihood = TiedLikelihood.on(sets, x, offset, self.fit.ties)
            start = self.fit.coefficients * whole.covariates.spread
            found = Maximum.of(likelihood, start, check=whole.covariates.check_independent)
            Arrival.check(likelihood, x, whole.covariates, found)
        except NotEstimable:
            return None
        # A draw that is all but separated has ratios beyond any number: no estimate either.
        with np.errstate(over="ignore", invalid="ignore"):
            steps = HazardSteps.of(sets, x, x @ found.beta + offset, efron=self.fit.ties == "efron")
            averages = self._averages(sets, steps, found.beta, times.astype(np.float64))
        return averages if np.isfinite(averages).all() else None

    def _averages(self, sets: RiskSets, steps: HazardSteps, beta: Floats, times: Floats) -> Floats:
        data = self.fit.data
        hazard = np.stack([self._hazard(sets, steps, place) for place in range(data.strata.size)])
        weight = times if data.rows.weight is None else times * data.rows.weight[self.people]
        found = []
        for arm in self.arms:
            ratio = np.exp(self._set_to(arm) @ beta + data.offset[self.people] - steps.level)
            survival = np.exp(-ratio[:, None] * hazard[data.member[self.people]])
            found.append(np.average(survival, axis=0, weights=weight))
        return np.array(found)

    def _hazard(self, sets: RiskSets, steps: HazardSteps, stratum: int) -> Floats:
        chosen = sets.stratum == stratum
        so_far = np.append(0.0, np.cumsum(steps.hazard[chosen]))
        return np.asarray(so_far[np.searchsorted(sets.days[chosen], self.at_days, side="right")])

    def _set_to(self, arm: Mapping[str, float]) -> Floats:
        about = self.fit.data.covariates
        values = about.values[self.people].copy()
        for name, value in arm.items():
            values[:, about.names.index(name)] = value
        return np.asarray((values - about.centre) / about.spread)


def estimate_standardised(
    fit: CoxFit,
    arms: Mapping[str, Mapping[str, float]],
    at_days: Sequence[int],
    level: float = 0.95,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimates:
    """The share free of the event had everybody been in each arm, and the differences to the first, at each day.

    The model's curve of every person with the columns of the arm set and all others left is averaged over all people
    (g-computation). With clusters, a person is a cluster, with the covariates of its first row. Limits are the
    percentiles of a bootstrap of people (clusters), from this seed; draws to which no model can be fitted are left out
    and counted in the method, and where they are more than half there are no limits. It leans on the model, also where
    an arm had no such people.

    arms: the columns that each sets, at least two arms. KeyError for a column that the model has not; a day after the
    last follow-up of some stratum has no value.
    Makuch 1982, J Chronic Dis 35:437. Pinned to the average of `survfit(coxph, newdata = )` of R.

    >>> from remission.stats.regression.cox import cox
    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> found = estimate_standardised(fit, {"a": {"arm": 0}, "b": {"arm": 1}}, [20], draws=20)
    >>> found.frame.select("what", "group", "against").rows()[1:]
    [('standardised event-free', 'b', None), ('difference in standardised event-free', 'b', 'a')]
    """
    _check(fit, arms, draws)
    standard = _Standard(fit, tuple(arms.values()), np.asarray(at_days, dtype=np.int64))
    value, generator = standard.once(), np.random.default_rng(seed)
    tried = [standard.drawn(generator) for _ in range(draws)]
    known = [one for one in tried if one is not None]
    # The draws that can be fitted are no fair sample of all: where they are few, nothing is known of the limits.
    kept = known if len(known) >= max(2, draws / 2) else []
    repeated = np.array(kept).reshape(len(kept), *value.shape)
    failed = f", {draws - len(known)} without an estimate" if len(known) < draws else ""
    method = f"{fit.method}, averaged over all people, percentiles of {draws} bootstrap draws (seed {seed}){failed}"
    constant = {"level": level, "unit": "proportion", "scale": "linear", "method": method, "n": standard.people.size}
    names, rows = list(arms), []
    for place, name in enumerate(names):
        row = constant | {"what": "standardised event-free", "group": name}
        rows += _rows(row, standard, value[place], repeated[:, place], level)
    for place, name in enumerate(names[1:], 1):
        row = constant | {"what": "difference in standardised event-free", "group": name, "against": names[0]}
        rows += _rows(row, standard, value[place] - value[0], repeated[:, place] - repeated[:, 0], level)
    return Estimates.of(rows)


def _check(fit: CoxFit, arms: Mapping[str, Mapping[str, float]], draws: int) -> None:
    if len(arms) < 2:
        raise ValueError(f"give at least two arms to compare, found {list(arms)}")
    if unknown := {name for arm in arms.values() for name in arm} - set(fit.names):
        raise KeyError(f"the model has no column {sorted(unknown)}, only {', '.join(fit.names)}")
    if draws < 2:
        raise ValueError(f"draws must be at least 2, found {draws}")


def _rows(
    row: dict[str, object], standard: _Standard, value: Floats, repeated: Floats, level: float
) -> list[dict[str, object]]:
    data = standard.fit.data
    until = min(int(data.rows.exit[data.member == place].max()) for place in range(data.strata.size))
    limits = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(repeated, limits, axis=0) if repeated.size else np.full((2, value.size), math.nan)
    rows = []
    for day, *found in zip(standard.at_days.tolist(), value.tolist(), low.tolist(), high.tolist(), strict=True):
        known = [None if day > until or math.isnan(one) else one for one in found]
        absent = NOT_ESTIMABLE if None in known else None
        rows.append(
            row | dict(zip(("value", "low", "high"), known, strict=True)) | {"at_days": day, "absent_reason": absent}
        )
    return rows
