"""Chances of treatment, weights from them, how alike groups are then, weighted hazard ratios, nearest neighbours."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.propensity.balance import balance
from remission.stats.propensity.logistic import Propensity, fit_propensity
from remission.stats.propensity.matching import match_nearest
from remission.stats.propensity.weights import Kind, effective_size, weigh
from remission.stats.regression.cox import cox

TOLERANCE = Tolerance(1e-7, "glm and coxph stop where a step no longer changes the deviance")
COLUMNS = ("age", "edss", "relapses", "female")


def ours(inputs: Inputs, name: str, question: str, about: str = "") -> Answer:
    """Our answer, as to `chosen|apart|overlap`."""
    d = inputs[name]
    fit = fit_propensity(d["treated"] == 1, {one: d[one] for one in COLUMNS})
    if question in ("apart", "effective", "cox"):
        return _weighted(d, fit, question, about)
    if question in ("matches", "matchit"):
        return _matches(fit, float(about or "inf"))
    found = {"coefficients": fit.coefficients, "errors": np.sqrt(fit.covariance.diagonal())}
    return [fit.log_likelihood] if question == "log likelihood" else cast("Answer", found[question].tolist())


def _weighted(d: Table, fit: Propensity, question: str, kind: str) -> Answer:
    columns = {one: d[one] for one in COLUMNS}
    if kind == "before":
        return [one.difference for one in balance(fit.treated, columns)]
    weights = weigh(fit, cast("Kind", kind))
    if question == "apart":
        return [one.difference for one in balance(fit.treated, columns, weights.weight)]
    if question == "effective":
        return [effective_size(weights.weight[fit.treated == group]) for group in (True, False)]
    people = np.arange(len(d["exit"]))
    model = cox(d["exit"], d["event"] == 1, {"treated": d["treated"]}, weight=weights.weight, cluster=people)
    return [float(model.coefficients[0]), float(np.sqrt(model.covariance[0, 0]))]


def _matches(fit: Propensity, caliper: float) -> Answer:
    found = match_nearest(fit.treated, fit.logits, caliper=caliper if np.isfinite(caliper) else None)
    row_of = dict(zip(found.treated.tolist(), found.other.tolist(), strict=True))
    return [float(row_of[row] + 1) if row in row_of else 0.0 for row in np.flatnonzero(fit.treated).tolist()]
