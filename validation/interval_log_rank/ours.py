"""The log-rank test for events seen at visits, by Sun's and Finkelstein's scores: every way counted; chi-squared."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.interval.scores import interval_log_rank

TOLERANCE = Tolerance(1e-6, "scores rest on a curve that both sides climb to within 1e-8 of its top")
INPUTS = "npmle"
NEVER = 1_000_000


def ours(inputs: Inputs, name: str, scores: str, groups: str, by: str) -> Answer:
    """Our answer, as to `registry|Sun|2|chi-squared`."""
    d = inputs[name]
    seen = np.where(d["seen"] == NEVER, np.inf, d["seen"])
    group = np.arange(1, seen.size + 1) % int(groups)
    test = interval_log_rank(d["last_free"], seen, group, scores=cast("Any", scores), by=cast("Any", by))
    return [test.statistic, test.p]
