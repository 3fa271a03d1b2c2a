"""Pseudo-observations of the share free and of the restricted mean; the augmented difference and its error."""

from __future__ import annotations

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.emulation.augmented import augmented_difference
from remission.stats.emulation.pseudo import pseudo_restricted_mean, pseudo_survival
from remission.stats.propensity.logistic import fit_propensity

TOLERANCE = Tolerance(1e-9, "survfit takes days for equal that it reads as equal; glm stops where nothing changes")
INPUTS = "propensity"
COLUMNS = ("age", "edss", "relapses", "female")
HORIZON = 731


def ours(inputs: Inputs, name: str, question: str, about: str) -> Answer:
    """Our answer, as to `chosen|survival|365`."""
    d = inputs[name]
    exit, event = np.array(d["exit"]).astype(np.int64), np.array(d["event"]) == 1
    last = int(exit.max())
    if question == "survival":
        return [*map(float, pseudo_survival(exit, event, [last if about == "last" else int(about)])[:, 0])]
    if question == "restricted mean":
        return [*map(float, pseudo_restricted_mean(exit, event, last if about == "last" else int(about)))]
    shares = pseudo_survival(exit, event, [HORIZON])[:, 0]
    outcome = shares if about == "survival" else pseudo_restricted_mean(exit, event, HORIZON)
    columns, treated = {one: d[one] for one in COLUMNS}, np.array(d["treated"]) == 1
    found = augmented_difference(treated, outcome, fit_propensity(treated, columns).scores, columns)
    return [found.value, found.error, found.treated, found.others]
