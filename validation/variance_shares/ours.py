"""Shares of variance of two to four factors and of what they do together, on full grids and grids with gaps."""

from __future__ import annotations

import numpy as np

from pins import ROUNDING, Answer, Inputs
from remission.stats.variance_shares import variance_shares

TOLERANCE = ROUNDING


def ours(inputs: Inputs, name: str) -> Answer:
    """Our answer, as to `gaps_3`."""
    d = inputs[name]
    shares = variance_shares(d["value"], np.column_stack([d[column] for column in d if column != "value"]))
    return [*shares.factors, shares.interactions]
