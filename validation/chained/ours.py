"""Values filled in by chained equations: means, spreads and shares of many sets of one column that a third lack."""

from __future__ import annotations

from functools import cache

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.propensity.chained import impute_chained

TOLERANCE = Tolerance(0.05, "ours are means of draws; one without the doubt in coefficients is farther off in spread")
INPUTS = "propensity"
SETS = {"edss": 2000, "female": 1000}


def ours(inputs: Inputs, name: str, question: str) -> Answer:
    """Our answer, as to `chosen|spread`."""
    d = inputs[name]
    lacked = "female" if question == "chance" else "edss"
    drawn = _drawn(tuple(tuple(d[one].tolist()) for one in ("age", "edss", "relapses", "female", "treated")), lacked)
    told = drawn.std(axis=0) if question == "spread" else drawn.mean(axis=0)
    return [float(one) for one in told]


@cache
def _drawn(columns: tuple[tuple[float, ...], ...], lacked: str) -> np.ndarray:
    named = dict(zip(("age", "edss", "relapses", "female", "treated"), map(np.array, columns), strict=True))
    lacks = (np.arange(named["age"].size) + 1) % 3 == 0
    column = np.where(lacks, np.nan, named.pop(lacked))
    sets = impute_chained({lacked: column}, named, SETS[lacked], seed=1)
    return np.array([one[lacked][lacks][:5] for one in sets])
