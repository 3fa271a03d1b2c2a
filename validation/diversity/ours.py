"""Effective number of kinds, with its jackknife over months."""

from __future__ import annotations

import numpy as np

from pins import ROUNDING, Answer, Inputs
from remission.stats.months.diversity import estimate_diversity

TOLERANCE = ROUNDING


def ours(inputs: Inputs, _question: str, name: str, group: str, asked: str) -> Answer:
    """Our answer, as to `diversity|seven|1|0.95`."""
    d = inputs[name]
    kinds = [column for column in d if column.startswith("kind")]
    amounts = np.column_stack([d[kind][d["group"] == int(group)] for kind in kinds])
    found = estimate_diversity(amounts, 0.95 if asked == "number" else float(asked))
    values = (found.value, found.error) if asked == "number" else (found.low, found.high)
    return [float(one) for one in values]
