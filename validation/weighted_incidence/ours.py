"""Cumulative incidence under weights, with errors by person, of people, clones and pieces; what two arms differ in."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import Answer, Inputs, Table, Tolerance, numbers
from remission.stats.competing.aalen_johansen import estimate_cumulative_incidence
from remission.stats.competing.differences import incidence_difference, incidence_ratio, time_lost_difference
from remission.stats.propensity.contrasts import Contrast, GroupRows, contrast_groups
from remission.stats.propensity.unmeasured import risk_e_value

TOLERANCE = Tolerance(1e-10, "R adds up weighted influences step by step, we by running sums; coxph stops at 1e-13")
UNTIL = 40
HAZARDS = {1: "cause-specific hazard ratio", 2: "cause-specific hazard ratio of the competing event"}


def ours(inputs: Inputs, name: str, question: str, *settings: str) -> Answer:
    """Our answer, as to `clones|error|1|2`, `trials|difference|1|30`, `E-value|0.6|0.4|0.9`."""
    if name == "E-value":
        found = risk_e_value(float(question), *map(float, settings))
        return [found.value, found.nearer]
    rows, weight = _rows(inputs[name])
    if question in ("incidence", "error", "limits"):
        arm, kind, *day = (int(one) for one in settings)
        one = rows.incidence(weight, treated=arm == 1)
        if question == "incidence":
            return cast("Answer", one.incidence[:, one.place(kind)].tolist())
        if question == "error":
            return cast("Answer", np.sqrt(one.variance(kind)).tolist())
        assert one.share_on(kind, day)[0] == one.incidence[one.days <= day[0]][-1, one.place(kind)]
        return numbers(estimate_cumulative_incidence(one, kind, day), "value", "low", "high")
    both = rows.incidence(weight, treated=True), rows.incidence(weight, treated=False)
    kind, *day = (int(one) for one in settings)
    match question:
        case "difference":
            return list(incidence_difference(*both, kind, day[0]))
        case "ratio":
            return list(incidence_ratio(*both, kind, day[0]))
        case "lost":
            return list(time_lost_difference(*both, kind, UNTIL))
        case "hazard ratio":
            told = {one.what: one for one in contrast_groups(rows, weight, [30], UNTIL)}
            # All contrasts at once say the same as one by itself.
            assert _told(told["difference in cumulative incidence"]) == list(incidence_difference(*both, 1, 30))
            assert _told(told["difference in mean time lost"]) == list(time_lost_difference(*both, 1, UNTIL))
            return _told(next(one for one in told.values() if one.what == HAZARDS[kind]))
    raise LookupError(question)


def _told(contrast: Contrast) -> Answer:
    return [contrast.value, contrast.error]


def _rows(d: Table) -> tuple[GroupRows, np.ndarray]:
    rows = GroupRows(d["entry"], d["exit"], d["cause"] == 1, d["arm"] == 1, d["person"], d["cause"] == 2)
    return rows, d["weight"]
