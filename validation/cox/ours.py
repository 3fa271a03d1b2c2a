"""Cox's model: coefficients, covariance of the model, by cluster and by row, log likelihoods, tests and hazard ratios;
with ties, strata, late entry, start-stop rows, weights, offsets.
"""

from __future__ import annotations

from typing import cast

from cox_models import COVARIATES, TIES, fitted, given
from pins import Answer, Inputs, Tolerance, numbers
from remission.stats.regression.cox import cox
from remission.stats.regression.estimates import estimate_hazard_ratios

TOLERANCE = Tolerance(1e-9, "R stops when the likelihood gains less than 1e-12 of itself, we one step later")


def ours(inputs: Inputs, name: str, ties: str, question: str, *settings: str) -> Answer:
    """Our answer, as to `ties|efron|hazard ratio|0.95`."""
    d = inputs[name]
    columns = {column: d[column] for column in COVARIATES}
    fit = cox(d["exit"], d["event"] == 1, columns, ties=TIES[ties], **given(d))
    tests = {"score test": fit.score, "likelihood-ratio test": fit.likelihood_ratio, "Wald test": fit.wald()}
    if question in tests:
        return [tests[question].statistic, tests[question].p]
    match (question, *settings):
        case ("coefficients",):
            return cast("Answer", fit.coefficients.tolist())
        case ("covariance",):
            return cast("Answer", fit.covariance.ravel().tolist())
        case ("covariance by cluster",) | ("covariance by row",):
            by = question.removeprefix("covariance by ")
            return cast("Answer", fitted(inputs[name], ties, by).covariance.ravel().tolist())
        case ("Wald of x1 by cluster",):
            test = fitted(inputs[name], ties, "cluster").wald(["x1"])
            return [test.statistic, test.p]
        case ("log likelihoods",):
            return [fit.at_no_effect, fit.log_likelihood]
        case ("hazard ratio", level):
            return numbers(estimate_hazard_ratios(fit, float(level)), "value", "low", "high")
    raise LookupError(question)
