"""Quantiles of type 7; medians with quartiles and with the range."""

from __future__ import annotations

from typing import cast

from pins import ROUNDING, Answer, Inputs, numbers
from remission.stats.summaries import estimate_median_iqr, estimate_median_range, quantiles

TOLERANCE = ROUNDING
SHARES = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)


def ours(inputs: Inputs, name: str, question: str) -> Answer:
    """Our answer, as to `many|median and range`."""
    values = inputs[name]["value"]
    if question == "quantiles":
        return cast("Answer", quantiles(values, SHARES).tolist())
    estimate = {"median and quartiles": estimate_median_iqr, "median and range": estimate_median_range}[question]
    return numbers(estimate(values), "value", "low", "high")
