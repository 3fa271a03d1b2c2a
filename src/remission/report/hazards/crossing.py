"""Do curves cross by more than chance? Then one ratio for all times answers no question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.intervals import normal_quantile

if TYPE_CHECKING:
    from remission.report.event_free import EventFree
    from remission.report.pictures.kaplan_meier import NamedCurve
    from remission.stats.survival.kaplan_meier import Curve


@dataclass(frozen=True)
class Crossing:
    """Two groups of which each is above the other at some time, and the first day after which the order has turned."""

    group: str
    against: str
    day: int


def find_crossings(curves: EventFree) -> tuple[Crossing, ...]:
    """The groups whose curves cross that of the reference, both ways by more than the limits of their difference.

    Only days count on which enough of both groups are at risk for a headline.
    """
    if curves.comparison is None:
        return ()
    named = {one.name: one for one in curves.curves}
    pairs = {(row["group"], row["against"]) for row in curves.comparison.differences.rows()}
    found = [_of(named[str(group)], named[str(against)], curves.level) for group, against in sorted(pairs)]
    return tuple(one for one in found if one)


def _of(one: NamedCurve, other: NamedCurve, level: float) -> Crossing | None:
    days = np.union1d(one.curve.days, other.curve.days)
    days = np.array([day for day in days if all(each.curve.enough_at_risk(int(day)) for each in (one, other))])
    if not days.size:
        return None
    (first, variance), (second, beside) = (_height(each.curve, days) for each in (one, other))
    apart, half = first - second, normal_quantile(level) * np.sqrt(variance + beside)
    clear = np.where(np.abs(apart) > half, np.sign(apart), 0)
    signs = clear[clear != 0]
    if not signs.size or (signs == signs[0]).all():
        return None
    turned = int(np.flatnonzero(clear == -signs[0])[0])
    # From there back to where the difference last was on the other side, or none.
    before = np.flatnonzero(np.sign(apart[:turned]) != -signs[0])
    return Crossing(one.name, other.name, int(days[before[-1] + 1]) if before.size else int(days[turned]))


def _height(curve: Curve, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The curve on each day, and its variance there."""
    survival = curve.survival_on(days)
    place = np.searchsorted(curve.days, days, side="right")
    log_variance = np.append(0.0, np.where(np.isfinite(curve.log_variance), curve.log_variance, 0.0))[place]
    return survival, survival**2 * log_variance
