"""What is no design of a trial, in words: every reason at once, with what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise


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
