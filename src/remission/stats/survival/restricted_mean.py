"""Restricted mean time free of an event: the area under the Kaplan-Meier curve up to a horizon.

Defined even where the hazards of two groups cross, and measured in days, which a reader can picture.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.estimates import NOT_ESTIMABLE, Estimates, TestResult
from remission.stats.intervals import FEWEST_FOR_NORMAL, normal_quantile, normal_tails

if TYPE_CHECKING:
    from remission.stats.survival.clusters import Clusters
    from remission.stats.survival.kaplan_meier import Curve
    from remission.stats.survival.time_at_risk import Floats

# A standard error of so few days is what rounding leaves of none, as when all at risk were of one cluster.
NO_ERROR = 1e-9
NO_VARIANCE = "no variance in one of the groups or between them"
# Of such a difference the limits are too narrow, for the group without variance is taken as known exactly; no p is
# given, and of a group of fewer than five not even limits (decision 52).
ONE_VARIANCE = "no variance in one of the groups, limits by that of the other alone"


def restricted_mean(curve: Curve, horizon_days: int) -> tuple[float, float]:
    """Area under the curve from day 0 to the horizon, and its standard error, both in days.

    The variance is the sum over event days t of (area from t to the horizon)^2 d / (n (n - d)), a day on which all at
    risk have the event adding none; where the curve has clusters, the sum of their squared influences on the area.
    ValueError for a horizon that is not positive or past `known_until`: a curve at 0 adds no area, however far it goes.
    Klein & Moeschberger 2003, doi:10.1007/b97377, section 4.5. Pinned to `print(survfit, rmean = )` of R, with clusters
    to `residuals(survfit, type = "auc")`.

    >>> from remission.stats.survival.kaplan_meier import kaplan_meier
    >>> restricted_mean(kaplan_meier([100, 200], [True, False]), 200)
    (150.0, 35.35533905932738)
    """
    if not 0 < horizon_days <= curve.known_until:
        raise ValueError(f"horizon_days must be from 1 to the last follow-up, {curve.last_day}, found {horizon_days}")
    inside = curve.days <= horizon_days
    heights = np.append(1.0, curve.survival[inside])
    areas = heights * np.diff(np.concatenate(([0], curve.days[inside], [horizon_days])))
    if curve.clusters is not None:
        return float(areas.sum()), float(np.linalg.norm(_influences(curve, curve.clusters, horizon_days)))
    return float(areas.sum()), math.sqrt(_greenwood_variance(curve, areas[::-1].cumsum()[::-1][1:]))


def _greenwood_variance(curve: Curve, still_to_come: Floats) -> float:
    """`still_to_come`: the area from each of the curve's days within the horizon to the horizon."""
    events, at_risk = curve.events[: still_to_come.size], curve.at_risk[: still_to_come.size]
    left = at_risk - events
    some_left = left > 0
    terms = still_to_come[some_left] ** 2 * events[some_left] / at_risk[some_left] / left[some_left]
    return float(terms.sum())


def _influences(curve: Curve, clusters: Clusters, horizon: int) -> Floats:
    still_to_come = np.zeros(curve.last_day + 1)
    # Past the last follow-up a curve that may be asked there is at 0: no area is to come.
    horizon = min(horizon, curve.last_day)
    still_to_come[:horizon] = curve.survival_on(np.arange(horizon))[::-1].cumsum()[::-1]
    return clusters.on_area(still_to_come)


def estimate_restricted_mean(curve: Curve, horizon_days: int, level: float = 0.95) -> Estimates:
    """Mean days free of the event within the horizon, with a normal interval kept between 0 and the horizon.

    Never reaches past the last follow-up, but for a curve at 0, which stays there: a longer horizon is shortened to it,
    which `to_day` and the method say.

    >>> from remission.stats.survival.kaplan_meier import kaplan_meier
    >>> mean = estimate_restricted_mean(kaplan_meier([100, 200], [True, False]), 365)
    >>> mean.frame.select("value", "to_day", "method").row(0)
    (150.0, 200, 'restricted mean of Kaplan-Meier, horizon shortened from day 365 to the last follow-up')
    """
    # Where the height is not known there is no area: the horizon is shortened, and the method says so.
    horizon = int(min(horizon_days, curve.known_until))
    row = _labels("restricted mean", horizon, level) | {"n": curve.n, "events": float(curve.events_until(horizon))}
    row["method"] = f"restricted mean of {curve.method}{_shortened(horizon_days, horizon, 'the last follow-up')}"
    if horizon < 1:
        return Estimates.of([row | {"absent_reason": NOT_ESTIMABLE}])
    value, error = restricted_mean(curve, horizon)
    low, high = _limits(value, error, level)
    if low is None or high is None:
        return Estimates.of([row | {"value": value, "absent_reason": NOT_ESTIMABLE}])
    return Estimates.of([row | {"value": value, "low": max(low, 0.0), "high": min(high, float(horizon))}])


