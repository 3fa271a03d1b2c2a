"""The exact marginal likelihood of ties (SAS EXACT): its value at given coefficients, and those at its top."""

from __future__ import annotations

from typing import cast

import numpy as np

from cox_models import TIES, fitted
from pins import Answer, Inputs, Tolerance
from remission.stats.regression.likelihoods.ties import TiedLikelihood

INPUTS = "cox"
TOLERANCE = Tolerance(2e-6, "the top that R finds by numerical slopes; values of the likelihood are 1e-10 apart")


def ours(inputs: Inputs, name: str, question: str, at: str = "") -> Answer:
    """Our answer, as to `ties|log likelihood|0 0 0`."""
    fit = fitted(inputs[name], "marginal")
    if question == "coefficients":
        return cast("Answer", fit.coefficients.tolist())
    if question == "log likelihood":
        beta = np.array([float(one) for one in at.split()]) * fit.data.covariates.spread
        return [TiedLikelihood.of(fit.data, TIES["marginal"])[0].at(beta).value]
    raise LookupError(question)
