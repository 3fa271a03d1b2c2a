"""Of those still free at an earlier time, how many still are at a later one: from two printed shares of one study.

The two rest on the same people, so their logarithms are not apart by chance alone: what happens after the earlier time
adds to the variance, and nothing else does. So the variance of log(later / earlier) is that of the later logarithm
less that of the earlier one, as in Greenwood's sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.stats.intervals import normal_quantile

if TYPE_CHECKING:
    from remission.studies.study import Number

# The slope of the logarithm of a share by what each interval is even on.
SCALES: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "plain": (lambda s: s, lambda s: 1 / s),
    "log": (math.log, lambda _: 1.0),
    "log-log": (lambda s: math.log(-math.log(s)), lambda s: -math.log(s)),
}


@dataclass(frozen=True)
class LaterShare:
    """The later share over the earlier one, with limits at `level`; `scales` are those the printed intervals are on."""

    value: float
    low: float
    high: float
    level: float
    scales: tuple[str, str]


def later_share(earlier: Number, later: Number, level: float = 0.95) -> LaterShare | None:
    """The ratio with its interval; None where one of the shares has no interval, or the later one is the surer.

    The scale of each printed interval is that on which its estimate is most central: papers seldom say which they took.

    >>> from remission.studies.load import load_studies
    >>> sweden = load_studies().of_name("silfverberg-2023")
    >>> five, ten = (next(one for one in sweden.numbers if one.what == "neda" and one.months == at) for at in (60, 120))
    >>> found = later_share(five, ten)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.89, 0.81, 0.98)
    """
    told = [_log_variance(one) for one in (earlier, later)]
    if told[0] is None or told[1] is None:
        return None
    (before, one_scale), (after, other_scale) = told[0], told[1]
    if after < before or not earlier.value or not later.value:
        return None
    ratio, half = later.value / earlier.value, normal_quantile(level) * math.sqrt(after - before)
    low, high = ratio * math.exp(-half), min(1.0, ratio * math.exp(half))
    return LaterShare(ratio, low, high, level, (one_scale, other_scale))


def _log_variance(number: Number) -> tuple[float, str] | None:
    """The variance of the logarithm of a printed share, and the scale its interval is on."""
    if not number.has_interval or number.level is None:
        return None
    share, low, high = ((one or 0.0) / 100 for one in (number.value, number.low, number.high))
    if not 0 < low < share < high < 1:
        return None
    scale = min(SCALES, key=lambda name: _off_centre(SCALES[name][0], share, low, high))
    on, slope = SCALES[scale]
    error = abs(on(high) - on(low)) / (2 * normal_quantile(number.level))
    return (error * slope(share)) ** 2, scale


def _off_centre(on: Callable[[float], float], share: float, low: float, high: float) -> float:
    """How far the estimate lies from the middle of its limits, as a part of their width."""
    return abs((on(high) + on(low)) / 2 - on(share)) / abs(on(high) - on(low))
