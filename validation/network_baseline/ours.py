"""The slope of log rate ratios on the latent log rate of the reference, with its limits and p; effects; what is left on
the year; of two arms the same by a bivariate model. Errors of printed rates and ratios.
"""

from __future__ import annotations

import numpy as np

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.network.arms import Arms
from remission.stats.network.baseline_risk import BaselineRisk, regress_on_baseline
from remission.stats.network.printed_rates import rate_errors, rate_ratio_errors
from remission.stats.network.trends import trends_on_year

TOLERANCE = Tolerance(1e-6, "R climbs without derivatives, so that it knows the top to half of its digits")
# Fitted once, and asked of several times.
_FITTED: dict[tuple[str, str], BaselineRisk] = {}


def ours(inputs: Inputs, table: str, name: str, question: str) -> Answer:
    """Our answer, as to `several|17|limits`."""
    if table == "rates":
        return [_error(inputs[table], int(name) - 1, question)]
    found = _fitted(inputs[table], table, name)
    others = [at for at, one in enumerate(found.names) if one != "x"]
    if question == "bivariate":
        return [found.slope, found.spread, found.tau2, found.mean, float(found.effects[others[0]])]
    if question == "effects":
        errors = np.sqrt(found.covariance.diagonal())
        return [found.mean, *found.effects[others].tolist(), *errors.tolist()]
    if question == "trend":
        on = trends_on_year(found, {study: float(study.removeprefix("s")) for study in found.arms.of_study}).on
        return [on.slope, on.error]
    answers = {"spread": [found.slope, found.spread, found.tau2], "p": [found.p], "limits": [found.low, found.high]}
    return answers[question]


def _fitted(table: Table, which: str, name: str) -> BaselineRisk:
    if (which, name) not in _FITTED:
        d = {column: values[table["network"] == int(name)] for column, values in table.items()}
        studies, treatments = ([str(one) for one in d[column]] for column in ("study", "treatment"))
        _FITTED[which, name] = regress_on_baseline(Arms(studies, treatments, d["value"], d["variance"]), "x")
    return _FITTED[which, name]


def _error(d: Table, at: int, question: str) -> float:
    row = {name: float(column[at]) for name, column in d.items()}
    factors = {"over_dispersion": row["over_dispersion"], "share": row["share"]}
    if question == "rate":
        return float(rate_errors(row["people"], row["rate"], row["months"], **factors)[0])
    return float(
        rate_ratio_errors(row["people"], row["rate"], row["other_people"], row["other_rate"], row["months"], **factors)[
            0
        ]
    )
