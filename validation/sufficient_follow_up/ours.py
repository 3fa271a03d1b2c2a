"""Is insufficient follow-up rejected? How many events are late, and p."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs
from remission.stats.parametric.sufficient import sufficient_follow_up

TOLERANCE = ROUNDING
INPUTS = "curve_shapes"


def ours(inputs: Inputs, name: str) -> Answer:
    """Our answer, as to `plateau`."""
    d = inputs[name]
    found = sufficient_follow_up(d["exit"], d["event"] == 1, entry=d["entry"])
    return [found.statistic, found.p]
