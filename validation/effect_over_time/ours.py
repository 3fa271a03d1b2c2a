"""A coefficient over time: a natural spline through scaled Schoenfeld residuals, with limits."""

from __future__ import annotations

from typing import cast

import numpy as np

from cox_models import fitted
from pins import Answer, Inputs, Tolerance
from remission.stats.regression.proportionality import Transform, proportionality
from remission.stats.regression.smooth import smooth_effect

INPUTS = "cox"
TOLERANCE = Tolerance(1e-7, "R's coefficients are 1e-9 from the top, and a spline adds up what rests on them")


def ours(inputs: Inputs, name: str, transform: str, df: str, column: str) -> Answer:
    """Our answer, as to `many_ties|km|4|x1`; a line at each distinct time, then its lower and its upper limits."""
    fit = fitted(inputs[name], "efron")
    found = smooth_effect(fit, proportionality(fit, cast("Transform", transform)), column, df=int(df))
    assert found is not None
    return cast("Answer", np.concatenate([found.effect, found.low, found.high]).tolist())
