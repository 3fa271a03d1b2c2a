"""Of those still free at one time the share free at a later one: value, variance of its logarithm, log-log limits."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs
from remission.stats.survival.conditional import conditional_limits, conditional_survival
from remission.stats.survival.kaplan_meier import kaplan_meier

TOLERANCE = ROUNDING
INPUTS = "kaplan_meier"


def ours(inputs: Inputs, name: str, since: str, day: str) -> Answer:
    """Our answer, as to `ties|3|7`."""
    d = inputs[name]
    curve = kaplan_meier(d["exit"], d["event"] == 1, entry=d["entry"], weight=d["weight"])
    asked = int(since), [int(day)]
    both = (*conditional_survival(curve, *asked), *conditional_limits(curve, *asked, 0.95))
    return [float(one.item()) for one in both]
