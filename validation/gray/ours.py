"""Gray's test of two and of three groups, with ties and strata."""

from __future__ import annotations

from pins import Answer, Inputs, Tolerance
from remission.stats.competing.gray import gray_test

INPUTS = "cumulative_incidence"
TOLERANCE = Tolerance(1e-9, "sums of products that both add in another order")


def ours(inputs: Inputs, name: str, by: str, kind: str) -> Answer:
    """Our answer, as to `ties|group in x1|1`."""
    d = inputs[name]
    group, _, stratum = by.partition(" in ")
    strata = d[stratum] if stratum else None
    test = gray_test(d["exit"], d["cause"], d[group], failure=int(kind), strata=strata)
    return [test.statistic, test.p]
