"""Deciles of type 7, the range without its tails, mid-rank percentiles, those of an interval."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import ROUNDING, Answer, Inputs
from remission.stats.quantiles import estimate_deciles, percentile_of, percentiles_of_interval, without_tails

TOLERANCE = ROUNDING
INPUTS = "run_charts"


def ours(inputs: Inputs, question: str, name: str) -> Answer:
    """Our answer, as to `deciles|ties`."""
    values = inputs[name]["value"]
    known = np.sort(values[~np.isnan(values)])
    low, high = known[1], known[-2]
    answers = {
        "deciles": estimate_deciles(values),
        "percentiles": percentile_of(values, values[~np.isnan(values)]),
        "without tails": without_tails(values, 0.25),
        "interval": percentiles_of_interval(values, low, low, high),
    }
    return cast("Answer", np.asarray(answers[question], np.float64).tolist())
