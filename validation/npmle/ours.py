"""The curve for events seen at visits: its log likelihood, where its mass lies and how much."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.interval.npmle import estimate_interval_free, npmle

TOLERANCE = Tolerance(1e-6, "both stop a little below the top; ours certifies 1e-6 of the log likelihood")
NEVER = 1_000_000


def ours(inputs: Inputs, name: str, question: str) -> Answer:
    """Our answer, as to `registry|mass`."""
    d = inputs[name]
    curve = npmle(d["last_free"], np.where(d["seen"] == NEVER, np.inf, d["seen"]))
    kept = curve.mass > 1e-9
    match question:
        case "log likelihood":
            return [curve.log_likelihood]
        case "left":
            return cast("Answer", curve.left[kept].tolist())
        case "mass":
            # By the curve: what lies between the share free before an interval and that after it.
            days = [0, *(int(day) for day in curve.right[kept][:-1])]
            free = estimate_interval_free(curve, days).frame["low"].to_list()
            return [*(-np.diff(free)).tolist(), free[-1]]
    raise LookupError(question)
