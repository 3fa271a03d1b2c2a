"""The log-rank test by permutation, every way counted, with ties."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs
from remission.stats.survival.permutation import permutation_log_rank

TOLERANCE = ROUNDING
INPUTS = "kaplan_meier"


def ours(inputs: Inputs, name: str, n: str) -> Answer:
    """Our answer, as to `ties|24`."""
    d = {column: values[: int(n)] for column, values in inputs[name].items()}
    return [permutation_log_rank(d["exit"], d["event"] == 1, d["group"]).p]
