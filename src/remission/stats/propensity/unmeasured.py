"""How strong would something unmeasured have to be, to explain a ratio away? The E-value."""

from __future__ import annotations

import math
from dataclasses import dataclass

# An outcome that fewer have by the end of follow-up is rare: its hazard ratio is then near its ratio of risks.
RARE = 0.15
HAZARDS = "RR + sqrt(RR (RR - 1)) of a hazard ratio"
SHARES = "RR + sqrt(RR (RR - 1)) of a ratio of shares"
TURNED = "(1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1 / HR))"


@dataclass(frozen=True)
class EValue:
    """Of the estimate and of the limit that is nearer to 1; that of the limit is 1 where the interval holds 1.

    As a ratio of risks: both how much more often those treated had it, and how much more often those with it have the
    event, must be at least this large.
    """

    value: float
    nearer: float
    method: str


def e_value(ratio: float) -> float:
    """Of a ratio of risks, on either side of 1. ValueError for what is no ratio.

    VanderWeele & Ding 2017, doi:10.7326/M16-2607.

    >>> round(e_value(0.8), 3), e_value(1.0)
    (1.809, 1.0)
    """
    if not (ratio > 0 and math.isfinite(ratio)):
        raise ValueError(f"a ratio is above 0 and finite, found {ratio}")
    above = max(ratio, 1 / ratio)
    return above + math.sqrt(above * (above - 1))


def hazard_e_value(ratio: float, low: float, high: float, *, share_with_event: float) -> EValue:
    """Of a hazard ratio with its limits; where the outcome is common it is turned into a ratio of risks first.

    share_with_event: by the end of follow-up, in both groups together; above 15 % the outcome is common, and its ratio
    of risks is nearly (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1 / HR)). Same source; ValueError as in `e_value`.

    >>> hazard_e_value(0.56, 0.46, 0.69, share_with_event=0.4).value.__round__(2)
    2.35
    """
    common = share_with_event > RARE
    turned = _risk_ratio if common else float
    nearer = low if ratio > 1 else high
    crosses = low <= 1 <= high
    said = f"common outcome, turned into a ratio of risks RR = {TURNED}" if common else "rare outcome, taken for RR"
    return EValue(e_value(turned(ratio)), 1.0 if crosses else e_value(turned(nearer)), f"{HAZARDS}, {said}")


def risk_e_value(ratio: float, low: float, high: float) -> EValue:
    """Of a ratio of risks (shares by a day) with its limits, which needs no turning. Same source; ValueError likewise.

    >>> risk_e_value(0.5, 0.25, 0.8).value.__round__(2), risk_e_value(0.9, 0.7, 1.1).nearer
    (3.41, 1.0)
    """
    nearer = low if ratio > 1 else high
    return EValue(e_value(ratio), 1.0 if low <= 1 <= high else e_value(nearer), SHARES)


def _risk_ratio(hazard_ratio: float) -> float:
    root = math.sqrt(hazard_ratio)
    return float((1 - 0.5**root) / (1 - 0.5 ** (1 / root)))
