"""Log-rank, stratified log-rank, observed, expected, covariance; with late entry."""

from __future__ import annotations

import math
from typing import cast

from pins import ROUNDING, Answer, Inputs
from remission.stats.survival.logrank import events_by_group, log_rank

TOLERANCE = ROUNDING
INPUTS = "kaplan_meier"


def ours(inputs: Inputs, name: str, question: str) -> Answer:
    """Our answer, as to `ties|stratified log-rank`."""
    d = inputs[name]
    arguments = (d["exit"], d["event"] == 1, d["group"])
    if question in ("observed", "expected", "covariance"):
        return cast("Answer", getattr(events_by_group(*arguments), question).ravel().tolist())
    strata = {"log-rank": None, "stratified log-rank": d["stratum"]}[question]
    test = log_rank(*arguments, strata=strata, entry=d["entry"])
    return [test.statistic, math.nan if test.df is None else float(test.df), test.p]
