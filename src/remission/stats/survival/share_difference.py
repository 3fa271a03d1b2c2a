"""How two groups differ in the share free of an event at chosen days, by their Kaplan-Meier curves.

The limits are made of those of the two groups, of whatever kind: a difference then never leaves -1 to 1, and agrees
with the intervals that stand beside it. With plain limits that are not cut it is the usual difference of two
Greenwood variances added up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.survival.estimates import estimate_survival

if TYPE_CHECKING:
    from remission.stats.intervals import Interval
    from remission.stats.survival.kaplan_meier import Curve


class Share(NamedTuple):
    """A share with its limits, NaN where there are none."""

    value: float
    low: float
    high: float


def difference_limits(share: Share, against: Share) -> tuple[float, float]:
    """Limits of `share` less `against`, of two groups that are strangers to each other, from the limits of each.

    With d the difference, low is d - sqrt((p - l)^2 + (U - P)^2) and high is d + sqrt((u - p)^2 + (P - L)^2), small
    letters of the one and large ones of the other (square and add, MOVER). NaN where a limit of either is.

    Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10, with Wilson limits;
    Zou & Donner 2008, doi:10.1002/sim.3095, for limits of any kind.

    >>> low, high = difference_limits(Share(0.8, 0.6920, 0.8769), Share(0.6, 0.4904, 0.7004))
    >>> round(low, 3), round(high, 3)
    (0.053, 0.334)
    """
    between = share.value - against.value
    down = math.hypot(share.value - share.low, against.high - against.value)
    up = math.hypot(share.high - share.value, against.value - against.low)
    return between - down, between + up


def estimate_share_difference(
    curve: Curve, against: Curve, at_days: Sequence[int], level: float = 0.95, interval: Interval = "log-log"
) -> Estimates:
    """How much larger the share still free of the event is than in `against` at the end of each day, one row a day.

    Days on which either curve has no height have no value; where either has no limits (nobody has had the event yet)
    the difference has none. `group` and `against` are the caller's to fill in. ValueError for curves with clusters,
    which may share some, and for an unknown interval or level. Sources as for `difference_limits`.

    >>> from remission.stats.survival.kaplan_meier import kaplan_meier
    >>> treated = kaplan_meier([100, 200, 300, 400], [False, True, False, False])
    >>> control = kaplan_meier([100, 200, 300, 400], [True, True, True, False])
    >>> row = estimate_share_difference(treated, control, [250], interval="plain").rows()[0]
    >>> round(row["value"], 3), row["unit"]
    (0.167, 'proportion')
    """
    if curve.clusters is not None or against.clusters is not None:
        raise ValueError("curves with clusters: groups that share some are not strangers to each other")
    both = (estimate_survival(one, at_days, level, interval).rows() for one in (curve, against))
    return Estimates.of(
        share_difference(one, other) | {"method": f"difference of {one['method']}, square-and-add of both"}
        for one, other in zip(*both, strict=True)
    )


def share_difference(row: Mapping[str, Any], against: Mapping[str, Any]) -> dict[str, object]:
    """A row of Estimates for `row` less `against`, two rows of shares on one day; its method is the caller's."""
    one, other = _share(row), _share(against)
    found = {"value": one.value - other.value} | dict(zip(("low", "high"), difference_limits(one, other), strict=True))
    known = {name: None if math.isnan(number) else number for name, number in found.items()}
    kept = {name: row[name] for name in ("at_days", "level", "scale", "unit")}
    counts = {name: row[name] + against[name] for name in ("n", "events", "at_risk")}
    absent = NOT_ESTIMABLE if None in known.values() else None
    return {"what": "difference in event-free share", **known, **kept, **counts, "absent_reason": absent}


def _share(row: Mapping[str, Any]) -> Share:
    return Share(*(math.nan if row[name] is None else row[name] for name in ("value", "low", "high")))
