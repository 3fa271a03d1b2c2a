"""The difference of two numbers whose intervals are all that is known of them."""

from __future__ import annotations

import math

from remission.stats.estimates import Estimates

Limits = tuple[float, float, float]


def estimate_difference(first: Limits, second: Limits, level: float = 0.95) -> Estimates:
    """The first number less the second, with an interval recovered from theirs (MOVER).

    first, second: value, lower and upper limit, of independent estimates and of one `level`. The limits may be
    asymmetric: below stands the root of the squared distances from the first value to its lower and from the second to
    its upper limit, above the other way round. With Wilson's limits of two proportions it is Newcombe's method 10.
    ValueError where a value lies outside its limits. Zou & Donner 2008, doi:10.1002/sim.3095; Newcombe 1998,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    >>> row = estimate_difference((0.81, 0.68, 0.96), (0.71, 0.63, 0.80)).rows()[0]
    >>> [round(row[limit], 3) for limit in ("value", "low", "high")]
    [0.1, -0.058, 0.27]
    """
    for value, low, high in (first, second):
        if not low <= value <= high:
            raise ValueError(f"the value must lie within its limits, found {value} beside {low} to {high}")
    (one, one_low, one_high), (other, other_low, other_high) = first, second
    value = one - other
    row = {"what": "difference", "level": level, "scale": "linear", "method": "difference, limits recovered from both"}
    low = value - math.hypot(one - one_low, other_high - other)
    high = value + math.hypot(one_high - one, other - other_low)
    return Estimates.of([row | {"value": value, "low": low, "high": high}])
