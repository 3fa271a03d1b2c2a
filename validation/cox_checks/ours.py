"""What checks a Cox model: martingale, deviance, score, dfbeta and Schoenfeld residuals; the test of proportional
hazards by four clocks; concordance.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from cox_models import fitted
from pins import Answer, Inputs, Tolerance, numbers
from remission.stats.regression.concordance import estimate_concordance
from remission.stats.regression.proportionality import Transform, proportionality
from remission.stats.regression.residuals import RESIDUALS, Residual, residuals

INPUTS = "cox"
TOLERANCE = Tolerance(1e-8, "R's coefficients are 1e-9 from the top, and residuals add them up")


def ours(inputs: Inputs, name: str, ties: str, question: str, transform: str = "km") -> Answer:
    """Our answer, as to `ties|efron|clock|log`."""
    fit = fitted(inputs[name], ties, "cluster" if question.endswith("by cluster") else None)
    if question.startswith("concordance"):
        return numbers(estimate_concordance(fit), "value", "low", "high")
    if question in RESIDUALS:
        found = residuals(fit, cast("Residual", question))
        # R gives events in the order of days over all strata, and the order within a day is each one's own.
        return _column_by_column(np.sort(found, axis=0) if question == "schoenfeld" else found)
    found_of = proportionality(fit, cast("Transform", transform))
    match question:
        case "proportional":
            tests = [*found_of.tests.values(), found_of.together]
            return [*(test.statistic for test in tests), *(test.p for test in tests)]
        case "clock":
            return _column_by_column(np.sort(found_of.stretched))
        case "effect by event":
            return _column_by_column(np.sort(found_of.effect, axis=0))
    raise LookupError(question)


def _column_by_column(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Answer:
    return cast("Answer", values.ravel("F").tolist())
