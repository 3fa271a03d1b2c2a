"""Funnel: target, phi, tau squared, limits; phi with winsorising."""

from __future__ import annotations

import numpy as np

from pins import ROUNDING, Answer, Inputs
from remission.stats.months.funnel import funnel_of

TOLERANCE = ROUNDING


def ours(inputs: Inputs, _question: str, name: str, asked: str, level: str = "") -> Answer:
    """Our answer, as to `funnel|spread|limits|0.998`."""
    d = inputs[name]
    plain, winsorised = (funnel_of(d["value"], d["size"], d["sigma"][0], winsorised=share) for share in (0, 0.1))
    if asked == "limits":
        return [float(limit) for limit in np.concatenate(plain.limits(d["size"], float(level)))]
    one = {
        "target": plain.target,
        "tau squared": plain.tau_squared,
        "phi": plain.phi,
        "winsorised phi": winsorised.phi,
    }
    return [one[asked]]
