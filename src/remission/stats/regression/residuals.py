"""Residuals of a fitted Cox model: martingale, deviance, score, dfbeta and Schoenfeld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from remission.stats.regression.influence import Influence

if TYPE_CHECKING:
    from remission.stats.regression.cox import CoxFit
    from remission.stats.survival.time_at_risk import Floats

Residual = Literal["martingale", "deviance", "score", "dfbeta", "dfbetas", "schoenfeld"]
RESIDUALS: tuple[Residual, ...] = get_args(Residual)


def residuals(fit: CoxFit, kind: Residual) -> Floats:
    """Residuals of the rows kept (`fit.data.kept` of those given), in the order given.

    - martingale: events less those expected, shape (n,); deviance: the same, made symmetric about 0, shape (n,);
    - score: what a row adds to the slope of the likelihood, shape (n, p); dfbeta: the change of the coefficients
      without the row, to first order, shape (n, p); dfbetas: that in standard errors;
    - schoenfeld: covariates of each event less the mean of its risk set, shape (events, p), by day within strata.

    Weights are not multiplied in (R multiplies them into dfbeta unless told otherwise). With discrete or exact marginal
    ties the hazard is Breslow's, and there are only martingale and deviance residuals: ValueError for the others, and
    for an unknown kind.
    Therneau, Grambsch & Fleming 1990, doi:10.1093/biomet/77.1.147. Pinned to `residuals(coxph)` of R.

    >>> from remission.stats.regression.cox import cox
    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> residuals(fit, "martingale").round(3).tolist()
    [0.752, 0.802, -0.579, -0.173, 0.099, -0.901]
    """
    if kind not in RESIDUALS:
        raise ValueError(f"kind must be one of {', '.join(RESIDUALS)}, found {kind!r}")
    if kind == "martingale":
        return _martingale(fit)
    if kind == "deviance":
        return _deviance(fit)
    if fit.ties not in ("efron", "breslow"):
        raise ValueError(f"with {fit.ties} ties there are only martingale and deviance residuals, found {kind!r}")
    if kind == "schoenfeld":
        return _schoenfeld(fit)
    influence = Influence.of(fit)
    if kind == "score":
        return influence.score
    return influence.dfbeta if kind == "dfbeta" else influence.dfbeta / fit.standard_errors


def _martingale(fit: CoxFit) -> Floats:
    sets, steps = fit.data.sets, fit.steps
    less = sets.event * (steps.hazard - steps.own_hazard)[sets.last]
    expected = steps.risk * (sets.between(steps.hazard) - less)
    # A row that was never at risk when an event happened is expected to have none.
    return fit.data.rows.event - fit.data.sets.back(expected, fit.data.rows.n)


def _deviance(fit: CoxFit) -> Floats:
    martingale, event = _martingale(fit), fit.data.rows.event
    logarithm = np.log(np.where(event, event - martingale, 1.0))
    return np.asarray(np.sign(martingale) * np.sqrt(-2 * (martingale + event * logarithm)))


def _schoenfeld(fit: CoxFit) -> Floats:
    sets, x = fit.data.sets, fit.scaled[fit.data.sets.event]
    return np.asarray((x - fit.steps.mean[sets.last[sets.event]]) * fit.data.covariates.spread)