def restricted_mean_difference(
    curve: Curve, against: Curve, horizon_days: int, level: float = 0.95
) -> tuple[Estimates, TestResult]:
    """Days gained over `against` within the horizon, with a normal interval and test.

    The horizon is shortened to the follow-up of the group followed for less long (a curve at 0 stays there, whoever
    follows). `group` and `against` are the caller's to fill in. Where both curves have clusters, a label is the same
    cluster in both, and what its rows in one group share with those in the other counts.

    Where one curve has no variance (no event within the horizon) there is no p, for that nobody had the event is not
    exact knowledge, and the limits are those of the other's variance alone, which the method says. Where neither has
    any, or the one without is of fewer than five rows, there are no limits.

    Royston & Parmar 2013, doi:10.1186/1471-2288-13-152. The test is two-sided.

    >>> from remission.stats.survival.kaplan_meier import kaplan_meier
    >>> treated, control = kaplan_meier([300, 400], [True, False]), kaplan_meier([100, 350], [True, True])
    >>> difference, test = restricted_mean_difference(treated, control, 365)
    >>> difference.frame.select("value", "to_day").row(0), round(test.p, 3)
    ((107.5, 365), 0.239)
    """
    horizon = int(min(horizon_days, curve.known_until, against.known_until))
    shortened = _shortened(horizon_days, horizon, "the end of the shorter follow-up")
    method = f"difference in restricted means of {curve.method}{shortened}"
    row = _labels("difference in restricted mean", horizon, level) | {"n": curve.n + against.n, "method": method}
    if horizon < 1:
        return Estimates.of([row | {"absent_reason": NOT_ESTIMABLE}]), _normal_test(math.nan, 0.0, method)
    (mean, own), (other, others) = restricted_mean(curve, horizon), restricted_mean(against, horizon)
    value = mean - other
    # A group without any variance leaves the other's as that of both: the difference looks surer than it is.
    known = min(own, others) > NO_ERROR
    bearable = known or (curve if own <= NO_ERROR else against).n >= FEWEST_FOR_NORMAL
    error = _difference_error(curve, against, horizon) if bearable else 0.0
    low, high = _limits(value, error, level)
    if not known or low is None:
        row["method"] = f"{method}; {NO_VARIANCE if low is None else ONE_VARIANCE}"
    absent = NOT_ESTIMABLE if low is None else None
    estimate = Estimates.of([row | {"value": value, "low": low, "high": high, "absent_reason": absent}])
    return estimate, _normal_test(value, error if known else 0.0, method)


def _difference_error(curve: Curve, against: Curve, horizon: int) -> float:
    if curve.clusters is None or against.clusters is None:
        return math.hypot(restricted_mean(curve, horizon)[1], restricted_mean(against, horizon)[1])
    # Rows of one cluster may be in both groups: their influences are subtracted before they are squared.
    labels = np.concatenate((curve.clusters.labels, against.clusters.labels))
    gained, lost = _influences(curve, curve.clusters, horizon), _influences(against, against.clusters, horizon)
    by_cluster = np.bincount(np.unique(labels, return_inverse=True)[1], np.concatenate((gained, -lost)))
    return float(np.linalg.norm(by_cluster))


def _labels(what: str, horizon: int, level: float) -> dict[str, object]:
    return {"what": what, "from_day": 0, "to_day": horizon, "level": level, "scale": "linear", "unit": "days"}


def _shortened(wanted: int, horizon: int, end: str) -> str:
    return f", horizon shortened from day {wanted} to {end}" if horizon < wanted else ""


def _limits(value: float, error: float, level: float) -> tuple[float, float] | tuple[None, None]:
    if not error > NO_ERROR:
        return None, None
    spread = normal_quantile(level) * error
    return value - spread, value + spread


def _normal_test(value: float, error: float, method: str) -> TestResult:
    if not error > NO_ERROR:
        return TestResult(math.nan, None, math.nan, f"{NOT_ESTIMABLE}: {NO_VARIANCE}; {method}")
    return TestResult(value / error, None, normal_tails(value / error), f"normal test of the {method}")
