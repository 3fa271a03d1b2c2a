"""Curves that a Cox model predicts for one pattern, with limits; baseline hazard; curves averaged over everybody."""

from __future__ import annotations

from typing import cast

import numpy as np

from cox_models import COVARIATES, fitted
from pins import Answer, Inputs, Tolerance, numbers
from remission.stats.intervals import Interval
from remission.stats.regression.curves import estimate_predicted, predicted_curve
from remission.stats.regression.standardised import estimate_standardised

INPUTS = "cox"
TOLERANCE = Tolerance(1e-9, "R's coefficients are 1e-9 from the top")
SOMEBODY = dict(zip(COVARIATES, (1, 45.5, 2), strict=True))
NOBODY = dict.fromkeys(COVARIATES, 0.0)


def ours(inputs: Inputs, name: str, ties: str, *settings: str) -> Answer:
    """Our answer, as to `ties|efron|1|at day|7|log-log`."""
    if settings[0] == "standardised":
        return _standardised(inputs, name, ties, int(settings[1]))
    stratum, question, *rest = settings
    by = "cluster" if question.endswith("by cluster") else None
    curve = predicted_curve(fitted(inputs[name], ties, by), SOMEBODY, int(stratum))
    match (question, *rest):
        case ("survival",):
            return cast("Answer", curve.survival.tolist())
        case ("error of hazard",) | ("error of hazard by cluster",):
            return cast("Answer", np.sqrt(curve.variance).tolist())
        case ("baseline hazard",):
            baseline = predicted_curve(fitted(inputs[name], ties), NOBODY, int(stratum))
            return cast("Answer", baseline.cumulative_hazard.tolist())
        case ("at day", day, interval):
            estimates = estimate_predicted(curve, [int(day)], 0.95, cast("Interval", interval))
            return numbers(estimates, "value", "low", "high")
    raise LookupError(question)


def _standardised(inputs: Inputs, name: str, ties: str, day: int) -> Answer:
    # Pieces of one person are known by their cluster; in other tables every row is a person.
    fit = fitted(inputs[name], ties, "cluster" if name == "start_stop" else None)
    found = estimate_standardised(fit, {"no": {"x1": 0}, "yes": {"x1": 1}}, [day], draws=2)
    return cast("Answer", found.frame["value"].to_list())
