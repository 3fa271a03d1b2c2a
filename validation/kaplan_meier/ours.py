"""Kaplan-Meier curve, numbers at risk, Greenwood sum; limits plain, log, log-log, logit, arcsin; values at chosen days;
quartiles with Brookmeyer-Crowley limits; reverse Kaplan-Meier.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from pins import ROUNDING, Answer, Inputs, Instead, Table, numbers
from remission.stats.intervals import Interval, confidence_limits
from remission.stats.survival.estimates import estimate_follow_up, estimate_median, estimate_survival
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier

TOLERANCE = ROUNDING
FIRST_DAY = "the first day with a limit below one half, as print(survfit) does; quantile(survfit) sorts the limits"
NO_EVENT_YET = "no limits before the first event: nobody has shown how likely it is"
# The upper limit of this curve is 0.469 on day 57, for the first time below one half, and 0.485 on day 58.
FIRST_DAY_BELOW = {"whole_weights|follow-up|log|0.95": [44.0, 32.0, 57.0]}


def on_purpose(key: str, theirs: Answer) -> Instead | None:
    """The two differences that the README gives reasons for."""
    if key in FIRST_DAY_BELOW:
        return FIRST_DAY_BELOW[key], FIRST_DAY
    no_event_yet = key.split("|")[1] == "at day" and theirs[-1] == 0
    if no_event_yet and not all(map(math.isnan, theirs[1:3])):
        return [theirs[0], math.nan, math.nan, *theirs[3:]], NO_EVENT_YET
    return None


def ours(inputs: Inputs, name: str, question: str, *settings: str) -> Answer:
    """Our answer, as to `ties|quantile|0.5|log-log|0.95`."""
    d = inputs[name]
    curve = kaplan_meier(d["exit"], d["event"] == 1, entry=d["entry"], weight=d["weight"])
    if not settings:
        return _whole(curve)[question]
    *chosen, interval, level = settings
    return _with_limits(d, curve, (question, *chosen), cast("Interval", interval), float(level))


def _whole(curve: Curve) -> dict[str, Answer]:
    columns = ("days", "at_risk", "events", "censored", "survival", "greenwood")
    return {column.replace("_", " "): np.asarray(getattr(curve, column), float).tolist() for column in columns}


def _with_limits(d: Table, curve: Curve, question: tuple[str, ...], interval: Interval, level: float) -> Answer:
    match question:
        case ("low" | "high" as side,):
            low, high = confidence_limits(curve.survival, curve.greenwood, level, interval)
            return cast("Answer", (low if side == "low" else high).tolist())
        case ("at day", day):
            estimates = estimate_survival(curve, [int(day)], level, interval)
            return numbers(estimates, "value", "low", "high", "at_risk", "events")
        case ("quantile", share):
            return numbers(estimate_median(curve, level, interval, float(share)), "value", "low", "high")
        case ("follow-up",):
            event = d["event"] == 1
            estimates = estimate_follow_up(d["exit"], event, entry=d["entry"], level=level, interval=interval)
            return numbers(estimates, "value", "low", "high")
    raise LookupError(question)
