"""Wilcoxon signed rank: normal with and without correction; exact."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs
from remission.stats.ranks import wilcoxon_signed_rank

TOLERANCE = ROUNDING


def ours(inputs: Inputs, name: str, *method: str) -> Answer:
    """Our answer, as to `many|normal|corrected`."""
    values = inputs[name]["difference"]
    match method:
        case ("exact",):
            test = wilcoxon_signed_rank(values, "exact")
        case ("normal", "corrected" | "uncorrected" as correction):
            test = wilcoxon_signed_rank(values, "normal", correct=correction == "corrected")
        case _:
            raise LookupError(method)
    return [test.statistic, test.p]
