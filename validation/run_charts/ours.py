"""Run charts: median, runs, crossings and their limits; the likeliest step."""

from __future__ import annotations

import math

from pins import ROUNDING, Answer, Inputs, Instead
from remission.stats.months.run_chart import run_chart, runs_limits

TOLERANCE = ROUNDING
# Their runs are what chance allows.
SILENT = {"step|still", "step|few", "step|ties"}


def on_purpose(key: str, _theirs: Answer) -> Instead | None:
    """R is asked for the likeliest step of every series; we give one only where the runs signal."""
    if key in SILENT:
        return [-1.0, math.nan, math.nan], "no step where the runs are silent"
    return None


def ours(inputs: Inputs, question: str, name: str = "") -> Answer:
    """Our answer, as to `runs|trend`."""
    if question == "quantiles of a binomial":
        return [float(one) for one in runs_limits(range(1, 201))[1]]
    chart = run_chart(inputs[name]["value"])
    runs = (chart.median, chart.useful, chart.longest, chart.longest_allowed, chart.crossings, chart.crossings_needed)
    answers = {"runs": runs, "step": (chart.step, chart.before, chart.after)}
    return [float(one) for one in answers[question]]
