"""Cohen's kappa of every pair of judgements, of those whom both judge, and the counts behind it."""

from __future__ import annotations

import numpy as np

from pins import ROUNDING, Answer, Inputs
from remission.stats.agreement import cohen_kappa, pair_tables

TOLERANCE = ROUNDING


def ours(inputs: Inputs, name: str, one: str, other: str, question: str) -> Answer:
    """Our answer, as to `mixed|strict|lax|kappa`."""
    said = np.array(list(inputs[name].values()))
    tables = pair_tables(said == 1, ~np.isnan(said))
    names = list(inputs[name])
    pair = names.index(one), names.index(other)
    answers = {"kappa": (cohen_kappa(tables),), "counts": (tables.both_yes, tables.yes, tables.judged)}
    return [float(values[pair]) for values in answers[question]]
