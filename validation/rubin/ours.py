"""Rubin's rules: value, variances within and between sets, degrees of freedom, error, share missing, quantile of t."""

from __future__ import annotations

import numpy as np

from pins import ROUNDING, Answer, Inputs
from remission.stats.propensity.rubin import pool_imputations

TOLERANCE = ROUNDING
INPUTS = "propensity"


def ours(inputs: Inputs, name: str, sets: str, complete_df: str) -> Answer:
    """Our answer, as to `chosen|5|400`."""
    age, m = inputs[name]["age"] / 10, int(sets)
    parts = [age[(np.arange(age.size) + 1) % m == k] for k in range(m)]
    errors = [float(one.std(ddof=1) / np.sqrt(one.size)) for one in parts]
    told = pool_imputations([float(one.mean()) for one in parts], errors, complete_df=float(complete_df))
    return [told.value, told.within, told.between, told.df, told.error, told.share_missing, told.quantile(0.95)]
