"""Cox's model: by what ratio does the hazard differ, at every time alike, with a covariate?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.regression.chi_squared import ChiSquared
from remission.stats.regression.hazard_steps import HazardSteps
from remission.stats.regression.influence import Influence
from remission.stats.regression.likelihoods.newton import Maximum
from remission.stats.regression.likelihoods.separation import Arrival
from remission.stats.regression.likelihoods.ties import NAMED, TiedLikelihood, Ties
from remission.stats.regression.rows import ModelRows
from remission.stats.survival.time_at_risk import Floats

if TYPE_CHECKING:
    from remission.stats.estimates import TestResult

JACKKNIFE = "errors by the infinitesimal jackknife of clusters"
# With fewer clusters the jackknife's errors are too small, and nothing in them shows it.
FEW_CLUSTERS = 20


@dataclass(frozen=True, eq=False)
class CoxFit:
    """A fitted model; coefficients are logarithms of hazard ratios for one unit of their column.

    coefficients: shape (p,), in the order of `names`; model_covariance: the inverse of the information, shape (p, p);
    log_likelihood, at_no_effect: with these coefficients, and with all 0; score_statistic: chi-squared of the score
    test at no effect.
    data: the rows behind it; scaled: their scaled covariates in the order of risk sets, shape (m, p).
    """

    names: tuple[str, ...]
    coefficients: Floats
    model_covariance: Floats
    log_likelihood: float
    at_no_effect: float
    score_statistic: float
    ties: Ties
    method: str
    data: ModelRows
    scaled: Floats

    @cached_property
    def covariance(self) -> Floats:
        """Of the coefficients, shape (p, p): that of the model, or with clusters the jackknife's by cluster."""
        return self.model_covariance if self.data.rows.cluster is None else Influence.of(self).covariance

    @property
    def standard_errors(self) -> Floats:
        """Of the coefficients, shape (p,)."""
        return np.asarray(np.sqrt(self.covariance.diagonal()))

    @property
    def n(self) -> int:
        """Rows in the model."""
        return self.data.rows.n

    @property
    def events(self) -> int:
        """Rows that end in an event."""
        return self.data.events

    @cached_property
    def steps(self) -> HazardSteps:
        """What the model says of each event day, for the scaled covariates; Breslow's, unless ties are Efron's."""
        predictor = self.data.sets.of_rows(self.predictor)
        return HazardSteps.of(self.data.sets, self.scaled, predictor, efron=self.ties == "efron")

    @property
    def predictor(self) -> Floats:
        """Log hazard ratio of each row kept to one with mean covariates and no offset, shape (n,)."""
        about = self.data.covariates
        return np.asarray((about.values - about.centre) @ self.coefficients + self.data.offset)

    @property
    def likelihood_ratio(self) -> TestResult:
        """All coefficients are 0, by twice the gain in log likelihood. Not valid with weights or clusters."""
        statistic = 2 * (self.log_likelihood - self.at_no_effect)
        return ChiSquared.of(statistic, len(self.names), f"likelihood-ratio test of {self.method}")

    @property
    def score(self) -> TestResult:
        """All coefficients are 0, by the slope of the likelihood there: of two groups the log-rank test."""
        return ChiSquared.of(self.score_statistic, len(self.names), f"score test of {self.method}")

    def wald(self, names: Sequence[str] | None = None) -> TestResult:
        """The coefficients of these columns (default: all) are 0, by their covariance; KeyError for another name."""
        chosen = self.names if names is None else tuple(names)
        if unknown := set(chosen) - set(self.names):
            raise KeyError(f"the model has no column {sorted(unknown)}, only {', '.join(self.names)}")
        places = [self.names.index(name) for name in chosen]
        beta, covariance = self.coefficients[places], self.covariance[np.ix_(places, places)]
        method = f"Wald test of {', '.join(chosen)} in {self.method}"
        return ChiSquared.of_quadratic(beta, covariance, method, "fewer clusters than columns")


def cox(
    exit: ArrayLike,
    event: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    *,
    entry: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    ties: Ties = "efron",
) -> CoxFit:
    """Cox's proportional hazards model by partial likelihood.

    A row is at risk on the days t with entry < t <= exit. Subjects with covariates that change are several rows, one
    after another (start and stop), and one cluster. Rows without follow-up or without a value in some column are left
    out and counted. Each stratum has a baseline hazard of its own.

    exit, entry: whole days, shape (n,); event: bool, shape (n,); covariates: numbers by name, each of shape (n,), NaN
    where missing, a level of a category as 0 and 1; weight: positive, shape (n,), as of so many like rows, but with
    Efron's ties one step for each row; cluster, strata: integers or texts, shape (n,); offset: a known log hazard
    ratio, shape (n,). With `cluster` errors are the infinitesimal jackknife's, in R's convention; give every row its
    own for robust errors of single rows. ties: "efron", "breslow", "discrete" (R's exact, DISCRETE of SAS) or "exact
    marginal" (EXACT of SAS).

    NotEstimable (a ValueError) says in words why no model can be fitted: no event, constant or collinear columns, a
    column that separates those with the event from the rest; ValueError: arrays that do not fit.
    Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x; Lin & Wei 1989, doi:10.1080/01621459.1989.10478874 (clusters).
    Pinned to `coxph` of R (survival 3.5-3).

    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> round(float(fit.coefficients[0]), 4), round(float(fit.standard_errors[0]), 4), fit.method
    (1.0731, 1.2354, "Cox's model, Efron's ties (R efron, SAS EFRON)")
    """
    given = {"entry": entry, "weight": weight, "cluster": cluster, "strata": strata, "offset": offset}
    data = ModelRows.of(exit, event, covariates, **given)
    likelihood, x = TiedLikelihood.of(data, ties)
    found = Maximum.of(likelihood, np.zeros(len(data.covariates.names)), check=data.covariates.check_independent)
    Arrival.check(likelihood, x, data.covariates, found)
    return _fitted(data, x, found, ties)


def _fitted(data: ModelRows, x: Floats, found: Maximum, ties: Ties) -> CoxFit:
    spread, start = data.covariates.spread, found.start
    covariance = np.linalg.inv(found.slopes.information) / np.outer(spread, spread)
    score = float(start.score @ np.linalg.solve(start.information, start.score))
    values = found.slopes.value, start.value, score
    method = _method(data, ties)
    return CoxFit(data.covariates.names, found.beta / spread, covariance, *values, ties, method, data, x)


def _method(data: ModelRows, ties: Ties) -> str:
    weights = "weighted " if data.rows.weight is not None else ""
    strata = f" in {data.strata.size} strata" if data.strata.size > 1 else ""
    entry = data.rows.entry
    late = " with late entry" if entry is not None and (entry > 0).any() else ""
    errors = _errors(data)
    return f"{weights}Cox's model{strata}{late}, {NAMED[ties]}{errors}{data.left_out}"


def _errors(data: ModelRows) -> str:
    if data.rows.cluster is None:
        return ""
    clusters = np.unique(data.rows.cluster).size
    few = f" (only {clusters}: limits are too narrow)" if clusters < FEW_CLUSTERS else ""
    return f", {JACKKNIFE}{few}"
