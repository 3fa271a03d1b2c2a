"""Restricted mean and its standard error; difference of two with limits and p."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs, Table, numbers
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.restricted_mean import restricted_mean, restricted_mean_difference

TOLERANCE = ROUNDING
INPUTS = "kaplan_meier"


def ours(inputs: Inputs, name: str, question: str, horizon: str, level: str = "0.95") -> Answer:
    """Our answer, as to `ties|difference|30|0.95`."""
    d = inputs[name]
    if question == "restricted mean":
        return list(restricted_mean(_curve(d), int(horizon)))
    if question == "difference":
        curves = (_curve({column: d[column][d["group"] == group] for column in d}) for group in "ab")
        estimates, test = restricted_mean_difference(*curves, int(horizon), float(level))
        return [*numbers(estimates, "value", "low", "high"), test.p]
    raise LookupError(question)


def _curve(d: Table) -> Curve:
    return kaplan_meier(d["exit"], d["event"] == 1, entry=d["entry"], weight=d["weight"])
