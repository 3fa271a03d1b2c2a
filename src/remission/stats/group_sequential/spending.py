"""How much of an error may be spent by each share of the information: the functions of Lan and DeMets and their kin."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from scipy.special import ndtr, ndtri

from remission.inputs.not_a_design import Spending, not_between, refuse, wrong_fractions, wrong_kind

__all__ = ["Spending", "spend"]


def spend(kind: Spending, alpha: float, fractions: Sequence[float], gamma: float | None = None) -> tuple[float, ...]:
    """What is spent of a one-sided error `alpha` by each information fraction t.

    - obrien-fleming: 2 - 2 Phi(z_{alpha/2} / sqrt t), and pocock: alpha log(1 + (e - 1) t): Lan & DeMets 1983,
      doi:10.1093/biomet/70.3.659. Their bounds are like O'Brien and Fleming's or Pocock's, and not the same.
    - hwang-shih-decani: alpha (1 - exp(-gamma t)) / (1 - exp(-gamma)), alpha t at gamma 0: Hwang, Shih & De Cani 1990,
      doi:10.1002/sim.4780091207. -4 is near O'Brien and Fleming, 1 near Pocock.

    Pinned to rpact. NotADesign (a ValueError) with every reason: fractions out of order, an alpha outside 0 to 1, a
    gamma that lacks or is not asked for.

    >>> [round(one, 6) for one in spend("obrien-fleming", 0.025, [0.5, 0.75, 1])]
    [0.001525, 0.009649, 0.025]
    """
    refuse([*not_between("alpha", alpha, 0, 1), *wrong_fractions(fractions), *wrong_kind(kind, gamma)])
    function = _FUNCTIONS[kind]
    # At 1 a formula may be off by its last digit, and all of alpha is to be spent.
    return tuple(float(alpha if t == 1 else function(alpha, t, gamma or 0.0)) for t in fractions)


def _obrien_fleming(alpha: float, t: float, _gamma: float) -> float:
    # The lower tail, for 1 - Phi would lose what early looks spend.
    return float(2 * ndtr(ndtri(alpha / 2) / math.sqrt(t)))


def _pocock(alpha: float, t: float, _gamma: float) -> float:
    return alpha * math.log1p((math.e - 1) * t)


def _hwang_shih_decani(alpha: float, t: float, gamma: float) -> float:
    # At gamma 0 this is 0 over 0, and its limit is alpha t.
    return alpha * (math.expm1(-gamma * t) / math.expm1(-gamma) if gamma else t)


_FUNCTIONS: dict[Spending, Callable[[float, float, float], float]] = {
    "obrien-fleming": _obrien_fleming,
    "pocock": _pocock,
    "hwang-shih-decani": _hwang_shih_decani,
}
