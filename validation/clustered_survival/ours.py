"""Variance by cluster (infinitesimal jackknife) of the Kaplan-Meier curve; limits of five kinds; values at chosen days;
median with its limits; restricted mean and the difference of two that share clusters.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from pins import ROUNDING, Answer, Inputs, Instead, Table, numbers
from remission.stats.intervals import Interval, confidence_limits
from remission.stats.survival.estimates import estimate_median, estimate_survival
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.restricted_mean import restricted_mean, restricted_mean_difference

TOLERANCE = ROUNDING
NO_EVENT_YET = "no limits before the first event: nobody has shown how likely it is"


def on_purpose(key: str, theirs: Answer) -> Instead | None:
    """As without clusters."""
    no_event_yet = key.split("|")[1] == "at day" and theirs[-1] == 0
    if no_event_yet and not all(map(math.isnan, theirs[1:3])):
        return [theirs[0], math.nan, math.nan, *theirs[3:]], NO_EVENT_YET
    return None


def ours(inputs: Inputs, name: str, question: str, *settings: str) -> Answer:
    """Our answer, as to `centres|median|log-log|0.95`."""
    whole = clustered_curve(inputs[name])
    match (question, *settings):
        case ("survival",):
            return cast("Answer", whole.survival.tolist())
        case ("standard error",):
            variance = np.where(whole.survival > 0, whole.log_variance, 0)
            return cast("Answer", (whole.survival * np.sqrt(variance)).tolist())
        case ("restricted mean", horizon):
            return list(restricted_mean(whole, int(horizon)))
        case ("difference", horizon, level):
            return _difference(inputs[name], int(horizon), float(level))
    *chosen, interval, level = settings
    return _with_limits(whole, (question, *chosen), cast("Interval", interval), float(level))


def clustered_curve(d: Table) -> Curve:
    """The curve of a data set with its clusters."""
    return kaplan_meier(d["exit"], d["event"] == 1, entry=d["entry"], weight=d["weight"], cluster=d["cluster"])


def _difference(d: Table, horizon: int, level: float) -> Answer:
    curves = (clustered_curve({column: d[column][d["group"] == group] for column in d}) for group in "ab")
    estimates, test = restricted_mean_difference(*curves, horizon, level)
    return [*numbers(estimates, "value", "low", "high"), test.p]


def _with_limits(curve: Curve, question: tuple[str, ...], interval: Interval, level: float) -> Answer:
    match question:
        case ("at day", day):
            estimates = estimate_survival(curve, [int(day)], level, interval)
            return numbers(estimates, "value", "low", "high", "events")
        case ("median",):
            return numbers(estimate_median(curve, level, interval), "value", "low", "high")
        case ("low" | "high" as side,):
            low, high = confidence_limits(curve.survival, curve.log_variance, level, interval)
            return cast("Answer", (low if side == "low" else high).tolist())
    raise LookupError(question)
