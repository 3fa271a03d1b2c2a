"""How much of an error may be spent by each share of the information: the functions of Lan and DeMets and their kin."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal, get_args

from scipy.special import ndtr, ndtri

from remission.stats.group_sequential.refusals import not_between, refuse

Spending = Literal["obrien-fleming", "pocock", "hwang-shih-decani"]
SPENDINGS: tuple[Spending, ...] = get_args(Spending)
# Two looks so close are one: between them hardly anything can happen.
CLOSEST = 1e-3
# Larger ones overflow, and spend everything at the first look or at the last one.
LARGEST_GAMMA = 100.0


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
    return tuple(float(alpha if t == 1 else function(alpha, t, gamma or 0.0)) for t in fractions)


def wrong_fractions(fractions: Sequence[float]) -> list[str]:
    """What is wrong with information fractions: they rise, from above 0 to 1 at most.

    >>> wrong_fractions([0.5, 0.4, 1.2])
    ['information fractions must rise by 0.001 or more, from above 0 to 1 at most, found 0.5, 0.4, 1.2']
    """
    rise = all(later - earlier >= CLOSEST for earlier, later in pairwise((0.0, *fractions)))
    if len(fractions) and rise and fractions[-1] <= 1:
        return []
    found = ", ".join(f"{one:g}" for one in fractions) or "none"
    return [f"information fractions must rise by {CLOSEST:g} or more, from above 0 to 1 at most, found {found}"]


def wrong_kind(kind: str, gamma: float | None) -> list[str]:
    """What is wrong with the name of a spending function and its gamma.

    >>> wrong_kind("pocock", 2.0)
    ['gamma belongs to hwang-shih-decani, and not to pocock: leave it out']
    """
    if kind not in SPENDINGS:
        return [f"spending must be one of {', '.join(SPENDINGS)}, found {kind}"]
    if kind != "hwang-shih-decani":
        return [] if gamma is None else [f"gamma belongs to hwang-shih-decani, and not to {kind}: leave it out"]
    if gamma is None or not abs(gamma) <= LARGEST_GAMMA:
        return [f"gamma of hwang-shih-decani must be from -{LARGEST_GAMMA:g} to {LARGEST_GAMMA:g}, found {gamma}"]
    return []


def wrong_amounts(amounts: Sequence[float], alpha: float, looks: int) -> list[str]:
    """What is wrong with amounts that somebody wrote down: they never fall, and no more than alpha is spent.

    >>> wrong_amounts([0.01, 0.03], 0.025, 2)
    ['0.03 would be spent, more than alpha, 0.025']
    """
    reasons = []
    if len(amounts) != looks:
        reasons.append(f"an amount spent must be given for each of {looks} looks, found {len(amounts)}")
    if not all(earlier <= later for earlier, later in pairwise((0.0, *amounts))):
        reasons.append(f"amounts spent are cumulative: from 0 on they never fall, found {_listed(amounts)}")
    if not max(amounts, default=0.0) <= alpha:
        reasons.append(f"{max(amounts):g} would be spent, more than alpha, {alpha:g}")
    return reasons


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{one:g}" for one in values)


def _obrien_fleming(alpha: float, t: float, _gamma: float) -> float:
    # The lower tail, for 1 - Phi would lose what early looks spend.
    return float(2 * ndtr(ndtri(alpha / 2) / math.sqrt(t)))


def _pocock(alpha: float, t: float, _gamma: float) -> float:
    return alpha * math.log1p((math.e - 1) * t)


def _hwang_shih_decani(alpha: float, t: float, gamma: float) -> float:
    return alpha * (math.expm1(-gamma * t) / math.expm1(-gamma) if gamma else t)


_FUNCTIONS: dict[Spending, Callable[[float, float, float], float]] = {
    "obrien-fleming": _obrien_fleming,
    "pocock": _pocock,
    "hwang-shih-decani": _hwang_shih_decani,
}
