"""How each row moves the coefficients of a fitted model, and the covariance that rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.survival.time_at_risk import Floats

if TYPE_CHECKING:
    from remission.stats.regression.cox import CoxFit


@dataclass(frozen=True, eq=False)
class Influence:
    """score: what each row adds to the slope of the likelihood (score residuals), shape (n, p), without its weight;
    dfbeta: by how much the coefficients would change without the row, to first order, shape (n, p), without its weight;
    covariance: sum over clusters of the products of their changes, shape (p, p); NaN for a single cluster, which cannot
    vary. In R's convention: no correction for few clusters, and Efron's steps in the score.

    Lin & Wei 1989, doi:10.1080/01621459.1989.10478874.
    """

    score: Floats
    dfbeta: Floats
    covariance: Floats

    @classmethod
    def of(cls, fit: CoxFit) -> Influence:
        """The influences in a fitted model, of the rows kept; by row where there are no clusters."""
        data = fit.data
        score = data.sets.back(_score(fit), data.rows.n) * data.covariates.spread
        dfbeta = score @ fit.model_covariance
        weighted = dfbeta if data.rows.weight is None else dfbeta * data.rows.weight[:, None]
        labels = np.arange(data.rows.n) if data.rows.cluster is None else data.rows.cluster
        clusters, member = np.unique(labels, return_inverse=True)
        moved = np.column_stack([np.bincount(member, column) for column in weighted.T]).astype(np.float64)
        covariance = moved.T @ moved if clusters.size > 1 else np.full_like(fit.model_covariance, np.nan)
        return cls(score, dfbeta, covariance)


def _score(fit: CoxFit) -> Floats:
    sets, steps, x = fit.data.sets, fit.steps, fit.scaled
    day, had = sets.last, sets.event[:, None]
    expected = x * sets.between(steps.hazard)[:, None] - sets.between(steps.hazard_mean)
    # On the day of its own event a row meets less hazard: at each of Efron's steps a share of it has left.
    less = x * (steps.hazard - steps.own_hazard)[day][:, None] - (steps.hazard_mean - steps.own_hazard_mean)[day]
    return np.asarray(had * (x - steps.mean[day]) - steps.risk[:, None] * (expected - had * less))
