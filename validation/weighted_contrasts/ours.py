"""Two groups under overlap weights: shares, restricted means and rates with errors by person; E-values."""

from __future__ import annotations

import numpy as np

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.propensity.bootstrap import bootstrap
from remission.stats.propensity.contrasts import (
    Contrast,
    GroupRows,
    contrast_groups,
    mean_contrast,
    rate_contrast,
    rate_of,
    share_contrast,
)
from remission.stats.propensity.logistic import fit_propensity
from remission.stats.propensity.unmeasured import e_value, hazard_e_value
from remission.stats.propensity.weights import weigh

TOLERANCE = Tolerance(1e-7, "glm stops where a step no longer changes the deviance")
INPUTS = "propensity"
COLUMNS = ("age", "edss", "relapses", "female")


def ours(inputs: Inputs, name: str, question: str, about: str) -> Answer:
    """Our answer, as to `chosen|share|365`, `E-value|risks|0.56`."""
    if name == "E-value":
        ratio = float(about)
        if question == "risks":
            return [e_value(ratio)]
        return [hazard_e_value(ratio, ratio, ratio, share_with_event=0.5).value]
    rows, weight = _weighted(inputs[name])
    curves = rows.curve(weight, treated=True), rows.curve(weight, treated=False)
    match question, about:
        case "share", day:
            # All contrasts at once say the same as one by itself.
            both = contrast_groups(rows, weight, [int(day)], 1500)[2], share_contrast(*curves, int(day))
            assert both[0] == both[1]
            return _told(both[0])
        case "mean", horizon:
            return _told(mean_contrast(*curves, int(horizon)))
        case "rate", "ratio":
            return _told(rate_contrast(rows, weight))
        case "rate", "treated":
            # Of draws that all hold everybody once, and so of one, the rate is that of the whole.
            once = bootstrap(1, lambda _: np.array([rate_of(rows, weight, treated=True)]), 2, seed=1)
            return [float(once.values[0, 0])]
    raise LookupError(question)


def _told(contrast: Contrast) -> Answer:
    return [contrast.value, contrast.error]


def _weighted(d: Table) -> tuple[GroupRows, np.ndarray]:
    treated = d["treated"] == 1
    fit = fit_propensity(treated, {one: d[one] for one in COLUMNS})
    people = np.arange(treated.size)
    rows = GroupRows(np.zeros(treated.size, np.int64), d["exit"], d["event"] == 1, treated, people)
    return rows, weigh(fit, "overlap").weight
