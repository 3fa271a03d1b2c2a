"""Deciles of type 7, mid-rank percentiles."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import ROUNDING, Answer, Inputs
from remission.stats.quantiles import estimate_deciles, percentile_of

TOLERANCE = ROUNDING
INPUTS = "run_charts"


def ours(inputs: Inputs, question: str, name: str) -> Answer:
    """Our answer, as to `deciles|ties`."""
    values = inputs[name]["value"]
    known = values[~np.isnan(values)]
    answers = {"deciles": estimate_deciles(values), "percentiles": percentile_of(values, known)}
    return cast("Answer", answers[question].tolist())
