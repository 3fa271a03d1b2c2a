"""What is no design of a trial, in words: every reason at once, with what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal, get_args

Spending = Literal["obrien-fleming", "pocock", "hwang-shih-decani"]
SPENDINGS: tuple[Spending, ...] = get_args(Spending)
# Two looks so close are one: between them hardly anything can happen.
CLOSEST = 1e-3
# Larger ones overflow, and spend everything at the first look or at the last one.
LARGEST_GAMMA = 100.0


class NotADesign(ValueError):  # noqa: N818 - it says what is so, as InputProblems does
    """Numbers that no trial can have. `reasons` says each thing that is wrong and what is allowed.

    >>> str(NotADesign(["alpha must be above 0", "no look"]))
    'no design: alpha must be above 0; no look'
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("no design: " + "; ".join(reasons))
        self.reasons = tuple(reasons)

    def __reduce__(self) -> tuple[type[NotADesign], tuple[tuple[str, ...]]]:
        """What another process is sent: the reasons, for the message alone would make none of them."""
        return type(self), (self.reasons,)


def refuse(reasons: Iterable[str]) -> None:
    """NotADesign if there is any reason.

    >>> refuse([])
    """
    if found := list(reasons):
        raise NotADesign(found)


def not_between(name: str, value: float, low: float, high: float) -> list[str]:
    """A reason where a number is not above `low` and below `high`; `nan` never is.

    >>> not_between("alpha", 1.5, 0, 1)
    ['alpha must be above 0 and below 1, found 1.5']
    """
    if low < value < high:
        return []
    below = "" if math.isinf(high) else f" and below {high:g}"
    return [f"{name} must be above {low:g}{below}{' and finite' if math.isinf(high) else ''}, found {value:g}"]


def not_from_zero(name: str, values: Sequence[float]) -> list[str]:
    """A reason where starts do not begin at 0, do not rise, or are not finite.

    >>> not_from_zero("starts", [0, 6, 3])
    ['starts must begin at 0 and rise, found 0, 6, 3']
    """
    rises = all(one < other for one, other in pairwise(values))
    if values and values[0] == 0 and rises and all(map(math.isfinite, values)):
        return []
    return [f"{name} must begin at 0 and rise, found {', '.join(f'{one:g}' for one in values) or 'none'}"]


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


def spending_named(name: str) -> Spending:
    """The kind of spending of that name; NotADesign where there is none such.

    >>> spending_named("pocock")
    'pocock'
    """
    for kind in SPENDINGS:
        if kind == name:
            return kind
    raise NotADesign(wrong_kind(name, None))


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
    if amounts and not any(amounts):
        reasons.append("something must be spent by the last look, found 0: no trial could show anything")
    if not max(amounts, default=0.0) <= alpha:
        reasons.append(f"{max(amounts):g} would be spent, more than alpha, {alpha:g}")
    return reasons


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{one:g}" for one in values)


def not_whole(name: str, numbers: Iterable[float]) -> list[str]:
    """A reason where a number is not whole, or is below 1.

    >>> not_whole("people", [24, 2.5])
    ['people must be whole and 1 or more, found 2.5']
    """
    return [f"{name} must be whole and 1 or more, found {one:g}" for one in numbers if not (one >= 1 and one % 1 == 0)]
