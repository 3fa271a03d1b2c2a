"""Cumulative incidence with ties of several kinds, three kinds, late entry and weights; both variances; limits."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import ROUNDING, Answer, Inputs, numbers
from remission.stats.competing.aalen_johansen import Variance, cumulative_incidence, estimate_cumulative_incidence
from remission.stats.intervals import Interval

TOLERANCE = ROUNDING


def ours(inputs: Inputs, name: str, question: str, *settings: str) -> Answer:
    """Our answer, as to `ties|at day|1|7|log-log`."""
    d = inputs[name]
    weight = None if (d["weight"] == 1).all() else d["weight"]
    found = cumulative_incidence(d["exit"], d["cause"], entry=d["entry"], weight=weight)
    match (question, *settings):
        case ("free",):
            return cast("Answer", found.free.tolist())
        case ("incidence", kind):
            return cast("Answer", found.incidence[:, found.place(int(kind))].tolist())
        case ("error", variance, kind):
            error = np.sqrt(found.variance(int(kind), cast("Variance", variance)))
            # Of cmprsk R tells the days on which this kind of event happened.
            days = found.events[:, found.place(int(kind))] > 0 if variance == "cmprsk" else slice(None)
            return cast("Answer", error[days].tolist())
        case ("at day", kind, day, interval):
            estimates = estimate_cumulative_incidence(found, int(kind), [int(day)], 0.95, cast("Interval", interval))
            return numbers(estimates, "value", "low", "high")
    raise LookupError(question)
