"""Fine and Gray's model in the conventions of two programs: coefficients, covariance, ratios with limits."""

from __future__ import annotations

from typing import cast

from pins import Answer, Inputs, Tolerance
from remission.stats.competing.estimates import estimate_subdistribution_ratios
from remission.stats.competing.fine_gray import Convention, fine_gray

INPUTS = "cumulative_incidence"
TOLERANCE = Tolerance(1e-8, "cmprsk stops where its slope is below 1e-12, and counts in another order")


def ours(inputs: Inputs, name: str, convention: str, kind: str, question: str, *level: str) -> Answer:
    """Our answer, as to `ties|cmprsk|1|covariance`."""
    d = inputs[name]
    columns = {column: d[column] for column in ("x1", "x2")}
    fit = fine_gray(d["exit"], d["cause"], columns, failure=int(kind), convention=cast("Convention", convention))
    match question:
        case "coefficients":
            return cast("Answer", fit.coefficients.tolist())
        case "covariance":
            return cast("Answer", fit.covariance.ravel().tolist())
        case "log likelihood":
            return [fit.log_likelihood]
        case "ratio":
            rows = estimate_subdistribution_ratios(fit, float(level[0])).rows()
            return [row[name] for row in rows for name in ("value", "low", "high")]
    raise LookupError(question)
