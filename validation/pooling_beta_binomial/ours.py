"""Beta-binomial models of counts of studies: log odds of the mean, 1 / (alpha + beta), error, the highest log
likelihood; profile limits.
"""

from __future__ import annotations

from pins import Answer, Inputs, Tolerance
from remission.stats.pooling.beta_binomial import pool_beta_binomial
from remission.stats.pooling.scales import SCALES

TOLERANCE = Tolerance(1e-6, "R takes differences for slopes")
INPUTS = "pooling"


def ours(inputs: Inputs, name: str, part: str, question: str) -> Answer:
    """Our answer, as to `mortality|all|profile`."""
    d = inputs[name]
    if part != "all":
        d = {column: values[d["set"] == int(part)] for column, values in d.items()}
    if question == "profile":
        limits = pool_beta_binomial(d["events"], d["total"], interval="profile")
        return [SCALES["logit"].working(end) for end in (limits.low, limits.high)]
    pooled = pool_beta_binomial(d["events"], d["total"])
    between = 1 / pooled.precision if pooled.precision else 0.0
    return [pooled.effect, between, {"fit": pooled.standard_error}[question], pooled.log_likelihood]
