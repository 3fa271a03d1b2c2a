"""Cox's model by Firth's penalised likelihood: coefficients, the likelihood, profile limits and test; with an arm in
which nobody has the event.
"""

from __future__ import annotations

from typing import cast

from cox_models import COVARIATES, TIES, given
from pins import Answer, Inputs, Tolerance, numbers
from remission.stats.regression.firth import estimate_firth, firth

INPUTS = "cox"
TOLERANCE = Tolerance(1e-5, "R's optimiser stops where its numerical slope is rounding: 1e-6 of a coefficient")


def ours(inputs: Inputs, name: str, ties: str, question: str) -> Answer:
    """Our answer, as to `ties|efron|coefficients`."""
    d = inputs["ties" if name == "separated" else name]
    event = (d["event"] == 1) & ((d["x1"] == 1) if name == "separated" else True)
    fit = firth(d["exit"], event, {column: d[column] for column in COVARIATES}, ties=TIES[ties], **given(d))
    match question:
        case "coefficients":
            return cast("Answer", fit.coefficients.tolist())
        case "log likelihood":
            return [fit.log_likelihood]
        case "statistic of x1":
            return [fit.test("x1").statistic]
        case "hazard ratio of x1":
            return numbers(estimate_firth(fit), "value", "low", "high")
    raise LookupError(question)
