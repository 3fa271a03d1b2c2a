"""Where a supply ends or begins, and whether it did so at its full level: arrays of months in, flags out.

A drug that people leave one by one declines; one that is handed to a homecare company ends at its full level from one
month to the next. Months without a report say nothing, so each code's reported months are first moved together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from remission.supply.coverage.rule import CoverageRule

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Edges:
    """For each month the last month of issue up to it, and how the supply was there; `last` is -1 before any issue."""

    last: Whole
    abrupt: Flags
    declined: Flags


def packing(reported: Flags) -> tuple[Whole, Flags]:
    """Order that moves each code's reported months to the front, and which places then hold one.

    reported: shape (codes, months).

    >>> order, held = packing(np.array([[True, False, True]]))
    >>> order.tolist(), held.tolist()
    ([[0, 2, 1]], [[True, True, False]])
    """
    # Stable, so that reported months keep their order; False sorts first, hence the negation.
    order = np.argsort(~reported, axis=1, kind="stable")
    return order, np.take_along_axis(reported, order, axis=1)


def find_edges(amounts: Floats, issued: Flags, held: Flags, rule: CoverageRule) -> Edges:
    """The last issue up to each month, and whether supply stood at its full level there or had declined.

    amounts: patient-years, issued: bool, both shape (codes, therapies, months), 0 and False where nothing is held;
    held: shape (codes, months). For the beginnings of supply hand in all three with their months reversed.
    """
    places = np.arange(amounts.shape[-1])
    last = np.maximum.accumulate(np.where(issued, places, -1), axis=-1)
    # Over six months the level, over three the tail: an end is abrupt when the tail still stands near the peak.
    level, noise = _level(amounts, held, rule.level_months)
    tail, _ = _level(amounts, held, rule.tail_months)
    peak = _highest_before(level, rule.peak_months)
    stands = tail >= rule.tail_share * peak
    # A level is one only when it was seen for as long as the rule asks.
    whole = (np.cumsum(held, axis=1) >= rule.level_months)[:, None, :]
    # `least_level` is in patient-years a year: one or two people may stop in one month by chance.
    abrupt = whole & stands & (12 * level >= rule.least_level) & (level >= rule.noise_times * noise)
    # Both the tail and the level have gone down, from a peak that was one: a low end alone may be noise.
    declined = ~stands & (level < rule.tail_share * peak) & (12 * peak >= rule.least_level)
    # Read off at the last issue, and only where there was one; place 0 stands in elsewhere and is cut away by `some`.
    there = np.maximum(last, 0)
    some = last >= 0
    return Edges(
        last,
        some & np.take_along_axis(abrupt, there, axis=-1),
        some & np.take_along_axis(declined, there, axis=-1),
    )


def _level(amounts: Floats, held: Flags, months: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the last months up to each, of those that there are."""
    there = np.broadcast_to(held[:, None, :], amounts.shape).astype(np.float64)
    number = np.maximum(_sum_back(there, months), 1)
    mean = _sum_back(amounts, months) / number
    # About the mean of each window, for the same reason as below: a difference of squares loses digits.
    squares = np.zeros_like(amounts)
    for back in range(min(months, amounts.shape[-1])):
        ends = amounts.shape[-1] - back
        squares[..., back:] += there[..., :ends] * (amounts[..., :ends] - mean[..., back:]) ** 2
    return mean, np.sqrt(squares / number)


def _sum_back(values: Floats, months: int) -> Floats:
    # Added up window by window: differences of running sums lose digits, and the plain twin has them all.
    total = np.zeros_like(values)
    for back in range(min(months, values.shape[-1])):
        total[..., back:] += values[..., : values.shape[-1] - back]
    return total


def _highest_before(level: Floats, months: int) -> Floats:
    highest = level.copy()
    # As many passes as months in the window, at most two dozen: simpler than a queue, and each pass is one operation.
    for back in range(1, min(months, level.shape[-1])):
        np.maximum(highest[..., back:], level[..., : level.shape[-1] - back], out=highest[..., back:])
    return highest
