"""Proportional hazards for events seen at visits or on their day: Weibull and spline, coefficients and errors."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import Answer, Inputs, Table, Tolerance, numbers
from remission.stats.interval.proportional import IntervalFit
from remission.stats.interval.splines import interval_spline
from remission.stats.interval.weibull import interval_weibull
from remission.stats.regression.estimates import estimate_hazard_ratios

TOLERANCE = Tolerance(1e-6, "R has the spline's slopes and information by differences of its likelihood")
NEVER = 1_000_000


def fitted(d: Table, model: str) -> IntervalFit:
    """The model of this name."""
    seen = np.where(d["seen"] == NEVER, np.inf, d["seen"])
    both = {"arm": d["arm"], "age": d["age"]}
    match model:
        case "weibull":
            return interval_weibull(d["last_free"], seen, both)
        case "weighted":
            return interval_weibull(d["last_free"], seen, both, weight=d["weight"])
        case "alone":
            return interval_weibull(d["last_free"], seen)
        case "spline":
            return interval_spline(d["last_free"], seen, both, knots=(60, 300, 1200))
        case "two inner knots":
            return interval_spline(d["last_free"], seen, {"arm": d["arm"]}, knots=(60, 250, 600, 1200))
    raise LookupError(model)


def ours(inputs: Inputs, name: str, model: str, question: str) -> Answer:
    """Our answer, as to `visits|weibull|theta`: the baseline first, then the columns."""
    fit = fitted(inputs[name], model)
    match question:
        case "theta":
            return [*fit.gamma.tolist(), *fit.coefficients.tolist()]
        case "errors":
            return cast("Answer", np.sqrt(fit.whole_covariance.diagonal()).tolist())
        case "log likelihood":
            return [fit.log_likelihood]
        case "hazard ratio":
            return numbers(estimate_hazard_ratios(fit), "value", "low", "high")
    raise LookupError(question)
