"""Meta-regression by REML with Knapp-Hartung errors: slopes, errors, limits, t and p; what is left between studies and
what was taken away; F of all slopes.
"""

from __future__ import annotations

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.pooling.effects import Effects, logit_proportions
from remission.stats.pooling.regression import Regression, meta_regression

TOLERANCE = Tolerance(1e-8, "years are far from 0, so R's intercepts have lost some digits")
INPUTS = "pooling"


def ours(inputs: Inputs, name: str, part: str, question: str) -> Answer:
    """Our answer, as to `bcg|latitude|slopes`."""
    found = _regression(inputs, name, part)
    if question == "all":
        return [found.tau2, float("nan") if found.r2 is None else found.r2, found.f, found.f_p]
    columns = (found.coefficients, found.errors, found.low, found.high, found.t, found.p)
    return [float(number) for column in columns for number in {"slopes": column}[question]]


def _regression(inputs: Inputs, name: str, part: str) -> Regression:
    d = inputs[name]
    if name == "bcg":
        a, n = d["with"], d["with"] + d["without"]
        c, m = d["others_with"], d["others_with"] + d["others_without"]
        effects = Effects(np.log(a / n) - np.log(c / m), 1 / a - 1 / n + 1 / c - 1 / m)
        return meta_regression(effects, {"latitude": d["latitude"]})
    if name == "placebo":
        return meta_regression(logit_proportions(d["events"], d["total"]), {"year": d["year"] - 2000})
    d = {column: values[d["set"] == int(part)] for column, values in d.items()}
    covariates = {"year": d["year"], "kind": d["kind"] == "b"}
    return meta_regression(logit_proportions(d["events"], d["total"]), covariates)
