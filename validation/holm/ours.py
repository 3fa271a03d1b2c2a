"""Holm's p-values."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs
from remission.stats.multiplicity import holm

INPUTS = "cox"
TOLERANCE = ROUNDING


def ours(_inputs: Inputs, p: str) -> Answer:
    """Our answer, as to `0.01 0.04 0.03`."""
    return holm([float(one) for one in p.split()]).tolist()
