"""The difference of two numbers whose intervals are all that is known of them."""

from __future__ import annotations

import math
from typing import NamedTuple

from remission.stats.estimates import Estimates


class Limits(NamedTuple):
    """A number with its limits, NaN where there are none."""

    value: float
    low: float
    high: float


def difference_limits(one: Limits, other: Limits) -> tuple[float, float]:
    """Limits of `one` less `other`, of two groups that are strangers to each other, from the limits of each.

    With d the difference, low is d - sqrt((p - l)^2 + (U - P)^2) and high is d + sqrt((u - p)^2 + (P - L)^2), small
    letters of the one and large ones of the other (square and add, MOVER). NaN where a limit of either is.

    Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10, with Wilson limits;
    Zou & Donner 2008, doi:10.1002/sim.3095, for limits of any kind.

    >>> low, high = difference_limits(Limits(0.8, 0.6920, 0.8769), Limits(0.6, 0.4904, 0.7004))
    >>> round(low, 3), round(high, 3)
    (0.053, 0.334)
    """
    between = one.value - other.value
    down = math.hypot(one.value - one.low, other.high - other.value)
    up = math.hypot(one.high - one.value, other.value - other.low)
    return between - down, between + up


def estimate_difference(
    first: tuple[float, float, float], second: tuple[float, float, float], level: float = 0.95
) -> Estimates:
    """The first number less the second, with an interval recovered from theirs (MOVER).

    first, second: value, lower and upper limit, of independent estimates and of one `level`. The limits may be
    asymmetric. ValueError where a value lies outside its limits. Sources as for `difference_limits`.

    >>> row = estimate_difference((0.81, 0.68, 0.96), (0.71, 0.63, 0.80)).rows()[0]
    >>> [round(row[limit], 3) for limit in ("value", "low", "high")]
    [0.1, -0.058, 0.27]
    """
    one, other = Limits(*first), Limits(*second)
    for value, low, high in (one, other):
        if not low <= value <= high:
            raise ValueError(f"the value must lie within its limits, found {value} beside {low} to {high}")
    row = {"what": "difference", "level": level, "scale": "linear", "method": "difference, limits recovered from both"}
    low, high = difference_limits(one, other)
    return Estimates.of([row | {"value": one.value - other.value, "low": low, "high": high}])
