"""Estimates read off a Kaplan-Meier curve: the share free of an event at chosen days, the median, the follow-up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.intervals import Interval, confidence_limits
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats

NOT_REACHED = "not reached"
UPPER_LIMIT_NOT_REACHED = "upper limit not reached"

# The curve counts as being at a probability when it is this close: R's tolerance, sqrt of the machine epsilon.
SAME_HEIGHT = math.sqrt(np.finfo(np.float64).eps)


def estimate_survival(
    curve: Curve, at_days: Sequence[int], level: float = 0.95, interval: Interval = "log-log"
) -> Estimates:
    """The share still free of the event at the end of each day, one row a day.

    `at_risk` is the weight still under observation on that day (entry < day <= exit) and `events` the weight of
    events so far. Before the first event the value is 1 without limits, and has none where a single cluster was at risk
    at all events so far; after the last follow-up there is no value, but for a curve at 0, which stays there. For the
    whole curve give `[0, *curve.days]`.

    Greenwood 1926 (variance, unless the curve has clusters); the interval as in `confidence_limits`. ValueError for an
    unknown interval or level. Pinned to `summary(survfit, times = )` of R.

    >>> curve = kaplan_meier([200, 400, 900, 900], [True, False, True, False])
    >>> estimate_survival(curve, [100, 365, 1000]).frame.select("at_days", "value", "at_risk", "absent_reason").rows()
    [(100, 1.0, 4.0, 'not estimable'), (365, 0.75, 3.0, None), (1000, None, 0.0, 'not estimable')]
    """
    days = np.asarray(at_days, dtype=np.int64)
    survival, events, at_risk = curve.survival_on(days), curve.events_until(days), curve.at_risk_on(days)
    variance = np.append(0.0, curve.log_variance)[np.searchsorted(curve.days, days, side="right")]
    low, high = confidence_limits(survival, variance, level, interval)
    # Before the first event Greenwood's variance is 0, and limits that meet would say that nothing is in doubt.
    low, high = (np.where(events > 0, limit, np.nan) for limit in (low, high))
    named = "" if curve.clusters else ", Greenwood variance"  # the curve itself names that of clusters
    constant = {**_labels("event-free", curve, level), "unit": "proportion"} | {
        "method": f"{curve.method}{named}, {interval} interval"
    }
    columns = zip(days.tolist(), survival, low, high, events, at_risk, strict=True)
    names = ("at_days", "value", "low", "high", "events", "at_risk")
    return Estimates.of(constant | _known(dict(zip(names, row, strict=True))) for row in columns)


def estimate_median(
    curve: Curve, level: float = 0.95, interval: Interval = "log-log", probability: float = 0.5
) -> Estimates:
    """The day by which half (or another share) have had the event, with Brookmeyer-Crowley limits.

    The day is the first on which the curve is at or below 1 - probability; where it stays exactly there, the middle
    of that stretch (to the last follow-up if it ends so). The limits are the same rule applied to the limits of the
    curve. A median or limit that the curve does not reach is null, with the reason.

    Brookmeyer & Crowley 1982, doi:10.2307/2530286. ValueError for an unknown interval, level or probability.
    Pinned to `quantile(survfit)` of R.

    >>> curve = kaplan_meier([100, 200, 300, 400], [True, True, True, False])
    >>> estimate_median(curve, interval="plain").frame.select("value", "low", "high", "absent_reason").row(0)
    (250.0, 100.0, None, 'upper limit not reached')
    """
    if not 0 < probability < 1:
        raise ValueError(f"probability must lie between 0 and 1, found {probability}")
    low, high = confidence_limits(curve.survival, curve.log_variance, level, interval)
    value = _first_day_at(curve, curve.survival, 1 - probability)
    limits = (_first_day_at(curve, low, 1 - probability), _first_day_at(curve, high, 1 - probability))
    what = "median time" if probability == 0.5 else f"time to {probability:.0%} with event"
    row = _labels(what, curve, level) | {"unit": "days", "events": float(curve.events.sum())}
    row["method"] = f"{curve.method}, Brookmeyer-Crowley, {interval} interval"
    return Estimates.of([row | _quantile_row(value, *limits)])


def estimate_follow_up(
    exit: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    level: float = 0.95,
    interval: Interval = "log-log",
) -> Estimates:
    """Median follow-up by reverse Kaplan-Meier: how long people would have been followed without the event.

    The end of follow-up plays the event and the event plays the end of follow-up.
    exit, entry: whole days, shape (n,); event: bool, shape (n,). Schemper & Smith 1996,
    doi:10.1016/0197-2456(96)00075-X. Pinned to `survfit(Surv(time, 1 - event) ~ 1)` of R.

    >>> estimate_follow_up([100, 200, 300, 400], [True, False, False, False]).frame["value"].item()
    300.0
    """
    # With events and censoring exchanged: how long people would have been followed, had nobody had the event.
    reverse = kaplan_meier(exit, ~np.asarray(event, dtype=np.bool_), entry=entry)
    method = f"reverse {reverse.method}, Brookmeyer-Crowley, {interval} interval"
    return estimate_median(reverse, level, interval).labelled(what="median follow-up", method=method, events=None)


def _first_day_at(curve: Curve, height: Floats, target: float) -> float:
    """The middle of the stretch on which `height` is at the target, or the day it falls below; NaN if it never does."""
    reached = np.flatnonzero(height <= target + SAME_HEIGHT)
    if not reached.size:
        return math.nan
    first = int(reached[0])
    if height[first] < target - SAME_HEIGHT:
        return float(curve.days[first])
    below = np.flatnonzero(height < target - SAME_HEIGHT)
    # Limits that cease to exist end the stretch on a day that nobody knows.
    if not below.size and math.isnan(height[-1]):
        return math.nan
    until = curve.days[below[0]] if below.size else curve.last_day
    return (float(curve.days[first]) + float(until)) / 2


def _labels(what: str, curve: Curve, level: float) -> dict[str, object]:
    return {"what": what, "level": level, "scale": "linear", "n": curve.n}


def _known(row: Mapping[str, float]) -> dict[str, object]:
    """NaN becomes null, and a null value or limit gets its reason."""
    known: dict[str, object] = {name: None if math.isnan(value) else value for name, value in row.items()}
    absent = any(known[name] is None for name in ("value", "low", "high"))
    return known | ({"absent_reason": NOT_ESTIMABLE} if absent else {})


def _quantile_row(value: float, low: float, high: float) -> dict[str, object]:
    row = _known({"value": value, "low": low, "high": high})
    if row["value"] is None:
        row["absent_reason"] = NOT_REACHED
    elif row["high"] is None and row["low"] is not None:
        row["absent_reason"] = UPPER_LIMIT_NOT_REACHED
    return row
