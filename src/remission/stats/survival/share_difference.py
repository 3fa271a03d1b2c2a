"""How two groups differ in the share free of an event at chosen days, by their Kaplan-Meier curves.

The limits are made of those of the two groups, of whatever kind: a difference then never leaves -1 to 1, and agrees
with the intervals that stand beside it. With plain limits that are not cut it is the usual difference of two
Greenwood variances added up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from remission.stats.differences import Limits, difference_limits
from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.survival.estimates import estimate_survival

if TYPE_CHECKING:
    from remission.stats.intervals import Interval
    from remission.stats.survival.kaplan_meier import Curve


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


def _share(row: Mapping[str, Any]) -> Limits:
    return Limits(*(math.nan if row[name] is None else row[name] for name in ("value", "low", "high")))
