"""Limits of the curve for events seen at visits, at one day, by likelihood ratio and chi-squared."""

from __future__ import annotations

import numpy as np

from pins import Answer, Inputs, Tolerance, numbers
from remission.stats.interval.limits import estimate_pointwise, pointwise_limits
from remission.stats.interval.npmle import npmle

TOLERANCE = Tolerance(1e-6, "both look for a root of a likelihood that each climbs to within 1e-8 of its top")
INPUTS = "npmle"
NEVER = 1_000_000
ROWS = 80


def ours(inputs: Inputs, name: str, day: str, level: str) -> Answer:
    """Our answer, as to `registry|400|0.95`: that of the row, which must be that of the arrays."""
    last_free, seen = inputs[name]["last_free"][:ROWS], inputs[name]["seen"][:ROWS]
    curve = npmle(last_free, np.where(seen == NEVER, np.inf, seen))
    limits = [float(one[0]) for one in pointwise_limits(curve, [int(day)], float(level))]
    if limits != numbers(estimate_pointwise(curve, [int(day)], float(level)), "low", "high"):
        raise ValueError("the row is not what the arrays are")
    return limits
