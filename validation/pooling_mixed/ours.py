"""Binomial-normal and Poisson-normal models of counts of studies, to convergence: middle, tau squared, error, the
highest log likelihood; profile limits.
"""

from __future__ import annotations

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.pooling.mixed import pool_binomial_normal, pool_poisson_normal
from remission.stats.pooling.scales import SCALES

TOLERANCE = Tolerance(1e-6, "R's integrals are of 1e-11, and its slopes are differences of them")
INPUTS = "pooling"


def ours(inputs: Inputs, name: str, part: str, question: str) -> Answer:
    """Our answer, as to `sets|17|poisson`."""
    d = _part(inputs[name], part)
    if question == "poisson":
        pooled = pool_poisson_normal(d["events"], d["person_years"])
    elif question == "binomial":
        pooled = pool_binomial_normal(d["events"], d["total"])
    else:
        limits = pool_binomial_normal(d["events"], d["total"], interval={"profile": question}[question])
        return [SCALES["logit"].working(end) for end in (limits.low, limits.high)]
    return [pooled.effect, pooled.tau2, pooled.standard_error, pooled.log_likelihood]


def _part(d: Table, part: str) -> Table:
    if part == "all":
        return d
    kept = ~((d["total"] == 617) | (d["total"] == 258)) if part == "without two" else d["set"] == int(part)
    return {column: values[kept] for column, values in d.items()}
