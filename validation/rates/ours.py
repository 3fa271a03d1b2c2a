"""Rates: exact, robust by cluster, negative binomial with its dispersion; ratio of two negative binomial rates."""

from __future__ import annotations

from typing import cast

from pins import Answer, Inputs, Tolerance, numbers
from remission.stats.rates import EventCounts, RateMethod, estimate_rate, estimate_rate_ratio

TOLERANCE = Tolerance(1e-9, "both sides look for the likeliest dispersion, and stop when nothing moves any more")


def ours(inputs: Inputs, name: str, question: str, level: str) -> Answer:
    """Our answer, as to `trial|negative binomial|0.95`."""
    d = inputs[name]
    if question == "ratio":
        a, b = (EventCounts.of(d["events"][d["group"] == group], d["days"][d["group"] == group]) for group in "ab")
        estimates, test = estimate_rate_ratio(a, b, float(level))
        return [*numbers(estimates, "value", "low", "high"), test.statistic, test.p]
    counts = EventCounts.of(d["events"], d["days"], d["subject"])
    estimates = estimate_rate(counts, float(level), cast("RateMethod", question))
    dispersion = estimates.frame.filter(estimates.frame["what"] == "dispersion")["value"].to_list()
    return [*numbers(estimates, "value", "low", "high"), *dispersion]
