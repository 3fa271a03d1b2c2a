"""Power of the log-rank test where everybody is followed to one time, by its formula, beside trials that R drew."""

from __future__ import annotations

import math

from pins import Answer, Inputs, Tolerance
from remission.stats.assurance.future import FixedFollowUp

INPUTS = "assurance"
# 4 sqrt(0.25 / 50,000) is 0.00894.
TOLERANCE = Tolerance(
    0.0089, "theirs are draws, ours is a formula: four Monte-Carlo errors of a share of 50,000 trials"
)


def ours(inputs: Inputs, question: str, at: str, ratio: str) -> Answer:
    """Our answer, as to `better|2|0.58`: the second trial, at that hazard ratio."""
    if question != "better":
        raise LookupError(question)
    d = {name: float(column[int(at) - 1]) for name, column in inputs["trials"].items()}
    trial = FixedFollowUp(d["controls"], d["treated"], d["rate"], d["years"], d["dropout"])
    return [float(trial.power(math.log(float(ratio))))]
