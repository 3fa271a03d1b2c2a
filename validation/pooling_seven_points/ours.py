"""Binomial-normal and Poisson-normal models by quadrature of 7 points, as metafor and lme4 have them; beta-binomial
models.
"""

from __future__ import annotations

import math

from pins import Answer, Inputs, Tolerance
from remission.stats.pooling.beta_binomial import pool_beta_binomial
from remission.stats.pooling.mixed import pool_binomial_normal, pool_poisson_normal

TOLERANCE = Tolerance(1e-4, "lme4 and glmmTMB stop where their next steps are small, and take differences for slopes")
INPUTS = "pooling"


def on_purpose(key: str, theirs: Answer) -> tuple[Answer, str] | None:
    """One set of rates whose likelihood is so flat that lme4 stops below the top, by 1e-8."""
    if key != "sets|84|poisson":
        return None
    return [-6.703760317, 0.7543574497, 4.0626274686], "lme4 stops where the likelihood still rises"


def ours(inputs: Inputs, name: str, part: str, question: str) -> Answer:
    """Our answer, as to `sets|17|binomial`."""
    d = inputs[name]
    if part != "all":
        d = {column: values[d["set"] == int(part)] for column, values in d.items()}
    if question == "beta-binomial":
        pooled = pool_beta_binomial(d["events"], d["total"])
        return [pooled.effect, pooled.standard_error, math.log(pooled.precision)]
    if question == "poisson":
        pooled = pool_poisson_normal(d["events"], d["person_years"], points=7)
    else:
        pooled = pool_binomial_normal(d["events"], d["total"], points={"binomial": 7}[question])
    return [pooled.effect, pooled.standard_error, pooled.tau2]
